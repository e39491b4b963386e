import { type Browser, expect, type Page, test } from '@playwright/test'
import { booked, bookVideo, findOffer } from './booking.ts'
import { atDesk, callNext, question, takePlace } from './line.ts'
import { look } from './look.ts'
import { expectSoundAndPicture } from './media.ts'
import { newcomer } from './newcomer.ts'
import { person, phone, read, recruiterOf } from './people.ts'

const badge = (page: Page) => page.locator('#island').getByRole('button', { name: /^Chiffré/ })
const door = (page: Page) => page.getByRole('button', { name: 'Entrer dans l’entretien' })

/** A browser from before frames could be reached. */
function old(): void {
	Reflect.deleteProperty(window, 'RTCRtpScriptTransform')
}

/** Runs before a page's scripts: its pictures are of this codec and no other. */
function only(codec: string): void {
	const line = RTCRtpTransceiver.prototype
	const prefer = line.setCodecPreferences
	line.setCodecPreferences = function (codecs) {
		prefer.call(
			this,
			[...codecs].filter(({ mimeType }) => mimeType === codec || mimeType === 'video/rtx'),
		)
	}
}

/** Runs in a page: the codecs of the pictures that it decodes. */
async function decoded(): Promise<string[]> {
	const w = window as unknown as { connections: RTCPeerConnection[] }
	const codecs = new Set<string>()
	for (const connection of w.connections) {
		if (connection.connectionState === 'closed') continue
		const stats = await connection.getStats()
		for (const stat of stats.values()) {
			if (stat.type !== 'inbound-rtp' || stat.kind !== 'video' || !stat.framesDecoded) continue
			codecs.add(stats.get(stat.codecId)?.mimeType)
		}
	}
	return [...codecs]
}

/** A newcomer who has booked, and the recruiter of that; both before the door. */
async function appointed(
	browser: Browser,
	mail: string,
	offer: string,
	before: (page: Page) => Promise<unknown>,
) {
	const candidate = await newcomer(browser, mail, phone)
	await findOffer(candidate, offer)
	await bookVideo(candidate)
	const { interview, stand } = await booked(candidate)
	const { page: recruiter } = await recruiterOf(browser, interview.id, stand)
	for (const page of [candidate, recruiter]) {
		await before(page)
		await page.goto(`/interviews/${interview.id}`)
	}
	return { candidate, recruiter, path: `/interviews/${interview.id}` }
}

// Each with another recruiter, who is in one interview at a time.
for (const [codec, offer] of [
	['video/H264', 'vend'],
	['video/VP9', 'cuisin'],
] as const) {
	test(`frames of ${codec} are sealed and opened`, async ({ browser }) => {
		const mail = `${codec.slice(6).toLowerCase()}.chiffre@exemple.fr`
		const both = await appointed(browser, mail, offer, (page) => page.addInitScript(only, codec))
		for (const page of [both.candidate, both.recruiter]) await door(page).click()
		for (const page of [both.candidate, both.recruiter]) await expect(badge(page)).toBeVisible()
		for (const [who, page] of Object.entries({
			candidate: both.candidate,
			recruiter: both.recruiter,
		})) {
			await expectSoundAndPicture(page, `the ${who}, in ${codec}`)
			expect(await page.evaluate(decoded)).toEqual([codec])
		}
		await both.candidate.context().close()
		await both.recruiter.context().close()
	})
}

/** Settles whether interviews are encrypted; answers how it was. */
async function settle(organiser: Page, encryption: string): Promise<string> {
	const path = '/fairs/rencontres-2021/rules'
	const { body } = await read<{ rev: number; encryption: string }>(organiser, path)
	const status = await organiser.evaluate(
		async ([path, body]) => {
			const headers = { 'content-type': 'application/json' }
			return (await fetch(`/api/v1${path}`, { method: 'PATCH', headers, body })).status
		},
		[path, JSON.stringify({ rev: body.rev, encryption })] as const,
	)
	expect(status).toBe(200)
	return body.encryption
}

test('where it is required an old browser stays outside, and a phone call says that it is not encrypted', async ({
	browser,
}) => {
	const organiser = await person(browser, 'organiser', 1)
	const before = await settle(organiser, 'required')
	try {
		const { candidate, recruiter, path } = await appointed(
			browser,
			'requis.chiffre@exemple.fr',
			'soignant',
			async () => {},
		)
		await expect(candidate.getByText('Cet entretien est chiffré de bout en bout.')).toBeVisible()

		// Told before the door, which does not open, and what to do instead.
		const late = await candidate.context().newPage()
		await late.addInitScript(old)
		await late.goto(path)
		await expect(late.getByText(/Ce salon demande un chiffrement/)).toBeVisible()
		await expect(door(late)).toHaveCount(0)
		await expect(late.getByRole('button', { name: 'Passer par téléphone' })).toBeVisible()
		const refused = await late.evaluate(
			async (path) => (await fetch(`/api/v1${path}/join`, { method: 'POST' })).status,
			path,
		)
		expect(refused).not.toBe(200)
		await look(late, 'secret-required-door')
		await late.close()

		for (const page of [candidate, recruiter]) await door(page).click()
		for (const page of [candidate, recruiter]) await expect(badge(page)).toBeVisible()
		await expectSoundAndPicture(candidate, 'the candidate')
		await expectSoundAndPicture(recruiter, 'the recruiter')

		// By phone: said before it is chosen, and to the other before the call.
		await candidate.getByRole('button', { name: 'Réglages' }).click()
		await candidate
			.getByRole('dialog')
			.getByRole('button', { name: 'Passer par téléphone' })
			.click()
		const dialog = candidate.getByRole('dialog').last()
		const notSecret = 'Un appel par téléphone n’est pas chiffré de bout en bout.'
		await expect(dialog.getByText(notSecret)).toBeVisible()
		await look(candidate, 'secret-phone')
		await dialog.getByRole('button', { name: 'Choisir le téléphone' }).click()
		await dialog.getByLabel('Votre numéro de téléphone').fill('06 39 98 55 31')
		await dialog.getByRole('button', { name: 'Choisir le téléphone' }).click()
		await expect(recruiter.getByRole('button', { name: 'Afficher le numéro' })).toBeVisible()
		for (const page of [candidate, recruiter])
			await expect(page.getByText(notSecret).first()).toBeVisible()
		await look(recruiter, 'secret-phone-recruiter')
		await candidate.context().close()
		await recruiter.context().close()
	} finally {
		await settle(organiser, before)
		await organiser.context().close()
	}
})

/** Runs in a page: how many of its connections are open. */
async function open(): Promise<number> {
	const { connections } = window as unknown as { connections: RTCPeerConnection[] }
	return connections.filter(({ connectionState }) => connectionState !== 'closed').length
}

/** Opens the badge and reads the code; the dialog closes again. */
async function code(page: Page): Promise<string> {
	await badge(page).click()
	const text = await page.locator('dialog .code').innerText()
	await page.keyboard.press('Escape')
	return /\d{3} \d{3}/.exec(text)?.[0] ?? ''
}

test('who is handed to a colleague in the middle of an interview shares new keys with them alone', async ({
	browser,
}) => {
	const first = await atDesk(browser, 148)
	const second = await atDesk(browser, 208)
	expect(second.stand.id).toBe(first.stand.id)
	const candidate = await newcomer(browser, 'confie.chiffre@exemple.fr', phone)
	await takePlace(candidate, first.stand)

	/** Calls, goes in with the candidate and compares: the code of the two. */
	const meet = async (desk: typeof first) => {
		await callNext(desk)
		await expect(question(candidate)).toBeVisible()
		await candidate.getByRole('button', { name: 'Oui, j’y vais' }).click()
		for (const page of [candidate, desk.page]) {
			await expect(page).toHaveURL(/\/interviews\//)
			await door(page).click()
		}
		for (const page of [candidate, desk.page]) await expect(badge(page)).toBeVisible()
		await expectSoundAndPicture(candidate, 'the candidate')
		await expectSoundAndPicture(desk.page, 'the recruiter')
		const shown = await code(desk.page)
		expect(shown).toMatch(/^\d{3} \d{3}$/)
		expect(await code(candidate)).toBe(shown)
		return shown
	}
	const before = await meet(first)

	// At the desk, in a tab beside the interview.
	const desk = await first.page.context().newPage()
	await desk.goto('/desk')
	await desk.getByRole('button', { name: 'Confier à' }).click()
	const dialog = desk.getByRole('dialog')
	await dialog.getByRole('radio').first().check()
	await look(desk, 'secret-handoff')
	await dialog.getByRole('button', { name: 'Confier', exact: true }).click()
	await expect(candidate.getByRole('heading', { level: 1 })).toContainText('est terminé')
	await expect(candidate.getByText(`Vous attendez votre tour : ${first.stand.name}.`)).toBeVisible()
	await look(candidate, 'secret-handed')
	await look(first.page, 'secret-handed-recruiter')

	await candidate.getByRole('link', { name: 'Retour à mon salon' }).click()
	expect(await meet(second)).not.toBe(before)

	// Who left decodes nothing any more, and the door of the new room stays shut.
	expect(await first.page.evaluate(open)).toBe(0)
	const refused = await first.page.evaluate(
		async (path) => (await fetch(`/api/v1${path}/join`, { method: 'POST' })).status,
		new URL(second.page.url()).pathname,
	)
	expect([403, 404]).toContain(refused)
	for (const page of [candidate, first.page, second.page]) await page.context().close()
})

import { expect, type Page, test } from '@playwright/test'
import { expectAccessible } from './accessible.ts'
import { booked, bookVideo, findOffer } from './booking.ts'
import { cameraSize, firefox } from './browsers.ts'
import { look } from './look.ts'
import { expectSoundAndPicture, received, watchConnections } from './media.ts'
import { newcomer } from './newcomer.ts'
import { become, person, phone, recruiterOf } from './people.ts'
import { address } from './server.ts'

const island = (page: Page) => page.locator('#island')
const badge = (page: Page, words: string) =>
	island(page).getByRole('button', { name: words, exact: true })
const enter = (page: Page) => page.getByRole('button', { name: 'Entrer dans l’entretien' }).click()

/** A browser from before frames could be reached. */
function old(): void {
	Reflect.deleteProperty(window, 'RTCRtpScriptTransform')
}

/** Opens the badge and reads the code; the dialog closes again. */
async function code(page: Page, words = 'Chiffré de bout en bout'): Promise<string> {
	await badge(page, words).click()
	const text = await page.locator('dialog .code').innerText()
	await page.keyboard.press('Escape')
	return /\d{3} \d{3}/.exec(text)?.[0] ?? ''
}

test('two browsers agree on a code, a stranger in the room sees and hears nothing, an old browser is told of', async ({
	browser,
}) => {
	test.slow()
	const candidate = await person(browser, 'candidate', 143, phone)
	await findOffer(candidate, 'vente')
	await bookVideo(candidate)
	const { interview, stand } = await booked(candidate)
	const path = `/interviews/${interview.id}`
	const { page: found, n } = await recruiterOf(browser, interview.id, stand)
	await found.evaluate(async (path) => {
		await fetch(`/api/v1${path}/guests`, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify({ email: 'noe.interprete@exemple.fr' }),
		})
	}, path)
	await found.context().close()
	await candidate.goto(path)
	await expect(island(candidate).getByText(/chiffré de bout en bout dès que/)).toBeVisible()
	await look(candidate, 'secret-lobby')
	await enter(candidate)
	await expect(badge(candidate, 'Sera chiffré de bout en bout')).toBeVisible()
	await look(candidate, 'secret-alone')

	const fox = await firefox()
	try {
		const recruiter = await fox.newPage()
		await recruiter.evaluateOnNewDocument(watchConnections, cameraSize)
		await recruiter.goto(`${address}/demo`)
		await recruiter.evaluate(become, { role: 'recruiter' as const, n })
		await recruiter.goto(`${address}${path}`)
		await recruiter.locator('::-p-xpath(//button[contains(., "Entrer dans")])').click()
		const foxBadge = (words: string) =>
			recruiter.locator(`::-p-xpath(//*[@id="island"]//button[contains(., "${words}")])`)

		// Chromium and Firefox in one call, and one code.
		await expect(badge(candidate, 'Chiffré de bout en bout')).toBeVisible()
		await foxBadge('Chiffré de bout en bout').click()
		const theirs = await recruiter
			.locator('dialog .code')
			.map((p) => p.textContent)
			.wait()
		const mine = await code(candidate)
		expect(mine).toMatch(/^\d{3} \d{3}$/)
		expect(theirs).toContain(mine)
		await recruiter.keyboard.press('Escape')
		await expectSoundAndPicture(candidate, 'Chromium')
		await expectSoundAndPicture(recruiter, 'Firefox')
		await badge(candidate, 'Chiffré de bout en bout').click()
		await expectAccessible(candidate)
		await look(candidate, 'secret-code')
		await candidate.getByRole('button', { name: 'Le code est le même' }).click()
		await candidate.keyboard.press('Escape')
		await expect(badge(candidate, 'Chiffré, code vérifié')).toBeVisible()

		// A reload makes new keys, and says that the code is another one.
		await recruiter.reload()
		await expect(badge(candidate, 'Chiffré, nouveau code')).toBeVisible()
		expect(await code(candidate, 'Chiffré, nouveau code')).not.toBe(mine)
		await expectSoundAndPicture(candidate, 'Chromium, after a reload of Firefox')
		await expectSoundAndPicture(recruiter, 'Firefox, after its reload')

		// Somebody in the room to whom nobody's key comes: everything else does.
		const stranger = await newcomer(browser, 'noe.interprete@exemple.fr')
		await stranger.routeWebSocket('**/ws', (socket) => {
			const server = socket.connectToServer()
			server.onMessage((frame) => {
				if (!String(frame).includes('"step":"give"')) socket.send(frame)
			})
		})
		await stranger.goto(path)
		await enter(stranger)
		await expect(candidate.locator('figure').getByText(/, interprète/)).toBeVisible()
		await expectSoundAndPicture(candidate, 'Chromium, three in the room')
		await expectSoundAndPicture(recruiter, 'Firefox, three in the room')
		await expect
			.poll(async () => (await stranger.evaluate(received)).audioPackets, { timeout: 20_000 })
			.toBeGreaterThan(100)
		const got = await stranger.evaluate(received)
		expect(got.framesDecoded, 'pictures without a key').toBe(0)
		expect(got.audioEnergy, 'sound without a key').toBe(0)
		await look(stranger, 'secret-stranger')
		await stranger.context().close()

		// The same guest with an old browser: told at the door, and so are those inside.
		const late = await newcomer(browser, 'noe.interprete@exemple.fr')
		await late.addInitScript(old)
		await late.goto(path)
		await expect(late.getByText('Ce navigateur ne sait pas chiffrer de bout en bout')).toBeVisible()
		await look(late, 'secret-old-door')
		await enter(late)
		const asked = island(candidate).getByText(/Rien n’est envoyé tant que/)
		await expect(asked).toBeVisible()
		await expectAccessible(candidate)
		await look(candidate, 'secret-asking')
		const before = await late.evaluate(received)
		await candidate.getByRole('button', { name: 'Continuer sans ce chiffrement' }).click()
		await foxBadge('Continuer sans ce chiffrement').click()
		await expect(badge(candidate, 'Pas chiffré de bout en bout')).toBeVisible()
		expect(before.framesDecoded, 'pictures before anybody agreed').toBe(0)
		await expectSoundAndPicture(late, 'the old browser')
		await expectSoundAndPicture(candidate, 'Chromium, without')

		// The old browser goes: sealed again, without a question.
		await late.getByRole('button', { name: 'Quitter' }).click()
		await expect(island(candidate).getByRole('button', { name: /^Chiffré/ })).toBeVisible()
		await expectSoundAndPicture(candidate, 'Chromium, sealed again')
		await expectSoundAndPicture(recruiter, 'Firefox, sealed again')
		await late.context().close()
	} finally {
		await fox.close()
		await candidate.context().close()
	}
})

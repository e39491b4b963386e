import {
	type Browser,
	chromium as engine,
	expect,
	type Page,
	test,
	type WebSocketRoute,
} from '@playwright/test'
import { booked, bookVideo, findOffer } from './booking.ts'
import { chromium } from './browsers.ts'
import { look } from './look.ts'
import { expectSoundAndPicture } from './media.ts'
import { person, phone, recruiterOf } from './people.ts'

/** A candidate who has booked by video and the interview's address. */
async function candidateWithInterview(browser: Browser, n: number, words: string) {
	const candidate = await person(browser, 'candidate', n, phone)
	await findOffer(candidate, words)
	await bookVideo(candidate)
	const { interview, stand } = await booked(candidate)
	return { candidate, interview, stand, path: `/interviews/${interview.id}` }
}

async function enter(page: Page, path: string): Promise<void> {
	await page.goto(path)
	await page.getByRole('button', { name: 'Entrer dans l’entretien' }).click()
	await expect(page.getByRole('toolbar')).toBeVisible()
}

/** Puts the page's websocket in the hands of the test: cut, it opens no more until mended. */
async function breakable(page: Page) {
	let whole = true
	const open = new Set<WebSocketRoute>()
	await page.routeWebSocket('**/ws', (socket) => {
		if (!whole) return socket.close({ code: 3000 })
		socket.connectToServer()
		open.add(socket)
	})
	return {
		async cut() {
			whole = false
			for (const socket of open) await socket.close({ code: 3000 })
			open.clear()
		},
		mend() {
			whole = true
		},
	}
}

test('a refused camera is explained, with sound alone or the phone instead', async ({
	browser,
}) => {
	// A browser that asks nobody: what a page may use is granted or not by the test.
	const asking = await engine.launch({
		executablePath: chromium.launchOptions.executablePath,
		args: chromium.launchOptions.args.filter((arg) => arg !== '--use-fake-ui-for-media-stream'),
	})
	try {
		const { interview } = await candidateWithInterview(browser, 111, 'soignant')
		const candidate = await person(asking, 'candidate', 111, { ...phone, permissions: [] })
		await candidate.goto(`/interviews/${interview.id}`)
		await expect(candidate.getByText('La caméra ou le micro est bloqué')).toBeVisible()
		await expect(candidate.getByText(/Dans Chrome|Sur Android/)).toBeVisible()
		await expect(
			candidate.getByText('L’entretien peut aussi se faire par téléphone.'),
		).toBeVisible()
		await expect(candidate.getByRole('button', { name: 'Passer par téléphone' })).toBeVisible()
		await look(candidate, 'devices-refused')

		// The microphone is allowed, the camera not: one may enter with sound alone.
		await candidate.context().grantPermissions(['microphone'])
		await candidate.getByRole('button', { name: 'Réessayer' }).click()
		await expect(candidate.getByText('Vous pouvez aussi entrer avec le son seul.')).toBeVisible()
		await look(candidate, 'devices-soundonly')
		await candidate.getByRole('button', { name: 'Entrer dans l’entretien' }).click()
		await expect(candidate.getByRole('toolbar')).toBeVisible()
		await expect(candidate.getByRole('button', { name: 'Caméra coupée' })).toBeVisible()
		await expect(candidate.getByRole('button', { name: 'Micro', exact: true })).toBeVisible()
	} finally {
		await asking.close()
	}
})

test('a browser without video says so and leads to the phone', async ({ browser }) => {
	const { candidate, path } = await candidateWithInterview(browser, 112, 'cuisin')
	await candidate.addInitScript(() => {
		Reflect.deleteProperty(window, 'RTCPeerConnection')
	})
	await candidate.goto(path)
	await expect(candidate.getByText('Ce navigateur ne sait pas faire de vidéo')).toBeVisible()
	await expect(candidate.getByRole('button', { name: 'Entrer dans l’entretien' })).toHaveCount(0)
	await look(candidate, 'devices-unsupported')
	await candidate.getByRole('button', { name: 'Passer par téléphone' }).click()
	await candidate.getByRole('button', { name: 'Choisir le téléphone' }).click()
	await expect(candidate.getByRole('heading', { level: 1 })).toContainText('par téléphone')
	await candidate.context().close()
})

test('a call survives another microphone, another tab and a network that is cut', async ({
	browser,
}) => {
	const { candidate, interview, stand, path } = await candidateWithInterview(browser, 113, 'vend')
	const network = await breakable(candidate)
	await enter(candidate, path)
	const { page: recruiter } = await recruiterOf(browser, interview.id, stand)
	await enter(recruiter, path)
	await expectSoundAndPicture(recruiter, 'the recruiter')

	// Another microphone and another camera, chosen in the room.
	await candidate.getByRole('button', { name: 'Réglages' }).click()
	for (const label of ['Micro', 'Caméra']) {
		const list = candidate.getByRole('dialog').getByLabel(label, { exact: true })
		const options = await list.locator('option').count()
		await list.selectOption({ index: options - 1 })
	}
	await look(candidate, 'devices-settings')
	await candidate.getByRole('dialog').getByRole('button', { name: 'Terminé' }).click()
	await expectSoundAndPicture(recruiter, 'the recruiter after the change of devices')
	await expectSoundAndPicture(candidate, 'the candidate after the change of devices')

	// The same interview in a second tab: the first says so, and can take it back.
	const second = await candidate.context().newPage()
	await enter(second, path)
	await expectSoundAndPicture(second, 'the second tab')
	await expect(candidate.getByText('Vous êtes entré·e ailleurs')).toBeVisible()
	await look(candidate, 'devices-replaced')
	await candidate.getByRole('button', { name: 'Revenir ici' }).click()
	await expect(candidate.getByRole('toolbar')).toBeVisible()
	await expect(second.getByText('Vous êtes entré·e ailleurs')).toBeVisible()
	await expectSoundAndPicture(candidate, 'the first tab again')
	await expectSoundAndPicture(recruiter, 'the recruiter, whoever the tab')
	await expect(recruiter.locator('video')).toHaveCount(2)
	await second.close()

	// The connection is cut: said in words on both sides, and back by itself.
	await network.cut()
	const line = candidate.locator('#island').getByText('Connexion perdue, on la rétablit…')
	await expect(line).toBeVisible()
	await expect(recruiter.locator('#island').getByText(/a perdu la connexion/)).toBeVisible()
	await look(candidate, 'devices-reconnecting')
	await look(recruiter, 'devices-other-lost')
	network.mend()
	await expect(line).toBeHidden()
	await expectSoundAndPicture(candidate, 'the candidate back on the network')
	await expectSoundAndPicture(recruiter, 'the recruiter, the candidate being back')

	await candidate.context().close()
	await recruiter.context().close()
})

import { expect, type Page, test } from '@playwright/test'
import { expectAccessible } from './accessible.ts'
import { booked, bookVideo, findOffer } from './booking.ts'
import { cameraSize, firefox } from './browsers.ts'
import { look } from './look.ts'
import { type Evaluates, expectSoundAndPicture, received, watchConnections } from './media.ts'
import { newcomer } from './newcomer.ts'
import { become, person, phone, recruiterOf } from './people.ts'
import { address } from './server.ts'

const enter = (page: Page) => page.getByRole('button', { name: 'Entrer dans l’entretien' }).click()

/** Runs in a page: one's own camera is pulled out. */
async function unplug(): Promise<void> {
	const own = document.querySelector<HTMLVideoElement>('.self video')?.srcObject
	const track = own instanceof MediaStream ? own.getVideoTracks()[0] : undefined
	track?.stop()
	track?.dispatchEvent(new Event('ended'))
}

/** Puts a page into the background, as far as it can know, or back. */
const background = (page: Page, hidden: boolean) =>
	page.evaluate((hidden) => {
		Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden })
		document.dispatchEvent(new Event('visibilitychange'))
	}, hidden)

/** Runs in a page: whether a shared screen is seen, large enough to be read. */
async function screenShown(): Promise<boolean> {
	const screens = [...document.querySelectorAll<HTMLVideoElement>('video.contain')]
	return screens.some((video) => video.videoHeight > 200)
}

/** Runs in a page: who stands where, as names. */
async function places(): Promise<string> {
	return [...document.querySelectorAll('.large, .interpreter, .self')]
		.map((tile) => `${tile.className.split(' ')[0]}: ${tile.querySelector('.name')?.textContent}`)
		.join(', ')
}

/** How many pictures a page decodes in two seconds, and whether it hears meanwhile. */
async function twoSeconds(page: Page) {
	const before = await page.evaluate(received)
	await page.waitForTimeout(2000)
	const after = await page.evaluate(received)
	return {
		frames: after.framesDecoded - before.framesDecoded,
		heard: after.audioEnergy > before.audioEnergy,
	}
}

test('three browsers: a shared screen, a camera pulled out, a page in the background', async ({
	browser,
}) => {
	test.slow()
	const booking = await person(browser, 'candidate', 144, phone)
	await findOffer(booking, 'vend')
	await bookVideo(booking)
	const { interview, stand } = await booked(booking)
	await booking.context().close()
	const path = `/interviews/${interview.id}`
	const { page: recruiter } = await recruiterOf(browser, interview.id, stand)
	const invited = await recruiter.evaluate(async (path) => {
		const answer = await fetch(`/api/v1${path}/guests`, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify({ email: 'lou.interprete@exemple.fr' }),
		})
		return answer.status
	}, path)
	expect(invited).toBe(201)
	await recruiter.goto(path)
	await enter(recruiter)
	await expect(recruiter.getByText(/En attente de/).first()).toBeVisible()
	await look(recruiter, 'room-alone')

	const fox = await firefox()
	try {
		const candidate = await fox.newPage()
		await candidate.evaluateOnNewDocument(watchConnections, cameraSize)
		await candidate.goto(`${address}/demo`)
		await candidate.evaluate(become, { role: 'candidate' as const, n: 144 })
		await candidate.goto(`${address}${path}`)
		await candidate.locator('::-p-xpath(//button[contains(., "Entrer dans")])').click()
		await expectSoundAndPicture(recruiter, 'the recruiter')
		await look(recruiter, 'room-two')
		const interpreter = await newcomer(browser, 'lou.interprete@exemple.fr', phone)
		await interpreter.goto(path)
		await enter(interpreter)
		const all: [string, Evaluates][] = [
			['the recruiter', recruiter],
			['the candidate', candidate],
			['the interpreter', interpreter],
		]
		for (const [who, page] of all) await expectSoundAndPicture(page, who)
		await look(recruiter, 'room-three')
		await look(interpreter, 'room-guest')
		await expectAccessible(interpreter)
		await interpreter.setViewportSize({ width: 844, height: 390 })
		await look(interpreter, 'room-guest-landscape')
		await recruiter.setViewportSize({ width: 844, height: 390 })
		await look(recruiter, 'room-three-landscape')
		await recruiter.setViewportSize({ width: 1280, height: 800 })

		// A screen is shared, seen sealed in both engines, and ends.
		await recruiter.getByRole('button', { name: 'Partager' }).click()
		await expect(interpreter.getByRole('button', { name: 'Micro', exact: true })).toBeVisible()
		await candidate.locator('::-p-xpath(//figcaption[contains(., "Écran de")])').wait()
		await expectSoundAndPicture(candidate, 'the candidate, with a screen')
		await look(recruiter, 'room-sharing')
		for (const page of [recruiter, interpreter])
			await expect(page.locator('#island').getByRole('button', { name: /^Chiffré/ })).toBeVisible()
		for (const [who, page] of all.slice(1)) {
			await expect
				.poll(() => page.evaluate(screenShown), {
					message: `${who} sees the screen`,
					timeout: 30_000,
				})
				.toBe(true)
		}
		await recruiter.getByRole('button', { name: 'Arrêter' }).click()
		await expect
			.poll(async () =>
				candidate.evaluate(async () => document.body.innerText.includes('Écran de')),
			)
			.toBe(false)
		await expectSoundAndPicture(candidate, 'the candidate, after the screen')

		// A camera is pulled out: the next one takes its place, and the others see on.
		await recruiter.evaluate(unplug)
		await expect(recruiter.getByRole('button', { name: 'Caméra', exact: true })).toBeVisible()
		await expectSoundAndPicture(candidate, 'the candidate, after the camera was pulled out')

		// In the background no pictures come, the sound goes on; back, they come again.
		await background(recruiter, true)
		await expect
			.poll(async () => (await twoSeconds(recruiter)).frames, { timeout: 30_000 })
			.toBeLessThan(4)
		expect((await twoSeconds(recruiter)).heard).toBe(true)
		await background(recruiter, false)
		await expectSoundAndPicture(recruiter, 'the recruiter, back in front')

		// The interpreter's page is loaded again: in by itself, in the same place on all sides.
		const before = await Promise.all(all.map(([, page]) => page.evaluate(places)))
		await interpreter.reload()
		for (const [who, page] of all) await expectSoundAndPicture(page, `${who}, after the reload`)
		for (const [i, [who, page]] of all.entries()) {
			await expect.poll(() => page.evaluate(places), { message: who }).toBe(before[i])
		}
		await look(recruiter, 'room-three-again')

		// A second tab takes over from the first, and the others see one interpreter.
		const second = await interpreter.context().newPage()
		await second.goto(path)
		await enter(second)
		await expectSoundAndPicture(second, 'the second tab')
		await expect(interpreter.getByText('Vous êtes entré·e ailleurs')).toBeVisible()
		await expectSoundAndPicture(recruiter, 'the recruiter, with the second tab')
		await expect(recruiter.locator('.interpreter')).toHaveCount(1)
		await interpreter.context().close()
	} finally {
		await fox.close()
		await recruiter.context().close()
	}
})

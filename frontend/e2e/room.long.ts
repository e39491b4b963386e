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

		// A screen is shared, seen in both engines, and ends.
		await recruiter.getByRole('button', { name: 'Partager' }).click()
		await expect(interpreter.getByRole('button', { name: 'Micro', exact: true })).toBeVisible()
		await candidate.locator('::-p-xpath(//figcaption[contains(., "Écran de")])').wait()
		await expectSoundAndPicture(candidate, 'the candidate, with a screen')
		await look(recruiter, 'room-sharing')
		await expect
			.poll(
				() =>
					interpreter.evaluate(() =>
						[...document.querySelectorAll<HTMLVideoElement>('video.contain')].some(
							(video) => video.videoHeight > 200,
						),
					),
				{ timeout: 20_000 },
			)
			.toBe(true)
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
		await interpreter.context().close()
	} finally {
		await fox.close()
		await recruiter.context().close()
	}
})

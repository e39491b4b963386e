import { expect, test } from '@playwright/test'
import { booked, bookVideo, findOffer } from './booking.ts'
import { cameraSize, firefox } from './browsers.ts'
import { look } from './look.ts'
import {
	type Evaluates,
	expectSoundAndPicture,
	type Shown,
	shown,
	watchConnections,
	watchFrames,
} from './media.ts'
import { become, person, phone, recruiterOf } from './people.ts'
import { address } from './server.ts'

/** A camera of two sizes: its large pictures have 360 lines, its small ones 180. */
function middling(): void {
	Object.assign(window, { camera: { width: 640, height: 360 } })
}

/** Runs in a page: saves data, or no more, with the box in the room's settings. */
async function toggle(): Promise<void> {
	document.querySelector<HTMLInputElement>('dialog input[type="checkbox"]')?.click()
}

/** Waits until the other person is shown in so many lines. */
async function expectHeight(page: Evaluates, who: string, height: number): Promise<void> {
	await expect
		.poll(async () => (await page.evaluate(shown)).height, {
			message: `${who} sees ${height} lines`,
			timeout: 20_000,
			intervals: [100],
		})
		.toBe(height)
}

/** The same decoder went on over a switch: with a keyframe that it did not have to ask for. */
async function expectGoesOn(page: Evaluates, who: string, was: Shown): Promise<Shown> {
	const is = await page.evaluate(shown)
	expect(is.decoders, `${who}: the decoder`).toBe(was.decoders)
	expect(is.keyFramesAsked, `${who}: keyframes asked for`).toBe(was.keyFramesAsked)
	expect(is.keyFramesDecoded, `${who}: keyframes`).toBeGreaterThan(was.keyFramesDecoded)
	expect(is.framesDecoded, `${who}: pictures`).toBeGreaterThan(was.framesDecoded)
	return is
}

test('a picture changes its size twenty times and goes on, in Chromium and in Firefox', async ({
	browser,
}) => {
	test.slow()
	const candidate = await person(browser, 'candidate', 142, phone)
	await candidate.addInitScript(middling)
	await findOffer(candidate, 'cuisin')
	await bookVideo(candidate)
	const { interview, stand } = await booked(candidate)
	const { page: found, n } = await recruiterOf(browser, interview.id, stand)
	await found.context().close()
	await candidate.goto(`/interviews/${interview.id}`)
	await candidate.getByRole('button', { name: 'Entrer dans l’entretien' }).click()

	const fox = await firefox()
	try {
		const recruiter = await fox.newPage()
		await recruiter.evaluateOnNewDocument(watchConnections, cameraSize)
		await recruiter.evaluateOnNewDocument(middling)
		await recruiter.goto(`${address}/demo`)
		await recruiter.evaluate(become, { role: 'recruiter' as const, n })
		await recruiter.goto(`${address}/interviews/${interview.id}`)
		await recruiter.locator('::-p-xpath(//button[contains(., "Entrer dans")])').click()
		await expectSoundAndPicture(candidate, 'Chromium')
		await expectSoundAndPicture(recruiter, 'Firefox')

		await candidate.getByRole('button', { name: 'Réglages' }).click()
		await expect(candidate.getByLabel('Économiser les données')).toBeVisible()
		await look(candidate, 'saver')
		await recruiter.locator('::-p-xpath(//button[contains(., "Réglages")])').click()
		await recruiter.locator('dialog input[type="checkbox"]').wait()

		const pages: [string, Evaluates][] = [
			['Chromium', candidate],
			['Firefox', recruiter],
		]
		for (const [who, page] of pages) await expectHeight(page, who, 360)
		const before = await Promise.all(pages.map(([, page]) => page.evaluate(shown)))
		let last = before
		for (const [, page] of pages) await page.evaluate(watchFrames)
		for (let n = 0; n < 20; n++) {
			for (const [, page] of pages) await page.evaluate(toggle)
			for (const [who, page] of pages) await expectHeight(page, who, n % 2 ? 360 : 180)
			last = await Promise.all(
				pages.map(([who, page], i) =>
					expectGoesOn(page, `${who}, switch ${n + 1}`, last[i] as Shown),
				),
			)
		}
		for (const [i, [who, page]] of pages.entries()) {
			const after = await page.evaluate(shown)
			const was = before[i] as Shown
			expect(after.framesDecoded - was.framesDecoded, `${who}: pictures decoded`).toBeGreaterThan(
				50,
			)
			expect(after.freezes - was.freezes, `${who}: freezes`).toBeLessThan(6)
			expect(after.frozen - was.frozen, `${who}: seconds frozen`).toBeLessThan(3)
			expect(after.longest, `${who}: the longest wait for a picture`).toBeLessThan(1500)
		}
		await candidate.getByRole('button', { name: 'Terminé' }).click()
		await expectSoundAndPicture(candidate, 'Chromium, after the switches')
		await expectSoundAndPicture(recruiter, 'Firefox, after the switches')
		await look(candidate, 'after-switches')
	} finally {
		await fox.close()
		await candidate.context().close()
	}
})

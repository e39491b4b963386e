// From the click that enters an interview to the first picture of the other person, in
// two Chromium. Not a test: it prints what it measured. `make first-picture` runs it; an
// idle machine tells the truth, a busy one the load.
import { expect, test } from '@playwright/test'
import { booked, bookVideo, findOffer } from './booking.ts'
import { person, phone, recruiterOf } from './people.ts'

const rounds = Number(process.env.SALON_E2E_ROUNDS ?? 20)

interface Watched {
	clicked?: number
	pictured?: number
}

/** Runs before a page's own scripts: notes when the room was asked for and when somebody was seen. */
function watch(): void {
	const w = window as unknown as Watched
	addEventListener(
		'click',
		(event) => {
			const button = (event.target as HTMLElement).closest('button')
			if (button?.textContent?.includes('Entrer dans')) w.clicked = performance.now()
		},
		true,
	)
	const look = () => {
		const video = document.querySelector<HTMLVideoElement>('.large video')
		if (!video) return void requestAnimationFrame(look)
		video.requestVideoFrameCallback(() => {
			w.pictured = performance.now()
		})
	}
	requestAnimationFrame(look)
}

test('from the click to the first picture', async ({ browser }) => {
	test.setTimeout(rounds * 20_000 + 120_000)
	const candidate = await person(browser, 'candidate', 181, phone)
	await findOffer(candidate, 'soignant')
	await bookVideo(candidate)
	const { interview, stand } = await booked(candidate)
	const { page: recruiter } = await recruiterOf(browser, interview.id, stand)
	await recruiter.goto(`/interviews/${interview.id}`)
	await recruiter.getByRole('button', { name: 'Entrer dans l’entretien' }).click()
	await expect(recruiter.getByRole('toolbar')).toBeVisible()

	const took: number[] = []
	await candidate.context().addInitScript(watch)
	for (let round = 0; round < rounds; round++) {
		const page = await candidate.context().newPage()
		await page.goto(`/interviews/${interview.id}`)
		await page.getByRole('button', { name: 'Entrer dans l’entretien' }).click()
		await page.waitForFunction(() => (window as unknown as Watched).pictured)
		took.push(
			await page.evaluate(() => {
				const { clicked = 0, pictured = 0 } = window as unknown as Watched
				return pictured - clicked
			}),
		)
		await page.close()
	}
	took.sort((a, b) => a - b)
	const at = (share: number) => Math.round(took[Math.ceil(share * rounds) - 1] ?? 0)
	console.log(
		`click to first picture, ${rounds} times: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, longest ${at(1)} ms`,
	)
	await candidate.context().close()
	await recruiter.context().close()
})

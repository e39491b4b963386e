import { expect, test } from '@playwright/test'
import { booked, bookVideo, findOffer } from './booking.ts'
import { look } from './look.ts'
import { expectSoundAndPicture } from './media.ts'
import { Server } from './ownserver.ts'
import { person, phone, read, recruiterOf } from './people.ts'

const server = new Server(40)
const { address } = server
test.beforeAll(() => server.start())
test.afterAll(() => server.remove())

test('a call comes back by itself after a restart, and after a kill all is there', async ({
	browser,
}) => {
	const here = { baseURL: address }
	const candidate = await person(browser, 'candidate', 131, { ...phone, ...here })
	await findOffer(candidate, 'soignant')
	await bookVideo(candidate)
	const { interview, stand } = await booked(candidate)
	const { page: recruiter } = await recruiterOf(browser, interview.id, stand, here)
	for (const page of [candidate, recruiter]) {
		await page.goto(`/interviews/${interview.id}`)
		await page.getByRole('button', { name: 'Entrer dans l’entretien' }).click()
	}
	await expectSoundAndPicture(candidate, 'the candidate')

	// As each is: the candidate muted and saving data, the recruiter with a screen to show.
	await candidate.getByRole('button', { name: 'Micro', exact: true }).click()
	await candidate.getByRole('button', { name: 'Réglages' }).click()
	await candidate.getByLabel('Économiser les données').check()
	await candidate.keyboard.press('Escape')
	await recruiter.getByRole('button', { name: 'Partager' }).click()
	const asBefore = async () => {
		await expect(recruiter.locator('.large figure').getByText('Micro coupé')).toBeAttached()
		await expect(recruiter.getByRole('button', { name: 'Arrêter' })).toBeVisible()
		await expect(candidate.getByRole('button', { name: 'Micro coupé' })).toBeVisible()
		await expect(candidate.locator('.large figure').getByText(/Écran de/)).toBeVisible()
		for (const page of [candidate, recruiter])
			await expect(page.locator('#island').getByRole('button', { name: /^Chiffré/ })).toBeVisible()
	}
	await asBefore()

	// Asked to stop, the server says so and ends well; both come back without a touch.
	expect(await server.stop('SIGTERM')).toBe(0)
	for (const page of [candidate, recruiter]) {
		await expect(page.locator('#island').getByText('Le salon redémarre')).toBeVisible()
	}
	await look(candidate, 'restart-said')
	await server.start()
	await expectSoundAndPicture(candidate, 'the candidate after the restart')
	await asBefore()
	await candidate.getByRole('button', { name: 'Réglages' }).click()
	await expect(candidate.getByLabel('Économiser les données')).toBeChecked()
	await candidate.keyboard.press('Escape')
	await recruiter.getByRole('button', { name: 'Arrêter' }).click()
	await candidate.getByRole('button', { name: 'Micro coupé' }).click()
	await expectSoundAndPicture(recruiter, 'the recruiter after the restart')

	// Killed without a word: accounts, booking and room are found again.
	await server.stop('SIGKILL')
	await expect(candidate.locator('#island').getByText('Connexion perdue')).toBeVisible()
	await look(candidate, 'restart-killed')
	await server.start()
	await expectSoundAndPicture(candidate, 'the candidate after the kill')
	await expectSoundAndPicture(recruiter, 'the recruiter after the kill')
	const mine = await read<{ items: { id: string; state: string }[] }>(candidate, '/me/interviews')
	expect(mine.body.items.filter((i) => i.id === interview.id)).toMatchObject([{ state: 'live' }])

	await candidate.context().close()
	await recruiter.context().close()
})

import { expect, test } from '@playwright/test'
import { atDesk, callNext, place, question, takePlace, ticketOf } from './line.ts'
import { look } from './look.ts'
import { Server } from './ownserver.ts'
import { person, phone } from './people.ts'

const server = new Server(60)
test.beforeAll(() => server.start())
test.afterAll(() => server.remove())

test('places and ranks survive a restart and a kill of the server', async ({ browser }) => {
	const here = { baseURL: server.address }
	const desk = await atDesk(browser, 146, here)
	const first = await person(browser, 'candidate', 405, { ...phone, ...here })
	const second = await person(browser, 'candidate', 406, { ...phone, ...here })
	await takePlace(first, desk.stand)
	await takePlace(second, desk.stand)
	const before = [await ticketOf(first), await ticketOf(second)]

	// Asked to stop, the server says so; the page comes back without a touch.
	expect(await server.stop('SIGTERM')).toBe(0)
	for (const page of [first, desk.page])
		await expect(page.getByRole('main').getByText('Le salon redémarre')).toBeVisible()
	await expect(
		first.getByRole('main').getByText('Vous gardez votre place et votre rang'),
	).toBeVisible()
	await look(first, 'line-restarting')
	await server.start()
	await expect(first.getByRole('main').getByText('Le salon redémarre')).toHaveCount(0, {
		timeout: 40_000,
	})
	await expect(place(second, desk.stand)).toContainText('2e dans la file')

	// Killed without a word, in the middle of a question.
	await callNext(desk)
	await expect(question(first)).toBeVisible()
	await server.stop('SIGKILL')
	await expect(first.getByRole('main').getByText('Connexion perdue')).toBeVisible()
	await look(first, 'line-killed')
	await server.start()
	await expect(first.getByRole('main').getByText('Connexion perdue')).toHaveCount(0, {
		timeout: 40_000,
	})
	expect([await ticketOf(first), await ticketOf(second)].map(({ id }) => id)).toEqual(
		before.map(({ id }) => id),
	)
	expect((await ticketOf(first)).joined_at).toBe(before[0]?.joined_at)
	await expect(place(first, desk.stand)).toBeVisible()
	await expect(place(second, desk.stand)).toContainText(/dans la file|prochaine personne/)
	for (const page of [first, second, desk.page]) await page.context().close()
})

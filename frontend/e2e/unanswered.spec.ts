import { expect, test } from '@playwright/test'
import { expectAccessible } from './accessible.ts'
import { atDesk, callNext, question, takePlace, ticketOf } from './line.ts'
import { look } from './look.ts'
import { person, phone } from './people.ts'

test('a call that nobody answers is told, and the place is kept', async ({ browser }) => {
	test.setTimeout(240_000)
	const desk = await atDesk(browser, 147)
	const candidate = await person(browser, 'candidate', 407, phone)
	await takePlace(candidate, desk.stand)
	const { id } = await ticketOf(candidate)
	await callNext(desk)
	await expect(question(candidate)).toBeVisible()

	// A minute later.
	await expect(candidate.getByRole('main').getByText('Vous avez manqué votre tour')).toBeVisible({
		timeout: 90_000,
	})
	await expect(desk.page.getByRole('main').getByText('n’a pas répondu').first()).toBeVisible()
	await expectAccessible(candidate)
	await look(candidate, 'line-missed')
	await look(desk.page, 'line-unanswered')
	await candidate.getByRole('button', { name: 'Je suis là' }).first().press('Enter')
	await expect(candidate.getByRole('main').getByText('Vous avez manqué votre tour')).toHaveCount(0)
	expect((await ticketOf(candidate)).id).toBe(id)

	await callNext(desk)
	await expect(question(candidate)).toBeVisible()
	await candidate.getByRole('button', { name: 'Oui, j’y vais' }).click()
	await expect(desk.page).toHaveURL(/\/interviews\//)
	for (const page of [candidate, desk.page]) await page.context().close()
})

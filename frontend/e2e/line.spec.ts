import { expect, type Page, test } from '@playwright/test'
import { expectAccessible } from './accessible.ts'
import { atDesk, callNext, place, question, takePlace, ticketOf } from './line.ts'
import { look } from './look.ts'
import { person, phone } from './people.ts'

const nobody = 'Personne ne peut être appelé à cet instant'

async function close(...pages: Page[]): Promise<void> {
	for (const page of pages) await page.context().close()
}

test('a candidate waits at three stands and two of them call, never both at once', async ({
	browser,
}) => {
	const first = await atDesk(browser, 141)
	const second = await atDesk(browser, 142)
	const third = await atDesk(browser, 143)
	const candidate = await person(browser, 'candidate', 401, phone)
	for (const { stand } of [first, second, third]) await takePlace(candidate, stand)
	await expect(candidate.getByRole('heading', { name: 'Mes places' })).toContainText('3 sur 5')
	for (const { stand } of [first, second, third])
		await expect(place(candidate, stand)).toContainText('Vous êtes la prochaine personne')
	await expectAccessible(candidate)
	await look(candidate, 'line-three')

	// The first stand calls, by the keyboard; the question is seen, heard of, and in the title.
	await first.page.getByRole('button', { name: 'Appeler la personne suivante' }).press('Enter')
	await expect(question(candidate)).toBeVisible()
	await expect(candidate.getByRole('timer')).toHaveText(/[01]:\d\d/)
	await expect(candidate).toHaveTitle(/Prêt·e maintenant/)
	await expect(candidate.locator('#live')).toContainText('C’est à vous')
	await expectAccessible(candidate)
	await expectAccessible(first.page)
	await look(candidate, 'line-called')
	await look(first.page, 'line-calling')

	// The second stand does not reach somebody who is being asked.
	await callNext(second)
	await expect(second.page.getByRole('main').getByText(nobody)).toBeVisible()
	await look(second.page, 'line-nobody')

	// Yes, by the keyboard: both are in the interview at once.
	await candidate.getByRole('button', { name: 'Oui, j’y vais' }).press('Enter')
	await expect(candidate).toHaveURL(/\/interviews\/[a-z2-7]{26}$/)
	await expect(first.page).toHaveURL(candidate.url())
	for (const page of [candidate, first.page])
		await page.getByRole('button', { name: 'Entrer dans l’entretien' }).click()
	await expect(first.page.getByRole('button', { name: 'Terminer' })).toBeVisible()

	// Nor somebody who is in an interview.
	await callNext(second)
	await expect(second.page.getByRole('main').getByText(nobody)).toBeVisible()
	await first.page.getByRole('button', { name: 'Terminer' }).click()
	await first.page.getByRole('button', { name: 'Garder dans le vivier' }).click()
	await expect(
		candidate.getByRole('main').getByText('L’entreprise garde votre profil'),
	).toBeVisible()

	// Free again: the second stand's call comes.
	await candidate.goto('/me')
	await expect(candidate.getByRole('heading', { name: 'Mes places' })).toContainText('2 sur 5')
	await expect(candidate.getByRole('main').getByText('Entretien passé')).toBeVisible()
	await callNext(second)
	await expect(question(candidate)).toBeVisible()
	await expect(candidate.getByRole('main').getByText(`chez ${second.stand.name}`)).toBeVisible()
	await candidate.getByRole('button', { name: 'Oui, j’y vais' }).click()
	await expect(second.page).toHaveURL(/\/interviews\/[a-z2-7]{26}$/)
	await close(candidate, first.page, second.page, third.page)
})

test('who asks for ten minutes keeps the rank, and can do so once', async ({ browser }) => {
	const desk = await atDesk(browser, 144)
	const early = await person(browser, 'candidate', 402, phone)
	const late = await person(browser, 'candidate', 403, phone)
	await takePlace(early, desk.stand)
	await takePlace(late, desk.stand)
	await expect(place(late, desk.stand)).toContainText('2e dans la file')
	const { joined_at } = await ticketOf(early)

	await callNext(desk)
	await early.getByRole('button', { name: 'Dans 10 minutes' }).press('Enter')
	await expect(place(early, desk.stand)).toContainText('Vous gardez votre rang')
	await expect(desk.page.getByRole('main').getByText('et garde son rang')).toBeVisible()
	await look(early, 'line-postponed')
	expect((await ticketOf(early)).joined_at).toBe(joined_at)
	await place(early, desk.stand).getByText('Modifier').click()
	await expect(place(early, desk.stand)).toContainText('Vous avez déjà demandé un délai')
	await expect(early.getByRole('button', { name: 'Laisser passer' })).toHaveCount(0)

	// Meanwhile the next one is called, who gives the place up.
	await callNext(desk)
	await expect(question(late)).toBeVisible()
	await late.getByRole('button', { name: 'Laisser ma place' }).click()
	await expect(late.getByRole('main').getByText('Vous n’êtes dans aucune file.')).toBeVisible()
	await expect(desk.page.getByRole('main').getByText('a laissé sa place')).toBeVisible()

	// The rank is still the first.
	await takePlace(late, desk.stand)
	await expect(place(late, desk.stand)).toContainText('2e dans la file')
	await close(early, late, desk.page)
})

test('a place survives a lost network, a reload, a second tab and another device', async ({
	browser,
}) => {
	const desk = await atDesk(browser, 145)
	const candidate = await person(browser, 'candidate', 404, phone)
	await takePlace(candidate, desk.stand)
	const { id } = await ticketOf(candidate)

	await candidate.context().setOffline(true)
	await expect(candidate.getByRole('main').getByText('Connexion perdue')).toBeVisible({
		timeout: 40_000,
	})
	await expect(candidate.getByRole('main').getByText('Vous gardez votre place')).toBeVisible()
	await expect(place(candidate, desk.stand)).toBeVisible()
	await look(candidate, 'line-offline')
	await candidate.context().setOffline(false)
	await expect(candidate.getByRole('main').getByText('Connexion perdue')).toHaveCount(0)
	await expect(place(candidate, desk.stand)).toContainText('Vous êtes la prochaine personne')

	await candidate.reload()
	await expect(place(candidate, desk.stand)).toContainText('Vous êtes la prochaine personne')
	expect((await ticketOf(candidate)).id).toBe(id)

	// Asked on every screen; answered on one, the others know.
	const tab = await candidate.context().newPage()
	await tab.goto('/me')
	const device = await person(browser, 'candidate', 404)
	await device.goto('/me')
	expect((await ticketOf(device)).id).toBe(id)
	await callNext(desk)
	for (const page of [candidate, tab, device]) await expect(question(page)).toBeVisible()
	await device.getByRole('button', { name: 'Oui, j’y vais' }).click()
	await expect(device).toHaveURL(/\/interviews\//)
	for (const page of [candidate, tab]) {
		await expect(question(page)).toHaveCount(0)
		await expect(page.getByRole('link', { name: 'Entrer' }).first()).toBeVisible()
	}
	await close(candidate, device, desk.page)
})

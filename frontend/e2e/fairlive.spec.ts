import { expect, type Locator, type Page, test } from '@playwright/test'
import { expectAccessible } from './accessible.ts'
import { atDesk, place, takePlace } from './line.ts'
import { look } from './look.ts'
import { person, phone, read } from './people.ts'

/** The row of a stand on the organiser's board. */
const row = (page: Page, stand: { name: string }): Locator =>
	page.getByRole('row').filter({ has: page.getByRole('link', { name: stand.name, exact: true }) })

/** Opens what can be done for a stand and chooses one thing, by the keyboard alone. */
async function act(page: Page, stand: { name: string }, what: string): Promise<Locator> {
	await page.getByRole('button', { name: `Agir pour ${stand.name}`, exact: true }).press('Enter')
	await page.getByRole('dialog').getByRole('button', { name: what }).press('Enter')
	return page.getByRole('dialog', { name: what })
}

test('an organiser sees a line grow that nobody calls, writes, extends, moves the line', async ({
	browser,
}) => {
	const from = await atDesk(browser, 157)
	const to = await atDesk(browser, 158)
	const organiser = await person(browser, 'organiser', 1)
	await organiser.goto('/organise')
	await expect(organiser.getByRole('tab', { name: 'Le salon en direct' })).toHaveAttribute(
		'aria-selected',
		'true',
	)
	await expect(row(organiser, from.stand)).toContainText('1 en poste')

	// The line grows under the eyes, while somebody is there to call.
	const first = await person(browser, 'candidate', 451, phone)
	await takePlace(first, from.stand)
	await expect(row(organiser, from.stand)).toContainText('1 personne attend')
	const second = await person(browser, 'candidate', 452, phone)
	await takePlace(second, from.stand)
	await expect(row(organiser, from.stand)).toContainText('2 personnes attendent')

	// The recruiter's page is gone: a reload would be back by now, this one is not.
	await from.page.context().close()
	await expect(row(organiser, from.stand)).toContainText(
		'2 personnes attendent et personne n’appelle',
		{
			timeout: 15_000,
		},
	)
	await expect(row(organiser, from.stand)).toContainText('1 sans connexion')
	await organiser.getByLabel('Seulement ce qui presse').check()
	await expect(row(organiser, from.stand)).toBeVisible()
	await expect(row(organiser, to.stand)).toHaveCount(0)
	await look(organiser, 'fairlive-trouble')
	await expectAccessible(organiser)
	await organiser.setViewportSize({ width: 390, height: 844 })
	await look(organiser, 'fairlive-trouble')
	await expectAccessible(organiser)
	await organiser.setViewportSize({ width: 1280, height: 720 })
	await organiser.getByLabel('Seulement ce qui presse').uncheck()

	// Writes: the stand has the words.
	let dialog = await act(organiser, from.stand, 'Écrire au stand')
	await dialog.getByRole('textbox').fill('Deux personnes vous attendent : revenez-vous ?')
	await look(organiser, 'fairlive-write')
	await expectAccessible(organiser)
	await dialog.getByRole('button', { name: 'Envoyer' }).press('Enter')
	await expect(dialog).toHaveCount(0)
	// One dialog gave way to another: the focus is back at what opened the first.
	await expect(
		organiser.getByRole('button', { name: `Agir pour ${from.stand.name}`, exact: true }),
	).toBeFocused()
	await expect(row(organiser, from.stand)).toContainText('1 demande sans réponse')
	await expect(organiser.getByRole('heading', { name: 'Demandes sans réponse' })).toBeVisible()
	const threads = await read<{ items: { messages: { text: string }[] }[] }>(
		organiser,
		`/stands/${from.stand.id}/threads`,
	)
	expect(JSON.stringify(threads.body)).toContain('revenez-vous')

	// Extends: the line stays open although nobody is there.
	dialog = await act(organiser, from.stand, 'Prolonger l’ouverture')
	await dialog.getByRole('button', { name: 'Prolonger' }).press('Enter')
	await expect(row(organiser, from.stand)).toContainText('File ouverte, prolongée jusqu’à')

	// Moves the line; without a target it says so.
	dialog = await act(organiser, from.stand, 'Déplacer la file')
	await dialog.getByRole('button', { name: 'Déplacer 2 personnes' }).press('Enter')
	await expect(dialog.getByRole('alert')).toContainText('Choisissez le stand')
	const name = new RegExp(
		`^${to.stand.name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\s: 1 en poste`,
	)
	const option = await dialog.getByRole('option', { name }).getAttribute('value')
	await dialog.getByLabel('Vers quel stand').selectOption(option)
	await look(organiser, 'fairlive-move')
	await dialog.getByRole('button', { name: 'Déplacer 2 personnes' }).press('Enter')
	await expect(row(organiser, to.stand)).toContainText('2 personnes attendent')
	await expect(row(organiser, from.stand)).not.toContainText('attend')
	await expect(place(first, to.stand)).toContainText('Vous êtes la prochaine personne')
	await expect(place(second, to.stand)).toContainText('2e dans la file')
	await look(organiser, 'fairlive')
	await expectAccessible(organiser)

	// Pauses, and opens again.
	dialog = await act(organiser, to.stand, 'Mettre la file en pause')
	await dialog.getByRole('button', { name: 'Mettre en pause' }).press('Enter')
	await expect(row(organiser, to.stand)).toContainText('File en pause jusqu’à')
	await organiser
		.getByRole('button', { name: `Agir pour ${to.stand.name}`, exact: true })
		.press('Enter')
	await organiser
		.getByRole('dialog')
		.getByRole('button', { name: 'Rouvrir la file' })
		.press('Enter')
	await expect(row(organiser, to.stand)).toContainText('File ouverte')

	// Without a network it says so, keeps what it knew, and comes back.
	await organiser.context().setOffline(true)
	await expect(organiser.getByRole('main').getByText('Connexion perdue')).toBeVisible()
	await organiser.getByRole('button', { name: 'Réessayer' }).first().click()
	await expect(organiser.getByText('Ce que vous voyez date de')).toBeVisible()
	await expect(row(organiser, to.stand)).toContainText('2 personnes attendent')
	await look(organiser, 'fairlive-lost')
	await expectAccessible(organiser)
	await organiser.context().setOffline(false)
	await expect(organiser.getByRole('main').getByText('Connexion perdue')).toHaveCount(0)
	await expect(organiser.getByText('Ce que vous voyez date de')).toHaveCount(0)
	for (const page of [organiser, first, second, to.page]) await page.context().close()
})

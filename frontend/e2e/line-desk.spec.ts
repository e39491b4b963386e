import { expect, test } from '@playwright/test'
import { expectAccessible } from './accessible.ts'
import { atDesk, callNext, place, question, takePlace } from './line.ts'
import { look } from './look.ts'
import { person, phone, read } from './people.ts'

const fair = '/fairs/rencontres-2021'

test('somebody is handed to another stand by the keyboard, and keeps the rank', async ({
	browser,
}) => {
	const from = await atDesk(browser, 148)
	const to = await atDesk(browser, 149)
	const candidate = await person(browser, 'candidate', 408, phone)
	const other = await person(browser, 'candidate', 409, phone)
	await takePlace(candidate, from.stand)
	await takePlace(other, to.stand)
	await expect(place(other, to.stand)).toContainText('Vous êtes la prochaine personne')

	const person1 = from.page.locator('ol .open').first()
	const name = (await person1.textContent()) ?? ''
	await person1.press('Enter')
	await expect(from.page.locator('#person')).toBeFocused()
	await expect(from.page.locator('#person')).toHaveText(name)
	await from.page.getByRole('button', { name: 'Confier à' }).press('Enter')
	const dialog = from.page.getByRole('dialog')
	await dialog.getByRole('button', { name: 'Confier' }).press('Enter')
	await expect(dialog.getByRole('alert')).toContainText('Choisissez d’abord')
	await dialog.getByLabel('Chercher un stand').focus()
	await from.page.keyboard.type(to.stand.name.slice(0, 12).toUpperCase())
	await dialog.getByRole('radio', { name: to.stand.name }).press('Space')
	await dialog.getByLabel('Un mot pour votre collègue').fill('Vise plutôt vos ateliers.')
	await look(from.page, 'line-handoff')
	await expectAccessible(from.page)
	await dialog.getByRole('button', { name: 'Confier' }).press('Enter')
	await expect(
		from.page.getByRole('main').getByText('Personne n’attend pour le moment.'),
	).toBeVisible()

	// The other stand has them first, with the words; the candidate sees where.
	await expect(to.page.locator('ol .open').first()).toHaveText(name)
	await expect(
		to.page.getByRole('main').getByText(`vient du stand ${from.stand.name}`),
	).toBeVisible()
	await to.page.locator('ol .open').first().press('Enter')
	await expect(to.page.getByRole('main').getByText('Vise plutôt vos ateliers.')).toBeVisible()
	await look(to.page, 'line-handed')
	await expect(place(candidate, to.stand)).toContainText('Vous êtes la prochaine personne')
	await expect(place(candidate, from.stand)).toHaveCount(0)
	await expect(place(other, to.stand)).toContainText('2e dans la file')
	await callNext(to)
	await expect(question(candidate)).toBeVisible()
	for (const page of [candidate, other, from.page, to.page]) await page.context().close()
})

test('calling somebody out of turn asks why; sending back keeps the place', async ({ browser }) => {
	const desk = await atDesk(browser, 151)
	const first = await person(browser, 'candidate', 411, phone)
	const second = await person(browser, 'candidate', 412, phone)
	await takePlace(first, desk.stand)
	await takePlace(second, desk.stand)

	await desk.page.locator('ol .open').nth(1).click()
	await desk.page.getByLabel('Note du stand').fill('A déjà travaillé chez nous.')
	await expect(desk.page.getByRole('main').getByText('Notes enregistrées')).toBeVisible()
	const dialog = desk.page.getByRole('dialog')
	await desk.page.getByRole('button', { name: 'Écrire' }).click()
	await dialog.getByRole('textbox').fill('Avez-vous votre permis ?')
	await dialog.getByRole('button', { name: 'Envoyer' }).click()
	await expect(dialog).toHaveCount(0)
	await expect(second.getByRole('main').getByText('Avez-vous votre permis ?').first()).toBeVisible()
	await desk.page.getByRole('button', { name: 'Appeler cette personne' }).click()
	await dialog.getByRole('button', { name: 'Appeler cette personne' }).click()
	await expect(dialog.getByRole('alert')).toContainText('Dites pourquoi')
	await dialog.getByLabel('Raison').fill('Doit partir à 15 h')
	await look(desk.page, 'line-reason')
	await dialog.getByLabel('Raison').press('Enter')
	await expect(question(second)).toBeVisible()
	await expect(question(first)).toHaveCount(0)

	await desk.page.getByRole('button', { name: 'Renvoyer dans la file' }).click()
	await expect(question(second)).toHaveCount(0)
	await expect(place(second, desk.stand)).toContainText('2e dans la file')
	await desk.page.reload()
	await desk.page.locator('ol .open').nth(1).click()
	await expect(desk.page.getByLabel('Note du stand')).toHaveValue('A déjà travaillé chez nous.')
	for (const page of [first, second, desk.page]) await page.context().close()
})

test('a line pauses with a message, and closes with something offered instead', async ({
	browser,
}) => {
	const desk = await atDesk(browser, 152)
	const candidate = await person(browser, 'candidate', 413, phone)
	await takePlace(candidate, desk.stand)
	await desk.page.getByRole('button', { name: 'Mettre la file en pause' }).click()
	await desk.page.getByLabel('Durée').selectOption('15')
	await desk.page.getByLabel('Message à ceux qui attendent').fill('Nous revenons vite.')
	await look(desk.page, 'line-pausing')
	await desk.page.getByRole('dialog').getByRole('button', { name: 'Mettre en pause' }).click()
	await expect(
		desk.page.getByRole('main').getByText('Les candidats voient : en pause'),
	).toBeVisible()
	await expect(place(candidate, desk.stand)).toContainText('vous gardez votre place')
	await expect(place(candidate, desk.stand)).toContainText('Nous revenons vite.')
	await look(candidate, 'line-paused')

	// The public page says so, and still gives places.
	const visitor = await person(browser, 'candidate', 414, phone)
	await visitor.goto(`${fair}/stands/${desk.stand.slug}`)
	await expect(visitor.getByRole('main').getByText('Le stand fait une pause jusqu’à')).toBeVisible()
	await expect(visitor.getByRole('main').getByText('Nous revenons vite.')).toBeVisible()
	await expectAccessible(visitor)
	await look(visitor, 'line-stand-paused')

	await desk.page.getByRole('button', { name: 'Rouvrir la file' }).click()
	await expect(place(candidate, desk.stand)).not.toContainText('vous gardez votre place')

	await desk.page.getByRole('button', { name: 'Fermer la file' }).click()
	const dialog = desk.page.getByRole('dialog')
	await dialog.getByLabel('de les rappeler par téléphone').check()
	await dialog.getByLabel('Message à ceux qui attendent').fill('Nous vous appelons demain matin.')
	await dialog.getByRole('button', { name: 'Fermer la file' }).click()
	await expect(
		desk.page.getByRole('main').getByText('Les candidats voient : file fermée'),
	).toBeVisible()
	await expect(candidate.getByRole('main').getByText('Le stand a fermé sa file')).toBeVisible()
	await expect(
		candidate.getByRole('main').getByText('Nous vous appelons demain matin.'),
	).toBeVisible()
	await expect(
		candidate.getByRole('main').getByText('L’entreprise vous rappelle par téléphone'),
	).toBeVisible()
	await expectAccessible(candidate)
	await look(candidate, 'line-closed')
	await visitor.reload()
	await expect(
		visitor.getByRole('main').getByText('La file est fermée pour le moment'),
	).toBeVisible()
	await look(visitor, 'line-stand-closed')
	for (const page of [candidate, visitor, desk.page]) await page.context().close()
})

test('a line keeps its hours, and the public page says when it opens', async ({ browser }) => {
	const desk = await atDesk(browser, 159)
	const visitor = await person(browser, 'candidate', 415, phone)
	await visitor.goto(`${fair}/stands/${desk.stand.slug}`)
	await expect(visitor.getByRole('button', { name: 'Prendre une place maintenant' })).toBeVisible()

	// Only tomorrow, by the keyboard.
	const tomorrow = new Intl.DateTimeFormat('fr-FR', { weekday: 'long', timeZone: 'Europe/Paris' })
	const day = tomorrow.format(Date.now() + 86_400_000)
	await desk.page.getByRole('button', { name: 'Horaires' }).press('Enter')
	const dialog = desk.page.getByRole('dialog')
	const drop = dialog.getByRole('button', { name: 'Retirer la plage' })
	for (let left = await drop.count(); left > 0; left--) await drop.first().press('Enter')
	await dialog.getByRole('button', { name: 'Ajouter une plage' }).press('Enter')
	for (const box of await dialog.getByRole('checkbox').all()) {
		const wanted = (await box.getAttribute('aria-label')) === day
		if ((await box.isChecked()) !== wanted) await box.press('Space')
	}
	await dialog.getByLabel('Fin').fill('08:00')
	await dialog.getByRole('button', { name: 'Enregistrer' }).press('Enter')
	await expect(dialog.getByRole('alert')).toContainText('La fin doit venir après le début')
	await dialog.getByLabel('Fin').fill('11:30')
	await expectAccessible(desk.page)
	await look(desk.page, 'line-hours')
	await dialog.getByRole('button', { name: 'Enregistrer' }).press('Enter')
	await expect(
		desk.page.getByRole('main').getByText('Les candidats voient : stand fermé'),
	).toBeVisible()

	await visitor.getByRole('button', { name: 'Prendre une place maintenant' }).click()
	await expect(visitor.getByRole('main').getByText('La file de ce stand est fermée')).toBeVisible()
	await expect(
		visitor.getByRole('main').getByText(new RegExp(`Elle ouvre ${day}.* à 9\\sh`)),
	).toBeVisible()
	await look(visitor, 'line-stand-hours')
	await visitor.context().close()
	await desk.page.context().close()
})

for (const [size, options] of [
	['390 px', phone],
	['1280 px', { viewport: { width: 1280, height: 800 } }],
] as const) {
	test(`board and desk with people in them are accessible at ${size}`, async ({ browser }) => {
		const n = size === '390 px' ? 153 : 154
		const desk = await atDesk(browser, n, options)
		const candidate = await person(browser, 'candidate', n + 300, options)
		await takePlace(candidate, desk.stand)
		await desk.page.locator('ol .open').first().click()
		for (const prefix of ['', '/en']) {
			await candidate.goto(`${prefix}/me`)
			await expect(candidate.locator('main h3').first()).toBeVisible()
			await candidate.locator('main details').first().locator('summary').click()
			await expectAccessible(candidate)
			await desk.page.goto(`${prefix}/desk`)
			await desk.page.locator('ol .open').first().click()
			await expect(desk.page.locator('#note')).toBeVisible()
			await expectAccessible(desk.page)
			await look(desk.page, `line-desk${prefix.replace('/', '-')}`)
			for (const view of await desk.page.locator('.views button:visible').all()) {
				await view.click()
				await expectAccessible(desk.page)
			}
		}
		await candidate.context().close()
		await desk.page.context().close()
	})
}

test('at an anonymous fair a recruiter learns the name when they meet', async ({ browser }) => {
	const organiser = await person(browser, 'organiser', 1)
	const anonymous = async (on: boolean) => {
		await organiser.goto('/organise')
		await organiser.getByRole('tab', { name: 'Réglages' }).click()
		await organiser.getByRole('checkbox', { name: /Sans nom jusqu’à l’entretien/ }).setChecked(on)
		await organiser.getByRole('button', { name: 'Enregistrer' }).click()
		await expect(organiser.getByText('Enregistré.').first()).toBeVisible()
	}
	await anonymous(true)
	const desk = await atDesk(browser, 156)
	const candidate = await person(browser, 'candidate', 421, phone)
	const name = (await read<{ name: string }>(candidate, '/me')).body.name
	await takePlace(candidate, desk.stand)
	await expect(desk.page.locator('ol .open').first()).toHaveText(/Candidat·e \d+/)
	await desk.page.locator('ol .open').first().press('Enter')
	await expect(desk.page.getByText('le nom apparaît quand vous vous rencontrez')).toBeVisible()
	await expect(desk.page.getByText(name)).toHaveCount(0)
	await look(desk.page, 'line-anonymous')
	await callNext(desk)
	await candidate.getByRole('button', { name: 'Oui, j’y vais' }).press('Enter')
	await expect(desk.page).toHaveURL(/\/interviews\//)
	await expect(desk.page.getByText(name)).toHaveCount(0)
	for (const page of [candidate, desk.page])
		await page.getByRole('button', { name: 'Entrer dans l’entretien' }).click()
	await expect(desk.page.getByText(name).first()).toBeVisible()
	await anonymous(false)
	for (const page of [organiser, desk.page, candidate]) await page.context().close()
})

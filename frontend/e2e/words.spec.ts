import { expect, test } from '@playwright/test'
import { expectAccessible } from './accessible.ts'
import { look } from './look.ts'
import { person, phone, read, visitor } from './people.ts'

const fair = '/fairs/rencontres-2021'

test('a question is asked on the stand’s page and answered at its desk', async ({ browser }) => {
	const recruiter = await person(browser, 'recruiter', 44)
	const me = await read<{ stands: { slug: string; name: string }[] }>(recruiter, '/me')
	const stand = me.body.stands[0]
	const candidate = await person(browser, 'candidate', 244, phone)
	await candidate.goto(`${fair}/stands/${stand?.slug}`)
	await candidate.getByText('Poser une question').click()
	await candidate
		.getByLabel('Votre question au stand')
		.fill('Le poste est-il ouvert aux débutants ? <b>')
	await look(candidate, 'words-ask')
	await candidate.getByRole('button', { name: 'Envoyer ma question' }).click()
	await expect(candidate.getByRole('status').filter({ hasText: 'Question envoyée' })).toBeVisible()

	await recruiter.goto('/desk')
	await recruiter.getByRole('tab', { name: 'Messages' }).click()
	await expect(recruiter.getByText(/Attend votre réponse depuis/)).toBeVisible()
	await look(recruiter, 'words-desk')
	await recruiter.locator('.rows button').first().click()
	await expect(recruiter.locator('ol', { hasText: 'ouvert aux débutants ? <b>' })).toBeVisible()

	await candidate.goto('/me')
	await candidate.getByRole('heading', { name: 'Messages' }).scrollIntoViewIfNeeded()
	await candidate.getByRole('button', { name: stand?.name ?? '' }).click()
	await recruiter.getByLabel('Écrire').fill('Oui, nous formons sur place.')
	await recruiter.getByRole('button', { name: 'Envoyer' }).click()
	await expect(candidate.locator('li', { hasText: 'Oui, nous formons sur place.' })).toBeVisible()
	await expect(recruiter.getByText(/Attend votre réponse/)).toHaveCount(0)
	await look(candidate, 'words-answer')
	await candidate.context().close()
	await recruiter.context().close()
})

test('a candidate applies and sees the company move the application on', async ({ browser }) => {
	const recruiter = await person(browser, 'recruiter', 45)
	const me = await read<{ stands: { id: string }[] }>(recruiter, '/me')
	const list = await read<{ items: { id: string; title: string }[] }>(
		recruiter,
		`/stands/${me.body.stands[0]?.id}/offers`,
	)
	const offer = list.body.items[0]
	const candidate = await person(browser, 'candidate', 245, phone)
	await candidate.goto(`${fair}/offers/${offer?.id}`)
	await candidate.locator('summary', { hasText: 'Postuler' }).click()
	await candidate.getByLabel(/Trois lignes sur vous/).fill('Cinq ans de métier, libre lundi.')
	await candidate.getByRole('button', { name: 'Envoyer ma candidature' }).click()
	await expect(candidate.getByText('Vous avez postulé.')).toBeVisible()
	await candidate.goto('/me')
	await expect(candidate.getByText('Reçue : l’entreprise va la lire')).toBeVisible()

	await recruiter.goto('/desk')
	await recruiter.getByRole('tab', { name: 'Candidatures' }).click()
	await expect(recruiter.getByText('Cinq ans de métier, libre lundi.')).toBeVisible()
	await look(recruiter, 'words-applications')
	// By the keyboard alone.
	await recruiter.getByRole('button', { name: /Faire avancer la candidature/ }).focus()
	await recruiter.keyboard.press('Enter')
	await recruiter.getByRole('radio', { name: 'À rencontrer' }).focus()
	await recruiter.keyboard.press('Space')
	await recruiter.getByLabel('Vos mots à la personne').fill('Venez nous voir mardi.')
	await recruiter.getByRole('button', { name: 'Enregistrer' }).focus()
	await recruiter.keyboard.press('Enter')

	await expect(
		candidate.getByText('L’entreprise veut vous rencontrer', { exact: true }),
	).toBeVisible()
	await expect(candidate.getByText('Venez nous voir mardi.')).toBeVisible()
	// One press books one of the times that go with it.
	const times = candidate.locator('.proposed')
	await times.getByRole('radio', { name: 'Par téléphone' }).check()
	await times.getByRole('radio', { name: 'Par vidéo' }).check()
	await look(candidate, 'words-application')
	await times.getByRole('button').first().click()
	await expect(candidate.locator('strong', { hasText: 'Rendez-vous pris' })).toBeVisible()
	await expect(candidate.getByRole('link', { name: 'Voir le rendez-vous' })).toBeVisible()
	await look(candidate, 'words-booked')
	await candidate.context().close()
	await recruiter.context().close()
})

test('an offer is kept and forgotten without a script', async ({ browser }) => {
	const candidate = await person(browser, 'candidate', 257, phone)
	const cookies = await candidate.context().cookies()
	const bare = await visitor(browser, { ...phone, javaScriptEnabled: false })
	await bare.context().addCookies(cookies)
	await bare.goto(`${fair}/offers`)
	const title = (await bare.locator('.offer-row .stretch').first().textContent()) ?? ''
	await bare.locator('.offer-row .stretch').first().click()
	await bare.getByRole('button', { name: 'Garder' }).click()
	await expect(bare.getByRole('button', { name: 'Gardé dans mes favoris' })).toBeVisible()
	await look(bare, 'words-kept')
	const offer = bare.url()
	await candidate.goto('/me')
	await expect(candidate.getByRole('heading', { name: 'Favoris' })).toBeVisible()
	await expect(candidate.getByRole('link', { name: title })).toBeVisible()
	await look(candidate, 'words-mine')
	// Messages, applications and favourites hold something in both languages.
	for (const form of ['ask', 'apply']) {
		const fields = bare.locator(`form[action$="/${form}"]`)
		await fields.locator('xpath=ancestor::details').locator('summary').click()
		await fields.locator('textarea').fill('Bonjour, je suis libre lundi.')
		await fields.getByRole('button').click()
	}
	for (const lang of ['', '/en']) {
		await candidate.goto(`${lang}/me`)
		await candidate.locator('section[aria-labelledby=messages] .row button').press('Enter')
		await expect(candidate.locator('section[aria-labelledby=messages] textarea')).toBeVisible()
		await expect(candidate.locator('section[aria-labelledby=applications] .row')).toHaveCount(1)
		await expect(candidate.locator('#companions')).toBeVisible()
		await expectAccessible(candidate)
		await look(candidate, `words-all${lang.replace('/', '-')}`)
	}
	await bare.goto(offer)
	await bare.getByRole('button', { name: 'Gardé dans mes favoris' }).click()
	await expect(bare.getByRole('button', { name: 'Garder' })).toBeVisible()
	await bare.context().close()
	await candidate.context().close()
})

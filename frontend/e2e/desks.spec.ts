import { expect, type Page, test } from '@playwright/test'
import { look } from './look.ts'
import { expectSoundAndPicture } from './media.ts'
import { newcomer } from './newcomer.ts'
import { person, phone, read } from './people.ts'

const fair = '/fairs/rencontres-2021'

async function openTab(page: Page, name: string): Promise<void> {
	await page.goto('/desk')
	await page.getByRole('tab', { name }).click()
	await expect(page.getByText('Un instant…')).toHaveCount(0)
}

/** "2026-11-28" some days from now, in the fair's zone. */
function dayFromNow(days: number): string {
	const at = new Date(Date.now() + days * 86_400_000)
	return new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Paris' }).format(at)
}

test('a recruiter edits the stand, and two tabs do not overwrite each other', async ({
	browser,
}) => {
	const recruiter = await person(browser, 'recruiter', 41)
	const me = await read<{ stands: { slug: string }[] }>(recruiter, '/me')
	const publicPage = `${fair}/stands/${me.body.stands[0]?.slug}`
	await openTab(recruiter, 'Stand')
	const late = await recruiter.context().newPage()
	await openTab(late, 'Stand')
	await expect(late.locator('#about-fr')).not.toHaveValue('')

	// A link that is none is refused in words; what was typed stays.
	await recruiter.locator('#about-fr').fill('Une équipe de douze, à Clapiers.')
	await recruiter.getByRole('button', { name: 'Ajouter un lien' }).click()
	await recruiter.getByLabel('Nom du lien').last().fill('Notre site')
	await recruiter.getByLabel('Adresse').last().fill('http://exemple.fr')
	await recruiter.getByRole('button', { name: 'Enregistrer' }).click()
	await expect(recruiter.getByRole('alert')).toContainText('doit commencer par https://')
	await look(recruiter, 'desks-stand-link')
	await recruiter.getByLabel('Adresse').last().fill('https://exemple.fr')
	await recruiter.getByRole('button', { name: 'Enregistrer' }).click()
	await expect(recruiter.locator('form').getByText('Enregistré')).toBeVisible()
	await recruiter.goto(publicPage)
	await expect(recruiter.getByText('Une équipe de douze, à Clapiers.')).toBeVisible()

	// The other tab still shows the text before: told, and what was typed there stays.
	await late.locator('#about-fr').fill('Le texte de l’autre onglet.')
	await late.getByRole('button', { name: 'Enregistrer' }).click()
	await expect(late.getByRole('alert')).toContainText('Quelqu’un a modifié cette fiche')
	await expect(late.getByRole('alert')).toBeInViewport()
	await expect(late.locator('#about-fr')).toHaveValue('Le texte de l’autre onglet.')
	await look(late, 'desks-stand-stale')
	await late.getByRole('button', { name: 'Enregistrer ma version' }).click()
	await expect(late.locator('form').getByText('Enregistré')).toBeVisible()
	await late.goto(publicPage)
	await expect(late.getByText('Le texte de l’autre onglet.')).toBeVisible()
	await recruiter.context().close()
})

test('a recruiter changes an offer, then closes it', async ({ browser }) => {
	const recruiter = await person(browser, 'recruiter', 42)
	const me = await read<{ stands: { id: string }[] }>(recruiter, '/me')
	const list = await read<{ items: { id: string; title: string }[] }>(
		recruiter,
		`/stands/${me.body.stands[0]?.id}/offers`,
	)
	const offer = list.body.items[0]
	await openTab(recruiter, 'Offres')
	await recruiter
		.getByRole('button', { name: `Modifier l’offre ${offer?.title}` })
		.first()
		.click()
	await recruiter.getByLabel('Intitulé').fill('Responsable de la serre')
	await recruiter.getByRole('button', { name: 'Enregistrer' }).click()
	await expect(recruiter.getByRole('row', { name: /Responsable de la serre/ })).toBeVisible()
	await look(recruiter, 'desks-offers')

	const candidate = await person(browser, 'candidate', 141, phone)
	await candidate.goto(`${fair}/offers/${offer?.id}`)
	await expect(candidate.getByRole('heading', { level: 1 })).toHaveText('Responsable de la serre')

	await recruiter.getByRole('button', { name: 'Fermer l’offre Responsable de la serre' }).click()
	await expect(recruiter.getByRole('row', { name: /Responsable de la serre/ })).toContainText(
		'Fermée',
	)
	const answer = await candidate.reload()
	expect(answer?.status()).toBe(410)
	await expect(candidate.getByText('Cette offre est fermée')).toBeVisible()
	await expect(candidate.getByRole('heading', { name: 'Offres proches' })).toBeVisible()
	await expect(candidate.locator('.offer-row')).not.toHaveCount(0)
	await look(candidate, 'desks-offer-closed')
	await recruiter.context().close()
	await candidate.context().close()
})

test('a recruiter opens slots by mouse and by keyboard, and takes one back', async ({
	browser,
}) => {
	const recruiter = await person(browser, 'recruiter', 43)
	await openTab(recruiter, 'Créneaux')
	const form = recruiter.locator('form.panel')
	const day = dayFromNow(5)
	await form.getByLabel('Jour').fill(day)
	await form.getByLabel('À partir de').fill('18:30')
	await form.getByLabel('Combien').fill('0')
	await form.getByRole('button', { name: 'Ouvrir ces créneaux' }).click()
	await expect(form.getByText('De 1 à 40 créneaux à la fois')).toBeVisible()
	await form.getByLabel('Combien').fill('3')
	await form.getByRole('button', { name: 'Ouvrir ces créneaux' }).click()
	await expect(form.getByText('3 créneaux ouverts.')).toBeVisible()
	await look(recruiter, 'desks-slots')

	// By the keyboard alone; two of these overlap those there are.
	await form.getByLabel('À partir de').fill('19:00')
	await form.getByLabel('Combien').focus()
	await recruiter.keyboard.press('Control+A')
	await recruiter.keyboard.type('4')
	await recruiter.keyboard.press('Enter')
	await expect(form.getByText(/laissés? de côté/)).toBeVisible()
	await look(recruiter, 'desks-slots-overlap')

	// They can be booked at once.
	const me = await read<{ stands: { slug: string }[] }>(recruiter, '/me')
	const candidate = await person(browser, 'candidate', 142, phone)
	await candidate.goto(`${fair}/stands/${me.body.stands[0]?.slug}`)
	await candidate.getByText('D’autres jours').click()
	await candidate.locator('label.chip', { hasText: /^\s*18\sh\s30\s*$/ }).click()
	await candidate.getByRole('button', { name: 'Réserver ce créneau' }).click()
	await expect(candidate.getByText('Vous avez rendez-vous').first()).toBeVisible()

	// A free one is withdrawn from the week, with the keyboard.
	await openTab(recruiter, 'Créneaux')
	const monday = (key: string) => (new Date(`${key}T12:00:00Z`).getUTCDay() + 6) % 7
	if (monday(day) < 5 && monday(dayFromNow(0)) + 5 > 6) {
		await recruiter.getByRole('button', { name: 'Semaine suivante' }).click()
	}
	const free = recruiter.locator('.week button', { hasText: /18\sh\s55/ })
	await expect(recruiter.locator('.week button.booked', { hasText: /18\sh\s30/ })).toBeVisible()
	await free.focus()
	await recruiter.keyboard.press('Enter')
	await recruiter.getByRole('button', { name: 'Retirer ce créneau' }).press('Enter')
	await expect(free).toHaveCount(0)
	await recruiter.context().close()
	await candidate.context().close()
})

test('an organiser leads a webconference from its creation to its end', async ({ browser }) => {
	const organiser = await person(browser, 'organiser', 1)
	await organiser.goto('/organise')
	await organiser.getByRole('tab', { name: 'Programme' }).click()
	await organiser.getByRole('button', { name: 'Nouvelle webconférence' }).click()
	await organiser.getByLabel('Fin').fill('10:00')
	await organiser.getByRole('button', { name: 'Enregistrer' }).click()
	await expect(organiser.getByText('Donnez un titre en français.')).toBeVisible()
	await expect(organiser.getByText('La fin doit venir après le début.')).toBeVisible()
	await look(organiser, 'desks-talk-refused')
	const title = 'Parler de soi en trois minutes'
	await organiser.locator('#title-fr').fill(title)
	await organiser.getByLabel('Début').fill('23:00')
	await organiser.getByLabel('Fin').fill('23:45')
	await organiser.locator('#name-0').fill('Inès Robert')
	await organiser.locator('#email-0').fill('ines.robert@exemple.fr')
	await organiser.getByRole('button', { name: 'Enregistrer' }).click()
	const row = organiser.getByRole('row', { name: new RegExp(title) })
	await expect(row).toBeVisible()
	await look(organiser, 'desks-talks')
	await row.getByRole('button', { name: 'Ouvrir' }).click()
	await expect(row).toContainText('En direct')

	// The speaker goes on stage from their own page; a viewer sees and hears.
	const path = (await row.getByRole('link', { name: 'Scène' }).getAttribute('href')) ?? ''
	const id = path.split('/')[2]
	const speaker = await newcomer(browser, 'ines.robert@exemple.fr')
	await speaker.goto(path)
	await speaker.getByRole('button', { name: 'Monter sur scène' }).click()
	await expect(speaker.getByRole('toolbar')).toBeVisible()
	const viewer = await person(browser, 'candidate', 143, phone)
	await viewer.goto(`${fair}/webconferences/${id}`)
	await expectSoundAndPicture(viewer, 'the audience')
	await look(viewer, 'desks-viewer')

	// Off the stage by the host, then out of the room.
	await organiser.goto(path)
	await organiser.getByRole('button', { name: 'Monter sur scène' }).click()
	await expect(organiser.getByRole('button', { name: /Faire descendre/ })).toBeVisible()
	await look(organiser, 'desks-host')
	await organiser.getByRole('button', { name: /Faire descendre/ }).click()
	await expect(speaker.getByText('Vous êtes descendu·e de la scène').first()).toBeVisible()
	await look(speaker, 'desks-demoted')

	// The end is seen by those who watch.
	await organiser.getByRole('button', { name: 'Terminer', exact: true }).click()
	await organiser.getByRole('button', { name: 'Oui, terminer' }).click()
	for (const page of [viewer, speaker]) {
		await expect(page.getByText(/C’est terminé|est terminée/).first()).toBeVisible()
	}
	await look(viewer, 'desks-ended')
	for (const page of [organiser, speaker, viewer]) await page.context().close()
})

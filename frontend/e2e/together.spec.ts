import { type Browser, expect, type Page, test } from '@playwright/test'
import { expectAccessible } from './accessible.ts'
import { booked, bookVideo, findOffer } from './booking.ts'
import { atDesk, callNext, question, takePlace } from './line.ts'
import { look } from './look.ts'
import { expectSoundAndPicture } from './media.ts'
import { newcomer } from './newcomer.ts'
import { person, phone, read, recruiterOf } from './people.ts'

const close = async (...pages: Page[]) => {
	for (const page of pages) await page.context().close()
}

/** Asks the API as the person whose page it is. */
const tell = (page: Page, method: string, path: string, body: unknown) =>
	page.evaluate(
		async ([method, path, body]) => {
			const answer = await fetch(`/api/v1${path}`, {
				method,
				headers: { 'content-type': 'application/json' },
				body: JSON.stringify(body),
			})
			return { status: answer.status, body: await answer.text() }
		},
		[method, path, body] as const,
	)

/** Settles some rules of the fair's lines; the others stay. */
async function settle(organiser: Page, line: Record<string, number>): Promise<void> {
	const rules = '/fairs/rencontres-2021/rules'
	const now = await read<{ rev: number; line: object }>(organiser, rules)
	const done = await tell(organiser, 'PATCH', rules, {
		rev: now.body.rev,
		line: { ...now.body.line, ...line },
	})
	expect(done.status, done.body).toBe(200)
}

const enter = (page: Page) => page.getByRole('button', { name: 'Entrer dans l’entretien' }).click()

test('five minutes more are refused while somebody waits, and granted when nobody does', async ({
	browser,
}) => {
	// A fair of short talks, where nobody waits long for an extension.
	const organiser = await person(browser, 'organiser', 1)
	await settle(organiser, { length_minutes: 5, max_delay_minutes: 1 })

	const desk = await atDesk(browser, 171)
	const candidate = await person(browser, 'candidate', 471, phone)
	await takePlace(candidate, desk.stand)
	await callNext(desk)
	await expect(question(candidate)).toBeVisible()
	await candidate.getByRole('button', { name: 'Oui, j’y vais' }).click()
	await expect(candidate).toHaveURL(/\/interviews\//)
	await expect(desk.page).toHaveURL(candidate.url())
	for (const page of [candidate, desk.page]) await enter(page)
	await expectSoundAndPicture(candidate, 'the candidate')

	// Both see the time left, as a word.
	for (const page of [candidate, desk.page])
		await expect(page.locator('strong').getByText(/Il reste \d minute/)).toBeVisible()
	await expectAccessible(candidate)
	await look(candidate, 'more-left')

	// Somebody waits: no, with the reason and another way.
	const other = await person(browser, 'candidate', 472, phone)
	await takePlace(other, desk.stand)
	await candidate.getByRole('button', { name: 'Cinq minutes de plus' }).click()
	await expect(candidate.getByText('Quelqu’un attend son tour')).toBeVisible()
	await expect(
		candidate.getByRole('link', { name: 'Prendre un créneau pour continuer' }),
	).toBeVisible()
	await look(candidate, 'more-refused')

	// Nobody waits any more: yes, and the recruiter hears of it.
	const board = await read<{ tickets: { id: string }[] }>(other, '/me/board')
	await tell(other, 'POST', `/tickets/${board.body.tickets[0]?.id}/answer`, { answer: 'leave' })
	await desk.page.getByRole('button', { name: 'Cinq minutes de plus' }).click()
	await expect(candidate.locator('#live')).toContainText('prolongé de cinq minutes')
	await expect(candidate.locator('strong').getByText(/Il reste \d minute/)).toBeHidden()

	await settle(organiser, { length_minutes: 10, max_delay_minutes: 5 })
	await close(candidate, other, desk.page, organiser)
})

/** A newcomer who has booked and the recruiter of that, both in the room by video. */
async function together(browser: Browser, mail: string) {
	const candidate = await newcomer(browser, mail, phone)
	await findOffer(candidate, 'serveur')
	await bookVideo(candidate)
	const { interview, stand } = await booked(candidate)
	const { page: recruiter } = await recruiterOf(browser, interview.id, stand)
	for (const page of [candidate, recruiter]) {
		await page.goto(`/interviews/${interview.id}`)
		await enter(page)
	}
	await expectSoundAndPicture(candidate, 'the candidate')
	return { candidate, recruiter, interview }
}

test('a call goes on with sound alone, then by phone, then answers by a day', async ({
	browser,
}) => {
	const { candidate, recruiter } = await together(browser, 'sam.ensemble@exemple.fr')
	await recruiter.getByLabel('Vos notes').fill('Très à l’aise. À rappeler.')

	// Sound only, by choice of the candidate: both cameras stop.
	await candidate.getByRole('button', { name: 'Réglages' }).click()
	await candidate.getByRole('dialog').getByRole('button', { name: 'Son seulement' }).click()
	for (const page of [candidate, recruiter]) {
		await expect(page.getByRole('button', { name: 'Caméra coupée' })).toBeVisible()
		await expect(page.locator('.line')).toContainText('d’un commun accord')
	}
	await look(candidate, 'sound-only')
	// The recruiter turns the picture back on: their own camera alone.
	await recruiter.getByRole('button', { name: 'Caméra coupée' }).click()
	await expect(recruiter.getByRole('button', { name: 'Caméra', exact: true })).toBeVisible()
	await expect(candidate.getByRole('button', { name: 'Caméra coupée' })).toBeVisible()

	// By phone, in the same interview; a number is asked for.
	await candidate.getByRole('button', { name: 'Réglages' }).click()
	await candidate.getByRole('dialog').getByRole('button', { name: 'Passer par téléphone' }).click()
	const dialog = candidate.getByRole('dialog').last()
	await dialog.getByRole('button', { name: 'Choisir le téléphone' }).click()
	await dialog.getByLabel('Votre numéro de téléphone').fill('06 39 98 55 11')
	await dialog.getByRole('button', { name: 'Choisir le téléphone' }).click()
	await expect(recruiter.getByText('passé au téléphone')).toBeVisible()
	await recruiter.getByRole('button', { name: 'Afficher le numéro' }).click()
	await expect(recruiter.locator('a[href="tel:+33639985511"]')).toBeVisible()
	await expect(recruiter.getByLabel('Vos notes')).toHaveValue('Très à l’aise. À rappeler.')
	await expectAccessible(recruiter)
	await look(recruiter, 'live-to-phone')

	// An answer by a day: the candidate sees it, and it stands among what is owed.
	await recruiter.getByRole('button', { name: 'Terminer' }).click()
	await recruiter.getByRole('button', { name: /^Répondre à cette date/ }).click()
	await expect(candidate.getByText('La réponse viendra au plus tard')).toBeVisible()
	await recruiter.goto('/desk')
	await expect(recruiter.getByRole('heading', { name: /à donner/ })).toBeVisible()
	await look(recruiter, 'owed')
	await close(candidate, recruiter)
})

test('a recruiter goes on by phone: the number is asked for in the room and on Mon salon', async ({
	browser,
}) => {
	const { candidate, recruiter, interview } = await together(browser, 'alix.numero@exemple.fr')
	await recruiter.getByRole('button', { name: 'Réglages' }).click()
	await recruiter.getByRole('dialog').getByRole('button', { name: 'Passer par téléphone' }).click()
	const asking = recruiter.getByRole('dialog').last()
	await expect(asking).toContainText('Aucun numéro n’est connu')
	await asking.getByRole('button', { name: 'Demander le numéro' }).click()
	await recruiter.keyboard.press('Escape')
	await expect(recruiter.getByRole('main').getByText('Numéro demandé à')).toBeVisible()
	await look(recruiter, 'number-asked')
	await expectAccessible(recruiter)

	// In the room; declined there, asked again, and given from "Mon salon".
	await expect(
		candidate.getByRole('main').getByText('propose de continuer par téléphone'),
	).toBeVisible()
	await look(candidate, 'number-wanted')
	await expectAccessible(candidate)
	await candidate.getByRole('button', { name: 'Rester en vidéo' }).click()
	await expect(recruiter.getByRole('main').getByText('Numéro demandé à')).toHaveCount(0)
	await candidate.goto('/me')
	await tell(recruiter, 'POST', `/interviews/${interview.id}/channel`, { channel: 'phone' })
	await candidate.getByRole('button', { name: 'Donner mon numéro' }).first().click()
	const dialog = candidate.getByRole('dialog')
	await dialog.getByLabel('Votre numéro de téléphone').fill('0899 70 12 34')
	await dialog.getByRole('button', { name: 'Choisir le téléphone' }).click()
	await expect(dialog.getByText('Ce numéro est surtaxé')).toBeVisible()
	await look(candidate, 'number-refused')
	await dialog.getByLabel('Votre numéro de téléphone').fill('06 39 98 55 21')
	await dialog.getByRole('button', { name: 'Choisir le téléphone' }).click()
	await expect(recruiter.getByRole('button', { name: 'Afficher le numéro' })).toBeVisible()
	await close(candidate, recruiter)
})

test('an adviser takes a place for somebody, answers the call and comes in; an interpreter too', async ({
	browser,
}) => {
	test.slow()
	const candidate = await person(browser, 'candidate', 481, phone)
	await candidate.goto('/me')
	await candidate.getByRole('button', { name: 'Nommer quelqu’un' }).click()
	await candidate.getByLabel('Son adresse de courriel').fill('adviser-7@demo.salon.invalid')
	await candidate.getByRole('button', { name: 'Demander' }).click()
	await expect(candidate.getByText('Sa réponse n’est pas encore là')).toBeVisible()

	const adviser = await person(browser, 'adviser', 7)
	await adviser.goto('/advise')
	await adviser.getByRole('button', { name: 'Accepter' }).click()
	const desk = await atDesk(browser, 172)
	await adviser.getByLabel('Stand').selectOption(desk.stand.id)
	await adviser.getByRole('button', { name: 'Prendre une place' }).click()
	await expect(adviser.getByText('Place 1')).toBeVisible()
	await expectAccessible(adviser)
	await look(adviser, 'advise')
	await callNext(desk)
	await adviser.getByRole('button', { name: 'Répondre : prêt·e' }).click()
	await expect(desk.page).toHaveURL(/\/interviews\//)
	await expect(desk.page.getByText('accompagne et peut entrer')).toBeVisible()
	const url = desk.page.url()

	// The recruiter gives an interpreter the seat.
	const id = url.split('/').pop() ?? ''
	const invited = await tell(desk.page, 'POST', `/interviews/${id}/guests`, {
		email: 'ines.interprete@exemple.fr',
	})
	expect(invited.status, invited.body).toBe(201)
	const interpreter = await newcomer(browser, 'ines.interprete@exemple.fr')

	await candidate.goto(url)
	for (const page of [candidate, desk.page]) await enter(page)
	await expectSoundAndPicture(candidate, 'the candidate')
	await adviser.getByRole('link', { name: 'Entrer' }).first().click()
	await enter(adviser)
	await expect(candidate.locator('figure').getByText(/, accompagne /)).toBeVisible()
	await interpreter.goto(url)
	await enter(interpreter)
	await expect(candidate.locator('figure').getByText(/, interprète/)).toBeVisible()
	await expect(desk.page.locator('figure').getByText(/, interprète/)).toBeVisible()
	await look(candidate, 'four')
	await look(desk.page, 'four-recruiter')
	expect(await interpreter.locator('body').innerHTML()).not.toContain('Vos notes')

	// The candidate sees what was done.
	await candidate.goto('/me')
	await candidate.getByText('Ce que cette personne peut faire').click()
	await expect(candidate.getByText('A pris une place')).toBeVisible()
	await expect(candidate.getByText(/A répondu à un appel/)).toBeVisible()
	await close(candidate, adviser, interpreter, desk.page)
})

import { expect, type Page, test } from '@playwright/test'
import { booked, bookVideo, findOffer } from './booking.ts'
import { fair } from './house.ts'
import { look } from './look.ts'
import { newcomer } from './newcomer.ts'
import { phone, read, recruiterOf } from './people.ts'

const number = '06 39 98 55 01'
const kept = '+33639985501'

/** Neither as it was typed nor as it is kept may the number stand in a text. */
function expectNoNumber(text: string | null, where: string): void {
	const digits = (text ?? '').replace(/[\s\u00a0\u202f.]/g, '')
	expect(digits, `${where} shows the number`).not.toContain('639985501')
}

const bodyOf = (page: Page) => page.locator('body').innerHTML()

test('a candidate without a number books by phone and is called', async ({ browser }) => {
	const candidate = await newcomer(browser, 'lou.appel@exemple.fr', phone)
	// A slot that can be held either way: which stands have one soon follows from the hour.
	const free = await read<{ items: { stand: string; channels: string[] }[] }>(
		candidate,
		`${fair}/slots?free=true&limit=100`,
	)
	const either = free.body.items.findLast(({ channels }) => channels.length === 2)
	await candidate.goto(`${fair}/stands/${either?.stand}`)
	// The line of the same stand has a form of its own.
	const booking = candidate.locator('form[action$="/book"]')

	// A slot, by phone: a number is asked for, and nothing is lost when it does not fit.
	const slot = booking.locator('input[name=slot][data-phone=true][data-video=true]').first()
	const chosen = await slot.getAttribute('value')
	await slot.locator('..').click()
	await expect(booking.getByLabel('Votre numéro de téléphone')).toBeHidden()
	await booking.getByRole('radio', { name: 'Par téléphone' }).check()
	await expect(booking.getByLabel('Votre numéro de téléphone')).toBeVisible()
	for (const [typed, said] of [
		['', 'Donnez le numéro où l’on vous appellera.'],
		['06 39', 'Ce numéro de téléphone ne semble pas complet'],
		['0899 70 12 34', 'Ce numéro est surtaxé'],
	] as const) {
		await booking.getByLabel('Votre numéro de téléphone').fill(typed)
		await candidate.getByRole('button', { name: 'Réserver ce créneau' }).click()
		await expect(candidate.getByText(said)).toBeVisible()
		await expect(booking.getByLabel('Votre numéro de téléphone')).toHaveValue(typed)
		await expect(booking.locator('input[name=slot]:checked')).toHaveValue(chosen ?? '')
		await expect(booking.locator('input[name=channel]:checked')).toHaveValue('phone')
		expect(candidate.url()).not.toContain('0899')
	}
	await look(candidate, 'phone-refused')
	await booking.getByLabel('Votre numéro de téléphone').fill(number)
	await candidate.getByRole('button', { name: 'Réserver ce créneau' }).click()
	await expect(candidate.getByText('Vous avez rendez-vous').first()).toBeVisible()
	const { interview, stand } = await booked(candidate)
	expect(interview.channel).toBe('phone')

	// The candidate's page, mails and calendar say "by phone", and never the number.
	await candidate.goto('/me')
	await expect(candidate.getByText('On vous appelle')).toBeVisible()
	expectNoNumber(await bodyOf(candidate), 'the candidate’s page')
	await look(candidate, 'phone-me')
	const calendar = await candidate.request.get(`/api/v1/interviews/${interview.id}/calendar`)
	expect(await calendar.text()).toContain('BEGIN:VEVENT')
	expectNoNumber(await calendar.text(), 'the calendar file')
	await expect(async () => {
		await candidate.goto('/demo/outbox')
		await expect(candidate.getByText('C’est réservé').first()).toBeVisible({ timeout: 500 })
	}).toPass()
	expectNoNumber(await bodyOf(candidate), 'the candidate’s mail')
	await candidate.goto(`/interviews/${interview.id}`)
	await expect(candidate.getByRole('heading', { level: 1 })).toContainText('par téléphone')
	await look(candidate, 'phone-wait')

	// The recruiter: not in the list, not in the mail, not before the start.
	const { page: recruiter } = await recruiterOf(browser, interview.id, stand)
	await recruiter.goto('/demo/outbox')
	expectNoNumber(await bodyOf(recruiter), 'the recruiter’s mail')
	const list = await read<unknown>(recruiter, '/me/interviews')
	expectNoNumber(JSON.stringify(list.body), 'the recruiter’s list in the API')
	await recruiter.goto('/desk')
	await recruiter.locator(`a[href$="/interviews/${interview.id}"]`).click()
	await expect(recruiter.getByRole('button', { name: 'Commencer l’entretien' })).toBeVisible()
	expectNoNumber(await bodyOf(recruiter), 'the page before the start')
	const early = await recruiter.request.post(`/api/v1/interviews/${interview.id}/phone`, {
		headers: { origin: new URL(recruiter.url()).origin },
	})
	expect(early.status()).toBe(409)

	// Only a press shows it, and only during the interview.
	await recruiter.getByRole('button', { name: 'Commencer l’entretien' }).click()
	await expect(recruiter.getByRole('button', { name: 'Afficher le numéro' })).toBeVisible()
	expectNoNumber(await bodyOf(recruiter), 'the page before the press')
	await expect(candidate.getByText('L’entretien a commencé')).toBeVisible()
	await look(recruiter, 'phone-before-press')
	await recruiter.getByRole('button', { name: 'Afficher le numéro' }).click()
	const call = recruiter.locator(`a[href="tel:${kept}"]`)
	await expect(call).toHaveText(/06\s39\s98\s55\s01/)
	await look(recruiter, 'phone-number')

	await recruiter.getByRole('button', { name: 'Terminer' }).click()
	await look(recruiter, 'phone-ending')
	await recruiter.getByRole('button', { name: 'Garder dans le vivier' }).click()
	await expect(recruiter.getByText('Réponse donnée')).toBeVisible()
	expectNoNumber(await bodyOf(recruiter), 'the page after the end')
	const late = await recruiter.request.post(`/api/v1/interviews/${interview.id}/phone`, {
		headers: { origin: new URL(recruiter.url()).origin },
	})
	expect(late.status()).toBe(409)
	await expect(candidate.getByText('L’entreprise garde votre profil')).toBeVisible()
	await look(candidate, 'phone-after')

	await candidate.context().close()
	await recruiter.context().close()
})

test('a candidate in the lobby goes on by phone', async ({ browser }) => {
	const candidate = await newcomer(browser, 'noa.appel@exemple.fr', phone)
	await findOffer(candidate, 'cuisin')
	await bookVideo(candidate)
	const { interview, stand } = await booked(candidate)
	const { page: recruiter } = await recruiterOf(browser, interview.id, stand)
	await recruiter.goto(`/interviews/${interview.id}`)
	await expect(recruiter.getByText('On vous entend bien')).toBeVisible()

	await candidate.goto(`/interviews/${interview.id}`)
	await candidate.getByRole('button', { name: 'Passer par téléphone' }).click()
	const dialog = candidate.getByRole('dialog')
	await dialog.getByRole('button', { name: 'Choisir le téléphone' }).click()
	await dialog.getByLabel('Votre numéro de téléphone').fill('0899 70 12 34')
	await dialog.getByRole('button', { name: 'Choisir le téléphone' }).click()
	await expect(dialog.getByRole('alert')).toContainText('surtaxé')
	await expect(dialog.getByLabel('Votre numéro de téléphone')).toHaveValue('0899 70 12 34')
	await look(candidate, 'phone-switch')
	await dialog.getByLabel('Votre numéro de téléphone').fill('06 39 98 55 02')
	await dialog.getByRole('button', { name: 'Choisir le téléphone' }).click()
	await expect(candidate.getByRole('heading', { level: 1 })).toContainText('par téléphone')

	// The recruiter, already in the lobby, is told without a reload; the cameras go out.
	await expect(recruiter.getByRole('button', { name: 'Commencer l’entretien' })).toBeVisible()
	await expect(recruiter.locator('video')).toHaveCount(0)

	await candidate.context().close()
	await recruiter.context().close()
})

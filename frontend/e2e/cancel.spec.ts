import { expect, test } from '@playwright/test'
import { booked, bookVideo, findOffer } from './booking.ts'
import { look } from './look.ts'
import { person, phone, recruiterOf } from './people.ts'

test('a cancelled appointment is free again for somebody else, and the desk sees it', async ({
	browser,
}) => {
	const candidate = await person(browser, 'candidate', 121, phone)
	await findOffer(candidate, 'soignant')
	const offer = candidate.url()
	const slot = candidate.locator('input[name=slot][data-video=true]').first()
	const seat = await slot.getAttribute('value')
	await bookVideo(candidate)
	const { interview, stand } = await booked(candidate)
	const { page: recruiter } = await recruiterOf(browser, interview.id, stand)
	await recruiter.goto('/desk')
	const row = recruiter.locator(`a[href$="/interviews/${interview.id}"]`)
	await expect(row).toBeVisible()

	const other = await person(browser, 'candidate', 122, phone)
	await other.goto(offer)
	await expect(other.locator(`input[name=slot][data-video][value="${seat}"]`)).toHaveCount(0)

	await candidate.goto('/me')
	await candidate.getByText('Modifier', { exact: true }).click()
	await candidate.getByRole('button', { name: 'Annuler le rendez-vous' }).click()
	await look(candidate, 'cancel-sure')
	await candidate.getByRole('button', { name: 'Oui, annuler' }).click()
	await expect(candidate.getByText('Aucun rendez-vous à venir.')).toBeVisible()
	await look(candidate, 'cancel-done')

	// The desk sees it without a reload.
	await expect(row).toHaveCount(0)

	// The mail takes the appointment out of the calendar.
	await expect(async () => {
		await candidate.goto('/demo/outbox')
		await expect(candidate.getByText(/annulé/).first()).toBeVisible({ timeout: 500 })
	}).toPass()
	const calendar = await candidate.request.get(`/api/v1/interviews/${interview.id}/calendar`)
	expect(await calendar.text()).toContain('METHOD:CANCEL')

	// The same seat for somebody else.
	await other.reload()
	await other.locator(`input[name=slot][data-video][value="${seat}"]`).locator('..').click()
	await other.getByRole('button', { name: 'Réserver ce créneau' }).click()
	await expect(other.getByText('Vous avez rendez-vous').first()).toBeVisible()
	for (const page of [candidate, other, recruiter]) await page.context().close()
})

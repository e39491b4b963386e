import { expect, type Page, test } from '@playwright/test'
import { expectAccessible } from './accessible.ts'
import { look } from './look.ts'
import { person, phone, read } from './people.ts'

const fair = '/fairs/rencontres-2021'

/** A PDF of about that many bytes. */
function pdf(bytes: number): Buffer {
	const body = `%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n${'% Cinq ans de métier.\n'.repeat(bytes / 24)}`
	return Buffer.from(`${body}trailer<</Root 1 0 R>>\n%%EOF\n`)
}

async function choose(page: Page, name: string, buffer: Buffer) {
	await page
		.getByLabel('Ajouter un CV')
		.setInputFiles({ name, mimeType: 'application/pdf', buffer })
}

test('a CV goes up over a bad network, is read, and the application answered', async ({
	browser,
}) => {
	const recruiter = await person(browser, 'recruiter', 52)
	const me = await read<{ stands: { id: string; name: string }[] }>(recruiter, '/me')
	const stand = me.body.stands[0]
	const list = await read<{ items: { id: string }[] }>(recruiter, `/stands/${stand?.id}/offers`)
	const candidate = await person(browser, 'candidate', 252, phone)

	// The CV: refused when it is none, and the upload survives lost parts.
	await candidate.goto('/me/profile')
	await choose(candidate, 'cv.pdf', Buffer.from('<script>alert(1)</script> not a PDF'))
	await expect(candidate.getByRole('alert')).toContainText('Ce n’est ni un PDF')
	let lost = 0
	await candidate.route('**/parts/**', (route) => (lost++ < 2 ? route.abort() : route.continue()))
	await choose(candidate, 'CV Camille.pdf', pdf(400_000))
	await expect(candidate.getByText('Connexion perdue.')).toBeVisible()
	await expect(candidate.getByText('CV montré aux stands')).toBeVisible({ timeout: 20_000 })
	await candidate.getByLabel('Il me faut des sous-titres').check()
	await expect(
		candidate.getByText('Pour l’instant, aucun stand ne voit votre profil.'),
	).toBeVisible()
	await expectAccessible(candidate)
	await look(candidate, 'cv-profile')

	// The application goes with it.
	await candidate.goto(`${fair}/offers/${list.body.items[0]?.id}`)
	await candidate.locator('summary', { hasText: 'Postuler' }).click()
	await candidate.getByLabel(/Trois lignes sur vous/).fill('Cinq ans de métier, libre lundi.')
	await expect(candidate.getByLabel('Joindre mon CV (CV Camille.pdf)')).toBeChecked()
	await look(candidate, 'cv-apply')
	await candidate.getByRole('button', { name: 'Envoyer ma candidature' }).click()
	await expect(candidate.getByText('Vous avez postulé.')).toBeVisible()

	// The recruiter reads it, moves the card by a key, promises, declines with a reason.
	await recruiter.goto('/desk')
	await recruiter.getByRole('tab', { name: 'Candidatures' }).click()
	const saved = recruiter.waitForEvent('download')
	await recruiter.getByRole('button', { name: /Ouvrir le CV de/ }).click()
	expect((await saved).suggestedFilename()).toMatch(/^CV .+\.pdf$/)
	await recruiter.getByRole('button', { name: /Faire avancer la candidature/ }).focus()
	await recruiter.keyboard.press('2')
	const meeting = recruiter.getByRole('region', { name: /À rencontrer/ })
	await expect(meeting.getByText('Cinq ans de métier, libre lundi.')).toBeVisible()
	await expect(
		recruiter.getByRole('button', { name: /Faire avancer la candidature/ }),
	).toBeFocused()
	await look(recruiter, 'cv-board')
	await expectAccessible(recruiter)
	await recruiter.keyboard.press('Enter')
	const day = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10)
	await recruiter.getByLabel('Réponse promise pour le').fill(day)
	await recruiter.getByRole('button', { name: 'Enregistrer' }).click()

	await candidate.goto('/me')
	await expect(candidate.getByText(/Réponse promise pour/)).toBeVisible()
	await expect(candidate.getByRole('link', { name: 'D’autres heures, ou la file' })).toBeVisible()
	await look(candidate, 'cv-invited')
	await recruiter.getByRole('button', { name: /Faire avancer la candidature/ }).focus()
	await recruiter.keyboard.press('5')
	await recruiter.getByLabel('Reprendre une raison').selectOption({ index: 1 })
	await look(recruiter, 'cv-decline')
	await recruiter.getByRole('button', { name: 'Enregistrer' }).click()
	await expect(candidate.getByText('Le poste est pourvu.', { exact: false })).toBeVisible()

	// Who sees what, and who read it.
	await candidate.goto('/me/profile')
	await expect(candidate.getByText('Vous y avez postulé', { exact: false })).toBeVisible()
	await look(candidate, 'cv-shares')
	await candidate.context().close()
	await recruiter.context().close()
})

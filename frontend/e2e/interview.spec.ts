import { expect, test } from '@playwright/test'
import { expectAccessible } from './accessible.ts'
import { booked, bookVideo, findOffer } from './booking.ts'
import { cameraSize, firefox } from './browsers.ts'
import { expectSoundAndPicture, watchConnections } from './media.ts'
import { become, person, phone, recruiterOf, visitor } from './people.ts'
import { address } from './server.ts'

test('a candidate on a phone and a recruiter meet, from the fair to the answer', async ({
	browser,
}) => {
	const candidate = await visitor(browser, phone)
	const title = await findOffer(candidate, 'soignant')

	// Not signed in yet: the demo's door, then back to the offer.
	const offer = candidate.url()
	await candidate.getByRole('link', { name: 'Se connecter pour réserver' }).click()
	await candidate.evaluate(become, { role: 'candidate' as const, n: 101 })
	await candidate.goto(offer)
	await bookVideo(candidate)
	const { interview, stand } = await booked(candidate)

	await expect(async () => {
		await candidate.goto('/demo/outbox')
		await expect(candidate.getByText('C’est réservé').first()).toBeVisible({ timeout: 500 })
	}).toPass()

	// The lobby: one's own picture, a meter that moves, the room.
	await candidate.goto('/me')
	await candidate
		.getByRole('main')
		.getByRole('link', { name: /Entrer|Essayer caméra et micro/ })
		.first()
		.click()
	await expect(candidate.getByRole('heading', { level: 1 })).toContainText('Entretien avec')
	await expect(candidate.getByText(title)).toBeVisible()
	await expect(candidate.getByText('On vous entend bien')).toBeVisible()
	await expectAccessible(candidate)
	await candidate.getByRole('button', { name: 'Entrer dans l’entretien' }).click()
	await expect(candidate.getByText(/En attente de/).first()).toBeVisible()

	const { page: recruiter } = await recruiterOf(browser, interview.id, stand)
	await recruiter.goto('/desk')
	await recruiter.locator(`a[href$="/interviews/${interview.id}"]`).click()
	await recruiter.getByRole('button', { name: 'Entrer dans l’entretien' }).click()

	await expectSoundAndPicture(candidate, 'the candidate')
	await expectSoundAndPicture(recruiter, 'the recruiter')
	await expectAccessible(candidate)
	await expectAccessible(recruiter)

	// Camera off, microphone off: said to the other, who sees it.
	await candidate.getByRole('button', { name: 'Caméra' }).click()
	await candidate.getByRole('button', { name: 'Micro', exact: true }).click()
	const silent = recruiter.locator('.large figure').getByText('Micro coupé')
	await expect(recruiter.getByText('Son seulement')).toBeVisible()
	await expect(silent).toBeAttached()

	// A reload returns to the room without a question, as one was: nobody is heard or seen
	// who did not want to be. On both sides it is encrypted again.
	await candidate.reload()
	await expect(candidate.getByRole('button', { name: 'Micro coupé' })).toBeVisible()
	await expect(candidate.getByRole('button', { name: 'Caméra coupée' })).toBeVisible()
	await expectSoundAndPicture(candidate, 'the candidate after a reload')
	await expect(recruiter.getByText('Son seulement')).toBeVisible()
	await expect(silent).toBeAttached()
	for (const page of [candidate, recruiter])
		await expect(page.locator('#island').getByRole('button', { name: /^Chiffré/ })).toBeVisible()
	await candidate.getByRole('button', { name: 'Micro coupé' }).click()
	await candidate.getByRole('button', { name: 'Caméra coupée' }).click()
	await expectSoundAndPicture(recruiter, 'the recruiter with the camera back')

	// Text as it is typed.
	await candidate.getByRole('button', { name: 'Texte' }).click()
	await candidate.getByLabel('Écrire ici').pressSequentially('Bonjour, on m’entend ?')
	await recruiter.getByRole('button', { name: 'Texte' }).click()
	await expect(recruiter.getByText('Bonjour, on m’entend ?')).toBeVisible()

	// The end, with an answer the candidate sees at once.
	await recruiter.getByRole('button', { name: 'Terminer' }).click()
	await recruiter.getByLabel(/Message à/).fill('Nous vous rappelons pour visiter le service.')
	await recruiter.getByRole('button', { name: /^Donner suite/ }).click()
	await expect(recruiter.getByText('Réponse donnée')).toBeVisible()
	await expectAccessible(recruiter)
	await expect(candidate.getByText('Bonne nouvelle')).toBeVisible()
	await expect(candidate.getByText('Nous vous rappelons pour visiter le service.')).toBeVisible()
	await candidate.goto('/me')
	await expect(candidate.getByText('Bonne nouvelle').first()).toBeVisible()

	await candidate.context().close()
	await recruiter.context().close()
})

test('a recruiter in Firefox and a candidate in Chromium hear and see each other', async ({
	browser,
}) => {
	const candidate = await person(browser, 'candidate', 102, phone)
	await findOffer(candidate, 'cuisin')
	await bookVideo(candidate)
	const { interview, stand } = await booked(candidate)
	const { page: found, n } = await recruiterOf(browser, interview.id, stand)
	await found.context().close()

	await candidate.goto(`/interviews/${interview.id}`)
	await candidate.getByRole('button', { name: 'Entrer dans l’entretien' }).click()

	const fox = await firefox()
	try {
		const recruiter = await fox.newPage()
		await recruiter.evaluateOnNewDocument(watchConnections, cameraSize)
		await recruiter.goto(`${address}/demo`)
		await recruiter.evaluate(become, { role: 'recruiter' as const, n })
		await recruiter.goto(`${address}/interviews/${interview.id}`)
		await recruiter.locator('::-p-xpath(//button[contains(., "Entrer dans")])').click()

		await expectSoundAndPicture(candidate, 'Chromium')
		await expectSoundAndPicture(recruiter, 'Firefox')

		// Firefox leaves; Chromium is told.
		await recruiter.close()
		await expect(candidate.getByText(/a perdu la connexion|est sorti/).first()).toBeVisible({
			timeout: 45_000,
		})
	} finally {
		await fox.close()
		await candidate.context().close()
	}
})

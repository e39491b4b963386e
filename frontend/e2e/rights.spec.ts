import { readFile } from 'node:fs/promises'
import { expect, test } from '@playwright/test'
import { expectAccessible } from './accessible.ts'
import { look } from './look.ts'
import { newcomer } from './newcomer.ts'
import { person, phone, read } from './people.ts'

const fair = '/fairs/rencontres-2021'

test('somebody new takes a copy of their data, objects, and is erased', async ({ browser }) => {
	const page = await newcomer(browser, 'droits@exemple.fr', phone)
	await page.goto('/account')
	await page.getByRole('link', { name: /Mes données/ }).click()
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('Mes données')
	await expectAccessible(page)
	await look(page, 'rights-data')

	const [download] = await Promise.all([
		page.waitForEvent('download'),
		page.getByRole('button', { name: 'Télécharger mes données' }).click(),
	])
	const archive = await readFile(await download.path())
	expect(archive.subarray(0, 2).toString()).toBe('PK')
	for (const name of [
		'account.json',
		'profile.json',
		'consents.json',
		'readings.json',
		'logins.json',
	]) {
		expect(archive.includes(name), name).toBe(true)
	}

	await page.getByLabel(/Les courriels dont je peux me passer/).check()
	await page.getByRole('button', { name: 'Enregistrer' }).click()
	await expect(page.getByText('C’est noté.')).toBeVisible()
	await expect(page.getByLabel(/Les courriels dont je peux me passer/)).toBeChecked()

	// By keyboard alone: the box, then the button after it.
	await page.getByLabel(/J’ai compris/).focus()
	await page.keyboard.press('Space')
	await page.keyboard.press('Tab')
	await page.keyboard.press('Enter')
	await expect(page.getByText('Votre compte et vos données sont effacés.')).toBeVisible()
	expect((await read(page, '/me')).status).toBe(401)
	await page.goto('/en/papers/privacy')
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('Personal data')
	await expectAccessible(page)
	await page.context().close()
})

test('a message is reported and its writer blocked, and the organiser decides', async ({
	browser,
}) => {
	const recruiter = await person(browser, 'recruiter', 46)
	const me = await read<{ stands: { id: string; slug: string }[] }>(recruiter, '/me')
	const stand = me.body.stands[0]
	const candidate = await person(browser, 'candidate', 246, phone)
	await candidate.goto(`${fair}/stands/${stand?.slug}`)
	await candidate.getByText('Poser une question').click()
	await candidate.getByLabel('Votre question au stand').fill('Je vous écris n’importe quoi.')
	await candidate.getByRole('button', { name: 'Envoyer ma question' }).click()
	await expect(candidate.getByRole('status').filter({ hasText: 'Question envoyée' })).toBeVisible()

	await recruiter.goto('/desk')
	await recruiter.getByRole('tab', { name: 'Messages' }).click()
	await recruiter.locator('.rows button').first().click()
	await recruiter.getByRole('link', { name: 'Signaler ou bloquer' }).click()
	await expect(recruiter.getByRole('heading', { level: 1 })).toHaveText('Signaler ou bloquer')
	await recruiter.getByLabel(/n’importe quoi/).check()
	await recruiter.getByLabel('Il est insultant ou déplacé').check()
	await recruiter.getByLabel(/Et bloquer cette personne/).check()
	await expectAccessible(recruiter)
	await look(recruiter, 'rights-report')
	await recruiter.getByRole('button', { name: 'Signaler à l’organisateur' }).click()
	await expect(recruiter.getByText('Merci, c’est transmis.')).toBeVisible()

	await candidate.getByText('Poser une question').click()
	await candidate.getByLabel('Votre question au stand').fill('Encore moi.')
	await candidate.getByRole('button', { name: 'Envoyer ma question' }).click()
	await expect(candidate.getByText(/Vous ne pouvez plus écrire à ce stand/).first()).toBeVisible()
	await candidate.setViewportSize({ width: 390, height: 844 })
	await look(candidate, 'rights-blocked')

	const boss = await person(browser, 'organiser', 1)
	await boss.goto('/organise')
	await boss.getByRole('tab', { name: 'Signalements' }).click()
	const report = boss.locator('article', { hasText: 'n’importe quoi' })
	await report.getByLabel(/Votre réponse/).fill('Nous lui avons parlé.')
	await expectAccessible(boss)
	await look(boss, 'rights-queue')
	await report.getByRole('button', { name: 'Avertir' }).click()
	await expect(report.getByText('Averti·e', { exact: false })).toBeVisible()
	await boss.getByRole('tab', { name: 'Données et pages' }).click()
	await expect(boss.getByRole('heading', { name: 'Durée de conservation' })).toBeVisible()
	await expectAccessible(boss)
	await look(boss, 'rights-papers')
	for (const page of [recruiter, candidate, boss]) await page.context().close()
})

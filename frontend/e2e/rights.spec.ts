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

test('a message is reported, its writer blocked and barred, and the bar lifted', async ({
	browser,
}) => {
	const recruiter = await person(browser, 'recruiter', 46)
	const me = await read<{ stands: { id: string; slug: string }[] }>(recruiter, '/me')
	const stand = me.body.stands[0]
	const candidate = await person(browser, 'candidate', 246, phone)
	const writes = async (words: string) => {
		await candidate.goto(`${fair}/stands/${stand?.slug}`)
		await candidate.getByText('Poser une question').click()
		await candidate.getByLabel('Votre question au stand').fill(words)
		await candidate.getByRole('button', { name: 'Envoyer ma question' }).click()
	}
	await writes('Je vous écris n’importe quoi.')
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

	await writes('Encore moi.')
	const blocked = /Vous ne pouvez plus écrire à ce stand/
	await expect(candidate.getByText(blocked).first()).toBeVisible()
	await candidate.setViewportSize({ width: 390, height: 844 })
	await look(candidate, 'rights-blocked')

	const boss = await person(browser, 'organiser', 1)
	await boss.goto('/organise')
	await boss.getByRole('tab', { name: 'Signalements' }).click()
	const report = boss.locator('article', { hasText: 'n’importe quoi' })
	await report.getByLabel(/Votre réponse/).fill('Nous lui avons parlé.')
	await expectAccessible(boss)
	await look(boss, 'rights-queue')
	await report.getByRole('button', { name: 'Exclure du salon' }).click()
	await expect(report.getByText('Exclu·e du salon', { exact: false })).toBeVisible()
	await writes('Et maintenant ?')
	await expect(
		candidate.getByText(/L’organisateur vous a exclu·e de ce salon/).first(),
	).toBeVisible()
	await boss.getByText('personne exclue du salon').click()
	await look(boss, 'rights-barred')
	await boss.getByRole('button', { name: /^Lever l’exclusion de/ }).click()
	const dialog = boss.getByRole('dialog', { name: 'Lever l’exclusion' })
	await dialog.getByLabel('Pourquoi').fill('Un malentendu, tout est dit.')
	await expectAccessible(boss)
	await look(boss, 'rights-lift')
	await dialog.getByRole('button', { name: 'Lever l’exclusion' }).click()
	await expect(report.getByText(/Exclusion levée.*Un malentendu/)).toBeVisible()
	await expect(boss.getByText('personne exclue du salon')).toBeHidden()
	await look(boss, 'rights-lifted')
	await writes('Merci.')
	await expect(candidate.getByText(blocked).first()).toBeVisible() // by the stand, not by the fair
	await boss.getByRole('tab', { name: 'Données et pages' }).click()
	await expect(boss.getByRole('heading', { name: 'Durée de conservation' })).toBeVisible()
	await expectAccessible(boss)
	await look(boss, 'rights-papers')
	for (const page of [recruiter, candidate, boss]) await page.context().close()
})

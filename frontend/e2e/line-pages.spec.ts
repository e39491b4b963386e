import { expect, test } from '@playwright/test'
import { expectAccessible } from './accessible.ts'
import { atDesk } from './line.ts'
import { look } from './look.ts'
import { askCode, giveCode, readCode } from './newcomer.ts'
import { phone, visitor } from './people.ts'

const fair = '/fairs/rencontres-2021'

test('a visitor without an account and without JavaScript takes a place', async ({ browser }) => {
	const desk = await atDesk(browser, 155)
	const page = await visitor(browser, { ...phone, javaScriptEnabled: false })
	await page.goto(fair)
	const open = page.getByRole('region', { name: 'Ouverts maintenant' })
	await open.getByRole('link', { name: desk.stand.name }).click()
	await expect(page.getByRole('main').getByText('Ouvert maintenant')).toBeVisible()
	await expect(page.getByRole('main').getByText(/Attente\s:/)).toBeVisible()
	await look(page, 'line-stand')
	await page.getByRole('radio', { name: 'Par téléphone' }).first().check()
	await page.getByRole('button', { name: 'Prendre une place maintenant' }).click()

	// Signing in on the way keeps what was meant.
	await expect(page).toHaveURL(/sign-in\?next=/)
	await askCode(page, 'sans.script@exemple.fr')
	await giveCode(page, await readCode(page))
	await expect(page.getByRole('main').getByText('Plus qu’un appui')).toBeVisible()
	await expect(page.getByRole('radio', { name: 'Par téléphone' }).first()).toBeChecked()
	await look(page, 'line-confirm')

	// By phone a number is needed, and said where it is missing.
	await page.getByRole('button', { name: 'Prendre une place maintenant' }).click()
	await expect(
		page.getByRole('main').getByText('Donnez le numéro où l’on vous appellera.'),
	).toBeVisible()
	await page.locator('#line-phone').fill('06 39 98 55 07')
	await page.getByRole('button', { name: 'Prendre une place maintenant' }).click()
	await expect(
		page.getByRole('main').getByText('Vous avez une place dans cette file'),
	).toBeVisible()
	await expect(page.getByRole('main').getByText('Vous êtes la prochaine personne')).toBeVisible()
	expect(page.url()).not.toContain('5507')
	await look(page, 'line-taken')
	await expect(desk.page.locator('ol .open')).toHaveCount(1)
	await page.context().close()
	await desk.page.context().close()
})

test('open stands are accessible and told on every public page, in both languages', async ({
	browser,
}) => {
	const desk = await atDesk(browser, 156)
	const page = await visitor(browser, phone)
	for (const prefix of ['', '/en']) {
		await page.goto(prefix + fair)
		await expect(page.locator('#open')).toBeVisible()
		await expectAccessible(page)
		await page.goto(`${prefix}${fair}/stands/${desk.stand.slug}`)
		await expect(page.locator('#line')).toBeVisible()
		await expectAccessible(page)
		await page.locator('.offer-row a').first().click()
		await expect(page.locator('#line')).toBeVisible()
		await expectAccessible(page)
	}
	await look(page, 'line-offer')
	await page.context().close()
	await desk.page.context().close()
})

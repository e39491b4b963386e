import { expect, type Page, test } from '@playwright/test'
import { expectAccessible } from './accessible.ts'
import { fair } from './house.ts'
import { look } from './look.ts'
import { person, phone, read } from './people.ts'
import { address } from './server.ts'

/** Asks the API as a program does: no browser, no cookie, a key. */
async function call(key: string, method: string, path: string): Promise<[number, string]> {
	const answer = await fetch(`${address}/api/v1${path}`, {
		method,
		headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
		...(method === 'GET' ? {} : { body: '{}' }),
	})
	const { code } = (await answer.json()) as { code?: string }
	return [answer.status, code ?? '']
}

const rowOf = (page: Page, name: string) =>
	page
		.getByRole('tabpanel', { name: 'Logiciels reliés' })
		.getByRole('listitem')
		.filter({ hasText: name })

test('a program gets a key, does what the key names and no more, until it is ended', async ({
	browser,
}) => {
	const page = await person(browser, 'organiser', 1, phone)
	const stands = await read<{ items: { id: string }[] }>(page, `${fair}/stands`)
	const offers = `/stands/${stands.body.items[0]?.id}/offers`
	await page.goto('/organise#keys')
	await page.getByText('Faire une clé').click()
	await page.getByLabel('Pour quel logiciel').fill('Site de la ville')
	await expect(page.getByLabel('Lire les stands, les offres et les règles')).toBeChecked()
	await page.getByLabel('Pendant').selectOption('30')
	await expectAccessible(page)
	await look(page, 'key-form')
	await page.getByRole('button', { name: 'Faire la clé' }).click()

	// Its secret is shown this once.
	const secret = page.locator('code', { hasText: /^salon-key-/ })
	await expect(secret).toBeVisible()
	const key = (await secret.textContent()) ?? ''
	const row = rowOf(page, 'Site de la ville')
	await expect(row).toContainText('jamais utilisée')
	await expectAccessible(page)
	await look(page, 'key-made')
	await page.getByRole('button', { name: 'Je l’ai copiée' }).click()
	await expect(secret).toHaveCount(0)
	await page.reload()
	await expect(row).toBeVisible()
	expect(await page.content()).not.toContain(key)

	// What it may, what it may not, and what no key may.
	expect(await call(key, 'GET', offers)).toEqual([200, ''])
	expect(await call(key, 'POST', offers)).toEqual([403, 'key.scope'])
	expect(await call(key, 'GET', `${fair}/keys`)).toEqual([403, 'key.scope'])
	expect(await call(`${key}x`, 'GET', offers)).toEqual([401, 'key.over'])
	await page.reload()
	await expect(row).toContainText(/utilisée aujourd’hui|utilisée/)
	await expect(row).not.toContainText('jamais utilisée')
	await look(page, 'key-used')

	await row.getByRole('button', { name: 'Retirer la clé Site de la ville' }).click()
	const dialog = page.getByRole('dialog')
	await expect(dialog).toContainText('Site de la ville ne pourra plus rien faire')
	await expectAccessible(page)
	await look(page, 'key-end')
	await dialog.getByRole('button', { name: 'Retirer' }).click()
	await expect(row).toHaveCount(0)
	expect(await call(key, 'GET', offers)).toEqual([401, 'key.over'])
	await page.context().close()
})

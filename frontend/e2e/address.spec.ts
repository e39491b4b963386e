import { type Browser, expect, type Page, test } from '@playwright/test'
import { expectAccessible } from './accessible.ts'
import { look } from './look.ts'
import { askCode, newcomer } from './newcomer.ts'
import { phone, read, visitor } from './people.ts'

/** A browser in which the mails to an address can be read, like one's own. */
async function mailbox(browser: Browser, mail: string): Promise<Page> {
	const page = await visitor(browser, phone)
	await page.goto('/sign-in')
	await askCode(page, mail)
	return page
}

/** The link in the newest mail that has one, and that mail. */
async function letter(page: Page, link: RegExp): Promise<{ path: string; text: string }> {
	let text = ''
	await expect(async () => {
		await page.goto('/demo/outbox')
		const all = await page.locator('.message').allTextContents()
		text = all.find((one) => link.test(one)) ?? ''
		expect(text).toBeTruthy()
	}).toPass()
	return { path: link.exec(text)?.[0] ?? '', text }
}

test('an address is changed by a link that only its owner can use, and taken back from the old one', async ({
	browser,
}) => {
	const [from, to] = ['ancienne@exemple.fr', 'nouvelle@exemple.fr']
	const page = await newcomer(browser, from, phone)
	await page.goto('/account')
	const ask = async (mail: string) => {
		await page.getByLabel('Nouvelle adresse').fill(mail)
		await page.getByRole('button', { name: 'Changer d’adresse' }).click()
	}
	await ask(from)
	await expect(page.getByText('C’est déjà votre adresse')).toBeVisible()
	await ask(to)
	await expect(page.getByText('Un lien part vers la nouvelle adresse.')).toBeVisible()
	await expectAccessible(page)
	await look(page, 'address-asked')

	// Nothing has changed yet, and who reads the mail without being its account has nothing.
	const atNew = await mailbox(browser, to)
	const { path } = await letter(atNew, /\/account\/mail\/[\w.-]+/)
	await atNew.goto(path)
	await expect(atNew).toHaveURL(/\/sign-in\?next=/)
	await page.goto(`${path.slice(0, -3)}xyz`)
	await expect(page.getByText('Ce lien n’est pas pour ce compte.')).toBeVisible()
	await look(page, 'address-wrong')
	expect((await read<{ email: string }>(page, '/me')).body.email).toBe(from)

	await page.goto(path)
	await expect(page.getByRole('main')).toContainText(`à ${to} au lieu de ${from}`)
	await expectAccessible(page)
	await look(page, 'address-confirm')
	await page.getByRole('button', { name: 'Confirmer cette adresse' }).click()
	await expect(page.getByText('Votre adresse a changé.')).toBeVisible()
	await expect(page.getByText(`· ${to}`)).toBeVisible()
	await page.goto(path)
	await expect(page.getByText('Ce lien a déjà servi')).toBeVisible()
	await look(page, 'address-over')

	// The old address is told, and may take it back: everybody is signed out.
	const atOld = await mailbox(browser, from)
	const told = await letter(atOld, /\/account\/undo\/[\w.-]+/)
	expect(told.text).toContain(to)
	await atOld.goto(told.path)
	await expect(atOld.getByRole('main')).toContainText(`revenez à ${from}`)
	await expectAccessible(atOld)
	await look(atOld, 'address-undo')
	await atOld.getByRole('button', { name: 'Revenir à l’ancienne adresse' }).click()
	await expect(atOld.getByText('L’ancienne adresse compte à nouveau.')).toBeVisible()
	expect((await read(page, '/me')).status).toBe(401)
	for (const p of [page, atNew, atOld]) await p.context().close()
})

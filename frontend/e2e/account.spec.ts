import { createHmac } from 'node:crypto'
import { expect, type Page, test } from '@playwright/test'
import { expectAccessible } from './accessible.ts'
import { look } from './look.ts'
import { askCode } from './newcomer.ts'
import { person, phone, visitor } from './people.ts'

/** What an authenticator app shows for a secret in base32 (RFC 6238). */
function codeOf(secret: string): string {
	const bits = [...secret.replaceAll(' ', '')]
		.map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0'))
		.join('')
	const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
	const counter = Buffer.alloc(8)
	counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)))
	const hash = createHmac('sha1', key).update(counter).digest()
	const at = (hash.at(-1) ?? 0) & 15
	return String((hash.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

/** The address in the invitation that came by mail, read like one's own mail. */
async function invitationOf(page: Page, mail: string): Promise<string> {
	await page.goto('/sign-in')
	await askCode(page, mail)
	let found: string | undefined
	await expect(async () => {
		await page.goto('/demo/outbox')
		const letters = (await page.locator('main').textContent()) ?? ''
		found = /\/invitations\/[\w.-]+/.exec(letters)?.[0]
		expect(found).toBeTruthy()
	}).toPass()
	return found ?? ''
}

test('an invited recruiter proves who she is, signs in, and out everywhere', async ({
	browser,
}) => {
	const mail = 'rh.nouvelle@exemple.fr'
	const boss = await person(browser, 'organiser', 1)
	await boss.goto('/organise')
	await boss.getByRole('tab', { name: 'Personnes' }).click()
	await boss.getByLabel('Adresse de courriel').fill(mail)
	await boss.getByLabel('Stand', { exact: true }).selectOption({ index: 1 })
	await boss.getByRole('button', { name: 'Envoyer l’invitation' }).click()
	await expect(boss.getByText(`L’invitation part à ${mail}.`).first()).toBeVisible()
	await expectAccessible(boss)
	await look(boss, 'people-desktop')

	const page = await visitor(browser, { ...phone, javaScriptEnabled: false })
	await page.goto(await invitationOf(page, mail))
	await expect(page.getByText(mail)).toBeVisible()
	await look(page, 'invitation-phone')
	await page.getByRole('button', { name: 'Accepter l’invitation' }).click()

	// Nothing else opens before the second proof.
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('Protéger votre compte')
	await page.goto('/desk')
	await expect(page).toHaveURL(/\/account\/protect\?next=%2Fdesk/)
	await page.getByLabel('Nouveau mot de passe').fill('motdepasse2026')
	await page.getByRole('button', { name: 'Garder ce mot de passe' }).click()
	await expect(page.locator('#problem')).toContainText('facile à deviner')
	await look(page, 'protect-password-phone')
	await page.getByLabel('Nouveau mot de passe').fill('trois chevaux gris au trot')
	await page.getByRole('button', { name: 'Garder ce mot de passe' }).click()
	await look(page, 'protect-totp-phone')
	const secret = (await page.locator('.secret').textContent()) ?? ''
	await page.getByLabel('Code affiché').fill(codeOf(secret))
	await page.getByRole('button', { name: 'Confirmer' }).click()
	const codes = await page.locator('.codes code').allTextContents()
	expect(codes).toHaveLength(10)
	await look(page, 'recovery-phone')
	await page.getByRole('link', { name: 'Je les ai notés, continuer' }).click()
	await expect(page).toHaveURL(/\/desk$/)

	// Another day, without the phone: the password and a recovery code.
	const other = await visitor(browser)
	await other.goto('/sign-in/password?next=/account')
	await other.getByLabel('Adresse de courriel').fill(mail)
	await other.getByLabel('Mot de passe', { exact: true }).fill('trois chevaux gris au trot')
	await other.getByRole('button', { name: 'Entrer', exact: true }).click()
	await expect(other.getByLabel('Code de l’application')).toBeVisible()
	await expectAccessible(other)
	await look(other, 'factor-desktop')
	await other.getByLabel('Code de l’application').fill(codes[0] ?? '')
	await other.getByRole('button', { name: 'Entrer', exact: true }).click()
	await expect(other.getByRole('heading', { level: 1 })).toHaveText('Mon compte')
	await expect(other.getByText('Il reste 9 codes de secours.')).toBeVisible()
	await expect(other.getByText('Chrome · Linux').first()).toBeVisible()
	await expectAccessible(other)
	await look(other, 'account-desktop')
	await other.getByRole('button', { name: 'Déconnecter partout' }).click()
	await expect(other).toHaveURL(/\/sign-in$/)
	await page.goto('/desk')
	await expect(page).toHaveURL(/\/sign-in\?next=/)
	for (const p of [boss, page, other]) await p.context().close()
})

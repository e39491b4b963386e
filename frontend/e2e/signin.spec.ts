import { expect, test } from '@playwright/test'
import { look } from './look.ts'
import { askCode, giveCode, readCode, words } from './newcomer.ts'
import { phone, read, visitor } from './people.ts'

/** Another code than the one given. */
const wrong = (code: string) =>
	String((Number(code.replace(' ', '')) + 1) % 100_000_000).padStart(8, '0')

for (const [how, javaScriptEnabled] of [
	['with JavaScript', true],
	['without JavaScript', false],
] as const) {
	for (const lang of ['fr', 'en'] as const) {
		const said = words[lang]
		test(`somebody signs in by a code and out again, ${how}, in ${lang}`, async ({ browser }) => {
			const page = await visitor(browser, { ...phone, javaScriptEnabled })
			await page.goto(`${said.prefix}/me`)
			await expect(page).toHaveURL(/sign-in\?next=/)
			await askCode(page, `${lang}.${javaScriptEnabled}@exemple.fr`, lang)
			await look(page, `signin-code-${lang}`)
			const code = await readCode(page)

			// A wrong code is told, and the right one still opens.
			await giveCode(page, wrong(code), lang)
			await expect(page.locator('#problem')).toContainText(said.wrong)
			await look(page, `signin-wrong-${lang}`)
			await giveCode(page, code, lang)
			await expect(page).toHaveURL(new RegExp(`${said.prefix}/me$`))
			await page.goto(`${said.prefix}/sign-in`)
			await expect(page.locator('details.who')).toBeVisible()

			// Out: the page asks again.
			await page.locator('details.who summary').click()
			await page.getByRole('button', { name: said.out }).click()
			await expect(page.locator('details.who')).toHaveCount(0)
			await page.goto(`${said.prefix}/me`)
			await expect(page).toHaveURL(/sign-in\?next=/)
			await page.context().close()
		})
	}
}

test('a code serves once and bears five attempts, and says so', async ({ browser }) => {
	const page = await visitor(browser, phone)
	await page.goto('/sign-in')
	await askCode(page, 'trop.essais@exemple.fr')
	const code = await readCode(page)
	for (let attempt = 1; attempt <= 5; attempt++) {
		await giveCode(page, wrong(code))
		await expect(page.locator('#problem')).toContainText('Ce code n’est pas le bon')
	}
	// Even the right one is too late now, and a new one is the way out.
	await giveCode(page, code)
	await expect(page.locator('#problem')).toContainText('Trop de codes faux ont été essayés')
	await look(page, 'signin-attempts')
	await page.getByRole('link', { name: 'Changer d’adresse ou recevoir un nouveau code' }).click()
	await askCode(page, 'trop.essais@exemple.fr')
	await expect(async () => expect(await readCode(page)).not.toBe(code)).toPass()
	const fresh = await readCode(page)
	await giveCode(page, fresh)
	await expect(page.locator('details.who')).toBeVisible()

	// Used, the code opens nothing more.
	const other = await visitor(browser, phone)
	await other.goto('/sign-in')
	const answer = await other.request.post('/api/v1/sign-in', {
		headers: { origin: new URL(other.url()).origin, 'accept-language': 'fr' },
		data: { email: 'trop.essais@exemple.fr', code: fresh },
	})
	expect(answer.status()).toBe(410)
	expect(((await answer.json()) as { detail: string }).detail).toContain('n’est plus valable')
	await other.context().close()
	await page.context().close()
})

test('an address nobody knows is answered like any other', async ({ browser }) => {
	const texts: string[] = []
	for (const mail of ['candidate-1@demo.salon.invalid', 'personne@exemple.fr']) {
		const page = await visitor(browser, phone)
		await page.goto('/sign-in')
		await askCode(page, mail)
		texts.push(((await page.locator('main').textContent()) ?? '').replace(mail, 'ADRESSE'))
		await page.context().close()
	}
	expect(texts[1]).toBe(texts[0])
})

test('an address that cannot be one is refused in words', async ({ browser }) => {
	const page = await visitor(browser, { ...phone, javaScriptEnabled: false })
	await page.goto('/sign-in')
	await page.locator('input[name=mail]').evaluate((input: HTMLInputElement) => {
		input.type = 'text'
	})
	await page.getByLabel('Adresse de courriel').fill('camille@')
	await page.getByRole('button', { name: 'Recevoir un code' }).click()
	await expect(page.locator('#problem')).toContainText('ne semble pas complète')
	await expect(page.getByLabel('Adresse de courriel')).toHaveValue('camille@')
	await page.context().close()
})

test('signing out closes what other tabs show', async ({ browser }) => {
	const page = await visitor(browser)
	await page.goto('/sign-in?next=/me')
	await askCode(page, 'deux.onglets@exemple.fr')
	await giveCode(page, await readCode(page))
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('Mon salon')
	const tab = await page.context().newPage()
	await tab.goto('/me')
	await tab.locator('details.who summary').click()
	await tab.getByRole('button', { name: 'Se déconnecter' }).click()
	await expect(tab.getByRole('link', { name: 'Se connecter' })).toBeVisible()
	expect((await read(page, '/me')).status).toBe(401)
	await page.context().close()
})

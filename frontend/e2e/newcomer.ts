import { type Browser, type BrowserContextOptions, expect, type Page } from '@playwright/test'
import { visitor } from './people.ts'

/** The words of the sign-in, by language. */
export const words = {
	fr: {
		prefix: '',
		mail: 'Adresse de courriel',
		send: 'Recevoir un code',
		code: 'Code reçu',
		enter: 'Entrer',
		wrong: 'Ce code n’est pas le bon',
		out: 'Se déconnecter',
	},
	en: {
		prefix: '/en',
		mail: 'E-mail address',
		send: 'Send me a code',
		code: 'Code received',
		enter: 'Enter',
		wrong: 'This is not the right code',
		out: 'Sign out',
	},
} as const

/** Asks for a code: the first step of the sign-in. */
export async function askCode(page: Page, mail: string, lang: 'fr' | 'en' = 'fr'): Promise<void> {
	const said = words[lang]
	await page.getByLabel(said.mail).fill(mail)
	await page.getByRole('button', { name: said.send }).click()
	await expect(page.getByLabel(said.code)).toBeVisible()
}

/** The newest code of the demo's outbox, read in a tab of its own like one's own mail. */
export async function readCode(page: Page): Promise<string> {
	const mail = await page.context().newPage()
	try {
		let code: string | undefined
		await expect(async () => {
			await mail.goto('/demo/outbox')
			const letter = await mail.locator('.letter').first().textContent({ timeout: 1000 })
			code = /\b\d{8}\b|\b\d{4} \d{4}\b/.exec(letter ?? '')?.[0]
			expect(code).toBeTruthy()
		}).toPass()
		return code ?? ''
	} finally {
		await mail.close()
	}
}

/** Gives the code: the second step of the sign-in. */
export async function giveCode(page: Page, code: string, lang: 'fr' | 'en' = 'fr'): Promise<void> {
	await page.getByLabel(words[lang].code).fill(code)
	await page.getByRole('button', { name: words[lang].enter, exact: true }).click()
}

/** A page of somebody new, signed in by a code: no number, nothing booked. */
export async function newcomer(
	browser: Browser,
	mail: string,
	options?: BrowserContextOptions,
): Promise<Page> {
	const page = await visitor(browser, options)
	await page.goto('/sign-in')
	await askCode(page, mail)
	await giveCode(page, await readCode(page))
	await expect(page.getByLabel('Code reçu')).toHaveCount(0)
	return page
}

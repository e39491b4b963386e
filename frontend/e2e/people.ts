import type { Browser, BrowserContextOptions, Page } from '@playwright/test'
import { cameraSize } from './browsers.ts'
import { onlyKeys } from './keyboard.ts'
import { watchConnections } from './media.ts'
import { address } from './server.ts'

export const phone: BrowserContextOptions = {
	viewport: { width: 390, height: 844 },
	isMobile: true,
	hasTouch: true,
	deviceScaleFactor: 2,
}

type Role = 'candidate' | 'recruiter' | 'organiser' | 'speaker' | 'adviser'

/** What a page needs to become somebody; it runs in the page, where the cookie is set. */
export async function become(who: { role: Role; n: number }): Promise<string> {
	const answer = await fetch('/api/v1/demo/session', {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify(who),
	})
	if (!answer.ok) throw new Error(`demo session: ${answer.status} ${await answer.text()}`)
	return ((await answer.json()) as { token: string }).token
}

/** Reads from the API as the person whose page it is. */
export function read<T>(page: Page, path: string): Promise<{ status: number; body: T }> {
	return page.evaluate(async (path) => {
		const answer = await fetch(`/api/v1${path}`)
		return { status: answer.status, body: (await answer.json()) as T }
	}, path)
}

/** A page of a fresh visitor, its connections watched. */
export async function visitor(browser: Browser, options?: BrowserContextOptions): Promise<Page> {
	const context = await browser.newContext({
		baseURL: address,
		locale: 'fr-FR',
		timezoneId: 'Europe/Paris',
		permissions: ['camera', 'microphone'],
		...options,
	})
	await context.addInitScript(watchConnections, cameraSize)
	const page = await context.newPage()
	if (process.env.SALON_E2E_KEYS) onlyKeys(page)
	return page
}

/** A page of a demo person. */
export async function person(
	browser: Browser,
	role: Role,
	n: number,
	options?: BrowserContextOptions,
): Promise<Page> {
	const page = await visitor(browser, options)
	await page.goto('/demo')
	await page.evaluate(become, { role, n })
	return page
}

/** The number of the recruiter who holds an interview at a stand. */
export async function recruiterOf(
	browser: Browser,
	interview: string,
	stand: number,
	options?: BrowserContextOptions,
): Promise<{ page: Page; n: number }> {
	for (const n of [stand, stand + 60]) {
		const page = await person(browser, 'recruiter', n, options)
		if ((await read(page, `/interviews/${interview}`)).status === 200) return { page, n }
		await page.context().close()
	}
	throw new Error(`nobody of stand ${stand} holds interview ${interview}`)
}

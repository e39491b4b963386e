import { readFileSync } from 'node:fs'
import type { Browser, Locator, Page } from '@playwright/test'
import { fair, type House, openDraw } from './house.ts'
import type { become } from './people.ts'

export type Lang = 'fr' | 'en'

const texts = Object.fromEntries(
	(['fr', 'en'] as const).map((lang) => [
		lang,
		JSON.parse(readFileSync(new URL(`../src/locales/${lang}.json`, import.meta.url), 'utf8')),
	]),
) as Record<Lang, Record<string, string>>

/** A page in a language, whose controls are found by the keys of their words. */
export class Screen {
	readonly page: Page
	readonly lang: Lang
	constructor(page: Page, lang: Lang) {
		this.page = page
		this.lang = lang
	}

	/** The words of a key. What is filled in, such as "{name}", may be anything. */
	words(key: string): RegExp {
		const text = texts[this.lang][key]
		if (text === undefined) throw new Error(`no text ${key}`)
		const parts = text.split(/\{\w+\}/).map((s) => s.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
		return new RegExp(`^\\s*${parts.join('.*')}\\s*$`.replaceAll(/[\s\u00a0\u202f]/g, '\\s'))
	}

	button(key: string): Locator {
		return this.page.getByRole('button', { name: this.words(key) }).first()
	}

	async press(...keys: string[]): Promise<void> {
		for (const key of keys) await this.button(key).click()
	}
}

/** A screen to walk: whose, where, and what opens it. */
export interface Stop {
	name: string
	path: string
	open?: (screen: Screen) => Promise<unknown>
}

export interface Walk {
	name: string
	who?: (house: House) => Parameters<typeof become>[0]
	before?: (browser: Browser, house: House) => Promise<void>
	stops: (house: House) => Stop[]
}

const dialog = (screen: Screen) => screen.page.getByRole('dialog').waitFor()

/** Opens what a stand is to be done for, on the organiser's board. */
const act = (key: string) => async (screen: Screen) => {
	await screen.page.locator('table .acts button').first().click()
	await screen.page
		.getByRole('dialog')
		.getByRole('button', { name: screen.words(key) })
		.click()
	await dialog(screen)
}

export const walks: Walk[] = [
	{
		name: 'public',
		stops: (house) => [
			{ name: 'fairs', path: '/' },
			{ name: 'fair', path: fair },
			{ name: 'offers', path: `${fair}/offers` },
			{ name: 'offers-found', path: `${fair}/offers?q=boulang` },
			{
				name: 'offers-filters',
				path: `${fair}/offers?q=cuisine&contract=CDI&commune=34172&radius=20`,
			},
			{ name: 'offers-none', path: `${fair}/offers?q=zzzz` },
			{ name: 'offer', path: `${fair}/offers/${house.offer}` },
			{ name: 'offer-closed', path: `${fair}/offers/${house.closed}` },
			{ name: 'stand', path: `${fair}/stands/${house.stand.slug}` },
			{ name: 'programme', path: `${fair}/programme` },
			{ name: 'talk', path: `${fair}/webconferences/${house.talk}` },
			{ name: 'privacy', path: `${fair}/papers/privacy` },
			{ name: 'accessibility', path: `${fair}/papers/accessibility` },
			{ name: 'legal', path: `${fair}/papers/legal` },
			{ name: 'nowhere', path: '/fairs/nowhere' },
			{ name: 'sign-in', path: '/sign-in' },
			{
				name: 'sign-in-code',
				path: '/sign-in',
				open: async ({ page }) => {
					await page.locator('input[type=email]').fill('marche@exemple.fr')
					await page.locator('input[type=email]').press('Enter')
					await page.locator('[autocomplete=one-time-code]').waitFor()
				},
			},
			{ name: 'sign-in-password', path: '/sign-in/password' },
			{ name: 'demo', path: '/demo' },
			{ name: 'outbox', path: '/demo/outbox' },
		],
	},
	{
		name: 'candidate',
		who: (house) => ({ role: 'candidate', n: house.candidate }),
		stops: (house) => [
			{ name: 'me', path: '/me' },
			{
				name: 'me-move',
				path: '/me',
				open: async (s) => {
					await s.page
						.locator('summary', { hasText: s.words('mine.change') })
						.first()
						.click()
					await s.press('mine.move')
					await s.page.getByRole('dialog').locator('label.chip').first().waitFor()
				},
			},
			{
				name: 'me-thread',
				path: '/me',
				open: (s) => s.page.getByRole('button', { name: house.stand.name }).first().click(),
			},
			{ name: 'profile', path: '/me/profile' },
			{ name: 'stand-mine', path: `${fair}/stands/${house.stand.slug}` },
			{ name: 'offer-mine', path: `${fair}/offers/${house.offer}` },
			{ name: 'lobby', path: `/interviews/${house.interview}` },
			{ name: 'report', path: `/conversations/${house.thread}/report` },
			{ name: 'account', path: '/account' },
			{ name: 'account-data', path: '/account/data' },
			{ name: 'account-searches', path: '/account/searches' },
		],
	},
	{
		name: 'recruiter',
		who: (house) => ({ role: 'recruiter', n: house.recruiter }),
		stops: (house) => [
			...['today', 'messages', 'applications', 'slots', 'offers', 'stand'].map((tab) => ({
				name: `desk-${tab}`,
				path: `/desk#${tab}`,
			})),
			{
				name: 'desk-person',
				path: '/desk',
				open: async ({ page }) => {
					await page.locator('.people button, ol button, .rows button').first().click()
				},
			},
			{
				name: 'desk-manage',
				path: '/desk',
				open: async (s) => {
					const agenda = s.button('desk.agenda')
					if (await agenda.isVisible()) await agenda.click()
					await s.press('desk.manageof')
					await dialog(s)
				},
			},
			{ name: 'desk-offer-new', path: '/desk#offers', open: (s) => s.press('offerform.new') },
			{
				name: 'desk-offer-edit',
				path: '/desk#offers',
				open: (s) => s.press('offerform.editof'),
			},
			{
				name: 'desk-thread',
				path: '/desk#messages',
				open: ({ page }) => page.locator('.rows button').first().click(),
			},
			{ name: 'offer-desk', path: `/desk/offers/${house.offer}` },
			{ name: 'recruiter-lobby', path: `/interviews/${house.interview}` },
			{ name: 'recruiter-account', path: '/account' },
		],
	},
	{
		name: 'organiser',
		who: () => ({ role: 'organiser', n: 1 }),
		stops: () => [
			...[
				'live',
				'programme',
				'offers',
				'requests',
				'reports',
				'slots',
				'answers',
				'people',
				'keys',
				'rights',
				'settings',
			].map((tab) => ({ name: `organise-${tab}`, path: `/organise#${tab}` })),
			{
				name: 'organise-act',
				path: '/organise',
				open: async (s) => {
					await s.page.locator('table .acts button').first().click()
					await dialog(s)
				},
			},
			{ name: 'organise-write', path: '/organise', open: act('live.write') },
			{ name: 'organise-longer', path: '/organise', open: act('live.longer') },
			{ name: 'organise-move', path: '/organise', open: act('live.move') },
			{ name: 'organise-pause', path: '/organise', open: act('live.pause') },
			{
				name: 'organise-key',
				path: '/organise#keys',
				open: (s) => s.page.locator('summary', { hasText: s.words('keys.new') }).click(),
			},
			{
				name: 'organise-talk-new',
				path: '/organise#programme',
				open: (s) => s.press('organise.new'),
			},
		],
	},
	{
		name: 'adviser',
		who: (house) => ({ role: 'adviser', n: house.adviser }),
		stops: (house) => [
			{ name: 'advise', path: '/advise', open: ({ page }) => page.locator('#stand').waitFor() },
			{
				name: 'advise-move',
				path: '/advise',
				open: async (s) => {
					await s.press('mine.move')
					await s.page.getByRole('dialog').locator('label.chip').first().waitFor()
				},
			},
			{
				name: 'advise-slots',
				path: '/advise',
				open: async (s) => {
					await s.page.locator('#stand').selectOption(house.stand.id)
					await s.press('advise.slots')
				},
			},
			{ name: 'adviser-account', path: '/account' },
		],
	},
	{
		name: 'stage',
		who: () => ({ role: 'speaker', n: 1 }),
		stops: (house) => [
			{ name: 'green-room', path: `/webconferences/${house.talk}/stage` },
			{
				name: 'on-stage',
				path: `/webconferences/${house.talk}/stage`,
				open: async (s) => {
					// Who was on stage comes back to it.
					const enter = s.page.getByRole('button', { name: /Monter sur scène|Go on stage/ })
					const controls = s.page.getByRole('toolbar')
					await enter.or(controls).first().waitFor()
					if (await enter.isVisible()) await enter.click()
					await controls.waitFor()
				},
			},
		],
	},
	{
		name: 'draw',
		who: (house) => ({ role: 'candidate', n: house.candidate }),
		before: openDraw,
		stops: (house) => [
			{ name: 'draw', path: `${fair}/draws/${house.draw}` },
			{ name: 'draw-stand', path: `${fair}/stands/${house.stand.slug}` },
			{ name: 'draw-me', path: '/me' },
		],
	},
	{
		name: 'draw-desk',
		who: () => ({ role: 'organiser', n: 1 }),
		before: openDraw,
		stops: () =>
			[
				['draws', undefined],
				['draw-later', 'drawdesk.extend'],
				['draw-cancel', 'drawdesk.cancel'],
			].map(([name, key]) => ({
				name: `organise-${name}`,
				path: '/organise#slots',
				...(key ? { open: (s: Screen) => s.press(key).then(() => dialog(s)) } : {}),
			})),
	},
]

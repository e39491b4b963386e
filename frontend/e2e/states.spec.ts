import { expect, type Page, type Route, test } from '@playwright/test'
import { faults, large } from './fit.ts'
import { ask, fair } from './house.ts'
import { look } from './look.ts'
import { person, phone, read } from './people.ts'

/** What becomes of the calls of a screen. */
type State = 'empty' | 'broken' | 'away' | 'offline' | 'busy'

const problem = (status: number) => (route: Route) =>
	route.fulfill({
		status,
		contentType: 'text/html',
		headers: { 'retry-after': '60' },
		body: '<html>upstream</html>',
	})

/** How each state answers; a busy one never does. */
const answers: Record<Exclude<State, 'empty'>, (route: Route) => unknown> = {
	broken: problem(500),
	away: problem(503),
	offline: (route) => route.abort('internetdisconnected'),
	busy: () => {},
}

/** What each says, in French. */
const said: Record<Exclude<State, 'empty' | 'busy'>, RegExp> = {
	broken: /s’est cassé de notre côté.*Réessayez/,
	away: /courte pause.*conservés.*Réessayez/,
	offline: /ne répond pas\. Vérifiez votre connexion et réessayez/,
}

/** Keeps answers of the API from a page until it is released. */
class Weather {
	#state: State | undefined
	#which = /$^/
	#seen = 0
	readonly #kept: Route[] = []

	constructor(readonly page: Page) {}

	async begin(): Promise<void> {
		await this.page.route('**/api/v1/**', async (route) => {
			const { pathname } = new URL(route.request().url())
			const state = this.#which.test(pathname) ? this.#state : undefined
			if (!state) return route.fallback()
			if (state === 'busy') this.#kept.push(route)
			if (state !== 'empty') return answers[state](route)
			const answer = await route.fetch()
			return route.fulfill({ response: answer, json: emptied(await answer.json()) })
		})
	}

	/** The failures to see a screen in: each in turn, or all when pictures are kept. */
	next(): (keyof typeof said)[] {
		const all = ['broken', 'away', 'offline'] as const
		return process.env.SALON_E2E_SHOTS ? [...all] : [all[this.#seen++ % all.length] ?? 'broken']
	}

	turn(state: State, which: RegExp): void {
		this.#state = state
		this.#which = which
	}

	async clear(): Promise<void> {
		this.#state = undefined
		for (const route of this.#kept.splice(0)) await route.fallback().catch(() => {})
	}
}

/** The answer without anything in its lists. */
function emptied(answer: Record<string, unknown>): Record<string, unknown> {
	return Object.fromEntries(
		Object.entries(answer).map(([key, value]) => [
			key,
			Array.isArray(value) ? [] : key === 'total' ? 0 : value,
		]),
	)
}

interface Screen {
	name: string
	/** The tab of the page, when it is one of several. */
	tab?: string
	/** Which calls it begins with. */
	calls: RegExp
	/** Something that is there once it is read. */
	shown: string
	/** What it says when there is nothing, in French. */
	empty?: RegExp
}

/** Opens a screen anew: the page, or its tab after another one. */
async function open(page: Page, path: string, { tab }: Screen, other: string): Promise<void> {
	if (!tab) {
		await page.goto(path)
		return
	}
	for (const id of [other, tab]) await page.locator(`#tab-${id}`).click()
}

/** Sees a screen in every state, and out of each. */
async function see(weather: Weather, path: string, screen: Screen, other = ''): Promise<void> {
	const { page } = weather
	const shown = page.locator(screen.shown).first()
	const main = page.locator(screen.tab ? '[role=tabpanel]' : '#island')
	await test.step(screen.name, async () => {
		for (const state of weather.next()) {
			weather.turn(state, screen.calls)
			await open(page, path, screen, other)
			const alert = main.getByRole('alert').first()
			await expect(alert).toHaveText(said[state])
			await expect(main.getByText('Un instant…')).toHaveCount(0)
			if (!screen.tab) {
				// Asking again in vain says so again.
				await alert.getByRole('button', { name: 'Réessayer' }).click()
				await expect(alert.getByRole('button', { name: 'Réessayer' })).toBeVisible()
				await expect(alert).toHaveText(said[state])
			}
			await look(page, `states-${screen.name}-${state}`)
			await weather.clear()
			const again = main.getByRole('alert').getByRole('button', { name: 'Réessayer' })
			// A part that is read by itself meanwhile has no button any more.
			await expect(async () => {
				for (let left = await again.count(); left > 0; left--)
					await again.first().click({ timeout: 1000 })
			}).toPass()
			await expect(shown).toBeVisible()
			await expect(again).toHaveCount(0)
		}
		weather.turn('busy', screen.calls)
		await open(page, path, screen, other)
		await expect(main.getByText('Un instant…').first()).toBeVisible()
		await look(page, `states-${screen.name}-busy`)
		await weather.clear()
		await expect(shown).toBeVisible()
		if (screen.empty) {
			weather.turn('empty', screen.calls)
			await open(page, path, screen, other)
			await expect(main.getByText(screen.empty).first()).toBeVisible()
			await look(page, `states-${screen.name}-empty`)
			await weather.clear()
		}
	})
}

/** Somebody's page, the answers it gets, and what went wrong in its script. */
async function watched(page: Page): Promise<{ weather: Weather; thrown: string[] }> {
	const thrown: string[] = []
	page.on('pageerror', (error) => thrown.push(error.message))
	const weather = new Weather(page)
	await weather.begin()
	return { weather, thrown }
}

/** Puts one long word, and one long name, where names of people, stands and offers stand. */
function lengthen(): void {
	const long = [
		'W'.repeat(80),
		'Régie intercommunale des transports et de la logistique '.repeat(4),
	]
	const places = 'h1, h3, .row-text strong, li strong, th[scope=row], .trail a, .stretch'
	for (const [at, place] of [...document.querySelectorAll(`main :is(${places})`)].entries()) {
		const texts = document.createTreeWalker(place, NodeFilter.SHOW_TEXT)
		while (texts.nextNode()) {
			const text = texts.currentNode
			const within = text.parentElement?.closest('.badge, .hidden')
			if (text.textContent?.trim() && !within) text.textContent = long[at % 2] ?? ''
		}
	}
}

/** Sees that long names stay on the screen, also in large text. */
async function fits(page: Page, name: string): Promise<void> {
	await page.evaluate(lengthen)
	for (const on of [false, true]) {
		await large(page, on)
		await look(page, `states-long-${name}${on ? '-large' : ''}`)
		const found = (await faults(page)).filter((fault) => fault.startsWith('wider'))
		expect(found, name).toEqual([])
	}
	await large(page, false)
}

test('a candidate is told what is the matter, and a way out', async ({ browser }) => {
	const page = await person(browser, 'candidate', 490, phone)
	const { weather, thrown } = await watched(page)
	await see(weather, '/me', {
		name: 'me',
		calls: /\/me\/(board|interviews)$/,
		shown: '#places',
		empty: /Vous n’êtes dans aucune file|Aucun rendez-vous/,
	})
	await see(weather, '/me', {
		name: 'me-parts',
		calls: /\/me\/(threads|applications|favourites|companions)$/,
		shown: '#companions ~ p button',
		empty: /Pas encore de favori/,
	})
	await see(weather, '/me/profile', {
		name: 'profile',
		calls: /\/me$/,
		shown: '#headline',
	})
	await see(weather, '/me/profile', {
		name: 'profile-parts',
		calls: /\/me\/(cvs|shares)$/,
		shown: '#shares ~ .empty, #shares ~ ul li',
		empty: /./,
	})

	// What was typed is there after the fair is back; the form itself has been read by then.
	await expect(page.locator('#headline')).toBeVisible()
	for (const state of ['away', 'offline'] as const) {
		weather.turn(state, /\/me$/)
		await page.locator('#headline').fill('Soudeuse, dix ans de métier')
		await page.locator('#search ~ form').getByRole('button', { name: 'Enregistrer' }).click()
		await expect(page.locator('#search ~ form').getByRole('alert')).toHaveText(said[state])
		await expect(page.locator('#headline')).toHaveValue('Soudeuse, dix ans de métier')
	}
	await look(page, 'states-profile-unsaved')
	await weather.clear()

	const slots = await read<{ items: { id: string; channels: string[] }[] }>(
		page,
		`${fair}/slots?free=true&limit=100&page=2`,
	)
	const slot = slots.body.items.findLast(({ channels }) => channels.includes('video'))
	const { interview } = await ask<{ interview: { id: string } }>(
		page,
		'POST',
		`/slots/${slot?.id}/booking`,
		{ channel: 'video' },
	)
	await see(weather, `/interviews/${interview.id}`, {
		name: 'lobby',
		calls: /\/interviews\/[^/]+$/,
		shown: '.preview',
	})

	const stands = await read<{ items: { slug: string }[] }>(page, `${fair}/stands`)
	const offers = await read<{ items: { id: string }[] }>(page, `${fair}/offers`)
	for (const [name, path] of [
		['fair', fair],
		['offers', `${fair}/offers`],
		['offer', `${fair}/offers/${offers.body.items[0]?.id}`],
		['stand', `${fair}/stands/${stands.body.items[0]?.slug}`],
	] as const) {
		await page.goto(path)
		await fits(page, name)
	}
	expect(thrown).toEqual([])
	await page.context().close()
})

test('a recruiter is told what is the matter, and a way out', async ({ browser }) => {
	const page = await person(browser, 'recruiter', 50, phone)
	const { weather, thrown } = await watched(page)
	await see(weather, '/desk', { name: 'desk', calls: /\/me$/, shown: '#tab-today' })
	const tabs: Screen[] = [
		{ name: 'desk-today', tab: 'today', calls: /\/line$/, shown: '.views' },
		{
			name: 'desk-messages',
			tab: 'messages',
			calls: /\/threads$/,
			shown: '.empty, .rows',
			empty: /Les questions posées sur votre page arrivent ici/,
		},
		{
			name: 'desk-applications',
			tab: 'applications',
			calls: /\/applications$/,
			shown: '.empty, .board',
			empty: /Elles arrivent ici dès qu’on postule/,
		},
		{ name: 'desk-slots', tab: 'slots', calls: /\/slots$/, shown: '.week' },
		{
			name: 'desk-offers',
			tab: 'offers',
			calls: /\/offers$/,
			shown: 'table td',
			empty: /offre/,
		},
		{ name: 'desk-stand', tab: 'stand', calls: /\/edit$/, shown: '#about-fr' },
	]
	for (const [at, tab] of tabs.entries()) {
		await see(weather, '/desk', tab, tabs[(at + 1) % tabs.length]?.tab)
	}

	await page.locator('#about-fr').fill('Un atelier de quinze personnes.')
	for (const state of ['away', 'offline'] as const) {
		weather.turn(state, /\/stands\/[^/]+$/)
		await page.getByRole('button', { name: 'Enregistrer' }).click()
		await expect(page.locator('form').getByRole('alert')).toHaveText(said[state])
		await expect(page.locator('#about-fr')).toHaveValue('Un atelier de quinze personnes.')
	}
	await look(page, 'states-desk-unsaved')
	await weather.clear()
	for (const tab of ['today', 'offers']) {
		await page.locator(`#tab-${tab}`).click()
		await expect(page.getByText('Un instant…')).toHaveCount(0)
		await fits(page, `desk-${tab}`)
	}
	expect(thrown).toEqual([])
	await page.context().close()
})

test('an organiser is told what is the matter, and a way out', async ({ browser }) => {
	const page = await person(browser, 'organiser', 1, phone)
	// Where slots are drawn, the draws stand beside them.
	await page.route(/\/rules$/, async (route) => {
		const answer = await route.fetch()
		const rules = (await answer.json()) as { book: object }
		await route.fulfill({ json: { ...rules, book: { ...rules.book, release: 'draw' } } })
	})
	const { weather, thrown } = await watched(page)
	await see(weather, '/organise', { name: 'organise', calls: /\/me$/, shown: '#tab-live' })
	const tabs: Screen[] = [
		{
			name: 'organise-live',
			tab: 'live',
			calls: /\/live$/,
			shown: 'dl, .figures, table',
			empty: /stand/,
		},
		{
			name: 'organise-programme',
			tab: 'programme',
			calls: /\/webconferences$/,
			shown: 'table',
			empty: /webconférence/,
		},
		{
			name: 'organise-offers',
			tab: 'offers',
			calls: /\/offers\/waiting$/,
			shown: '.empty, article',
			empty: /./,
		},
		{
			name: 'organise-requests',
			tab: 'requests',
			calls: /\/requests$/,
			shown: '.empty, .rows',
			empty: /./,
		},
		{
			name: 'organise-reports',
			tab: 'reports',
			calls: /\/reports$/,
			shown: '.empty, article',
			empty: /./,
		},
		{ name: 'organise-slots', tab: 'slots', calls: /\/rules$/, shown: 'form.panel' },
		{
			name: 'organise-answers',
			tab: 'answers',
			calls: /\/answers$/,
			shown: '.empty, table',
			empty: /./,
		},
		{
			name: 'organise-draws',
			tab: 'slots',
			calls: /\/draws$/,
			shown: '[aria-labelledby=draws] form',
			empty: /l’empreinte d’un nombre secret/,
		},
		{ name: 'organise-people', tab: 'people', calls: /\/people$/, shown: '#active ~ .rows' },
		{ name: 'organise-keys', tab: 'keys', calls: /\/keys$/, shown: '.empty, .rows', empty: /./ },
		{ name: 'organise-rights', tab: 'rights', calls: /\/(retention|papers)$/, shown: '#papers' },
		{ name: 'organise-settings', tab: 'settings', calls: /\/rules$/, shown: 'fieldset input' },
	]
	for (const [at, tab] of tabs.entries()) {
		await see(weather, '/organise', tab, tabs[(at + 1) % tabs.length]?.tab)
	}

	const field = page.locator('fieldset input[type=number]').first()
	const before = Number(await field.inputValue())
	await field.fill(String(before + 1))
	for (const state of ['away', 'offline'] as const) {
		weather.turn(state, /\/rules$/)
		await page.getByRole('button', { name: 'Enregistrer' }).click()
		await expect(page.locator('form').getByRole('alert')).toHaveText(said[state])
		await expect(field).toHaveValue(String(before + 1))
	}
	await look(page, 'states-organise-unsaved')
	await weather.clear()
	for (const tab of ['live', 'people', 'programme']) {
		await page.locator(`#tab-${tab}`).click()
		await expect(page.getByText('Un instant…')).toHaveCount(0)
		await fits(page, `organise-${tab}`)
	}
	expect(thrown).toEqual([])
	await page.context().close()
})

test('an adviser and an audience are told what is the matter, and a way out', async ({
	browser,
}) => {
	const page = await person(browser, 'adviser', 9, phone)
	const { weather, thrown } = await watched(page)
	await see(weather, '/advise', {
		name: 'advise',
		calls: /\/me\/accompanied$/,
		shown: '.empty',
		empty: /./,
	})
	const talks = await read<{ items: { id: string; slug: string }[] }>(
		page,
		`${fair}/webconferences`,
	)
	const talk = talks.body.items.find(({ slug }) => slug === 'demo-live')?.id ?? ''
	await see(weather, `${fair}/webconferences/${talk}`, {
		name: 'talk',
		calls: /\/webconferences\/[^/]+$/,
		shown: 'video, [role=tablist], .room, .watch',
	})

	const speaker = await person(browser, 'speaker', 1, phone)
	const backstage = await watched(speaker)
	await see(backstage.weather, `/webconferences/${talk}/stage`, {
		name: 'green-room',
		calls: /\/webconferences\/[^/]+$/,
		shown: '.preview',
	})
	thrown.push(...backstage.thrown)
	await speaker.context().close()

	// A long wait says so.
	weather.turn('busy', /\/me\/accompanied$/)
	await page.goto('/advise')
	await expect(page.getByRole('status').getByText('C’est plus long que d’habitude')).toBeVisible()
	await look(page, 'states-advise-slow')
	await weather.clear()
	expect(thrown).toEqual([])
	await page.context().close()
})

import { mkdirSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, expect, type Page, test } from '@playwright/test'
import { violations } from './accessible.ts'
import { faults, large } from './fit.ts'
import { fill, type House } from './house.ts'
import { become, phone, visitor } from './people.ts'
import { Screen, type Stop, walks } from './screens.ts'
import { contactSheet, type Picture } from './sheet.ts'

// Every screen, in both languages, on a phone and on a desk: with axe, and as it
// looks with large text, forced colours and less motion. The contact sheets are
// for people to look at; SALON_E2E_SHOTS says where they are put.

const folder = process.env.SALON_E2E_SHOTS ?? join(tmpdir(), 'salon-walk')
mkdirSync(folder, { recursive: true })

let house: House
const wrong: string[] = []
test.beforeAll(async ({ browser }) => {
	test.setTimeout(180_000)
	house = await fill(browser)
})

const sizes = [
	['390', phone],
	['1280', { viewport: { width: 1280, height: 800 } }],
] as const

/** Opens a screen and waits until it has said all. */
async function open(screen: Screen, stop: Stop): Promise<void> {
	const { page, lang } = screen
	await page.goto('about:blank')
	await page.goto((lang === 'en' ? '/en' : '') + stop.path)
	await expect(page.getByRole('heading', { level: 1 }).first()).toBeVisible()
	await expect(page.getByText(/^(Un instant…|One moment…)$/)).toHaveCount(0)
	await stop.open?.(screen)
	await page.waitForTimeout(300)
}

class Walker {
	readonly pictures: Picture[] = []
	readonly wrong: string[] = []
	readonly page: Page
	readonly size: string
	constructor(page: Page, size: string) {
		this.page = page
		this.size = size
	}

	async #see(stop: Stop, how: string): Promise<void> {
		const caption = `${stop.name} ${how}`
		const file = `${stop.name}-${how}-${this.size}.jpg`.replaceAll(' ', '-')
		const asked = (await this.page.locator('dialog[open]').count()) > 0
		await this.page.screenshot({
			path: join(folder, file),
			fullPage: !asked,
			type: 'jpeg',
			quality: 60,
		})
		this.pictures.push({ file, caption })
		for (const fault of await faults(this.page)) this.wrong.push(`${caption}: ${fault}`)
	}

	async visit(stop: Stop, lang: 'fr' | 'en'): Promise<void> {
		const { page } = this
		try {
			await open(new Screen(page, lang), stop)
			for (const broken of await violations(page))
				this.wrong.push(`${stop.name} ${lang}: axe, ${broken}`)
			await this.#see(stop, lang)
			if (lang === 'en') return
			await large(page, true)
			await this.#see(stop, 'large')
			await large(page, false)
			await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' })
			await this.#see(stop, 'forced')
			await page.emulateMedia({ forcedColors: 'none', reducedMotion: 'no-preference' })
		} catch (failure) {
			this.wrong.push(`${stop.name} ${lang}: not reached: ${String(failure).slice(0, 300)}`)
		}
	}
}

async function walker(browser: Browser, size: (typeof sizes)[number]): Promise<Walker> {
	return new Walker(await visitor(browser, size[1]), size[0])
}

for (const walk of walks) {
	for (const size of sizes) {
		test(`${walk.name} at ${size[0]} px`, async ({ browser }) => {
			test.setTimeout(20 * 60_000)
			await walk.before?.(browser, house)
			const one = await walker(browser, size)
			one.page.setDefaultTimeout(8000)
			await one.page.goto('/demo')
			if (walk.who) await one.page.evaluate(become, walk.who(house))
			for (const stop of walk.stops(house)) {
				for (const lang of ['fr', 'en'] as const) await one.visit(stop, lang)
			}
			await one.page.context().close()
			await contactSheet(
				browser,
				folder,
				`sheet-${walk.name}-${size[0]}`,
				one.pictures,
				Number(size[0]),
			)
			wrong.push(...one.wrong.map((fault) => `${size[0]} px, ${fault}`))
			await writeFile(join(folder, 'wrong.txt'), `${wrong.join('\n')}\n`)
		})
	}
}

// Told at the end: a test that fails would have the fair filled a second time.
test('nothing is wrong at 390 px or 1280 px', () => {
	expect(wrong).toEqual([])
})

import { expect, type Page, test } from '@playwright/test'
import { expectAccessible } from './accessible.ts'
import { become, person, phone, read, visitor } from './people.ts'

/** Addresses of the public pages, in French. */
async function publicPages(page: Page): Promise<string[]> {
	const fair = '/fairs/rencontres-2021'
	const offers = await read<{ items: { id: string; stand: { id: string } }[] }>(
		page,
		`${fair}/offers`,
	)
	const talks = await read<{ items: { id: string; slug: string }[] }>(
		page,
		`${fair}/webconferences`,
	)
	const offer = offers.body.items[0]
	const talk = talks.body.items.find((t) => t.slug === 'demo-live')
	return [
		fair,
		`${fair}/offers`,
		`${fair}/offers?q=boulang`,
		`${fair}/offers?q=zzzz`,
		`${fair}/offers/${offer?.id}`,
		`${fair}/stands/${offer?.stand.id}`,
		`${fair}/programme`,
		`${fair}/webconferences/${talk?.id}`,
		'/sign-in',
		'/demo',
	]
}

for (const [size, options] of [
	['390 px', phone],
	['1280 px', { viewport: { width: 1280, height: 800 } }],
] as const) {
	test(`every public page is accessible at ${size}, in both languages`, async ({ browser }) => {
		const page = await visitor(browser, options)
		await page.goto('/demo')
		for (const path of await publicPages(page)) {
			for (const prefix of ['', '/en']) {
				await page.goto(prefix + path)
				await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
				await expectAccessible(page)
			}
		}
		await page.goto('/fairs/nowhere')
		await expectAccessible(page)
		await page.context().close()
	})

	test(`every desk is accessible at ${size}`, async ({ browser }) => {
		for (const [role, path] of [
			['candidate', '/me'],
			['recruiter', '/desk'],
			['organiser', '/organise'],
		] as const) {
			const page = await person(browser, role, 3, options)
			await page.goto(path)
			await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
			await expect(page.getByText('Un instant…')).toHaveCount(0)
			await expectAccessible(page)
			for (const tab of await page.getByRole('tab').all()) {
				await tab.click()
				await expect(page.getByText('Un instant…')).toHaveCount(0)
				await expectAccessible(page)
			}
			await page.context().close()
		}
	})
}

test('public pages say all they have to say without JavaScript', async ({ browser }) => {
	const finder = await visitor(browser)
	await finder.goto('/demo')
	const paths = await publicPages(finder)
	await finder.context().close()
	const page = await visitor(browser, { ...phone, javaScriptEnabled: false })
	for (const path of paths) {
		const answer = await page.goto(path)
		expect(answer?.status(), path).toBe(200)
		await expect(page).toHaveTitle(/.{10,}/)
		expect(((await page.locator('main').textContent()) ?? '').length, path).toBeGreaterThan(60)
		const postings = await page.locator('script[type="application/ld+json"]').allTextContents()
		const isOffer = /\/offers\/[a-z2-7]{26}$/.test(path)
		expect(postings.length, `${path} carries JSON-LD`).toBe(isOffer ? 1 : 0)
		if (isOffer) {
			const posting = JSON.parse(postings[0] ?? '{}')
			expect(posting['@type']).toBe('JobPosting')
			for (const field of [
				'title',
				'description',
				'datePosted',
				'validThrough',
				'hiringOrganization',
				'jobLocation',
			])
				expect(posting[field], field).toBeTruthy()
			expect(await page.locator('link[rel=canonical]').getAttribute('href')).toContain(path)
			await expect(page.locator('link[rel=alternate][hreflang=en]')).toHaveCount(1)
		}
	}
	await page.context().close()
})

test('a visitor searches, filters and turns pages without JavaScript', async ({ browser }) => {
	const page = await visitor(browser, { ...phone, javaScriptEnabled: false })
	await page.goto('/fairs/rencontres-2021/offers')
	await page.getByRole('link', { name: 'Suivante' }).click()
	await expect(page.getByText(/page 2 sur/)).toBeVisible()
	await page.getByRole('searchbox').fill('boulangere')
	await page.getByRole('button', { name: 'Chercher' }).click()
	await expect(page.locator('.offer-row').first()).toContainText(/[Bb]oulang/)
	await page.context().close()
})

test('a candidate books by keyboard alone', async ({ browser }) => {
	const page = await visitor(browser)
	await page.goto('/demo')
	await page.evaluate(become, { role: 'candidate' as const, n: 103 })
	await page.goto('/fairs/rencontres-2021')
	const reach = async (what: string, found: () => Promise<boolean>) => {
		for (let i = 0; i < 80; i++) {
			await page.keyboard.press('Tab')
			if (await found()) return
		}
		throw new Error(`the Tab key never reached ${what}`)
	}
	const focused = (selector: string) => () =>
		page.evaluate((s) => document.activeElement?.matches(s) ?? false, selector)

	await reach('the search field', focused('input[name=q]'))
	await page.keyboard.type('vendeur')
	await page.keyboard.press('Enter')
	await expect(page.getByRole('heading', { level: 1 })).toContainText('vendeur')
	await reach('an offer whose company can be met', () =>
		page.evaluate(
			() =>
				document.activeElement?.closest('.offer-row')?.textContent?.includes('Rendez-vous dès') ??
				false,
		),
	)
	await page.keyboard.press('Enter')
	await expect(
		page.getByRole('heading', { level: 2, name: 'Rencontrer l’entreprise' }),
	).toBeVisible()
	await reach('the slots', focused('input[name=slot]'))
	await page.keyboard.press('Space')
	await reach('the channel', focused('input[name=channel]'))
	await reach('the button', async () =>
		(await page.evaluate(() => document.activeElement?.textContent ?? '')).includes('Réserver'),
	)
	await page.keyboard.press('Enter')
	await expect(page.getByText('Vous avez rendez-vous').first()).toBeVisible()
	await page.context().close()
})

import { expect, type Locator, type Page, test } from '@playwright/test'
import { expectAccessible } from './accessible.ts'
import { ask, fair } from './house.ts'
import { work } from './keyboard.ts'
import { look } from './look.ts'
import { askCode, giveCode, readCode } from './newcomer.ts'
import { person, phone, read, visitor } from './people.ts'

const rowsOf = (page: Page) => page.locator('.offer-row')

/** How many offers a choice says it leaves: "CDD (12)". */
const promised = async (choice: Locator) =>
	Number(/\((\d+)\)\s*$/.exec((await choice.textContent()) ?? '')?.[1])

/** The list says so many offers, and shows each of them. */
async function expectOffers(page: Page, count: number): Promise<void> {
	await expect(page.locator('#count')).toHaveText(new RegExp(`^${count}\\s(offres?)\\b`))
	await expect(rowsOf(page)).toHaveCount(Math.min(count, 20))
}

test('a job is found by its first letters, with a slip, and by filters, by keyboard alone', async ({
	browser,
}) => {
	const page = await visitor(browser, phone)
	const { keyboard } = page
	await page.goto(fair)
	const box = page.locator('input[name=q]')
	const list = page.getByRole('listbox')
	await work(box)
	await keyboard.type('cu')
	await expect(list.getByRole('option', { name: /^Cuisinier/ }).first()).toBeVisible()
	await keyboard.press('Escape')
	await expect(list).toBeHidden()
	await keyboard.press('Control+A')
	await keyboard.type('mo')
	const place = list.getByRole('option', { name: /^Montpellier / })
	await expect(place).toBeVisible()
	await expect(page.locator('#live')).toHaveText(/^\d propositions, flèches pour choisir$/)
	for (let i = 0; i < 9 && (await place.getAttribute('aria-selected')) !== 'true'; i++)
		await keyboard.press('ArrowDown')
	await expect(box).toHaveAttribute('aria-activedescendant', (await place.getAttribute('id')) ?? '')
	await expectAccessible(page)
	await look(page, 'search-suggestions')
	await keyboard.press('Enter')
	await expect(page).toHaveURL(/commune=34172/)
	const town = await promised(page.locator('#commune option:checked'))
	await expectOffers(page, town)

	// Two filters, whose counts hold, and each out again.
	const contract = page.locator('#contract')
	const fixed = await promised(contract.locator('option[value=CDD]'))
	await work(contract)
	for (let i = 0; i < 4 && (await contract.inputValue()) !== 'CDD'; i++)
		await keyboard.press('ArrowDown')
	await work(page.getByRole('button', { name: 'Chercher' }))
	await expectOffers(page, fixed)
	await work(page.locator('summary', { hasText: 'Plus de filtres' }))
	const open = page.getByLabel('Ouvert aux travailleurs handicapés')
	const accessible = await promised(
		page.locator('label', { hasText: 'Ouvert aux travailleurs handicapés' }),
	)
	expect(accessible).toBeLessThan(fixed)
	await expectAccessible(page)
	await look(page, 'search-filters')
	await work(open)
	await work(page.getByRole('button', { name: 'Voir les offres' }))
	await expectOffers(page, accessible)
	for (const row of await rowsOf(page).all()) {
		await expect(row).toContainText('CDD')
		await expect(row).toContainText('Montpellier')
	}
	await look(page, 'search-filtered')
	await work(page.locator('summary', { hasText: 'Plus de filtres (1 actif)' }))
	await work(open)
	await work(page.getByRole('button', { name: 'Voir les offres' }))
	await expectOffers(page, fixed)
	await work(page.getByRole('link', { name: 'Retirer le filtre : CDD' }))
	await expectOffers(page, town)

	// By distance, those of the town come before those around it; by date, the newest.
	await page.goto(`${fair}/offers?commune=34172&radius=10&q=infirmier`)
	const sorts = page.getByRole('navigation', { name: 'Trier par' })
	await work(sorts.getByRole('link', { name: 'distance' }))
	await expect(sorts.locator('[aria-current]')).toHaveText('distance')
	const near = await rowsOf(page).evaluateAll((rows) =>
		rows.map((row) => row.textContent?.includes('Montpellier') ?? false),
	)
	expect(near).toEqual(near.toSorted((a, b) => Number(b) - Number(a)))
	expect(new Set(near).size, 'some offers are of the town, some of others').toBe(2)
	await work(sorts.getByRole('link', { name: 'date' }))
	await expect(sorts.locator('[aria-current]')).toHaveText('date')
	const hrefs = await rowsOf(page)
		.getByRole('link')
		.evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? ''))
	const dates: string[] = []
	for (const href of hrefs.slice(0, 6))
		dates.push((await read<{ published_at: string }>(page, href)).body.published_at)
	expect(dates).toEqual(dates.toSorted().reverse())
	await look(page, 'search-sorted')

	// A slip of the pen finds the trade all the same.
	await page.goto(fair)
	await work(box)
	await keyboard.type('boulanjer')
	await keyboard.press('Enter')
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('Offres pour « boulanjer »')
	await expect(rowsOf(page).first()).toContainText('Boulang')
	await page.context().close()
})

test('only companies that can be met now are shown; a closed offer says so and leads to others', async ({
	browser,
}) => {
	const recruiter = await person(browser, 'recruiter', 178)
	const me = await read<{ stands: { id: string; name: string }[] }>(recruiter, '/me')
	const stand = me.body.stands[0]
	const line = (state: 'open' | 'closed') =>
		ask(recruiter, 'PUT', `/stands/${stand?.id}/line`, { state })
	await line('open')
	const page = await visitor(browser, phone)
	const company = `${fair}/offers?stand=${stand?.id}`
	await page.goto(company)
	await page.locator('summary', { hasText: 'Plus de filtres' }).click()
	const now = page.getByLabel('Entreprise à rencontrer maintenant')
	const count = await promised(
		page.locator('label', { hasText: 'Entreprise à rencontrer maintenant' }),
	)
	expect(count).toBeGreaterThan(1)
	await now.check()
	await page.getByRole('button', { name: 'Voir les offres' }).click()
	await expectOffers(page, count)
	await line('closed')
	await expect(async () => {
		await page.reload()
		await expect(page.getByText('Aucune offre ne correspond')).toBeVisible({ timeout: 200 })
	}).toPass()
	await expectAccessible(page)
	await look(page, 'search-now-none')
	await line('open')

	// The page of an offer is open while the company closes it.
	await page.goto(company)
	const link = rowsOf(page).first().getByRole('link')
	const title = (await link.textContent()) ?? ''
	const href = (await link.getAttribute('href')) ?? ''
	await link.click()
	await expect(page.getByRole('heading', { name: 'Rencontrer l’entreprise' })).toBeVisible()
	await recruiter.goto('/desk')
	await recruiter.getByRole('tab', { name: 'Offres' }).click()
	const offer = await read<{ title: string }>(page, href)
	await recruiter.getByRole('button', { name: `Fermer l’offre ${offer.body.title}` }).click()
	await expect(
		recruiter.getByRole('button', { name: `Rouvrir l’offre ${offer.body.title}` }),
	).toBeVisible()
	// What a visitor is shown is made once a second for all.
	await expect(async () => {
		await page.reload()
		await expect(page.getByText('Cette offre est fermée')).toBeVisible({ timeout: 200 })
	}).toPass()
	await expect(page.getByRole('heading', { name: 'Rencontrer l’entreprise' })).toHaveCount(0)
	await expectAccessible(page)
	await look(page, 'offer-closed')
	const similar = page.getByRole('region', { name: 'Offres proches' }).getByRole('link')
	await expect(similar.first()).toBeVisible()
	for (const other of await similar.all()) expect(await other.getAttribute('href')).not.toBe(href)
	const next = (await similar.first().textContent()) ?? ''
	await similar.first().click()
	await expect(page.getByRole('heading', { level: 1 })).toHaveText(next)
	await expect(page.getByRole('heading', { name: 'Rencontrer l’entreprise' })).toBeVisible()

	// Nobody finds it any more.
	await page.goto(`${company}&q=${encodeURIComponent(title)}`)
	await expect(page.locator(`a[href="${href}"]`)).toHaveCount(0)
	await recruiter.getByRole('button', { name: `Rouvrir l’offre ${offer.body.title}` }).click()
	for (const p of [page, recruiter]) await p.context().close()
})

test('a search is kept by somebody new, its mails end and begin again, and it is removed', async ({
	browser,
}) => {
	const page = await visitor(browser, phone)
	await page.goto(`${fair}/offers?q=ma%C3%A7on&contract=CDI`)
	const count = (await page.locator('#count').textContent()) ?? ''
	await page.getByRole('button', { name: 'Nouvelles offres par courriel' }).click()
	await expect(page).toHaveURL(/\/sign-in\?next=/)
	await askCode(page, 'cherche@exemple.fr')
	await giveCode(page, await readCode(page))
	// Back at the search, which the press keeps now.
	await expect(page.locator('#count')).toHaveText(count)
	await page.getByRole('button', { name: 'Nouvelles offres par courriel' }).click()
	await expect(page.getByText('Recherche enregistrée.')).toBeVisible()
	const kept = page.getByRole('listitem').filter({ hasText: 'maçon · CDI' })
	await expect(kept).toContainText('courriel une fois par jour au plus')
	await expectAccessible(page)
	await look(page, 'searches-kept')

	await kept.getByRole('button', { name: 'Ne plus recevoir de courriel' }).click()
	await expect(page.getByText('Plus de courriel pour cette recherche.')).toBeVisible()
	await expect(kept).toContainText('sans courriel')
	await kept.getByRole('button', { name: 'Recevoir les nouvelles offres' }).click()
	await expect(page.getByText('Les nouvelles offres vous arriveront par courriel.')).toBeVisible()
	await expect(kept).toContainText('courriel une fois par jour au plus')

	// It is found from one's account, and leads to the offers again.
	await page.goto('/account')
	await page.getByRole('link', { name: 'Mes recherches' }).click()
	await kept.getByRole('link', { name: 'maçon · CDI' }).click()
	await expect(page.locator('#count')).toHaveText(count)
	await page.goBack()
	await kept.getByRole('button', { name: 'Retirer' }).click()
	await expect(page.getByText('La recherche est retirée.')).toBeVisible()
	await expect(kept).toHaveCount(0)
	await expectAccessible(page)
	await look(page, 'searches-none')
	await page.context().close()
})

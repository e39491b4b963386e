import { type Browser, expect, type Page, test } from '@playwright/test'
import { expectAccessible } from './accessible.ts'
import { look } from './look.ts'
import { Server } from './ownserver.ts'
import { person, phone, read } from './people.ts'

const fair = '/fairs/rencontres-2021'

// Rules of the whole fair change here, and clocks are waited for: at a fair of its own, beside the others.
const server = new Server(80)
const here = { baseURL: server.address }
test.beforeAll(() => server.start())
test.afterAll(() => server.remove())

/** Asks the API from the person's own page. */
function send<T>(
	page: Page,
	method: string,
	path: string,
	body?: unknown,
): Promise<{ status: number; body: T }> {
	return page.evaluate(
		async ({ method, path, body }) => {
			const answer = await fetch(`/api/v1${path}`, {
				method,
				headers: { 'content-type': 'application/json' },
				...(body === undefined ? {} : { body: JSON.stringify(body) }),
			})
			const text = await answer.text()
			return { status: answer.status, body: text ? JSON.parse(text) : undefined }
		},
		{ method, path, body },
	)
}

/** The stand of a recruiter. */
async function standOf(page: Page): Promise<{ id: string; slug: string; name: string }> {
	const me = await read<{ stands: { id: string; slug: string; name: string }[] }>(page, '/me')
	const stand = me.body.stands[0]
	if (!stand) throw new Error('no stand')
	return stand
}

/** How slots are released, through the organiser's own screen. */
async function release(organiser: Page, way: string): Promise<void> {
	await organiser.goto('/organise')
	await organiser.getByRole('tab', { name: 'Créneaux et tirages' }).click()
	await organiser.getByRole('radio', { name: way }).check()
	await organiser.getByRole('button', { name: 'Enregistrer' }).click()
	await expect(organiser.getByText('Enregistré.').first()).toBeVisible()
}

async function openSlots(
	recruiter: Page,
	stand: string,
	starts: string,
	count: number,
): Promise<void> {
	const plan = {
		starts_at: starts,
		minutes: 20,
		buffer_minutes: 0,
		count,
		channels: ['video', 'phone'],
	}
	const answer = await send(recruiter, 'POST', `/stands/${stand}/slots`, plan)
	expect(answer.status, JSON.stringify(answer.body)).toBe(201)
}

/** An instant some days from now, at an hour of UTC when no demo slot is. */
function later(days: number, hour: number): string {
	const at = new Date(Date.now() + days * 86_400_000)
	at.setUTCHours(hour, 0, 0, 0)
	return at.toISOString()
}

async function slotsTab(browser: Browser, n: number, options = {}): Promise<Page> {
	const recruiter = await person(browser, 'recruiter', n, { ...options, ...here })
	await recruiter.goto('/desk')
	await recruiter.getByRole('tab', { name: 'Créneaux' }).click()
	await expect(recruiter.locator('.week')).toBeVisible()
	return recruiter
}

test('a recruiter draws availability by drag, by keyboard and by finger', async ({ browser }) => {
	const recruiter = await slotsTab(browser, 51)
	await recruiter.getByRole('button', { name: 'Semaine suivante' }).click()
	await recruiter.getByRole('radio', { name: 'Dessiner des disponibilités' }).check()
	const cell = (page: Page, day: number, minute: number) =>
		page.locator(`[data-day="${day}"][data-minute="${minute}"]`)
	await cell(recruiter, 2, 17 * 60).scrollIntoViewIfNeeded()
	const from = await cell(recruiter, 2, 17 * 60).boundingBox()
	const to = await cell(recruiter, 2, 18 * 60).boundingBox()
	if (!from || !to) throw new Error('the grid is not there')
	await recruiter.mouse.move(from.x + 10, from.y + 10)
	await recruiter.mouse.down()
	await recruiter.mouse.move(to.x + 10, to.y + 10, { steps: 5 })
	await recruiter.mouse.up()
	const dialog = recruiter.getByRole('dialog')
	await expect(dialog).toContainText(/de 17\sh à 18\sh\s30/)
	await look(recruiter, 'release-grid-dialog')
	await dialog.getByRole('button', { name: 'Ouvrir 3 créneaux' }).click()
	await expect(cell(recruiter, 2, 17 * 60)).toContainText(/17\sh/)
	await expectAccessible(recruiter)
	await look(recruiter, 'release-grid')

	// The keyboard alone, on another day.
	await cell(recruiter, 3, 17 * 60).focus()
	await recruiter.keyboard.press('Enter')
	await recruiter.keyboard.press('ArrowDown')
	await recruiter.keyboard.press('Enter')
	await expect(dialog).toContainText(/de 17\sh à 18\sh/)
	await dialog.getByRole('button', { name: 'Ouvrir 2 créneaux' }).press('Enter')
	await expect(cell(recruiter, 3, 17 * 60)).toContainText(/17\sh/)
	await recruiter.context().close()

	// Two taps on a phone.
	const finger = await slotsTab(browser, 52, phone)
	await finger.getByRole('button', { name: 'Semaine suivante' }).tap()
	await finger.getByRole('radio', { name: 'Dessiner des disponibilités' }).check()
	await cell(finger, 0, 17 * 60).scrollIntoViewIfNeeded()
	await cell(finger, 0, 17 * 60).tap()
	await cell(finger, 0, 17 * 60 + 30).tap()
	await look(finger, 'release-grid-dialog')
	await finger.getByRole('dialog').getByRole('button', { name: 'Ouvrir 2 créneaux' }).tap()
	await expect(cell(finger, 0, 17 * 60)).toContainText(/17\sh/)
	await expectAccessible(finger)
	await look(finger, 'release-grid')
	await finger.context().close()
})

test('a weekly availability says what it makes, makes it, and takes it back', async ({
	browser,
}) => {
	const recruiter = await slotsTab(browser, 53)
	await recruiter.getByRole('button', { name: 'Ajouter une disponibilité' }).click()
	await recruiter.getByLabel('De', { exact: true }).fill('19:00')
	await recruiter.getByLabel('À', { exact: true }).fill('20:00')
	await expect(recruiter.getByText(/créneaux d’ici au/)).toBeVisible()
	await look(recruiter, 'release-rule')
	await recruiter.getByRole('button', { name: 'Enregistrer la disponibilité' }).click()
	const stand = await standOf(recruiter)
	const weekly = async () => {
		const list = await read<{ items: { weekly?: boolean; state: string }[] }>(
			recruiter,
			`/stands/${stand.id}/slots?from=${new Date().toISOString()}&to=${later(14, 0)}`,
		)
		return list.body.items.filter((slot) => slot.weekly && slot.state === 'free').length
	}
	await expect.poll(weekly).toBeGreaterThan(4)
	await expectAccessible(recruiter)
	await recruiter.setViewportSize({ width: 390, height: 844 })
	await look(recruiter, 'release-rules')
	await recruiter.getByRole('button', { name: /^Supprimer/ }).click()
	await expect.poll(weekly).toBe(0)
	await recruiter.context().close()
})

test('slots of a wave are announced, and nobody has them before', async ({ browser }) => {
	const organiser = await person(browser, 'organiser', 1, here)
	const recruiter = await person(browser, 'recruiter', 54, here)
	const stand = await standOf(recruiter)
	const rules = await read<{ rev: number; book: object }>(organiser, '/fairs/rencontres-2021/rules')
	const wave = new Date(Date.now() + 20_000)
	const change = {
		book: { ...rules.body.book, release: 'waves', waves: [wave.toISOString()] },
		rev: rules.body.rev,
	}
	expect((await send(organiser, 'PATCH', '/fairs/rencontres-2021/rules', change)).status).toBe(200)
	await openSlots(recruiter, stand.id, later(6, 20), 2)
	const candidate = await person(browser, 'candidate', 251, { ...phone, ...here })
	await candidate.goto(`${fair}/stands/${stand.slug}`)
	await expect(candidate.getByText('D’autres créneaux s’ouvrent')).toBeVisible()
	await expectAccessible(candidate)
	await look(candidate, 'release-wave')
	const chip = candidate.locator('label.chip', { hasText: /^\s*21\sh(\s20)?\s*$/ })
	await expect(chip).toHaveCount(0)
	await expect(async () => {
		await candidate.reload()
		await expect(chip.first()).toBeAttached({ timeout: 500 })
	}).toPass({ timeout: 40_000 })
	await expect(candidate.getByText('D’autres créneaux s’ouvrent')).toHaveCount(0)
	await organiser.goto('/organise')
	await organiser.getByRole('tab', { name: 'Créneaux et tirages' }).click()
	await expect(organiser.getByLabel('Vague 1', { exact: true })).toBeVisible()
	await expectAccessible(organiser)
	await look(organiser, 'release-waves')
	await release(organiser, 'Tout de suite')
	for (const page of [organiser, recruiter, candidate]) await page.context().close()
})

test('a draw: wishes, the lot, both see what became of them', async ({ browser }) => {
	test.setTimeout(240_000) // The draw itself closes a minute after the wishes.
	const organiser = await person(browser, 'organiser', 1, here)
	await release(organiser, 'Par tirage au sort')
	const recruiter = await person(browser, 'recruiter', 55, here)
	const stand = await standOf(recruiter)
	await openSlots(recruiter, stand.id, later(7, 20), 1)

	// Opened and called off by the organiser's own hand.
	await organiser.goto('/organise')
	await organiser.getByRole('tab', { name: 'Créneaux et tirages' }).click()
	await organiser.getByRole('button', { name: 'Ouvrir un tirage' }).click()
	await expect(organiser.getByText('Ouvert aux vœux')).toBeVisible()
	await expectAccessible(organiser)
	await look(organiser, 'release-draw')
	await organiser.setViewportSize({ width: 390, height: 844 })
	await look(organiser, 'release-draw')
	await organiser.getByRole('button', { name: 'Annuler ce tirage' }).click()
	await organiser.getByRole('button', { name: 'Oui, annuler' }).click()
	await expect(organiser.getByText('Annulé', { exact: true })).toBeVisible()

	// Another one, which closes soon; two people wish for one place.
	const people = [
		await person(browser, 'candidate', 252, { ...phone, ...here }),
		await person(browser, 'candidate', 253, here),
	]
	const opened = await send<{ id: string }>(organiser, 'POST', '/fairs/rencontres-2021/draws', {
		closes_at: new Date(Date.now() + 60_000).toISOString(),
	})
	expect(opened.status).toBe(201)
	for (const page of people) {
		await page.goto(`${fair}/stands/${stand.slug}`)
		await page.getByRole('link', { name: 'Ajouter à mes vœux' }).click()
		await expect(page.getByRole('heading', { name: 'Mes vœux' })).toBeVisible()
		await expect(page.locator('.wishes')).toContainText(stand.name)
		await page.getByRole('button', { name: 'Enregistrer mes vœux' }).press('Enter')
		await expect(page.locator('#wishes').getByText('Vos vœux sont enregistrés.')).toBeVisible()
	}
	for (const page of people) {
		await expectAccessible(page)
		await look(page, 'release-wishes')
	}
	await people[0]?.goto(`${fair}/draws/${opened.body.id}`)
	await look(people[0] as Page, 'release-draw-page-open')
	const results: boolean[] = []
	for (const page of people) {
		await page.goto('/me')
		await expect(page.getByText('Le tirage a eu lieu. Voici')).toBeVisible({ timeout: 90_000 })
		await expect(page.locator('#wishes ol li').first()).toBeVisible()
		results.push((await page.locator('#wishes').getByText('Voir le rendez-vous').count()) > 0)
		await look(page, 'release-result')
	}
	expect(results.filter(Boolean)).toHaveLength(1)

	// Anybody can look it up, and download what it was drawn from.
	const visitor = people[results.indexOf(false)] as Page
	await visitor.goto(`${fair}/draws/${opened.body.id}`)
	await expect(visitor.getByRole('row')).toHaveCount(2)
	await expect(
		visitor.getByRole('link', { name: 'Télécharger les vœux et le résultat' }),
	).toBeVisible()
	await expectAccessible(visitor)
	await look(visitor, 'release-draw-page')
	const sheet = await read<{ entries: unknown[]; given: unknown[] }>(
		visitor,
		`/draws/${opened.body.id}/sheet`,
	)
	expect([sheet.body.entries.length, sheet.body.given.length]).toEqual([2, 1])
	await release(organiser, 'Tout de suite')
	for (const page of [organiser, recruiter, ...people]) await page.context().close()
})

test('an organiser settles the rules of the fair', async ({ browser }) => {
	const organiser = await person(browser, 'organiser', 1, here)
	await organiser.goto('/organise')
	await organiser.getByRole('tab', { name: 'Réglages' }).click()
	const tickets = organiser.getByLabel('Places prises en même temps par une personne')
	await tickets.fill('11')
	await organiser.getByRole('button', { name: 'Enregistrer' }).click()
	await expect(organiser.getByText('Un nombre sort de ses limites')).toBeVisible()
	await expect(tickets).toBeFocused()
	await look(organiser, 'release-settings')
	await tickets.fill('5')
	await organiser.getByRole('button', { name: 'Enregistrer' }).click()
	await expect(organiser.getByText('Enregistré.').first()).toBeVisible()
	await expectAccessible(organiser)
	await organiser.setViewportSize({ width: 390, height: 844 })
	await expectAccessible(organiser)
	await look(organiser, 'release-settings')
	await organiser.context().close()
})

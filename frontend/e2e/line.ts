import {
	type Browser,
	type BrowserContextOptions,
	expect,
	type Locator,
	type Page,
} from '@playwright/test'
import { person, read } from './people.ts'

export interface AtDesk {
	page: Page
	stand: { id: string; slug: string; name: string }
}

/**
 * A recruiter on duty at the desk of a stand. Numbers above 120 are people who have no
 * appointment that could come in the way.
 */
export async function atDesk(
	browser: Browser,
	n: number,
	options?: BrowserContextOptions,
): Promise<AtDesk> {
	const page = await person(browser, 'recruiter', n, options)
	const me = await read<{ stands: AtDesk['stand'][] }>(page, '/me')
	const stand = me.body.stands[0]
	if (!stand) throw new Error(`recruiter ${n} has no stand`)
	await page.goto('/desk')
	await page.getByRole('button', { name: 'En poste' }).click()
	await expect(page.getByRole('main').getByText('Les candidats voient : ouvert')).toBeVisible()
	return { page, stand }
}

/** Takes a place on the public page of a stand, which leads to one's own places. */
export async function takePlace(page: Page, stand: { slug: string; name: string }): Promise<void> {
	await page.goto(`/fairs/rencontres-2021/stands/${stand.slug}`)
	await page.getByRole('button', { name: 'Prendre une place maintenant' }).click()
	await expect(page).toHaveURL(/\/me$/)
	await expect(place(page, stand)).toBeVisible()
}

/** The row of a stand among one's places. */
export function place(page: Page, stand: { name: string }): Locator {
	const places = page.getByRole('region', { name: 'Mes places' })
	return places.getByRole('listitem').filter({ has: page.getByRole('link', { name: stand.name }) })
}

/** Calls the next person from a desk. */
export async function callNext({ page }: AtDesk): Promise<void> {
	await page.getByRole('button', { name: 'Appeler la personne suivante' }).click()
}

/** The question of a call, on the candidate's screen. */
export function question(page: Page): Locator {
	return page.getByRole('heading', { level: 2, name: 'Prêt·e maintenant' })
}

/** The only ticket that somebody has, as the API tells it to them. */
export async function ticketOf(page: Page): Promise<{ id: string; joined_at: string }> {
	const board = await read<{ tickets: { id: string; joined_at: string }[] }>(page, '/me/board')
	const ticket = board.body.tickets[0]
	if (!ticket) throw new Error('there is no ticket')
	return ticket
}

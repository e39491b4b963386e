import { expect, type Page } from '@playwright/test'
import { read } from './people.ts'

interface Interview {
	id: string
	stand: { id: string; name: string }
	channel: string
	state: string
}
interface Stand {
	id: string
	number: number
}

const byVideo = 'input[name=slot][data-video=true]'

/**
 * Searches the fair, opens the first offer whose company can be met by video, and
 * answers its title.
 */
export async function findOffer(page: Page, words: string): Promise<string> {
	await page.goto('/fairs/rencontres-2021')
	await page.getByRole('searchbox').fill(words)
	await page.getByRole('button', { name: 'Chercher' }).click()
	await expect(page.getByRole('heading', { level: 1 })).toContainText(words)
	const results = page.url()
	const offers = page.locator('.offer-row').filter({ hasText: 'Rendez-vous dès' })
	for (let i = 0; i < (await offers.count()); i++) {
		const title = (await offers.nth(i).getByRole('heading').textContent())?.trim() ?? ''
		await offers.nth(i).getByRole('link').click()
		await expect(page.getByRole('heading', { level: 1 })).toHaveText(title)
		if ((await page.locator(byVideo).count()) > 0) return title
		await page.goto(results)
	}
	throw new Error(`no company of an offer for ${words} can be met by video`)
}

/** Books the first slot that can be held by video on the page of an offer or a stand. */
export async function bookVideo(page: Page): Promise<void> {
	await page.locator(byVideo).first().locator('..').click()
	await page.getByRole('button', { name: 'Réserver ce créneau' }).click()
	await expect(page.getByText('Vous avez rendez-vous').first()).toBeVisible()
}

/** The interview just booked, and the number of its stand. */
export async function booked(page: Page): Promise<{ interview: Interview; stand: number }> {
	const mine = await read<{ items: Interview[] }>(page, '/me/interviews')
	const interview = mine.body.items.filter((i) => i.state === 'booked').at(-1)
	if (!interview) throw new Error('nothing is booked')
	const stand = await read<Stand>(page, `/fairs/rencontres-2021/stands/${interview.stand.id}`)
	return { interview, stand: stand.body.number }
}

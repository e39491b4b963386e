import { type Browser, expect, type Page } from '@playwright/test'
import { person, read } from './people.ts'

export const fair = '/fairs/rencontres-2021'

/** Asks the API from the person's own page; what is refused is an error. */
export async function ask<T = undefined>(
	page: Page,
	method: string,
	path: string,
	body: unknown = {},
): Promise<T> {
	const { status, text } = await page.evaluate(
		async ({ method, path, body }) => {
			const answer = await fetch(`/api/v1${path}`, {
				method,
				headers: { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() },
				body: JSON.stringify(body),
			})
			return { status: answer.status, text: await answer.text() }
		},
		{ method, path, body },
	)
	expect(status, `${method} ${path}: ${text}`).toBeLessThan(300)
	return (text ? JSON.parse(text) : undefined) as T
}

interface Stand {
	id: string
	slug: string
	name: string
}

/** What a walk needs to find: something on every screen. */
export interface House {
	stand: Stand
	offer: string
	closed: string
	talk: string
	/** See openDraw; empty before. */
	draw: string
	thread: string
	/** Booked, in three days, and the number of its recruiter. */
	interview: string
	recruiter: number
	candidate: number
	adviser: number
}

// What people write stays in their language on any screen; these texts have none of the
// words by which a screen in the wrong language is known.

/** Fills a demo fair: an appointment, a line, a question, an application, an adviser, a draw. */
export async function fill(browser: Browser): Promise<House> {
	const recruiter = await person(browser, 'recruiter', 36)
	const me = await read<{ stands: Stand[] }>(recruiter, '/me')
	const stand = me.body.stands[0] as Stand
	const offers = await read<{ items: { id: string; rev: number }[] }>(
		recruiter,
		`/stands/${stand.id}/offers`,
	)
	const [offer, closed] = offers.body.items as [{ id: string }, { id: string; rev: number }]
	await ask(recruiter, 'PATCH', `/offers/${closed.id}`, { rev: closed.rev, state: 'closed' })
	const start = new Date(Date.now() + 3 * 86_400_000)
	start.setUTCHours(19, 0, 0, 0)
	const slots = await ask<{ items: { id: string }[] }>(
		recruiter,
		'POST',
		`/stands/${stand.id}/slots`,
		{
			starts_at: start.toISOString(),
			minutes: 20,
			buffer_minutes: 0,
			count: 6,
			channels: ['video', 'phone'],
		},
	)
	await ask(recruiter, 'PUT', `/stands/${stand.id}/duty`, { state: 'on' })

	const candidate = await person(browser, 'candidate', 701)
	const booked = await ask<{ interview: { id: string } }>(
		candidate,
		'POST',
		`/slots/${slots.items[0]?.id}/booking`,
		{ channel: 'video' },
	)
	await ask(candidate, 'POST', `/stands/${stand.id}/questions`, {
		text: 'Poste ouvert aux débutants ?',
	})
	await ask(candidate, 'POST', `/offers/${offer.id}/applications`, {
		text: 'Cinq ans de métier, libre dès lundi.',
	})
	await ask(candidate, 'PUT', `/me/favourites/offer/${offer.id}`)
	await ask(candidate, 'POST', '/me/companions', { email: 'adviser-5@demo.salon.invalid' })
	const adviser = await person(browser, 'adviser', 5)
	const asked = await read<{ items: { id: string }[] }>(adviser, '/me/accompanied')
	await ask(adviser, 'POST', `/companions/${asked.body.items[0]?.id}/accept`)
	for (const n of [702, 703, 701]) {
		const waiting = n === 701 ? candidate : await person(browser, 'candidate', n)
		await ask(waiting, 'POST', `/stands/${stand.id}/tickets`, { channel: 'video', offer: offer.id })
		if (waiting !== candidate) await waiting.context().close()
	}
	const threads = await read<{ items: { id: string }[] }>(recruiter, `/stands/${stand.id}/threads`)
	const thread = threads.body.items[0]?.id ?? ''
	await ask(recruiter, 'POST', `/threads/${thread}/messages`, {
		text: 'Oui : six semaines de formation d’abord, à Lattes, avant le premier jour de conduite.',
	})
	const written = await read<{ messages: { id: string }[] }>(candidate, `/threads/${thread}`)
	const message = written.body.messages.at(-1)?.id
	await ask(candidate, 'POST', `/threads/${thread}/reports`, {
		message,
		why: 'other',
		words: 'Hors sujet.',
	})

	const organiser = await person(browser, 'organiser', 1)
	await ask(organiser, 'POST', '/fairs/rencontres-2021/invitations', {
		email: 'nouvelle.recruteuse@exemple.fr',
		kind: 'recruiter',
		stand: stand.id,
	})
	const talks = await read<{ items: { id: string; slug: string }[] }>(
		organiser,
		`${fair}/webconferences`,
	)
	const talk = talks.body.items.find((t) => t.slug === 'demo-live')?.id ?? ''
	for (const page of [recruiter, candidate, adviser, organiser]) await page.context().close()
	return {
		stand,
		offer: offer.id,
		closed: closed.id,
		talk,
		draw: '',
		thread,
		interview: booked.interview.id,
		recruiter: 36,
		candidate: 701,
		adviser: 5,
	}
}

/** Has the slots given out by lot, and opens a draw. Nobody can book any more. */
export async function openDraw(browser: Browser, house: House): Promise<void> {
	if (house.draw) return
	const organiser = await person(browser, 'organiser', 1)
	const rules = await read<{ rev: number; book: object }>(organiser, `${fair}/rules`)
	await ask(organiser, 'PATCH', `${fair}/rules`, {
		rev: rules.body.rev,
		book: { ...rules.body.book, release: 'draw', waves: [] },
	})
	const draw = await ask<{ id: string }>(organiser, 'POST', `${fair}/draws`, {
		closes_at: new Date(Date.now() + 2 * 86_400_000).toISOString(),
	})
	house.draw = draw.id
	await organiser.context().close()
}

import { type Browser, expect, type Page, test } from '@playwright/test'
import { look } from './look.ts'
import { person, phone, read } from './people.ts'

const api = (page: Page, method: string, path: string, body: unknown = {}, key = '') =>
	page.evaluate(
		async ({ method, path, body, key }) => {
			const answer = await fetch(`/api/v1${path}`, {
				method,
				headers: { 'content-type': 'application/json', 'idempotency-key': key },
				body: JSON.stringify(body),
			})
			if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
			return answer.status === 204 ? undefined : await answer.json()
		},
		{ method, path, body, key },
	)

/** A stand whose recruiter opens so many slots of their own, and the first of them booked. */
async function appointment(
	browser: Browser,
	recruiterN: number,
	candidateN: number,
	count: number,
) {
	const recruiter = await person(browser, 'recruiter', recruiterN)
	const me = await read<{ stands: { id: string; slug: string; name: string }[] }>(recruiter, '/me')
	const stand = me.body.stands[0]
	if (!stand) throw new Error('no stand')
	const start = new Date(Date.now() + 3 * 86_400_000)
	start.setUTCHours(19, 0, 0, 0)
	const opened = (await api(recruiter, 'POST', `/stands/${stand.id}/slots`, {
		starts_at: start.toISOString(),
		minutes: 20,
		buffer_minutes: 0,
		count,
		channels: ['video', 'phone'],
	})) as { items: { id: string }[] }
	const candidate = await person(browser, 'candidate', candidateN, phone)
	const booked = (await api(
		candidate,
		'POST',
		`/slots/${opened.items[0]?.id}/booking`,
		{ channel: 'video' },
		'journey',
	)) as { interview: { id: string } }
	return { recruiter, candidate, stand, slots: opened.items, interview: booked.interview.id }
}

test('a candidate moves an appointment in one dialog', async ({ browser }) => {
	const { recruiter, candidate, interview } = await appointment(browser, 31, 331, 2)
	await candidate.goto('/me')
	await candidate.getByText('Modifier').click()
	await candidate.getByRole('button', { name: 'Autre horaire' }).click()
	const dialog = candidate.getByRole('dialog')
	await dialog.locator('label.chip').last().click()
	await look(candidate, 'appointment-move')
	await dialog.getByRole('button', { name: 'Déplacer à cette heure' }).click()
	await expect(dialog).toHaveCount(0)
	const moved = await read<{ id: string; starts_at: string }>(candidate, `/interviews/${interview}`)
	expect(moved.status).toBe(200)
	const calendar = await candidate.evaluate(
		(id) => fetch(`/api/v1/interviews/${id}/calendar`).then((a) => a.text()),
		interview,
	)
	expect(calendar).toContain('SEQUENCE:1')
	await recruiter.context().close()
	await candidate.context().close()
})

test('a recruiter proposes another time and the candidate takes it', async ({ browser }) => {
	const { recruiter, candidate, interview, slots } = await appointment(browser, 32, 332, 2)
	await candidate.goto('/me')
	await api(recruiter, 'POST', `/interviews/${interview}/proposal`, {
		slots: [slots[1]?.id],
		message: 'Une réunion est tombée sur cette heure.',
	})
	await expect(candidate.getByText('vous propose une autre heure')).toBeVisible()
	await look(candidate, 'appointment-proposal')
	await candidate.locator('.proposal button').first().click()
	await expect(candidate.locator('.proposal')).toHaveCount(0)
	const moved = await read<{ proposal?: unknown; rev: number }>(
		candidate,
		`/interviews/${interview}`,
	)
	expect(moved.body.proposal).toBeUndefined()
	await recruiter.context().close()
	await candidate.context().close()
})

test('a freed seat is offered to who waits for it, and taken', async ({ browser }) => {
	const { recruiter, candidate, stand, interview, slots } = await appointment(browser, 33, 333, 1)
	const waiting = await person(browser, 'candidate', 334, phone)
	await api(waiting, 'POST', `/stands/${stand.id}/standbys`, {
		slot: slots[0]?.id,
		channel: 'video',
	})
	await waiting.goto('/me')
	await expect(waiting.getByText('Vous êtes en tête de la liste.')).toBeVisible()
	await look(waiting, 'appointment-standby')
	await api(candidate, 'POST', `/interviews/${interview}/cancel`)
	await expect(waiting.getByText('Une place s’est libérée')).toBeVisible()
	await look(waiting, 'appointment-seat')
	await waiting.getByRole('button', { name: 'Prendre cette place' }).click()
	await expect(waiting.getByRole('heading', { name: 'Mes listes d’attente' })).toHaveCount(0)
	const mine = await read<{ items: { state: string; stand: { id: string } }[] }>(
		waiting,
		'/me/interviews',
	)
	expect(mine.body.items.some((i) => i.state === 'booked' && i.stand.id === stand.id)).toBe(true)
	for (const page of [recruiter, candidate, waiting]) await page.context().close()
})

test('a recruiter marks somebody absent, who is told what to do', async ({ browser }) => {
	const { recruiter, candidate, interview } = await appointment(browser, 34, 335, 1)
	await api(recruiter, 'POST', `/interviews/${interview}/missed`)
	await candidate.goto(`/interviews/${interview}`)
	await expect(
		candidate.getByRole('heading', { name: 'Vous avez manqué cet entretien' }),
	).toBeVisible()
	await look(candidate, 'appointment-missed')
	await candidate.getByRole('link', { name: /Revenir vers/ }).click()
	await expect(candidate).toHaveURL(/\/stands\//)
	await recruiter.context().close()
	await candidate.context().close()
})

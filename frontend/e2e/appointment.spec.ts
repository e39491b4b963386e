import { type Browser, expect, type Page, test } from '@playwright/test'
import { expectAccessible } from './accessible.ts'
import { look } from './look.ts'
import { person, phone, read, visitor } from './people.ts'

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
	await candidate.locator('.proposed button').first().click()
	await expect(candidate.locator('.proposed')).toHaveCount(0)
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
	await expect(waiting.getByText('En tête de la liste')).toBeVisible()
	await look(waiting, 'appointment-standby')
	await api(candidate, 'POST', `/interviews/${interview}/cancel`)
	await expect(waiting.getByText('Une place s’est libérée')).toBeVisible()
	await look(waiting, 'appointment-seat')
	await waiting.getByRole('button', { name: 'Prendre cette place' }).click()
	await expect(waiting.getByText('Une place s’est libérée')).toHaveCount(0)
	const mine = await read<{ items: { state: string; stand: { id: string } }[] }>(
		waiting,
		'/me/interviews',
	)
	expect(mine.body.items.some((i) => i.state === 'booked' && i.stand.id === stand.id)).toBe(true)
	for (const page of [recruiter, candidate, waiting]) await page.context().close()
})

test('from the agenda of today: managed, given to a colleague; in the room: nobody came', async ({
	browser,
}) => {
	const { recruiter, candidate, interview, slots } = await appointment(browser, 34, 335, 2)
	const booked = (await api(
		candidate,
		'POST',
		`/slots/${slots[1]?.id}/booking`,
		{
			channel: 'video',
		},
		'second',
	).catch(() => undefined)) as { interview: { id: string } } | undefined
	const other = booked?.interview.id ?? interview
	await recruiter.goto('/desk')
	const rows = recruiter.locator('li.row').filter({ has: recruiter.locator(`a[href$="${other}"]`) })
	await rows.getByRole('button', { name: 'Gérer le rendez-vous' }).press('Enter')
	const dialog = recruiter.getByRole('dialog')
	await expect(dialog.getByRole('button', { name: 'Proposer une autre heure' })).toBeVisible()
	await expect(dialog.getByRole('button', { name: 'Annuler le rendez-vous' })).toBeVisible()
	await look(recruiter, 'desk-managed')
	await expectAccessible(recruiter)
	await dialog.getByRole('button', { name: 'Confier à un·e collègue' }).press('Enter')
	const to = (await dialog.getByLabel('À qui ?').locator('option').first().textContent()) ?? ''
	await dialog.getByRole('button', { name: 'Confier cet entretien' }).press('Enter')
	await expect(recruiter.locator('#live')).toContainText('Entretien confié')
	await expect(dialog).toHaveCount(0)
	await expect(rows).toHaveCount(0)
	const theirs = await read<{ with: { name: string } }>(candidate, `/interviews/${other}`)
	expect(theirs.body.with.name).toBe(to)
	await look(recruiter, 'desk-given')

	// The colleague waits in the room alone, and says that nobody came.
	const colleague = await person(browser, 'recruiter', 94)
	await colleague.goto(`/interviews/${other}`)
	await colleague.getByRole('button', { name: 'Entrer dans l’entretien' }).click()
	await colleague.getByRole('button', { name: 'La personne n’est pas venue' }).click()
	await expect(colleague.getByText('recevra un message pour revenir')).toBeVisible()
	await look(colleague, 'room-absent')
	await expectAccessible(colleague)
	await colleague.getByRole('button', { name: 'Marquer comme absent·e' }).click()
	await expect(
		colleague.getByRole('heading', { name: 'La personne n’est pas venue' }),
	).toBeVisible()
	await candidate.goto(`/interviews/${other}`)
	await expect(
		candidate.getByRole('heading', { name: 'Vous avez manqué cet entretien' }),
	).toBeVisible()
	await look(candidate, 'appointment-missed')
	await candidate.getByRole('link', { name: /Revenir vers/ }).click()
	await expect(candidate).toHaveURL(/\/stands\//)
	for (const page of [recruiter, candidate, colleague]) await page.context().close()
})

test('an appointment moves on a small screen, and has an address for calendars', async ({
	browser,
}) => {
	const { recruiter, candidate } = await appointment(browser, 35, 336, 9)
	const calendar = (url: string) =>
		candidate.evaluate(
			(url) => fetch(url).then((a) => a.text().then((t) => `${a.status} ${t}`)),
			url,
		)

	// The dialog that moves it keeps its button in sight on a small phone, below any choice.
	await candidate.setViewportSize({ width: 390, height: 600 })
	await candidate.goto('/me')
	const appointments = candidate.getByRole('region', { name: 'Mes rendez-vous' })
	await appointments.getByText('Modifier').press('Enter')
	await appointments.getByRole('button', { name: 'Autre horaire' }).press('Enter')
	const dialog = candidate.getByRole('dialog')
	await expect(dialog.locator('label.chip').first()).toBeVisible()
	await expect(dialog.getByRole('button', { name: 'Déplacer à cette heure' })).toBeInViewport({
		ratio: 1,
	})
	await look(candidate, 'appointment-move-small')
	await candidate.keyboard.press('Escape')
	await candidate.setViewportSize({ width: 390, height: 844 })

	// The secret address works until it is given up.
	await appointments.getByText('Tous mes rendez-vous dans mon agenda').press('Enter')
	await appointments.getByRole('button', { name: 'Créer l’adresse' }).press('Enter')
	const address = await appointments.getByLabel('Adresse secrète').inputValue()
	expect(await calendar(address)).toMatch(/^200 BEGIN:VCALENDAR[\s\S]*BEGIN:VEVENT/)
	await look(candidate, 'appointment-feed')
	await appointments.getByRole('button', { name: 'Arrêter' }).press('Enter')
	await expect(appointments.getByRole('button', { name: 'Créer l’adresse' })).toBeVisible()
	expect(await calendar(address)).toMatch(/^404 /)
	await recruiter.context().close()
	await candidate.context().close()
})

test('the try in the lobby reaches the recruiter’s open appointment', async ({ browser }) => {
	const { recruiter, candidate, interview } = await appointment(browser, 36, 339, 1)
	await recruiter.goto('/desk')
	const row = recruiter
		.getByRole('listitem')
		.filter({ has: recruiter.locator(`a[href$="/interviews/${interview}"]`) })
	await row.getByRole('button').click()
	await expect(recruiter.getByText('Caméra et micro pas encore essayés')).toBeVisible()
	await candidate.goto(`/interviews/${interview}`)
	await expect(
		candidate.getByText(/connexion essayés\s: tout va bien|le téléphone est plus sûr/),
	).toBeVisible({ timeout: 30_000 })
	await expect(recruiter.getByText('Caméra et micro pas encore essayés')).toHaveCount(0)
	await look(candidate, 'appointment-lobby')
	await look(recruiter, 'appointment-tried')
	await recruiter.context().close()
	await candidate.context().close()
})

test('who has had the one appointment is told so, and somebody waits for one slot', async ({
	browser,
}) => {
	const { recruiter, candidate, stand, interview, slots } = await appointment(browser, 37, 340, 9)

	// Whoever has had the one appointment there is told so instead of seeing a form, also without a script.
	await api(recruiter, 'POST', `/interviews/${interview}/end`)
	const bare = await visitor(browser, { ...phone, javaScriptEnabled: false })
	await bare.context().addCookies(await candidate.context().cookies())
	for (const [page, lang, words] of [
		[bare, '', 'Vous avez déjà eu votre rendez-vous avec cette entreprise'],
		[candidate, '/en', 'You have already had your appointment with this company'],
	] as const) {
		await page.goto(`${lang}/fairs/rencontres-2021/stands/${stand.slug}`)
		await expect(page.getByText(words)).toBeVisible()
		await expect(page.locator('form[action$="/book"]')).toHaveCount(0)
		await look(page, `appointment-capped${lang.replace('/', '-')}`)
	}
	await expectAccessible(candidate)

	// Somebody else waits for a slot that is taken, by any channel, without a script.
	const holder = await person(browser, 'candidate', 337, phone)
	await api(holder, 'POST', `/slots/${slots[4]?.id}/booking`, { channel: 'video' }, 'held')
	const other = await person(browser, 'candidate', 338, phone)
	await bare.context().addCookies(await other.context().cookies())
	await bare.goto(`/fairs/rencontres-2021/stands/${stand.slug}`)
	await bare.getByText('Un créneau déjà pris vous irait mieux').click()
	const form = bare.locator('form[action$="/standby"]')
	await form.locator(`input[value="${slots[4]?.id}"]`).locator('..').click()
	await form.getByText('L’un ou l’autre').locator('..').click()
	await look(bare, 'appointment-wait')
	await form.getByRole('button').click()
	await expect(bare.getByText('Vous attendez qu’un créneau se libère')).toBeVisible()
	await look(bare, 'appointment-waits')
	for (const page of [recruiter, candidate, bare, holder, other]) await page.context().close()
})

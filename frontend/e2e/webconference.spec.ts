import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from '@playwright/test'
import { expectAccessible } from './accessible.ts'
import { expectSoundAndPicture } from './media.ts'
import { person, phone, read, visitor } from './people.ts'
import { address } from './server.ts'

const run = promisify(execFile)
const binary = new URL('../../bin/loadfair', import.meta.url).pathname

interface Talk {
	id: string
	slug: string
}

test('a speaker is seen and heard by a browser and by two programs', async ({ browser }) => {
	const speaker = await person(browser, 'organiser', 1)
	const talks = await read<{ items: Talk[] }>(speaker, '/fairs/rencontres-2021/webconferences')
	const talk = talks.body.items.find((t) => t.slug === 'demo-live')
	expect(talk).toBeTruthy()
	await speaker.goto(`/webconferences/${talk?.id}/stage`)
	await speaker.getByRole('button', { name: 'Monter sur scène' }).click()
	await expect(speaker.getByRole('toolbar')).toBeVisible()

	const viewer = await person(browser, 'candidate', 104, phone)
	await viewer.goto(`/fairs/rencontres-2021/webconferences/${talk?.id}`)
	await expectSoundAndPicture(viewer, 'the audience')
	await expect(viewer.getByText(/2 personnes/)).toBeVisible()
	await expectAccessible(viewer)
	await expectAccessible(speaker)

	// The audience writes, the stage reads.
	const question = `Recrutez-vous des débutants ? (${Date.now()})`
	await viewer.getByRole('textbox').fill(question)
	await viewer.keyboard.press('Enter')
	await expect(speaker.getByText(question)).toBeVisible()

	// Two programs watch the stage over WHEP.
	const token = await speaker.evaluate(async (id) => {
		const answer = await fetch(`/api/v1/webconferences/${id}/tokens`, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify({ role: 'viewer' }),
		})
		return ((await answer.json()) as { token: string }).token
	}, talk?.id)
	const { stdout } = await run(binary, [
		'watch',
		'--url',
		`${address}/whep/${talk?.id}`,
		`--token=${token}`,
		'--viewers',
		'2',
		'--for',
		'4s',
	])
	for (const seen of JSON.parse(stdout) as { video: number; audio: number; keyframes: number }[]) {
		expect(seen.video).toBeGreaterThan(20)
		expect(seen.audio).toBeGreaterThan(50)
		expect(seen.keyframes).toBeGreaterThan(0)
	}

	// A reload comes back on stage without a press, muted as one was.
	await speaker.getByRole('button', { name: 'Micro', exact: true }).click()
	await speaker.reload()
	await speaker.getByRole('button', { name: 'Micro coupé' }).click()
	await expectSoundAndPicture(viewer, 'the audience after a reload of the stage')

	// The screen, too.
	await speaker.getByRole('button', { name: 'Partager' }).click()
	await expect(speaker.getByRole('button', { name: 'Arrêter' })).toBeVisible()
	await expect(viewer.getByText(/Écran de/).first()).toBeVisible()

	await speaker.context().close()
	await viewer.context().close()
})

test('a visitor without an account watches, and is asked to sign in to write', async ({
	browser,
}) => {
	const page = await visitor(browser, phone)
	await page.goto('/fairs/rencontres-2021/programme')
	await page.goto('/demo')
	const talks = await read<{ items: Talk[] }>(page, '/fairs/rencontres-2021/webconferences')
	const talk = talks.body.items.find((t) => t.slug === 'demo-live')
	await page.goto(`/fairs/rencontres-2021/webconferences/${talk?.id}`)
	await expect(page.getByText('La scène est vide pour le moment')).toBeVisible()
	await expect(page.getByRole('link', { name: 'Se connecter pour écrire' })).toBeVisible()
	await page.context().close()
})

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { booked, bookVideo, findOffer } from './booking.ts'
import { look } from './look.ts'
import { expectSoundAndPicture } from './media.ts'
import { person, phone, read, recruiterOf } from './people.ts'
import { port as usual } from './server.ts'

const port = usual + 40
const address = `http://127.0.0.1:${port}`
const binary = new URL('../../bin/salon', import.meta.url).pathname

/** A server of this file's own, which it may stop and kill. */
class Server {
	readonly #data = mkdtempSync(join(tmpdir(), 'salon-e2e-restart-'))
	#process: ChildProcess | undefined

	async start(): Promise<void> {
		this.#process = spawn(binary, ['serve', '--demo'], {
			stdio: 'ignore',
			env: {
				...process.env,
				SALON_ADDR: `127.0.0.1:${port}`,
				SALON_DATA: join(this.#data, 'data'),
				SALON_MEDIA_UDP: `127.0.0.1:${port + 1}`,
				SALON_MEDIA_TCP: `127.0.0.1:${port + 1}`,
				SALON_MEDIA_IP: '127.0.0.1',
				SALON_TURN: 'off',
				SALON_METRICS: 'off',
			},
		})
		await expect
			.poll(
				() =>
					fetch(`${address}/readyz`).then(
						({ status }) => status,
						() => 0,
					),
				{ timeout: 60_000 },
			)
			.toBe(200)
	}

	/** Ends the process by a signal and answers its exit code, null when it was killed. */
	async stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
		const process = this.#process
		if (!process || process.exitCode !== null) return null
		const over = once(process, 'exit')
		process.kill(signal)
		return (await over)[0] as number | null
	}

	async remove(): Promise<void> {
		await this.stop('SIGKILL')
		rmSync(this.#data, { recursive: true, force: true })
	}
}

const server = new Server()
test.beforeAll(() => server.start())
test.afterAll(() => server.remove())

test('a call comes back by itself after a restart, and after a kill all is there', async ({
	browser,
}) => {
	const here = { baseURL: address }
	const candidate = await person(browser, 'candidate', 131, { ...phone, ...here })
	await findOffer(candidate, 'soignant')
	await bookVideo(candidate)
	const { interview, stand } = await booked(candidate)
	const { page: recruiter } = await recruiterOf(browser, interview.id, stand, here)
	for (const page of [candidate, recruiter]) {
		await page.goto(`/interviews/${interview.id}`)
		await page.getByRole('button', { name: 'Entrer dans l’entretien' }).click()
	}
	await expectSoundAndPicture(candidate, 'the candidate')

	// Asked to stop, the server says so and ends well; both come back without a touch.
	expect(await server.stop('SIGTERM')).toBe(0)
	for (const page of [candidate, recruiter]) {
		await expect(page.locator('#island').getByText('Le salon redémarre')).toBeVisible()
	}
	await look(candidate, 'restart-said')
	await server.start()
	await expectSoundAndPicture(candidate, 'the candidate after the restart')
	await expectSoundAndPicture(recruiter, 'the recruiter after the restart')

	// Killed without a word: accounts, booking and room are found again.
	await server.stop('SIGKILL')
	await expect(candidate.locator('#island').getByText('Connexion perdue')).toBeVisible()
	await look(candidate, 'restart-killed')
	await server.start()
	await expectSoundAndPicture(candidate, 'the candidate after the kill')
	await expectSoundAndPicture(recruiter, 'the recruiter after the kill')
	const mine = await read<{ items: { id: string; state: string }[] }>(candidate, '/me/interviews')
	expect(mine.body.items.filter((i) => i.id === interview.id)).toMatchObject([{ state: 'live' }])

	await candidate.context().close()
	await recruiter.context().close()
})

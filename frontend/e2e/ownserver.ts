import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from '@playwright/test'
import { port as usual } from './server.ts'

const binary = new URL('../../bin/salon', import.meta.url).pathname

/** A server of a journey's own, which it may stop and kill. */
export class Server {
	readonly #data = mkdtempSync(join(tmpdir(), 'salon-e2e-restart-'))
	#process: ChildProcess | undefined
	readonly #port: number
	readonly address: string

	/** Each file that has one says how far its port is from the usual one. A browser gives
	 * passkeys to a name alone, which localhost is and an address is not. */
	constructor(away: number, host: '127.0.0.1' | 'localhost' = '127.0.0.1') {
		this.#port = usual + away
		this.address = `http://${host}:${this.#port}`
	}

	/** Writes a file that a setting names, and answers where it is. */
	keep(name: string, text: string): string {
		const path = join(this.#data, name)
		writeFileSync(path, text)
		return path
	}

	async start(settings: Record<string, string> = {}): Promise<void> {
		this.#process = spawn(binary, ['serve', '--demo'], {
			stdio: 'ignore',
			env: {
				...process.env,
				SALON_URL: this.address,
				SALON_ADDR: `127.0.0.1:${this.#port}`,
				SALON_DATA: join(this.#data, 'data'),
				SALON_MEDIA_UDP: `127.0.0.1:${this.#port + 1}`,
				SALON_MEDIA_TCP: `127.0.0.1:${this.#port + 1}`,
				SALON_MEDIA_IP: '127.0.0.1',
				SALON_TURN: 'off',
				SALON_METRICS: 'off',
				...settings,
			},
		})
		await expect
			.poll(
				() =>
					fetch(`${this.address}/readyz`).then(
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

/** A websocket and a clock for tests: nothing happens unless the test makes it happen. */
import type { FromServer } from './message'
import { Socket, type Wire } from './socket'

export class FakeWire implements Wire {
	onopen: ((event: never) => void) | null = null
	onmessage: ((event: { data: unknown }) => void) | null = null
	onclose: ((event: { code: number }) => void) | null = null
	sent: { type: string; [field: string]: unknown }[] = []
	send(text: string): void {
		this.sent.push(JSON.parse(text))
	}
	close(): void {}

	/** The server answers. */
	hear<T extends keyof FromServer>(type: T, message: FromServer[T]): void {
		this.onmessage?.({ data: JSON.stringify({ type, v: 1, ...message }) })
	}
	/** The connection opens and the server says welcome. */
	open(): void {
		this.onopen?.(undefined as never)
		this.hear('welcome', { account: 'me', now: '2026-11-23T12:00:00Z' })
	}
	/** What was sent of a type. */
	of(type: string): { [field: string]: unknown }[] {
		return this.sent.filter((m) => m.type === type)
	}
}

/** A socket whose connections and timers are in the hands of the test. */
export function fakeSocket() {
	const wires: FakeWire[] = []
	const waits: { ms: number; act: () => void }[] = []
	const socket = new Socket('ws://test/ws', {
		connect: () => {
			const wire = new FakeWire()
			wires.push(wire)
			return wire
		},
		random: () => 1,
		after: (ms, act) => {
			const wait = { ms, act }
			waits.push(wait)
			return () => {
				const at = waits.indexOf(wait)
				if (at >= 0) waits.splice(at, 1)
			}
		},
	})
	const wire = () => {
		const last = wires.at(-1)
		if (!last) throw new Error('no connection was made')
		return last
	}
	return { socket, wires, waits, wire }
}

import { type Readable, writable } from 'svelte/store'

/** Where what was written stands: nothing new, being kept, kept, or waiting for the network. */
export type Kept = 'calm' | 'keeping' | 'kept' | 'waiting'

/** The small part of Storage that is used. */
export type Shelf = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

/** It is kept this long after the last key, in milliseconds. */
const calm = 1200
/** After a failure it is tried again after so long, and longer each time up to the second. */
const retries = [2000, 20_000] as const

/**
 * Keeps what a person writes, on the server; until it is there, on this device too, so
 * that a broken network, a reload or a closed tab loses nothing.
 */
export class Keeper<T> {
	readonly #state = writable<Kept>('calm')
	readonly state: Readable<Kept> = this.#state
	#value: T | undefined
	#timer: ReturnType<typeof setTimeout> | undefined
	#busy = false
	#failures = 0

	constructor(
		private readonly key: string,
		private readonly send: (value: T) => Promise<unknown>,
		private readonly shelf: Shelf | undefined = globalThis.localStorage,
	) {
		const left = this.draft()
		if (left !== undefined) {
			this.#value = left
			void this.flush()
		}
	}

	/** What was written here and is not known to have arrived. */
	draft(): T | undefined {
		try {
			const left = this.shelf?.getItem(this.key)
			return left ? (JSON.parse(left) as T) : undefined
		} catch {
			return undefined
		}
	}

	/** Something was written. */
	write(value: T): void {
		this.#value = value
		try {
			this.shelf?.setItem(this.key, JSON.stringify(value))
		} catch {
			// A private window may refuse; the page still holds it and tries again.
		}
		this.#later(calm)
	}

	/** Keeps at once what is not kept yet. */
	async flush(): Promise<void> {
		clearTimeout(this.#timer)
		if (this.#busy || this.#value === undefined) return
		const value = this.#value
		this.#busy = true
		this.#state.set('keeping')
		try {
			await this.send(value)
			this.#failures = 0
			if (this.#value === value) {
				this.#value = undefined
				this.shelf?.removeItem(this.key)
				this.#state.set('kept')
			}
		} catch {
			this.#failures++
			this.#state.set('waiting')
		} finally {
			this.#busy = false
		}
		if (this.#value !== undefined) {
			this.#later(Math.min(retries[0] * 2 ** Math.max(0, this.#failures - 1), retries[1]))
		}
	}

	/** Stops trying; what is not kept stays on this device. */
	close(): void {
		clearTimeout(this.#timer)
	}

	#later(wait: number): void {
		clearTimeout(this.#timer)
		this.#timer = setTimeout(() => void this.flush(), wait)
	}
}

import { type Readable, writable } from 'svelte/store'
import { Problem, words } from '../api/client'
import type { Socket } from '../signaling/socket'

/** Something read from the API that is kept up to date. */
export interface FreshView<T> {
	value?: T
	/** Why the last reading failed; the value before it stays. */
	failure?: unknown
}

/** Why nothing is known yet, in words; empty once something is, or while it is first read. */
export function failed({ value, failure }: FreshView<unknown>): string {
	return value === undefined && failure !== undefined ? words(failure) : ''
}

/** It is read again this often, with as much jitter again at most, in milliseconds. */
const rereading = 60_000

/**
 * Keeps an answer of the API fresh: it is read at once, when a topic is followed for the
 * first time, after every topic message that concerns it, when something was lost while
 * the socket was away, when the server said after how long to ask again, and every minute
 * or two in any case.
 */
export class Fresh<T> {
	readonly #view = writable<FreshView<T>>({})
	readonly #off: (() => void)[] = []
	readonly #followed = new Set<string>()
	#reading: Promise<void> | undefined
	#again = false
	#timer: ReturnType<typeof setTimeout> | undefined

	/** What is known now. */
	readonly view: Readable<FreshView<T>> = this.#view

	constructor(
		private readonly read: () => Promise<T>,
		socket?: Socket,
		concerns: (entity: string, id: string) => boolean = () => true,
	) {
		if (socket) {
			this.#off.push(
				socket.on('topic', ({ entity, id }) => {
					if (concerns(entity, id)) void this.refresh()
				}),
				socket.on('subscribed', ({ topic, lost }) => {
					// What changed between the first reading and the first following was told to nobody.
					if (lost || !this.#followed.has(topic)) void this.refresh()
					this.#followed.add(topic)
				}),
			)
		}
		void this.refresh()
	}

	/** Puts a value that an action has just answered. */
	put(value: T): void {
		this.#view.set({ value })
	}

	/** Reads again; calls during a reading lead to one more reading after it. */
	async refresh(): Promise<void> {
		if (this.#reading) {
			this.#again = true
			return this.#reading
		}
		this.#reading = this.#readOnce()
		await this.#reading
		this.#reading = undefined
		if (this.#again) {
			this.#again = false
			await this.refresh()
		}
	}

	/** Stops reading. */
	close(): void {
		for (const off of this.#off.splice(0)) off()
		clearTimeout(this.#timer)
	}

	async #readOnce(): Promise<void> {
		clearTimeout(this.#timer)
		let pause = rereading
		try {
			const value = await this.read()
			this.#view.set({ value })
		} catch (failure) {
			this.#view.update((view) => ({ ...view, failure }))
			if (failure instanceof Problem && failure.after > 0) pause = failure.after * 1000
		}
		this.#timer = setTimeout(() => void this.refresh(), pause * (1 + Math.random()))
	}
}

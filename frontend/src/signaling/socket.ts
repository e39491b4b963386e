import { get, type Readable, writable } from 'svelte/store'
import { closed, type FromClient, type FromServer } from './message'

/** How the connection does; stopped carries the close code. */
export type SocketState =
	| { is: 'connecting' }
	| { is: 'open' }
	| { is: 'waiting'; restarting: boolean }
	| { is: 'stopped'; code: number }

/** The part of WebSocket that is used; tests give their own. */
export interface Wire {
	onopen: ((event: never) => void) | null
	onmessage: ((event: { data: unknown }) => void) | null
	onclose: ((event: { code: number }) => void) | null
	send(text: string): void
	close(code?: number): void
}

/** What tests replace. */
export interface Surroundings {
	connect(url: string): Wire
	random(): number
	after(ms: number, act: () => void): () => void
}

const browser: Surroundings = {
	connect: (url) => new WebSocket(url) as unknown as Wire,
	random: Math.random,
	after: (ms, act) => {
		const timer = setTimeout(act, ms)
		return () => clearTimeout(timer)
	},
}

/** The first wait before coming back and the longest, in milliseconds. */
const firstWait = 400
const longestWait = 15_000

/** Where a topic is followed from, and the right to follow it when it is not public. */
interface From {
	epoch?: string
	offset?: number
	grant?: string
}

type Handlers = { [T in keyof FromServer]: Set<(message: FromServer[T]) => void> }

/**
 * The one websocket of a tab. It says hello, comes back by itself with jitter unless
 * the close code says stop, and follows its topics again from where they were.
 */
export class Socket {
	readonly #state = writable<SocketState>({ is: 'connecting' })
	readonly #handlers = {} as Handlers
	readonly #topics = new Map<string, From>()
	#wire: Wire | undefined
	#attempt = 0
	#cancelWait: (() => void) | undefined

	/** How the connection does. */
	readonly state: Readable<SocketState> = this.#state

	constructor(
		private readonly url: string,
		private readonly around: Surroundings = browser,
	) {
		this.on('welcome', () => {
			this.#attempt = 0
			this.#state.set({ is: 'open' })
			for (const [topic, from] of this.#topics) this.send('subscribe', { topic, ...from })
		})
		this.on('subscribed', ({ topic, epoch, offset }) => this.#reached(topic, epoch, offset))
		this.on('topic', ({ topic, epoch, offset }) => this.#reached(topic, epoch, offset))
		this.#dial()
	}

	/** Calls act on each message of a type, until the returned function is called. */
	on<T extends keyof FromServer>(type: T, act: (message: FromServer[T]) => void): () => void {
		this.#handlers[type] ??= new Set() as Handlers[T]
		this.#handlers[type].add(act)
		return () => this.#handlers[type].delete(act)
	}

	/** Sends a message; false when there is no open connection, and nothing is kept. */
	send<T extends keyof FromClient>(type: T, fields: FromClient[T]): boolean {
		if (get(this.#state).is !== 'open' && type !== 'hello') return false
		this.#wire?.send(JSON.stringify({ type, v: 1, ...fields }))
		return true
	}

	/**
	 * Follows a topic, also after coming back: one's own account's, a public one, or one
	 * that an answer of the API grants. A topic followed already keeps the newer grant.
	 */
	follow(topic: string, grant?: string): void {
		const known = this.#topics.get(topic)
		this.#topics.set(topic, { ...known, ...(grant ? { grant } : {}) })
		if (!known) this.send('subscribe', { topic, ...(grant ? { grant } : {}) })
	}

	/** Follows a topic no more. */
	unfollow(topic: string): void {
		if (this.#topics.delete(topic)) this.send('unsubscribe', { topic })
	}

	/** Comes back at once instead of waiting, as when the network is back. */
	hurry(): void {
		if (get(this.#state).is === 'waiting') this.#dial()
	}

	/**
	 * Makes a new connection although the old one may look open: a network that went and
	 * came back leaves connections that nobody will ever hear of again.
	 */
	renew(): void {
		if (get(this.#state).is === 'stopped') return
		const old = this.#wire
		this.#wire = undefined
		old?.close()
		this.#dial()
	}

	/** Comes back although the server had said stop: the person asks for it. */
	revive(): void {
		if (get(this.#state).is === 'stopped') this.#dial()
	}

	/** Ends the connection for good. */
	close(): void {
		this.#cancelWait?.()
		const wire = this.#wire
		this.#wire = undefined
		wire?.close(1000)
		this.#state.set({ is: 'stopped', code: 1000 })
	}

	#dial(): void {
		this.#cancelWait?.()
		this.#state.set({ is: 'connecting' })
		const wire = this.around.connect(this.url)
		this.#wire = wire
		wire.onopen = () => this.send('hello', {})
		wire.onmessage = ({ data }) => this.#dispatch(String(data))
		wire.onclose = ({ code }) => {
			if (this.#wire === wire) this.#lost(code)
		}
	}

	#dispatch(text: string): void {
		const { type, ...message } = JSON.parse(text) as { type: keyof FromServer }
		for (const act of this.#handlers[type] ?? []) act(message as never)
	}

	#lost(code: number): void {
		this.#wire = undefined
		if (code >= 4500 && code <= 4999) {
			this.#state.set({ is: 'stopped', code })
			return
		}
		this.#state.set({ is: 'waiting', restarting: code === closed.restarting })
		const ceiling = Math.min(longestWait, firstWait * 2 ** this.#attempt++)
		const wait = ceiling / 2 + (this.around.random() * ceiling) / 2
		this.#cancelWait = this.around.after(wait, () => this.#dial())
	}

	#reached(topic: string, epoch: string, offset: number): void {
		const known = this.#topics.get(topic)
		if (known) this.#topics.set(topic, { ...known, epoch, offset })
	}
}

/** The websocket address of this site. */
export function siteSocket(): string {
	return `${location.origin.replace(/^http/, 'ws')}/ws`
}

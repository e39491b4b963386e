import { type FrameKey, type Kind, open, Seen, seal } from './frame'

/** What is to become of frames. What is not allowed by name is not let through. */
export interface Orders {
	/** Of one's own frames: none, as they are, or sealed with a key. */
	send: 'closed' | 'clear' | FrameKey
	/** Of the others' frames: none, as they are, or only those that open. */
	receive: 'closed' | 'clear' | 'sealed'
	/** The others' keys, by peer. */
	keys: readonly [peer: string, key: FrameKey][]
}

/** How long a frame waits for the key that is still on its way, in milliseconds. */
const patience = 500

type Bytes = Uint8Array<ArrayBuffer>

interface Known {
	key: CryptoKey
	seen: Seen
}

/**
 * What stands between a page's media and its connections. Until it has orders nothing
 * passes; a frame that cannot be sealed is not sent, one that does not open is not shown
 * and not played.
 */
export class Veil {
	#orders: Orders = { send: 'closed', receive: 'closed', keys: [] }
	#counter = 0
	#keys = new Map<string, Map<number, Known>>()
	#absent = new Set<string>()
	#waiting: (() => void)[] = []

	constructor(
		private readonly wait: (ms: number) => Promise<void> = (ms) =>
			new Promise((done) => setTimeout(done, ms)),
	) {}

	/** Follows these orders from now on. Frames on their way under a peer's last key still open. */
	set(orders: Orders): void {
		this.#orders = orders
		this.#absent.clear()
		const before = this.#keys
		this.#keys = new Map()
		for (const [peer, { id, key }] of orders.keys) {
			const [last] = [...(before.get(peer) ?? [])].slice(-1)
			const known = new Map(last ? [last] : [])
			known.delete(id)
			this.#keys.set(peer, known.set(id, { key, seen: new Seen() }))
		}
		for (const go of this.#waiting.splice(0)) go()
	}

	/** One's own frame as it is sent; undefined: not at all. */
	async outgoing(data: Bytes, kind: Kind): Promise<Bytes | undefined> {
		const { send } = this.#orders
		if (send === 'clear') return data
		if (send === 'closed') return undefined
		return seal(data, kind, send, this.#counter++).catch(() => undefined)
	}

	/** Somebody's frame as it is shown or played; undefined: not at all. */
	async incoming(data: Bytes, kind: Kind, peer: string): Promise<Bytes | undefined> {
		const { receive } = this.#orders
		if (receive === 'clear') return data
		if (receive === 'closed') return undefined
		let known: Known | undefined
		let counter = -1
		try {
			const opened = await open(data, kind, async (outside) => {
				counter = outside.counter
				known = await this.#key(peer, outside.id)
				return known?.key
			})
			return known?.seen.fresh(counter) ? opened : undefined
		} catch {
			return undefined
		}
	}

	/** The key of that id, which may come a moment after the first frame under it. */
	async #key(peer: string, id: number): Promise<Known | undefined> {
		const found = () => this.#keys.get(peer)?.get(id)
		const name = `${peer} ${id}`
		if (found() || this.#absent.has(name)) return found()
		await Promise.race([this.wait(patience), new Promise<void>((go) => this.#waiting.push(go))])
		if (!found()) this.#absent.add(name)
		return found()
	}
}

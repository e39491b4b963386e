import { type Readable, writable } from '../store'
import { type Agreed, Agreement, type Heard, type Round, type Step } from './agreement'
import { keyId, type Sealed } from './frame'
import type { Orders } from './veil'
import type { Place } from './worker'

/** What the fair wants: encrypted when all can, or not at all otherwise. */
export type Rule = 'possible' | 'required'

/** How it stands, for the person. */
export interface SecrecyView {
	/**
	 * asking: somebody's browser cannot, and nothing is sent until the person agrees to go
	 * on without; clear: they have; refused: it cannot be, and the fair requires it; broken:
	 * the browsers did not agree, and nothing is sent.
	 */
	is: 'alone' | 'agreeing' | 'sealed' | 'asking' | 'clear' | 'refused' | 'broken'
	/** What people compare, when sealed. */
	code: string
	/** The person has said that the other's code is the same. */
	same: boolean
	/** The person had said so of an earlier code, which is no more. */
	changed: boolean
	/** The peers whose browsers cannot. */
	unable: readonly string[]
	/** The others who have keys, when sealed: to be shown by name. */
	peers: readonly string[]
}

/** A step as the websocket carries it. */
export interface KeyStep {
	round: number
	step: Step | 'again'
	to?: string
	body?: string
}

/** How long browsers have to agree, in milliseconds, and how often it is tried again. */
const patience = 6000
const pause = 1500
const tries = 3

const nothing: Orders = { send: 'closed', receive: 'closed', keys: [] }

/** What tests replace. */
export interface Around {
	/** Follows orders; a worker in a browser. */
	order(orders: Orders): void
	after(ms: number, act: () => void): () => void
	end(): void
}

/**
 * The secrecy of one room: it agrees with the others on keys and says what becomes of
 * frames. Whoever makes it closes it; then nothing passes any more.
 */
export class Secrecy {
	readonly #view = writable<SecrecyView>({
		is: 'alone',
		code: '',
		same: false,
		changed: false,
		unable: [],
		peers: [],
	})
	readonly #agreement: Agreement
	#now!: SecrecyView
	#peer = ''
	#agreed: Agreed = { is: 'alone', round: 0 }
	#consent = false
	#tried = 0
	#cancel: (() => void) | undefined

	/** How it stands. */
	readonly view: Readable<SecrecyView> = this.#view

	constructor(
		private readonly rule: Rule,
		private readonly tell: (step: KeyStep) => void,
		private readonly around: Around,
		private readonly worker?: Worker,
	) {
		this.#view.subscribe((view) => {
			this.#now = view
		})
		this.#agreement = new Agreement(tell, (to) => this.#come(to))
		around.order(nothing)
	}

	/** What is said at the door: that this browser can, and which keys it still has. */
	entering(): { able: true; round?: number } {
		return this.#agreed.is === 'sealed' ? { able: true, round: this.#agreed.round } : { able: true }
	}

	/** We are in, under this name. */
	entered(peer: string): void {
		this.#peer = peer
	}

	/** A round begins among people who are in the room; one who is not seen there gets no key. */
	begin(round: Round, members: readonly string[]): void {
		const seen = round.peers.every((peer) => peer === this.#peer || members.includes(peer))
		void this.#agreement.begin(this.#peer, seen ? round : { ...round, peers: [] })
	}

	/** Somebody takes a step. */
	hear(step: Heard): void {
		void this.#agreement.hear(step)
	}

	/** The person goes on though it is not encrypted end to end. */
	goOn(): void {
		if (this.#now.is !== 'asking') return
		this.#consent = true
		this.#come(this.#agreed)
	}

	/** The person has compared the codes: they are the same. */
	confirm(): void {
		if (this.#now.is === 'sealed') this.#set({ same: true, changed: false })
	}

	/** Has what a sender sends pass through the veil. */
	outgoing(sender: RTCRtpSender, source: Sealed): void {
		this.#place(sender, { side: 'out', source })
	}

	/** Has what a receiver gets pass through the veil, before a frame of it is seen. */
	incoming(receiver: RTCRtpReceiver, peer: string, source: Sealed): void {
		this.#place(receiver, { side: 'in', peer, source })
	}

	/** Ends it: nothing passes any more. */
	close(): void {
		this.#cancel?.()
		this.around.order(nothing)
		this.around.end()
	}

	#place(at: RTCRtpSender | RTCRtpReceiver, place: Place): void {
		if (this.worker) at.transform = new RTCRtpScriptTransform(this.worker, place)
	}

	#come(to: Agreed): void {
		const before = this.#agreed
		this.#agreed = to
		this.#cancel?.()
		this.#cancel = undefined
		if (to.is === 'sealed') this.#seal(to)
		else if (to.is === 'impossible') this.#expose(to.unable)
		else if (to.is === 'agreeing') {
			// What was agreed before holds until the new is there, and not for long.
			if (before.is !== 'sealed' && before.is !== 'agreeing') this.around.order(nothing)
			this.#cancel = this.around.after(patience, () => this.#again(to.round))
			this.#set({ is: 'agreeing', unable: [] })
		} else {
			this.around.order(nothing)
			if (to.is === 'alone') this.#calm()
			else if (this.#tried < tries)
				this.#cancel = this.around.after(pause, () => this.#again(to.round))
			this.#set({ is: to.is, code: '', unable: [] })
		}
	}

	#seal({ round, code, mine, theirs }: Extract<Agreed, { is: 'sealed' }>): void {
		const id = keyId(round)
		this.around.order({
			send: { id, key: mine },
			receive: 'sealed',
			keys: [...theirs].map(([peer, key]) => [peer, { id, key }]),
		})
		this.#calm()
		const changed = this.#now.changed || this.#now.same
		this.#set({ is: 'sealed', code, same: false, changed, unable: [], peers: [...theirs.keys()] })
	}

	/** It cannot be sealed: nothing passes, or everything as it is when the person agreed to that. */
	#expose(unable: readonly string[]): void {
		const clear = this.rule === 'possible' && this.#consent
		this.around.order(clear ? { send: 'clear', receive: 'clear', keys: [] } : nothing)
		const is = clear ? 'clear' : this.rule === 'required' ? 'refused' : 'asking'
		this.#set({ is, code: '', same: false, unable })
	}

	/** What was agreed to, and what was tried, is of the past. */
	#calm(): void {
		this.#consent = false
		this.#tried = 0
	}

	/** Another round is asked for; meanwhile nothing passes. */
	#again(round: number): void {
		this.around.order(nothing)
		if (++this.#tried > tries) {
			this.#set({ is: 'broken', code: '' })
			return
		}
		this.tell({ round, step: 'again' })
		this.#cancel = this.around.after(patience, () => this.#again(round))
	}

	#set(change: Partial<SecrecyView>): void {
		this.#view.update((view) => ({ ...view, ...change }))
	}
}

/** The secrecy of a room in a browser, which `encrypts()`. */
export function secrecy(rule: Rule, tell: (step: KeyStep) => void): Secrecy {
	const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
	const around: Around = {
		order: (orders) => worker.postMessage(orders),
		after: (ms, act) => {
			const timer = setTimeout(act, ms)
			return () => clearTimeout(timer)
		},
		end: () => worker.terminate(),
	}
	return new Secrecy(rule, tell, around, worker)
}

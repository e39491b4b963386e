/**
 * How the browsers of a room agree on keys that the server never learns. The server gives
 * the agreement its rounds (who takes part) and passes its steps on; it is trusted with
 * neither. In each round, everybody
 *
 *  1. makes a fresh key pair (ECDH on P-256) and commits to its public half: a hash of it,
 *  2. reveals the public half once all commitments are there, and checks the others',
 *  3. gives a random key for the frames it sends to each other, sealed under what the two
 *     pairs have in common (HKDF, AES-GCM).
 *
 * A server that put its own halves between two people would have to commit to them before
 * it sees theirs, so that it cannot try until the codes of both agree: it guesses once, and
 * one time in a million is right. The code is drawn from all public halves, and two people
 * who read each other the same one have nobody between them. Keys of a round are for its
 * members alone: who comes later cannot read what was before, nor who left what comes after.
 * The code says nothing of a member that the server made up: whoever uses this shows by
 * name who has keys (see Secrecy).
 *
 * It knows nothing of media and nothing of the network, and has no clock.
 */

/** The beginning of a round, as the server tells it. */
export interface Round {
	round: number
	peers: readonly string[]
	unable: readonly string[]
}

export type Step = 'commit' | 'reveal' | 'give'

/** A step to be told: to all of the round, or to one. */
export interface Telling {
	round: number
	step: Step
	body: string
	to?: string
}

/** A step of somebody else. */
export interface Heard {
	round: number
	peer: string
	step: Step
	body: string
}

/** What a round has come to. */
export type Agreed =
	/** Nobody else is there. */
	| { is: 'alone'; round: number }
	| { is: 'agreeing'; round: number }
	/** Some of them have browsers that cannot. */
	| { is: 'impossible'; round: number; unable: readonly string[] }
	/** Somebody did not keep to what they had committed to. */
	| { is: 'broken'; round: number }
	| {
			is: 'sealed'
			round: number
			/** Six digits, the same for everybody when nobody is between them. */
			code: string
			mine: CryptoKey
			theirs: ReadonlyMap<string, CryptoKey>
	  }

const curve = { name: 'ECDH', namedCurve: 'P-256' } as const
const label = 'salon interview keys 1'

/** The state of the present round. */
interface Work {
	number: number
	me: string
	peers: readonly string[]
	pair: CryptoKeyPair
	publics: Map<string, Uint8Array<ArrayBuffer>>
	commits: Map<string, string>
	revealed: boolean
	transcript: Uint8Array<ArrayBuffer> | undefined
	secret: Uint8Array<ArrayBuffer>
	theirs: Map<string, CryptoKey>
}

export class Agreement {
	#work: Work | undefined
	#round = 0
	#queue: Promise<void> = Promise.resolve()

	constructor(
		private readonly tell: (step: Telling) => void,
		private readonly come: (to: Agreed) => void,
	) {}

	/** Begins a round; the one before is over. Resolves when it has been acted upon. */
	begin(me: string, { round, peers, unable }: Round): Promise<void> {
		this.#round = round
		this.#work = undefined
		// A round without our own half, or with one told twice, would let others make the code.
		if (!peers.includes(me) || new Set(peers).size < peers.length)
			this.come({ is: 'broken', round })
		else if (unable.length > 0) this.come({ is: 'impossible', round, unable })
		else if (!peers.some((peer) => peer !== me)) this.come({ is: 'alone', round })
		else {
			this.come({ is: 'agreeing', round })
			return this.#next(round, () => this.#open(round, me, peers))
		}
		return this.#queue
	}

	/** Takes a step of somebody else; one of another round is passed over. */
	hear({ round, peer, step, body }: Heard): Promise<void> {
		return this.#next(round, async () => {
			const w = this.#work
			if (!w || peer === w.me || !w.peers.includes(peer)) return
			if (step === 'commit') await this.#committed(w, peer, body)
			if (step === 'reveal') await this.#revealed(w, peer, body)
			if (step === 'give') await this.#given(w, peer, body)
		})
	}

	/** One step after another; what fails breaks the round, unless it is over already. */
	#next(round: number, act: () => Promise<void>): Promise<void> {
		this.#queue = this.#queue.then(async () => {
			if (round !== this.#round) return
			try {
				await act()
			} catch {
				if (round !== this.#round) return
				this.#work = undefined
				this.come({ is: 'broken', round })
			}
		})
		return this.#queue
	}

	async #open(round: number, me: string, peers: readonly string[]): Promise<void> {
		const pair = await crypto.subtle.generateKey(curve, false, ['deriveBits'])
		const mine = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey))
		const w: Work = {
			number: round,
			me,
			peers: [...peers].sort(),
			pair,
			publics: new Map([[me, mine]]),
			commits: new Map(),
			revealed: false,
			transcript: undefined,
			secret: crypto.getRandomValues(new Uint8Array(16)),
			theirs: new Map(),
		}
		const body = await commitment(w, me, mine)
		if (round !== this.#round) return
		this.#work = w
		this.tell({ round, step: 'commit', body })
	}

	async #committed(w: Work, peer: string, body: string): Promise<void> {
		if (w.commits.has(peer)) throw new Error('committed twice')
		w.commits.set(peer, body)
		if (w.commits.size < w.peers.length - 1) return
		w.revealed = true
		const mine = w.publics.get(w.me)
		if (mine) this.tell({ round: w.number, step: 'reveal', body: toBase64(mine) })
	}

	async #revealed(w: Work, peer: string, body: string): Promise<void> {
		const shown = fromBase64(body)
		// Before all have committed nobody reveals: what is shown then was shown too early.
		if (!w.revealed || w.publics.has(peer)) throw new Error('revealed out of turn')
		if ((await commitment(w, peer, shown)) !== w.commits.get(peer)) throw new Error('another key')
		w.publics.set(peer, shown)
		if (w.publics.size < w.peers.length) return
		w.transcript = await digest(w, ...w.peers.map((p) => w.publics.get(p) ?? new Uint8Array()))
		for (const to of w.peers) {
			if (to === w.me) continue
			const sealed = await crypto.subtle.encrypt(once, await this.#between(w, w.me, to), w.secret)
			this.tell({ round: w.number, step: 'give', to, body: toBase64(new Uint8Array(sealed)) })
		}
		await this.#complete(w)
	}

	async #given(w: Work, peer: string, body: string): Promise<void> {
		if (w.theirs.has(peer)) throw new Error('given twice')
		const key = await this.#between(w, peer, w.me)
		const secret = await crypto.subtle.decrypt(once, key, fromBase64(body))
		if (secret.byteLength !== 16) throw new Error('no key')
		w.theirs.set(peer, await frameKey(new Uint8Array(secret), 'decrypt'))
		await this.#complete(w)
	}

	async #complete(w: Work): Promise<void> {
		if (!w.transcript || w.theirs.size < w.peers.length - 1) return
		const mine = await frameKey(w.secret, 'encrypt')
		if (w.number !== this.#round) return
		const code = codeOf(w.transcript)
		this.come({ is: 'sealed', round: w.number, code, mine, theirs: w.theirs })
	}

	/** The key under which one of two gives its own to the other; it is used once. */
	async #between(w: Work, from: string, to: string): Promise<CryptoKey> {
		const other = w.publics.get(from === w.me ? to : from)
		if (!w.transcript || !other) throw new Error('given before all was revealed')
		const theirs = await crypto.subtle.importKey('raw', other, curve, false, [])
		const shared = await crypto.subtle.deriveBits(
			{ name: 'ECDH', public: theirs },
			w.pair.privateKey,
			256,
		)
		const base = await crypto.subtle.importKey('raw', shared, 'HKDF', false, ['deriveKey'])
		const info = new TextEncoder().encode(JSON.stringify([label, from, to]))
		return crypto.subtle.deriveKey(
			{ name: 'HKDF', hash: 'SHA-256', salt: w.transcript, info },
			base,
			{ name: 'AES-GCM', length: 128 },
			false,
			['encrypt', 'decrypt'],
		)
	}
}

/** A key that is used once needs no other starting value. */
const once = { name: 'AES-GCM', iv: new Uint8Array(12) }

function frameKey(raw: Uint8Array<ArrayBuffer>, use: KeyUsage): Promise<CryptoKey> {
	return crypto.subtle.importKey('raw', raw, 'AES-GCM', false, [use])
}

/** What a peer commits to: its public half in this round with these members. */
async function commitment(
	w: Pick<Work, 'number' | 'peers'>,
	peer: string,
	half: Uint8Array<ArrayBuffer>,
): Promise<string> {
	return toBase64(await digest(w, new TextEncoder().encode(peer), half))
}

/** A hash bound to the round and its members; parts cannot run into each other. */
async function digest(
	{ number, peers }: Pick<Work, 'number' | 'peers'>,
	...parts: Uint8Array[]
): Promise<Uint8Array<ArrayBuffer>> {
	const text = JSON.stringify([label, number, peers, parts.map(toBase64)])
	return new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
}

/** Six digits in two groups: short enough to be read aloud. */
function codeOf(transcript: Uint8Array<ArrayBuffer>): string {
	const n = Number(new DataView(transcript.buffer).getBigUint64(0) % 1_000_000n)
	const digits = String(n).padStart(6, '0')
	return `${digits.slice(0, 3)} ${digits.slice(3)}`
}

export function toBase64(bytes: Uint8Array): string {
	return btoa(String.fromCharCode(...bytes))
}

export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
	return Uint8Array.from(atob(text), (c) => c.charCodeAt(0))
}

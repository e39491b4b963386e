import { describe, expect, it } from 'vitest'
import { type Agreed, Agreement, fromBase64, type Heard, type Telling, toBase64 } from './agreement'

/** A server that passes steps on as it should, or as the test has it. */
class Server {
	readonly members = new Map<string, { agreement: Agreement; states: Agreed[] }>()
	/** What becomes of a step on its way; undefined loses it. */
	change: (heard: Heard, to: string) => Heard | undefined = (heard) => heard
	#work: Promise<unknown>[] = []
	passed: Heard[] = []

	add(peer: string): void {
		const states: Agreed[] = []
		const tell = (step: Telling) => this.#pass(peer, step)
		this.members.set(peer, { agreement: new Agreement(tell, (s) => states.push(s)), states })
	}

	begin(round: number, peers: string[], unable: string[] = []): void {
		for (const peer of peers) {
			this.#work.push(
				this.members.get(peer)?.agreement.begin(peer, { round, peers, unable }) ??
					Promise.resolve(),
			)
		}
	}

	#pass(peer: string, { round, step, body, to }: Telling): void {
		this.passed.push({ round, peer, step, body })
		for (const [id, { agreement }] of this.members) {
			if (id === peer || (to && to !== id)) continue
			const heard = this.change({ round, peer, step, body }, id)
			if (heard) this.#work.push(agreement.hear(heard))
		}
	}

	async settle(): Promise<void> {
		while (this.#work.length > 0) await Promise.all(this.#work.splice(0))
	}

	last(peer: string): Agreed {
		const state = this.members.get(peer)?.states.at(-1)
		if (!state) throw new Error(`${peer} is in no round`)
		return state
	}

	sealed(peer: string): Extract<Agreed, { is: 'sealed' }> {
		const state = this.last(peer)
		if (state.is !== 'sealed') throw new Error(`${peer} is ${state.is}`)
		return state
	}
}

function room(...peers: string[]): Server {
	const server = new Server()
	for (const peer of peers) server.add(peer)
	return server
}

/** Whether what one sends with its key another reads. */
async function reads(server: Server, from: string, to: string): Promise<boolean> {
	const iv = new Uint8Array(12)
	const word = new TextEncoder().encode('bonjour')
	const sent = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, server.sealed(from).mine, word)
	const key = server.sealed(to).theirs.get(from)
	if (!key) return false
	return crypto.subtle.decrypt({ name: 'AES-GCM', iv }, key, sent).then(
		(got) => new TextDecoder().decode(got) === 'bonjour',
		() => false,
	)
}

describe('an agreement', () => {
	it.each([[['a', 'b']], [['c', 'a', 'b']], [['a', 'b', 'c', 'd']]])(
		'of %j gives everybody everybody’s key and all one code',
		async (peers) => {
			const server = room(...peers)
			server.begin(1, peers)
			await server.settle()
			const codes = new Set(peers.map((p) => server.sealed(p).code))
			expect(codes.size).toBe(1)
			expect([...codes][0]).toMatch(/^\d{3} \d{3}$/)
			for (const from of peers) {
				for (const to of peers)
					if (from !== to) expect(await reads(server, from, to), `${from} to ${to}`).toBe(true)
			}
		},
	)

	it('has nothing to agree on alone, and cannot with a browser that cannot', async () => {
		const server = room('a', 'b')
		server.begin(1, ['a'])
		expect(server.last('a')).toEqual({ is: 'alone', round: 1 })
		server.begin(2, ['a', 'b'], ['b'])
		expect(server.last('a')).toEqual({ is: 'impossible', round: 2, unable: ['b'] })
		await server.settle()
		expect(server.passed).toEqual([])
	})

	it.each([[['b']], [['a', 'b', 'b']], [[]]])(
		'is broken at once among %j: the code would be somebody else’s',
		async (peers) => {
			const server = room('a', 'b')
			void server.members.get('a')?.agreement.begin('a', { round: 1, peers, unable: [] })
			await server.settle()
			expect(server.last('a').is).toBe('broken')
			expect(server.passed).toEqual([])
		},
	)

	it('begins anew when somebody comes: who came cannot read what was before', async () => {
		const server = room('a', 'b', 'c')
		server.begin(1, ['a', 'b'])
		await server.settle()
		const before = server.sealed('a')
		server.begin(2, ['a', 'b', 'c'])
		await server.settle()
		expect(server.sealed('a').code).not.toBe(before.code)
		const iv = new Uint8Array(12)
		const old = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, before.mine, new Uint8Array(4))
		const key = server.sealed('c').theirs.get('a') as CryptoKey
		await expect(crypto.subtle.decrypt({ name: 'AES-GCM', iv }, key, old)).rejects.toThrow()
		expect(await reads(server, 'c', 'a')).toBe(true)
	})

	it('passes over steps of a round that is over', async () => {
		const server = room('a', 'b')
		server.begin(1, ['a', 'b'])
		server.begin(2, ['a', 'b'])
		await server.settle()
		expect(server.sealed('a').round).toBe(2)
		expect(server.sealed('b').round).toBe(2)
	})

	it('reveals nothing before everybody has committed', async () => {
		const server = room('a', 'b', 'c')
		server.change = (heard) => (heard.peer === 'c' ? undefined : heard)
		server.begin(1, ['a', 'b', 'c'])
		await server.settle()
		expect(server.passed.filter((h) => h.step !== 'commit' && h.peer !== 'c')).toEqual([])
		expect(server.last('a').is).toBe('agreeing')
	})

	it('breaks when a key is not the one that was committed to', async () => {
		const server = room('a', 'b')
		server.change = (heard) => {
			if (heard.step !== 'reveal') return heard
			const other = fromBase64(heard.body)
			other[20] = (other[20] ?? 0) ^ 1
			return { ...heard, body: toBase64(other) }
		}
		server.begin(1, ['a', 'b'])
		await server.settle()
		expect(server.last('a')).toEqual({ is: 'broken', round: 1 })
	})

	it('breaks when what is given was changed, or comes twice', async () => {
		for (const step of ['give', 'commit'] as const) {
			const server = room('a', 'b')
			server.change = (heard, to) => {
				if (heard.step !== step || to !== 'a') return heard
				if (step === 'commit') void server.members.get('a')?.agreement.hear(heard)
				return step === 'commit' ? heard : { ...heard, body: toBase64(new Uint8Array(32)) }
			}
			server.begin(1, ['a', 'b'])
			await server.settle()
			expect(server.last('a').is).toBe('broken')
		}
	})

	it('shows two people different codes when somebody stands between them', async () => {
		// Two rooms that the server plays against each other: "b" for a and "a" for b are its own.
		const [left, right] = [room('a', 'b'), room('a', 'b')]
		left.begin(1, ['a', 'b'])
		right.begin(1, ['a', 'b'])
		await Promise.all([left.settle(), right.settle()])
		expect(left.sealed('a').code).not.toBe(right.sealed('b').code)
	})
})

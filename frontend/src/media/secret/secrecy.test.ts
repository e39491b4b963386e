import { get } from 'svelte/store'
import { describe, expect, it, vi } from 'vitest'
import { type KeyStep, type Rule, Secrecy } from './secrecy'
import type { Orders } from './veil'

/** A room of browsers, whose server passes on what they tell unless it is cut. */
function house(rule: Rule = 'possible') {
	let cut = false
	const people = new Map<string, ReturnType<typeof join>>()
	function join(peer: string) {
		const orders: Orders[] = []
		const waits: { ms: number; act: () => void }[] = []
		const told: KeyStep[] = []
		const tell = (step: KeyStep) => {
			told.push(step)
			const { to, body = '', round } = step
			if (cut || step.step === 'again') return
			for (const [id, other] of people) {
				if (id !== peer && (!to || to === id))
					other.secrecy.hear({ peer, round, step: step.step, body })
			}
		}
		const secrecy = new Secrecy(rule, tell, {
			order: (o) => orders.push(o),
			after: (ms, act) => {
				const wait = { ms, act }
				waits.push(wait)
				return () => {
					if (waits.includes(wait)) waits.splice(waits.indexOf(wait), 1)
				}
			},
			end: () => {},
		})
		secrecy.entered(peer)
		return { secrecy, orders, waits, told, view: () => get(secrecy.view) }
	}
	return {
		add(...peers: string[]) {
			for (const peer of peers) people.set(peer, join(peer))
		},
		of: (peer: string) => people.get(peer) as ReturnType<typeof join>,
		round(round: number, unable: string[] = []) {
			for (const { secrecy } of people.values())
				secrecy.begin({ round, peers: [...people.keys()], unable }, [...people.keys()])
		},
		async sealed(...peers: string[]) {
			for (const peer of peers)
				await vi.waitFor(() => expect(this.of(peer).view().is).toBe('sealed'))
		},
		cut: () => {
			cut = true
		},
	}
}

const passes = (orders: Orders[]) => [orders.at(-1)?.send, orders.at(-1)?.receive]

describe('the secrecy of a room', () => {
	it('lets nothing pass until everybody has agreed, then only what is sealed', async () => {
		const h = house()
		h.add('a', 'b')
		expect(passes(h.of('a').orders)).toEqual(['closed', 'closed'])
		h.round(1)
		expect(h.of('a').view().is).toBe('agreeing')
		expect(passes(h.of('a').orders)).toEqual(['closed', 'closed'])
		await h.sealed('a', 'b')
		expect(h.of('a').view().code).toBe(h.of('b').view().code)
		const last = h.of('a').orders.at(-1)
		expect(last?.receive).toBe('sealed')
		expect(last?.keys.map(([peer]) => peer)).toEqual(['b'])
		expect(h.of('a').secrecy.entering()).toEqual({ able: true, round: 1 })
	})

	it('goes on with its keys while another comes, and says that the compared code is no more', async () => {
		const h = house()
		h.add('a', 'b')
		h.round(1)
		await h.sealed('a', 'b')
		h.of('a').secrecy.confirm()
		expect(h.of('a').view()).toMatchObject({ same: true, changed: false })
		h.add('c')
		h.round(2)
		expect(passes(h.of('a').orders)[1]).toBe('sealed')
		await h.sealed('a', 'b', 'c')
		expect(h.of('a').view()).toMatchObject({ same: false, changed: true })
		expect(h.of('c').view()).toMatchObject({ same: false, changed: false })
	})

	it('asks before anything is sent as it is, each time that it had been sealed', async () => {
		const h = house()
		h.add('a', 'b')
		h.round(1)
		await h.sealed('a')
		h.round(2, ['b'])
		expect(h.of('a').view()).toMatchObject({ is: 'asking', unable: ['b'], code: '' })
		expect(passes(h.of('a').orders)).toEqual(['closed', 'closed'])
		h.of('a').secrecy.goOn()
		expect(h.of('a').view().is).toBe('clear')
		expect(passes(h.of('a').orders)).toEqual(['clear', 'clear'])
		h.round(3, ['b'])
		expect(h.of('a').view().is).toBe('clear')
		h.round(4)
		await h.sealed('a')
		h.round(5, ['b'])
		expect(h.of('a').view().is).toBe('asking')
	})

	it('sends nothing at all where it is required and cannot be', () => {
		const h = house('required')
		h.add('a', 'b')
		h.round(1, ['b'])
		h.of('a').secrecy.goOn()
		expect(h.of('a').view().is).toBe('refused')
		expect(passes(h.of('a').orders)).toEqual(['closed', 'closed'])
	})

	it('gives its keys up when the others do not agree in time, and asks for another round, thrice', async () => {
		const h = house()
		h.add('a', 'b')
		h.round(1)
		await h.sealed('a')
		h.cut()
		h.round(2)
		const a = h.of('a')
		for (let n = 0; n < 4; n++) {
			expect(a.waits).toHaveLength(1)
			a.waits.splice(0).at(0)?.act()
			expect(passes(a.orders)).toEqual(['closed', 'closed'])
		}
		expect(a.told.filter((s) => s.step === 'again')).toHaveLength(3)
		expect(a.view().is).toBe('broken')
		expect(a.waits).toHaveLength(0)
	})

	it('is broken by a step that was changed, and tries again', async () => {
		const h = house()
		h.add('a', 'b')
		h.of('a').secrecy.begin({ round: 1, peers: ['a', 'b'], unable: [] }, ['a', 'b'])
		h.of('a').secrecy.hear({ peer: 'b', round: 1, step: 'reveal', body: 'AAAA' })
		await vi.waitFor(() => expect(h.of('a').view().is).toBe('broken'))
		h.of('a').waits.splice(0).at(0)?.act()
		expect(h.of('a').told.at(-1)).toEqual({ round: 1, step: 'again' })
	})

	it('gives no key to somebody whom nobody sees in the room', async () => {
		const h = house()
		h.add('a', 'b')
		h.round(1)
		await h.sealed('a')
		expect(h.of('a').view().peers).toEqual(['b'])
		h.of('a').secrecy.begin({ round: 2, peers: ['a', 'b', 'ghost'], unable: [] }, ['a', 'b'])
		expect(h.of('a').view().is).toBe('broken')
		expect(passes(h.of('a').orders)).toEqual(['closed', 'closed'])
		expect(h.of('a').told.filter((s) => s.round === 2)).toEqual([])
	})

	it('lets nothing pass once it is closed', async () => {
		const h = house()
		h.add('a', 'b')
		h.round(1)
		await h.sealed('a')
		h.of('a').secrecy.close()
		expect(passes(h.of('a').orders)).toEqual(['closed', 'closed'])
	})
})

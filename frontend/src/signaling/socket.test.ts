import { get } from 'svelte/store'
import { describe, expect, it } from 'vitest'
import { fakeSocket } from './fake'

describe('the socket', () => {
	it('says hello first and is open once welcomed', () => {
		const { socket, wire } = fakeSocket()
		expect(socket.send('say', { id: 'a', text: 'b' })).toBe(false)
		wire().open()
		expect(wire().sent[0]).toEqual({ type: 'hello', v: 1 })
		expect(get(socket.state)).toEqual({ is: 'open' })
	})

	it.each([1006, 4000, 4001, 4004, 4499])('comes back after close code %i', (code) => {
		const { socket, wire, wires, waits } = fakeSocket()
		wire().open()
		wire().onclose?.({ code })
		expect(get(socket.state)).toEqual({ is: 'waiting', restarting: code === 4000 })
		waits[0]?.act()
		expect(wires).toHaveLength(2)
	})

	it.each([4500, 4501, 4504])('stops after close code %i', (code) => {
		const { socket, wire, waits } = fakeSocket()
		wire().open()
		wire().onclose?.({ code })
		expect(get(socket.state)).toEqual({ is: 'stopped', code })
		expect(waits).toHaveLength(0)
	})

	it('comes back after a stop only when it is asked to', () => {
		const { socket, wire, wires } = fakeSocket()
		wire().open()
		wire().onclose?.({ code: 4503 })
		socket.hurry()
		expect(wires).toHaveLength(1)
		socket.revive()
		expect(wires).toHaveLength(2)
		wire().open()
		expect(get(socket.state)).toEqual({ is: 'open' })
	})

	it('waits longer each time, up to fifteen seconds, and starts anew once welcomed', () => {
		const { wire, waits } = fakeSocket()
		const seen: number[] = []
		for (let i = 0; i < 8; i++) {
			wire().onclose?.({ code: 1006 })
			const wait = waits.pop()
			seen.push(wait?.ms ?? 0)
			wait?.act()
		}
		expect(seen).toEqual([400, 800, 1600, 3200, 6400, 12_800, 15_000, 15_000])
		wire().open()
		wire().onclose?.({ code: 1006 })
		expect(waits[0]?.ms).toBe(400)
	})

	it('comes back at once when it is told to hurry', () => {
		const { socket, wire, wires, waits } = fakeSocket()
		wire().onclose?.({ code: 1006 })
		socket.hurry()
		expect(wires).toHaveLength(2)
		expect(waits).toHaveLength(0)
	})

	it('is made anew when the network has changed under it, unless it was stopped', () => {
		const { socket, wires, wire } = fakeSocket()
		wire().open()
		socket.follow('account.me')
		socket.renew()
		expect(wires).toHaveLength(2)
		wires[0]?.onclose?.({ code: 1006 })
		expect(get(socket.state)).toEqual({ is: 'connecting' })
		wire().open()
		expect(get(socket.state)).toEqual({ is: 'open' })
		expect(wire().of('subscribe')).toMatchObject([{ topic: 'account.me' }])
		wire().onclose?.({ code: 4501 })
		socket.renew()
		expect(wires).toHaveLength(2)
	})
	it('follows its topics again from where they were', () => {
		const { socket, wire, waits } = fakeSocket()
		wire().open()
		socket.follow('account.me')
		wire().hear('subscribed', { topic: 'account.me', epoch: 'e', offset: 4, lost: false })
		wire().hear('topic', {
			topic: 'account.me',
			epoch: 'e',
			offset: 7,
			entity: 'slot',
			id: 's',
			rev: 1,
			view: {},
		})
		wire().onclose?.({ code: 1006 })
		waits[0]?.act()
		wire().open()
		expect(wire().of('subscribe')).toEqual([
			{ type: 'subscribe', v: 1, topic: 'account.me', epoch: 'e', offset: 7 },
		])
	})

	it('does not come back after it was closed here', () => {
		const { socket, wire, waits } = fakeSocket()
		const first = wire()
		first.open()
		socket.close()
		first.onclose?.({ code: 1006 })
		expect(waits).toHaveLength(0)
	})
})

import { get } from 'svelte/store'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { problem } from '../api/client'
import { fakeSocket } from '../signaling/fake'
import { Fresh } from './fresh'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('something kept fresh', () => {
	it('is read at once and again within two minutes', async () => {
		const read = vi.fn(async () => read.mock.calls.length)
		const fresh = new Fresh(read)
		await vi.advanceTimersByTimeAsync(0)
		expect(get(fresh.view)).toEqual({ value: 1 })
		await vi.advanceTimersByTimeAsync(120_000)
		expect(read.mock.calls.length).toBeGreaterThanOrEqual(2)
		fresh.close()
	})
	it('keeps the value when a reading fails, and says so', async () => {
		const read = vi.fn(async () => 'a')
		const fresh = new Fresh(read)
		await vi.advanceTimersByTimeAsync(0)
		const failure = new Error('down')
		read.mockRejectedValueOnce(failure)
		await fresh.refresh()
		expect(get(fresh.view)).toEqual({ value: 'a', failure })
		await fresh.refresh()
		expect(get(fresh.view)).toEqual({ value: 'a' })
		fresh.close()
	})
	it('is read again when the server said to', async () => {
		const read = vi.fn(async () => 'a').mockRejectedValueOnce(problem(503, undefined, '3'))
		const fresh = new Fresh(read)
		await vi.advanceTimersByTimeAsync(2999)
		expect(read).toHaveBeenCalledTimes(1)
		await vi.advanceTimersByTimeAsync(3002)
		expect(get(fresh.view)).toEqual({ value: 'a' })
		fresh.close()
	})
	it('is read again when a topic concerns it, and only then', async () => {
		const { socket, wire } = fakeSocket()
		const read = vi.fn(async () => 1)
		const fresh = new Fresh(read, socket, (entity, id) => entity === 'interview' && id === 'i1')
		await vi.advanceTimersByTimeAsync(0)
		const topic = { topic: 'account.me', epoch: 'e', offset: 1, rev: 2, view: {} }
		wire().hear('topic', { ...topic, entity: 'interview', id: 'i2' })
		wire().hear('topic', { ...topic, entity: 'interview', id: 'i1' })
		await vi.advanceTimersByTimeAsync(0)
		expect(read).toHaveBeenCalledTimes(2)
		fresh.close()
	})
	it('is read again once a topic is followed, and then only if something was lost', async () => {
		const { socket, wire } = fakeSocket()
		const read = vi.fn(async () => 1)
		const fresh = new Fresh(read, socket)
		await vi.advanceTimersByTimeAsync(0)
		for (const [lost, times] of [
			[false, 2],
			[false, 2],
			[true, 3],
		] as const) {
			wire().hear('subscribed', { topic: 'account.me', epoch: 'e', offset: 1, lost })
			await vi.advanceTimersByTimeAsync(0)
			expect(read).toHaveBeenCalledTimes(times)
		}
		fresh.close()
	})
	it('is read once more when it changed during a reading', async () => {
		let answer: (n: number) => void = () => {}
		const read = vi.fn(() => new Promise<number>((resolve) => (answer = resolve)))
		const fresh = new Fresh(read)
		void fresh.refresh()
		void fresh.refresh()
		answer(1)
		await vi.advanceTimersByTimeAsync(0)
		expect(read).toHaveBeenCalledTimes(2)
		fresh.close()
	})
	it('is not read any more once closed', async () => {
		const read = vi.fn(async () => 1)
		const fresh = new Fresh(read)
		await vi.advanceTimersByTimeAsync(0)
		fresh.close()
		await vi.advanceTimersByTimeAsync(600_000)
		expect(read).toHaveBeenCalledOnce()
	})
})

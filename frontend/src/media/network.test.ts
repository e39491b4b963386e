import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { onNetwork } from './network'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

function around(type?: string) {
	const connection: EventTarget & { type?: string } = new EventTarget()
	if (type) connection.type = type
	const [view, page] = [new EventTarget(), new EventTarget()]
	const clock = { jump: 0 }
	const moved = vi.fn()
	const off = onNetwork(moved, { view, page, connection, now: () => Date.now() + clock.jump })
	const be = (next: string) => {
		connection.type = next
		connection.dispatchEvent(new Event('change'))
	}
	return { view, page, connection, be, clock, moved, off }
}

describe('the network', () => {
	it('is another one when it is back, and when a frozen page goes on', () => {
		const { view, page, moved, off } = around()
		view.dispatchEvent(new Event('online'))
		expect(moved).toHaveBeenCalledTimes(1)
		page.dispatchEvent(new Event('resume'))
		expect(moved).toHaveBeenCalledTimes(2)
		view.dispatchEvent(new Event('pageshow'))
		expect(moved).toHaveBeenCalledTimes(2)
		view.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }))
		expect(moved).toHaveBeenCalledTimes(3)
		off()
		for (const at of [view, page]) {
			for (const name of ['online', 'resume']) at.dispatchEvent(new Event(name))
		}
		expect(moved).toHaveBeenCalledTimes(3)
	})

	it('is another one when its kind changes, and not when only its speed does', () => {
		const { be, moved } = around('wifi')
		be('wifi')
		expect(moved).not.toHaveBeenCalled()
		be('cellular')
		expect(moved).toHaveBeenCalledTimes(1)
		be('none')
		expect(moved).toHaveBeenCalledTimes(1)
		be('wifi')
		expect(moved).toHaveBeenCalledTimes(2)
	})

	it('says nothing of speed where the browser does not know the kind', () => {
		const { connection, moved } = around()
		connection.dispatchEvent(new Event('change'))
		expect(moved).not.toHaveBeenCalled()
	})

	it('may be another one after a sleep, which the clock shows', () => {
		const { clock, moved, off } = around()
		vi.advanceTimersByTime(60_000)
		expect(moved).not.toHaveBeenCalled()
		clock.jump = 60_000
		vi.advanceTimersByTime(4000)
		expect(moved).toHaveBeenCalledOnce()
		off()
		clock.jump = 120_000
		vi.advanceTimersByTime(4000)
		expect(moved).toHaveBeenCalledOnce()
	})
})

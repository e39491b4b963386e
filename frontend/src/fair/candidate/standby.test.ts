import { describe, expect, it } from 'vitest'
import type { Standby } from '../../api/shape'
import { minutesKept, openOf } from './standby'

describe('openOf', () => {
	it('keeps those that wait or are offered a seat', () => {
		const items = (['waiting', 'offered', 'booked', 'left', 'lapsed'] as const).map(
			(state) => ({ state }) as Standby,
		)
		expect(openOf({ items }).map(({ state }) => state)).toEqual(['waiting', 'offered'])
		expect(openOf(undefined)).toEqual([])
	})
})

describe('minutesKept', () => {
	const now = Date.parse('2026-11-23T12:00:00Z')
	const kept = (left: number) => minutesKept(new Date(now + left * 1000).toISOString(), now)

	it('never says more than was promised, though the clock is a little behind', () => {
		expect(kept(30 * 60 + 4)).toBe(30)
		expect(kept(30 * 60 - 1)).toBe(30)
		expect(kept(29 * 60 + 30)).toBe(29)
	})

	it('says one minute until it is over', () => {
		expect(kept(61)).toBe(1)
		expect(kept(1)).toBe(1)
		expect(kept(0)).toBe(0)
		expect(kept(-90)).toBe(0)
	})
})

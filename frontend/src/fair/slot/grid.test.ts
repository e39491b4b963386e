import { describe, expect, it } from 'vitest'
import type { DeskSlot } from '../../api/shape'
import {
	between,
	clockField,
	covers,
	fitting,
	past,
	placed,
	rows,
	stepped,
	stretchPlan,
} from './grid'

const week = '2026-11-23'
const slot = (starts: string, state: DeskSlot['state'] = 'free'): DeskSlot => ({
	id: starts,
	stand: 's',
	recruiter: 'r',
	starts_at: starts,
	ends_at: starts,
	channels: ['video'],
	free: true,
	state,
})

describe('the grid of a week', () => {
	it('shows the usual hours, and those that have slots', () => {
		expect(rows([]).map(clockField).at(0)).toBe('08:00')
		expect(rows([]).map(clockField).at(-1)).toBe('18:30')
		const wide = rows([slot('2026-11-23T05:10:00Z'), slot('2026-11-24T20:40:00Z')])
		expect(wide.map(clockField).at(0)).toBe('06:00')
		expect(wide.map(clockField).at(-1)).toBe('21:30')
	})
	it('places slots by the clocks of the fair and leaves out those withdrawn', () => {
		const cells = placed(week, [
			slot('2026-11-23T08:20:00Z'),
			slot('2026-11-23T08:25:00Z'),
			slot('2026-11-24T08:00:00Z', 'withdrawn'),
		])
		expect([...cells.keys()]).toEqual(['0-540'])
		expect(cells.get('0-540')).toHaveLength(2)
	})
	it('knows what is behind', () => {
		const now = Date.parse('2026-11-23T08:30:00Z') // 9:30 in Paris
		expect(past(week, { day: 0, minute: 570 }, now)).toBe(true)
		expect(past(week, { day: 0, minute: 600 }, now)).toBe(false)
	})
})

describe('the keys', () => {
	const minutes = rows([])
	it.each([
		['ArrowDown', { day: 0, minute: 540 }, { day: 0, minute: 570 }],
		['ArrowUp', { day: 0, minute: 480 }, { day: 0, minute: 480 }],
		['ArrowRight', { day: 6, minute: 540 }, { day: 6, minute: 540 }],
		['ArrowLeft', { day: 1, minute: 540 }, { day: 0, minute: 540 }],
		['End', { day: 1, minute: 540 }, { day: 1, minute: 1110 }],
		['Home', { day: 1, minute: 540 }, { day: 1, minute: 480 }],
		['x', { day: 1, minute: 540 }, { day: 1, minute: 540 }],
	] as const)('%s from %o leads to %o', (key, from, to) =>
		expect(stepped(from, key, minutes)).toEqual(to),
	)
})

describe('a stretch', () => {
	const began = { day: 1, minute: 720 }
	it('goes both ways and stays on its day', () => {
		expect(between(week, began, { day: 3, minute: 540 })).toEqual({
			day: '2026-11-24',
			from: 540,
			to: 750,
		})
		expect(covers(began, { day: 3, minute: 540 }, { day: 1, minute: 600 })).toBe(true)
		expect(covers(began, { day: 3, minute: 540 }, { day: 3, minute: 600 })).toBe(false)
		expect(covers(undefined, began, began)).toBe(false)
	})
	it.each([
		[180, 20, 5, 7],
		[180, 30, 0, 6],
		[30, 45, 0, 0],
		[1440, 10, 0, 40],
		[60, 5, 0, 0],
	])('of %i minutes holds slots of %i and a pause of %i: %i', (length, minutes, buffer, count) =>
		expect(fitting({ day: week, from: 0, to: length }, minutes, buffer)).toBe(count),
	)
	it('becomes a plan in UTC, on the days the clocks change too', () => {
		const both = { video: true, phone: true }
		expect(stretchPlan({ day: '2027-03-28', from: 540, to: 720 }, 30, 0, both)).toEqual({
			starts_at: '2027-03-28T07:00:00.000Z',
			minutes: 30,
			buffer_minutes: 0,
			count: 6,
			channels: ['video', 'phone'],
		})
		expect(stretchPlan({ day: '2027-10-31', from: 540, to: 720 }, 30, 0, both).starts_at).toBe(
			'2027-10-31T08:00:00.000Z',
		)
	})
})

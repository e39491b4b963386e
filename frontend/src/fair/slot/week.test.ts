import { describe, expect, it } from 'vitest'
import type { DeskSlot } from '../../api/shape'
import { bounds, days, faults, lastEnd, monday, type PlanForm, plan, shift, step } from './week'

const slot = (id: string, starts: string, state: DeskSlot['state'] = 'free'): DeskSlot => ({
	id,
	stand: 's',
	recruiter: 'r',
	starts_at: starts,
	ends_at: starts,
	channels: ['video'],
	free: state === 'free',
	state,
})
const form: PlanForm = {
	day: '2026-11-24',
	from: '09:00',
	minutes: 20,
	buffer: 5,
	count: 6,
	channels: { video: true, phone: true },
}
const now = Date.parse('2026-11-23T12:00:00Z')

describe('a week', () => {
	it.each([
		['2026-11-23', '2026-11-23'],
		['2026-11-29', '2026-11-23'],
		['2026-12-01', '2026-11-30'],
	])('of %s begins on Monday %s', (day, first) => expect(monday(day)).toBe(first))
	it('goes over the end of a year', () => expect(shift('2026-12-28', 7)).toBe('2027-01-04'))
	it('is an hour longer when the clocks go back', () => {
		const { from, to } = bounds('2026-10-19')
		expect(Date.parse(to) - Date.parse(from)).toBe((7 * 24 + 1) * 3_600_000)
	})
	it('has its slots by day of the fair, in order, without those withdrawn', () => {
		const week = days('2026-11-23', [
			slot('b', '2026-11-23T10:00:00Z'),
			slot('late', '2026-11-23T23:30:00Z'),
			slot('a', '2026-11-23T08:00:00Z'),
			slot('gone', '2026-11-23T09:00:00Z', 'withdrawn'),
		])
		expect(week[0]?.slots.map((s) => s.id)).toEqual(['a', 'b'])
		expect(week[1]?.slots.map((s) => s.id)).toEqual(['late'])
	})
})

describe('the arrow keys', () => {
	const week = days('2026-11-23', [
		slot('a', '2026-11-23T08:00:00Z'),
		slot('b', '2026-11-23T09:00:00Z'),
		slot('c', '2026-11-24T08:00:00Z'),
	])
	it.each([
		['ArrowDown', { day: 0, slot: 0 }, { day: 0, slot: 1 }],
		['ArrowDown', { day: 0, slot: 1 }, { day: 0, slot: 1 }],
		['ArrowRight', { day: 0, slot: 1 }, { day: 1, slot: 0 }],
		['ArrowLeft', { day: 0, slot: 0 }, { day: 0, slot: 0 }],
		['ArrowRight', { day: 6, slot: 0 }, { day: 6, slot: 0 }],
		['End', { day: 0, slot: 0 }, { day: 0, slot: 1 }],
		['x', { day: 0, slot: 1 }, { day: 0, slot: 1 }],
	] as const)('%s from %o leads to %o', (key, from, to) =>
		expect(step(week, from, key)).toEqual(to),
	)
})

describe('the form of new slots', () => {
	it('is right as it begins', () => expect(faults(form, now)).toEqual({}))
	it('says each thing that is wrong', () => {
		const wrong = {
			...form,
			day: '2026-11-22',
			minutes: 5,
			count: 41,
			channels: { video: false, phone: false },
		}
		expect(faults(wrong, now)).toEqual({
			from: 'slot.past',
			minutes: 'slot.minutes',
			count: 'slot.count',
			channels: 'slot.channels',
		})
	})
	it('becomes a plan in UTC', () => {
		expect(plan(form)).toEqual({
			starts_at: '2026-11-24T08:00:00.000Z',
			minutes: 20,
			buffer_minutes: 5,
			count: 6,
			channels: ['video', 'phone'],
		})
	})
	it('tells when the last one ends, without the pause after it', () => {
		expect(lastEnd(form).toISOString()).toBe('2026-11-24T10:25:00.000Z')
	})
})

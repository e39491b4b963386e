import { beforeEach, describe, expect, it } from 'vitest'
import { speak } from './text'
import { clock, date, day, dayKey, daysUntil, instant, inZone, minutesUntil } from './time'

beforeEach(() => {
	speak('fr', {})
	inZone('Europe/Paris')
})

describe('times', () => {
	it('are told in the zone of the fair', () => {
		expect(clock('2026-11-23T13:05:00Z')).toBe('14\u00a0h\u00a005')
		expect(day('2026-11-22T23:30:00Z')).toBe('lundi 23 novembre')
		expect(dayKey('2026-11-22T23:30:00Z')).toBe('2026-11-23')
	})
	it('call the first of a month so in French', () => {
		expect(day('2026-12-01T08:00:00Z')).toBe('mardi 1er décembre')
		expect(day('2026-12-21T08:00:00Z')).toBe('lundi 21 décembre')
		speak('en', {})
		expect(day('2026-12-01T08:00:00Z')).toBe('Tuesday 1 December')
	})
	it('say the year of what may be far away', () => {
		expect(date('2027-11-26T08:00:00Z')).toBe('vendredi 26 novembre 2027')
		speak('en', {})
		expect(date('2027-11-26T08:00:00Z')).toBe('Friday 26 November 2027')
	})
	it('leave out the minutes of a full hour in French only', () => {
		expect(clock('2026-11-23T08:00:00Z')).toBe('9\u00a0h')
		speak('en', {})
		expect(clock('2026-11-23T08:00:00Z')).toBe('09:00')
	})
	it('read a wall clock in winter and in summer', () => {
		expect(instant('2026-11-23', '14:30').toISOString()).toBe('2026-11-23T13:30:00.000Z')
		expect(instant('2026-07-01', '09:00').toISOString()).toBe('2026-07-01T07:00:00.000Z')
	})
	it('read a wall clock on the day the clocks change', () => {
		expect(instant('2026-10-25', '09:00').toISOString()).toBe('2026-10-25T08:00:00.000Z')
		expect(instant('2026-03-29', '09:00').toISOString()).toBe('2026-03-29T07:00:00.000Z')
	})
	it('keep the zone they had when a name is unknown', () => {
		inZone('Mars/Olympus')
		expect(clock('2026-11-23T13:05:00Z')).toBe('14\u00a0h\u00a005')
	})
	it('count days by the calendar, in whatever hour', () => {
		expect(daysUntil('2026-11-29T19:00:00Z', Date.parse('2026-11-26T03:20:00Z'))).toBe(3)
		expect(daysUntil('2026-11-29T06:00:00Z', Date.parse('2026-11-26T22:00:00Z'))).toBe(3)
	})
	it('count minutes up, so that one second left is one minute', () => {
		expect(minutesUntil('2026-11-23T12:00:01Z', new Date('2026-11-23T12:00:00Z'))).toBe(1)
		expect(minutesUntil('2026-11-23T11:58:00Z', new Date('2026-11-23T12:00:00Z'))).toBe(-2)
	})
})

import { afterEach, expect, it } from 'vitest'
import type { Slot } from '../../api/shape'
import { clock, inZone } from '../../locales/time'
import { byDay } from './free'

const slot = (starts: string): Slot => ({
	id: starts,
	stand: 's',
	starts_at: starts,
	ends_at: starts,
	channels: ['video'],
	free: true,
})

afterEach(() => inZone('Europe/Paris'))

it('slots stand under the day they have in the zone of the fair, in order', () => {
	const list = [
		slot('2026-11-24T09:00:00Z'),
		slot('2026-11-23T23:30:00Z'),
		slot('2026-11-23T09:00:00Z'),
	]
	const keys = () => byDay(list).map(({ key, list }) => [key, list.length])
	expect(keys()).toEqual([
		['2026-11-23', 1],
		['2026-11-24', 2],
	])
	inZone('America/Guadeloupe')
	expect(keys()).toEqual([
		['2026-11-23', 2],
		['2026-11-24', 1],
	])
})

// The clocks of Paris change on these nights; those of Guadeloupe never do (IANA time zone database).
it.each([
	['Europe/Paris', '2027-03-27T09:00:00Z', '2027-03-28T08:00:00Z'],
	['Europe/Paris', '2027-10-30T08:00:00Z', '2027-10-31T09:00:00Z'],
	['America/Guadeloupe', '2027-03-27T14:00:00Z', '2027-03-28T14:00:00Z'],
	['America/Guadeloupe', '2027-10-30T14:00:00Z', '2027-10-31T14:00:00Z'],
])('in %s ten o’clock stays ten o’clock over the change of clocks', (zone, before, after) => {
	inZone(zone)
	expect(clock(before)).toBe(clock(after))
	expect(byDay([slot(after), slot(before)]).map(({ key }) => key)).toEqual([
		before.slice(0, 10),
		after.slice(0, 10),
	])
})

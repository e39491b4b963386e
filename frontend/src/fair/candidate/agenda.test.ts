import { describe, expect, it } from 'vitest'
import type { Interview } from '../../api/shape'
import { sample } from '../interview/sample'
import { coming, nowOf, past } from './agenda'

const base = Date.parse('2026-11-23T12:00:00Z')
const minute = 60_000
const interview = (
	id: string,
	inMinutes: number,
	state: Interview['state'] = 'booked',
): Interview =>
	sample({
		id,
		state,
		starts_at: new Date(base + inMinutes * minute).toISOString(),
		ends_at: new Date(base + (inMinutes + 20) * minute).toISOString(),
		joinable_at: new Date(base + (inMinutes - 15) * minute).toISOString(),
	})

describe('the card of now', () => {
	it('says nothing when there is nothing', () => expect(nowOf([], base)).toEqual({ is: 'nothing' }))
	it.each([
		[
			'the interview going on, before any other',
			[interview('a', -5), interview('b', 60, 'live')],
			'live',
			'b',
		],
		['the door that is open', [interview('a', 10), interview('b', 90)], 'soon', 'a'],
		['the next one, whatever the order', [interview('b', 90), interview('a', 30)], 'next', 'a'],
		['the one that began a little while ago', [interview('a', -40)], 'soon', 'a'],
		['no cancelled one', [interview('x', 5, 'cancelled'), interview('a', 30)], 'next', 'a'],
	] as const)('shows %s', (_, list, is, id) => {
		expect(nowOf([...list], base)).toMatchObject({ is, interview: { id } })
	})
	it('does not call tomorrow soon where a demo lets in days ahead', () => {
		const tomorrow = { ...interview('a', 16 * 60), joinable_at: new Date(base).toISOString() }
		expect(nowOf([tomorrow], base)).toMatchObject({ is: 'next' })
	})
	it('forgets one that nobody held', () =>
		expect(nowOf([interview('a', -80)], base)).toEqual({ is: 'nothing' }))
})

describe('the appointments', () => {
	it('are by day, the earliest first', () => {
		const days = coming(
			[
				interview('c', 24 * 60),
				interview('b', 90),
				interview('a', 30),
				interview('z', 30, 'ended'),
			],
			base,
		)
		expect(days.map((d) => [d.key, d.interviews.map((i) => i.id)])).toEqual([
			['2026-11-23', ['a', 'b']],
			['2026-11-24', ['c']],
		])
	})
	it('that were held are the latest first', () => {
		const held = past([
			{ ...interview('a', -90, 'ended'), awaits_answer: true },
			{ ...interview('b', -30, 'ended'), outcome: { kind: 'pool', message: '', at: '' } },
			interview('c', 5),
			interview('handed on', -20, 'ended'),
		])
		expect(held.map((i) => i.id)).toEqual(['b', 'a'])
	})
})

import { describe, expect, it } from 'vitest'
import type { Draw, MyWishes } from '../../api/shape'
import {
	added,
	change,
	grouped,
	halfDays,
	mostWishes,
	moved,
	others,
	possible,
	stageOf,
	type Wish,
} from './wishes'

const draw: Draw = {
	id: 'd',
	state: 'open',
	opened_at: '2027-03-01T08:00:00Z',
	closes_at: '2027-03-05T17:00:00Z',
	hash: 'ab',
	wished: 0,
	slots: 3,
	given: 0,
	stands: ['a', 'b', 'c'].map((id, i) => ({
		id,
		slug: id,
		name: id.toUpperCase(),
		slots: 1,
		halfs: [`2027-03-1${i}/am`, '2027-03-10/pm'],
	})),
}
const mine = (over: Partial<MyWishes> = {}): MyWishes => ({
	draw,
	wishes: [],
	can: [],
	told: false,
	rev: 0,
	topic: 'draws.f',
	...over,
})
const wish = (stand: string): Wish => ({ stand, name: stand, slug: stand, channel: 'video' })
const before = Date.parse('2027-03-05T16:59:59Z')

describe('a draw', () => {
	it.each([
		['none', undefined, before],
		['none', { wishes: [], can: [], told: false, rev: 0 }, before],
		['open', mine(), before],
		['closed', mine(), before + 1000],
		['closed', mine({ draw: { ...draw, state: 'drawn' } }), before],
		['told', mine({ told: true }), before],
		['told', mine({ draw: { ...draw, state: 'done' } }), before],
		['cancelled', mine({ told: true, draw: { ...draw, state: 'cancelled' } }), before],
	] as const)('is %s', (stage, wishes, now) =>
		expect(stageOf(wishes as MyWishes | undefined, now)).toBe(stage),
	)
})

describe('the list of wishes', () => {
	const list = ['a', 'b'].map(wish)
	it('is ordered by moves that stop at its ends', () => {
		expect(moved(list, 1, -1).map((w) => w.stand)).toEqual(['b', 'a'])
		expect(moved(list, 0, -1)).toBe(list)
		expect(moved(list, 1, 1)).toBe(list)
	})
	it('takes each stand once, and eight of them', () => {
		expect(others(draw, list).map((s) => s.id)).toEqual(['c'])
		expect(added(draw, list, 'c').map((w) => w.stand)).toEqual(['a', 'b', 'c'])
		expect(added(draw, list, 'a')).toBe(list)
		expect(added(draw, list, 'nowhere')).toBe(list)
		const full = Array.from({ length: mostWishes }, (_, i) => wish(`s${i}`))
		expect(added(draw, full, 'c')).toBe(full)
	})
	it('offers the half-days of its stands', () => {
		expect(halfDays(draw, list)).toEqual(['2027-03-10/am', '2027-03-10/pm', '2027-03-11/am'])
		expect(possible(draw, list, [])).toBe(true)
		expect(possible(draw, list, ['2027-03-11/am'])).toBe(true)
		expect(possible(draw, list, ['2027-03-12/am'])).toBe(false)
	})
	it('is sent with its rev once there is one', () => {
		expect(change([wish('a')], [], 0)).toEqual({ wishes: [{ stand: 'a', channel: 'video' }] })
		expect(change([wish('a')], ['2027-03-10/am'], 3)).toMatchObject({
			can: ['2027-03-10/am'],
			rev: 3,
		})
	})
})

it('a lottery number is read in groups', () =>
	expect(grouped('k3fa2mq7b4xy')).toBe('k3fa 2mq7 b4xy'))

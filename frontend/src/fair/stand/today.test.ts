import { expect, it } from 'vitest'
import type { Interview } from '../../api/shape'
import { sample } from '../interview/sample'
import { agenda, soonOf } from './today'

const interview = (id: string, starts: string, more: Partial<Interview> = {}) =>
	sample({ id, starts_at: starts, role: 'recruiter', ...more })

it('the agenda tells today, what comes, and the answers owed', () => {
	const said = agenda(
		[
			interview('later', '2026-11-25T09:00:00Z'),
			interview('afternoon', '2026-11-23T14:00:00Z'),
			interview('morning', '2026-11-23T08:00:00Z', { state: 'ended' }),
			interview('yesterday', '2026-11-22T08:00:00Z', { state: 'ended' }),
			interview('answered', '2026-11-22T09:00:00Z', {
				state: 'ended',
				outcome: { kind: 'pool', message: '', at: '2026-11-22T10:00:00Z' },
			}),
			interview('cancelled', '2026-11-23T09:00:00Z', { state: 'cancelled' }),
			interview('as a candidate', '2026-11-23T09:00:00Z', { role: 'candidate' }),
		],
		Date.parse('2026-11-23T12:00:00Z'),
	)
	const ids = (list: Interview[]) => list.map((i) => i.id)
	expect(ids(said.today)).toEqual(['morning', 'afternoon'])
	expect(ids(said.coming)).toEqual(['later'])
	expect(ids(said.owed)).toEqual(['yesterday', 'morning'])
})

it('the first of the day is told of the hour before, each ten minutes before', () => {
	const list = [interview('nine', '2026-11-23T09:00:00Z'), interview('ten', '2026-11-23T10:00:00Z')]
	const at = (clock: string) => {
		const soon = soonOf(list, Date.parse(`2026-11-23T${clock}Z`))
		return soon && `${soon.interview.id}${soon.first ? ', the first' : ''}`
	}
	expect(at('07:59:59')).toBeUndefined()
	expect(at('08:00:00')).toBe('nine, the first')
	expect(at('08:50:00')).toBe('nine')
	expect(at('09:00:00')).toBeUndefined()
	expect(at('09:50:00')).toBe('ten')
	expect(at('10:00:00')).toBeUndefined()
})

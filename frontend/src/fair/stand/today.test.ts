import { expect, it } from 'vitest'
import type { Interview } from '../../api/shape'
import { sample } from '../interview/sample'
import { agenda } from './today'

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

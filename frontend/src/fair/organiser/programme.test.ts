import { expect, it } from 'vitest'
import type { Webconference } from '../../api/shape'
import { order } from './programme'

const talk = (id: string, day: string, state: Webconference['state']) =>
	({ id, starts_at: `2026-11-${day}T09:00:00Z`, state }) as Webconference

it('what is on comes first, then what comes, then what was', () => {
	const sorted = order([
		talk('old', '20', 'ended'),
		talk('soon', '24', 'scheduled'),
		talk('live', '23', 'open'),
		talk('later', '26', 'scheduled'),
		talk('yesterday', '22', 'ended'),
	])
	expect(sorted.map((t) => t.id)).toEqual(['live', 'soon', 'later', 'yesterday', 'old'])
})

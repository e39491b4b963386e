import type { Interview } from '../../api/shape'

/** An interview for tests: a video one of a candidate, unless the test says otherwise. */
export function sample(more: Partial<Interview> = {}): Interview {
	return {
		id: 'i1',
		fair: { slug: 'f', name: 'F', time_zone: 'Europe/Paris' },
		stand: { id: 's', slug: 's', name: 'S' },
		state: 'booked',
		walkin: false,
		channel: 'video',
		starts_at: '2026-11-23T13:00:00Z',
		ends_at: '2026-11-23T13:20:00Z',
		joinable_at: '2026-11-23T12:45:00Z',
		planned_end: '2026-11-23T13:20:00Z',
		role: 'candidate',
		with: { name: 'Nora', has_phone: false },
		sound_only: false,
		encryption: 'possible',
		extensions: 0,
		guests: [],
		rev: 1,
		...more,
	}
}

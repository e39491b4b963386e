import type { Webconference } from '../../api/shape'

const rank = { open: 0, scheduled: 1, ended: 2 } as const

/** What is on the air first, then what comes, the next first, then what was, the last first. */
export function order(talks: Webconference[]): Webconference[] {
	return [...talks].sort((a, b) => {
		const byState = rank[a.state] - rank[b.state]
		const byTime = Date.parse(a.starts_at) - Date.parse(b.starts_at)
		return byState || (a.state === 'ended' ? -byTime : byTime)
	})
}

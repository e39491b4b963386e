import type { Standby } from '../../api/shape'

/** The page's clock may be so far behind, in milliseconds. */
const behind = 5000

/** Those that still wait or are offered a seat. */
export const openOf = (page: { items: readonly Standby[] } | undefined): Standby[] =>
	(page?.items ?? []).filter(({ state }) => state === 'waiting' || state === 'offered')

/** Minutes that an offered seat is still kept, rounded down; the last one counts as one until it is over. */
export function minutesKept(until: string, now: number): number {
	const left = Date.parse(until) - now
	return left <= 0 ? 0 : Math.max(1, Math.floor((left + behind) / 60_000))
}

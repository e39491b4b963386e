import type { Interview } from '../../api/shape'
import { dayKey } from '../../locales/time'

/** What a recruiter has before them. */
export interface Agenda {
	/** Everything of today that was not cancelled, by time. */
	today: Interview[]
	/** What comes on later days, by time. */
	coming: Interview[]
	/** Interviews held that have no answer yet, the oldest first. */
	owed: Interview[]
}

/** Sorts the interviews of a recruiter into what matters now. */
export function agenda(interviews: Interview[], now: number): Agenda {
	const key = dayKey(new Date(now))
	const mine = interviews
		.filter((i) => i.role === 'recruiter' && i.state !== 'cancelled')
		.sort((a, b) => Date.parse(a.starts_at) - Date.parse(b.starts_at))
	return {
		today: mine.filter((i) => dayKey(i.starts_at) === key),
		coming: mine.filter((i) => dayKey(i.starts_at) > key && i.state === 'booked'),
		owed: mine.filter((i) => i.state === 'ended' && !i.outcome),
	}
}

/** An appointment is told of so long before it, in ms; the first of a day the hour before. */
const minutes = 60_000
const before = { each: 10 * minutes, first: 60 * minutes }

/** The next appointment of today, once it is near. */
export function soonOf(
	interviews: Interview[],
	now: number,
): { interview: Interview; first: boolean } | undefined {
	const { today } = agenda(interviews, now)
	const next = today.find((i) => i.state === 'booked' && Date.parse(i.starts_at) > now)
	if (!next) return undefined
	const left = Date.parse(next.starts_at) - now
	const first = next === today[0]
	if (left > (first ? before.first : before.each)) return undefined
	return { interview: next, first: first && left > before.each }
}

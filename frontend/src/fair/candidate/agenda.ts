import type { Interview } from '../../api/shape'
import { dayKey } from '../../locales/time'

/** What the top card says: one thing to do now, or the next thing to come. */
export type Now =
	| { is: 'live'; interview: Interview }
	| { is: 'soon'; interview: Interview }
	| { is: 'next'; interview: Interview }
	| { is: 'nothing' }

const open = (i: Interview) => i.state === 'booked' || i.state === 'live'

/** An interview whose planned end is this far behind is no longer "now", in ms. */
const grace = 30 * 60_000

/** What starts later than this is not "soon", even where the room is open days ahead (a demo). */
const hour = 60 * 60_000

/** Decides what the top card says: what is going on, what may be entered, what comes next. */
export function nowOf(interviews: Interview[], now: number): Now {
	const coming = interviews
		.filter((i) => open(i) && (i.state === 'live' || new Date(i.ends_at).getTime() + grace > now))
		.sort(byStart)
	const live = coming.find((i) => i.state === 'live')
	if (live) return { is: 'live', interview: live }
	const next = coming[0]
	if (!next) return { is: 'nothing' }
	const near = Date.parse(next.starts_at) - now <= hour
	return { is: near && Date.parse(next.joinable_at) <= now ? 'soon' : 'next', interview: next }
}

/** The interviews of one day. */
export interface AgendaDay {
	key: string
	interviews: Interview[]
}

/** The appointments to come, by day. */
export function coming(interviews: Interview[], now: number): AgendaDay[] {
	const days = new Map<string, Interview[]>()
	for (const i of interviews
		.filter((i) => open(i) && new Date(i.ends_at).getTime() + grace > now)
		.sort(byStart)) {
		const key = dayKey(i.starts_at)
		days.set(key, [...(days.get(key) ?? []), i])
	}
	return [...days].map(([key, interviews]) => ({ key, interviews }))
}

/** The interviews that are answered, or will be, the latest first: of one that others went on with, the last part. */
export function past(interviews: Interview[]): Interview[] {
	return interviews
		.filter((i) => i.state === 'ended' && (i.outcome || i.awaits_answer))
		.sort((a, b) => byStart(b, a))
}

function byStart(a: Interview, b: Interview): number {
	return Date.parse(a.starts_at) - Date.parse(b.starts_at)
}

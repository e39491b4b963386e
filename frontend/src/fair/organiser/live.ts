/** "Le salon en direct" as words and order. No markup, no network. */
import type { CallLive, FairLive, StandLive } from '../../api/shape'
import { number, t } from '../../locales/text'
import { clock, minutesUntil } from '../../locales/time'
import { minutesWords } from '../line'

/** How the stands are listed. */
export type Order = 'trouble' | 'number'

/** One figure of the day, and the same of the day before where that is known. */
export interface Figure {
	id: string
	label: string
	value: string
	before: string
}

/** The five figures above the stands. */
export function figures({ today, yesterday, waiting }: FairLive): Figure[] {
	const share = (day: typeof today) =>
		day.held ? t('live.percent', { share: Math.round((100 * day.answered) / day.held) }) : '–'
	const wait = (day: typeof today) =>
		day.median_wait_s === undefined ? '–' : minutesWords(Math.round(day.median_wait_s / 60))
	const visits = (day: typeof today) =>
		day.no_shows
			? t('live.absences', { count: day.no_shows, all: number(day.appointments) })
			: number(day.appointments)
	const of = (
		id: 'held' | 'wait' | 'answered' | 'appointments',
		say: (day: typeof today) => string,
	) => ({
		id,
		label: t(`live.${id}`),
		value: say(today),
		before: t('live.before', { value: say(yesterday) }),
	})
	return [
		of('held', (day) => number(day.held)),
		{ id: 'waiting', label: t('live.waiting'), value: number(waiting), before: t('live.now') },
		of('wait', wait),
		of('answered', share),
		of('appointments', visits),
	]
}

/** The stands as they are to be shown: those in trouble first, or by their number. */
export function listed(stands: readonly StandLive[], order: Order, only: boolean): StandLive[] {
	const kept = only ? stands.filter(({ troubles }) => troubles.length > 0) : [...stands]
	return order === 'trouble' ? kept : kept.sort((a, b) => a.number - b.number)
}

/**
 * The stands in the order of some ids: nothing moves under the keyboard while somebody is
 * in the list. Those that came meanwhile are last.
 */
export function steady(stands: readonly StandLive[], ids: readonly string[]): StandLive[] {
	const place = (stand: StandLive) => {
		const at = ids.indexOf(stand.stand.id)
		return at < 0 ? ids.length : at
	}
	return [...stands].sort((a, b) => place(a) - place(b))
}

/** How long the first of a line has waited, "25 min"; "" when nobody waits. */
export function longest({ waiting, waiting_since }: StandLive, now: number): string {
	if (!waiting || !waiting_since) return ''
	const minutes = Math.max(0, -minutesUntil(waiting_since, now))
	return minutes < 1 ? t('live.lessthan') : minutesWords(minutes)
}

/** Who is at the stand, each state with its count. */
export function team(stand: StandLive): string[] {
	const words = [
		stand.on_duty && t('live.onduty', { count: stand.on_duty }),
		stand.on_break && t('live.onbreak', { count: stand.on_break }),
		stand.away && t('live.away', { count: stand.away }),
		stand.in_call && t('live.incall', { count: stand.in_call }),
	].filter((word) => word !== 0)
	return stand.on_duty + stand.on_break + stand.away === 0 ? [t('live.nobody'), ...words] : words
}

type Trouble = StandLive['troubles'][number]

const troubleWords: Record<Trouble, (stand: StandLive, now: number) => string> = {
	unmanned: ({ waiting }) => t('live.unmanned', { count: waiting }),
	long: (stand, now) => t('live.long', { wait: longest(stand, now) }),
	unanswered: ({ unanswered }) => t('live.unanswered', { count: unanswered }),
	late: ({ late }) => t('live.late', { count: late }),
}

/** What presses, in words, the worst first. */
export function troubles(stand: StandLive, now: number): string[] {
	return stand.troubles.map((trouble) => troubleWords[trouble](stand, now))
}

/** Since when a call is in trouble, in words. */
export function callSince({ since }: CallLive, now: number): string {
	const minutes = Math.max(0, -minutesUntil(since, now))
	const wait = minutes < 1 ? t('live.lessthan') : minutesWords(minutes)
	return t('calls.since', { wait })
}

/** Whose side of a call it is and what is wrong, in words. */
export function callSide({ who, cause }: CallLive['sides'][number]): string {
	return t('calls.side', { who: t(`calls.who.${who}`), what: t(`calls.cause.${cause}`) })
}

/** What that person was told, in words. */
export function callTold({ told, told_at }: CallLive['sides'][number]): string {
	if (!told) return t('calls.untold')
	return t(`calls.told.${told}`, { time: told_at ? clock(told_at) : '' })
}

/** The state of the line in words. */
export function lineState(stand: StandLive): string {
	if (stand.state === 'paused')
		return stand.until ? t('live.pausedto', { time: clock(stand.until) }) : t('live.paused')
	if (stand.state === 'closed')
		return stand.hand === 'closed' ? t('live.closed') : t('live.outside')
	return stand.longer_until ? t('live.opento', { time: clock(stand.longer_until) }) : t('live.open')
}

/** Where a line may be moved to: those who take calls first, the shortest line first. */
export function targets(stands: readonly StandLive[], from: string): StandLive[] {
	return stands
		.filter(({ stand }) => stand.id !== from)
		.sort(
			(a, b) =>
				Number(b.on_duty > 0) - Number(a.on_duty > 0) ||
				a.waiting - b.waiting ||
				a.number - b.number,
		)
}

/** A stand to move a line to, as one line of a list. */
export function target(stand: StandLive): string {
	return t('live.target', {
		name: stand.stand.name,
		team: stand.on_duty ? t('live.onduty', { count: stand.on_duty }) : t('live.nobody'),
		line: stand.waiting ? t('live.inline', { count: stand.waiting }) : t('live.nobodywaits'),
	})
}

/** When a line ends that is kept open for so many minutes more than it is now. */
export function longer({ longer_until }: StandLive, minutes: number, now: number): string {
	const from = Math.max(now, longer_until ? Date.parse(longer_until) : 0)
	return new Date(from + minutes * 60_000).toISOString()
}

/** What an organiser who does not look has to hear: lines nobody calls since the last time. */
export function news(before: readonly StandLive[], after: readonly StandLive[]): string {
	const known = new Set(before.filter(unmanned).map(({ stand }) => stand.id))
	const fresh = after.filter((stand) => unmanned(stand) && !known.has(stand.stand.id))
	return fresh
		.slice(0, 3)
		.map(({ stand, waiting }) =>
			t('live.news', { name: stand.name, people: t('live.inline', { count: waiting }) }),
		)
		.join(' ')
}

const unmanned = ({ troubles }: StandLive) => troubles.includes('unmanned')

/** Does something when asked, at most once a second, and once more after the last time. */
export class Pace {
	#timer: ReturnType<typeof setTimeout> | undefined
	#last = Number.NEGATIVE_INFINITY

	constructor(
		private readonly act: () => void,
		private readonly every = 1000,
	) {}

	ask(now = Date.now()): void {
		if (this.#timer !== undefined) return
		const wait = Math.max(0, this.#last + this.every - now)
		this.#timer = setTimeout(() => {
			this.#timer = undefined
			this.#last = Date.now()
			this.act()
		}, wait)
	}

	close(): void {
		clearTimeout(this.#timer)
	}
}

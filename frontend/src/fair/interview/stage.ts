import type { Interview } from '../../api/shape'
import { t } from '../../locales/text'
import { clock, day, daysUntil, minutesUntil } from '../../locales/time'

/** What the page of an interview shows. */
export type Stage = 'lobby' | 'room' | 'phone' | 'after' | 'cancelled'

/** The stage that follows from the interview; entered is whether one is in the room. */
export function stageOf(interview: Interview, entered: boolean): Stage {
	if (interview.state === 'cancelled') return 'cancelled'
	if (interview.state === 'ended' || interview.state === 'missed') return 'after'
	if (interview.channel === 'phone') return 'phone'
	return entered ? 'room' : 'lobby'
}

/** Whether the door is open: from when it may be joined, and not while the candidate has still to answer the call. */
export function canEnter(interview: Interview, now: number): boolean {
	return interview.state !== 'called' && now >= new Date(interview.joinable_at).getTime()
}

/** "aujourd'hui à 14 h 20, 20 minutes" for the head of the lobby. */
export function whenAndHowLong(interview: Interview): string {
	return t('interview.when', {
		day: day(interview.starts_at),
		time: clock(interview.starts_at),
		minutes: minutesUntil(interview.ends_at, new Date(interview.starts_at)),
	})
}

/**
 * The time left, as words from five minutes on and never before: "" when there is
 * plenty, and a soft word when the hour has passed (nobody is cut off).
 */
export function timeLeft(interview: Interview, now: number): string {
	const minutes = minutesUntil(interview.planned_end, now)
	if (minutes > 5) return ''
	if (minutes <= 0) return t('interview.over')
	return t('interview.left', { count: minutes })
}

/** Whether a recruiter may say that the person has not come, or does not answer: now, later, or not at all. */
export function absence(interview: Interview, now: number): 'now' | 'later' | 'never' {
	const { missable_at, starts_at } = interview
	if (!missable_at) return 'never'
	if (Date.parse(missable_at) <= now) return 'now'
	return Date.parse(starts_at) <= now ? 'later' : 'never'
}

/** How long until it begins, in words; "" once it has begun. */
export function untilStart(interview: Interview, now: number): string {
	const minutes = minutesUntil(interview.starts_at, now)
	if (minutes <= 0) return ''
	if (minutes < 60) return t('interview.inminutes', { count: minutes })
	if (minutes < 24 * 60) return t('interview.inhours', { count: Math.round(minutes / 60) })
	return t('interview.indays', { count: daysUntil(interview.starts_at, now) })
}

/** What the company answered, in words; "" when it has not. */
export function outcomeWords(interview: Interview): string {
	const outcome = interview.outcome
	if (!outcome) return ''
	const by = outcome.by ? day(outcome.by) : ''
	switch (outcome.kind) {
		case 'next':
			return by ? t('outcome.nextby', { day: by }) : t('outcome.next')
		case 'pool':
			return t('outcome.pool')
		case 'declined':
			return t('outcome.declined')
		case 'later':
			return by ? t('outcome.laterby', { day: by }) : t('outcome.later')
	}
}

/** What this side answered, in the recruiter's words; "" when nothing yet. */
export function givenWords(interview: Interview): string {
	const words = {
		next: 'outcome.gavenext',
		pool: 'outcome.gavepool',
		declined: 'outcome.gavedeclined',
		later: 'outcome.gavelater',
	} as const
	return interview.outcome ? t(words[interview.outcome.kind]) : ''
}

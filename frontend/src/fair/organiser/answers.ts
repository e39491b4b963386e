import type { Answers } from '../../api/shape'
import { t } from '../../locales/text'

/** Stands that have met somebody, those with late answers first, then by the share without one. */
export function inTrouble(list: Answers[]): Answers[] {
	const open = (a: Answers) => (a.held - a.answered) / a.held
	return list
		.filter((a) => a.held > 0)
		.sort(
			(a, b) => b.late - a.late || open(b) - open(a) || a.stand.name.localeCompare(b.stand.name),
		)
}

/** "75 %": the share of those met who have an answer. */
export function rate({ held, answered }: Answers): string {
	return t('answers.percent', { count: Math.round((100 * answered) / held) })
}

/** How long an answer takes, in hours up to two days and in days after; a dash when nobody had one. */
export function howLong(seconds: number | undefined): string {
	if (seconds === undefined) return '–'
	const hours = Math.round(seconds / 3600)
	if (hours < 1) return t('answers.atonce')
	return hours < 48
		? t('answers.hours', { count: hours })
		: t('answers.days', { count: Math.round(hours / 24) })
}

/** Days and times in words, in the time zone of the fair and the language of the page. */
import { language, t } from './text'

let zone = 'Europe/Paris'

/** Sets the time zone, an IANA name; an unknown one is ignored. */
export function inZone(name: string | undefined): void {
	if (!name) return
	try {
		new Intl.DateTimeFormat('fr', { timeZone: name })
		zone = name
	} catch {
		// The fair's zone is checked by the server; an old browser may not know it.
	}
}

function format(at: Date | string, options: Intl.DateTimeFormatOptions): string {
	const locale = language() === 'fr' ? 'fr-FR' : 'en-GB'
	return new Intl.DateTimeFormat(locale, { timeZone: zone, ...options }).format(new Date(at))
}

/** "lundi 23 novembre", "mardi 1er décembre", "Monday 23 November". */
export function day(at: Date | string): string {
	const words = format(at, { weekday: 'long', day: 'numeric', month: 'long' }).replace(',', '')
	return language() === 'fr' ? words.replace(/ 1 /, ' 1er ') : words
}

/** "lundi 23 novembre 2026", for what may be far away. */
export function date(at: Date | string): string {
	return `${day(at)} ${format(at, { year: 'numeric' })}`
}

/** "lun. 23", "Mon 23". */
export function shortDay(at: Date | string): string {
	return format(at, { weekday: 'short', day: 'numeric' })
}

/** "14 h 30" with no-break spaces in French, "14:30" in English. */
export function clock(at: Date | string): string {
	const [hour = '', minute = ''] = format(at, {
		hour: '2-digit',
		minute: '2-digit',
		hourCycle: 'h23',
	}).split(':')
	if (language() === 'en') return `${hour}:${minute}`
	return minute === '00' ? `${Number(hour)}\u00a0h` : `${Number(hour)}\u00a0h\u00a0${minute}`
}

/** "lundi 23 novembre à 14 h 30". */
export function when(at: Date | string): string {
	return t('date.when', { day: day(at), time: clock(at) })
}

/** The calendar day in the fair's zone, "2026-11-23": equal for times of the same day. */
export function dayKey(at: Date | string): string {
	const parts = new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' })
	return parts.format(new Date(at))
}

/** The wall clock of an instant as a field for both wants it, "2026-11-23T14:30". */
export function wall(at: Date | string): string {
	const parts = new Intl.DateTimeFormat('en-GB', {
		timeZone: zone,
		hour: '2-digit',
		minute: '2-digit',
		hourCycle: 'h23',
	})
	return `${dayKey(at)}T${parts.format(new Date(at))}`
}

/** The instant of such a field in the fair's zone. */
export function fromWall(field: string): Date {
	const [date = '', time = ''] = field.split('T')
	return instant(date, time.slice(0, 5))
}

/** Minutes from one time to another, rounded up; negative when it is past. */
export function minutesUntil(at: Date | string, now: Date | number): number {
	return Math.ceil((new Date(at).getTime() - new Date(now).getTime()) / 60_000)
}

/** Nights from one time to another, as the calendar of the fair counts them. */
export function daysUntil(at: Date | string, now: Date | number): number {
	return Math.round((Date.parse(dayKey(at)) - Date.parse(dayKey(new Date(now)))) / 86_400_000)
}

/**
 * The instant of a wall clock in the fair's zone: "2026-11-23" and "14:30". An hour
 * that a change of clocks skips becomes the one after it.
 */
export function instant(date: string, time: string): Date {
	const asUTC = Date.parse(`${date}T${time}:00Z`)
	const first = asUTC - offset(asUTC)
	return new Date(asUTC - offset(first))
}

/** How far the zone is ahead of UTC at an instant, in milliseconds. */
function offset(at: number): number {
	const parts = new Intl.DateTimeFormat('en-US', {
		timeZone: zone,
		hourCycle: 'h23',
		year: 'numeric',
		month: 'numeric',
		day: 'numeric',
		hour: 'numeric',
		minute: 'numeric',
		second: 'numeric',
	}).formatToParts(at)
	const part = (type: string) => Number(parts.find((p) => p.type === type)?.value)
	const wall = Date.UTC(
		part('year'),
		part('month') - 1,
		part('day'),
		part('hour'),
		part('minute'),
		part('second'),
	)
	return wall - Math.floor(at / 1000) * 1000
}

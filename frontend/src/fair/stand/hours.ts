/** The opening hours of a line as a form, and back. */
import type { LineDesk } from '../../api/shape'
import { language } from '../../locales/text'

type Hours = LineDesk['hours'][number]

/** One stretch of opening hours as its fields hold it. */
export interface Stretch {
	/** By day of the week, 0 for Sunday. */
	days: boolean[]
	/** "09:00" */
	from: string
	/** "00:00" is the end of the day. */
	to: string
}

/** Midnight at the end of a day, in minutes since its beginning. */
const day = 24 * 60

const clock = (minutes: number) =>
	`${String(Math.floor((minutes % day) / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`

function minutes(time: string): number {
	const [hour, minute] = time.split(':').map(Number)
	return (hour ?? Number.NaN) * 60 + (minute ?? Number.NaN)
}

/** The hours as a form. */
export function toForm(hours: Hours[]): Stretch[] {
	return hours.map(({ days, from, to }) => ({
		days: Array.from({ length: 7 }, (_, d) => days.includes(d)),
		from: clock(from),
		to: clock(to),
	}))
}

/** The form as hours; a stretch without a day counts for nothing. */
export function fromForm(form: Stretch[]): Hours[] {
	return form
		.map(({ days, from, to }) => ({
			days: days.flatMap((on, d) => (on ? [d] : [])),
			from: minutes(from),
			to: minutes(to) || day,
		}))
		.filter(({ days }) => days.length > 0)
}

/** Which stretches end before they begin, or say no time. */
export function faulty(form: Stretch[]): boolean[] {
	return form.map(({ from, to }) => {
		const end = minutes(to) || day
		return !from || !to || !(minutes(from) < end)
	})
}

/** What a new stretch holds: working days, mornings. */
export function fresh(): Stretch {
	return { days: [false, true, true, true, true, true, false], from: '09:00', to: '12:00' }
}

/** The days of the week, Monday first, by their number and short name. */
export function weekdays(): { number: number; short: string; long: string }[] {
	const locale = language() === 'fr' ? 'fr-FR' : 'en-GB'
	const name = (number: number, weekday: 'short' | 'long') =>
		// 4 January 1970 was a Sunday.
		new Intl.DateTimeFormat(locale, { weekday, timeZone: 'UTC' }).format(
			new Date(Date.UTC(1970, 0, 4 + number)),
		)
	return [1, 2, 3, 4, 5, 6, 0].map((number) => ({
		number,
		short: name(number, 'short'),
		long: name(number, 'long'),
	}))
}

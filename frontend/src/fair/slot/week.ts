import type { Channel, DeskSlot, SlotPlan } from '../../api/shape'
import { dayKey, instant } from '../../locales/time'

/** One day of the week view. */
export interface WeekDay {
	/** The calendar day in the fair's zone, "2026-11-23". */
	key: string
	slots: DeskSlot[]
}

const dayLength = 86_400_000

/** The Monday of the week of a day; days are keys like "2026-11-23". */
export function monday(key: string): string {
	const at = Date.parse(`${key}T12:00:00Z`)
	const weekday = (new Date(at).getUTCDay() + 6) % 7
	return shift(key, -weekday)
}

/** A day some days later or earlier. */
export function shift(key: string, days: number): string {
	return new Date(Date.parse(`${key}T12:00:00Z`) + days * dayLength).toISOString().slice(0, 10)
}

/** From the first instant of a week to the first of the next, for the API. */
export function bounds(week: string): { from: string; to: string } {
	return {
		from: instant(week, '00:00').toISOString(),
		to: instant(shift(week, 7), '00:00').toISOString(),
	}
}

/** The seven days of a week with their slots in order; withdrawn ones are not shown. */
export function days(week: string, slots: DeskSlot[]): WeekDay[] {
	return Array.from({ length: 7 }, (_, i) => {
		const key = shift(week, i)
		return {
			key,
			slots: slots
				.filter((s) => s.state !== 'withdrawn' && dayKey(s.starts_at) === key)
				.sort((a, b) => a.starts_at.localeCompare(b.starts_at)),
		}
	})
}

/** Where the arrow keys lead in the grid: across days, up and down the slots of one. */
export function step(
	week: WeekDay[],
	at: { day: number; slot: number },
	key: string,
): { day: number; slot: number } {
	const clamp = (n: number, count: number) => Math.max(0, Math.min(count - 1, n))
	const count = (day: number) => Math.max(1, week[day]?.slots.length ?? 1)
	switch (key) {
		case 'ArrowDown':
			return { ...at, slot: clamp(at.slot + 1, count(at.day)) }
		case 'ArrowUp':
			return { ...at, slot: clamp(at.slot - 1, count(at.day)) }
		case 'Home':
			return { ...at, slot: 0 }
		case 'End':
			return { ...at, slot: count(at.day) - 1 }
		case 'ArrowRight':
		case 'ArrowLeft': {
			const day = clamp(at.day + (key === 'ArrowRight' ? 1 : -1), week.length)
			return { day, slot: clamp(at.slot, count(day)) }
		}
	}
	return at
}

/** What the form of new slots holds. */
export interface PlanForm {
	day: string
	from: string
	minutes: number
	buffer: number
	count: number
	channels: Record<Channel, boolean>
}

/** What is wrong with the form, by field; empty when nothing is. */
export function faults(
	form: PlanForm,
	now: number,
): Partial<Record<keyof PlanForm, 'slot.past' | 'slot.channels' | 'slot.minutes' | 'slot.count'>> {
	const wrong: ReturnType<typeof faults> = {}
	if (!form.day || !form.from || instant(form.day, form.from).getTime() <= now)
		wrong.from = 'slot.past'
	if (!(form.minutes >= 10 && form.minutes <= 90)) wrong.minutes = 'slot.minutes'
	if (!(form.count >= 1 && form.count <= 40)) wrong.count = 'slot.count'
	if (!form.channels.video && !form.channels.phone) wrong.channels = 'slot.channels'
	return wrong
}

/** The form as the API wants it. */
export function plan(form: PlanForm): SlotPlan {
	return {
		starts_at: instant(form.day, form.from).toISOString(),
		minutes: form.minutes,
		buffer_minutes: form.buffer,
		count: form.count,
		channels: (['video', 'phone'] as const).filter((c) => form.channels[c]),
	}
}

/** When the last slot of the form would end. */
export function lastEnd(form: PlanForm): Date {
	const length = form.count * form.minutes + (form.count - 1) * form.buffer
	return new Date(instant(form.day, form.from).getTime() + length * 60_000)
}

import type { Slot } from '../../api/shape'
import { dayKey } from '../../locales/time'

/** The slots of one day. */
export interface FreeDay {
	key: string
	list: Slot[]
}

/** Slots by the days of the fair's zone, both in order of time. */
export function byDay(slots: Slot[]): FreeDay[] {
	const days = new Map<string, Slot[]>()
	for (const slot of slots.toSorted((a, b) => Date.parse(a.starts_at) - Date.parse(b.starts_at))) {
		const key = dayKey(slot.starts_at)
		days.set(key, [...(days.get(key) ?? []), slot])
	}
	return [...days].map(([key, list]) => ({ key, list }))
}

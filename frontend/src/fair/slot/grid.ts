import type { Channel, DeskSlot, SlotPlan } from '../../api/shape'
import { clock, dayKey, instant, wall } from '../../locales/time'
import { shift } from './week'

/** The height of a cell of the grid, in minutes. */
export const cellMinutes = 30

/** The hours a week shows when nothing is outside them, in minutes of the day. */
const usual = { from: 8 * 60, to: 19 * 60 }

/** A cell: a day of the week, 0 is Monday, and the minute of the day it begins at. */
export interface Cell {
	day: number
	minute: number
}

/** A stretch of one day, from minute to minute. */
export interface Stretch {
	day: string
	from: number
	to: number
}

/** "09:30" of a minute of the day; 24:00 is the midnight after it. */
export function clockField(minute: number): string {
	return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
}

/** The minute of the day an instant shows on the clocks of the fair. */
export function minuteOf(at: string): number {
	const [hour = 0, minute = 0] = wall(at).slice(11).split(':').map(Number)
	return hour * 60 + minute
}

/** The minute at which the cell of a minute begins. */
const cellAt = (minute: number) => Math.floor(minute / cellMinutes) * cellMinutes

/** The first minutes of the rows of a week: the usual hours, and those that have slots. */
export function rows(slots: DeskSlot[]): number[] {
	const starts = slots.map((s) => minuteOf(s.starts_at))
	const from = Math.min(usual.from, ...starts)
	const first = cellAt(from)
	const last = Math.max(usual.to, ...starts.map((minute) => cellAt(minute) + cellMinutes))
	return Array.from({ length: (last - first) / cellMinutes }, (_, i) => first + i * cellMinutes)
}

/** The slots that begin within each cell, by `day-minute`. */
export function placed(week: string, slots: DeskSlot[]): Map<string, DeskSlot[]> {
	const cells = new Map<string, DeskSlot[]>()
	const days = Array.from({ length: 7 }, (_, i) => shift(week, i))
	for (const slot of slots) {
		const day = days.indexOf(dayKey(slot.starts_at))
		if (slot.state === 'withdrawn' || day < 0) continue
		const minute = cellAt(minuteOf(slot.starts_at))
		const key = `${day}-${minute}`
		cells.set(key, [...(cells.get(key) ?? []), slot])
	}
	return cells
}

/** Whether a cell lies behind now, so that nothing can be opened in it. */
export function past(week: string, cell: Cell, now: number): boolean {
	return instant(shift(week, cell.day), clockField(cell.minute)).getTime() <= now
}

/** Where a key leads; the same cell when it leads nowhere. */
export function stepped(at: Cell, key: string, minutes: number[]): Cell {
	const row = minutes.indexOf(at.minute)
	const to = (r: number) => minutes[Math.max(0, Math.min(minutes.length - 1, r))] ?? at.minute
	switch (key) {
		case 'ArrowDown':
			return { ...at, minute: to(row + 1) }
		case 'ArrowUp':
			return { ...at, minute: to(row - 1) }
		case 'ArrowLeft':
			return { ...at, day: Math.max(0, at.day - 1) }
		case 'ArrowRight':
			return { ...at, day: Math.min(6, at.day + 1) }
		case 'Home':
			return { ...at, minute: to(0) }
		case 'End':
			return { ...at, minute: to(minutes.length - 1) }
	}
	return at
}

/** The stretch between the cell where it began and another, on the day of the first. */
export function between(week: string, began: Cell, ends: Cell): Stretch {
	return {
		day: shift(week, began.day),
		from: Math.min(began.minute, ends.minute),
		to: Math.max(began.minute, ends.minute) + cellMinutes,
	}
}

/** Whether a cell lies in the stretch between two others. */
export function covers(began: Cell | undefined, ends: Cell | undefined, cell: Cell): boolean {
	if (!began || !ends || cell.day !== began.day) return false
	return (
		cell.minute >= Math.min(began.minute, ends.minute) &&
		cell.minute <= Math.max(began.minute, ends.minute)
	)
}

/** How many slots of a length and a pause after each fit into a stretch, at most 40. */
export function fitting(stretch: Stretch, minutes: number, buffer: number): number {
	if (!(minutes >= 10)) return 0
	return Math.min(40, Math.floor((stretch.to - stretch.from + buffer) / (minutes + buffer)))
}

/** The stretch as the API wants it. */
export function stretchPlan(
	stretch: Stretch,
	minutes: number,
	buffer: number,
	channels: Record<Channel, boolean>,
): SlotPlan {
	return {
		starts_at: instant(stretch.day, clockField(stretch.from)).toISOString(),
		minutes,
		buffer_minutes: buffer,
		count: fitting(stretch, minutes, buffer),
		channels: (['video', 'phone'] as const).filter((c) => channels[c]),
	}
}

/** "9 h" of a minute of a day; midnight ends one. */
export function clockWords(minute: number): string {
	return clock(instant('2026-01-15', clockField(minute % (24 * 60))))
}

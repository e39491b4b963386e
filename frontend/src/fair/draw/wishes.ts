import type { Channel, Draw, MyWishes, WishesChange } from '../../api/shape'

/** One wish in the list as the screen holds it. */
export interface Wish {
	stand: string
	name: string
	slug: string
	channel: Channel
}

/** The most stands one may wish for. */
export const mostWishes = 8

/** Where a draw stands for somebody who wishes. */
export type DrawStage = 'none' | 'open' | 'closed' | 'told' | 'cancelled'

export function stageOf(mine: MyWishes | undefined, now: number): DrawStage {
	const draw = mine?.draw
	if (!draw) return 'none'
	if (draw.state === 'cancelled') return 'cancelled'
	if (mine.told || draw.state === 'done') return 'told'
	return draw.state === 'open' && Date.parse(draw.closes_at) > now ? 'open' : 'closed'
}

/** The wishes as the screen edits them. */
export function wishesOf(mine: MyWishes): Wish[] {
	return mine.wishes.map(({ stand, channel }) => ({
		stand: stand.id,
		name: stand.name,
		slug: stand.slug,
		channel,
	}))
}

/** The list with one wish moved up (-1) or down (1); the same list at its ends. */
export function moved(list: Wish[], at: number, by: -1 | 1): Wish[] {
	const to = at + by
	const wish = list[at]
	const other = list[to]
	if (!wish || !other) return list
	const next = [...list]
	next[to] = wish
	next[at] = other
	return next
}

/** The stands of a draw that are not wished for yet. */
export function others(draw: Draw, list: Wish[]): Draw['stands'] {
	return draw.stands.filter((stand) => !list.some((wish) => wish.stand === stand.id))
}

/** The list with one more stand at its end, by video; the same list when it cannot be. */
export function added(draw: Draw, list: Wish[], stand: string): Wish[] {
	const known = others(draw, list).find((s) => s.id === stand)
	if (!known || list.length >= mostWishes) return list
	return [...list, { stand, name: known.name, slug: known.slug, channel: 'video' }]
}

/** The half-days on which the stands wished for have slots, in order. */
export function halfDays(draw: Draw, list: Wish[]): string[] {
	const wished = draw.stands.filter((stand) => list.some((wish) => wish.stand === stand.id))
	return [...new Set(wished.flatMap((stand) => stand.halfs))].sort()
}

/** The day of a half-day, as an instant at noon of it for the words of dates. */
export function noonOf(half: string): string {
	return `${half.slice(0, 10)}T12:00:00Z`
}

/** Whether any of the wishes can come true with the half-days somebody has chosen. */
export function possible(draw: Draw, list: Wish[], can: string[]): boolean {
	const halfs = halfDays(draw, list)
	return can.length === 0 || halfs.length === 0 || halfs.some((half) => can.includes(half))
}

/** What the API wants. */
export function change(list: Wish[], can: string[], rev: number): WishesChange {
	return {
		wishes: list.map(({ stand, channel }) => ({ stand, channel })),
		...(can.length > 0 ? { can } : {}),
		...(rev > 0 ? { rev } : {}),
	}
}

/** A lottery number as people read it, in groups of four. */
export function grouped(number: string): string {
	return number.match(/.{1,4}/g)?.join(' ') ?? ''
}

/** The waiting board: places in lines as words, and what to do now. No markup, no network. */
import type { Board, BoardTicket, Interview, LineShow } from '../../api/shape'
import { t } from '../../locales/text'
import { clock, minutesUntil } from '../../locales/time'
import { minutesWords, type Said } from '../line'
import { type Now, nowOf } from './agenda'

/** A place in a line as it is known now. */
export interface Place {
	ticket: BoardTicket
	/** From 1; 0 when it is not known or nobody waits any more. */
	position: number
	/** The wait in seconds from now on; absent when nobody can tell. */
	range?: { low: number; high: number }
	line: BoardTicket['line']
}

/** The place of a ticket by what was read, or by what its line has said since. */
export function placeOf(ticket: BoardTicket, said: Said | undefined, now: number): Place {
	const asOf = Date.parse(ticket.as_of)
	if (!said || said.rev <= asOf) {
		return {
			ticket,
			position: ticket.position,
			...since(ticket.low_s, ticket.high_s, asOf, now),
			line: ticket.line,
		}
	}
	const { state, until, message, order, ranges } = said.show
	const at = order?.indexOf(ticket.id) ?? -1
	const [low, high] = ranges?.[at] ?? []
	return {
		ticket,
		position: at < 0 ? ticket.position : at + 1,
		...since(low, high, said.rev, now),
		line: until ? { state, until, message } : { state, message },
	}
}

/** Time has passed since a range was computed; it never gets below nothing. */
function since(low: number | undefined, high: number | undefined, asOf: number, now: number) {
	if (low === undefined || high === undefined || low < 0) return {}
	const gone = Math.max(0, (now - asOf) / 1000)
	return { range: { low: Math.max(0, low - gone), high: Math.max(0, high - gone) } }
}

/** Whether a line's words show that one's own ticket has left it, so that the board is read again. */
export function outdated(ticket: BoardTicket, show: LineShow): boolean {
	const order = show.order ?? []
	const known = order.includes(ticket.id) || order.length >= longestOrder
	return (ticket.state === 'waiting') !== known
}

/** A line tells the order of so many tickets at most. */
const longestOrder = 200

/** From so many minutes on, a range is told in steps of five minutes. */
const coarse = 30

/** Beyond so many minutes nobody is helped by a number. */
const far = 180

/** "entre 12 et 18 min", always rounded so that it holds what was computed. */
export function rangeWords(range: Place['range']): string {
	if (!range) return t('board.unknown')
	const step = range.high / 60 > coarse ? 5 : 1
	const low = Math.floor(range.low / 60 / step) * step
	const high = Math.max(1, Math.ceil(range.high / 60 / step) * step)
	if (low >= far) return t('board.far', { hours: Math.floor(low / 60) })
	if (high <= 1) return t('board.anymoment')
	if (low === 0) return t('board.within', { time: minutesWords(high) })
	if (low === high) return t('board.about', { time: minutesWords(high) })
	if (high < 60) return t('board.between', { low, high })
	return t('board.betweentimes', { low: minutesWords(low), high: minutesWords(high) })
}

/** "Vous êtes la prochaine personne", "12e de la file". */
export function positionWords(position: number): string {
	if (position <= 0) return ''
	return position === 1 ? t('board.first') : t('board.position', { n: position })
}

/** The one thing to do now, over lines and appointments. */
export type Card =
	| { is: 'called'; ticket: BoardTicket; call: NonNullable<BoardTicket['call']> }
	| { is: 'meeting'; ticket: BoardTicket; interview: string }
	| { is: 'missed'; ticket: BoardTicket; until: string }
	| { is: 'near'; place: Place }
	| { is: 'waiting'; place: Place }
	| Now

/** A turn that may come within so many seconds is near. */
const near = 5 * 60

/**
 * Decides what the top card says. A question that runs out comes first, then what is
 * going on, a place about to be lost, the next thing to come.
 */
export function cardOf(places: Place[], interviews: Interview[], now: number): Card {
	for (const { ticket } of places) {
		if (ticket.state === 'called' && ticket.call && Date.parse(ticket.call.answer_until) > now)
			return { is: 'called', ticket, call: ticket.call }
	}
	const next = nowOf(interviews, now)
	if (next.is === 'live') return next
	for (const { ticket } of places) {
		const interview = ticket.interview ?? ticket.call?.interview
		if (ticket.state === 'meeting' && interview) return { is: 'meeting', ticket, interview }
	}
	for (const { ticket } of places) {
		if (skipped(ticket, now) && ticket.grace_until)
			return { is: 'missed', ticket, until: ticket.grace_until }
	}
	if (next.is === 'soon') return next
	const soonest = nearest(places, now)
	if (soonest?.range && soonest.range.low <= near && soonest.line.state === 'open')
		return { is: 'near', place: soonest }
	if (next.is === 'next' && minutesUntil(next.interview.starts_at, now) <= minutesOf(soonest))
		return next
	return soonest ? { is: 'waiting', place: soonest } : next
}

/** Whether a turn was missed and the place is still kept. */
export function skipped(ticket: BoardTicket, now: number): boolean {
	const until = ticket.grace_until
	return ticket.state === 'waiting' && until !== undefined && Date.parse(until) > now
}

/** Whether somebody asked to be called later than their turn. */
export function postponed(ticket: BoardTicket, now: number): boolean {
	return ticket.not_before !== undefined && Date.parse(ticket.not_before) > now
}

/** The place whose turn comes first, as far as anybody can tell. */
function nearest(places: Place[], now: number): Place | undefined {
	const waiting = places.filter((p) => p.ticket.state === 'waiting')
	const ready = waiting.filter((p) => !postponed(p.ticket, now) && p.line.state === 'open')
	const order = (p: Place) => p.range?.low ?? Number.MAX_SAFE_INTEGER
	return (ready.length > 0 ? ready : waiting).sort(
		(a, b) => order(a) - order(b) || a.position - b.position,
	)[0]
}

function minutesOf(place: Place | undefined): number {
	return place?.range ? place.range.low / 60 : Number.MAX_SAFE_INTEGER
}

/** The state of a line in words; "" for an ordinary open one. */
export function lineWords(line: BoardTicket['line']): string {
	if (line.state === 'closed') return t('board.lineclosed')
	if (line.state === 'open') return ''
	return line.until ? t('board.pauseuntil', { time: clock(line.until) }) : t('board.pause')
}

/** Something worth saying aloud, under a key that is said once. */
interface Fact {
	key: string
	words: string
}

function facts(places: Place[], now: number): Fact[] {
	const found: Fact[] = []
	for (const { ticket, position, range, line } of places) {
		const say = (what: string, words: string) => found.push({ key: `${ticket.id} ${what}`, words })
		const name = ticket.stand.name
		if (ticket.state === 'called' && ticket.call)
			say(`called ${ticket.call.interview}`, t('board.saycalled', { name }))
		if (ticket.state !== 'waiting') continue
		if (skipped(ticket, now) && ticket.grace_until)
			say(
				`missed ${ticket.grace_until}`,
				t('board.saymissed', { name, time: clock(ticket.grace_until) }),
			)
		if (line.state === 'paused')
			say(`paused ${line.until ?? line.message}`, t('board.saypaused', { name }))
		else if (range && range.high <= near) say('near', t('board.saynear', { name }))
		else if (position === 1) say('first', t('board.sayfirst', { name }))
	}
	return found
}

/** Tells each change once: numbers that move are not read out at every step. */
export class Announcer {
	readonly #said = new Set<string>()
	#began = false

	/**
	 * What is new and worth saying, "" for nothing. What holds at the beginning is on
	 * the page already; of that only a call is said.
	 */
	next(places: Place[], now: number): string {
		const fresh = facts(places, now).filter(({ key }) => !this.#said.has(key))
		for (const { key } of fresh) this.#said.add(key)
		const first = !this.#began
		this.#began = true
		return fresh
			.filter(({ key }) => !first || key.includes(' called '))
			.map(({ words }) => words)
			.join(' ')
	}
}

/** How a place ended, in words. */
export function endWords(ticket: BoardTicket): string {
	switch (ticket.state) {
		case 'left':
			return t('board.wasleft')
		case 'missed':
			return t('board.wasmissed')
		case 'moved':
			return t('board.wasmoved')
		case 'closed':
			return t('board.wasclosed')
		default:
			return t('board.wasdone')
	}
}

/** The answer of the server put in its place on the board. */
export function withTicket(board: Board, ticket: BoardTicket): Board {
	const open = ['waiting', 'called', 'meeting'].includes(ticket.state)
	const others = (list: BoardTicket[]) => list.filter(({ id }) => id !== ticket.id)
	if (!open)
		return { ...board, tickets: others(board.tickets), past: [ticket, ...others(board.past)] }
	return {
		...board,
		tickets: board.tickets.map((known) => (known.id === ticket.id ? ticket : known)),
	}
}

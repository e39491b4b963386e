/** The recruiter's line as words and choices. No markup, no network. */
import type { Duty, Interview, LineDesk, LineTicket } from '../../api/shape'
import { t } from '../../locales/text'
import { clock } from '../../locales/time'
import { minutesWords } from '../line'

/** What the recruiter is in the middle of. */
export type Doing =
	| { is: 'free' }
	| { is: 'calling'; ticket: LineTicket; until: string }
	| { is: 'meeting'; ticket: LineTicket; interview: string }

/** What a recruiter is in the middle of, by the line as it was read. */
export function doingOf(desk: LineDesk, account: string): Doing {
	for (const ticket of desk.tickets) {
		if (ticket.call?.recruiter !== account) continue
		const interview = ticket.interview ?? ticket.call.interview
		if (ticket.state === 'meeting') return { is: 'meeting', ticket, interview }
		if (ticket.state === 'called') return { is: 'calling', ticket, until: ticket.call.answer_until }
	}
	return { is: 'free' }
}

/** Those who wait, in the order of their rank. */
export function waiting(desk: LineDesk): LineTicket[] {
	return desk.tickets.filter(({ state }) => state === 'waiting')
}

/** The others of a stand, those who can take somebody first. */
export function team(desk: LineDesk, account: string): Duty[] {
	const able = ({ state, away }: Duty) => (state === 'on' && !away ? 0 : state === 'off' ? 2 : 1)
	return desk.duty
		.filter(({ recruiter }) => recruiter !== account)
		.sort((a, b) => able(a) - able(b) || a.name.localeCompare(b.name))
}

/** Whether a colleague is at the stand, in words. */
export function dutyWords(duty: Duty): string {
	if (duty.state === 'off') return t('desk.isoff')
	if (duty.away) return t('desk.isnothere')
	if (duty.state === 'on') return t('desk.ison')
	return duty.until ? t('desk.isbreakto', { time: clock(duty.until) }) : t('desk.isbreak')
}

/** Why the next person cannot be called now, in words; "" when they can. */
export function blocked(desk: LineDesk, doing: Doing): string {
	if (doing.is === 'calling') return t('desk.blockedcalling')
	if (doing.is === 'meeting') return t('desk.blockedmeeting')
	if (desk.mine?.state !== 'on') return t('desk.blockedduty')
	if (desk.state === 'paused') return t('desk.blockedpause')
	if (waiting(desk).length === 0) return t('desk.blockednobody')
	return ''
}

/** What candidates read of this stand now. */
export function candidatesSee(desk: LineDesk): string {
	if (desk.state === 'closed') return t('desk.seeclosed')
	if (desk.state === 'paused')
		return desk.until ? t('desk.seepausedto', { time: clock(desk.until) }) : t('desk.seepaused')
	const there = desk.duty.filter(({ state, away }) => state === 'on' && !away).length
	if (!desk.open_now) return t('desk.seenobody')
	return there > 0 ? t('desk.seeopen', { count: there }) : t('desk.seeunmanned')
}

/** "12 min": how long somebody has been waiting, in whole minutes. */
export function waited(ticket: LineTicket, now: number): string {
	const minutes = Math.floor((now - Date.parse(ticket.joined_at)) / 60_000)
	return minutes < 1 ? t('desk.justcame') : minutesWords(minutes)
}

/** The same as a sentence about the person: "attend depuis 12 min", or that they have just come. */
export function waits(ticket: LineTicket, now: number): string {
	const time = waited(ticket, now)
	return time === t('desk.justcame') ? time : t('desk.waitsfor', { time })
}

/** The offers somebody is interested in: the one they come for first, then those they applied for. */
export function wishes(ticket: LineTicket): string[] {
	return [ticket.offer, ...ticket.applied].flatMap((offer) => (offer ? [offer.title] : []))
}

/** What somebody comes for, in one line: an offer (and how many more), or who they are. */
export function aim(ticket: LineTicket): string {
	const [first, ...more] = wishes(ticket)
	if (!first) return ticket.headline
	return more.length > 0 ? t('desk.andmore', { offer: first, count: more.length }) : first
}

/** What is particular about a ticket, in words. */
export function remarks(ticket: LineTicket, account: string, now: number): string[] {
	const later = (at: string | undefined) => at !== undefined && Date.parse(at) > now
	const said: string[] = []
	if (ticket.not_before && later(ticket.not_before))
		said.push(t('desk.laterthan', { time: clock(ticket.not_before) }))
	if (ticket.grace_until && later(ticket.grace_until))
		said.push(t('desk.missedkept', { time: clock(ticket.grace_until) }))
	if (ticket.recruiter === account) said.push(t('desk.foryou'))
	else if (ticket.recruiter) said.push(t('desk.forother'))
	const from = ticket.handoffs.at(-1)
	if (from && !ticket.recruiter) said.push(t('desk.from', { name: from.from }))
	return said
}

/**
 * What became of a call that this screen had made, in words; "" while it goes on, and
 * when the person is coming.
 */
export function becameOf(called: LineTicket, desk: LineDesk, now: number): string {
	const ticket = desk.tickets.find(({ id }) => id === called.id)
	const { name } = called
	if (!ticket) return t('desk.didleave', { name })
	if (ticket.state !== 'waiting') return ''
	if (ticket.not_before && Date.parse(ticket.not_before) > now)
		return t('desk.didpostpone', { name, time: clock(ticket.not_before) })
	return t('desk.didnotanswer', { name })
}

/** A stretch of today's agenda: an interview, or the time free before the next one. */
export type Stretch = { interview: Interview } | { from: string; minutes: number }

/** A gap shorter than this is no time to do anything, in minutes. */
const shortest = 10

/** Today's interviews with the gaps between those to come. */
export function withGaps(today: Interview[], now: number): Stretch[] {
	const found: Stretch[] = []
	let free = now
	for (const interview of today) {
		const start = Date.parse(interview.starts_at)
		const minutes = Math.floor((start - free) / 60_000)
		if (start > now && minutes >= shortest)
			found.push({ from: new Date(free).toISOString(), minutes })
		free = Math.max(free, Date.parse(interview.ends_at))
		found.push({ interview })
	}
	return found
}

/** The stands whose name has all the words typed, without accents or capitals. */
export function matching<S extends { name: string }>(stands: S[], typed: string): S[] {
	const fold = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
	const words = fold(typed).split(/\s+/).filter(Boolean)
	return stands.filter(({ name }) => words.every((word) => fold(name).includes(word)))
}

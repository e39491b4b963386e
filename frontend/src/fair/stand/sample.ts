/** A line and those in it, for tests. */
import type { Duty, LineDesk, LineTicket } from '../../api/shape'

/** Somebody who waits, unless the test says otherwise. */
export const ticketSample = (id: string, more: Partial<LineTicket> = {}): LineTicket => ({
	id,
	state: 'waiting',
	name: `Personne ${id}`,
	anonymous: false,
	headline: 'Soudeuse',
	about: '',
	occupations: [],
	availability: '',
	skills: [],
	contracts: [],
	languages: [],
	place: '',
	radius: 0,
	applied: [],
	channel: 'video',
	joined_at: '2026-11-23T11:48:00Z',
	presence: 'here',
	skips: 0,
	note: '',
	handoffs: [],
	met: [],
	rev: 1,
	...more,
})

/** The recruiter whose screen it is. */
export const dutySample: Duty = {
	recruiter: 'me',
	name: 'Moi',
	state: 'on',
	since: '2026-11-23T11:00:00Z',
	away: false,
}

/** An open line with one person in it. */
export const deskSample = (more: Partial<LineDesk> = {}): LineDesk => ({
	stand: 's',
	state: 'open',
	message: '',
	open_now: true,
	hours: [],
	duty: [dutySample],
	mine: dutySample,
	waiting: 1,
	tickets: [ticketSample('a')],
	topic: { name: 'line.s', grant: 'g' },
	...more,
})

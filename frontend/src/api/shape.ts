/** What the API says, as far as the screens use it. Times are RFC 3339, in UTC. */

/** How two people meet. */
export type Channel = 'video' | 'phone'

/** A short text in both languages. */
export interface Text {
	fr: string
	en?: string
}

/** The answer of every list. */
export interface List<T> {
	items: T[]
	total: number
}

export interface Me {
	id: string
	name: string
	email?: string
	locale: 'fr' | 'en'
	roles: { kind: string; fair?: string; stand?: string }[]
	profile: {
		headline?: string
		about?: string
		occupations?: string[]
		commune?: string
		availability?: string
		phone?: string
	}
	stands: { id: string; fair: string; name: string; slug: string }[]
	organises: { id: string; slug: string; name: string }[]
}

export type OutcomeKind = 'next' | 'pool' | 'declined' | 'later'

/** What the company answers; By is the day of the next step or of the answer. */
export interface Outcome {
	kind: OutcomeKind
	message?: string
	by?: string
	at?: string
}

export interface Interview {
	id: string
	fair: { slug: string; name: string }
	stand: { id: string; slug: string; name: string }
	offer?: { id: string; title: string }
	state: 'booked' | 'live' | 'ended' | 'cancelled'
	channel: Channel
	starts_at: string
	ends_at: string
	started_at?: string
	ended_at?: string
	outcome?: Outcome
	role: 'candidate' | 'recruiter'
	with: {
		name: string
		title?: string
		headline?: string
		about?: string
		occupations?: string[]
		availability?: string
		has_phone?: boolean
	}
	joinable_at: string
	rev: number
	notes?: string
}

export interface ICEServer {
	urls: string[]
	username?: string
	credential?: string
}

/** The right to enter a room, for two minutes. */
export interface Join {
	ws_url: string
	token: string
	peer: string
	ice_servers: ICEServer[]
	expires_at: string
}

export interface StandEdit {
	id: string
	name: string
	slug: string
	about: Text
	looking: Text
	hours: Text
	sector: Text
	links: { label: string; url: string }[]
	title?: string
	rev: number
}

export interface OfferEdit {
	id: string
	title: string
	description: string
	pay_label?: string
	hours_label?: string
	positions: number
	state: 'open' | 'closed'
	closes_at: string
	rev: number
}

export interface DeskSlot {
	id: string
	stand: string
	starts_at: string
	ends_at: string
	channels: Channel[]
	free: boolean
	state: 'free' | 'held' | 'booked' | 'withdrawn'
	booking?: { interview: string; candidate_name: string; channel: Channel }
}

export interface SlotPlan {
	starts_at: string
	minutes: number
	buffer_minutes: number
	count: number
	channels: Channel[]
}

export interface Webconference {
	id: string
	slug: string
	fair: string
	title: string
	abstract?: string
	language: 'fr' | 'en'
	accessibility?: string
	starts_at: string
	ends_at: string
	state: 'scheduled' | 'open' | 'ended'
	always?: boolean
	speakers: { name: string; title?: string }[]
	role?: string
	rev: number
}

export interface WebconferenceEdit {
	id: string
	title: Text
	abstract: Text
	accessibility: Text
	language: 'fr' | 'en'
	starts_at: string
	ends_at: string
	state: Webconference['state']
	speakers: { email?: string; name: string; title?: string }[]
	rev: number
}

export interface EncoderToken {
	id: string
	role: 'publisher' | 'viewer'
	expires_at: string
	token?: string
	whip_url?: string
	whep_url?: string
}

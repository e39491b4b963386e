/** The messages of the websocket, as package signaling/message of the server has them. */

export type Link = 'up' | 'down'
export type RoomRole = 'party' | 'host' | 'speaker' | 'viewer'
export type Source = 'microphone' | 'camera' | 'screen' | 'screen_audio'

export interface Sending {
	microphone: boolean
	camera: boolean
	screen: boolean
}

export interface Member {
	peer: string
	account: string
	name: string
	role: RoomRole
	sending: Sending
}

export interface Said {
	id: string
	peer: string
	name: string
	role: string
	text: string
	at: string
}

export interface Description {
	link: Link
	kind: 'offer' | 'answer'
	sdp: string
	sources?: Source[]
}

export interface Candidate {
	link: Link
	candidate: string
	sdp_mid?: string
	sdp_m_line_index: number
	username_fragment?: string
}

/** What we may send, by type. */
export interface FromClient {
	hello: { token?: string }
	enter: { token: string }
	description: Description
	ice_candidate: Candidate
	restart: { link: Link }
	sending: Sending
	say: { id: string; text: string }
	typing: { text: string }
	leave: Record<never, never>
	subscribe: { topic: string; epoch?: string; offset?: number; grant?: string }
	unsubscribe: { topic: string }
}

/** What the server may send, by type. */
export interface FromServer {
	welcome: { account?: string; now: string }
	entered: {
		room: string
		kind: 'interview' | 'webconference'
		peer: string
		role: RoomRole
		resume: string
		members: Member[]
		presence: number
		recent: Said[]
		now: string
	}
	description: Description
	ice_candidate: Candidate
	link_state: {
		link: Link
		state: 'connecting' | 'connected' | 'disconnected' | 'failed' | 'closed'
	}
	member_joined: { member: Member }
	member_left: { peer: string; reason: 'left' | 'lost' | 'replaced' | 'kicked' }
	member_changed: { member: Member }
	resume: { token: string }
	role: { role: RoomRole }
	said: Said
	typing_by: { peer: string; text: string }
	presence: { count: number }
	speaking: { peer: string }
	left: { reason: 'left' | 'ended' | 'kicked' | 'replaced' }
	subscribed: { topic: string; epoch: string; offset: number; lost: boolean }
	topic: { topic: string; epoch: string; offset: number; entity: string; id: string; rev: number }
	error: { code: string; of?: string }
}

/** The close codes that mean stop; 4000 to 4499 mean come back. */
export const closed = {
	restarting: 4000,
	replaced: 4500,
	signedOut: 4501,
	badFrame: 4502,
	flood: 4503,
	forbidden: 4504,
} as const

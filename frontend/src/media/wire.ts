/** What a link says and hears, as the frames of the websocket carry it. */

export type Source = 'microphone' | 'camera' | 'screen' | 'screen_audio'

export interface Description {
	link: 'up' | 'down'
	kind: 'offer' | 'answer'
	sdp: string
	sources?: Source[]
}

export interface Candidate {
	link: 'up' | 'down'
	candidate: string
	sdp_mid?: string
	sdp_m_line_index: number
	username_fragment?: string
}

/** A candidate of the wire as browsers want it. */
export function candidateInit(c: Candidate): RTCIceCandidateInit {
	return {
		candidate: c.candidate,
		sdpMid: c.sdp_mid ?? null,
		sdpMLineIndex: c.sdp_m_line_index,
		usernameFragment: c.username_fragment ?? null,
	}
}

import type { Candidate, Description, Source } from './wire'

/** How a link tells the server; the frames of the websocket. */
export interface Tell {
	description(description: Description): void
	candidate(candidate: Candidate): void
}

/** The m-lines of the up link, always the same four in the same order. */
const sections: { source: Source; kind: 'audio' | 'video'; bitrate: number }[] = [
	{ source: 'microphone', kind: 'audio', bitrate: 40_000 },
	{ source: 'camera', kind: 'video', bitrate: 1_200_000 },
	{ source: 'screen', kind: 'video', bitrate: 1_800_000 },
	{ source: 'screen_audio', kind: 'audio', bitrate: 96_000 },
]

/**
 * What this peer sends. Its four sections are negotiated once; turning a source on,
 * off or over to another device replaces a track and renegotiates nothing. This side
 * always makes the offer.
 */
export class Up {
	readonly #connection: RTCPeerConnection
	readonly #senders = new Map<Source, RTCRtpSender>()
	#early: RTCIceCandidateInit[] = []
	#restarts = 0

	constructor(
		ice: RTCIceServer[],
		private readonly tell: Tell,
		/** Told each state of the connection. */
		state: (state: RTCPeerConnectionState) => void,
	) {
		const pc = new RTCPeerConnection({ iceServers: ice, bundlePolicy: 'max-bundle' })
		this.#connection = pc
		for (const { source, kind, bitrate } of sections) {
			const { sender } = pc.addTransceiver(kind, {
				direction: 'sendonly',
				sendEncodings: [{ maxBitrate: bitrate }],
			})
			this.#senders.set(source, sender)
		}
		pc.onicecandidate = ({ candidate }) => tellCandidate('up', candidate, this.tell)
		pc.onconnectionstatechange = () => {
			state(pc.connectionState)
			if (pc.connectionState === 'connected') this.#restarts = 0
			if (pc.connectionState === 'failed') void this.restart()
		}
	}

	/** Makes the first offer. */
	async offer(): Promise<void> {
		await this.#offer({})
	}

	/** Takes the answer of the server. */
	async answer(sdp: string): Promise<void> {
		if (this.#connection.signalingState !== 'have-local-offer') return
		await this.#connection.setRemoteDescription({ type: 'answer', sdp })
		for (const candidate of this.#early.splice(0)) await this.#connection.addIceCandidate(candidate)
	}

	/** Takes one address of the server. */
	async candidate(candidate: RTCIceCandidateInit): Promise<void> {
		if (this.#connection.remoteDescription) await this.#connection.addIceCandidate(candidate)
		else this.#early.push(candidate)
	}

	/** Sends another track of a source, or nothing. */
	async send(source: Source, track: MediaStreamTrack | null): Promise<void> {
		await this.#senders.get(source)?.replaceTrack(track)
	}

	/** Finds another way through, after a change of network. Gives up after five in a row. */
	async restart(): Promise<void> {
		if (++this.#restarts <= 5) await this.#offer({ iceRestart: true })
	}

	/** Ends the connection; the tracks are not stopped. */
	close(): void {
		this.#connection.onconnectionstatechange = null
		this.#connection.onicecandidate = null
		this.#connection.close()
	}

	async #offer(options: RTCOfferOptions): Promise<void> {
		const pc = this.#connection
		await pc.setLocalDescription(await pc.createOffer(options))
		this.tell.description({
			link: 'up',
			kind: 'offer',
			sdp: pc.localDescription?.sdp ?? '',
			sources: sections.map((s) => s.source),
		})
	}
}

/** Tells one of our addresses. That there are no more is not told: nobody waits for it. */
export function tellCandidate(
	link: 'up' | 'down',
	candidate: RTCIceCandidate | null,
	tell: Tell,
): void {
	if (!candidate?.candidate) return
	tell.candidate({
		link,
		candidate: candidate.candidate,
		sdp_m_line_index: candidate.sdpMLineIndex ?? 0,
		...(candidate.sdpMid === null ? {} : { sdp_mid: candidate.sdpMid }),
		...(candidate.usernameFragment ? { username_fragment: candidate.usernameFragment } : {}),
	})
}

import { camera, planned, weak } from './encodings'
import type { Secrecy } from './secret/secrecy'
import { describe } from './sound'
import type { Candidate, Description, Source } from './wire'

/** How a link tells the server; the frames of the websocket. */
export interface Tell {
	description(description: Description): void
	candidate(candidate: Candidate): void
}

/** The m-lines of the up link, always the same four in the same order. */
const sections: { source: Source; kind: 'audio' | 'video'; as: RTCRtpEncodingParameters[] }[] = [
	{ source: 'microphone', kind: 'audio', as: [{ maxBitrate: 40_000 }] },
	{ source: 'camera', kind: 'video', as: camera },
	{ source: 'screen', kind: 'video', as: [{ maxBitrate: 1_800_000 }] },
	{ source: 'screen_audio', kind: 'audio', as: [{ maxBitrate: 96_000 }] },
]

/**
 * What a picture is for: a face keeps its movement when there is little room, because
 * signs and lips are read from it; a screen keeps its letters (W3C mst-content-hint).
 */
const hints: Partial<Record<Source, string>> = { camera: 'motion', screen: 'detail' }

/**
 * What this peer sends. Its four sections are negotiated once; turning a source on,
 * off or over to another device replaces a track and renegotiates nothing. This side
 * always makes the offer.
 */
export class Up {
	readonly #connection: RTCPeerConnection
	readonly #senders = new Map<Source, RTCRtpSender>()
	readonly #wanted = new Map<Source, readonly string[]>()
	#planning = Promise.resolve()
	#small = weak()
	#early: RTCIceCandidateInit[] = []
	#restarts = 0
	/** An offer is being made, or not answered yet. */
	#waiting = false
	/** The network changed meanwhile. */
	#again = false

	constructor(
		ice: RTCIceServer[],
		private readonly tell: Tell,
		/** Told each state of the connection. */
		state: (state: RTCPeerConnectionState) => void,
		secrecy?: Secrecy,
	) {
		const pc = new RTCPeerConnection({ iceServers: ice, bundlePolicy: 'max-bundle' })
		this.#connection = pc
		for (const { source, kind, as } of sections) {
			const line = pc.addTransceiver(kind, { direction: 'sendonly', sendEncodings: as })
			const { sender } = line
			if (secrecy) {
				secrecy.outgoing(sender, source)
				if (kind === 'video') line.setCodecPreferences?.(sealable())
			}
			this.#senders.set(source, sender)
		}
		pc.onicecandidate = ({ candidate }) => tellCandidate('up', candidate, this.tell)
		pc.onconnectionstatechange = () => {
			state(pc.connectionState)
			if (pc.connectionState === 'connected') this.#restarts = 0
			if (standsStill(pc)) void this.restart()
		}
	}

	/** Makes the first offer. */
	async offer(): Promise<void> {
		await this.#offer({})
	}

	/** Takes the answer of the server. */
	async answer(sdp: string): Promise<void> {
		if (this.#connection.signalingState !== 'have-local-offer') return
		await this.#connection.setRemoteDescription({ type: 'answer', sdp: withSilence(sdp) })
		this.#waiting = false
		for (const candidate of this.#early.splice(0)) await this.#connection.addIceCandidate(candidate)
		if (this.#again) await this.moved()
	}

	/** Takes one address of the server. */
	async candidate(candidate: RTCIceCandidateInit): Promise<void> {
		if (this.#connection.remoteDescription) await this.#connection.addIceCandidate(candidate)
		else this.#early.push(candidate)
	}

	/** Sends another track of a source, or nothing. */
	async send(source: Source, track: MediaStreamTrack | null): Promise<void> {
		if (track && hints[source]) track.contentHint = hints[source]
		await this.#senders.get(source)?.replaceTrack(track)
		await this.#plan(source)
	}

	/** Sends only these encodings of a picture: nobody is to get the others. */
	want(source: Source, rids: readonly string[]): Promise<void> {
		this.#wanted.set(source, rids)
		return this.#plan(source)
	}

	/** Sends smaller pictures for somebody who saves data. */
	save(on: boolean): Promise<void> {
		this.#small = on || weak()
		return this.#plan('camera')
	}

	/** Reads what the browser measures of what is sent. */
	stats(): Promise<RTCStatsReport> {
		return this.#connection.getStats()
	}

	/** Whether an offer of ours waits for its answer. */
	get waiting(): boolean {
		return this.#waiting
	}

	/**
	 * Finds another way through when this one stands still. One at a time: a way that is being
	 * looked for is waited for. Gives up after five in a row.
	 */
	async restart(): Promise<void> {
		if (!this.#waiting && ++this.#restarts <= 5) await this.#offer({ iceRestart: true })
	}

	/** The network is another one: finds a way through it, after the answer that is awaited. */
	async moved(): Promise<void> {
		this.#restarts = 0
		this.#again = this.#waiting
		await this.restart()
	}

	/** Ends the connection; the tracks are not stopped. */
	close(): void {
		this.#connection.onconnectionstatechange = null
		this.#connection.onicecandidate = null
		this.#connection.close()
	}

	/** Sets how a picture is sent; one change after another, because each needs a fresh transaction. */
	#plan(source: Source): Promise<void> {
		const sender = this.#senders.get(source)
		if (!sender || (source !== 'camera' && source !== 'screen')) return Promise.resolve()
		this.#planning = this.#planning.then(async () => {
			const size = sender.track?.getSettings()
			const side = size?.width && size.height ? Math.min(size.width, size.height) : undefined
			const parameters = sender.getParameters()
			if (!parameters.encodings?.length) return
			const plan = { side, wanted: this.#wanted.get(source), small: this.#small }
			parameters.encodings = planned(parameters.encodings, plan)
			// A connection that ended meanwhile has nothing to be set.
			await sender.setParameters(parameters).catch(() => {})
		})
		return this.#planning
	}

	async #offer(options: RTCOfferOptions): Promise<void> {
		const pc = this.#connection
		this.#waiting = true
		await describe(pc, await pc.createOffer(options))
		this.tell.description({
			link: 'up',
			kind: 'offer',
			sdp: pc.localDescription?.sdp ?? '',
			sources: sections.map((s) => s.source),
		})
	}
}

/** The codecs whose frames can be sealed; those of AV1 the browser itself has to read. */
function sealable(): RTCRtpCodec[] {
	const codecs = RTCRtpSender.getCapabilities('video')?.codecs ?? []
	return codecs.filter(({ mimeType }) => !/av1|h265|red|ulpfec|flexfec/i.test(mimeType))
}

/**
 * The answer, asking that silence of the microphone, the first section, be not sent
 * (Opus DTX; RFC 7587, section 7). A browser does so only when the other side asks.
 */
export function withSilence(sdp: string): string {
	return sdp.replace(/^a=fmtp:\d+ (?!.*usedtx).*useinbandfec=1/m, '$&;usedtx=1')
}

/** Whether a connection needs another way: a browser says so after two seconds of silence or three. */
export function standsStill({ connectionState }: RTCPeerConnection): boolean {
	return connectionState === 'disconnected' || connectionState === 'failed'
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

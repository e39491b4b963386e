import type { Secrecy } from './secret/secrecy'
import { describe } from './sound'
import { type Readable, writable } from './store'
import { standsStill, type Tell, tellCandidate } from './up'
import type { Source } from './wire'

/** What is received of one peer. */
export interface Received {
	camera?: MediaStream
	screen?: MediaStream
}

/**
 * What this peer receives. The server always makes the offer. A stream's id is
 * "<peer>.camera" (with the microphone) or "<peer>.screen", which says whose it is.
 */
export class Down {
	readonly #received = writable<Record<string, Received>>({})
	readonly #owners = new Map<string, string>()
	#connection: RTCPeerConnection | undefined
	#early: RTCIceCandidateInit[] = []
	#work = Promise.resolve()
	/** A restart has been asked for, and no offer has come yet. */
	#waiting = false
	/** The network changed meanwhile. */
	#again = false

	/** What is received, by peer. */
	readonly received: Readable<Record<string, Received>> = this.#received

	constructor(
		private readonly ice: RTCIceServer[],
		private readonly tell: Tell,
		private readonly state: (state: RTCPeerConnectionState) => void,
		/** Asks the server for an ICE restart. */
		private readonly ask: () => void,
		private readonly secrecy?: Secrecy,
	) {}

	/** Takes an offer of the server and answers it; offers are taken one after another. */
	offer(sdp: string): Promise<void> {
		this.#work = this.#work.then(() => this.#answer(sdp))
		return this.#work
	}

	/** Takes one address of the server. */
	async candidate(candidate: RTCIceCandidateInit): Promise<void> {
		if (this.#connection?.remoteDescription) await this.#connection.addIceCandidate(candidate)
		else this.#early.push(candidate)
	}

	/** Whether an offer that was asked for has not come. */
	get waiting(): boolean {
		return this.#waiting
	}

	/** Asks for another way through when this one stands still, unless that is asked for already. */
	restart(): void {
		if (!this.#connection || this.#waiting) return
		this.#waiting = true
		this.ask()
	}

	/** The network is another one: asks for a way through it, after the offer that is awaited. */
	moved(): void {
		this.#again = this.#waiting
		this.restart()
	}

	/** Reads what the browser measures, for the word about the connection. */
	async stats(): Promise<RTCStatsReport | undefined> {
		return this.#connection?.getStats()
	}

	/** Whose a track is, by its id. */
	ownerOf(track: string): string | undefined {
		return this.#owners.get(track)
	}

	/** Ends the connection and shows nothing more. */
	close(): void {
		const pc = this.#connection
		this.#connection = undefined
		if (pc) {
			pc.ontrack = null
			pc.onconnectionstatechange = null
			pc.close()
		}
		this.#received.set({})
	}

	async #answer(sdp: string): Promise<void> {
		const pc = this.#connection ?? this.#open()
		await pc.setRemoteDescription({ type: 'offer', sdp })
		for (const candidate of this.#early.splice(0)) await pc.addIceCandidate(candidate)
		await describe(pc, await pc.createAnswer())
		this.tell.description({ link: 'down', kind: 'answer', sdp: pc.localDescription?.sdp ?? '' })
		this.#waiting = false
		if (this.#again) this.moved()
	}

	#open(): RTCPeerConnection {
		const pc = new RTCPeerConnection({ iceServers: this.ice, bundlePolicy: 'max-bundle' })
		this.#connection = pc
		pc.onicecandidate = ({ candidate }) => tellCandidate('down', candidate, this.tell)
		pc.onconnectionstatechange = () => {
			this.state(pc.connectionState)
			if (standsStill(pc)) this.restart()
		}
		pc.ontrack = ({ receiver, streams }) => {
			for (const { id } of streams) {
				this.#owners.set(receiver.track.id, owner(id)[0])
				this.secrecy?.incoming(receiver, owner(id)[0], sourceOf(id, receiver.track.kind))
			}
			for (const stream of streams) this.#show(stream)
		}
		return pc
	}

	/** Shows a stream under its peer, until its last track is taken away. */
	#show(stream: MediaStream): void {
		const [peer, what] = owner(stream.id)
		const shown = () =>
			this.#received.update((all) => ({ ...all, [peer]: { ...all[peer], [what]: stream } }))
		stream.onremovetrack = () => {
			if (stream.getTracks().length > 0) return shown()
			this.#received.update((all) => {
				const { [what]: gone, ...rest } = all[peer] ?? {}
				return gone === stream ? { ...all, [peer]: rest } : all
			})
		}
		shown()
	}
}

/** What a track of a stream comes from. */
export function sourceOf(stream: string, kind: string): Source {
	const screen = owner(stream)[1] === 'screen'
	if (kind === 'video') return screen ? 'screen' : 'camera'
	return screen ? 'screen_audio' : 'microphone'
}

/** Whose stream an id names, and which. */
export function owner(stream: string): [peer: string, what: 'camera' | 'screen'] {
	const dot = stream.lastIndexOf('.')
	return [stream.slice(0, dot), stream.slice(dot + 1) === 'screen' ? 'screen' : 'camera']
}

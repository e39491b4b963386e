import { weak } from './encodings'
import { type Readable, writable } from './store'

/** What keeps a microphone or a camera from working. */
export type Fault = 'refused' | 'missing' | 'busy' | 'unsupported'

/** The kinds of device one chooses. */
export type DeviceKind = 'microphone' | 'camera' | 'speaker'

export interface Device {
	id: string
	label: string
}

/** What is open, what there is, and what is wrong. */
export interface DevicesView {
	microphone?: MediaStreamTrack
	camera?: MediaStreamTrack
	faults: { microphone?: Fault; camera?: Fault }
	lists: Record<DeviceKind, Device[]>
	chosen: Partial<Record<DeviceKind, string>>
}

/** What a DOMException of getUserMedia means. Source: W3C Media Capture, 10.3. */
export function faultOf(error: unknown): Fault {
	switch ((error as { name?: string } | null)?.name) {
		case 'NotAllowedError':
		case 'SecurityError':
			return 'refused'
		case 'NotReadableError':
		case 'AbortError':
			return 'busy'
		case 'TypeError':
			return 'unsupported'
		default:
			return 'missing'
	}
}

const pictures: MediaTrackConstraints = {
	width: { ideal: 1280 },
	height: { ideal: 720 },
	frameRate: { ideal: 30 },
}
/** What a weak phone can encode twice without dropping pictures; 24 a second still show lips and signs. */
const smallPictures: MediaTrackConstraints = {
	width: { ideal: 640 },
	height: { ideal: 360 },
	frameRate: { ideal: 24 },
}
const sounds: MediaTrackConstraints = {
	echoCancellation: true,
	noiseSuppression: true,
	autoGainControl: true,
}

const kinds = { audioinput: 'microphone', videoinput: 'camera', audiooutput: 'speaker' } as const

/**
 * The microphone, the camera and the loudspeaker of this person. A choice is kept in
 * this browser for the next time. Whoever made it must close it: a camera light left
 * on is a fault.
 */
export class Devices {
	readonly #view = writable<DevicesView>({
		faults: {},
		lists: { microphone: [], camera: [], speaker: [] },
		chosen: remembered(),
	})
	#now!: DevicesView
	#closed = false
	readonly #changed = () => void this.#list()

	/** What is open now. */
	readonly view: Readable<DevicesView> = this.#view

	constructor(
		private readonly source: MediaDevices | null = globalThis.navigator?.mediaDevices ?? null,
		private readonly small = weak(),
	) {
		this.#view.subscribe((view) => {
			this.#now = view
		})
	}

	/**
	 * Opens both, in one question to the person when the browser allows it; or the microphone
	 * alone, when there are to be no pictures.
	 */
	async open(pictures = true): Promise<void> {
		this.#closed = false
		this.source?.addEventListener('devicechange', this.#changed)
		if (!pictures) {
			await this.openOne('microphone')
			await this.#list()
			return
		}
		try {
			const stream = await this.#ask({
				audio: this.#constraint('microphone'),
				video: this.#constraint('camera'),
			})
			this.#take('microphone', stream.getAudioTracks()[0])
			this.#take('camera', stream.getVideoTracks()[0])
		} catch {
			// One of the two is missing or refused: ask for each alone.
			await this.openOne('microphone')
			await this.openOne('camera')
		}
		await this.#list()
	}

	/** Opens one of them; its fault is in the view when it cannot. */
	async openOne(kind: 'microphone' | 'camera'): Promise<void> {
		try {
			const constraint = this.#constraint(kind)
			const stream = await this.#ask(
				kind === 'camera' ? { video: constraint } : { audio: constraint },
			)
			this.#take(kind, stream.getTracks()[0])
		} catch (error) {
			this.#set({ faults: { ...this.#now.faults, [kind]: faultOf(error) } })
		}
	}

	/** Turns the camera off for good: its light goes out. openOne turns it on again. */
	closeCamera(): void {
		this.#now.camera?.stop()
		this.#drop('camera')
	}

	/** Takes another device of a kind, and remembers it. */
	async choose(kind: DeviceKind, id: string): Promise<void> {
		const chosen = { ...this.#now.chosen, [kind]: id }
		this.#set({ chosen })
		remember(chosen)
		if (kind !== 'speaker') await this.openOne(kind)
	}

	/** Turns everything off, until it is opened again. */
	close(): void {
		this.#closed = true
		this.source?.removeEventListener('devicechange', this.#changed)
		for (const kind of ['microphone', 'camera'] as const) {
			this.#now[kind]?.stop()
			this.#drop(kind)
		}
	}

	async #ask(constraints: MediaStreamConstraints): Promise<MediaStream> {
		if (!this.source) throw new TypeError('this browser has no media devices')
		return this.source.getUserMedia(constraints)
	}

	#constraint(kind: 'microphone' | 'camera'): MediaTrackConstraints {
		const id = this.#now.chosen[kind]
		const base = kind === 'microphone' ? sounds : this.small ? smallPictures : pictures
		return id ? { ...base, deviceId: { ideal: id } } : base
	}

	#take(kind: 'microphone' | 'camera', track: MediaStreamTrack | undefined): void {
		if (!track) return
		if (this.#closed) {
			track.stop()
			return
		}
		this.#now[kind]?.stop()
		// A device pulled out ends its track: another takes its place, or the person is told.
		track.addEventListener('ended', () => {
			if (this.#now[kind] !== track) return
			this.#drop(kind, 'missing')
			void this.openOne(kind).then(() => this.#list())
		})
		const { [kind]: _, ...faults } = this.#now.faults
		this.#set({ [kind]: track, faults })
	}

	#drop(kind: 'microphone' | 'camera', fault?: Fault): void {
		const { [kind]: _, ...view } = this.#now
		this.#view.set(fault ? { ...view, faults: { ...view.faults, [kind]: fault } } : view)
	}

	async #list(): Promise<void> {
		const all = (await this.source?.enumerateDevices().catch(() => [])) ?? []
		const lists: DevicesView['lists'] = { microphone: [], camera: [], speaker: [] }
		for (const { kind, deviceId, label } of all) {
			if (deviceId && label) lists[kinds[kind]].push({ id: deviceId, label })
		}
		this.#set({ lists })
	}

	#set(change: Partial<DevicesView>): void {
		this.#view.update((view) => ({ ...view, ...change }))
	}
}

const shelf = 'salon.devices'

function remembered(): DevicesView['chosen'] {
	try {
		return JSON.parse(localStorage.getItem(shelf) ?? '{}')
	} catch {
		return {}
	}
}

function remember(chosen: DevicesView['chosen']): void {
	try {
		localStorage.setItem(shelf, JSON.stringify(chosen))
	} catch {
		// A private window may refuse; the choice then lasts as long as the page.
	}
}

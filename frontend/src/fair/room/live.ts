import { derived, type Readable, writable } from 'svelte/store'
import type { Join } from '../../api/shape'
import type { Devices, DevicesView } from '../../media/devices'
import { Down, type Received } from '../../media/down'
import { onNetwork } from '../../media/network'
import {
	judge,
	type Look,
	look,
	lostOnTheWay,
	measures,
	nothing,
	type Proposal,
	type Quality,
	Reporter,
} from '../../media/quality'
import { saver } from '../../media/saver'
import type { Secrecy, SecrecyView } from '../../media/secret/secrecy'
import { seen } from '../../media/seen'
import { type Tell, Up } from '../../media/up'
import { candidateInit } from '../../media/wire'
import type { FromServer, RoomRole, Sending } from '../../signaling/message'
import { Room, type RoomView } from '../../signaling/room'
import type { Socket } from '../../signaling/socket'

/** A live room with its pictures and sounds. */
export interface LiveView extends RoomView {
	received: Record<string, Received>
	/** What this peer sends, as it has told the others. */
	sending: Sending
	/** The screen being shared from here, to show it small. */
	screen: MediaStream | undefined
	/** Whether the media connection stands; false shows a frozen picture. */
	flowing: boolean
	quality: Quality
	/** The peers of whom little comes through. */
	weak: string[]
	/** The pictures, "<peer>.camera" or "<peer>.screen", that the network does not carry now. */
	paused: string[]
	/** Whether only those in the room see and hear; undefined where nothing is agreed on. */
	secrecy: SecrecyView | undefined
}

/** How long what is seen has to stay so before it is told, in milliseconds. */
const settling = 150

/** How often the connection is judged, in milliseconds. */
const judging = 3000

/** How long the server has to say a word about another way, before the websocket counts as dead. */
const patience = 8000

/** The part of what is sent that may get lost before it is heard. */
const tooMuch = 0.08

const publishes = (role: RoomRole) => role !== 'viewer'

/**
 * A room joined: signaling and media together. It owns its two links and builds them
 * anew at each entry; it does not own the devices, which the lobby opened before.
 */
export class LiveRoom {
	readonly #room: Room
	#down: Down | undefined
	readonly #media = writable({
		received: {} as Record<string, Received>,
		sending: { microphone: false, camera: false, screen: false } as Sending,
		screen: undefined as MediaStream | undefined,
		flowing: false,
		quality: 'good' as Quality,
		weak: [] as string[],
		paused: [] as string[],
		secrecy: undefined as SecrecyView | undefined,
	})
	readonly #off: (() => void)[] = []
	#up: Up | undefined
	#muted = false
	#role: RoomRole = 'viewer'
	#members: string[] = []
	#devices: DevicesView | undefined
	#screen: MediaStream | undefined
	#flowing = false
	#received: Record<string, Received> = {}
	#saving = false
	#viewing = ''
	#settle: ReturnType<typeof setTimeout> | undefined
	#unheard: ReturnType<typeof setTimeout> | undefined

	/** Everything a screen draws. */
	readonly view: Readable<LiveView>

	constructor(
		private readonly socket: Socket,
		private readonly joined: Join,
		join: (peer?: string) => Promise<Join>,
		/** The microphone and camera; without them one only watches. */
		private readonly devices?: Devices,
		/** What keeps the room secret; it ends with the room. */
		private readonly secrecy?: Secrecy,
	) {
		this.#room = new Room(
			socket,
			join,
			(entry) => void this.#begin(entry),
			() => secrecy?.entering() ?? {},
		)
		this.view = derived([this.#room.view, this.#media], ([room, media]) => ({
			...room,
			...media,
			// What we send we know before the server has told it.
			members: room.members.map((m) =>
				m.peer === room.peer ? { ...m, sending: media.sending } : m,
			),
		}))
		this.#listen()
		this.#room.enter(joined.token)
	}

	/** A line of text for everybody. */
	say(text: string): void {
		this.#room.say(text)
	}

	/** The line as typed so far, for everybody. */
	type(text: string): void {
		this.#room.type(text)
	}

	/** Whether one has muted oneself. */
	get muted(): boolean {
		return this.#muted
	}

	/** Mutes or unmutes. The track keeps flowing as silence, so that unmuting is immediate. */
	mute(muted: boolean): void {
		this.#muted = muted
		// One that was pulled out may be there again.
		if (!muted && !this.#devices?.microphone) void this.devices?.openOne('microphone')
		if (this.#devices?.microphone) this.#devices.microphone.enabled = !muted
		this.#tell()
	}

	/** Turns the camera on or off; off puts its light out. */
	async camera(on: boolean): Promise<void> {
		if (on) await this.devices?.openOne('camera')
		else this.devices?.closeCamera()
	}

	/** Shares a screen or a window, chosen in the browser's own dialogue. Rejects when refused. */
	async share(): Promise<void> {
		const stream = await navigator.mediaDevices.getDisplayMedia({
			video: { frameRate: 15 },
			audio: true,
		})
		this.#screen = stream
		stream.getVideoTracks()[0]?.addEventListener('ended', () => void this.unshare())
		await this.#sendScreen()
		this.#tell()
	}

	/** Stops sharing. */
	async unshare(): Promise<void> {
		for (const track of this.#screen?.getTracks() ?? []) track.stop()
		this.#screen = undefined
		await this.#sendScreen()
		this.#tell()
	}

	/** The person is being proposed this because the connection is weak. */
	told(proposal: Proposal): void {
		this.#told = proposal
		if (this.#stood) this.#report(this.#quality, this.#looked)
	}

	/** Goes on though it is not encrypted end to end. */
	goOn(): void {
		this.secrecy?.goOn()
	}

	/** The others' code is the same. */
	sameCode(): void {
		this.secrecy?.confirm()
	}

	/** Leaves the room and ends the links. */
	leave(): void {
		this.#room.leave()
		this.close()
	}

	/** Ends the links without saying goodbye; a reload of the page comes back. */
	close(): void {
		for (const off of this.#off.splice(0)) off()
		for (const track of this.#screen?.getTracks() ?? []) track.stop()
		this.#up?.close()
		this.#down?.close()
		this.secrecy?.close()
		this.#room.dispose()
	}

	#listen(): void {
		const s = this.socket
		const judge = setInterval(() => void this.#judge(), judging)
		this.#off.push(
			() => clearInterval(judge),
			s.on('description', ({ link, kind, sdp }) => {
				if (link === 'up' && kind === 'answer') void this.#up?.answer(sdp)
				if (link === 'down' && kind === 'offer') void this.#down?.offer(sdp)
			}),
			s.on('ice_candidate', (c) => {
				void (c.link === 'up' ? this.#up : this.#down)?.candidate(candidateInit(c))
			}),
			s.on('role', ({ role }) => this.#become(role)),
			// The server notices first that nothing comes from us any more.
			s.on('link_state', ({ link, state }) => {
				if (state === 'disconnected') this.#restart(link)
			}),
			s.on('encodings', ({ source, active }) => void this.#up?.want(source, active ?? [])),
			s.on('paused', ({ tracks }) => this.#patch({ paused: tracks ?? [] })),
			() => clearTimeout(this.#settle),
			() => clearTimeout(this.#unheard),
			onNetwork(() => this.#moved()),
			seen.listen(() => this.#look()),
			saver.subscribe((on) => {
				this.#saving = on
				void this.#up?.save(on)
				this.#look()
			}),
			this.#room.view.subscribe(({ phase, members }) => {
				this.#members = members.map((m) => m.peer)
				if (phase === 'over') this.close()
			}),
		)
		if (this.secrecy) this.#keep(this.secrecy)
		if (this.devices) this.#off.push(this.devices.view.subscribe((view) => this.#device(view)))
	}

	/** What the server passes on about keys goes to those who agree on them. */
	#keep(secrecy: Secrecy): void {
		this.#off.push(
			this.socket.on('keying', ({ round, peers, unable }) =>
				secrecy.begin({ round, peers: peers ?? [], unable: unable ?? [] }, this.#members),
			),
			this.socket.on('key_by', (step) => secrecy.hear(step)),
			secrecy.view.subscribe((view) => this.#patch({ secrecy: view })),
		)
	}

	/** Finds another way for a link that stands still. */
	#restart(link: string): void {
		if (link === 'up') void this.#up?.restart()
		else this.#down?.restart()
		this.#expect()
	}

	/** The network is another one: both links look for a way at once, before they stand still. */
	#moved(): void {
		this.socket.hurry()
		void this.#up?.moved()
		this.#down?.moved()
		this.#expect()
	}

	/** A websocket on which nobody answers is renewed; the room is then entered again. */
	#expect(): void {
		clearTimeout(this.#unheard)
		this.#unheard = setTimeout(() => {
			if (this.#up?.waiting || this.#down?.waiting) this.socket.renew()
		}, patience)
	}

	/** Both links begin anew at each entry; what was shown stays until the new comes. */
	async #begin(entry: FromServer['entered']): Promise<void> {
		this.secrecy?.entered(entry.peer)
		this.#down?.close()
		const tell: Tell = {
			description: (d) => this.socket.send('description', d),
			candidate: (c) => this.socket.send('ice_candidate', c),
		}
		const down = new Down(
			this.joined.ice_servers,
			tell,
			(state) => {
				this.#flowing = state === 'connected'
				this.#patch({ flowing: this.#flowing })
			},
			() => void this.socket.send('restart', { link: 'down' }),
			this.secrecy,
		)
		this.#down = down
		const off = down.received.subscribe((received) => {
			if (this.#down !== down || Object.keys(received).length === 0) return
			this.#received = received
			this.#patch({ received })
			this.#look()
		})
		this.#off.push(off)
		this.#viewing = ''
		this.#reports = entry.kind === 'interview' && publishes(entry.role) ? new Reporter() : undefined
		this.#looked = this.#reported = nothing
		this.#peers = {}
		this.#patch({ paused: [] })
		this.#look()
		this.#become(entry.role)
	}

	/** Opens the up link when the role publishes, closes it when it does not. */
	#become(role: RoomRole): void {
		this.#role = role
		this.#up?.close()
		this.#up = undefined
		if (!publishes(role) || !this.devices) return
		this.#up = new Up(
			this.joined.ice_servers,
			{
				description: (d) => this.socket.send('description', d),
				candidate: (c) => this.socket.send('ice_candidate', c),
			},
			() => {},
			this.secrecy,
		)
		void this.#up.save(this.#saving)
		void this.#sendAll().then(() => this.#up?.offer())
		this.#tell()
	}

	#device(view: DevicesView): void {
		const before = this.#devices
		this.#devices = view
		if (view.microphone) view.microphone.enabled = !this.#muted
		if (before?.microphone !== view.microphone)
			void this.#up?.send('microphone', view.microphone ?? null)
		if (before?.camera !== view.camera) void this.#up?.send('camera', view.camera ?? null)
		this.#tell()
	}

	async #sendAll(): Promise<void> {
		await this.#up?.send('microphone', this.#devices?.microphone ?? null)
		await this.#up?.send('camera', this.#devices?.camera ?? null)
		await this.#sendScreen()
	}

	async #sendScreen(): Promise<void> {
		await this.#up?.send('screen', this.#screen?.getVideoTracks()[0] ?? null)
		await this.#up?.send('screen_audio', this.#screen?.getAudioTracks()[0] ?? null)
	}

	/** Tells the others what is sent, and our own screen. */
	#tell(): void {
		const sending = {
			microphone: !!this.#devices?.microphone && !this.#muted,
			camera: !!this.#devices?.camera,
			screen: !!this.#screen,
		}
		this.#patch({ sending, screen: this.#screen })
		if (publishes(this.#role)) this.#room.sending(sending)
	}

	/** Tells the server what is seen, once it has settled. */
	#look(): void {
		this.#settle ??= setTimeout(() => {
			this.#settle = undefined
			const tracks = Object.entries(this.#received).flatMap(([peer, shown]) =>
				Object.keys(shown).map((what) => `${peer}.${what}`),
			)
			const viewing = { tracks, heights: tracks.map((t) => seen.height(t)), saver: this.#saving }
			const text = JSON.stringify(viewing)
			if (text === this.#viewing || (tracks.length === 0 && !this.#saving)) return
			this.#viewing = text
			this.socket.send('viewing', viewing)
		}, settling)
	}

	#looked = nothing
	#reported = nothing
	#peers: Record<string, Look> = {}
	#reports: Reporter | undefined
	#told: Proposal = ''
	#quality: Quality = 'good'
	#stood = false

	async #judge(): Promise<void> {
		const stands = this.#flowing
		this.#stood ||= stands
		if (this.#stood && !stands) {
			this.#judged('lost', [], this.#looked)
			return
		}
		const [down, up] = await Promise.all([this.#down?.stats(), this.#up?.stats()])
		if (!down) return
		const entries = () => down.entries() as Iterable<[string, Record<string, unknown>]>
		const now = look(entries())
		const sent = up ? lostOnTheWay(up.entries() as ReturnType<typeof entries>) : 0
		const before = this.#peers
		const weak: string[] = []
		this.#peers = {}
		for (const peer of Object.keys(this.#received)) {
			const theirs = look(entries(), (track) => this.#down?.ownerOf(track) === peer)
			if (judge(before[peer] ?? nothing, theirs) !== 'good') weak.push(peer)
			this.#peers[peer] = theirs
		}
		this.#judged(sent > tooMuch ? 'weak' : judge(this.#looked, now), weak, now)
	}

	#judged(quality: Quality, weak: string[], now: Look): void {
		this.#looked = now
		this.#quality = quality
		this.#patch({ quality, weak })
		if (this.#stood) this.#report(quality, now)
	}

	/** Tells the server how it goes, when that is due. */
	#report(quality: Quality, now: Look): void {
		if (!this.#reports?.due(Date.now(), quality, this.#told)) return
		const report = measures(this.#reported, now)
		this.#reported = now
		this.socket.send('quality', { level: quality, ...report, told: this.#told || 'nothing' })
	}

	#patch(change: Partial<Omit<LiveView, keyof RoomView>>): void {
		this.#media.update((media) => ({ ...media, ...change }))
	}
}

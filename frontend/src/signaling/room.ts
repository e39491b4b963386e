import { type Readable, writable } from 'svelte/store'
import {
	closed,
	type FromClient,
	type FromServer,
	type Member,
	type RoomRole,
	type Said,
	type Sending,
} from './message'
import type { Socket, SocketState } from './socket'

/** Why one is not in the room any more. */
export type Ending = 'left' | 'ended' | 'kicked' | 'replaced' | 'signed-out' | 'refused' | 'full'

/** Where this peer stands in the room. */
export type Phase = 'joining' | 'in' | 'reconnecting' | 'restarting' | 'over'

/** The room as this peer sees it. Members includes this peer when it may publish. */
export interface RoomView {
	phase: Phase
	ending?: Ending
	/** What the server said when it refused to let in; only with ending "refused". */
	failure?: unknown
	peer: string
	role: RoomRole
	members: Member[]
	/** Peers whose connection broke and who may come back within seconds. */
	lost: string[]
	presence: number
	lines: Said[]
	/** What others are typing, by peer. */
	typing: Record<string, string>
	speaking: string
}

/** How many lines of text are kept on the screen. */
const linesKept = 200

const nobody: RoomView = {
	phase: 'joining',
	peer: '',
	role: 'viewer',
	members: [],
	lost: [],
	presence: 0,
	lines: [],
	typing: {},
	speaking: '',
}

/**
 * One peer's presence in a room: it enters with a token from join, comes back with
 * the resume token after a lost connection, and asks join again when that is refused.
 * It knows nothing of media; those who do listen to the socket.
 */
export class Room {
	readonly #view = writable<RoomView>(nobody)
	readonly #off: (() => void)[] = []
	#now: RoomView = nobody
	#resume = ''
	#asking = false
	#refusals = 0

	/** The room as it is now. */
	readonly view: Readable<RoomView> = this.#view

	constructor(
		private readonly socket: Socket,
		/** Asks the server for a fresh entry token, for this peer if it has an id. */
		private readonly join: (peer?: string) => Promise<{ token: string }>,
		/** Called at each entry, the first and those after a lost connection. */
		private readonly entered: (entry: FromServer['entered']) => void,
		/** What is said at the door beside the token. */
		private readonly wish: () => Omit<FromClient['enter'], 'token'> = () => ({}),
	) {
		this.#view.subscribe((view) => {
			this.#now = view
		})
		this.#listen()
	}

	/** Enters with a token already given by a join. */
	enter(token: string): void {
		this.#resume = token
		this.#enter()
	}

	/** A line of text for everybody. */
	say(text: string): void {
		const id = crypto.randomUUID().replaceAll('-', '').slice(0, 26)
		this.socket.send('say', { id, text })
	}

	/** The line as typed so far, for everybody. */
	type(text: string): void {
		this.socket.send('typing', { text })
	}

	/** Tells which sources are sent. */
	sending(sending: Sending): void {
		this.socket.send('sending', sending)
	}

	/** Leaves; the socket stays. */
	leave(): void {
		this.socket.send('leave', {})
		this.#end('left')
	}

	/** Stops listening; nothing more is sent or shown. */
	dispose(): void {
		for (const off of this.#off) off()
		this.#off.length = 0
	}

	#listen(): void {
		const s = this.socket
		this.#off.push(
			s.state.subscribe((state) => this.#connection(state)),
			s.on('entered', (entry) => this.#entry(entry)),
			s.on('resume', ({ token }) => {
				this.#resume = token
			}),
			s.on('role', ({ role }) => this.#role(role)),
			s.on('presence', ({ count }) => this.#set({ presence: count })),
			s.on('speaking', ({ peer }) => this.#set({ speaking: peer })),
			s.on('member_joined', ({ member }) => this.#member(member)),
			s.on('member_changed', ({ member }) => this.#member(member)),
			s.on('member_left', ({ peer, reason }) => this.#gone(peer, reason)),
			s.on('said', (said) => this.#said(said)),
			s.on('typing_by', ({ peer, text }) =>
				this.#set({ typing: { ...this.#now.typing, [peer]: text } }),
			),
			s.on('left', ({ reason }) => this.#end(reason)),
			s.on('error', ({ of, code }) => {
				if (of !== 'enter') return
				// Another token would not make room; the peer that comes back has its place.
				if (code === 'room.full') this.#end('full')
				else void this.#again()
			}),
		)
	}

	#connection(state: SocketState): void {
		if (this.#now.phase === 'over') return
		if (state.is === 'open' && this.#resume) this.#enter()
		if (state.is === 'waiting' && this.#now.peer) {
			// A server that said it restarts is restarting until it is back.
			const restarting = state.restarting || this.#now.phase === 'restarting'
			this.#set({ phase: restarting ? 'restarting' : 'reconnecting' })
		}
		if (state.is === 'stopped') {
			if (state.code === closed.replaced) this.#end('replaced')
			else if (state.code === closed.signedOut) this.#end('signed-out')
			else this.#end(state.code === 1000 ? 'left' : 'refused')
		}
	}

	#enter(): void {
		this.socket.send('enter', { token: this.#resume, ...this.wish() })
	}

	#entry(entry: FromServer['entered']): void {
		this.#resume = entry.resume
		this.#refusals = 0
		this.#set({
			phase: 'in',
			peer: entry.peer,
			role: entry.role,
			members: entry.members,
			lost: [],
			presence: entry.presence,
			lines: entry.recent ?? [],
			typing: {},
			speaking: '',
		})
		this.entered(entry)
	}

	/** The token was refused: the right may be gone, or only too old. Ask, twice at most. */
	async #again(): Promise<void> {
		if (this.#asking || this.#now.phase === 'over') return
		this.#asking = true
		try {
			if (++this.#refusals > 2) throw new Error('the room refuses tokens that were just given')
			const { token } = await this.join(this.#now.peer || undefined)
			this.enter(token)
		} catch (failure) {
			this.#set({ failure })
			this.#end('refused')
		} finally {
			this.#asking = false
		}
	}

	/** Members stand in the order of their ids, as the server gives them: nobody changes places. */
	#member(member: Member): void {
		const others = this.#now.members.filter((m) => m.peer !== member.peer)
		const lost = this.#now.lost.filter((peer) => peer !== member.peer)
		const members = member.role === 'viewer' ? others : [...others, member]
		members.sort((a, b) => (a.peer < b.peer ? -1 : 1))
		this.#set({ members, lost })
	}

	/** Our own role changed; who only watches is no longer among those on stage. */
	#role(role: RoomRole): void {
		const { members, peer } = this.#now
		this.#set({
			role,
			members: role === 'viewer' ? members.filter((m) => m.peer !== peer) : members,
		})
	}

	#gone(peer: string, reason: string): void {
		if (reason === 'lost') {
			this.#set({ lost: [...this.#now.lost.filter((p) => p !== peer), peer] })
			return
		}
		const { [peer]: _, ...typing } = this.#now.typing
		this.#set({
			members: this.#now.members.filter((m) => m.peer !== peer),
			lost: this.#now.lost.filter((p) => p !== peer),
			typing,
		})
	}

	#said(said: Said): void {
		const { [said.peer]: _, ...typing } = this.#now.typing
		this.#set({ lines: [...this.#now.lines, said].slice(-linesKept), typing })
	}

	#end(ending: Ending): void {
		if (this.#now.phase === 'over') return
		this.#set({ phase: 'over', ending })
		this.dispose()
	}

	#set(change: Partial<RoomView>): void {
		this.#view.update((view) => ({ ...view, ...change }))
	}
}

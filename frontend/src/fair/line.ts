/** What both sides of a line need: following it, and its times in words. */
import { type Readable, writable } from 'svelte/store'
import type { LineShow } from '../api/shape'
import { t } from '../locales/text'
import type { Socket } from '../signaling/socket'

/** What a line said last over the websocket, and when (Unix time in ms). */
export interface Said {
	rev: number
	show: LineShow
}

/** The lines of a screen, by the id of their stand. */
export class Lines {
	readonly #said = writable<ReadonlyMap<string, Said>>(new Map())
	readonly #off: () => void
	#followed = new Set<string>()

	/** What each line said last. */
	readonly said: Readable<ReadonlyMap<string, Said>> = this.#said

	constructor(
		private readonly socket: Socket,
		heard: (stand: string, show: LineShow) => void = () => {},
	) {
		this.#off = socket.on('topic', ({ entity, id, rev, view }) => {
			const show = view.line
			if (entity !== 'line' || !show) return
			this.#said.update((said) =>
				(said.get(id)?.rev ?? 0) > rev ? said : new Map(said).set(id, { rev, show }),
			)
			heard(id, show)
		})
	}

	/** Follows exactly these topics from now on, each by the grant that came with it. */
	follow(topics: readonly { name: string; grant: string }[]): void {
		const names = new Set(topics.map(({ name }) => name))
		for (const name of this.#followed) if (!names.has(name)) this.socket.unfollow(name)
		for (const { name, grant } of topics) this.socket.follow(name, grant)
		this.#followed = names
	}

	/** Follows nothing any more. */
	close(): void {
		this.#off()
		this.follow([])
	}
}

/** "45 min", "1 h 20". */
export function minutesWords(minutes: number): string {
	if (minutes < 60) return t('talk.minutes', { count: minutes })
	const hours = Math.floor(minutes / 60)
	const rest = minutes % 60
	if (rest === 0) return t('talk.hours', { hours })
	return t('talk.hoursminutes', { hours, minutes: String(rest).padStart(2, '0') })
}

/** The time left to answer, "0:42"; never below nothing. */
export function countdown(until: string, now: number): string {
	const left = Math.max(0, Math.ceil((Date.parse(until) - now) / 1000))
	return `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`
}

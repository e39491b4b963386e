/**
 * Draws a person's attention to a page they may not be looking at: the phone is in the
 * pocket, or another tab is open. The title of the page always says it; sound and
 * vibration come where the browser allows them, which it does once the person has
 * touched the page, and unless they have turned the sound off.
 */
import { chime } from '../media/level'

/** The parts of a browser in use; tests give their own. */
export interface Surroundings {
	title: string
	hidden(): boolean
	vibrate(pattern: number[]): void
	sound(): Promise<void>
	read(key: string): string | null
	write(key: string, value: string): void
	every(ms: number, act: () => void): () => void
}

/** Where the choice to hear nothing is kept, in this browser. */
const key = 'salon.mute'

/** A call nobody has seen is repeated this often, in milliseconds, and so many times. */
const again = 8000
const times = 6

export class Attention {
	#title: string | undefined
	#count = 0
	#words = ''
	#off: (() => void) | undefined
	#left = 0

	constructor(private readonly around: Surroundings) {}

	/** Says that somebody waits for an answer now, and again while the page is not looked at. */
	call(words: string): void {
		if (this.#words === words) return
		this.rest()
		this.#words = words
		this.#show()
		this.#left = times
		this.#sound()
		this.#off = this.around.every(again, () => {
			if (this.#left-- <= 0 || !this.around.hidden()) return
			this.#sound()
		})
	}

	/** Says how many things wait to be read; they need no answer at once. */
	note(count: number): void {
		this.#count = count
		this.#show()
	}

	/** Ends a call, and is quiet. */
	rest(): void {
		this.#off?.()
		this.#off = undefined
		this.#words = ''
		this.#show()
	}

	/** The title counts what waits, a call first, and says what is asked. */
	#show(): void {
		this.#title ??= this.around.title
		const count = this.#count + (this.#words ? 1 : 0)
		const words = this.#words || this.#title
		this.around.title = count > 0 ? `(${count}) ${words}` : words
	}

	/** Whether the person has chosen to hear nothing. */
	muted(): boolean {
		return this.around.read(key) === 'yes'
	}

	/** Keeps that choice. */
	mute(quiet: boolean): void {
		this.around.write(key, quiet ? 'yes' : 'no')
	}

	/** Called on a press: from then on the browser lets the page be heard. Aloud lets one hear it. */
	async unlock(aloud = false): Promise<void> {
		if (aloud && !this.muted()) await this.around.sound().catch(() => {})
	}

	#sound(): void {
		if (this.muted()) return
		this.around.vibrate([300, 150, 300])
		void this.around.sound().catch(() => {})
	}
}

function storage<T>(act: (store: Storage) => T, otherwise: T): T {
	try {
		return act(localStorage)
	} catch {
		return otherwise // storage is refused in some private windows
	}
}

const browser: Surroundings = {
	get title() {
		return document.title
	},
	set title(words: string) {
		document.title = words
	},
	hidden: () => document.visibilityState !== 'visible',
	vibrate: (pattern) => void navigator.vibrate?.(pattern),
	sound: () => chime(),
	read: (name) => storage((store) => store.getItem(name), null),
	write: (name, value) => storage((store) => store.setItem(name, value), undefined),
	every: (ms, act) => {
		const timer = setInterval(act, ms)
		return () => clearInterval(timer)
	},
}

/** The attention of this page. */
export const attention = new Attention(browser)

/**
 * Calls act when the page wakes up: it is seen again, the network is back, or the browser
 * has woken it from a sleep. Ends with the returned function.
 */
export function onWaking(
	act: () => void,
	page: Document = document,
	view: Window = window,
): () => void {
	const seen = () => {
		if (page.visibilityState === 'visible') act()
	}
	page.addEventListener('visibilitychange', seen)
	view.addEventListener('online', act)
	view.addEventListener('pageshow', act)
	return () => {
		page.removeEventListener('visibilitychange', seen)
		view.removeEventListener('online', act)
		view.removeEventListener('pageshow', act)
	}
}

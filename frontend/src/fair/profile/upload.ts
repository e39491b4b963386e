/**
 * Sends a CV in parts. A part that is lost is sent again, shorter; a long one makes the
 * next longer. The server says what it has received, so that nothing is sent twice: the
 * same file chosen again later goes on where it stopped.
 */
import { writable } from 'svelte/store'
import { Problem } from '../../api/client'
import type { CV } from '../../api/cv'

/** The lengths of parts, in bytes; the API takes the longest. */
export const shortest = 16 * 1024
export const first = 64 * 1024
export const longest = 256 * 1024
/** A part that took less than this, in milliseconds, makes the next one longer. */
const quick = 1200
/** Waits between tries, in milliseconds. */
const waits = [1000, 2000, 4000, 8000, 15_000]

export interface Progress {
	is: 'sending' | 'waiting' | 'checking'
	sent: number
	size: number
}

export interface Sender {
	begin(name: string, size: number, key: string): Promise<CV>
	part(cv: string, offset: number, content: Blob): Promise<CV>
	finish(cv: string): Promise<CV>
}

/** What tells one file from another; the same file has the same key. */
export function keyOf(file: { name: string; size: number; lastModified: number }): string {
	let hash = 0
	for (const letter of file.name) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) >>> 0
	return `cv-${file.size}-${file.lastModified}-${hash.toString(36)}`
}

/** Whether trying again may help: nobody answered, or not now, or another part is wanted. */
function passing(failure: unknown): boolean {
	return (
		failure instanceof Problem &&
		(failure.status === 0 ||
			failure.status >= 500 ||
			failure.status === 408 ||
			failure.status === 429 ||
			failure.code === 'cv.offset')
	)
}

export class Upload {
	readonly progress = writable<Progress>({ is: 'sending', sent: 0, size: 0 })
	private ended = false
	private hurry = () => {}

	constructor(
		private readonly file: File,
		private readonly sender: Sender,
		private readonly now: () => number = () => performance.now(),
		private readonly pause = (ms: number, hurry: (now: () => void) => void) =>
			new Promise<void>((resolve) => {
				const timer = setTimeout(resolve, ms)
				hurry(() => {
					clearTimeout(timer)
					resolve()
				})
			}),
	) {}

	/** The network is back: no need to wait. */
	again(): void {
		this.hurry()
	}

	cancel(): void {
		this.ended = true
		this.hurry()
	}

	/** Sends all of it. Undefined when it was cancelled; a refusal is thrown. */
	async run(): Promise<CV | undefined> {
		const { file, sender } = this
		let length = first
		let lost = 0
		let cv: CV | undefined
		while (!this.ended) {
			try {
				cv ??= await sender.begin(file.name, file.size, keyOf(file))
				if (cv.state !== 'receiving') return cv
				if (cv.received >= cv.size) {
					this.progress.set({ is: 'checking', sent: cv.size, size: cv.size })
					return await sender.finish(cv.id)
				}
				this.progress.set({ is: 'sending', sent: cv.received, size: cv.size })
				const from = this.now()
				const part = file.slice(cv.received, Math.min(cv.received + length, file.size))
				cv = await sender.part(cv.id, cv.received, part)
				if (this.now() - from < quick) length = Math.min(longest, length * 2)
				lost = 0
			} catch (failure) {
				if (!passing(failure)) throw failure
				length = Math.max(shortest, length / 2)
				this.progress.update((p) => ({ ...p, is: 'waiting' }))
				cv = undefined // what was received is asked again
				await this.pause(waits[Math.min(lost++, waits.length - 1)] ?? 0, (now) => {
					this.hurry = now
				})
			}
		}
		return undefined
	}
}

/** A size in words of the page's language: "320 Ko", "1,4 Mo". */
export function sizeOf(bytes: number, lang: string): string {
	const mega = bytes >= 1024 * 1024
	const number = mega ? bytes / 1024 / 1024 : Math.max(1, Math.round(bytes / 1024))
	const unit = lang === 'fr' ? (mega ? 'Mo' : 'Ko') : mega ? 'MB' : 'KB'
	return `${new Intl.NumberFormat(lang, { maximumFractionDigits: 1 }).format(number)}\u00a0${unit}`
}

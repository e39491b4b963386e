import type { Thread, ThreadMessage } from '../../api/shape'
import { t } from '../../locales/text'
import { minutesUntil } from '../../locales/time'

/** A message being written, under an id of its own: sent again, it is written once. */
export interface Draft {
	id: string
	text: string
}

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567'

/** An id in the shape of the server's, 130 random bits. */
export function newID(random = (bytes: Uint8Array) => crypto.getRandomValues(bytes)): string {
	return [...random(new Uint8Array(26))].map((byte) => alphabet[byte % 32]).join('')
}

/** The most characters a message may have. */
export const longest = 1000

/** Why a text cannot be sent, in words; empty when it can. */
export function fault(text: string): string {
	const count = [...text.trim()].length
	return count > longest ? t('thread.long', { count: count - longest }) : ''
}

/** How the other side is called. */
export function withWhom(thread: Thread): string {
	if (thread.with) return thread.with
	if (thread.anonymous) return t('thread.anonymous')
	return thread.kind === 'organiser' ? t('thread.organisers') : t('thread.somebody')
}

/** Who signs a message. */
export function signed(message: ThreadMessage, thread: Thread): string {
	if (message.mine) return t('thread.you')
	if (message.side === 'stand') return message.name || thread.stand.name
	return message.side === 'organiser' ? t('thread.organisers') : withWhom(thread)
}

/** How long something waits: "12 min", "2 h 05", "3 jours". */
export function waited(since: string, now: number): string {
	const minutes = Math.max(0, -minutesUntil(since, now))
	if (minutes < 60) return t('wait.minutes', { count: minutes })
	if (minutes < 24 * 60) {
		return t('wait.hours', {
			hours: Math.floor(minutes / 60),
			minutes: String(minutes % 60).padStart(2, '0'),
		})
	}
	return t('wait.days', { count: Math.floor(minutes / 1440) })
}

/** What a thread is waiting for, as its reader is told; empty when for nothing. */
export function pending(thread: Thread, now: number): string {
	if (!thread.asked_at || !thread.owes) return ''
	const wait = waited(thread.asked_at, now)
	if (thread.owes === thread.side) {
		return thread.level > 0 ? t('thread.overdue', { wait }) : t('thread.yours', { wait })
	}
	if (thread.side === 'candidate' && thread.level === 0) return t('thread.sent')
	return thread.level >= 2 ? t('thread.withorganiser', { wait }) : t('thread.unanswered', { wait })
}

/** The threads in the order one deals with them: what waits for me, the longest first, then the latest. */
export function inOrder(threads: readonly Thread[]): Thread[] {
	const mine = (thread: Thread) => thread.owes === thread.side && thread.asked_at
	return [...threads].sort((a, b) => {
		const [first, second] = [mine(a), mine(b)]
		if (first && second) return Date.parse(first) - Date.parse(second)
		if (first || second) return first ? -1 : 1
		return Date.parse(b.at) - Date.parse(a.at)
	})
}

/** How many messages of all threads are unread. */
export function unread(threads: readonly Thread[]): number {
	return threads.reduce((sum, thread) => sum + thread.unread, 0)
}

/** When the network has probably become another one, so that ways through it are looked for anew. */

/** How often it is seen whether the machine slept, in milliseconds. */
const beat = 2000

/** A pause between two beats that only a sleep explains; a busy page is late by less. */
const sleep = 15_000

/** What the browser knows of its connection, where it knows it: Chromium on phones. */
interface Connection extends EventTarget {
	type?: string
}

/** What tests replace. */
export interface Surroundings {
	view: Pick<Window, 'addEventListener' | 'removeEventListener'>
	page: Pick<Document, 'addEventListener' | 'removeEventListener'>
	connection: Connection | undefined
	now(): number
}

const browser = (): Surroundings => ({
	view: window,
	page: document,
	connection: (navigator as { connection?: Connection }).connection,
	now: Date.now,
})

/**
 * Calls moved when the network is back, when it is of another kind (from the house's to the
 * telephone's), when the browser wakes the page and when the machine has slept. It does not
 * when only the connection's speed is guessed differently, which Chromium tells in the same
 * event, nor when a tab is merely seen again. Ends with the returned function.
 */
export function onNetwork(moved: () => void, around = browser()): () => void {
	const { view, page, connection, now } = around
	let kind = connection?.type
	const changed = () => {
		const before = kind
		kind = connection?.type
		// "none" is told by "online", once there is one.
		if (kind !== before && kind !== 'none') moved()
	}
	const shown = (event: Event) => {
		if ((event as PageTransitionEvent).persisted) moved()
	}
	let last = now()
	const timer = setInterval(() => {
		const before = last
		last = now()
		if (last - before > beat + sleep) moved()
	}, beat)
	view.addEventListener('online', moved)
	view.addEventListener('pageshow', shown)
	page.addEventListener('resume', moved)
	connection?.addEventListener('change', changed)
	return () => {
		clearInterval(timer)
		view.removeEventListener('online', moved)
		view.removeEventListener('pageshow', shown)
		page.removeEventListener('resume', moved)
		connection?.removeEventListener('change', changed)
	}
}

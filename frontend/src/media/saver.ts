import { type Readable, writable } from './store'

/** Whether this person saves data: asked for here, or in the browser's own settings. */
const shelf = 'salon.saver'
const choice = writable(remembered())

export const saver: Readable<boolean> = choice

/** Saves data from now on, or no more, and remembers it in this browser. */
export function saveData(on: boolean): void {
	choice.set(on)
	try {
		localStorage.setItem(shelf, on ? 'on' : 'off')
	} catch {
		// A private window may refuse; the choice then lasts as long as the page.
	}
}

function remembered(): boolean {
	try {
		const kept = localStorage.getItem(shelf)
		if (kept) return kept === 'on'
	} catch {
		// As above.
	}
	const connection = (globalThis.navigator as { connection?: { saveData?: boolean } } | undefined)
		?.connection
	return connection?.saveData === true
}

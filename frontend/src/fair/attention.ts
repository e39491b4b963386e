/** Draws a person's attention to a page they may not be looking at. */
import { chime } from '../media/level'

let title = ''

export const attention = {
	/** Says so in the title of the page, shakes the phone and plays three notes, where allowed. */
	call(words: string): void {
		if (!title) title = document.title
		document.title = words
		navigator.vibrate?.([200, 100, 200])
		void chime().catch(() => {})
	},
	/** Puts the title back. */
	rest(): void {
		if (title) document.title = title
		title = ''
	},
}

import { tick } from 'svelte'

/** For a heading that takes the place of what was pressed: it takes the focus too. */
export function arrive(heading: HTMLElement): void {
	heading.tabIndex = -1
	heading.focus()
}

/** Remembers by its id what has the focus, to give the focus back when it is there again. */
export function keep(): () => Promise<void> {
	const { id } = document.activeElement ?? {}
	return async () => {
		await tick()
		if (id) document.getElementById(id)?.focus()
	}
}

let opener: HTMLElement | undefined

/**
 * Opens a dialog and gives what closes it. What opened it has the focus back then, also
 * when one dialog has given way to the next.
 */
export function open(dialog: HTMLDialogElement): () => void {
	const from = document.activeElement
	if (from instanceof HTMLElement && from !== document.body && !from.closest('dialog'))
		opener = from
	dialog.showModal()
	return () => {
		dialog.close()
		if (document.activeElement === document.body) opener?.focus()
	}
}

/** What the server pushes: words that may show on a locked screen, and nothing of a person. */
export interface Pushed {
	title: string
	text: string
	/** The page to open, on this site. */
	path: string
	/** The same for the same news, so that a second delivery takes the first one's place. */
	tag: string
	/** Somebody waits for an answer at this very moment. */
	turn: boolean
}

/** Reads a push; undefined for what is none of ours. */
export function pushed(text: string): Pushed | undefined {
	try {
		const said = JSON.parse(text) as Partial<Pushed>
		const { title, text: line, path, tag } = said
		if (typeof title !== 'string' || title === '' || typeof tag !== 'string') return undefined
		return { title, text: String(line ?? ''), path: local(path), tag, turn: said.turn === true }
	} catch {
		return undefined
	}
}

/** An address on this site; anything else becomes the first page. */
export function local(path: unknown): string {
	return typeof path === 'string' && /^\/(?![/\\])[^\s\\]*$/.test(path) ? path : '/'
}

/** How a push is shown (Notifications API). */
export function shown(push: Pushed): NotificationOptions & { vibrate?: number[] } {
	return {
		body: push.text,
		tag: push.tag,
		data: { path: push.path },
		requireInteraction: push.turn,
		...(push.turn && { vibrate: [300, 150, 300, 150, 300] }),
	}
}

/** The part of a window that is asked about. */
export interface Win {
	url: string
	focused: boolean
	visibilityState: string
}

/** Whether somebody is looking at one of our pages right now, which then says it itself. */
export function looking(windows: readonly Win[]): boolean {
	return windows.some((w) => w.focused && w.visibilityState === 'visible')
}

/** The window to bring forward for a page: one that shows it, else any of ours. */
export function windowFor<W extends Win>(windows: readonly W[], path: string): W | undefined {
	return windows.find((w) => new URL(w.url).pathname === path) ?? windows[0]
}

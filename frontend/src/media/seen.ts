/** What of the pictures is really seen, so that only that is asked for. */

/** Heights are told in steps, in pixels: a window being resized is not a message each time. */
const step = 60

/** How high a picture of 16:9 has to be to fill a tile, in the screen's own pixels. */
export function needed(width: number, height: number, contain: boolean, ratio: number): number {
	if (width <= 0 || height <= 0) return 0
	const wide = (width * 9) / 16
	const fill = contain ? Math.min(height, wide) : Math.max(height, wide)
	return Math.ceil((fill * ratio) / step) * step
}

interface Tile {
	track: string
	contain: boolean
	width: number
	height: number
	visible: boolean
}

/** The tiles of this page. A track that has several is as high as the highest. */
export class Seen {
	readonly #tiles = new Map<Element, Tile>()
	readonly #told = new Set<() => void>()

	/** Page tells whether it is hidden: then nothing of it is seen. */
	constructor(private readonly page: Pick<Document, 'hidden' | 'addEventListener'> | undefined) {
		page?.addEventListener('visibilitychange', () => this.#tell())
	}

	/** Follows a tile until the function that it answers is called. */
	watch(track: string, element: Element, contain: boolean): () => void {
		const box = element.getBoundingClientRect()
		const tile = { track, contain, width: box.width, height: box.height, visible: true }
		this.#tiles.set(element, tile)
		const sizes = new ResizeObserver(([entry]) => {
			if (!entry) return
			tile.width = entry.contentRect.width
			tile.height = entry.contentRect.height
			this.#tell()
		})
		const sights = new IntersectionObserver((entries) => {
			tile.visible = entries.at(-1)?.isIntersecting ?? true
			this.#tell()
		})
		sizes.observe(element)
		sights.observe(element)
		this.#tell()
		return () => {
			sizes.disconnect()
			sights.disconnect()
			this.#tiles.delete(element)
			this.#tell()
		}
	}

	/** The height that a track is seen in; 0 when it is not, or the page is in the background. */
	height(track: string): number {
		if (this.page?.hidden) return 0
		let most = 0
		for (const tile of this.#tiles.values()) {
			if (tile.track !== track || !tile.visible) continue
			most = Math.max(most, needed(tile.width, tile.height, tile.contain, devicePixelRatio))
		}
		return most
	}

	/** Calls when anything changed, until the function that it answers is called. */
	listen(told: () => void): () => void {
		this.#told.add(told)
		return () => this.#told.delete(told)
	}

	#tell(): void {
		for (const told of this.#told) told()
	}
}

/** One page shows one room at a time. */
export const seen = new Seen(globalThis.document)

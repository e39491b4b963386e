/** A page of a list, as every list of the API is. */
interface PageOf<T> {
	items: T[]
	total: number
}

/**
 * The first pages of a list as one. What moves from a page to the next while they are read is
 * there once; the first page says all the rest.
 */
export async function pagesOf<T extends { id: string }, P extends PageOf<T>>(
	pages: number,
	read: (page: number) => Promise<P & PageOf<T>>,
): Promise<P> {
	const first = await read(1)
	const items = [...first.items]
	const seen = new Set(items.map(({ id }) => id))
	for (let page = 2; page <= pages && seen.size < first.total; page++) {
		const next = (await read(page)).items
		if (next.length === 0) break
		for (const item of next) {
			if (!seen.has(item.id)) items.push(item)
			seen.add(item.id)
		}
	}
	return { ...first, items }
}

import { describe, expect, it } from 'vitest'
import { pagesOf } from './pages'

const list = (ids: string[], size: number) => {
	const asked: number[] = []
	const read = async (page: number) => {
		asked.push(page)
		const items = ids.slice((page - 1) * size, page * size).map((id) => ({ id }))
		return { items, total: ids.length, topic: `of ${page}` }
	}
	return { asked, read }
}

describe('pages', () => {
	it('reads as many pages as are wanted, and no more than there are', async () => {
		const { asked, read } = list(['a', 'b', 'c', 'd', 'e'], 2)
		expect((await pagesOf(2, read)).items.map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd'])
		expect((await pagesOf(9, read)).items).toHaveLength(5)
		expect(asked).toEqual([1, 2, 1, 2, 3])
		expect(await pagesOf(1, list([], 2).read)).toEqual({ items: [], total: 0, topic: 'of 1' })
	})

	it('shows once what moved from a page to the next meanwhile', async () => {
		const pages = [
			{ items: [{ id: 'a' }, { id: 'b' }], total: 4 },
			{ items: [{ id: 'b' }, { id: 'c' }], total: 4 },
		]
		const read = async (page: number) => pages[page - 1] ?? { items: [], total: 4 }
		expect((await pagesOf(3, read)).items.map(({ id }) => id)).toEqual(['a', 'b', 'c'])
	})
})

import { describe, expect, it } from 'vitest'
import { moved, taken } from './suggest'

describe('taking a suggestion', () => {
	const form = new URLSearchParams('q=boul&contract=CDI&commune=&radius=0')
	it('types a title out and keeps the filters', () => {
		const query = taken(form, { kind: 'title', label: 'Boulanger', value: 'Boulanger' })
		expect(query.toString()).toBe('q=Boulanger&contract=CDI')
	})
	it('chooses a company or a commune instead of what was typed', () => {
		expect(taken(form, { kind: 'company', label: 'A', value: 'id' }).toString()).toBe(
			'contract=CDI&stand=id',
		)
		expect(taken(form, { kind: 'commune', label: 'Lattes', value: '34129' }).toString()).toBe(
			'contract=CDI&commune=34129',
		)
	})
})

describe('the arrows', () => {
	it('go through the list, to none, and round', () => {
		expect(moved(-1, 1, 3)).toBe(0)
		expect(moved(2, 1, 3)).toBe(-1)
		expect(moved(-1, -1, 3)).toBe(2)
		expect(moved(0, -1, 3)).toBe(-1)
	})
})

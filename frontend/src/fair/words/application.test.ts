import { describe, expect, it } from 'vitest'
import type { Application } from '../../api/shape'
import english from '../../locales/en.json'
import french from '../../locales/fr.json'
import {
	byRecent,
	changedOf,
	columns,
	icons,
	inColumn,
	late,
	offersOf,
	ofOffer,
	promised,
	quick,
	reasons,
} from './application'

const application = (part: Partial<Application>): Application => ({
	id: 'a',
	fair: 'f',
	stand: { id: 's', slug: 'maison', name: 'Maison A' },
	state: 'received',
	open: true,
	text: 'Cinq ans de métier.',
	answer: '',
	anonymous: false,
	at: '2026-11-20T09:00:00Z',
	since: '2026-11-20T09:00:00Z',
	rev: 1,
	...part,
})

describe('applications', () => {
	it('are ordered with the open ones first, the latest change on top', () => {
		const list = [
			application({ id: 'closed', open: false, state: 'closed', since: '2026-11-23T09:00:00Z' }),
			application({ id: 'old', since: '2026-11-20T09:00:00Z' }),
			application({ id: 'new', since: '2026-11-22T09:00:00Z' }),
		]
		expect(byRecent(list).map(({ id }) => id)).toEqual(['new', 'old', 'closed'])
	})
	it('stand in one column each, those taken back among the closed', () => {
		const states = [...columns, 'withdrawn'] as const
		const list = states.map((state) => application({ id: state, state }))
		expect(columns.flatMap((column) => inColumn(list, column).map(({ id }) => id))).toEqual(states)
	})
	it('tell what the other side has changed', () => {
		const before = [application({ id: 'a' }), application({ id: 'b' })]
		expect(changedOf(before, before)).toBeUndefined()
		expect(
			changedOf(before, [application({ id: 'a' }), application({ id: 'b', state: 'meet' })])?.id,
		).toBe('b')
		expect(changedOf(before, [...before, application({ id: 'new' })])).toBeUndefined()
	})
	it.each(Object.keys(icons))('have words for the state %s in both languages', (state) => {
		for (const texts of [french, english]) expect(texts).toHaveProperty([`apply.state.${state}`])
	})
	it('promise the end of a working day', () => {
		expect(new Date(promised('2026-12-01') ?? '').getHours()).toBe(18)
		expect(promised('')).toBeUndefined()
	})
	it('move at once, unless something has to be said', () => {
		const now = Date.parse('2026-11-21T09:00:00Z')
		const waits = application({ by: '2026-11-22T09:00:00Z', answer: 'Bientôt' })
		const by = '2026-11-22T09:00:00Z'
		expect(quick(waits, 'met', now)).toEqual({ state: 'met', answer: 'Bientôt', by, rev: 1 })
		expect(quick(application({}), 'meet', now)).toEqual({ state: 'meet', answer: '', rev: 1 })
		expect(quick(waits, 'closed', now)).toBeUndefined()
		expect(late(waits, now)).toBe(false)
		expect(late(waits, now + 2 * 86_400_000)).toBe(true)
		expect(quick(waits, 'met', now + 2 * 86_400_000)).toBeUndefined()
		expect(quick(application({ open: false }), 'met', now)).toBeUndefined()
	})
	it('are filtered by what they are for', () => {
		const offer = { id: 'o', title: 'Soudeuse' }
		const list = [application({ id: '1', offer }), application({ id: '2' })]
		expect(offersOf(list)).toEqual([
			{ id: 'none', title: '' },
			{ id: 'o', title: 'Soudeuse' },
		])
		expect(ofOffer(list, 'o').map(({ id }) => id)).toEqual(['1'])
		expect(ofOffer(list, 'none').map(({ id }) => id)).toEqual(['2'])
		expect(ofOffer(list, '')).toHaveLength(2)
		for (const reason of reasons) expect(french[`apply.reason.${reason}`]).toBeTruthy()
	})
})

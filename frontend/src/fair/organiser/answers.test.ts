import { beforeEach, expect, it } from 'vitest'
import type { Answers } from '../../api/shape'
import french from '../../locales/fr.json'
import { speak } from '../../locales/text'
import { howLong, inTrouble, rate } from './answers'

beforeEach(() => speak('fr', french))

const row = (name: string, more: Partial<Answers> = {}): Answers => ({
	stand: { id: name, slug: name, name },
	held: 4,
	answered: 4,
	promised: 0,
	open: 0,
	late: 0,
	...more,
})

it('puts late stands first, then those who answer least, and leaves out who met nobody', () => {
	const list = [
		row('a'),
		row('b', { answered: 1, open: 3 }),
		row('c', { answered: 3, late: 1 }),
		row('d', { held: 0, answered: 0 }),
	]
	expect(inTrouble(list).map((r) => r.stand.name)).toEqual(['c', 'b', 'a'])
})

it('says the rate and the time in words', () => {
	expect(rate(row('a', { answered: 3 }))).toMatch(/75/)
	expect(howLong(undefined)).toBe('–')
	expect(howLong(600)).toBe('tout de suite')
	expect(howLong(3 * 3600)).toMatch(/3 heures/)
	expect(howLong(72 * 3600)).toMatch(/3 jours/)
})

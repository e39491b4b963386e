import { expect, it } from 'vitest'
import { speak } from '../../locales/text'
import { faulty, fresh, fromForm, toForm, weekdays } from './hours'

it('hours go into the form and back unchanged', () => {
	const hours = [
		{ days: [1, 2, 5], from: 540, to: 720 },
		{ days: [0], from: 0, to: 1440 },
	]
	expect(toForm(hours).map(({ from, to }) => [from, to])).toEqual([
		['09:00', '12:00'],
		['00:00', '00:00'],
	])
	expect(fromForm(toForm(hours))).toEqual(hours)
})
it('a stretch without a day counts for nothing', () => {
	expect(fromForm([{ ...fresh(), days: Array(7).fill(false) }])).toEqual([])
})
it('a stretch that ends before it begins is told', () => {
	const at = (from: string, to: string) => ({ ...fresh(), from, to })
	expect(
		faulty([
			at('09:00', '12:00'),
			at('12:00', '09:00'),
			at('12:00', '12:00'),
			at('', '12:00'),
			at('20:00', '00:00'),
		]),
	).toEqual([false, true, true, true, false])
})
it('the week begins on Monday', () => {
	speak('fr', {})
	expect(weekdays().map(({ number, long }) => [number, long])[0]).toEqual([1, 'lundi'])
	expect(weekdays().at(-1)).toMatchObject({ number: 0, long: 'dimanche' })
})

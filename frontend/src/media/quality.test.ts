import { expect, it } from 'vitest'
import { Watch } from './quality'

it('proposes sound alone after ten bad seconds, and not before', () => {
	const watch = new Watch()
	expect(watch.look(0, 'weak', false)).toBe('')
	expect(watch.look(9_000, 'weak', false)).toBe('')
	expect(watch.look(10_000, 'weak', false)).toBe('sound')
})

it('begins to count anew after a good moment', () => {
	const watch = new Watch()
	watch.look(0, 'weak', false)
	watch.look(6_000, 'good', false)
	expect(watch.look(12_000, 'weak', false)).toBe('')
	expect(watch.look(22_000, 'weak', false)).toBe('sound')
})

it('proposes the phone when sound alone is bad too, or nothing comes through', () => {
	const alone = new Watch()
	alone.look(0, 'weak', true)
	expect(alone.look(10_000, 'weak', true)).toBe('phone')
	const lost = new Watch()
	lost.look(0, 'lost', false)
	expect(lost.look(10_000, 'lost', false)).toBe('phone')
})

it('takes the proposal back once it is good for ten seconds', () => {
	const watch = new Watch()
	watch.look(0, 'weak', false)
	watch.look(10_000, 'weak', false)
	expect(watch.look(12_000, 'good', false)).toBe('sound')
	expect(watch.look(22_000, 'good', false)).toBe('')
})

it('leaves people alone for two minutes after they said no', () => {
	const watch = new Watch()
	watch.look(0, 'weak', false)
	watch.look(10_000, 'weak', false)
	watch.done(11_000)
	expect(watch.look(12_000, 'weak', false)).toBe('')
	expect(watch.look(60_000, 'weak', false)).toBe('')
	expect(watch.look(131_000, 'weak', false)).toBe('sound')
})

import { describe, expect, it } from 'vitest'
import { type Look, look, lostOnTheWay, measures, nothing, Reporter, score, Watch } from './quality'

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

describe('a score', () => {
	const before: Look = { ...nothing, packets: 1000 }
	const after = (change: Partial<Look>): Look => ({ ...nothing, packets: 2000, ...change })
	it.each([
		[100, {}],
		[95, { missing: 10 }],
		[83, { roundTrip: 0.2 }],
		[80, { jitter: 0.1 }],
		[80, { freezes: 7 }],
		[35, { missing: 20, roundTrip: 0.3, jitter: 0.05, freezes: 2 }],
	] as const)('is %i of %j', (points, change) => expect(score(before, after(change))).toBe(points))
	it('says nothing of a time in which nothing came', () => expect(score(before, before)).toBe(100))
	it('is of one peer alone when asked so', () => {
		const report: [string, Record<string, unknown>][] = [
			['a', { type: 'inbound-rtp', trackIdentifier: 'x', packetsReceived: 5, freezeCount: 1 }],
			['b', { type: 'inbound-rtp', trackIdentifier: 'y', packetsReceived: 7, jitter: 0.02 }],
		]
		expect(look(report, (track) => track === 'y')).toEqual({ ...nothing, packets: 7, jitter: 0.02 })
	})
	it('knows what of the own sending is lost', () =>
		expect(lostOnTheWay([['r', { type: 'remote-inbound-rtp', fractionLost: 0.2 }]])).toBe(0.2))
	it('is told in whole numbers', () =>
		expect(measures(before, after({ missing: 111, roundTrip: 0.0514, freezes: 2 }))).toEqual({
			lost: 100,
			round_trip: 51,
			jitter: 0,
			freezes: 2,
		}))
})

it('the server is told of a change soon and of the same every half minute', () => {
	const reporter = new Reporter()
	expect(reporter.due(0, 'good', '')).toBe(true)
	expect(reporter.due(29_000, 'good', '')).toBe(false)
	expect(reporter.due(30_000, 'good', '')).toBe(true)
	expect(reporter.due(31_000, 'weak', '')).toBe(false)
	expect(reporter.due(33_000, 'weak', '')).toBe(true)
	expect(reporter.due(36_000, 'weak', 'sound')).toBe(true)
	expect(reporter.due(40_000, 'weak', 'sound')).toBe(false)
})

import { beforeEach, describe, expect, it } from 'vitest'
import french from '../../locales/fr.json'
import { speak } from '../../locales/text'
import { sample } from './sample'
import { canEnter, outcomeWords, stageOf, timeLeft, untilStart } from './stage'

const interview = sample()
const at = (time: string) => new Date(`2026-11-23T${time}Z`).getTime()

beforeEach(() => speak('fr', french))

describe('the stage of an interview', () => {
	it.each([
		[{}, false, 'lobby'],
		[{}, true, 'room'],
		[{ state: 'live' }, true, 'room'],
		[{ channel: 'phone' }, true, 'phone'],
		[{ state: 'ended' }, true, 'after'],
		[{ state: 'ended', channel: 'phone' }, false, 'after'],
		[{ state: 'cancelled' }, true, 'cancelled'],
	] as const)('%o, entered %s: %s', (change, entered, stage) => {
		expect(stageOf({ ...interview, ...change }, entered)).toBe(stage)
	})
})

describe('the door', () => {
	it('opens a quarter of an hour before', () => {
		expect(canEnter(interview, at('12:44:59'))).toBe(false)
		expect(canEnter(interview, at('12:45:00'))).toBe(true)
	})
})

describe('the time left', () => {
	it('is not told while there is plenty', () =>
		expect(timeLeft(interview, at('13:10:00'))).toBe(''))
	it('is told from five minutes on', () =>
		expect(timeLeft(interview, at('13:15:00'))).toMatch(/5 minutes/))
	it('is one minute in the singular', () =>
		expect(timeLeft(interview, at('13:19:30'))).toMatch(/1 minute\b/))
	it('says softly that the hour has passed', () =>
		expect(timeLeft(interview, at('13:21:00'))).not.toBe(''))
})

describe('the time until the start', () => {
	it('is in minutes, hours or days', () => {
		expect(untilStart(interview, at('12:58:00'))).toMatch(/2 minutes/)
		expect(untilStart(interview, at('10:00:00'))).toMatch(/3 heures/)
		expect(untilStart(interview, new Date('2026-11-20T13:00:00Z').getTime())).toMatch(/3\sjours/)
		expect(untilStart(interview, at('13:00:00'))).toBe('')
	})
})

describe('the answer of the company', () => {
	it('is nothing before it came', () => expect(outcomeWords(interview)).toBe(''))
	it('names the day when there is one', () => {
		expect(
			outcomeWords({
				...interview,
				outcome: {
					kind: 'later',
					by: '2026-11-30T11:00:00Z',
					message: '',
					at: '2026-11-23T13:20:00Z',
				},
			}),
		).toMatch(/lundi 30 novembre/)
	})
})

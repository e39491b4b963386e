import { beforeAll, describe, expect, it } from 'vitest'
import type { BoardTicket, Interview, LineShow } from '../../api/shape'
import english from '../../locales/en.json'
import french from '../../locales/fr.json'
import { speak } from '../../locales/text'
import waits from '../../locales/waits.json'
import { sample } from '../interview/sample'
import { countdown, minutesWords } from '../line'
import {
	Announcer,
	type Card,
	cardOf,
	outdated,
	type Place,
	placeOf,
	positionWords,
	rangeWords,
} from './board'

const base = Date.parse('2026-11-23T12:00:00Z')
const at = (seconds: number) => new Date(base + seconds * 1000).toISOString()

const ticket = (id: string, more: Partial<BoardTicket> = {}): BoardTicket => ({
	id,
	stand: { id: `s-${id}`, slug: `s-${id}`, name: `Stand ${id}` },
	channel: 'video',
	state: 'waiting',
	position: 3,
	ahead: 2,
	low_s: 600,
	high_s: 900,
	as_of: at(0),
	joined_at: at(-600),
	postponable: true,
	away: false,
	line: { state: 'open', message: '' },
	rev: 1,
	topic: { name: `line.s-${id}`, grant: 'g' },
	...more,
})

const show = (more: Partial<LineShow> = {}): LineShow => ({
	state: 'open',
	message: '',
	waiting: 2,
	recruiters: 1,
	order: ['x', 'a'],
	ranges: [
		[0, 60],
		[120, 240],
	],
	...more,
})

const place = (id: string, more: Partial<BoardTicket> = {}, now = base): Place =>
	placeOf(ticket(id, more), undefined, now)

beforeAll(() => speak('fr', french))

/** No-break spaces as ordinary ones. */
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ')

describe('a place', () => {
	it('is what was read, and its range goes down with time', () => {
		expect(placeOf(ticket('a'), undefined, base + 60_000)).toMatchObject({
			position: 3,
			range: { low: 540, high: 840 },
		})
	})
	it('is what its line has said since', () => {
		expect(placeOf(ticket('a'), { rev: base + 1000, show: show() }, base + 1000)).toMatchObject({
			position: 2,
			range: { low: 120, high: 240 },
		})
	})
	it('is not what its line said before it was read', () => {
		expect(placeOf(ticket('a'), { rev: base - 1, show: show() }, base).position).toBe(3)
	})
	it('keeps its position in a line longer than the line tells', () => {
		const said = { rev: base + 1, show: show({ order: ['x'], ranges: [[0, 60]] }) }
		expect(placeOf(ticket('a'), said, base + 1)).toMatchObject({ position: 3 })
		expect(placeOf(ticket('a'), said, base + 1).range).toBeUndefined()
	})
	it('has no range where the line says that nobody can tell', () => {
		const said = {
			rev: base + 1,
			show: show({
				ranges: [
					[0, 60],
					[-1, -1],
				],
			}),
		}
		expect(placeOf(ticket('a'), said, base + 1).range).toBeUndefined()
	})
	it('says that the line paused', () => {
		const said = { rev: base + 1, show: show({ state: 'paused', until: at(300), message: 'Café' }) }
		expect(placeOf(ticket('a'), said, base + 1).line).toEqual({
			state: 'paused',
			until: at(300),
			message: 'Café',
		})
	})
	it('is read again once its line no longer knows it as it is', () => {
		expect(outdated(ticket('a'), show())).toBe(false)
		expect(outdated(ticket('b'), show())).toBe(true)
		expect(outdated(ticket('a', { state: 'called' }), show())).toBe(true)
	})
})

describe('a range in words', () => {
	it.each(waits)('%j', ({ low, high, fr, en }) => {
		const range = low === undefined || high === undefined ? undefined : { low, high }
		expect(rangeWords(range)).toBe(fr)
		speak('en', english)
		expect(rangeWords(range)).toBe(en)
		speak('fr', french)
	})
	it('never promises less than was computed', () => {
		for (let low = 0; low < 170 * 60; low += 97) {
			const said = plain(rangeWords({ low, high: low + 610 }))
			const numbers = [...said.matchAll(/(\d+) h(?: (\d+))?|(\d+)/g)].map(([, h, m, n]) =>
				h ? Number(h) * 60 + Number(m ?? 0) : Number(n),
			)
			expect(numbers.at(-1), said).toBeGreaterThanOrEqual((low + 610) / 60)
			if (numbers.length > 1) expect(numbers[0], said).toBeLessThanOrEqual(low / 60)
		}
	})
	it.each([
		[45, '45 min'],
		[60, '1 h'],
		[65, '1 h 05'],
	])('%i minutes are %s', (minutes, words) => expect(plain(minutesWords(minutes))).toBe(words))
	it('a position is told in words, or not at all', () => {
		expect([0, 1, 2, 12].map(positionWords)).toEqual([
			'',
			'Vous êtes la prochaine personne',
			'2e dans la file',
			'12e dans la file',
		])
	})
	it('a countdown stops at nothing', () => {
		expect(countdown(at(61), base)).toBe('1:01')
		expect(countdown(at(-5), base)).toBe('0:00')
	})
})

describe('the card of now', () => {
	const call = {
		interview: 'i9',
		recruiter: { name: 'Nora', title: 'Cheffe' },
		answer_until: at(40),
	}
	const appointment = (inMinutes: number, state: Interview['state'] = 'booked') =>
		sample({
			id: 'i1',
			state,
			starts_at: at(inMinutes * 60),
			ends_at: at(inMinutes * 60 + 1200),
			joinable_at: at(inMinutes * 60 - 900),
		})
	const called = place('a', { state: 'called', call })
	const missed = place('b', { grace_until: at(300) })
	it.each<[string, Place[], Interview[], Partial<Card>]>([
		['nothing at all', [], [], { is: 'nothing' }],
		['the question, before all', [missed, called], [appointment(0, 'live')], { is: 'called' }],
		['the interview going on', [missed], [appointment(-5, 'live')], { is: 'live' }],
		[
			'the interview said yes to',
			[place('a', { state: 'meeting', interview: 'i9' }), missed],
			[],
			{ is: 'meeting' },
		],
		['a place about to be lost', [missed], [appointment(5)], { is: 'missed' }],
		['the door that is open', [place('a')], [appointment(10)], { is: 'soon' }],
		[
			'a turn that is near',
			[place('a', { low_s: 100, high_s: 400 })],
			[appointment(90)],
			{ is: 'near' },
		],
		[
			'an appointment before the turn',
			[place('a', { low_s: 3600, high_s: 5400 })],
			[appointment(40)],
			{ is: 'next' },
		],
		['a turn before the appointment', [place('a')], [appointment(90)], { is: 'waiting' }],
		['a place nobody can tell the wait of', [ticketWithoutRange()], [], { is: 'waiting' }],
	])('is %s', (_, places, interviews, card) => {
		expect(cardOf(places, interviews, base)).toMatchObject(card)
	})
	function ticketWithoutRange(): Place {
		const { low_s, high_s, ...rest } = ticket('a')
		return placeOf(rest, undefined, base)
	}
	it('does not ask once the time to answer is over', () => {
		expect(cardOf([called], [], base + 41_000).is).toBe('nothing')
	})
	it('names the turn that comes first, and not one that was postponed or paused', () => {
		const late = place('a', { low_s: 1200, high_s: 1500 })
		const put = place('b', { low_s: 400, high_s: 500, not_before: at(600) })
		const paused = place('c', { low_s: 30, high_s: 60, line: { state: 'paused', message: '' } })
		expect(cardOf([put, paused, late], [], base)).toEqual({ is: 'waiting', place: late })
		expect(cardOf([put], [], base)).toEqual({ is: 'waiting', place: put })
	})
})

describe('what is said aloud', () => {
	it('is said once, and nothing of what was there at the start but a call', () => {
		const announcer = new Announcer()
		expect(announcer.next([place('a', { position: 1 })], base)).toBe('')
		expect(announcer.next([place('a', { position: 1 })], base)).toBe('')
		const call = { interview: 'i9', recruiter: { name: 'N', title: '' }, answer_until: at(40) }
		const called = place('a', { state: 'called', call })
		expect(plain(announcer.next([called], base))).toBe(
			'C’est à vous chez Stand a. Êtes-vous prêt·e ?',
		)
		expect(announcer.next([called], base + 1000)).toBe('')
		expect(new Announcer().next([called], base)).not.toBe('')
	})
	it('tells a turn that comes near once, however the numbers move', () => {
		const announcer = new Announcer()
		announcer.next([place('a')], base)
		expect(announcer.next([place('a', { position: 2, low_s: 300, high_s: 600 })], base)).toBe('')
		expect(announcer.next([place('a', { position: 2, low_s: 60, high_s: 280 })], base)).toBe(
			'Votre tour chez Stand a vient dans quelques minutes.',
		)
		expect(announcer.next([place('a', { position: 2, low_s: 30, high_s: 200 })], base)).toBe('')
	})
	it('tells a pause and a missed turn', () => {
		const announcer = new Announcer()
		announcer.next([place('a')], base)
		expect(announcer.next([place('a', { line: { state: 'paused', message: '' } })], base)).toBe(
			'Stand a fait une pause. Vous gardez votre place.',
		)
		expect(announcer.next([place('a', { grace_until: at(600) })], base)).toMatch(
			/manqué votre tour chez Stand a.*jusqu’à 13\sh\s10/,
		)
	})
})

import { beforeAll, describe, expect, it } from 'vitest'
import type { LineDesk, LineTicket } from '../../api/shape'
import french from '../../locales/fr.json'
import { speak } from '../../locales/text'
import { sample } from '../interview/sample'
import {
	aim,
	becameOf,
	blocked,
	candidatesSee,
	doingOf,
	dutyWords,
	matching,
	remarks,
	team,
	waited,
	waiting,
	waits,
	withGaps,
} from './desk'
import { deskSample, dutySample, ticketSample } from './sample'

const base = Date.parse('2026-11-23T12:00:00Z')
const at = (minutes: number) => new Date(base + minutes * 60_000).toISOString()
/** No-break spaces as ordinary ones. */
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ')

const ticket = ticketSample
const me = dutySample
const desk = deskSample
const call = (recruiter: string) => ({ interview: 'i', recruiter, answer_until: at(1) })

beforeAll(() => speak('fr', french))

describe('what a recruiter is doing', () => {
	const called = ticket('a', { state: 'called', call: call('me') })
	it('is calling, by one’s own call alone', () => {
		expect(doingOf(desk({ tickets: [called] }), 'me')).toMatchObject({
			is: 'calling',
			until: at(1),
		})
		expect(doingOf(desk({ tickets: [called] }), 'you')).toEqual({ is: 'free' })
	})
	it('is meeting once the answer is yes', () => {
		const meeting = ticket('a', { state: 'meeting', call: call('me') })
		expect(doingOf(desk({ tickets: [meeting] }), 'me')).toMatchObject({
			is: 'meeting',
			interview: 'i',
		})
	})
	it('is nothing any more once the person waits again', () => {
		expect(doingOf(desk({ tickets: [ticket('a', { call: call('me') })] }), 'me').is).toBe('free')
	})
	it.each<[string, Partial<LineDesk>, string]>([
		['off duty', { mine: { ...me, state: 'off' } }, 'Mettez-vous en poste pour appeler.'],
		['paused', { state: 'paused' }, 'La file est en pause. Rouvrez-la pour appeler.'],
		['empty', { tickets: [] }, 'Personne n’attend.'],
		['ready', {}, ''],
	])('the next person waits for a reason when the line is %s', (_, more, why) => {
		const line = desk(more)
		expect(blocked(line, doingOf(line, 'me'))).toBe(why)
	})
	it('the list is of those who wait', () => {
		const meeting = ticket('b', { state: 'meeting' })
		expect(waiting(desk({ tickets: [meeting, ticket('a')] })).map(({ id }) => id)).toEqual(['a'])
	})
})

describe('what a call became', () => {
	const called = ticket('a', { state: 'called', call: call('me') })
	it.each<[string, LineTicket[], string]>([
		['goes on', [called], ''],
		['is a meeting', [ticket('a', { state: 'meeting', call: call('me') })], ''],
		['was left', [], 'Personne a a laissé sa place.'],
		[
			'was not answered',
			[ticket('a', { skips: 1 })],
			'Personne a n’a pas répondu. Sa place est gardée un moment.',
		],
		[
			'was put off',
			[ticket('a', { not_before: at(10) })],
			'Personne a passera après 13 h 10 et garde son rang.',
		],
	])('%s', (_, tickets, words) => {
		expect(plain(becameOf(called, desk({ tickets }), base))).toBe(words)
	})
})

describe('the words of the line', () => {
	it.each<[Partial<LineDesk>, string]>([
		[{}, 'Les candidats voient : ouvert, 1 personne en poste.'],
		[
			{ duty: [me, { ...me, recruiter: 'you', away: true }] },
			'Les candidats voient : ouvert, 1 personne en poste.',
		],
		[
			{ state: 'paused', until: at(30) },
			'Les candidats voient : en pause jusqu’à 13 h 30, places gardées.',
		],
		[{ duty: [] }, 'Les candidats voient : ouvert, mais personne n’est en poste pour le moment.'],
		[{ state: 'closed' }, 'Les candidats voient : file fermée.'],
		[
			{ open_now: false },
			'Les candidats voient : stand fermé pour le moment, avec les créneaux à réserver.',
		],
	])('what candidates see: %j', (more, words) => {
		expect(plain(candidatesSee(desk(more)))).toBe(words)
	})
	it('a ticket says since when, for what, and what is particular', () => {
		expect(plain(waited(ticket('a'), base))).toBe('12 min')
		expect(waited(ticket('a'), base - 12 * 60_000)).toBe('vient d’arriver')
		expect(plain(waits(ticket('a'), base))).toBe('attend depuis 12 min')
		expect(waits(ticket('a'), base - 12 * 60_000)).toBe('vient d’arriver')
		expect(aim(ticket('a'))).toBe('Soudeuse')
		expect(aim(ticket('a', { offer: { id: 'o', title: 'Soudeur TIG' } }))).toBe('Soudeur TIG')
		const handed = ticket('a', {
			not_before: at(5),
			grace_until: at(-1),
			recruiter: 'me',
			handoffs: [{ from: 'Atelier', by: 'Nora', note: '', at: at(-3) }],
		})
		expect(remarks(handed, 'me', base).map(plain)).toEqual([
			'a demandé à passer après 13 h 05',
			'confié·e à vous',
		])
		expect(remarks({ ...handed, recruiter: 'you' }, 'me', base)).toContain(
			'confié·e à un·e collègue',
		)
	})
	it('an offer comes first, then what was applied for', () => {
		const both = ticket('a', {
			offer: { id: 'o', title: 'Soudeur TIG' },
			applied: [{ id: 'p', title: 'Chaudronnier' }],
		})
		expect(aim(both)).toBe('Soudeur TIG et 1 autre')
		expect(aim(ticket('a', { applied: both.applied }))).toBe('Chaudronnier')
	})
	it('colleagues are told by who can take somebody', () => {
		const other = (name: string, more: Partial<typeof me>) => ({
			...me,
			recruiter: name,
			name,
			...more,
		})
		const all = [
			other('Zoé', { state: 'off' }),
			other('Luc', { state: 'break', until: at(10) }),
			other('Max', { away: true }),
			other('Yan', {}),
			me,
		]
		expect(team(desk({ duty: all }), 'me').map((d) => [d.name, plain(dutyWords(d))])).toEqual([
			['Yan', 'en poste'],
			['Luc', 'en pause jusqu’à 13 h 10'],
			['Max', 'en poste, mais pas connecté·e'],
			['Zoé', 'pas en poste : la personne attendra son retour'],
		])
	})
	it('a stand is found without accents', () => {
		const stands = [{ name: 'Maison Bel Âge' }, { name: 'Les Jardins de Thau' }]
		expect(matching(stands, 'bel age')).toEqual([stands[0]])
		expect(matching(stands, 'jardins zzz')).toEqual([])
	})
})

it('the agenda tells the gaps before what is to come', () => {
	const meeting = (id: string, from: number, to: number) =>
		sample({ id, starts_at: at(from), ends_at: at(to) })
	const said = withGaps(
		[meeting('past', -60, -40), meeting('a', 5, 25), meeting('b', 30, 50), meeting('c', 80, 100)],
		base,
	)
	expect(said.map((s) => ('interview' in s ? s.interview.id : s.minutes))).toEqual([
		'past',
		'a',
		'b',
		30,
		'c',
	])
})

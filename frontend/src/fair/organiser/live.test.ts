import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { FairLive, StandLive } from '../../api/shape'
import french from '../../locales/fr.json'
import { speak } from '../../locales/text'
import {
	callSide,
	callSince,
	callTold,
	figures,
	lineState,
	listed,
	longer,
	longest,
	news,
	Pace,
	steady,
	target,
	targets,
	team,
	troubles,
} from './live'

const noon = Date.parse('2026-11-25T12:00:00Z')
const ago = (minutes: number) => new Date(noon - minutes * 60_000).toISOString()
const plain = (words: string | string[]) => [words].flat().join(' | ').replaceAll('\u00a0', ' ')

function stand(number: number, change: Partial<StandLive> = {}): StandLive {
	return {
		stand: { id: `s${number}`, slug: `stand-${number}`, name: `Maison ${number}` },
		number,
		state: 'open',
		hand: 'open',
		message: '',
		waiting: 0,
		on_duty: 0,
		on_break: 0,
		away: 0,
		in_call: 0,
		unanswered: 0,
		late: 0,
		troubles: [],
		...change,
	}
}

const day = { held: 0, answered: 0, appointments: 0, no_shows: 0 }
function fair(change: Partial<FairLive> = {}): FairLive {
	return {
		fair: 'f',
		as_of: ago(0),
		waiting: 0,
		today: day,
		yesterday: day,
		stands: [],
		calls: [],
		topic: { name: 'fairlive.f', grant: 'g' },
		...change,
	}
}

beforeEach(() => speak('fr', french))

test('the five figures stand beside those of yesterday', () => {
	const shown = figures(
		fair({
			waiting: 7,
			today: { held: 12, answered: 9, appointments: 20, no_shows: 2, median_wait_s: 425 },
			yesterday: { held: 0, answered: 0, appointments: 3, no_shows: 0 },
		}),
	).map(({ label, value, before }) => plain([label, value, before]))
	expect(shown).toEqual([
		'Entretiens tenus | 12 | hier : 0',
		'Personnes en attente | 7 | en ce moment',
		'Attente médiane | 7 min | hier : –',
		'Réponses données | 75 % | hier : –',
		'Rendez-vous | 20, dont 2 absences | hier : 3',
	])
})

describe('the list', () => {
	const stands = [stand(9, { troubles: ['unmanned'] }), stand(2), stand(5, { troubles: ['late'] })]
	const numbers = (list: StandLive[]) => list.map((s) => s.number)

	test('comes by trouble as the server has it, or by number', () => {
		expect(numbers(listed(stands, 'trouble', false))).toEqual([9, 2, 5])
		expect(numbers(listed(stands, 'number', false))).toEqual([2, 5, 9])
	})
	test('can leave out what is well', () => {
		expect(numbers(listed(stands, 'trouble', true))).toEqual([9, 5])
	})
	test('stands still while somebody is in it', () => {
		expect(numbers(steady(stands, ['s2', 's9']))).toEqual([2, 9, 5])
	})
})

describe('words', () => {
	test('for what presses, the worst first', () => {
		const bad = stand(1, {
			waiting: 3,
			waiting_since: ago(47),
			unanswered: 1,
			late: 2,
			troubles: ['unmanned', 'long', 'unanswered', 'late'],
		})
		expect(plain(troubles(bad, noon))).toBe(
			'3 personnes attendent et personne n’appelle | On attend depuis 47 min | 1 demande sans réponse | 2 réponses en retard après un entretien',
		)
	})
	test('for a wait', () => {
		const waits = (minutes: number) =>
			plain(longest(stand(1, { waiting: 1, waiting_since: ago(minutes) }), noon))
		expect(waits(0)).toBe('moins d’une minute')
		expect(waits(61)).toBe('1 h 01')
		expect(longest(stand(1), noon)).toBe('')
	})
	test('for those who are there', () => {
		expect(plain(team(stand(1)))).toBe('personne n’est en poste')
		expect(plain(team(stand(1, { in_call: 1 })))).toBe('personne n’est en poste | 1 en entretien')
		expect(plain(team(stand(1, { on_duty: 2, on_break: 1, away: 1, in_call: 1 })))).toBe(
			'2 en poste | 1 en pause | 1 sans connexion | 1 en entretien',
		)
	})
	test.each([
		[{}, 'File ouverte'],
		[{ longer_until: '2026-11-25T18:30:00Z' }, 'File ouverte, prolongée jusqu’à 19 h 30'],
		[{ state: 'paused', until: '2026-11-25T12:10:00Z' }, 'File en pause jusqu’à 13 h 10'],
		[{ state: 'paused' }, 'File en pause'],
		[{ state: 'closed', hand: 'closed' }, 'File fermée par le stand'],
		[{ state: 'closed' }, 'File fermée : hors des heures, ou personne n’est en poste'],
	] as [Partial<StandLive>, string][])('for a line: %o', (change, words) => {
		expect(plain(lineState(stand(1, change)))).toBe(words)
	})
})

test('a line goes where somebody calls, the shortest line first', () => {
	const all = [
		stand(1, { waiting: 4 }),
		stand(2, { waiting: 0 }),
		stand(3, { waiting: 5, on_duty: 1 }),
		stand(4, { waiting: 1, on_duty: 2 }),
	]
	const found = targets(all, 's1')
	expect(found.map((s) => s.number)).toEqual([4, 3, 2])
	expect(found.map((s) => plain(target(s)))).toEqual([
		'Maison 4 : 2 en poste, 1 personne attend',
		'Maison 3 : 1 en poste, 5 personnes attendent',
		'Maison 2 : personne n’est en poste, personne n’attend',
	])
})

test('more time counts from the end there is, and from now when that is past', () => {
	expect(longer(stand(1), 30, noon)).toBe('2026-11-25T12:30:00.000Z')
	expect(longer(stand(1, { longer_until: '2026-11-25T13:00:00Z' }), 30, noon)).toBe(
		'2026-11-25T13:30:00.000Z',
	)
	expect(longer(stand(1, { longer_until: '2026-11-25T10:00:00Z' }), 30, noon)).toBe(
		'2026-11-25T12:30:00.000Z',
	)
})

test('only lines that nobody calls since the last time are news', () => {
	const bad = (n: number) => stand(n, { waiting: 2, troubles: ['unmanned'] })
	expect(plain(news([bad(1)], [bad(1), bad(2), stand(3)]))).toBe(
		'Maison 2 : 2 personnes attendent et personne n’appelle.',
	)
	expect(news([bad(1)], [bad(1)])).toBe('')
})

describe('a pace', () => {
	beforeEach(() => vi.useFakeTimers())
	afterEach(() => vi.useRealTimers())

	test('acts once a second at most, and after the last word', () => {
		const act = vi.fn()
		const pace = new Pace(act)
		for (let n = 0; n < 10; n++) pace.ask()
		vi.advanceTimersByTime(1)
		expect(act).toHaveBeenCalledTimes(1)
		pace.ask()
		pace.ask()
		vi.advanceTimersByTime(900)
		expect(act).toHaveBeenCalledTimes(1)
		vi.advanceTimersByTime(200)
		expect(act).toHaveBeenCalledTimes(2)
		pace.ask()
		pace.close()
		vi.advanceTimersByTime(5000)
		expect(act).toHaveBeenCalledTimes(2)
	})
})

test('a call in trouble says since when, whose side, what, and what was proposed, and names nobody', () => {
	const side = { who: 'candidate', level: 'weak', cause: 'loss' } as const
	const call = { stand: stand(1).stand, since: ago(3), sides: [side] }
	expect(plain(callSince(call, noon))).toBe('Depuis 3 min')
	expect(plain(callSide(side))).toBe('Côté candidat·e : des morceaux de son et d’image se perdent.')
	expect(callTold(side)).toContain('Rien')
	expect(plain(callTold({ ...side, told: 'sound', told_at: ago(1) }))).toMatch(
		/Le son seul lui a été proposé à 1[23] h 59/,
	)
})

import { beforeAll, describe, expect, it } from 'vitest'
import type { Thread } from '../../api/shape'
import french from '../../locales/fr.json'
import { speak } from '../../locales/text'
import { fault, inOrder, newID, pending, signed, unread, waited, withWhom } from './thread'

const now = Date.parse('2026-11-23T12:00:00Z')
const ago = (minutes: number) => new Date(now - minutes * 60_000).toISOString()

const thread = (part: Partial<Thread> = {}): Thread => ({
	id: 't',
	fair: 'f',
	stand: { id: 's', slug: 'maison', name: 'Maison A' },
	with: 'Maison A',
	anonymous: false,
	side: 'candidate',
	kind: 'candidate',
	messages: [],
	unread: 0,
	level: 0,
	at: ago(0),
	rev: 1,
	...part,
})

beforeAll(() => speak('fr', french))

describe('an unanswered request', () => {
	it.each([
		[{ side: 'candidate', level: 0 }, 'Envoyé au stand'],
		[
			{ side: 'candidate', level: 1 },
			'Sans réponse depuis 12 min : toute l’équipe du stand est prévenue',
		],
		[{ side: 'candidate', level: 2 }, 'Sans réponse depuis 12 min : l’organisateur est prévenu'],
		[{ side: 'stand', level: 0 }, 'Attend votre réponse depuis 12 min'],
		[{ side: 'stand', level: 1 }, 'Sans réponse depuis 12 min : à vous de répondre'],
	] as const)('is told to %j', (part, words) => {
		const told = pending(thread({ ...part, owes: 'stand', asked_at: ago(12) }), now)
		expect(told?.replaceAll('\u00a0', ' ')).toBe(words)
	})
	it('is nothing once answered', () => {
		expect(pending(thread(), now)).toBe('')
	})
	it('comes first, the longest wait before the others', () => {
		const late = thread({
			id: 'late',
			side: 'stand',
			owes: 'stand',
			asked_at: ago(30),
			at: ago(30),
		})
		const soon = thread({ id: 'soon', side: 'stand', owes: 'stand', asked_at: ago(3), at: ago(3) })
		const fresh = thread({ id: 'fresh', side: 'stand', at: ago(1) })
		const old = thread({ id: 'old', side: 'stand', at: ago(90) })
		expect(inOrder([old, fresh, soon, late]).map(({ id }) => id)).toEqual([
			'late',
			'soon',
			'fresh',
			'old',
		])
	})
})

describe('a wait', () => {
	it.each([
		[0, '0 min'],
		[12, '12 min'],
		[125, '2 h 05'],
		[3 * 1440, '3 jours'],
	])('of %i minutes is told in words', (minutes, words) => {
		expect(waited(ago(minutes), now).replace(/[\u00a0\u202f]/g, ' ')).toBe(words)
	})
})

describe('a message', () => {
	it('has an id of the server’s shape', () => {
		expect(newID()).toMatch(/^[a-z2-7]{26}$/)
		expect(newID()).not.toBe(newID())
	})
	it('is at most a thousand characters, counted as people count', () => {
		expect(fault('é'.repeat(1000))).toBe('')
		expect(fault('👍'.repeat(1002))).toContain('2')
	})
	it('is signed by who wrote for the stand, by the side otherwise', () => {
		const said = { id: 'm', mine: false, text: 'x', at: ago(0) }
		expect(signed({ ...said, side: 'stand', name: 'Rémi' }, thread())).toBe('Rémi')
		expect(signed({ ...said, side: 'stand' }, thread())).toBe('Maison A')
		expect(signed({ ...said, side: 'candidate', mine: true }, thread())).toBe('Vous')
		expect(signed({ ...said, side: 'organiser' }, thread({ kind: 'organiser' }))).toBe(
			'L’organisateur',
		)
	})
	it('of somebody nameless says so', () => {
		expect(withWhom(thread({ with: '', anonymous: true, side: 'stand' }))).toBe(
			'Candidat·e, nom masqué',
		)
		expect(withWhom(thread({ with: '', side: 'stand', kind: 'organiser' }))).toBe('L’organisateur')
	})
	it('counts as unread over all threads', () => {
		expect(unread([thread({ unread: 2 }), thread(), thread({ unread: 1 })])).toBe(3)
	})
})

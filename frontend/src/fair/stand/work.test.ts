import { get, writable } from 'svelte/store'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { LineDesk, LineTicket } from '../../api/shape'
import french from '../../locales/fr.json'
import { speak } from '../../locales/text'
import type { FreshView } from '../fresh'
import { deskSample, ticketSample } from './sample'
import { Work } from './work'

const now = Date.parse('2026-11-23T12:00:00Z')
const call = { interview: 'i', recruiter: 'me', answer_until: '2026-11-23T12:01:00Z' }
const called = ticketSample('a', { state: 'called', call })

let said: string[]
let asked: unknown[]
let view: ReturnType<typeof writable<FreshView<LineDesk>>>
let next: () => Promise<{ interview: string; ticket: string; answer_until: string } | undefined>

/** Work at a line that a reading finds as told. */
function work(found: LineTicket[] = [ticketSample('a')]) {
	const fresh = {
		view,
		refresh: async () => view.set({ value: deskSample({ tickets: found }) }),
		put: (value: LineDesk) => view.set({ value }),
	}
	const calls = {
		next: (stand: string, which?: object) => {
			asked.push([stand, which])
			return next()
		},
		back: async (id: string) => void asked.push(['back', id]),
	}
	return new Work('s', 'me', fresh, calls as never, (words) => said.push(words))
}

beforeAll(() => speak('fr', french))
beforeEach(() => {
	said = []
	asked = []
	view = writable({ value: deskSample({ tickets: [ticketSample('a')] }) })
	next = async () => ({ interview: 'i', ticket: 'a', answer_until: call.answer_until })
})

describe('a call', () => {
	it('shows who is called, and leads to the room once they say yes', async () => {
		const w = work([called])
		await w.call()
		expect(asked).toEqual([['s', {}]])
		expect(get(w.view)).toMatchObject({ shown: 'person', chosen: 'a', busy: false })
		expect(said).toEqual(['On attend la réponse de Personne a'])
		expect(w.heard(deskSample({ tickets: [called] }), now)).toBe('')
		const meeting = ticketSample('a', { state: 'meeting', call })
		expect(w.heard(deskSample({ tickets: [meeting] }), now)).toBe('i')
		expect(w.heard(deskSample({ tickets: [meeting] }), now)).toBe('')
	})
	it('is waited for after a reload, too, and its end is told once', () => {
		const w = work()
		w.heard(deskSample({ tickets: [called] }), now)
		expect(w.heard(deskSample({ tickets: [] }), now)).toBe('')
		w.heard(deskSample({ tickets: [] }), now)
		expect(said).toEqual(['Personne a a laissé sa place.'])
		expect(get(w.view).news).toBe('Personne a a laissé sa place.')
	})
	it('of nobody is told, and so is one that is refused', async () => {
		const w = work()
		next = async () => undefined
		await w.call()
		expect(get(w.view).news).toContain('Personne ne peut être appelé')
		next = () => Promise.reject(new Error('no'))
		await w.call()
		expect(get(w.view)).toMatchObject({ news: '', busy: false })
		expect(get(w.view).problem).not.toBe('')
	})
	it('is taken back by name, once', async () => {
		view.set({ value: deskSample({ tickets: [called] }) })
		const w = work()
		await w.back()
		await w.back()
		expect(asked).toEqual([['back', 'a']])
		expect(said).toEqual(['Personne a reprend sa place dans la file.'])
	})
})

it('who was handed over is looked at no more; a note stays on its ticket', () => {
	const w = work()
	w.choose('a')
	w.kept(ticketSample('a', { note: 'à rappeler' }))
	expect(get(view).value?.tickets[0]?.note).toBe('à rappeler')
	w.gone()
	expect(get(w.view)).toMatchObject({ chosen: '', shown: 'line' })
})

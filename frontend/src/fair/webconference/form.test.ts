import { beforeEach, describe, expect, it } from 'vitest'
import type { WebconferenceEdit } from '../../api/shape'
import { speak } from '../../locales/text'
import { blank, edit, faults, formOf } from './form'

const talk: WebconferenceEdit = {
	id: 't',
	slug: 'titre',
	fair: 'f',
	title: { fr: 'Titre', en: 'Title' },
	abstract: { fr: 'De quoi' },
	accessibility: { fr: '' },
	language: 'fr',
	starts_at: '2026-11-24T08:00:00.000Z',
	ends_at: '2026-11-24T08:45:00.000Z',
	state: 'scheduled',
	speakers: [{ name: 'Nora', title: 'Cheffe' }],
	rev: 3,
}

beforeEach(() => speak('fr', {}))

describe('the form of a webconference', () => {
	it.each(['fr', 'en'] as const)('read and written again is the same talk, in %s', (lang) => {
		speak(lang, {})
		const { title, abstract, accessibility, language, starts_at, ends_at, speakers } = talk
		const same = { title, abstract, accessibility, language, starts_at, ends_at, speakers }
		expect(edit(formOf(talk))).toEqual(same)
	})
	it('shows the hour of the fair', () =>
		expect(formOf(talk)).toMatchObject({ day: '2026-11-24', from: '09:00', to: '09:45' }))
	it('says what is wrong with an empty one', () => {
		expect(faults(blank(''))).toEqual({ title: 'talkform.title', day: 'talkform.day' })
	})
	it('wants the end after the beginning', () => {
		expect(faults({ ...formOf(talk), to: '09:00' })).toEqual({ to: 'talkform.order' })
	})
	it('wants a name with an address, and leaves out empty lines', () => {
		const form = {
			...formOf(talk),
			speakers: [
				{ name: '', title: '', email: 'a@example.org' },
				{ name: '', title: '', email: '' },
			],
		}
		expect(faults(form)).toEqual({ speakers: 'talkform.speaker' })
		expect(edit(form).speakers).toHaveLength(1)
	})
})

import { describe, expect, it } from 'vitest'
import type { Rules } from '../../api/shape'
import {
	outOfBounds,
	releaseChange,
	releaseForm,
	settingsChange,
	settingsForm,
	waveFault,
} from './settings'

const rules: Rules = {
	line: {
		max_tickets: 5,
		answer_seconds: 60,
		grace_minutes: 10,
		length_minutes: 10,
		guard_minutes: 2,
		postpone_minutes: 10,
		warn_minutes: 10,
		max_delay_minutes: 5,
		escalate_minutes: 10,
	},
	book: {
		release: 'waves',
		waves: ['2027-03-28T07:00:00Z'],
		cap_fair: 10,
		cap_stand: 1,
		offer_minutes: 30,
		no_show_minutes: 5,
		answer_days: 7,
	},
	scorecard: [{ id: 'ecoute', label: { fr: 'Écoute', en: '' } }],
	anonymous: false,
	keep_months: 3,
	encryption: 'possible',
	slots: { free: 0, waiting: 0, kept: 0 },
	rev: 4,
}
const now = Date.parse('2027-03-01T00:00:00Z')

describe('how slots are released', () => {
	it('holds the waves by the clocks of the fair', () => {
		expect(releaseForm(rules).waves).toEqual(['2027-03-28T09:00'])
	})
	it('is sent in UTC, in order, without empty fields', () => {
		const form = {
			release: 'waves' as const,
			waves: ['2027-03-28T09:00', '', '2027-03-27T09:00'],
			open: true,
		}
		expect(releaseChange(rules, form)).toEqual({
			book: { ...rules.book, waves: ['2027-03-27T08:00:00.000Z', '2027-03-28T07:00:00.000Z'] },
			open: true,
			rev: 4,
		})
	})
	it('has no waves in any other way', () => {
		expect(releaseChange(rules, { ...releaseForm(rules), release: 'draw' }).book?.waves).toEqual([])
	})
	it.each([
		['settings.nowave', { release: 'waves', waves: [''], open: false }],
		['settings.pastwave', { release: 'waves', waves: ['2026-01-01T09:00'], open: false }],
		[undefined, { release: 'waves', waves: ['2026-01-01T09:00', '2027-03-02T09:00'], open: false }],
		[undefined, { release: 'now', waves: [], open: false }],
	] as const)('says %s', (fault, form) =>
		expect(waveFault({ ...form, waves: [...form.waves] }, now)).toBe(fault),
	)
})

describe('the settings', () => {
	it('come back as they were', () => {
		expect(settingsChange(rules, settingsForm(rules))).toEqual({
			line: rules.line,
			book: rules.book,
			scorecard: rules.scorecard,
			anonymous: false,
			encryption: 'possible',
			rev: 4,
		})
	})
	it('say which numbers nobody could keep', () => {
		const form = settingsForm(rules)
		form.numbers.max_tickets = 11
		form.numbers.guard_minutes = 0
		form.numbers.cap_fair = 1.5
		expect(outOfBounds(form)).toEqual(['max_tickets', 'cap_fair'])
	})
	it('leave out a criterion without a name', () => {
		const form = settingsForm(rules)
		form.scorecard.push({ id: '', fr: ' ', en: '' }, { id: '', fr: 'Projet', en: 'Project' })
		expect(settingsChange(rules, form).scorecard).toEqual([
			...rules.scorecard,
			{ label: { fr: 'Projet', en: 'Project' } },
		])
	})
})

import { describe, expect, it } from 'vitest'
import fr from '../../locales/fr.json'
import { speak } from '../../locales/text'
import { blankRule, dayName, ruleChange, ruleFault, ruleForm, ruleWords } from './slotrule'

speak('fr', fr)
const rule = {
	id: 'r',
	recruiter: 'x',
	days: [1, 2],
	from: '09:00',
	to: '24:00',
	minutes: 20,
	buffer_minutes: 5,
	channels: ['video' as const],
	rev: 3,
}

describe('a weekly availability', () => {
	it('goes through the form and comes back', () => {
		const { id: _, recruiter: __, ...same } = rule
		expect(ruleChange(ruleForm(rule), rule.rev)).toEqual(same)
	})
	it('is told in words', () =>
		expect(ruleWords({ ...rule, to: '12:00' })).toBe('lun., mar., de 9\u00a0h à 12\u00a0h'))
	it('names the days from Monday on', () => expect([1, 0].map(dayName)).toEqual(['lun.', 'dim.']))
	it.each([
		['error.slotrule.days', { days: [] }],
		['error.time.order', { to: '09:00' }],
		['error.slot.minutes', { minutes: 5 }],
		['error.slot.channels', { channels: { video: false, phone: false } }],
		[undefined, {}],
	])('says %s', (fault, change) => expect(ruleFault({ ...blankRule(), ...change })).toBe(fault))
})

import { expect, test } from 'vitest'
import { paperChange, paperForm } from './paper'

test('a page is edited in both languages on the version that was read', () => {
	const form = paperForm({
		kind: 'legal',
		version: 2,
		published_at: '2026-11-25T12:00:00Z',
		fields: [{ name: 'host', text: { fr: 'Chez nous', en: '' } }],
	})
	for (const field of form.fields) field.en = ' With us '
	expect(paperChange(form)).toEqual({
		version: 2,
		fields: [{ name: 'host', text: { fr: 'Chez nous', en: 'With us' } }],
	})
})

test('a declaration that says nothing claims nothing', () => {
	const form = paperForm({ kind: 'accessibility', version: 0, fields: [] })
	expect(paperChange(form).state).toBe('none')
})

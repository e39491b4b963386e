import { describe, expect, it } from 'vitest'
import english from '../src/locales/en.json'
import french from '../src/locales/fr.json'
import { asks, textsOf } from './texts'

const entries = ['candidate', 'interview', 'stage', 'recruiter', 'organiser', 'adviser', 'profile']

describe('the texts of an entry', () => {
	it('are those its sources name, plurals by their stem', () => {
		const may = asks(
			"t('week.opened', { count })" + 'maybe(`error.$' + '{code}`) t(`talk.$' + '{n}.title`)',
		)
		const keys = ['week.opened_one', 'week.opened_other', 'error.slot.past', 'talk.3.title']
		expect(keys.filter(may)).toEqual(keys)
		expect(['week.open', 'talk.3.text', 'mail.hello', 'opened'].some(may)).toBe(false)
	})
	for (const entry of entries) {
		it(`of ${entry} hold what its screens share, and no mail`, () => {
			const texts = textsOf(entry, french)
			for (const key of ['island.loading', 'problem.network', 'date.when', 'error.500.what']) {
				expect(texts).toHaveProperty([key])
			}
			expect(Object.keys(texts).filter((key) => key.startsWith('mail.'))).toEqual([])
			expect(Object.keys(textsOf(entry, english))).toEqual(Object.keys(texts))
		})
	}
})

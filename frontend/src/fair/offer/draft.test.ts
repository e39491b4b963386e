import { expect, it } from 'vitest'
import { blank, sent, standing } from './draft'

it('sends numbers, and a period only with a pay', () => {
	const form = { ...blank(), months: undefined as unknown as number, pay_from: 1900 }
	expect(sent(form)).toMatchObject({ months: 0, pay_from: 1900, pay_to: 0, pay_per: 'month' })
	expect(sent({ ...form, pay_from: 0, pay_per: 'year' }).pay_per).toBe('')
})

it('says what waits before what is', () => {
	expect(standing({ state: 'open', proposed: true, refused: false })).toBe('proposed')
	expect(standing({ state: 'draft', proposed: false, refused: true })).toBe('refused')
	expect(standing({ state: 'closed', proposed: false, refused: false })).toBe('closed')
})

import { describe, expect, it } from 'vitest'
import { keyWords } from './keys'

describe('keys', () => {
	it('says what one may do in the order of the form', () => {
		expect(keyWords({ scopes: ['slots', 'read'] })).toBe(
			[keyWords({ scopes: ['read'] }), keyWords({ scopes: ['slots'] })].join(', '),
		)
	})
})

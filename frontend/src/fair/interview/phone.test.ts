import { expect, it } from 'vitest'
import { readable } from './phone'

it.each([
	['+33639981234', '06\u00a039\u00a098\u00a012\u00a034'],
	['+4915112345678', '+4915112345678'],
	['', ''],
])('%s is read as %s', (number, read) => {
	expect(readable(number)).toBe(read)
})

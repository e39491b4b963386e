import { expect, it } from 'vitest'
import { initials, tint } from './initials'
import vectors from './monograms.json'

for (const vector of vectors) {
	it(`the monogram of ${JSON.stringify(vector.name)}`, () => {
		expect(initials(vector.name)).toBe(vector.initials)
		expect(tint(vector.name)).toBe(vector.tint)
	})
}

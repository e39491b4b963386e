import { describe, expect, it } from 'vitest'
import { type Key, speak, t } from './text'
import vectors from './vectors.json'

describe('texts', () => {
	for (const vector of vectors) {
		it(vector.name, () => {
			speak(vector.lang as 'fr' | 'en', vector.texts as Record<string, string>)
			expect(t(vector.key as Key, vector.args as Record<string, string | number>)).toBe(vector.want)
		})
	}
})

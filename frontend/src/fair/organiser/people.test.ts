import { describe, expect, it } from 'vitest'
import { roleWords } from './people'

describe('roles', () => {
	it('names the stand of a recruiter, and nothing more of others', () => {
		const stand = { id: 's', name: 'Maison Bel Âge' }
		expect(roleWords({ kind: 'recruiter', stand })).toMatch(/, Maison Bel Âge$/)
		expect(roleWords({ kind: 'organiser', stand: null })).not.toContain(',')
	})
})

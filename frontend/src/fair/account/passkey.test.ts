import { describe, expect, it } from 'vitest'
import { bytesOf, creation, type Question, request, textOf } from './passkey'

const question: Question = {
	ceremony: 'c',
	challenge: 'AQID-_8',
	site: 'salon.example.org',
	user: 'dXNlcg',
	email: 'camille@fiction.example',
	name: 'Camille',
	keys: ['AAEC'],
	verify: 'required',
}

describe('passkeys', () => {
	it('keeps bytes through text and back', () => {
		for (const text of ['', 'AA', 'AQID-_8', 'AAEC']) {
			expect(textOf(bytesOf(text).buffer)).toBe(text)
		}
		expect(textOf(null)).toBe('')
	})

	it('asks for a new key of this site, leaving out those there are', () => {
		const options = creation(question)
		expect(options.rp.id).toBe('salon.example.org')
		expect([...new Uint8Array(options.challenge as ArrayBuffer)]).toEqual([1, 2, 3, 251, 255])
		expect(options.excludeCredentials).toHaveLength(1)
		expect(options.pubKeyCredParams.map((p) => p.alg)).toEqual([-7, -8, -257])
	})

	it('asks for one of the keys, and that the device knows its owner', () => {
		const options = request(question)
		expect(options.rpId).toBe('salon.example.org')
		expect(options.userVerification).toBe('required')
		expect(options.allowCredentials).toHaveLength(1)
	})
})

import { describe, expect, it } from 'vitest'
import type { Member } from '../../signaling/message'
import { arrange } from './scene'

const member = (name: string, sending: Partial<Member['sending']> = {}): Member => ({
	peer: name.toLowerCase(),
	account: name,
	name,
	role: 'speaker',
	sending: { microphone: true, camera: true, screen: false, ...sending },
})
const order = (members: Member[], speaking = '') => {
	const { main, others } = arrange(members, speaking)
	return [main, ...others].map((s) => s && `${s.name} ${s.what}`)
}

describe('the stage', () => {
	it('is empty when nobody is there', () => {
		expect(arrange([], '')).toEqual({ others: [] })
	})
	it('shows a shared screen large and its owner beside it', () => {
		expect(order([member('Ana'), member('Bo', { screen: true })])).toEqual([
			'Bo screen',
			'Ana camera',
			'Bo camera',
		])
	})
	it('shows who speaks large', () => {
		expect(order([member('Ana'), member('Bo')], 'bo')).toEqual(['Bo camera', 'Ana camera'])
	})
	it('does not put a face away for a voice without one', () => {
		expect(order([member('Ana', { camera: false }), member('Bo')], 'ana')).toEqual([
			'Bo camera',
			'Ana camera',
		])
	})
	it('shows a voice when there is no face at all', () => {
		expect(
			order([member('Ana', { camera: false }), member('Bo', { camera: false })], 'bo')[0],
		).toBe('Bo camera')
	})
})

import { expect, it } from 'vitest'
import type { Member } from '../../signaling/message'
import { layoutOf, otherOf } from './other'

const member = (peer: string, account: string): Member => ({
	peer,
	account,
	name: account,
	role: 'party',
	sending: { microphone: true, camera: true, screen: false },
})
const me = member('p1', 'me')

it.each([
	['nobody when one is alone', [me], [], undefined],
	['the other party', [me, member('p2', 'nora')], [], 'p2'],
	['not oneself in a second tab', [me, member('p3', 'me')], [], undefined],
	['one of two tabs', [member('p2', 'nora'), me, member('p4', 'nora')], [], 'p4'],
	[
		'the tab that is still connected',
		[member('p2', 'nora'), me, member('p4', 'nora')],
		['p4'],
		'p2',
	],
	['the one who is lost rather than nobody', [me, member('p2', 'nora')], ['p2'], 'p2'],
] as const)('the other party is %s', (_, members, lost, peer) => {
	expect(otherOf({ peer: 'p1', members: [...members], lost: [...lost] })?.peer).toBe(peer)
})

it.each([
	['two', []],
	['interpreted', ['interpreter']],
	['accompanied', ['adviser']],
	['both', ['interpreter', 'adviser']],
] as const)('the pictures stand as %s with %j', (layout, roles) => {
	expect(layoutOf(roles.map((role) => ({ role })))).toBe(layout)
})

import type { Member } from '../../signaling/message'
import type { RoomView } from '../../signaling/room'

/**
 * The other party of an interview: never oneself in a second tab, and of somebody who
 * is there twice, while one tab takes over from another, one who is not lost.
 */
export function otherOf({
	members,
	peer,
	lost,
}: Pick<RoomView, 'members' | 'peer' | 'lost'>): Member | undefined {
	const account = members.find((m) => m.peer === peer)?.account
	const others = members.filter(
		(m) => m.peer !== peer && m.account !== account && m.role === 'party',
	)
	return others.findLast((m) => !lost.includes(m.peer)) ?? others.at(-1)
}

/** The third persons in an interview, the interpreter first; never oneself. */
export function guestsOf({ members, peer }: Pick<RoomView, 'members' | 'peer'>): Member[] {
	const guests = members.filter(
		(m) => m.peer !== peer && (m.role === 'interpreter' || m.role === 'adviser'),
	)
	return guests.sort((a, b) => b.role.localeCompare(a.role))
}

/** How the pictures stand: two alone, or with an interpreter, an adviser, or both. */
export type Layout = 'two' | 'interpreted' | 'accompanied' | 'both'

/** The layout that these guests need. */
export function layoutOf(guests: Pick<Member, 'role'>[]): Layout {
	const interpreted = guests.some(({ role }) => role === 'interpreter')
	const accompanied = guests.some(({ role }) => role === 'adviser')
	if (interpreted && accompanied) return 'both'
	if (interpreted) return 'interpreted'
	return accompanied ? 'accompanied' : 'two'
}

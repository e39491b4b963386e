import type { Member } from '../../signaling/message'
import type { RoomView } from '../../signaling/room'

/**
 * The other party of an interview: never oneself in a second tab, and of somebody who
 * is there twice the one who came last and is not lost.
 */
export function otherOf({
	members,
	peer,
	lost,
}: Pick<RoomView, 'members' | 'peer' | 'lost'>): Member | undefined {
	const account = members.find((m) => m.peer === peer)?.account
	const others = members.filter((m) => m.peer !== peer && m.account !== account)
	return others.findLast((m) => !lost.includes(m.peer)) ?? others.at(-1)
}

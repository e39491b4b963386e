import type { Member } from '../../signaling/message'

/** One picture on the stage. */
export interface Shot {
	peer: string
	name: string
	what: 'camera' | 'screen'
	muted: boolean
	/** Whether a picture is being sent. */
	picture: boolean
}

/** The stage: one large picture or none, and the others beside it. */
export interface Scene {
	main?: Shot
	others: Shot[]
}

/**
 * Arranges the stage: a shared screen comes first, then who speaks, then who shows a
 * face, then the others in the order of their names, so that nobody jumps about.
 */
export function arrange(members: Member[], speaking: string): Scene {
	const people = [...members]
		.sort((a, b) => a.name.localeCompare(b.name) || a.peer.localeCompare(b.peer))
		.map((m): Shot => shot(m, 'camera'))
	const screens = members.filter((m) => m.sending.screen).map((m) => shot(m, 'screen'))
	const main =
		screens[0] ??
		people.find((p) => p.peer === speaking && p.picture) ??
		people.find((p) => p.picture) ??
		people.find((p) => p.peer === speaking) ??
		people[0]
	const others = [...screens, ...people].filter((s) => s !== main)
	return main ? { main, others } : { others }
}

function shot(member: Member, what: 'camera' | 'screen'): Shot {
	return {
		peer: member.peer,
		name: member.name,
		what,
		muted: !member.sending.microphone,
		picture: what === 'screen' || member.sending.camera,
	}
}

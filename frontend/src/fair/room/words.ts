import { t } from '../../locales/text'
import type { Ending } from '../../signaling/room'
import type { LiveView } from './live'
import { secretChange } from './secret'

/** The line of status under the picture: what is going on, "" when all is well. */
export function status(view: LiveView): string {
	switch (view.phase) {
		case 'joining':
			return t('room.joining')
		case 'reconnecting':
			return t('room.reconnecting')
		case 'restarting':
			return t('room.restarting')
		case 'over':
			return ''
	}
	if (view.quality !== 'good') return t('room.weak')
	return ''
}

/** Why one is out of the room, and what to do. */
export function ending(why: Ending): { title: string; next: string } {
	switch (why) {
		case 'kicked':
			return { title: t('room.kicked'), next: t('room.kickednext') }
		case 'replaced':
			return { title: t('room.replaced'), next: t('room.replacednext') }
		case 'signed-out':
			return { title: t('room.signedout'), next: t('room.signedoutnext') }
		case 'ended':
			return { title: t('room.ended'), next: t('room.endednext') }
		case 'refused':
			return { title: t('room.refused'), next: t('room.refusednext') }
		case 'full':
			return { title: t('room.full'), next: t('room.fullnext') }
		case 'left':
			return { title: t('room.left'), next: t('room.leftnext') }
	}
}

/** What to say aloud when the room has changed, in the order it matters; "" for nothing. */
export function changes(before: LiveView, after: LiveView): string {
	if (before.phase !== after.phase) {
		if (after.phase === 'in' && before.phase !== 'joining') return t('room.back')
		if (after.phase !== 'in') return status(after)
	}
	const names = (view: LiveView) => new Map(view.members.map((m) => [m.peer, m.name]))
	const was = names(before)
	const is = names(after)
	for (const [peer, name] of is) {
		if (peer === after.peer || before.phase !== 'in') continue
		if (!was.has(peer)) return t('room.joined', { name })
		if (before.lost.includes(peer) && !after.lost.includes(peer))
			return t('room.returned', { name })
		if (!before.lost.includes(peer) && after.lost.includes(peer)) return t('room.lost', { name })
	}
	for (const [peer, name] of was) {
		if (!is.has(peer) && peer !== after.peer) return t('room.gone', { name })
	}
	const secret = after.phase === 'in' ? secretChange(before, after) : ''
	if (secret) return secret
	if (before.paused.length === 0 && after.paused.length > 0) return t('room.paused')
	if (before.quality !== after.quality) return status(after)
	return ''
}

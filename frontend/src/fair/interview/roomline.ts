/** The line under the pictures of an interview. No markup. */
import type { Interview } from '../../api/shape'
import { t } from '../../locales/text'
import type { DevicesView } from '../../media/devices'
import type { Member } from '../../signaling/message'
import type { LiveView } from '../room/live'
import { status } from '../room/words'

/** What is going on in the room, the most pressing first; "" when all is well. */
export function roomLine(
	view: LiveView,
	interview: Interview,
	other: Member | undefined,
	away: boolean,
	faults: DevicesView['faults'] = {},
): string {
	const still = status(view)
	if (still) return still
	if (faults.microphone === 'missing') return t('room.nomic')
	if (away) return t('room.lost', { name: interview.with.name })
	if (faults.camera === 'missing') return t('room.nocamera')
	if (interview.sound_only) return t('room.soundagreed')
	return other && !other.sending.camera && !other.sending.screen ? t('room.soundonly') : ''
}

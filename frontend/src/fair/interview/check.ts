import { interviews } from '../../api/api'
import type { CheckRequest, Interview } from '../../api/shape'
import type { Verdict } from '../../media/check'
import type { DevicesView, Fault } from '../../media/devices'

/** What a try of camera, microphone and network found. */
export type Tried = CheckRequest

const state = (open: boolean, fault: Fault | undefined): Tried['camera'] =>
	open ? 'ok' : fault === 'refused' ? 'refused' : 'missing'

/** The result of a try; undefined while something is still being tried. */
export function triedOf(
	{ camera, microphone, faults }: Pick<DevicesView, 'camera' | 'microphone' | 'faults'>,
	network: Verdict | undefined,
): Tried | undefined {
	if (!network || (!microphone && !faults.microphone) || (!camera && !faults.camera))
		return undefined
	return {
		camera: state(!!camera, faults.camera),
		microphone: state(!!microphone, faults.microphone),
		network,
	}
}

/** Binds a result to the appointment, unless it is the one before. */
export async function keep(
	id: string,
	tried: Tried,
	before: Tried | undefined,
	changed: (interview: Interview) => void,
): Promise<void> {
	if (before && JSON.stringify(before) === JSON.stringify(tried)) return
	try {
		changed(await interviews.check(id, tried))
	} catch {
		// The try itself has said what it found; it is kept the next time.
	}
}

import type { Devices } from '../../media/devices'
import type { LiveRoom } from './live'

/** How one was in a room: under which id ("" when another tab took over), muted, the camera turned off. */
export interface Kept {
	peer: string
	muted: boolean
	dark: boolean
}

const key = (id: string) => `salon.room.${id}`

/** The memory of this tab that one is in a room, and how, so that a reload comes back as one was. */
export const entrance = {
	remember(id: string, kept: Kept): void {
		sessionStorage.setItem(key(id), JSON.stringify(kept))
	},
	read(id: string): Kept | undefined {
		try {
			return JSON.parse(sessionStorage.getItem(key(id)) ?? '') as Kept
		} catch {
			return undefined
		}
	},
	forget(id: string): void {
		sessionStorage.removeItem(key(id))
	},
}

/** Opens the devices for a room one has been in: a camera that was off stays off. */
export function reopen(devices: Devices, id: string): Promise<void> {
	return devices.open(!entrance.read(id)?.dark)
}

/** Has one come in muted who was muted, and remembers from now on how one is, until it is over. */
export function keepPlace(
	id: string,
	peer: string,
	room: Pick<LiveRoom, 'muted' | 'mute' | 'view'>,
	devices: Pick<Devices, 'view'>,
): void {
	if (entrance.read(id)?.muted) room.mute(true)
	let broken = false
	devices.view.subscribe(({ faults }) => {
		broken = !!faults.camera
	})
	room.view.subscribe(({ phase, ending, role, sending }) => {
		const replaced = ending === 'replaced'
		const out = phase === 'over' || (phase === 'in' && role === 'viewer')
		if (out && !replaced) return entrance.forget(id)
		const dark = !sending.camera && !broken
		entrance.remember(id, { peer: replaced ? '' : peer, muted: room.muted, dark })
	})
}

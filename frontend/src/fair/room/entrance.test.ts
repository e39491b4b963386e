import { writable } from 'svelte/store'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Devices, DevicesView } from '../../media/devices'
import { entrance, keepPlace, reopen } from './entrance'
import type { LiveView } from './live'

beforeEach(() => {
	const shelf = new Map<string, string>()
	vi.stubGlobal('sessionStorage', {
		getItem: (key: string) => shelf.get(key) ?? null,
		setItem: (key: string, value: string) => shelf.set(key, value),
		removeItem: (key: string) => shelf.delete(key),
	})
})
afterEach(() => vi.unstubAllGlobals())

function inside() {
	const sending = { microphone: true, camera: true, screen: false }
	const view = writable({ phase: 'in', role: 'party', sending } as LiveView)
	const devices = writable({ faults: {} } as DevicesView)
	const room = { muted: false, mute: vi.fn(), view }
	keepPlace('i1', 'p1', room, { view: devices })
	const be = (change: Partial<LiveView>) => view.update((v) => ({ ...v, ...change }))
	return { room, be, devices, sending }
}

describe('the memory of being in a room', () => {
	it('keeps who one is, and that one is muted or has turned the camera off', async () => {
		const { room, be, sending } = inside()
		expect(room.mute).not.toHaveBeenCalled()
		expect(entrance.read('i1')).toEqual({ peer: 'p1', muted: false, dark: false })
		room.muted = true
		be({ sending: { ...sending, microphone: false, camera: false } })
		expect(entrance.read('i1')).toEqual({ peer: 'p1', muted: true, dark: true })

		const after = inside()
		expect(after.room.mute).toHaveBeenCalledWith(true)
	})

	it('opens no camera that was off', async () => {
		const { be, sending } = inside()
		const open = vi.fn(async () => {})
		await reopen({ open } as unknown as Devices, 'i1')
		be({ sending: { ...sending, camera: false } })
		await reopen({ open } as unknown as Devices, 'i1')
		await reopen({ open } as unknown as Devices, 'another')
		expect(open.mock.calls).toEqual([[true], [false], [true]])
	})

	it('does not take a broken camera for one that was turned off', () => {
		const { be, devices, sending } = inside()
		devices.set({ faults: { camera: 'missing' } } as DevicesView)
		be({ sending: { ...sending, camera: false } })
		expect(entrance.read('i1')?.dark).toBe(false)
	})

	it('keeps how one was when another tab takes over, and does not go in again by itself', () => {
		const { room, be } = inside()
		room.muted = true
		be({ phase: 'over', ending: 'replaced' })
		expect(entrance.read('i1')).toEqual({ peer: '', muted: true, dark: false })
	})

	it('ends when one only watches', () => {
		const { be } = inside()
		be({ role: 'viewer' })
		expect(entrance.read('i1')).toBeUndefined()
	})

	it('ends with the room, and takes nothing that it did not write', () => {
		const { be } = inside()
		be({ phase: 'over' })
		expect(entrance.read('i1')).toBeUndefined()
		sessionStorage.setItem('salon.room.i1', 'p1')
		expect(entrance.read('i1')).toBeUndefined()
	})
})

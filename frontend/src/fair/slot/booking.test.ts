import { expect, it } from 'vitest'
import { channels } from './booking'

const both = { video: true, phone: true }

it.each([
	[both, 'video', 'video'],
	[both, 'phone', 'phone'],
	[{ video: false, phone: true }, 'video', 'phone'],
	[{ video: true, phone: false }, 'phone', 'video'],
	[{ video: false, phone: false }, 'video', 'video'],
] as const)('a slot for %o, chosen before by %s, is taken by %s', (offered, before, now) => {
	expect(channels(offered, before).chosen).toBe(now)
})

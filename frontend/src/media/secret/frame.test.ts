import { describe, expect, it } from 'vitest'
import {
	escaped,
	type FrameKey,
	type Kind,
	keyId,
	open,
	plain,
	readable,
	Seen,
	seal,
} from './frame'

const bytes = (...list: number[]) => Uint8Array.from(list)
const noise = (n: number, first: number[] = []) => {
	const all = crypto.getRandomValues(new Uint8Array(n))
	all.set(first)
	return all
}

async function aKey(): Promise<FrameKey> {
	const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 128 }, false, [
		'encrypt',
		'decrypt',
	])
	return { id: keyId(1_795_000_000_123), key }
}

const slice = [0, 0, 0, 1, 0x67, 1, 2, 0, 0, 1, 0x68, 3, 0, 0, 1, 0x65, 9]
const kinds: [string, Kind, Uint8Array<ArrayBuffer>, number][] = [
	['a sound', { mime: 'audio/opus', source: 'microphone' }, noise(80), 1],
	['a sound of nothing', { mime: 'audio/opus', source: 'microphone' }, bytes(0x78), 1],
	['a keyframe of VP8', { mime: 'video/VP8', source: 'camera' }, noise(900, [0x10]), 10],
	['another of VP8', { mime: 'video/VP8', source: 'camera' }, noise(900, [0x11]), 3],
	['VP9', { mime: 'video/VP9', source: 'screen' }, noise(700), 0],
	['H264', { mime: 'video/H264', source: 'camera' }, noise(700, slice), slice.length],
]

describe('a sealed frame', () => {
	it.each(kinds)('of %s opens to what it was', async (_, kind, data, head) => {
		const k = await aKey()
		for (const counter of [0, 1, 255, 256, 0xffff_ffff]) {
			const sealed = await seal(data, kind, k, counter)
			expect(sealed.slice(0, head)).toEqual(data.slice(0, head))
			if (data.length > 100)
				expect(sealed.slice(head, head + 16)).not.toEqual(data.slice(head, head + 16))
			const seen: unknown[] = []
			const opened = await open(sealed, kind, (outside) => {
				seen.push(outside)
				return k.key
			})
			expect(opened).toEqual(data)
			expect(seen).toEqual([{ id: k.id, counter }])
		}
	})

	it.each(kinds)('of %s opens with no other key, source, header or byte', async (_, kind, data) => {
		const [k, other] = [await aKey(), await aKey()]
		const sealed = await seal(data, kind, k, 7)
		await expect(open(sealed, kind, () => other.key)).rejects.toThrow()
		await expect(open(sealed, kind, () => undefined)).rejects.toThrow('no key')
		await expect(open(sealed, { ...kind, source: 'screen_audio' }, () => k.key)).rejects.toThrow()
		await expect(open(data, kind, () => k.key)).rejects.toThrow()
		for (const at of [0, sealed.length - 3]) {
			const forged = sealed.slice()
			forged[at] = (forged[at] ?? 0) ^ 4
			await expect(open(forged, kind, () => k.key)).rejects.toThrow()
		}
	})

	it('is not made of a codec whose packets the browser must read', async () => {
		const k = await aKey()
		await expect(seal(noise(50), { mime: 'video/AV1', source: 'camera' }, k, 1)).rejects.toThrow()
		await expect(seal(noise(50), { mime: 'video/H264', source: 'camera' }, k, 1)).rejects.toThrow()
		await expect(
			seal(noise(50), { mime: 'audio/red', source: 'microphone' }, k, 1),
		).rejects.toThrow()
	})

	it('is not made with a counter that comes again', async () => {
		const kind: Kind = { mime: 'audio/opus', source: 'microphone' }
		await expect(seal(noise(9), kind, await aKey(), 2 ** 32)).rejects.toThrow()
	})
})

it('a frame of H264 holds no unit that was not in it, and ends in no zero', async () => {
	const kind: Kind = { mime: 'video/H264', source: 'camera' }
	const k = await aKey()
	const starts = (data: Uint8Array) =>
		data.filter((_, i) => data[i] === 0 && data[i + 1] === 0 && (data[i + 2] ?? 9) <= 1).length
	for (let counter = 0; counter < 200; counter++) {
		const data = noise(2000, slice)
		data.fill(7, slice.length)
		const sealed = await seal(data, kind, k, counter)
		expect(starts(sealed)).toBe(starts(data))
		expect(sealed.at(-1)).not.toBe(0)
	}
})

it('zeros are escaped and come back', () => {
	const data = bytes(0, 0, 0, 0, 1, 0, 0, 3, 0, 0, 2, 5, 0, 0)
	expect([...escaped(data)].join()).not.toMatch(/(^|,)0,0,[012](,|$)/)
	expect(plain(escaped(data))).toEqual(data)
})

it('an empty frame has no header', () => {
	expect(readable('audio/opus', bytes())).toBe(0)
	expect(readable('video/VP8', bytes())).toBe(0)
})

it('a counter is taken once, a little late or early, and never when it is old', () => {
	const seen = new Seen()
	for (const n of [5, 3, 4, 10_000, 9_000]) expect(seen.fresh(n)).toBe(true)
	for (const n of [5, 3, 10_000, 9_000, 4_000]) expect(seen.fresh(n)).toBe(false)
	const all = Array.from({ length: 20_000 }, (_, n) => 20_000 + n)
	expect(all.every((n) => seen.fresh(n))).toBe(true)
	expect(seen.fresh(39_000)).toBe(false)
})

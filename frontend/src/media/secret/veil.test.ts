import { expect, it, vi } from 'vitest'
import { type FrameKey, type Kind, keyId } from './frame'
import { Veil } from './veil'

const sound: Kind = { mime: 'audio/opus', source: 'microphone' }
const face: Kind = { mime: 'video/VP8', source: 'camera' }
const frame = () => crypto.getRandomValues(new Uint8Array(60))
const never = () => new Promise<void>(() => {})

async function aKey(round: number): Promise<FrameKey> {
	const uses: KeyUsage[] = ['encrypt', 'decrypt']
	const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 128 }, false, uses)
	return { id: keyId(round), key }
}

it('lets nothing pass before it has orders, and nothing when it is closed again', async () => {
	const veil = new Veil(never)
	const tried = async () => [
		await veil.outgoing(frame(), sound),
		await veil.incoming(frame(), sound, 'a'),
	]
	expect(await tried()).toEqual([undefined, undefined])
	veil.set({ send: 'clear', receive: 'clear', keys: [] })
	expect((await tried()).every((f) => f?.length === 60)).toBe(true)
	veil.set({ send: 'closed', receive: 'closed', keys: [] })
	expect(await tried()).toEqual([undefined, undefined])
})

it('opens only what its peer has sealed, and each frame once', async () => {
	const key = await aKey(1)
	const [ada, bob] = [new Veil(never), new Veil(async () => {})]
	ada.set({ send: key, receive: 'sealed', keys: [] })
	bob.set({ send: 'closed', receive: 'sealed', keys: [['ada', key]] })
	const data = frame()
	const sent = (await ada.outgoing(data, sound)) ?? data
	expect(await bob.incoming(sent, sound, 'eve')).toBeUndefined()
	expect(await bob.incoming(frame(), sound, 'ada')).toBeUndefined()
	expect(await bob.incoming(sent, sound, 'ada')).toEqual(data)
	expect(await bob.incoming(sent, sound, 'ada')).toBeUndefined()
})

it('sends nothing that it cannot seal', async () => {
	const veil = new Veil(never)
	veil.set({ send: await aKey(1), receive: 'sealed', keys: [] })
	expect(await veil.outgoing(frame(), { mime: 'video/AV1', source: 'camera' })).toBeUndefined()
	expect(await veil.outgoing(frame(), { mime: '', source: 'camera' })).toBeUndefined()
	expect(await veil.outgoing(frame(), face)).toBeDefined()
})

it('waits for a key that is on its way, once, and still opens what comes under the last one', async () => {
	const [old, next, after] = [await aKey(1), await aKey(2), await aKey(3)]
	const ada = new Veil(never)
	const wait = vi.fn(never)
	const bob = new Veil(wait)
	bob.set({ send: 'closed', receive: 'sealed', keys: [['ada', old]] })
	ada.set({ send: old, receive: 'closed', keys: [] })
	const late = (await ada.outgoing(frame(), sound)) ?? frame()
	ada.set({ send: next, receive: 'closed', keys: [] })
	const data = frame()
	const early = bob.incoming((await ada.outgoing(data, sound)) ?? data, sound, 'ada')
	await vi.waitFor(() => expect(wait).toHaveBeenCalledOnce())
	bob.set({ send: 'closed', receive: 'sealed', keys: [['ada', next]] })
	expect(await early).toEqual(data)
	expect(await bob.incoming(late, sound, 'ada')).toBeDefined()
	bob.set({ send: 'closed', receive: 'sealed', keys: [['ada', after]] })
	wait.mockImplementation(async () => {})
	expect(await bob.incoming(late, sound, 'ada')).toBeUndefined()
	expect(await bob.incoming(late, sound, 'ada')).toBeUndefined()
	expect(wait).toHaveBeenCalledTimes(2)
})

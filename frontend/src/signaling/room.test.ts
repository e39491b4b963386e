import { get } from 'svelte/store'
import { describe, expect, it, vi } from 'vitest'
import { fakeSocket } from './fake'
import type { FromServer, Member } from './message'
import { Room } from './room'

const other: Member = {
	peer: 'p2',
	account: 'a2',
	name: 'Nora',
	role: 'party',
	sending: { microphone: true, camera: true, screen: false },
}

const entry: FromServer['entered'] = {
	room: 'interview.i1',
	kind: 'interview',
	peer: 'p1',
	role: 'party',
	resume: 'resume-1',
	members: [other],
	presence: 2,
	recent: [],
	now: '2026-11-23T12:00:00Z',
}

function inRoom(join = vi.fn(async () => ({ token: 'fresh' }))) {
	const fake = fakeSocket()
	const entered = vi.fn()
	const room = new Room(fake.socket, join, entered)
	room.enter('entry')
	fake.wire().open()
	fake.wire().hear('entered', entry)
	return { ...fake, room, entered, join }
}

describe('a room', () => {
	it('is entered with the token of the join once the socket is open', () => {
		const { wire, room, entered } = inRoom()
		expect(wire().of('enter')).toEqual([{ type: 'enter', v: 1, token: 'entry' }])
		expect(get(room.view)).toMatchObject({ phase: 'in', peer: 'p1', members: [other] })
		expect(entered).toHaveBeenCalledOnce()
	})

	it('is entered again with the last resume token after a lost connection', () => {
		const { wire, waits, room } = inRoom()
		wire().hear('resume', { token: 'resume-2' })
		wire().onclose?.({ code: 1006 })
		expect(get(room.view).phase).toBe('reconnecting')
		waits[0]?.act()
		wire().open()
		expect(wire().of('enter')).toEqual([{ type: 'enter', v: 1, token: 'resume-2' }])
	})

	it('says that the server restarts when the close code does', () => {
		const { wire, room } = inRoom()
		wire().onclose?.({ code: 4000 })
		expect(get(room.view).phase).toBe('restarting')
	})

	it('still says so when the server does not answer at first', () => {
		const { wire, waits, room } = inRoom()
		wire().onclose?.({ code: 4000 })
		waits[0]?.act()
		wire().onclose?.({ code: 1006 })
		expect(get(room.view).phase).toBe('restarting')
	})

	it('asks join again, for the same peer, when its token is refused', async () => {
		const { wire, join } = inRoom()
		wire().hear('error', { code: 'room.token', of: 'enter' })
		await vi.waitFor(() => expect(wire().of('enter').at(-1)).toMatchObject({ token: 'fresh' }))
		expect(join).toHaveBeenCalledWith('p1')
	})

	it('is over when join refuses too, and keeps why', async () => {
		const failure = new Error('not any more')
		const { wire, room } = inRoom(vi.fn(async () => Promise.reject(failure)))
		wire().hear('error', { code: 'room.token', of: 'enter' })
		await vi.waitFor(() =>
			expect(get(room.view)).toMatchObject({ phase: 'over', ending: 'refused', failure }),
		)
	})

	it('is over when the room is full, and asks for no other token', async () => {
		const { wire, room, join } = inRoom()
		wire().hear('error', { code: 'room.full', of: 'enter' })
		expect(get(room.view)).toMatchObject({ phase: 'over', ending: 'full' })
		expect(join).not.toHaveBeenCalled()
	})

	it('gives up when fresh tokens are refused again and again', async () => {
		const { wire, room } = inRoom()
		for (let i = 0; i < 3; i++) {
			wire().hear('error', { code: 'room.token', of: 'enter' })
			await new Promise((done) => setTimeout(done))
		}
		expect(get(room.view).ending).toBe('refused')
	})

	it('keeps a member whose connection broke until the server says left', () => {
		const { wire, room } = inRoom()
		wire().hear('member_left', { peer: 'p2', reason: 'lost' })
		expect(get(room.view)).toMatchObject({ members: [other], lost: ['p2'] })
		wire().hear('member_joined', { member: other })
		expect(get(room.view)).toMatchObject({ members: [other], lost: [] })
		wire().hear('member_left', { peer: 'p2', reason: 'left' })
		expect(get(room.view)).toMatchObject({ members: [], lost: [] })
	})

	it('keeps everybody in their place whatever they change, and whoever comes back', () => {
		const { wire, room } = inRoom()
		const order = () => get(room.view).members.map((m) => m.peer)
		for (const peer of ['p4', 'p3']) wire().hear('member_joined', { member: { ...other, peer } })
		expect(order()).toEqual(['p2', 'p3', 'p4'])
		const sending = { ...other.sending, microphone: false }
		wire().hear('member_changed', { member: { ...other, sending } })
		expect(order()).toEqual(['p2', 'p3', 'p4'])
		wire().hear('member_left', { peer: 'p3', reason: 'lost' })
		wire().hear('member_joined', { member: { ...other, peer: 'p3' } })
		expect(order()).toEqual(['p2', 'p3', 'p4'])
	})

	it('takes a member who became a viewer off the stage', () => {
		const { wire, room } = inRoom()
		wire().hear('member_changed', { member: { ...other, role: 'viewer' } })
		expect(get(room.view).members).toEqual([])
	})

	it('takes oneself off the stage when one only watches from now on', () => {
		const { wire, room } = inRoom()
		wire().hear('member_joined', { member: { ...other, peer: 'p1', name: 'Moi' } })
		wire().hear('role', { role: 'viewer' })
		expect(get(room.view)).toMatchObject({ role: 'viewer', members: [other] })
	})

	it('shows a line as it is typed until it is said', () => {
		const { wire, room } = inRoom()
		wire().hear('typing_by', { peer: 'p2', text: 'Bonj' })
		expect(get(room.view).typing).toEqual({ p2: 'Bonj' })
		wire().hear('said', {
			id: '1',
			peer: 'p2',
			name: 'Nora',
			role: 'party',
			text: 'Bonjour',
			at: '2026-11-23T12:00:00Z',
		})
		expect(get(room.view)).toMatchObject({ typing: {}, lines: [{ text: 'Bonjour' }] })
	})

	it.each([
		[4500, 'replaced'],
		[4501, 'signed-out'],
		[4504, 'refused'],
	] as const)('is over after close code %i: %s', (code, ending) => {
		const { wire, room } = inRoom()
		wire().onclose?.({ code })
		expect(get(room.view)).toMatchObject({ phase: 'over', ending })
	})

	it('hears nothing more once it is over', () => {
		const { wire, room } = inRoom()
		wire().hear('left', { reason: 'kicked' })
		wire().hear('presence', { count: 99 })
		expect(get(room.view)).toMatchObject({ phase: 'over', ending: 'kicked', presence: 2 })
	})
})

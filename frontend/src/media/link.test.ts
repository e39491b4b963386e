import { get } from 'svelte/store'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Down } from './down'
import type { Secrecy } from './secret/secrecy'
import { Up } from './up'
import type { Candidate, Description } from './wire'

/** A peer connection that does as it is told and remembers it. */
class FakeConnection {
	static made: FakeConnection[] = []
	connectionState = 'new'
	signalingState = 'stable'
	remoteDescription: unknown = null
	localDescription: { sdp: string } | null = null
	onconnectionstatechange: (() => void) | null = null
	onicecandidate: ((event: { candidate: unknown }) => void) | null = null
	ontrack: ((event: unknown) => void) | null = null
	done: string[] = []
	senders: { replaceTrack: ReturnType<typeof vi.fn>; track: unknown }[] = []

	constructor() {
		FakeConnection.made.push(this)
	}
	addTransceiver(kind: string) {
		const sender = {
			track: null as unknown,
			replaceTrack: vi.fn(async (track: unknown) => {
				sender.track = track
			}),
			getParameters: () => ({ encodings: [{}] }),
			setParameters: async () => {},
		}
		this.senders.push(sender)
		this.done.push(kind)
		return { sender }
	}
	createOffer = async (options: RTCOfferOptions) => ({
		sdp: options.iceRestart ? 'again' : 'offer',
	})
	createAnswer = async () => ({ sdp: 'answer' })
	async setLocalDescription(d: { sdp: string }) {
		this.localDescription = d
		this.signalingState = d.sdp === 'answer' ? 'stable' : 'have-local-offer'
	}
	async setRemoteDescription(d: { sdp: string }) {
		await Promise.resolve()
		this.remoteDescription = d
		this.signalingState = 'stable'
		this.done.push(`remote ${d.sdp}`)
	}
	async addIceCandidate(c: { candidate: string }) {
		this.done.push(c.candidate)
	}
	close() {
		this.done.push('closed')
	}
	become(state: string) {
		this.connectionState = state
		this.onconnectionstatechange?.()
	}
}

function told() {
	const descriptions: Description[] = []
	const candidates: Candidate[] = []
	return {
		descriptions,
		candidates,
		tell: {
			description: (d: Description) => void descriptions.push(d),
			candidate: (c: Candidate) => void candidates.push(c),
		},
	}
}

const last = () => FakeConnection.made.at(-1) as FakeConnection

/** What the links have begun is done. */
const settled = () => new Promise((done) => setTimeout(done))

beforeEach(() => {
	vi.stubGlobal('RTCPeerConnection', FakeConnection)
	vi.stubGlobal('RTCRtpSender', { getCapabilities: () => ({ codecs: [] }) })
})
afterEach(() => vi.unstubAllGlobals())

describe('the link up', () => {
	it('offers the same four sources, and takes addresses once it has an answer', async () => {
		const { tell, descriptions } = told()
		const up = new Up([], tell, () => {})
		await up.offer()
		expect(descriptions).toEqual([
			{
				link: 'up',
				kind: 'offer',
				sdp: 'offer',
				sources: ['microphone', 'camera', 'screen', 'screen_audio'],
			},
		])
		await up.candidate({ candidate: 'early' })
		expect(last().done).not.toContain('early')
		await up.answer('v=0')
		await up.answer('twice')
		expect(last().done.slice(4)).toEqual(['remote v=0', 'early'])
	})

	it('changes a device without offering again', async () => {
		const { tell, descriptions } = told()
		const up = new Up([], tell, () => {})
		const camera = { contentHint: '', getSettings: () => ({ width: 640, height: 360 }) }
		await up.send('camera', camera as unknown as MediaStreamTrack)
		expect(last().senders[1]?.replaceTrack).toHaveBeenCalledWith(camera)
		expect(camera.contentHint).toBe('motion')
		expect(descriptions).toEqual([])
	})

	it('looks for another way when its own fails, five times in a row and no more', async () => {
		const { tell, descriptions } = told()
		const up = new Up([], tell, () => {})
		for (let n = 0; n < 7; n++) {
			last().become('failed')
			await settled()
			await up.answer('v=0')
		}
		expect(descriptions.map((d) => d.sdp)).toEqual(Array(5).fill('again'))
		last().become('connected')
		last().become('failed')
		await settled()
		expect(descriptions).toHaveLength(6)
		up.close()
		expect(last().done).toContain('closed')
	})

	it('looks for one other way at a time, and for none while an offer is unanswered', async () => {
		const { tell, descriptions } = told()
		const up = new Up([], tell, () => {})
		void up.offer()
		last().become('disconnected')
		await settled()
		expect(descriptions).toHaveLength(1)
		expect(up.waiting).toBe(true)
		await up.answer('v=0')
		expect(up.waiting).toBe(false)
		last().become('disconnected')
		last().become('failed')
		void up.restart()
		await settled()
		expect(descriptions.map((d) => d.sdp)).toEqual(['offer', 'again'])
		await up.answer('v=0')
		await settled()
		expect(descriptions).toHaveLength(2)
	})

	it('looks for a way through another network at once, or after the answer it waits for', async () => {
		const { tell, descriptions } = told()
		const up = new Up([], tell, () => {})
		await up.moved()
		expect(descriptions).toHaveLength(1)
		await up.moved()
		await up.moved()
		expect(descriptions).toHaveLength(1)
		await up.answer('v=0')
		await settled()
		expect(descriptions).toHaveLength(2)
		await up.answer('v=0')
		await settled()
		expect(descriptions.map((d) => d.sdp)).toEqual(['again', 'again'])
	})

	it('has every sender pass through the veil before anything is sent', () => {
		const outgoing = vi.fn()
		new Up([], told().tell, () => {}, { outgoing } as unknown as Secrecy)
		expect(outgoing.mock.calls.map(([, source]) => source)).toEqual([
			'microphone',
			'camera',
			'screen',
			'screen_audio',
		])
	})
})

/** A stream whose tracks can be taken away. */
function stream(id: string, tracks = 2) {
	const left = Array.from({ length: tracks }, () => ({}))
	return { id, getTracks: () => left, onremovetrack: null as (() => void) | null, left }
}

describe('the link down', () => {
	const down = (secrecy?: Secrecy) => {
		const { tell, descriptions, candidates } = told()
		const states: string[] = []
		const restart = vi.fn()
		const link = new Down([], tell, (state) => states.push(state), restart, secrecy)
		return { link, descriptions, candidates, states, restart }
	}

	it('answers one offer after another and tells its addresses', async () => {
		const { link, descriptions, candidates } = down()
		await Promise.all([link.offer('one'), link.offer('two')])
		expect(last().done).toEqual(['remote one', 'remote two'])
		expect(descriptions.map((d) => d.sdp)).toEqual(['answer', 'answer'])
		last().onicecandidate?.({ candidate: { candidate: 'here', sdpMLineIndex: 0, sdpMid: '0' } })
		last().onicecandidate?.({ candidate: null })
		expect(candidates).toEqual([
			{ link: 'down', candidate: 'here', sdp_m_line_index: 0, sdp_mid: '0' },
		])
	})

	it('shows what is whose, until it is taken away', async () => {
		const { link } = down()
		await link.offer('one')
		const face = stream('p2.camera', 1)
		last().ontrack?.({ receiver: { track: { id: 't1', kind: 'video' } }, streams: [face] })
		expect(get(link.received)).toEqual({ p2: { camera: face } })
		expect(link.ownerOf('t1')).toBe('p2')
		face.left.pop()
		face.onremovetrack?.()
		expect(get(link.received)).toEqual({ p2: {} })
	})

	it('has a track pass through the veil, by its owner and source, before it is shown', async () => {
		const order: unknown[] = []
		const incoming = (_: unknown, peer: string, source: string) => order.push([peer, source])
		const { link } = down({ incoming } as unknown as Secrecy)
		link.received.subscribe((all) => Object.keys(all).length > 0 && order.push('shown'))
		await link.offer('one')
		const receiver = { track: { id: 't', kind: 'audio' } }
		last().ontrack?.({ receiver, streams: [stream('p2.screen')] })
		expect(order).toEqual([['p2', 'screen_audio'], 'shown'])
	})

	it('asks for one other way at a time, and once more when the network changed meanwhile', async () => {
		const { link, restart } = down()
		link.moved()
		expect(restart).not.toHaveBeenCalled()
		await link.offer('one')
		last().become('disconnected')
		last().become('failed')
		link.restart()
		expect(restart).toHaveBeenCalledOnce()
		expect(link.waiting).toBe(true)
		await link.offer('two')
		expect(link.waiting).toBe(false)
		link.moved()
		link.moved()
		expect(restart).toHaveBeenCalledTimes(2)
		await link.offer('three')
		expect(restart).toHaveBeenCalledTimes(3)
		await link.offer('four')
		expect(restart).toHaveBeenCalledTimes(3)
	})

	it('asks for another way when its own fails, and shows nothing once it is closed', async () => {
		const { link, restart, states } = down()
		await link.offer('one')
		last().ontrack?.({
			receiver: { track: { id: 't', kind: 'video' } },
			streams: [stream('p.camera')],
		})
		last().become('connected')
		last().become('failed')
		expect(restart).toHaveBeenCalledOnce()
		expect(states).toEqual(['connected', 'failed'])
		link.close()
		expect(get(link.received)).toEqual({})
		expect(last().done.at(-1)).toBe('closed')
	})
})

import { get } from 'svelte/store'
import { describe, expect, it, vi } from 'vitest'
import { browserOf } from './browser'
import { verdict } from './check'
import { Devices, faultOf } from './devices'
import { owner } from './down'
import { loudness } from './level'
import { judge, type Look, look, nothing } from './quality'

describe('a fault of a device', () => {
	it.each([
		['NotAllowedError', 'refused'],
		['NotFoundError', 'missing'],
		['OverconstrainedError', 'missing'],
		['NotReadableError', 'busy'],
		['TypeError', 'unsupported'],
	])('%s means %s', (name, fault) => {
		expect(faultOf({ name })).toBe(fault)
	})
})

describe('the browser, for the help about its permission', () => {
	it.each([
		['Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0', 'firefox'],
		[
			'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36',
			'chrome',
		],
		[
			'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Safari/605.1.15',
			'safari',
		],
		[
			'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 CriOS/156.0 Mobile Safari/604.1',
			'ios',
		],
		[
			'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Mobile Safari/537.36',
			'android',
		],
	])('%s', (agent, browser) => {
		expect(browserOf(agent)).toBe(browser)
	})
})

describe('loudness', () => {
	it('is nothing for silence and full for a loud voice', () => {
		expect(loudness([0, 0, 0, 0])).toBe(0)
		expect(loudness([0.9, -0.9, 0.9, -0.9])).toBe(1)
	})
	it('is in the middle for an ordinary voice', () => {
		const level = loudness([0.03, -0.03])
		expect(level).toBeGreaterThan(0.4)
		expect(level).toBeLessThan(0.7)
	})
})

describe('a stream id', () => {
	it('names its peer and what it shows', () => {
		expect(owner('abc.camera')).toEqual(['abc', 'camera'])
		expect(owner('abc.screen')).toEqual(['abc', 'screen'])
	})
})

describe('the quality of a connection', () => {
	const before: Look = { ...nothing, packets: 100 }
	it('is good when nothing has moved', () => expect(judge(before, before)).toBe('good'))
	it('is weak when one packet in ten is missing', () =>
		expect(judge(before, { ...nothing, packets: 190, missing: 10 })).toBe('weak'))
	it('is weak when there and back takes more than half a second', () =>
		expect(judge(before, { ...nothing, packets: 200, roundTrip: 0.6 })).toBe('weak'))
	it('adds up what is received and takes the pair in use', () => {
		const report: [string, Record<string, unknown>][] = [
			['a', { type: 'inbound-rtp', packetsReceived: 10, packetsLost: 2 }],
			['b', { type: 'inbound-rtp', packetsReceived: 5, packetsLost: -1 }],
			['c', { type: 'candidate-pair', nominated: false, currentRoundTripTime: 9 }],
			['d', { type: 'candidate-pair', nominated: true, currentRoundTripTime: 0.05 }],
		]
		expect(look(report)).toEqual({ ...nothing, packets: 15, missing: 2, roundTrip: 0.05 })
	})
})

describe('the check of the network', () => {
	it.each([
		[{ media: 'direct' }, 'none'],
		[{ roundTrip: 20, media: 'direct' }, 'good'],
		[{ roundTrip: 20, media: 'untried' }, 'good'],
		[{ roundTrip: 20, media: 'relayed' }, 'fair'],
		[{ roundTrip: 900, media: 'direct' }, 'fair'],
		[{ roundTrip: 20, media: 'none' }, 'poor'],
	] as const)('%o is %s', (check, said) => {
		expect(verdict(check)).toBe(said)
	})
})

/** A track that can be stopped and can end. */
function track(kind: string) {
	return Object.assign(new EventTarget(), { kind, stop: vi.fn() }) as unknown as MediaStreamTrack
}

function source(answer: (constraints: MediaStreamConstraints) => MediaStreamTrack[]) {
	return Object.assign(new EventTarget(), {
		getUserMedia: async (constraints: MediaStreamConstraints) => {
			const tracks = answer(constraints)
			return {
				getTracks: () => tracks,
				getAudioTracks: () => tracks.filter((t) => t.kind === 'audio'),
				getVideoTracks: () => tracks.filter((t) => t.kind === 'video'),
			}
		},
		enumerateDevices: async () => [
			{ kind: 'audioinput', deviceId: 'm1', label: 'Headset' },
			{ kind: 'videoinput', deviceId: '', label: '' },
		],
	}) as unknown as MediaDevices
}

describe('the devices', () => {
	it('open both at once and list what has a name', async () => {
		const devices = new Devices(source(() => [track('audio'), track('video')]))
		await devices.open()
		expect(get(devices.view)).toMatchObject({
			faults: {},
			lists: { microphone: [{ id: 'm1', label: 'Headset' }], camera: [] },
		})
		expect(get(devices.view).camera).toBeDefined()
	})
	it('open the microphone alone when the camera is refused, and say so', async () => {
		const devices = new Devices(
			source((constraints) => {
				if (constraints.video) throw Object.assign(new Error(), { name: 'NotAllowedError' })
				return [track('audio')]
			}),
		)
		await devices.open()
		expect(get(devices.view).microphone).toBeDefined()
		expect(get(devices.view).faults).toEqual({ camera: 'refused' })
	})
	it('take another when one is pulled out, and say that it is missing when there is none', async () => {
		const cameras = [track('video'), track('video')]
		const [first, second] = cameras
		const devices = new Devices(
			source(({ audio }) => {
				const camera = cameras.shift()
				if (!camera) throw Object.assign(new Error(), { name: 'NotFoundError' })
				return audio ? [track('audio'), camera] : [camera]
			}),
		)
		await devices.open()
		first?.dispatchEvent(new Event('ended'))
		await vi.waitFor(() => expect(get(devices.view).camera).toBe(second))
		expect(get(devices.view).faults).toEqual({})
		second?.dispatchEvent(new Event('ended'))
		await vi.waitFor(() =>
			expect(get(devices.view)).toMatchObject({ faults: { camera: 'missing' } }),
		)
		expect(get(devices.view).camera).toBeUndefined()
	})
	it.each([
		[false, 1280, 30],
		[true, 640, 24],
	])('ask a weak phone (%s) for %i columns at %i pictures', async (small, width, rate) => {
		const asked: MediaStreamConstraints[] = []
		const devices = new Devices(
			source((constraints) => {
				asked.push(constraints)
				return [track('audio'), track('video')]
			}),
			small,
		)
		await devices.open()
		expect(asked[0]?.video).toMatchObject({ width: { ideal: width }, frameRate: { ideal: rate } })
	})
	it('stop a track that comes after they were closed', async () => {
		const late = track('audio')
		const devices = new Devices(source(() => [late]))
		devices.close()
		await devices.openOne('microphone')
		expect(late.stop).toHaveBeenCalled()
	})
	it('leave the camera alone when there are to be no pictures', async () => {
		const devices = new Devices(
			source((wanted) => [
				...(wanted.audio ? [track('audio')] : []),
				...(wanted.video ? [track('video')] : []),
			]),
		)
		await devices.open(false)
		expect(get(devices.view).microphone).toBeDefined()
		expect(get(devices.view).camera).toBeUndefined()
	})
	it('close, and open anew when asked', async () => {
		const tracks = [track('audio'), track('video')]
		const devices = new Devices(source(() => tracks))
		await devices.open()
		devices.close()
		expect(get(devices.view).camera).toBeUndefined()
		await devices.open()
		expect(get(devices.view).camera).toBe(tracks[1])
	})

	it('are unsupported where the browser has none', async () => {
		const devices = new Devices(null)
		await devices.openOne('camera')
		expect(get(devices.view).faults).toEqual({ camera: 'unsupported' })
	})
})

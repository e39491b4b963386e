import { describe, expect, it } from 'vitest'
import { camera, planned, weak } from './encodings'
import { needed } from './seen'
import { withSilence } from './up'

const sent = (plan: Parameters<typeof planned>[1]) =>
	planned(camera, plan)
		.filter((e) => e.active)
		.map((e) => `${e.rid}/${e.scaleResolutionDownBy}`)
		.join(' ')

describe('the encodings of a camera', () => {
	it.each([
		['before the server has said', { side: 720, small: false }, undefined, 'q/4 h/2 f/1'],
		['all are wanted', { side: 720, small: false }, ['q', 'h', 'f'], 'q/4 h/2 f/1'],
		['one is wanted', { side: 720, small: false }, ['f'], 'f/1'],
		['none is wanted', { side: 720, small: false }, [], ''],
		['a weak phone', { side: 720, small: true }, undefined, 'q/4 h/2'],
		['a weak phone of which more is wanted', { side: 720, small: true }, ['f'], 'h/2'],
		['a middling camera', { side: 360, small: false }, undefined, 'q/2 h/1'],
		['a small camera', { side: 180, small: false }, undefined, 'q/1'],
		['a small camera of which more is wanted', { side: 180, small: true }, ['h', 'f'], 'q/1'],
		['no camera yet', { side: undefined, small: false }, ['h'], 'h/2'],
	])('%s', (_, plan, wanted, want) => expect(sent({ ...plan, wanted })).toBe(want))

	it('a source sent in one is sent or not', () => {
		const screen = [{ maxBitrate: 1 }]
		expect(planned(screen, { side: 1080, wanted: [''], small: true })[0]?.active).toBe(true)
		expect(planned(screen, { side: 1080, wanted: [], small: false })[0]?.active).toBe(false)
	})

	it('a phone with few cores is weak, a computer is not', () => {
		expect(weak(4, 'Mozilla/5.0 (Linux; Android 10)')).toBe(true)
		expect(weak(8, 'Mozilla/5.0 (Linux; Android 14)')).toBe(false)
		expect(weak(2, 'Mozilla/5.0 (X11; Linux x86_64)')).toBe(false)
	})
})

describe('what a tile needs', () => {
	it.each([
		['filled by a wide picture', 390, 700, false, 1, 720],
		['a small one on a fine screen', 96, 72, false, 3, 240],
		['all of a screen in it', 1280, 800, true, 1, 720],
		['not there', 0, 300, false, 1, 0],
	])('%s', (_, width, height, contain, ratio, want) =>
		expect(needed(width, height, contain, ratio)).toBe(want),
	)
})

it('the answer asks for silence not to be sent, of the microphone alone, and once', () => {
	const line = 'a=fmtp:111 minptime=10;useinbandfec=1'
	const sdp = `v=0\r\n${line}\r\nm=audio\r\n${line}\r\n`
	const once = `v=0\r\n${line};usedtx=1\r\nm=audio\r\n${line}\r\n`
	expect(withSilence(sdp)).toBe(once)
})

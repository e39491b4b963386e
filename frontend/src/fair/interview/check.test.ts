import { expect, it } from 'vitest'
import { triedOf } from './check'

const track = {} as MediaStreamTrack

it('a try is known once camera, microphone and network are', () => {
	expect(triedOf({ faults: {} }, 'good')).toBeUndefined()
	expect(triedOf({ camera: track, microphone: track, faults: {} }, undefined)).toBeUndefined()
	expect(triedOf({ camera: track, microphone: track, faults: {} }, 'fair')).toEqual({
		camera: 'ok',
		microphone: 'ok',
		network: 'fair',
	})
	expect(triedOf({ faults: { camera: 'refused', microphone: 'busy' } }, 'poor')).toEqual({
		camera: 'refused',
		microphone: 'missing',
		network: 'poor',
	})
})

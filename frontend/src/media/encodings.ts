/**
 * In which sizes a camera is sent, so that each screen gets the one that fits it: as VP8 in
 * several encodings (simulcast), not as layers of VP9 or AV1 (scalabilityMode), though the
 * server forwards those. What decides is the cheap phone. Encoding 640x360 with a half size
 * beside it took 2.7 ms a picture as VP8, 3.5 as VP9 (L2T3_KEY), 5 to 8 as AV1 (Chromium 156
 * on a server's processor, three runs by turns); an encoding that nobody wants is not made at
 * all, where a layer that nobody wants is still made for the one above it; and VP8 is the one
 * codec that every browser of ours sends, takes and can seal (those of AV1 cannot be sealed,
 * Firefox makes no layers). What layers would save is bits, and they saved few: 240 kbit/s
 * against 290.
 */

/** The encodings of a camera, from small to large; the server knows them by these names. */
export const camera: RTCRtpEncodingParameters[] = [
	{ rid: 'q', scaleResolutionDownBy: 4, maxBitrate: 150_000 },
	{ rid: 'h', scaleResolutionDownBy: 2, maxBitrate: 450_000 },
	{ rid: 'f', scaleResolutionDownBy: 1, maxBitrate: 1_200_000 },
]

/** How a source is to be sent now. */
export interface Plan {
	/** The shorter side of the picture, in pixels; undefined when it is not known. */
	side: number | undefined
	/** The encodings anybody is to get; undefined before the server has said. */
	wanted: readonly string[] | undefined
	/** A phone that cannot encode three pictures at once, or somebody who saves data. */
	small: boolean
}

/**
 * The same encodings as they are to be sent. A small picture makes fewer of them: the
 * lowest is never under 180 lines, because nobody recognises a face in less.
 */
export function planned(
	encodings: RTCRtpEncodingParameters[],
	{ side = 720, wanted, small }: Plan,
): RTCRtpEncodingParameters[] {
	const sizes = side >= 540 ? [4, 2, 1] : side >= 270 ? [2, 1] : [1]
	const most = small && sizes.length === 3 ? 2 : sizes.length
	const several = encodings.length > 1
	return encodings.map((encoding, i) => {
		const asked = !wanted || wanted.includes(encoding.rid ?? '')
		if (!several) return { ...encoding, active: asked }
		const size = sizes[i]
		if (size === undefined || i >= most) return { ...encoding, active: false }
		// What is wanted may be larger than what is sent: then the largest is.
		const largest = i === most - 1
		const above = wanted?.some((rid) => encodings.slice(most).some((e) => e.rid === rid))
		return { ...encoding, scaleResolutionDownBy: size, active: asked || (largest && !!above) }
	})
}

/** Whether this device is too weak to encode a large picture besides two smaller ones. */
export function weak(
	cores = globalThis.navigator?.hardwareConcurrency ?? 4,
	agent = globalThis.navigator?.userAgent ?? '',
): boolean {
	return cores <= 4 && /Android|iPhone|iPad/.test(agent)
}

/** What a short try of the network found. */
export interface Check {
	/** Milliseconds there and back to the fair; undefined when it did not answer. */
	roundTrip?: number
	/** Whether the media server was reached: directly, through the relay, or not. */
	media: 'direct' | 'relayed' | 'none' | 'untried'
}

/** What to tell the person. */
export type Verdict = 'good' | 'fair' | 'poor' | 'none'

/** How long addresses are gathered, in milliseconds. */
const patience = 4000

/** Judges a check. Without media the phone is the better choice. */
export function verdict({ roundTrip, media }: Check): Verdict {
	if (roundTrip === undefined) return 'none'
	if (media === 'none') return 'poor'
	return roundTrip < 300 && media !== 'relayed' ? 'good' : 'fair'
}

/**
 * Tries the way to the media server: a server-reflexive or relayed address means that
 * the server answered. Without servers to ask there is nothing to try.
 */
export async function tryMedia(ice: RTCIceServer[]): Promise<Check['media']> {
	if (ice.length === 0) return 'untried'
	const pc = new RTCPeerConnection({ iceServers: ice })
	try {
		pc.createDataChannel('check')
		const found = new Set<string>()
		const done = new Promise<void>((resolve) => {
			pc.onicecandidate = ({ candidate }) => {
				if (!candidate) return resolve()
				if (candidate.type) found.add(candidate.type)
				if (found.has('srflx')) resolve()
			}
			setTimeout(resolve, patience)
		})
		await pc.setLocalDescription()
		await done
		if (found.has('srflx')) return 'direct'
		return found.has('relay') ? 'relayed' : 'none'
	} finally {
		pc.close()
	}
}

/** Measures the way there and back with three small requests; the best one counts. */
export async function tryFair(): Promise<number | undefined> {
	let best: number | undefined
	for (let i = 0; i < 3; i++) {
		const start = performance.now()
		const answer = await fetch('/healthz', {
			cache: 'no-store',
			signal: AbortSignal.timeout(patience),
		}).catch(() => undefined)
		if (!answer?.ok) continue
		const took = performance.now() - start
		best = best === undefined ? took : Math.min(best, took)
	}
	return best
}

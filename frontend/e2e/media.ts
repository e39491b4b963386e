// What a page really receives, read from its own peer connections. The hooks
// below run in Chromium and in Firefox alike, so they use nothing but the
// standard API.

/** What arrived so far, added up over all peer connections of a page. */
export interface Received {
	framesDecoded: number
	audioEnergy: number
	audioPackets: number
}

/** Runs before a page's own scripts: keeps its peer connections at hand and
 * asks the made-up camera for a small picture. */
export function watchConnections(size: { width: number; height: number }): void {
	const w = window as unknown as { connections: RTCPeerConnection[]; camera?: typeof size }
	if (w.connections) return
	w.connections = []
	const Original = window.RTCPeerConnection
	window.RTCPeerConnection = class extends Original {
		constructor(configuration?: RTCConfiguration) {
			super(configuration)
			w.connections.push(this)
		}
	}
	const devices = navigator.mediaDevices
	const ask = devices.getUserMedia.bind(devices)
	devices.getUserMedia = (wanted = {}) => {
		// A page may have asked for another one by then.
		const small = { ...(w.camera ?? size), frameRate: 15 }
		const video =
			typeof wanted.video === 'object'
				? { ...wanted.video, ...small }
				: wanted.video === true && small
		return ask({ ...wanted, video })
	}
}

/** Runs in a page: adds up what its connections received. */
export async function received(): Promise<Received> {
	const w = window as unknown as { connections?: RTCPeerConnection[] }
	const sum = { framesDecoded: 0, audioEnergy: 0, audioPackets: 0 }
	for (const connection of w.connections ?? []) {
		if (connection.connectionState === 'closed') continue
		for (const stat of (await connection.getStats()).values()) {
			if (stat.type !== 'inbound-rtp') continue
			if (stat.kind === 'video') sum.framesDecoded += stat.framesDecoded ?? 0
			else {
				sum.audioEnergy += stat.totalAudioEnergy ?? 0
				sum.audioPackets += stat.packetsReceived ?? 0
			}
		}
	}
	return sum
}

/** Something that can run a function in its page: a page of Playwright or of puppeteer. */
export interface Evaluates {
	evaluate<T>(run: () => Promise<T>): Promise<T>
}

/** Waits until, from now on, the page has decoded more frames and heard sound. */
export async function expectSoundAndPicture(page: Evaluates, who: string): Promise<void> {
	const before = await page.evaluate(received)
	const until = Date.now() + 45_000
	for (;;) {
		const now = await page.evaluate(received)
		const frames = now.framesDecoded - before.framesDecoded
		if (frames >= 10 && now.audioEnergy > before.audioEnergy) return
		if (Date.now() > until) {
			throw new Error(
				`${who} decoded ${frames} frames, audio energy +${now.audioEnergy - before.audioEnergy}`,
			)
		}
		await new Promise((done) => setTimeout(done, 250))
	}
}

/** What a page shows of the other person, and how smoothly. */
export interface Shown {
	height: number
	/** The streams of pictures and what decodes them: another word is another decoder. */
	decoders: string
	framesDecoded: number
	keyFramesDecoded: number
	/** How often the decoder had to ask for a keyframe, because it could not go on. */
	keyFramesAsked: number
	freezes: number
	/** Seconds, all freezes together. */
	frozen: number
	/** Milliseconds, the longest time between two pictures since watchFrames. */
	longest: number
}

/** Runs in a page: from now on, measures the time between pictures of the other person. */
export async function watchFrames(): Promise<void> {
	const w = window as unknown as { longest: number }
	const video = document.querySelector<HTMLVideoElement>('.large video')
	if (!video) throw new Error('nobody is shown')
	let last = performance.now()
	w.longest = 0
	const shown = () => {
		const now = performance.now()
		w.longest = Math.max(w.longest, now - last)
		last = now
		video.requestVideoFrameCallback(shown)
	}
	video.requestVideoFrameCallback(shown)
}

/** Runs in a page: what is shown of the other person now. */
export async function shown(): Promise<Shown> {
	const w = window as unknown as { connections: RTCPeerConnection[]; longest: number }
	const all = {
		height: 0,
		decoders: '',
		framesDecoded: 0,
		keyFramesDecoded: 0,
		keyFramesAsked: 0,
		freezes: 0,
		frozen: 0,
		longest: w.longest,
	}
	all.height = document.querySelector<HTMLVideoElement>('.large video')?.videoHeight ?? 0
	for (const connection of w.connections) {
		if (connection.connectionState === 'closed') continue
		for (const stat of (await connection.getStats()).values()) {
			if (stat.type !== 'inbound-rtp' || stat.kind !== 'video') continue
			all.decoders += `${stat.id} ${stat.ssrc} ${stat.trackIdentifier} ${stat.decoderImplementation}; `
			all.framesDecoded += stat.framesDecoded ?? 0
			all.keyFramesDecoded += stat.keyFramesDecoded ?? 0
			all.keyFramesAsked += (stat.pliCount ?? 0) + (stat.firCount ?? 0)
			all.freezes += stat.freezeCount ?? 0
			all.frozen += stat.totalFreezesDuration ?? 0
		}
	}
	return all
}

/** How loud a track is, from 0 (silence) to 1, read by whoever draws it. */
export class Level {
	readonly #context: AudioContext
	readonly #analyser: AnalyserNode
	readonly #source: MediaStreamAudioSourceNode
	readonly #samples: Float32Array<ArrayBuffer>

	constructor(track: MediaStreamTrack) {
		this.#context = new AudioContext()
		this.#analyser = this.#context.createAnalyser()
		this.#analyser.fftSize = 1024
		this.#samples = new Float32Array(this.#analyser.fftSize)
		this.#source = this.#context.createMediaStreamSource(new MediaStream([track]))
		this.#source.connect(this.#analyser)
	}

	/** The loudness of the last 20 ms or so. */
	read(): number {
		this.#analyser.getFloatTimeDomainData(this.#samples)
		return loudness(this.#samples)
	}

	/** Lets the browser forget it. */
	close(): void {
		this.#source.disconnect()
		void this.#context.close()
	}
}

/** Root mean square in decibels, mapped so that −60 dB is 0 and −6 dB is 1. */
export function loudness(samples: ArrayLike<number>): number {
	let sum = 0
	for (let i = 0; i < samples.length; i++) sum += (samples[i] ?? 0) ** 2
	const decibels = 10 * Math.log10(sum / samples.length + 1e-12)
	return Math.min(1, Math.max(0, (decibels + 60) / 54))
}

/** Plays three short rising notes, to hear whether the loudspeaker works. */
export async function chime(speaker?: string): Promise<void> {
	const context = new AudioContext()
	if (speaker && 'setSinkId' in context) {
		await (context as AudioContext & { setSinkId(id: string): Promise<void> })
			.setSinkId(speaker)
			.catch(() => {})
	}
	const notes = [392, 494, 587]
	for (const [i, pitch] of notes.entries()) {
		const start = context.currentTime + 0.05 + i * 0.28
		const tone = context.createOscillator()
		const gain = context.createGain()
		tone.frequency.value = pitch
		gain.gain.setValueAtTime(0, start)
		gain.gain.linearRampToValueAtTime(0.25, start + 0.03)
		gain.gain.exponentialRampToValueAtTime(0.001, start + 0.26)
		tone.connect(gain).connect(context.destination)
		tone.start(start)
		tone.stop(start + 0.28)
	}
	await new Promise((done) => setTimeout(done, 1200))
	await context.close()
}

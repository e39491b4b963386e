/** The worker through which the frames of an interview pass. It begins with no orders. */
import type { Kind, Sealed } from './frame'
import { type Orders, Veil } from './veil'

/** What the page says of a transform when it makes it. */
export type Place = { side: 'out'; source: Sealed } | { side: 'in'; source: Sealed; peer: string }

type Frame = RTCEncodedVideoFrame | RTCEncodedAudioFrame

interface Transformer {
	options: Place
	readable: ReadableStream<Frame>
	writable: WritableStream<Frame>
	sendKeyFrameRequest?(): Promise<unknown>
}

/** A picture that does not open is asked for anew at most so often, in milliseconds. */
const asking = 1000

const veil = new Veil()

function kindOf(frame: Frame, source: Sealed): Kind {
	const { mimeType } = frame.getMetadata() as { mimeType?: string }
	const audio = source === 'microphone' || source === 'screen_audio'
	return { mime: mimeType ?? (audio ? 'audio/opus' : ''), source }
}

function stream(t: Transformer): TransformStream<Frame, Frame> {
	const place = t.options
	let asked = 0
	return new TransformStream({
		async transform(frame, controller) {
			const data = new Uint8Array(frame.data)
			const kind = kindOf(frame, place.source)
			const passed =
				place.side === 'out'
					? await veil.outgoing(data, kind)
					: await veil.incoming(data, kind, place.peer)
			if (passed) {
				if (passed !== data) frame.data = passed.buffer
				controller.enqueue(frame)
			} else if (place.side === 'in' && kind.mime.startsWith('video') && Date.now() > asked) {
				asked = Date.now() + asking
				t.sendKeyFrameRequest?.().catch(() => {})
			}
		},
	})
}

self.addEventListener('message', ({ data }: MessageEvent<Orders>) => veil.set(data))
self.addEventListener('rtctransform', (event) => {
	const { transformer } = event as unknown as { transformer: Transformer }
	// A track that ends ends its streams; nothing is left to be told.
	transformer.readable
		.pipeThrough(stream(transformer))
		.pipeTo(transformer.writable)
		.catch(() => {})
})

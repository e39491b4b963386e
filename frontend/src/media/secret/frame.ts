/**
 * One encoded frame, sealed so that only those in the room read it. What stays readable
 * is the little of a codec's header that tells a keyframe from another one, because the
 * server chooses and repeats frames by it; it is authenticated with the rest.
 *
 *     readable header | AES-GCM of the rest, with its tag of 16 bytes | counter, 4 bytes | key id
 *
 * A key belongs to one sender and one round, and its counter goes over all that sender's
 * tracks, so that no counter is used twice with a key (NIST SP 800-38D, 8.2.1). The source
 * is authenticated too: the server cannot pass a screen off as a face.
 */

export const sources = ['microphone', 'camera', 'screen', 'screen_audio'] as const
export type Sealed = (typeof sources)[number]

/** What a frame is, beside its bytes. */
export interface Kind {
	/** The codec, "video/VP8", as the browser names it. */
	mime: string
	source: Sealed
}

/** A sender's key of one round. */
export interface FrameKey {
	/** From 128 to 255: a frame never ends in a zero, which H264 would lose. */
	id: number
	key: CryptoKey
}

const trailer = 5
const tag = 16
/** The last counter; a sender that comes to it, after years, sends nothing more. */
const lastCounter = 0xffff_ffff

/** The id that frames of a round carry. */
export const keyId = (round: number): number => 128 + (round % 128)

/**
 * How many bytes at the start of a frame stay readable; undefined for a codec whose
 * frames cannot be sealed. VP8 tells keyframe and size in 10 bytes, other frames in 3 (RFC
 * 6386, 9.1); VP9 tells everything in the RTP payload descriptor; Opus has one byte of
 * contents (RFC 6716, 3.1); H264 is cut into units, whose types must be seen (RFC 6184, 5.2).
 */
export function readable(mime: string, data: Uint8Array): number | undefined {
	switch (mime.toLowerCase()) {
		case 'audio/opus':
			return Math.min(1, data.length)
		case 'video/vp8':
			return Math.min(((data[0] ?? 1) & 1) === 0 ? 10 : 3, data.length)
		case 'video/vp9':
			return 0
		case 'video/h264':
			return firstSlice(data)
		default:
			return undefined
	}
}

/** Up to the type of the first slice of a picture, and the byte after it. */
function firstSlice(data: Uint8Array): number | undefined {
	for (let i = 0; i + 3 < data.length; i++) {
		if (data[i] !== 0 || data[i + 1] !== 0 || data[i + 2] !== 1) continue
		const type = (data[i + 3] ?? 0) & 0x1f
		if (type === 1 || type === 5) return Math.min(i + 5, data.length)
	}
	return undefined
}

/** What was sealed with the frame without being hidden. */
function known(data: Uint8Array, length: number, source: Sealed): Uint8Array<ArrayBuffer> {
	const all = new Uint8Array(length + 1)
	all.set(data.subarray(0, length))
	all[length] = sources.indexOf(source)
	return all
}

function iv(counter: number): Uint8Array<ArrayBuffer> {
	const bytes = new Uint8Array(12)
	new DataView(bytes.buffer).setUint32(8, counter)
	return bytes
}

/** Seals a frame. Rejects for a codec that cannot be, and when the counter is used up. */
export async function seal(
	data: Uint8Array<ArrayBuffer>,
	{ mime, source }: Kind,
	{ id, key }: FrameKey,
	counter: number,
): Promise<Uint8Array<ArrayBuffer>> {
	const head = readable(mime, data)
	if (head === undefined || counter > lastCounter) throw new Error(`${mime} cannot be sealed`)
	const hidden = await crypto.subtle.encrypt(
		{ name: 'AES-GCM', iv: iv(counter), additionalData: known(data, head, source) },
		key,
		data.subarray(head),
	)
	const rest = new Uint8Array(hidden.byteLength + trailer)
	rest.set(new Uint8Array(hidden))
	new DataView(rest.buffer).setUint32(hidden.byteLength, counter)
	rest[rest.length - 1] = id
	return join(data.subarray(0, head), isH264(mime) ? escaped(rest) : rest)
}

/** What a sealed frame says of itself. */
export interface Outside {
	id: number
	counter: number
}

/** Opens a frame with the key that its id names. Rejects what is not genuine. */
export async function open(
	data: Uint8Array<ArrayBuffer>,
	{ mime, source }: Kind,
	keyOf: (outside: Outside) => CryptoKey | undefined | Promise<CryptoKey | undefined>,
): Promise<Uint8Array<ArrayBuffer>> {
	const head = readable(mime, data)
	if (head === undefined) throw new Error(`${mime} cannot be sealed`)
	const rest = isH264(mime) ? plain(data.subarray(head)) : data.subarray(head)
	const end = rest.length - trailer
	if (end < tag) throw new Error('too short to be sealed')
	const counter = new DataView(rest.buffer, rest.byteOffset).getUint32(end)
	const key = await keyOf({ id: rest[rest.length - 1] ?? 0, counter })
	if (!key) throw new Error('no key')
	const opened = await crypto.subtle.decrypt(
		{ name: 'AES-GCM', iv: iv(counter), additionalData: known(data, head, source) },
		key,
		rest.subarray(0, end),
	)
	return join(data.subarray(0, head), new Uint8Array(opened))
}

const isH264 = (mime: string) => mime.toLowerCase() === 'video/h264'

function join(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
	const all = new Uint8Array(a.length + b.length)
	all.set(a)
	all.set(b, a.length)
	return all
}

/** Bytes in which no new unit begins: a 3 after each two zeros (ITU-T H.264, 7.4.1.1). */
export function escaped(data: Uint8Array): Uint8Array<ArrayBuffer> {
	const out: number[] = []
	let zeros = 0
	for (const byte of data) {
		if (zeros >= 2 && byte <= 3) {
			out.push(3)
			zeros = 0
		}
		out.push(byte)
		zeros = byte === 0 ? zeros + 1 : 0
	}
	return Uint8Array.from(out)
}

/** The bytes that were escaped. */
export function plain(data: Uint8Array): Uint8Array<ArrayBuffer> {
	const out: number[] = []
	let zeros = 0
	for (const byte of data) {
		if (zeros >= 2 && byte === 3) {
			zeros = 0
			continue
		}
		out.push(byte)
		zeros = byte === 0 ? zeros + 1 : 0
	}
	return Uint8Array.from(out)
}

/** Which counters of a sender have been seen: a frame is taken once, and not when it is old. */
export class Seen {
	readonly #seen = new Set<number>()
	#newest = -1

	/** How far back a frame may come, in frames of all the sender's tracks. */
	static readonly reach = 2048

	/** Whether a counter is new; it is not any more afterwards. */
	fresh(counter: number): boolean {
		if (counter <= this.#newest - Seen.reach || this.#seen.has(counter)) return false
		this.#seen.add(counter)
		if (counter > this.#newest) {
			this.#newest = counter
			if (this.#seen.size > 2 * Seen.reach) {
				for (const old of this.#seen) if (old <= counter - Seen.reach) this.#seen.delete(old)
			}
		}
		return true
	}
}

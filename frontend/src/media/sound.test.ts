import { expect, it, vi } from 'vitest'
import { describe as describeSelf, withRepeats } from './sound'

const sdp = (feedback: string) =>
	`v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111 63\r\na=rtpmap:111 opus/48000/2\r\n${feedback}a=rtpmap:63 red/48000/2\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\na=rtpmap:96 VP8/90000\r\n`

it('has lost sound sent again, and says so once', () => {
	const once = sdp('a=rtcp-fb:111 nack\r\n')
	expect(withRepeats(sdp(''))).toBe(once)
	expect(withRepeats(once)).toBe(once)
	expect(withRepeats('v=0\r\nm=video 9 X 96\r\n')).toBe('v=0\r\nm=video 9 X 96\r\n')
})

it('sets the description as it is where the browser takes no other', async () => {
	const set = vi.fn().mockRejectedValueOnce(new Error('modified')).mockResolvedValueOnce(undefined)
	const own = { type: 'offer' as const, sdp: sdp('') }
	await describeSelf({ setLocalDescription: set } as unknown as RTCPeerConnection, own)
	expect(set.mock.calls.map(([d]) => d.sdp === own.sdp)).toEqual([false, true])
})

/**
 * A description that says that lost sound is sent again (RFC 4585). Browsers do that for
 * Opus, but offer and answer it only if the page writes it in.
 */
export function withRepeats(sdp: string): string {
	const opus = /^a=rtpmap:(\d+) opus\/48000\/2\r?$/im.exec(sdp)?.[1]
	if (!opus || new RegExp(`^a=rtcp-fb:${opus} nack\\r?$`, 'm').test(sdp)) return sdp
	return sdp.replace(
		new RegExp(`^(a=rtpmap:${opus} opus/48000/2)(\\r?)$`, 'gim'),
		`$1$2\na=rtcp-fb:${opus} nack$2`,
	)
}

/** Sets our description with that, or as it is where a browser does not take it. */
export async function describe(
	pc: RTCPeerConnection,
	own: RTCSessionDescriptionInit,
): Promise<void> {
	try {
		await pc.setLocalDescription({ type: own.type, sdp: withRepeats(own.sdp ?? '') })
	} catch {
		await pc.setLocalDescription(own)
	}
}

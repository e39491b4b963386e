/** Which browser this is, to say where its camera permission is, and what it can do. */

export type Browser = 'firefox' | 'safari' | 'ios' | 'android' | 'chrome'

/** The browser behind a user agent string, as far as its permission dialogue differs. */
export function browserOf(agent: string): Browser {
	if (/iPhone|iPad|iPod/.test(agent)) return 'ios'
	if (/Firefox\//.test(agent)) return 'firefox'
	if (/Android/.test(agent)) return 'android'
	if (/Safari\//.test(agent) && !/Chrom(e|ium)\//.test(agent)) return 'safari'
	return 'chrome'
}

/** Whether a video interview can be held here at all. */
export function supported(): boolean {
	return 'RTCPeerConnection' in globalThis && !!navigator.mediaDevices?.getUserMedia
}

/** Whether an interview can be encrypted here from browser to browser. */
export function encrypts(): boolean {
	return 'RTCRtpScriptTransform' in globalThis && 'subtle' in (globalThis.crypto ?? {})
}

/** Whether a screen can be shared; phones cannot. */
export function canShareScreen(): boolean {
	return !!navigator.mediaDevices && 'getDisplayMedia' in navigator.mediaDevices
}

/** Whether the loudspeaker can be chosen. */
export function canChooseSpeaker(): boolean {
	return 'setSinkId' in HTMLMediaElement.prototype
}

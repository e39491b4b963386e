import puppeteer, { type Browser } from 'puppeteer-core'

// Debian's browsers, with a made-up camera and microphone. Playwright drives
// Chromium; it cannot drive Debian's Firefox, which speaks WebDriver BiDi.
export const chromium = {
	browserName: 'chromium' as const,
	headless: true,
	launchOptions: {
		executablePath: process.env.SALON_CHROMIUM ?? '/usr/bin/chromium',
		args: [
			'--no-sandbox',
			'--disable-gpu',
			'--disable-quic',
			'--no-first-run',
			'--disable-background-networking',
			'--disable-component-update',
			'--disable-sync',
			'--use-fake-device-for-media-stream',
			'--use-fake-ui-for-media-stream',
			'--auto-accept-this-tab-capture',
			'--autoplay-policy=no-user-gesture-required',
		],
	},
}

/** The small camera of a test: two browsers that encode 720p fill this machine. */
export const cameraSize = { width: 320, height: 180 }

/** Starts Debian's Firefox ESR. The caller closes it. */
export function firefox(): Promise<Browser> {
	return puppeteer.launch({
		browser: 'firefox',
		executablePath: process.env.SALON_FIREFOX ?? '/usr/bin/firefox-esr',
		headless: true,
		defaultViewport: { width: 1280, height: 800 },
		extraPrefsFirefox: {
			'intl.accept_languages': 'fr-FR, fr',
			'media.navigator.streams.fake': true,
			'media.navigator.permission.disabled': true,
			'media.peerconnection.ice.loopback': true,
			'media.peerconnection.ice.obfuscate_host_addresses': false,
			'media.getusermedia.insecure.enabled': true,
			'media.autoplay.default': 0,
			'media.autoplay.blocking_policy': 0,
			'app.update.enabled': false,
			'datareporting.policy.dataSubmissionEnabled': false,
			'toolkit.telemetry.enabled': false,
		},
	})
}

import { defineConfig } from '@playwright/test'
import { chromium } from './browsers.ts'
import { address } from './server.ts'

// What measures proves nothing, and three browsers fill the machine: both run when asked for.
const asked = process.env.SALON_E2E_MEASURE
	? '*.bench.ts'
	: process.env.SALON_E2E_LONG && '*.long.ts'
// These wait for a clock most of the time.
const patient = ['release.spec.ts', 'unanswered.spec.ts']

// One journey at a time, because a call of two browsers fills two cores; the patient ones beside them.
export default defineConfig({
	testDir: '.',
	outputDir: 'out',
	workers: 2,
	projects: asked
		? [{ name: 'asked for', testMatch: asked, workers: 1 }]
		: [
				{ name: 'journeys', testMatch: '*.spec.ts', testIgnore: patient, workers: 1 },
				{ name: 'patient', testMatch: patient, workers: 1 },
			],
	timeout: 120_000,
	expect: { timeout: 15_000 },
	forbidOnly: true,
	retries: 0,
	reporter: [['list']],
	use: {
		...chromium,
		baseURL: address,
		locale: 'fr-FR',
		timezoneId: 'Europe/Paris',
		viewport: { width: 1280, height: 800 },
		permissions: ['camera', 'microphone'],
		screenshot: 'only-on-failure',
		trace: 'off',
	},
	webServer: {
		command: 'node e2e/serve.mjs',
		cwd: new URL('..', import.meta.url).pathname,
		url: `${address}/readyz`,
		timeout: 120_000,
		gracefulShutdown: { signal: 'SIGTERM', timeout: 15_000 },
		stdout: 'ignore',
		stderr: 'pipe',
	},
})

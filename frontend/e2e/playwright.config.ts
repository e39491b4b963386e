import { defineConfig } from '@playwright/test'
import { chromium } from './browsers.ts'
import { address } from './server.ts'

// One server and one journey at a time: a call of two browsers fills two cores.
export default defineConfig({
	testDir: '.',
	// What measures proves nothing, and three browsers fill the machine: both run when asked for.
	testMatch: process.env.SALON_E2E_MEASURE
		? '*.bench.ts'
		: process.env.SALON_E2E_LONG
			? '*.long.ts'
			: '*.spec.ts',
	outputDir: 'out',
	workers: 1,
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

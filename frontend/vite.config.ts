import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vitest/config'
import { heading } from './scripts/heading.ts'
import { sprite } from './scripts/sprite.ts'
import { texts } from './scripts/texts.ts'

// Each entry is one script that a page of ../pages loads by its name; the Go side
// finds the hashed files through dist/.vite/manifest.json.
const entries = [
	'public',
	'suggest',
	'passkey',
	'candidate',
	'interview',
	'stage',
	'recruiter',
	'organiser',
	'adviser',
	'profile',
	'worker',
]

export default defineConfig({
	plugins: [svelte(), heading(), sprite(), texts()],
	build: {
		manifest: true,
		target: 'es2022',
		// The shells preload what an entry needs themselves, from the manifest.
		modulePreload: { polyfill: false },
		// A font or an icon is never inlined: the page's bytes are counted.
		assetsInlineLimit: 0,
		rolldownOptions: {
			input: Object.fromEntries(entries.map((name) => [name, `src/entries/${name}.ts`])),
		},
	},
	test: {
		include: ['src/**/*.test.ts', 'scripts/**/*.test.ts'],
	},
})

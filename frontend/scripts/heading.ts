import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import subset from 'subset-font'
import type { Plugin } from 'vite'

const require = createRequire(import.meta.url)
const file = fileURLToPath(new URL('../node_modules/.cache/figtree.woff2', import.meta.url))

/** What headings are written with: the letters of western Europe, and what French puts beside them. */
const written = [...range(0x20, 0x7e), ...range(0xc0, 0xff), ...'ŒœŸ\u00a0\u202f«»‘’“”–—…·°€'].join(
	'',
)

/** The one weight that styles ask for: several would double the file. tokens.css says the same to the browser. */
const weight = { wght: 650 }

/**
 * Makes the typeface of headings, "$figtree" in a style, as small as what is written in it
 * asks for: a page of a fair is first seen on a telephone network.
 */
export function heading(): Plugin {
	return {
		name: 'salon-heading',
		apply: 'build',
		async config() {
			const whole = require.resolve(
				'@fontsource-variable/figtree/files/figtree-latin-wght-normal.woff2',
			)
			mkdirSync(path.dirname(file), { recursive: true })
			writeFileSync(
				file,
				await subset(readFileSync(whole), written, {
					targetFormat: 'woff2',
					variationAxes: weight,
				}),
			)
			return { resolve: { alias: { $figtree: file } } }
		},
	}
}

function range(from: number, to: number): string[] {
	return Array.from({ length: to - from + 1 }, (_, n) => String.fromCodePoint(from + n))
}

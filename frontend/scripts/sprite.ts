import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Plugin } from 'vite'
import { publicIcons, scriptIcons } from '../src/ui/icons.ts'

const require = createRequire(import.meta.url)

/** The mark of the house: two people who speak, and the sun between them. */
const mark =
	'<symbol id="salon" viewBox="0 0 32 32"><rect width="32" height="32" rx="9" fill="#0b5c56"/><circle cx="16" cy="11" r="4.5" fill="#f6b93b"/><path d="M6 25c0-5 3.5-8 7.5-8 1 0 1.8.3 2.5.8.7-.5 1.5-.8 2.5-.8 4 0 7.5 3 7.5 8" fill="none" stroke="#fffdf9" stroke-width="2.5" stroke-linecap="round"/></symbol>'

/** One drawing of lucide as a symbol: its own size and class go, its lines stay. */
export function symbol(name: string, svg: string): string {
	const inner = svg.slice(svg.indexOf('>', svg.indexOf('<svg')) + 1, svg.lastIndexOf('</svg>'))
	const lines = inner.replace(/\s*\n\s*/g, '')
	return `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">${lines}</symbol>`
}

/** One file with the mark and some icons, to point into with <use>. */
function sheet(names: readonly string[]): string {
	const symbols = names.map((name) =>
		symbol(name, readFileSync(require.resolve(`lucide-static/icons/${name}.svg`), 'utf8')),
	)
	return `<svg xmlns="http://www.w3.org/2000/svg">${mark}${symbols.join('')}</svg>`
}

/**
 * Emits assets/icons-<hash>.svg for the templates, assets/tools-<hash>.svg for the
 * components, and assets/favicon-<hash>.svg.
 */
export function sprite(): Plugin {
	return {
		name: 'salon-sprite',
		apply: 'build',
		generateBundle() {
			this.emitFile({ type: 'asset', name: 'icons.svg', source: sheet(publicIcons) })
			this.emitFile({
				type: 'asset',
				name: 'tools.svg',
				source: sheet([...publicIcons, ...scriptIcons]),
			})
			// Committed, so that a clone that has not been built can embed the folder.
			this.emitFile({ type: 'asset', fileName: '.gitkeep', source: '' })
			this.emitFile({
				type: 'asset',
				name: 'favicon.svg',
				source: mark
					.replace('<symbol id="salon"', '<svg xmlns="http://www.w3.org/2000/svg"')
					.replace('</symbol>', '</svg>'),
			})
		},
	}
}

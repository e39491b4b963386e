import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8')

/** The colours of a block of tokens.css, by name. */
function colours(selector: string): Record<string, string> {
	const block = css.slice(css.indexOf(`${selector} {`))
	const pairs = block.slice(0, block.indexOf('}')).matchAll(/--([\w-]+): (#[0-9a-f]{6})/g)
	return Object.fromEntries([...pairs].map(([, name, value]) => [name, value]))
}

/** Relative luminance. Source: WCAG 2.2, definition of the term. */
function luminance(hex: string): number {
	const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
		const c = Number.parseInt(hex.slice(at, at + 2), 16) / 255
		return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
	})
	return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function contrast(a: string, b: string): number {
	const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x)
	return (light + 0.05) / (dark + 0.05)
}

const text: [string, string][] = [
	['ink', 'paper'],
	['ink', 'shade'],
	['ink', 'tile'],
	['ink', 'sun-wash'],
	['ink', 'bad-wash'],
	['ink', 'brand-wash'],
	['muted', 'paper'],
	['muted', 'shade'],
	['muted', 'tile'],
	['brand', 'paper'],
	['brand', 'shade'],
	['brand', 'tile'],
	['brand-deep', 'brand-wash'],
	['on-brand', 'brand'],
	['accent', 'paper'],
	['accent', 'shade'],
	['good', 'paper'],
	['bad', 'paper'],
	['bad', 'shade'],
	['bad', 'bad-wash'],
]
const edges: [string, string][] = [
	['edge', 'paper'],
	['edge', 'tile'],
	['edge', 'shade'],
	['focus', 'paper'],
	['focus', 'shade'],
]

describe.each([':root', '.dark'])('contrast in %s', (selector) => {
	const all = { ...colours(':root'), ...colours(selector) }
	const ratio = (a: string, b: string) => contrast(all[a] ?? '#000000', all[b] ?? '#000000')
	it.each(text)('%s can be read on %s', (a, b) => expect(ratio(a, b)).toBeGreaterThanOrEqual(4.5))
	it.each(edges)('%s can be seen on %s', (a, b) => expect(ratio(a, b)).toBeGreaterThanOrEqual(3))
})

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { expect, type Page } from '@playwright/test'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

interface Finding {
	id: string
	nodes: { target: string[]; failureSummary?: string }[]
}

/** The rules of axe that a page breaks, each with where. */
export async function violations(page: Page): Promise<string[]> {
	const findings = (await page.evaluate(
		`${axe}; axe.run().then((result) => result.violations)`,
	)) as Finding[]
	return findings.map((f) => `${f.id}: ${f.nodes.map((n) => n.target.join(' ')).join(' | ')}`)
}

/** No rule of axe is broken, and nothing is wider than the screen. */
export async function expectAccessible(page: Page): Promise<void> {
	expect(await violations(page), page.url()).toEqual([])
	const overflow = await page.evaluate(
		() => document.documentElement.scrollWidth - document.documentElement.clientWidth,
	)
	expect(overflow, `${page.url()} is wider than the screen`).toBeLessThanOrEqual(0)
}

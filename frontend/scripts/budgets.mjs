// Weighs what each entry loads at first (its script and all it imports at once, the
// heavier of the two languages, its styles), compressed, against the budgets of the
// product. The public pages are weighed whole by the Go tests, which render them.
import { readdirSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const dist = new URL('../dist/', import.meta.url)
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'))
const weigh = (file) => gzipSync(readFileSync(new URL(file, dist))).length
const kib = (bytes) => `${(bytes / 1024).toFixed(1)} KiB`

/** KiB of script, and of everything with the shell page's font, icons and styles. */
const budgets = {
	public: { js: 5, all: 30 },
	interview: { js: 60, all: 90 },
	stage: { js: 60, all: 90 },
	candidate: { js: 60, all: 90 },
	recruiter: { js: 120, all: 160 },
	organiser: { js: 120, all: 160 },
	adviser: { js: 60, all: 90 },
	profile: { js: 60, all: 90 },
}

const files = readdirSync(new URL('assets/', dist)).map((name) => `assets/${name}`)
const starting = (stem) => files.filter((file) => file.startsWith(`assets/${stem}`))
const shared = [...starting('figtree-'), ...manifest['src/entries/public.ts'].css]

function loads(key, seen = new Set()) {
	if (seen.has(key)) return seen
	seen.add(key)
	for (const next of manifest[key].imports ?? []) loads(next, seen)
	return seen
}

let over = false
for (const [entry, budget] of Object.entries(budgets)) {
	const chunks = [...loads(`src/entries/${entry}.ts`)].map((key) => manifest[key])
	const scripts = new Set(chunks.map((chunk) => chunk.file))
	const island = entry !== 'public'
	const texts =
		island &&
		Math.max(...['fr', 'en'].map((lang) => weigh(manifest[`virtual:texts/${entry}/${lang}`].file)))
	const js = [...scripts].reduce((sum, file) => sum + weigh(file), 0) + (texts || 0)
	const others = new Set([...chunks.flatMap((chunk) => chunk.css ?? []), ...shared])
	// A talk's page is a public page with an island in it; the others draw all from one sprite.
	if (island) for (const file of starting('tools-')) others.add(file)
	if (!island || entry === 'stage') for (const file of starting('icons-')) others.add(file)
	const all = js + [...others].reduce((sum, file) => sum + weigh(file), 0)
	const fits = js <= budget.js * 1024 && all <= budget.all * 1024
	over ||= !fits
	console.log(
		`${fits ? 'ok  ' : 'OVER'} ${entry.padEnd(10)} js ${kib(js)} of ${budget.js}, all ${kib(all)} of ${budget.all}`,
	)
}
if (over) process.exit(1)

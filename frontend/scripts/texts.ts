import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { Plugin } from 'vite'

type Texts = Record<string, string>

/** What an entry imports to get at its texts, language by language. */
const request = 'virtual:texts'

const src = path.resolve(import.meta.dirname, '../src')
const read = (file: string) => readFileSync(file, 'utf8')

/** Every source of ours that a file imports, itself included; types alone do not count. */
export function sources(file: string, seen = new Set<string>()): Set<string> {
	if (seen.has(file)) return seen
	seen.add(file)
	const code = read(file).replace(/^import type .*$/gm, '')
	for (const [, spec = ''] of code.matchAll(/(?:from|import\(?)\s*'(\.[^']+)'/g)) {
		const to = path.resolve(path.dirname(file), spec)
		if (/\.(json|css)$/.test(to)) continue
		sources(existsSync(to) ? to : `${to}.ts`, seen) // `x.svelte` may be x.svelte.ts
	}
	return seen
}

/**
 * Tells which keys a source may ask for: those written out in quotes, and those that a
 * template such as `channel.${name}` may make. A plural key is asked for by its stem.
 */
export function asks(code: string): (key: string) => boolean {
	const plain = new Set([...code.matchAll(/(['"`])([a-z]\w*(?:\.[\w-]+)+)\1/g)].map((m) => m[2]))
	const made = [...code.matchAll(/`([a-z]\w*\.[\w.-]*)\$\{[^}]*\}([\w.-]*)/g)].map((m) => ({
		head: m[1] ?? '',
		tail: m[2] ?? '',
	}))
	return (key) => {
		const stem = key.replace(/_(one|other)$/, '')
		return (
			plain.has(key) ||
			plain.has(stem) ||
			made.some(({ head, tail }) => stem.startsWith(head) && stem.includes(tail, head.length))
		)
	}
}

/** The texts, of all there are, that an entry may show. */
export function textsOf(entry: string, all: Texts): Texts {
	const asked = [...sources(path.join(src, 'entries', `${entry}.ts`))].map((f) => asks(read(f)))
	return Object.fromEntries(Object.entries(all).filter(([key]) => asked.some((may) => may(key))))
}

/**
 * Gives each entry its own texts, so that nobody loads the sentences of other people's
 * screens: `import texts from 'virtual:texts'` in an entry is one loader per language.
 */
export function texts(): Plugin {
	return {
		name: 'salon-texts',
		resolveId(id, importer) {
			if (id === request) return `\0${request}:${path.basename(importer ?? '', '.ts')}`
			return id.startsWith(`${request}/`) ? id : undefined
		},
		load(id) {
			const entry = id.startsWith(`\0${request}:`) && id.slice(request.length + 2)
			if (entry) {
				const of = (lang: string) => `() => import('${request}/${entry}/${lang}')`
				return `export default { fr: ${of('fr')}, en: ${of('en')} }`
			}
			if (!id.startsWith(`${request}/`)) return undefined
			const [, name = '', lang = ''] = id.split('/')
			const all = JSON.parse(read(path.join(src, 'locales', `${lang}.json`))) as Texts
			return `export default ${JSON.stringify(textsOf(name, all))}`
		},
	}
}

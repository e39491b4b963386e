// Holds the floors of src apart: each folder may import only those named here.
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

const src = path.resolve(import.meta.dirname, '../src')

/** For each folder of src, the folders that its files may import beside itself. */
const mayImport = {
	locales: [],
	ui: ['locales'],
	api: ['locales'],
	media: [],
	// Of api only the types that the description gives to the messages.
	signaling: ['api'],
	fair: ['api', 'ui', 'signaling', 'media', 'locales'],
	entries: ['api', 'fair', 'ui', 'locales'],
}

const faults = []
for (const name of readdirSync(src, { recursive: true })) {
	if (!/\.(ts|svelte|css)$/.test(name)) continue
	const floor = name.split(path.sep)[0]
	const allowed = mayImport[floor]
	if (!allowed) {
		faults.push(`${name}: the folder ${floor} is not in the table`)
		continue
	}
	const text = readFileSync(path.join(src, name), 'utf8')
	for (const [, spec] of text.matchAll(/(?:from|import\(?|@import)\s*'(\.[^']+)'/g)) {
		const to = path.relative(src, path.resolve(src, path.dirname(name), spec)).split(path.sep)[0]
		if (to !== floor && !allowed.includes(to)) faults.push(`${name} must not import ${spec}`)
	}
}
for (const fault of faults) console.error(fault)
console.log(faults.length === 0 ? 'the floors of src are kept apart' : `${faults.length} faults`)
process.exit(faults.length === 0 ? 0 : 1)

/** The tile of somebody or something without a picture; ../../funcs.go draws the same. */

const smallWords = new Set('de du des la le les et à au aux of the and en sur'.split(' '))

/** The first letters of the first two words that count. */
export function initials(name: string): string {
	const words = name.split(/[^\p{L}\p{Nd}]+/u).filter(Boolean)
	const counting = words.filter(
		(word) => words.length === 1 || (!smallWords.has(word.toLowerCase()) && [...word].length > 1),
	)
	const chosen = (counting.length > 0 ? counting : words).slice(0, 2)
	return chosen.map((word) => [...word][0]?.toUpperCase()).join('')
}

/** How many tints there are; the style sheet has a class for each. */
const tints = 6

/** The tint of a name, always the same: FNV-1a of its UTF-8 bytes. */
export function tint(name: string): number {
	let hash = 0x811c9dc5
	for (const byte of new TextEncoder().encode(name)) {
		hash = Math.imul(hash ^ byte, 0x01000193) >>> 0
	}
	return hash % tints
}

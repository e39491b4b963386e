/**
 * Texts of one language: flat keys, {name} where a value goes, two keys ending in
 * _one and _other where a number decides. vectors.json holds the cases that this file
 * and its Go sibling (../../locale.go) must both satisfy.
 */
import type french from './fr.json'

type Plain<K> = K extends `${infer Stem}_one` ? Stem : K extends `${infer Stem}_other` ? Stem : K

/** A key that has a text, plural keys without their ending. */
export type Key = Plain<keyof typeof french>

/** The languages of the product. */
export type Lang = 'fr' | 'en'

/** The values of a text; one named count decides between singular and plural. */
export type Args = Record<string, string | number>

let lang: Lang = 'fr'
let texts: Record<string, string> = {}

/** Sets the language of everything on the page; called once, before anything is drawn. */
export function speak(to: Lang, dictionary: Record<string, string>): void {
	lang = to
	texts = dictionary
}

/** The texts of one entry, each language a file of its own in the build. */
export type Loaders = Record<Lang, () => Promise<{ default: Record<string, string> }>>

/** Fetches the texts of a language and speaks it from then on. */
export async function load(texts: Loaders, to: Lang): Promise<void> {
	speak(to, (await texts[to]()).default)
}

/** The language spoken now. */
export function language(): Lang {
	return lang
}

/** The text of a key. A key without a text is returned as it is, so that it is seen. */
export function t(key: Key, args: Args = {}): string {
	return lookUp(key, args) ?? key
}

/** The text of a key that came from elsewhere, or undefined when there is none. */
export function maybe(key: string, args: Args = {}): string | undefined {
	return lookUp(key, args)
}

function lookUp(key: string, args: Args): string | undefined {
	const text = texts[key] ?? texts[key + suffix(args.count)]
	return text?.replace(/\{(\w+)\}/g, (place, name: string) => {
		const value = args[name]
		if (value === undefined) return place
		return typeof value === 'number' ? number(value) : value
	})
}

function suffix(count: string | number | undefined): '_one' | '_other' {
	return count === 1 || (count === 0 && lang === 'fr') ? '_one' : '_other'
}

/** A whole number with its thousands grouped as the language does. */
export function number(n: number): string {
	return String(n).replace(/\B(?=(\d{3})+(?!\d))/g, lang === 'fr' ? '\u202f' : ',')
}

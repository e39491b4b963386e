import { type Component, mount } from 'svelte'
import { type Lang, type Loaders, load } from '../locales/text'
import { inZone } from '../locales/time'

/** What the page tells its script; pages.go of the Go side says what each field is. */
export interface Boot {
	lang: Lang
	fair?: string
	zone?: string
	account?: string
	name?: string
	id?: string
	/** Whether one is a third person in the interview. */
	guest?: boolean
}

/** Draws a component in the page's island, once its texts are there. */
export async function island<P extends object>(
	component: Component<P & { boot: Boot }>,
	texts: Loaders,
	props = {} as P,
): Promise<void> {
	const boot = JSON.parse(document.getElementById('boot')?.textContent ?? '{}') as Boot
	const target = document.getElementById('island')
	if (!target) throw new Error('the page has no island')
	inZone(boot.zone)
	await load(texts, boot.lang)
	target.replaceChildren()
	mount(component, { target, props: { ...props, boot } })
}

/** The address of a page in the language of this one. */
export function href(lang: Lang, ...parts: string[]): string {
	return [lang === 'fr' ? '' : `/${lang}`, ...parts.map(encodeURIComponent)].join('/') || '/'
}

import type { Page } from '@playwright/test'

// What axe does not see of a screen: what is too wide, cut off, too small for a
// finger, or in the wrong language. Names of controls and contrast are axe's.

/** Runs in a page: what is wrong with it, in words, each with the element it is about. */
function faultsOf(width: number): string[] {
	const found: string[] = []
	const name = (e: Element) => {
		const own = e.id ? `#${e.id}` : [...e.classList].map((c) => `.${c}`).join('')
		const words = (e.textContent ?? '').replace(/\s+/g, ' ').trim().slice(0, 60)
		return `${e.tagName.toLowerCase()}${own.replace(/\.svelte-\w+/g, '')} “${words}”`
	}
	const shown = (e: Element) =>
		e.checkVisibility({ visibilityProperty: true, opacityProperty: true }) &&
		!e.closest('.hidden, [aria-hidden=true], .skip')
	const open = document.querySelector('dialog:modal')
	const all = [...(open ?? document.body).querySelectorAll<HTMLElement>('*')].filter(shown)

	// Wider than the screen, unless something around it scrolls.
	const scrolls = (e: Element | null): boolean => {
		for (let at = e; at && at !== document.body; at = at.parentElement) {
			if (getComputedStyle(at).overflowX !== 'visible') return true
		}
		return false
	}
	if (document.documentElement.scrollWidth > width) {
		const wide = all.filter((e) => e.getBoundingClientRect().right > width + 1 && !scrolls(e))
		found.push(
			`wider than the screen by ${document.documentElement.scrollWidth - width}: ${wide
				.slice(-2)
				.map(name)
				.join(', ')}`,
		)
	}

	// Cut off: more text than the box that hides the rest.
	for (const e of all) {
		const style = getComputedStyle(e)
		const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent?.trim())
		if (!own || e.tagName === 'OPTION') continue
		const cut = (way: string) => way === 'hidden' || way === 'clip'
		// A button or a link may begin what is read in full behind it.
		const begins = style.textOverflow === 'ellipsis' && e.closest('summary, button, a, .row')
		if (cut(style.overflowX) && !begins && e.scrollWidth > e.clientWidth + 1 && !e.title)
			found.push(`cut off: ${name(e)}`)
		if (cut(style.overflowY) && e.scrollHeight > e.clientHeight + 3)
			found.push(`cut off below: ${name(e)}`)
	}

	// Too small for a finger: 44 px, 24 px for a link among words.
	const controls = 'a[href],button,input,select,textarea,summary,[role=tab]'
	for (const e of all.filter((e) => e.matches(controls))) {
		if (e instanceof HTMLInputElement && (e.type === 'hidden' || e.disabled)) continue
		const boxes = [e.getBoundingClientRect()]
		const label = e.closest('label') ?? (e as HTMLInputElement).labels?.[0]
		if (label && /^(checkbox|radio|file)$/.test((e as HTMLInputElement).type))
			boxes.push(label.getBoundingClientRect())
		const after = getComputedStyle(e, '::after')
		const around = after.position === 'absolute' && after.content !== 'none' && e.offsetParent
		if (around) boxes.push(around.getBoundingClientRect())
		const high = Math.max(...boxes.map((b) => b.height))
		const wide = Math.max(...boxes.map((b) => b.width))
		const inline = getComputedStyle(e).display === 'inline'
		const line = Number.parseFloat(getComputedStyle(e).lineHeight) || 0
		if (inline ? Math.max(high, line) < 23.5 : high < 43.5 || wide < 23.5)
			found.push(`too small for a finger, ${Math.round(wide)} × ${Math.round(high)}: ${name(e)}`)
	}

	// In the other language: two of its commonest words and none of one's own. Articles are
	// not among them, because names are full of them.
	const stop = {
		fr: 'vous votre vos nous avec pour dans sur cette pas sont qui est une par'.split(' '),
		en: 'the and your you with for is are this that not will from have who'.split(' '),
	}
	const lang = document.documentElement.lang === 'en' ? 'en' : 'fr'
	const other = lang === 'en' ? 'fr' : 'en'
	const texts = document.createTreeWalker(open ?? document.body, NodeFilter.SHOW_TEXT)
	while (texts.nextNode()) {
		const within = texts.currentNode.parentElement
		if (!within || !shown(within) || within.closest('script,style,.letter')) continue
		if (within.closest<HTMLElement>('[lang]')?.lang !== lang) continue
		const words = (texts.currentNode.textContent ?? '').toLowerCase().split(/[^a-zà-ÿœ]+/)
		const of = (list: string[]) => words.filter((w) => list.includes(w)).length
		if (of(stop[other]) > 1 && of(stop[lang]) === 0)
			found.push(`not in ${lang}: “${words.join(' ').trim().slice(0, 80)}”`)
	}

	// Moving though the person asked for less of it.
	if (matchMedia('(prefers-reduced-motion: reduce)').matches) {
		for (const one of document.getAnimations()) {
			const target = (one.effect as KeyframeEffect | null)?.target
			if (one.playState === 'running') found.push(`moves: ${target ? name(target) : 'something'}`)
		}
	}
	return [...new Set(found)]
}

/** What is wrong with a page as it is shown now. */
export function faults(page: Page): Promise<string[]> {
	return page.evaluate(faultsOf, page.viewportSize()?.width ?? 0)
}

/** Text twice as large, as a person sets it in the browser; or as usual again. */
export async function large(page: Page, on: boolean): Promise<void> {
	await page.evaluate((on) => {
		document.documentElement.style.fontSize = on ? '200%' : ''
	}, on)
}

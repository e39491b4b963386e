/** What completes a search, as the API answers. */
export interface Suggestion {
	kind: 'title' | 'company' | 'commune'
	label: string
	value: string
}

/** The search that taking a suggestion makes: a title is typed out, the others are chosen. */
export function taken(form: URLSearchParams, one: Suggestion): URLSearchParams {
	const query = new URLSearchParams(form)
	query.set('q', one.kind === 'title' ? one.value : '')
	if (one.kind === 'company') query.set('stand', one.value)
	if (one.kind === 'commune') query.set('commune', one.value)
	for (const [name, value] of [...query]) if (!value || value === '0') query.delete(name)
	return query
}

/** Where the choice goes from the arrow keys: round, with a place for none of them. */
export function moved(at: number, by: number, length: number): number {
	return ((at + 1 + by + length + 1) % (length + 1)) - 1
}

const wait = 150 // ms after the last letter

/** Completes what is typed into the box of a search: a combobox with a list below. */
export function suggest(box: HTMLInputElement): void {
	const { form } = box
	const { suggest: from = '', found = '' } = box.dataset
	if (!form) return
	const list = document.createElement('ul')
	list.id = 'suggestions'
	list.className = 'suggestions'
	list.setAttribute('role', 'listbox')
	list.setAttribute('aria-label', form.querySelector('label')?.textContent ?? '')
	list.hidden = true
	box.parentElement?.append(list)
	for (const [name, value] of Object.entries({
		role: 'combobox',
		'aria-autocomplete': 'list',
		'aria-controls': list.id,
		'aria-expanded': 'false',
	}))
		box.setAttribute(name, value)

	let shown: Suggestion[] = []
	let at = -1
	let timer = 0
	let asking: AbortController | undefined

	const mark = (to: number) => {
		at = to
		for (const [i, item] of [...list.children].entries())
			item.setAttribute('aria-selected', String(i === at))
		if (at < 0) box.removeAttribute('aria-activedescendant')
		else box.setAttribute('aria-activedescendant', `suggestion-${at}`)
	}
	const show = (all: Suggestion[]) => {
		shown = all
		list.replaceChildren(
			...all.map((one, i) => {
				const item = document.createElement('li')
				item.id = `suggestion-${i}`
				item.setAttribute('role', 'option')
				const kind = document.createElement('small')
				kind.textContent = box.dataset[one.kind] ?? ''
				item.append(one.label, ' ', kind)
				item.addEventListener('pointerdown', (event) => {
					event.preventDefault()
					take(one)
				})
				return item
			}),
		)
		list.hidden = all.length === 0
		box.setAttribute('aria-expanded', String(all.length > 0))
		mark(-1)
		const live = document.getElementById('live')
		if (live && all.length) live.textContent = found.replace('{count}', String(all.length))
	}
	const take = (one: Suggestion) => {
		const data = [...new FormData(form)].map(([name, value]) => [name, String(value)])
		location.assign(`${form.action}?${taken(new URLSearchParams(data), one)}`)
	}
	const ask = async () => {
		asking?.abort()
		asking = new AbortController()
		const typed = box.value.trim()
		if (typed.length < 2) return show([])
		try {
			const res = await fetch(`${from}?q=${encodeURIComponent(typed)}`, { signal: asking.signal })
			if (res.ok) show((await res.json()).items)
		} catch {
			// Given up for the next letter, or no network: the search works without.
		}
	}
	box.addEventListener('input', () => {
		clearTimeout(timer)
		timer = window.setTimeout(ask, wait)
	})
	box.addEventListener('blur', () => show([]))
	box.addEventListener('keydown', (event) => {
		const chosen = shown[at]
		if (event.key === 'Escape' && shown.length) {
			event.preventDefault()
			show([])
		} else if (event.key === 'Enter' && chosen) {
			event.preventDefault()
			take(chosen)
		} else if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && shown.length) {
			event.preventDefault()
			mark(moved(at, event.key === 'ArrowDown' ? 1 : -1, shown.length))
		}
	})
}

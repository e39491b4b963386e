// The script of every page, under 5 KB: nothing here is needed, everything works without.
import '../ui/public.css'
import { booking } from '../fair/slot/booking'

for (const form of document.querySelectorAll<HTMLFormElement>('form[data-enhance="booking"]')) {
	booking(form)
}

/**
 * Fetches a script that the page names: an import written here would bring a helper
 * larger than this file.
 */
function fetched({ script: src = '' }: DOMStringMap, then: (() => void) | null = null) {
	const script = document.createElement('script')
	document.head.append(Object.assign(script, { type: 'module', src, onload: then }))
}

// What completes the box of a search is fetched when it is first entered.
const box = document.querySelector<HTMLInputElement>('input[data-suggest]')
box?.addEventListener('focus', () => fetched(box.dataset), { once: true })

// A place in a line is followed on a page of scripts: go there once it is taken.
for (const form of document.querySelectorAll('form[data-enhance="line"]')) {
	const follow = Object.assign(document.createElement('input'), {
		type: 'hidden',
		name: 'follow',
		value: '1',
	})
	form.append(follow)
}

// A form is sent once: a second press of its button does nothing while the answer comes.
document.addEventListener('submit', (event) => {
	const button = event.submitter
	if (event.defaultPrevented || !(button instanceof HTMLButtonElement)) return
	// After the browser has read the form, in which the button may have a value.
	setTimeout(() => {
		button.disabled = true
	})
	// Coming back with the arrow shows the page as it was left: free the button again.
	addEventListener(
		'pageshow',
		() => {
			button.disabled = false
		},
		{ once: true },
	)
})

// Passkeys are offered where the browser has them; what they need comes when first
// pressed, and takes the presses from then on.
if ('PublicKeyCredential' in window) {
	for (const place of document.querySelectorAll<HTMLElement>('[data-passkey]')) {
		place.hidden = false
		const button = place.querySelector('button')
		const pressed = () => fetched(place.dataset, () => button?.click())
		button?.addEventListener('click', pressed, { once: true })
	}
}

// The day shown is among those seen in the row of days, on a phone too.
document
	.querySelector('.days [aria-current]')
	?.scrollIntoView({ block: 'nearest', inline: 'center' })

// The menu of one's name closes with Escape and with a press elsewhere.
const menu = document.querySelector<HTMLDetailsElement>('details.who')
if (menu) {
	document.addEventListener('click', (event) => {
		if (!menu.contains(event.target as Node)) menu.open = false
	})
	menu.addEventListener('keydown', (event) => {
		if (event.key !== 'Escape') return
		menu.open = false
		menu.querySelector('summary')?.focus()
	})
}

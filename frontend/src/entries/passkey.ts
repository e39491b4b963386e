// The ceremonies of passkeys, fetched when the button of one is first pressed.
import { press } from '../fair/account/passkey'

for (const place of document.querySelectorAll<HTMLElement>('[data-passkey]')) {
	place.querySelector('button')?.addEventListener('click', () => press(place))
}

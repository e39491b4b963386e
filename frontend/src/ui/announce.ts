/**
 * Says something once to a screen reader, politely, through the one live region of the
 * page. The same words said again are heard again.
 */
export function announce(words: string): void {
	const region = document.getElementById('live')
	if (!region) return
	region.textContent = ''
	setTimeout(() => {
		region.textContent = words
	}, 50)
}

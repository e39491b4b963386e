/** Files that the API serves: saved as a browser saves a download. */
import { language } from '../locales/text'
import { ask } from './client'

/** Saves what the API serves as a file. A refusal is a Problem, not a page. */
export async function saveFile(path: string): Promise<void> {
	let name = ''
	const content = await ask(
		fetch(path, { headers: { 'accept-language': language() } }).then(async (response) => {
			name = fileName(response.headers.get('content-disposition') ?? '')
			if (response.ok) return { data: await response.blob(), response }
			return { error: await response.json().catch(() => undefined), response }
		}),
	)
	const link = document.createElement('a')
	link.href = URL.createObjectURL(content as Blob)
	link.download = name
	link.click()
	setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}

/** The name in a Content-Disposition, as RFC 6266 writes it. */
export function fileName(disposition: string): string {
	const coded = /filename\*=utf-8''([^;]+)/i.exec(disposition)?.[1]
	if (coded) return decodeURIComponent(coded)
	return /filename="?([^";]+)"?/i.exec(disposition)?.[1] ?? 'salon'
}

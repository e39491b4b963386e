import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser } from '@playwright/test'

/** One picture of a contact sheet. */
export interface Picture {
	file: string
	caption: string
}

/** Puts pictures side by side into an HTML page, and into pictures of ten or so to look at in one go. */
export async function contactSheet(
	browser: Browser,
	folder: string,
	name: string,
	pictures: Picture[],
	width: number,
): Promise<void> {
	const across = width < 600 ? 6 : 3
	const each = across * 2
	const cell = ({ file, caption }: Picture, src = file) =>
		`<figure><img src="${src}" alt=""><figcaption>${caption}</figcaption></figure>`
	const page = (cells: string[]) =>
		`<!doctype html><meta charset="utf-8"><title>${name}</title><style>
		body{display:grid;grid-template-columns:repeat(${across},1fr);gap:10px;margin:10px;font:14px sans-serif;background:#999}
		figure{margin:0}img{width:100%;max-height:900px;object-fit:cover;object-position:top;display:block}
		</style>${cells.join('\n')}`
	await writeFile(join(folder, `${name}.html`), page(pictures.map((p) => cell(p))))
	const sheet = await browser.newPage({ viewport: { width: 1800, height: 900 } })
	for (let from = 0; from < pictures.length; from += each) {
		const part = await Promise.all(
			pictures.slice(from, from + each).map(async (picture) => {
				const bytes = await readFile(join(folder, picture.file))
				return cell(picture, `data:image/jpeg;base64,${bytes.toString('base64')}`)
			}),
		)
		await sheet.setContent(page(part))
		const number = String(from / each).padStart(2, '0')
		await sheet.screenshot({
			path: join(folder, `${name}-${number}.png`),
			fullPage: true,
		})
	}
	await sheet.close()
}

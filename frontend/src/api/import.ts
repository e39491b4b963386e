/** Files of offers: sent whole, then taken line by line. */
import { ask, client } from './client'
import type { components } from './schema.gen'

const v1 = '/api/v1'

export type OfferFile = components['schemas']['OfferFileView']

/** Whose offers a file holds: those of a stand, or of a whole fair. */
export type Where = { stand: string } | { fair: string }

/** A file goes as it is. */
const asItIs = {
	bodySerializer: (body: unknown) => body as Blob,
	headers: { 'content-type': 'application/octet-stream' },
}

export const imports = {
	begin: (where: Where, file: File) => {
		const body = file as unknown as string
		const query = { name: file.name }
		return ask(
			'stand' in where
				? client.POST(`${v1}/stands/{stand}/imports`, {
						params: { path: { stand: where.stand }, query },
						body,
						...asItIs,
					})
				: client.POST(`${v1}/fairs/{fair}/imports`, {
						params: { path: { fair: where.fair }, query },
						body,
						...asItIs,
					}),
		)
	},
	next: (id: string) =>
		ask(client.POST(`${v1}/imports/{import}/continue`, { params: { path: { import: id } } })),
	latest: (where: Where) =>
		ask(
			'stand' in where
				? client.GET(`${v1}/stands/{stand}/imports`, { params: { path: { stand: where.stand } } })
				: client.GET(`${v1}/fairs/{fair}/imports`, { params: { path: { fair: where.fair } } }),
		),
}

/** Where the lines that were refused are, to be put right. */
export const refusedPath = (id: string, format: 'csv' | 'xlsx') =>
	`${v1}/imports/${id}/refused/${format}`

/** Where an empty file is. */
export const templatePath = (where: Where, format: 'csv' | 'xlsx') =>
	`${v1}/templates/${'stand' in where ? 'stand' : 'offers'}.${format}`

import type { Paper, PaperChange } from '../../api/shape'

/** A legal page as the form holds it. */
export interface PaperForm {
	kind: Paper['kind']
	state: NonNullable<Paper['state']>
	version: number
	publishedAt?: string
	fields: { name: string; fr: string; en: string }[]
}

export function paperForm(paper: Paper): PaperForm {
	return {
		kind: paper.kind,
		state: paper.state ?? 'none',
		version: paper.version,
		...(paper.published_at ? { publishedAt: paper.published_at } : {}),
		fields: paper.fields.map(({ name, text }) => ({ name, fr: text.fr, en: text.en ?? '' })),
	}
}

/** The edition that the form asks for, decided on the version it was read at. */
export function paperChange(form: PaperForm): PaperChange {
	return {
		...(form.kind === 'accessibility' ? { state: form.state } : {}),
		version: form.version,
		fields: form.fields.map(({ name, fr, en }) => ({
			name,
			text: { fr: fr.trim(), en: en.trim() },
		})),
	}
}

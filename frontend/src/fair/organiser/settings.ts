import type { Rules, RulesChange } from '../../api/shape'
import { fromWall, wall } from '../../locales/time'

/** How slots are released, as the form holds it: the waves as fields of day and time. */
export interface ReleaseForm {
	release: Rules['book']['release']
	waves: string[]
	/** Slots that are free already follow, too. */
	open: boolean
}

/** The most waves there may be. */
export const mostWaves = 12

export function releaseForm(rules: Rules): ReleaseForm {
	return { release: rules.book.release, waves: rules.book.waves.map(wall), open: false }
}

/** The change of the release that the form asks for. */
export function releaseChange(rules: Rules, form: ReleaseForm): RulesChange {
	const waves =
		form.release === 'waves'
			? form.waves
					.filter(Boolean)
					.map((field) => fromWall(field).toISOString())
					.sort()
			: []
	return {
		book: { ...rules.book, release: form.release, waves },
		...(form.open ? { open: true } : {}),
		rev: rules.rev,
	}
}

/** What is wrong with the waves; nothing when they can be kept. */
export function waveFault(
	form: ReleaseForm,
	now: number,
): 'settings.nowave' | 'settings.pastwave' | undefined {
	if (form.release !== 'waves') return undefined
	const waves = form.waves.filter(Boolean)
	if (waves.length === 0) return 'settings.nowave'
	return waves.every((field) => fromWall(field).getTime() <= now) ? 'settings.pastwave' : undefined
}

/** The name of a number in the API. */
export type NumberName = keyof Rules['line'] | Exclude<keyof Rules['book'], 'release' | 'waves'>

/** One number of the settings, and its bounds. */
export interface NumberField {
	group: 'line' | 'book'
	name: NumberName
	min: number
	max: number
}

const bounds = (group: NumberField['group'], list: [NumberName, number, number][]): NumberField[] =>
	list.map(([name, min, max]) => ({ group, name, min, max }))

/** Every number an organiser settles, in the order of the form; the API refuses others. */
export const numberFields: NumberField[] = [
	...bounds('line', [
		['max_tickets', 1, 10],
		['answer_seconds', 20, 300],
		['grace_minutes', 1, 60],
		['length_minutes', 5, 60],
		['guard_minutes', 0, 15],
		['postpone_minutes', 2, 30],
		['warn_minutes', 2, 30],
		['max_delay_minutes', 0, 15],
		['escalate_minutes', 2, 120],
	]),
	...bounds('book', [
		['cap_fair', 1, 50],
		['cap_stand', 1, 5],
		['offer_minutes', 5, 240],
		['no_show_minutes', 3, 30],
		['answer_days', 1, 30],
	]),
]

/** The settings as the form holds them. */
export interface SettingsForm {
	numbers: Record<NumberName, number>
	scorecard: { id: string; fr: string; en: string }[]
	anonymous: boolean
	encryption: Rules['encryption']
}

/** The most criteria of a scorecard. */
export const mostCriteria = 6

export function settingsForm(rules: Rules): SettingsForm {
	const all = { ...rules.line, ...rules.book }
	return {
		numbers: Object.fromEntries(
			numberFields.map(({ name }) => [name, all[name]]),
		) as SettingsForm['numbers'],
		scorecard: rules.scorecard.map(({ id, label }) => ({
			id: id ?? '',
			fr: label.fr,
			en: label.en ?? '',
		})),
		anonymous: rules.anonymous,
		encryption: rules.encryption,
	}
}

/** The names of the numbers that are out of their bounds. */
export function outOfBounds(form: SettingsForm): NumberName[] {
	return numberFields
		.filter(({ name, min, max }) => {
			const n = form.numbers[name]
			return !(Number.isInteger(n) && n >= min && n <= max)
		})
		.map(({ name }) => name)
}

/** The settings as the API wants them; the release stays as it is. */
export function settingsChange(rules: Rules, form: SettingsForm): RulesChange {
	const of = (group: NumberField['group']) =>
		Object.fromEntries(
			numberFields.filter((f) => f.group === group).map(({ name }) => [name, form.numbers[name]]),
		)
	return {
		line: { ...rules.line, ...of('line') } as Rules['line'],
		book: { ...rules.book, ...of('book') } as Rules['book'],
		scorecard: form.scorecard
			.filter(({ fr }) => fr.trim())
			.map(({ id, fr, en }) => ({
				...(id ? { id } : {}),
				label: { fr: fr.trim(), en: en.trim() },
			})),
		anonymous: form.anonymous,
		encryption: form.encryption,
		rev: rules.rev,
	}
}

import type { Text, WebconferenceChange, WebconferenceEdit } from '../../api/shape'
import { clock, dayKey, instant } from '../../locales/time'

/** The form of a webconference, as the fields hold it. */
export interface TalkForm {
	title: Text
	abstract: Text
	accessibility: Text
	language: 'fr' | 'en'
	/** The day and the times of the fair's wall clock: "2026-11-23", "14:30". */
	day: string
	from: string
	to: string
	/** The address names the account; a name without one keeps the account it had. */
	speakers: { name: string; title: string; email: string }[]
}

/** The most people there is room for on stage. */
export const mostSpeakers = 6

/** An empty form for a day. */
export function blank(day: string): TalkForm {
	return {
		title: { fr: '' },
		abstract: { fr: '' },
		accessibility: { fr: '' },
		language: 'fr',
		day,
		from: '14:00',
		to: '14:45',
		speakers: [{ name: '', title: '', email: '' }],
	}
}

/** "14:30" of an instant, as a time field wants it. */
function wallTime(at: string): string {
	const [hour = '', minute = '00'] = clock(at).split(/[^\d]+/)
	return `${hour.padStart(2, '0')}:${(minute || '00').padStart(2, '0')}`
}

/** The form of a webconference there already is. */
export function formOf(talk: WebconferenceEdit): TalkForm {
	return {
		title: { ...talk.title },
		abstract: { ...talk.abstract },
		accessibility: { ...talk.accessibility },
		language: talk.language,
		day: dayKey(talk.starts_at),
		from: wallTime(talk.starts_at),
		to: wallTime(talk.ends_at),
		speakers: talk.speakers.map((s) => ({
			name: s.name,
			title: s.title,
			email: s.email ?? '',
		})),
	}
}

/** What is wrong, by field; empty when nothing is. */
export type Faults = Partial<
	Record<
		'title' | 'day' | 'to' | 'speakers',
		'talkform.title' | 'talkform.day' | 'talkform.order' | 'talkform.speaker'
	>
>

/** Looks for what the server would refuse, to say it beside the field. */
export function faults(form: TalkForm): Faults {
	const wrong: Faults = {}
	if (!form.title.fr.trim()) wrong.title = 'talkform.title'
	if (!form.day || !form.from || !form.to) wrong.day = 'talkform.day'
	else if (form.to <= form.from) wrong.to = 'talkform.order'
	if (named(form).some((s) => !s.name.trim())) wrong.speakers = 'talkform.speaker'
	return wrong
}

/** The speakers of whom anything was written. */
function named(form: TalkForm) {
	return form.speakers.filter((s) => s.name.trim() || s.email.trim() || s.title.trim())
}

/** The form as the API wants it. */
export function edit(form: TalkForm): WebconferenceChange {
	return {
		title: filled(form.title),
		abstract: filled(form.abstract),
		accessibility: filled(form.accessibility),
		language: form.language,
		starts_at: instant(form.day, form.from).toISOString(),
		ends_at: instant(form.day, form.to).toISOString(),
		speakers: named(form).map(({ name, title, email }) => ({
			name: name.trim(),
			title: title.trim(),
			...(email.trim() ? { email: email.trim() } : {}),
		})),
	}
}

function filled({ fr, en }: Text): Text {
	return en?.trim() ? { fr: fr.trim(), en: en.trim() } : { fr: fr.trim() }
}

import type { Channel, SlotRule, SlotRuleChange } from '../../api/shape'
import { t } from '../../locales/text'
import { clock, instant, shortDay } from '../../locales/time'

/** The form of a weekly availability. */
export interface RuleForm {
	days: number[]
	from: string
	to: string
	since: string
	until: string
	minutes: number
	buffer: number
	channels: Record<Channel, boolean>
}

/** The days of a week as one reads them here; 0 is Sunday. */
export const weekDays = [1, 2, 3, 4, 5, 6, 0]

export const blankRule = (): RuleForm => ({
	days: [1, 2, 3, 4, 5],
	from: '09:00',
	to: '12:00',
	since: '',
	until: '',
	minutes: 20,
	buffer: 5,
	channels: { video: true, phone: true },
})

export function ruleForm(rule: SlotRule): RuleForm {
	return {
		days: [...rule.days],
		from: rule.from,
		to: rule.to === '24:00' ? '23:59' : rule.to,
		since: rule.since ?? '',
		until: rule.until ?? '',
		minutes: rule.minutes,
		buffer: rule.buffer_minutes,
		channels: { video: rule.channels.includes('video'), phone: rule.channels.includes('phone') },
	}
}

/** What is wrong with the form, before the server is asked. */
export function ruleFault(
	form: RuleForm,
):
	| 'error.slotrule.days'
	| 'error.time.order'
	| 'error.slot.channels'
	| 'error.slot.minutes'
	| undefined {
	if (form.days.length === 0) return 'error.slotrule.days'
	if (!form.from || !form.to || form.to <= form.from) return 'error.time.order'
	if (!(form.minutes >= 10 && form.minutes <= 90)) return 'error.slot.minutes'
	return form.channels.video || form.channels.phone ? undefined : 'error.slot.channels'
}

/** The rule as the API wants it; a field for times knows no midnight, so 23:59 stands for it. */
export function ruleChange(form: RuleForm, rev = 0): SlotRuleChange {
	return {
		days: weekDays.filter((d) => form.days.includes(d)),
		from: form.from,
		to: form.to === '23:59' ? '24:00' : form.to,
		...(form.since ? { since: form.since } : {}),
		...(form.until ? { until: form.until } : {}),
		minutes: form.minutes,
		buffer_minutes: form.buffer,
		channels: (['video', 'phone'] as const).filter((c) => form.channels[c]),
		...(rev ? { rev } : {}),
	}
}

/** "lun." of a day of the week. */
export function dayName(day: number): string {
	const sunday = Date.UTC(2026, 0, 4, 12) // a Sunday
	return shortDay(new Date(sunday + day * 86_400_000)).replace(/\s*\d+$/, '')
}

/** "lun., mar., de 9 h à 12 h". */
export function ruleWords(rule: SlotRule): string {
	const at = (time: string) => clock(instant('2026-01-15', time === '24:00' ? '00:00' : time))
	const days =
		rule.days.length === 7
			? t('slotrule.everyday')
			: weekDays
					.filter((d) => rule.days.includes(d))
					.map(dayName)
					.join(', ')
	return t('slotrule.words', { days, from: at(rule.from), to: at(rule.to) })
}

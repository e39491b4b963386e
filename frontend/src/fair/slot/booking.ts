/** The channels a slot may be booked for, as its radio button says. */
export interface Offered {
	video: boolean
	phone: boolean
}

/**
 * Which channels can be chosen for a slot, and which one is: the one chosen before if
 * the slot has it, else the other.
 */
export function channels(
	offered: Offered,
	chosen: 'video' | 'phone',
): { chosen: 'video' | 'phone' } & Offered {
	const other = chosen === 'video' ? 'phone' : 'video'
	return { ...offered, chosen: offered[chosen] || !offered[other] ? chosen : other }
}

/** Keeps the channels of a booking form in step with the slot chosen. */
export function booking(form: HTMLFormElement): void {
	const radios = [...form.querySelectorAll<HTMLInputElement>('input[name="channel"]')]
	form.addEventListener('change', (event) => {
		const slot = event.target
		if (!(slot instanceof HTMLInputElement) || slot.name !== 'slot') return
		const before = radios.find((radio) => radio.checked)?.value === 'phone' ? 'phone' : 'video'
		const offered = { video: slot.dataset.video === 'true', phone: slot.dataset.phone === 'true' }
		const now = channels(offered, before)
		for (const radio of radios) {
			const value = radio.value === 'phone' ? 'phone' : 'video'
			radio.disabled = !now[value]
			radio.checked = now.chosen === value
		}
	})
}

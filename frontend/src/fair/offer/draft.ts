import type { OfferEdit, OfferForm } from '../../api/shape'

/** What a new offer begins with. */
export function blank(): OfferForm {
	return {
		title: '',
		description: '',
		contract: '',
		months: 0,
		rome: '',
		commune: '',
		pay_from: 0,
		pay_to: 0,
		pay_per: '',
		hours_label: '',
		hours: '',
		experience: '',
		experience_label: '',
		accessible: false,
		positions: 1,
	}
}

/** The form as it is sent: numbers are numbers though their boxes are empty. */
export function sent(form: OfferForm): OfferForm {
	const pay = Number(form.pay_from) > 0
	return {
		...form,
		months: Number(form.months) || 0,
		pay_from: Number(form.pay_from) || 0,
		pay_to: Number(form.pay_to) || 0,
		pay_per: pay ? form.pay_per || 'month' : '',
		positions: Number(form.positions) || 1,
	}
}

/** How an offer stands, as the key of its words. */
export function standing(
	offer: Pick<OfferEdit, 'state' | 'proposed' | 'refused'>,
): 'draft' | 'waiting' | 'open' | 'closed' | 'proposed' | 'refused' {
	if (offer.proposed) return 'proposed'
	if (offer.refused) return 'refused'
	return offer.state
}

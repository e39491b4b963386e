/** Every operation of the API that a screen calls, by its noun. */
import { ask, client } from './client'
import type {
	Channel,
	EncoderToken,
	OfferChange,
	Outcome,
	SlotPlan,
	StandChange,
	WebconferenceChange,
} from './shape'

const v1 = '/api/v1'
const interview = (id: string) => ({ path: { interview: id } })
const stand = (id: string) => ({ path: { stand: id } })
const talk = (id: string) => ({ path: { talk: id } })

export const me = {
	read: () => ask(client.GET(`${v1}/me`)),
	edit: (body: { name?: string; phone?: string }) => ask(client.PATCH(`${v1}/me`, { body })),
	interviews: () => ask(client.GET(`${v1}/me/interviews`)),
}

export const interviews = {
	read: (id: string) => ask(client.GET(`${v1}/interviews/{interview}`, { params: interview(id) })),
	join: (id: string, peer?: string) =>
		ask(
			client.POST(`${v1}/interviews/{interview}/join`, {
				params: interview(id),
				body: peer ? { peer } : {},
			}),
		),
	start: (id: string) =>
		ask(client.POST(`${v1}/interviews/{interview}/start`, { params: interview(id) })),
	end: (id: string, outcome?: Outcome) =>
		ask(
			client.POST(`${v1}/interviews/{interview}/end`, {
				params: interview(id),
				body: outcome ? { outcome } : {},
			}),
		),
	outcome: (id: string, body: Outcome) =>
		ask(client.POST(`${v1}/interviews/{interview}/outcome`, { params: interview(id), body })),
	cancel: (id: string) =>
		ask(client.POST(`${v1}/interviews/{interview}/cancel`, { params: interview(id) })),
	channel: (id: string, channel: Channel) =>
		ask(
			client.POST(`${v1}/interviews/{interview}/channel`, {
				params: interview(id),
				body: { channel },
			}),
		),
	phone: (id: string) =>
		ask(client.POST(`${v1}/interviews/{interview}/phone`, { params: interview(id) })),
	notes: (id: string, notes: string) =>
		ask(
			client.PUT(`${v1}/interviews/{interview}/notes`, { params: interview(id), body: { notes } }),
		),
	/** The address of its calendar file. */
	calendar: (id: string) => `${v1}/interviews/${id}/calendar`,
}

export const stands = {
	edit: (id: string) => ask(client.GET(`${v1}/stands/{stand}/edit`, { params: stand(id) })),
	save: (id: string, body: StandChange) =>
		ask(client.PATCH(`${v1}/stands/{stand}`, { params: stand(id), body })),
	offers: (id: string) => ask(client.GET(`${v1}/stands/{stand}/offers`, { params: stand(id) })),
	slots: (id: string, from: string, to: string) =>
		ask(
			client.GET(`${v1}/stands/{stand}/slots`, { params: { ...stand(id), query: { from, to } } }),
		),
	openSlots: (id: string, body: SlotPlan) =>
		ask(client.POST(`${v1}/stands/{stand}/slots`, { params: stand(id), body })),
}

export const offers = {
	save: (id: string, body: OfferChange) =>
		ask(client.PATCH(`${v1}/offers/{offer}`, { params: { path: { offer: id } }, body })),
}

export const slots = {
	withdraw: (id: string) =>
		ask(client.DELETE(`${v1}/slots/{slot}`, { params: { path: { slot: id } } })),
}

export const webconferences = {
	list: (fair: string) =>
		ask(client.GET(`${v1}/fairs/{fair}/webconferences`, { params: { path: { fair } } })),
	read: (id: string) => ask(client.GET(`${v1}/webconferences/{talk}`, { params: talk(id) })),
	edit: (id: string) => ask(client.GET(`${v1}/webconferences/{talk}/edit`, { params: talk(id) })),
	create: (fair: string, body: WebconferenceChange) =>
		ask(client.POST(`${v1}/fairs/{fair}/webconferences`, { params: { path: { fair } }, body })),
	save: (id: string, body: WebconferenceChange) =>
		ask(client.PATCH(`${v1}/webconferences/{talk}`, { params: talk(id), body })),
	open: (id: string) => ask(client.POST(`${v1}/webconferences/{talk}/open`, { params: talk(id) })),
	end: (id: string) => ask(client.POST(`${v1}/webconferences/{talk}/end`, { params: talk(id) })),
	join: (id: string, peer?: string) =>
		ask(
			client.POST(`${v1}/webconferences/{talk}/join`, {
				params: talk(id),
				body: peer ? { peer } : {},
			}),
		),
	kick: (id: string, account: string) =>
		ask(client.POST(`${v1}/webconferences/{talk}/kick`, { params: talk(id), body: { account } })),
	demote: (id: string, account: string) =>
		ask(client.POST(`${v1}/webconferences/{talk}/demote`, { params: talk(id), body: { account } })),
	tokens: (id: string) =>
		ask(client.GET(`${v1}/webconferences/{talk}/tokens`, { params: talk(id) })),
	issue: (id: string, role: EncoderToken['role']) =>
		ask(client.POST(`${v1}/webconferences/{talk}/tokens`, { params: talk(id), body: { role } })),
	revoke: (id: string, token: string) =>
		ask(
			client.DELETE(`${v1}/webconferences/{talk}/tokens/{token}`, {
				params: { path: { talk: id, token } },
			}),
		),
}

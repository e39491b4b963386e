/** Every operation of the API that a screen calls, by its noun. */
import { ask, client, orShort } from './client'
import { pagesOf } from './pages'
import type {
	Answer,
	ApplicationChange,
	Channel,
	CheckRequest,
	DutyChange,
	EncoderToken,
	HandOff,
	Invite,
	LineChange,
	LineDesk,
	MakeKey,
	OfferChange,
	OfferForm,
	Outcome,
	RulesChange,
	SlotPlan,
	SlotRuleChange,
	StandChange,
	Subscription,
	TicketClosing,
	WebconferenceChange,
	WishesChange,
	Words,
	WordsTo,
} from './shape'

const v1 = '/api/v1'
const interview = (id: string) => ({ path: { interview: id } })
const stand = (id: string) => ({ path: { stand: id } })
const ticket = (id: string) => ({ path: { ticket: id } })
const thread = (id: string) => ({ path: { thread: id } })
const talk = (id: string) => ({ path: { talk: id } })

export const me = {
	read: () => ask(client.GET(`${v1}/me`)),
	edit: (body: { name?: string; phone?: string }) => ask(client.PATCH(`${v1}/me`, { body })),
	interviews: () => ask(client.GET(`${v1}/me/interviews`)),
}

export const fairs = {
	stands: (fair: string, page: number) =>
		ask(
			client.GET(`${v1}/fairs/{fair}/stands`, {
				params: { path: { fair }, query: { page, limit: 100 } },
			}),
		),
	freeSlots: (fair: string, id: string) =>
		ask(
			client.GET(`${v1}/fairs/{fair}/slots`, {
				params: { path: { fair }, query: { free: true, stand: id, limit: 8 } },
			}),
		),
	/** The stands of a fair and the figures of the day, for its organisers. */
	live: (fair: string) =>
		ask(client.GET(`${v1}/fairs/{fair}/live`, { params: { path: { fair } } })),
}

export const people = {
	list: (fair: string, q: string, page: number, limit: number) =>
		ask(
			client.GET(`${v1}/fairs/{fair}/people`, {
				params: { path: { fair }, query: { q, page, limit } },
			}),
		),
	invitations: (fair: string) =>
		ask(client.GET(`${v1}/fairs/{fair}/invitations`, { params: { path: { fair } } })),
	invite: (fair: string, body: Invite) =>
		ask(client.POST(`${v1}/fairs/{fair}/invitations`, { params: { path: { fair } }, body })),
	resend: (invitation: string) =>
		ask(client.POST(`${v1}/invitations/{invitation}/resend`, { params: { path: { invitation } } })),
	withdraw: (invitation: string) =>
		ask(client.DELETE(`${v1}/invitations/{invitation}`, { params: { path: { invitation } } })),
	remove: (fair: string, account: string, kind: Invite['kind'], stand?: string) =>
		ask(
			client.DELETE(`${v1}/fairs/{fair}/people/{account}/roles/{role}`, {
				params: { path: { fair, account, role: kind }, query: stand ? { stand } : {} },
			}),
		),
}

export const keys = {
	list: (fair: string) =>
		ask(client.GET(`${v1}/fairs/{fair}/keys`, { params: { path: { fair } } })),
	make: (fair: string, body: MakeKey) =>
		ask(client.POST(`${v1}/fairs/{fair}/keys`, { params: { path: { fair } }, body })),
	end: (key: string) => ask(client.DELETE(`${v1}/keys/{key}`, { params: { path: { key } } })),
}

export const interviews = {
	read: (id: string) => ask(client.GET(`${v1}/interviews/{interview}`, { params: interview(id) })),
	/** Enters; able says whether this browser can encrypt end to end. */
	join: (id: string, peer: string | undefined, able: boolean) =>
		ask(
			client.POST(`${v1}/interviews/{interview}/join`, {
				params: interview(id),
				body: { ...(peer ? { peer } : {}), able },
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
	move: (id: string, slot: string) =>
		orShort(slot, (body) =>
			client.POST(`${v1}/interviews/{interview}/move`, {
				params: interview(id),
				body: { slot, ...body },
			}),
		),
	propose: (id: string, slots: string[], message: string) =>
		ask(
			client.POST(`${v1}/interviews/{interview}/proposal`, {
				params: interview(id),
				body: { slots, message },
			}),
		),
	unpropose: (id: string) =>
		ask(client.DELETE(`${v1}/interviews/{interview}/proposal`, { params: interview(id) })),
	answerProposal: (id: string, slot?: string) =>
		ask(
			client.POST(`${v1}/interviews/{interview}/proposal/answer`, {
				params: interview(id),
				body: slot ? { slot } : {},
			}),
		),
	give: (id: string, recruiter: string) =>
		ask(
			client.POST(`${v1}/interviews/{interview}/give`, {
				params: interview(id),
				body: { recruiter },
			}),
		),
	missed: (id: string) =>
		ask(client.POST(`${v1}/interviews/{interview}/missed`, { params: interview(id) })),
	check: (id: string, body: CheckRequest) =>
		ask(client.PUT(`${v1}/interviews/{interview}/check`, { params: interview(id), body })),
	/** Five minutes more than the end one sees. */
	extend: (id: string, planned_end: string) =>
		ask(
			client.POST(`${v1}/interviews/{interview}/extension`, {
				params: interview(id),
				body: { planned_end },
			}),
		),
	sound: (id: string, sound_only: boolean) =>
		ask(
			client.PUT(`${v1}/interviews/{interview}/sound`, {
				params: interview(id),
				body: { sound_only },
			}),
		),
	scores: (id: string, scores: Record<string, number>) =>
		ask(
			client.PUT(`${v1}/interviews/{interview}/scores`, {
				params: interview(id),
				body: { scores },
			}),
		),
	visit: (id: string) =>
		ask(client.GET(`${v1}/interviews/{interview}/visit`, { params: interview(id) })),
	invite: (id: string, email: string) =>
		ask(
			client.POST(`${v1}/interviews/{interview}/guests`, {
				params: interview(id),
				body: { email },
			}),
		),
	uninvite: (id: string, guest: string) =>
		ask(
			client.DELETE(`${v1}/interviews/{interview}/guests/{guest}`, {
				params: { path: { interview: id, guest } },
			}),
		),
	/** The address of its calendar file. */
	calendar: (id: string) => `${v1}/interviews/${id}/calendar`,
}

/** What becomes of slots: free ones, waiting lists, one's own calendar feed. */
export const book = {
	free: (fair: string, stand: string) =>
		ask(
			client.GET(`${v1}/fairs/{fair}/slots`, {
				params: { path: { fair }, query: { stand, free: true, limit: 60 } },
			}),
		),
	team: (id: string) => ask(client.GET(`${v1}/stands/{stand}/team`, { params: stand(id) })),
	standbys: () => ask(client.GET(`${v1}/me/standbys`)),
	waiting: (id: string) => ask(client.GET(`${v1}/stands/{stand}/standbys`, { params: stand(id) })),
	answer: (standby: string, answer: 'accept' | 'decline' | 'leave', channel?: Channel) =>
		ask(
			client.POST(`${v1}/standbys/{standby}/answer`, {
				params: { path: { standby } },
				body: { answer, ...(channel && { channel }) },
			}),
		),
	feed: () => ask(client.GET(`${v1}/me/calendar`)),
	renewFeed: () => ask(client.POST(`${v1}/me/calendar`)),
	dropFeed: () => ask(client.DELETE(`${v1}/me/calendar`)),
}

/** Between a candidate and an adviser. */
export const companions = {
	mine: () => ask(client.GET(`${v1}/me/companions`)),
	name: (email: string) => ask(client.POST(`${v1}/me/companions`, { body: { email } })),
	accompanied: () => ask(client.GET(`${v1}/me/accompanied`)),
	accept: (id: string) =>
		ask(
			client.POST(`${v1}/companions/{companion}/accept`, {
				params: { path: { companion: id } },
			}),
		),
	end: (id: string) =>
		ask(client.DELETE(`${v1}/companions/{companion}`, { params: { path: { companion: id } } })),
}

/** What an adviser does for somebody who consents; every call names the account. */
export const onBehalf = (account: string) => ({
	board: (fair: string) =>
		ask(
			client.GET(`${v1}/me/board`, {
				params: { query: { for: account, ...(fair ? { fair } : {}) } },
			}),
		),
	interviews: () => ask(client.GET(`${v1}/me/interviews`, { params: { query: { for: account } } })),
	join: (stand: string) =>
		ask(
			client.POST(`${v1}/stands/{stand}/tickets`, {
				params: { path: { stand }, query: { for: account } },
				body: { channel: 'video' },
			}),
		),
	answer: (id: string, answer: Answer) =>
		ask(
			client.POST(`${v1}/tickets/{ticket}/answer`, {
				params: { path: { ticket: id }, query: { for: account } },
				body: { answer },
			}),
		),
	book: (slot: string, key: string) =>
		orShort(slot, (body) =>
			client.POST(`${v1}/slots/{slot}/booking`, {
				params: {
					path: { slot },
					query: { for: account },
					header: { 'Idempotency-Key': key },
				},
				body: { channel: 'video', ...body },
			}),
		),
	cancel: (id: string) =>
		ask(
			client.POST(`${v1}/interviews/{interview}/cancel`, {
				params: { path: { interview: id }, query: { for: account } },
			}),
		),
	move: (id: string, slot: string) =>
		orShort(slot, (body) =>
			client.POST(`${v1}/interviews/{interview}/move`, {
				params: { path: { interview: id }, query: { for: account } },
				body: { slot, ...body },
			}),
		),
	answerProposal: (id: string, slot?: string) =>
		ask(
			client.POST(`${v1}/interviews/{interview}/proposal/answer`, {
				params: { path: { interview: id }, query: { for: account } },
				body: slot ? { slot } : {},
			}),
		),
	standbys: () => ask(client.GET(`${v1}/me/standbys`, { params: { query: { for: account } } })),
	wait: (stand: string) =>
		ask(
			client.POST(`${v1}/stands/{stand}/standbys`, {
				params: { path: { stand }, query: { for: account } },
				body: { channel: 'video' },
			}),
		),
	answerStandby: (id: string, answer: 'accept' | 'decline' | 'leave', channel?: Channel) =>
		ask(
			client.POST(`${v1}/standbys/{standby}/answer`, {
				params: { path: { standby: id }, query: { for: account } },
				body: { answer, ...(channel ? { channel } : {}) },
			}),
		),
})

/** How stands answer those they have met. */
export const answers = {
	ofFair: (fair: string) =>
		ask(client.GET(`${v1}/fairs/{fair}/answers`, { params: { path: { fair } } })),
	ofStand: (id: string) => ask(client.GET(`${v1}/stands/{stand}/answers`, { params: stand(id) })),
}

export const stands = {
	/** All of a fair: there are tens of them. */
	list: (fair: string) =>
		ask(
			client.GET(`${v1}/fairs/{fair}/stands`, {
				params: { path: { fair }, query: { limit: 100 } },
			}),
		),
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
	desk: (id: string) =>
		ask(client.GET(`${v1}/offers/{offer}/desk`, { params: { path: { offer: id } } })),
	write: (id: string, body: OfferForm & { publish: boolean }) =>
		ask(client.POST(`${v1}/stands/{stand}/offers`, { params: stand(id), body })),
	rewrite: (id: string, body: OfferForm & { publish: boolean; rev: number }) =>
		ask(client.PUT(`${v1}/offers/{offer}`, { params: { path: { offer: id } }, body })),
	duplicate: (id: string) =>
		ask(client.POST(`${v1}/offers/{offer}/duplicate`, { params: { path: { offer: id } } })),
	check: (
		id: string,
		body: { title: string; description: string; hours_label: string; experience_label: string },
	) => ask(client.POST(`${v1}/stands/{stand}/offers/check`, { params: stand(id), body })),
	waiting: (fair: string) =>
		ask(client.GET(`${v1}/fairs/{fair}/offers/waiting`, { params: { path: { fair } } })),
	decide: (id: string, body: { approve: boolean; reason: string; rev: number }) =>
		ask(client.POST(`${v1}/offers/{offer}/decision`, { params: { path: { offer: id } }, body })),
	communes: (q: string) => ask(client.GET(`${v1}/communes`, { params: { query: { q } } })),
	occupations: async (q: string) => {
		const { items } = await ask(client.GET(`${v1}/occupations`, { params: { query: { q } } }))
		return { items: items.map(({ code, label }) => ({ code, name: label })) }
	},
}

export const slotRules = {
	list: (id: string) => ask(client.GET(`${v1}/stands/{stand}/slot-rules`, { params: stand(id) })),
	preview: (id: string, body: SlotRuleChange) =>
		ask(client.POST(`${v1}/stands/{stand}/slot-rules/preview`, { params: stand(id), body })),
	create: (id: string, body: SlotRuleChange) =>
		ask(client.POST(`${v1}/stands/{stand}/slot-rules`, { params: stand(id), body })),
	save: (rule: string, body: SlotRuleChange) =>
		ask(client.PUT(`${v1}/slot-rules/{rule}`, { params: { path: { rule } }, body })),
	drop: (rule: string) =>
		ask(client.DELETE(`${v1}/slot-rules/{rule}`, { params: { path: { rule } } })),
}

export const rules = {
	read: (fair: string) =>
		ask(client.GET(`${v1}/fairs/{fair}/rules`, { params: { path: { fair } } })),
	save: (fair: string, body: RulesChange) =>
		ask(client.PATCH(`${v1}/fairs/{fair}/rules`, { params: { path: { fair } }, body })),
	/** Every slot nobody has can be booked from now on. */
	release: (fair: string) =>
		ask(client.POST(`${v1}/fairs/{fair}/slots/release`, { params: { path: { fair } } })),
}

export const draws = {
	list: (fair: string) =>
		ask(client.GET(`${v1}/fairs/{fair}/draws`, { params: { path: { fair } } })),
	open: (fair: string, closes_at: string) =>
		ask(
			client.POST(`${v1}/fairs/{fair}/draws`, {
				params: { path: { fair } },
				body: { closes_at },
			}),
		),
	extend: (draw: string, closes_at: string) =>
		ask(
			client.POST(`${v1}/draws/{draw}/extend`, {
				params: { path: { draw } },
				body: { closes_at },
			}),
		),
	cancel: (draw: string) =>
		ask(client.POST(`${v1}/draws/{draw}/cancel`, { params: { path: { draw } } })),
	wishes: (fair: string) => ask(client.GET(`${v1}/me/wishes`, { params: { query: { fair } } })),
	wish: (draw: string, body: WishesChange) =>
		ask(client.PUT(`${v1}/draws/{draw}/wishes`, { params: { path: { draw } }, body })),
	withdraw: (draw: string) =>
		ask(client.DELETE(`${v1}/draws/{draw}/wishes`, { params: { path: { draw } } })),
}

export const slots = {
	/** Books a slot, about an offer where one is named. The same key again is the same booking. */
	book: (id: string, channel: Channel, key: string, offer?: string) =>
		orShort(id, (body) =>
			client.POST(`${v1}/slots/{slot}/booking`, {
				params: { path: { slot: id }, header: { 'Idempotency-Key': key } },
				body: { channel, ...(offer && { offer }), ...body },
			}),
		),
	withdraw: (id: string) =>
		ask(client.DELETE(`${v1}/slots/{slot}`, { params: { path: { slot: id } } })),
}

/** The places of a candidate over all stands. */
export const board = {
	read: (fair: string) =>
		ask(client.GET(`${v1}/me/board`, { params: { query: fair ? { fair } : {} } })),
	answer: (id: string, answer: Answer) =>
		ask(client.POST(`${v1}/tickets/{ticket}/answer`, { params: ticket(id), body: { answer } })),
}

/** The line of a stand, for its recruiters. */
export const line = {
	read: (id: string) => ask(client.GET(`${v1}/stands/{stand}/line`, { params: stand(id) })),
	/** Calls the next person, or a certain one; undefined when nobody can be called. */
	next: (id: string, body: { ticket?: string; reason?: string } = {}) =>
		ask(client.POST(`${v1}/stands/{stand}/next`, { params: stand(id), body })),
	duty: (id: string, body: DutyChange) =>
		ask(client.PUT(`${v1}/stands/{stand}/duty`, { params: stand(id), body })),
	change: (id: string, body: LineChange) =>
		ask(client.PUT(`${v1}/stands/{stand}/line`, { params: stand(id), body })),
	hours: (id: string, hours: LineDesk['hours']) =>
		ask(client.PUT(`${v1}/stands/{stand}/hours`, { params: stand(id), body: { hours } })),
	longer: (id: string, until: string) =>
		ask(client.POST(`${v1}/stands/{stand}/hours/longer`, { params: stand(id), body: { until } })),
	/** Takes everybody who waits to another stand. */
	move: (id: string, to: string) =>
		ask(client.POST(`${v1}/stands/{stand}/line/move`, { params: stand(id), body: { to } })),
	back: (id: string) => ask(client.POST(`${v1}/tickets/{ticket}/back`, { params: ticket(id) })),
	handoff: (id: string, body: HandOff) =>
		ask(client.POST(`${v1}/tickets/{ticket}/handoff`, { params: ticket(id), body })),
	note: (id: string, note: string) =>
		ask(client.PUT(`${v1}/tickets/{ticket}/note`, { params: ticket(id), body: { note } })),
	close: (id: string, body: TicketClosing) =>
		ask(client.POST(`${v1}/tickets/{ticket}/close`, { params: ticket(id), body })),
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

/** Words between a stand and people. */
export const threads = {
	mine: () => ask(client.GET(`${v1}/me/threads`)),
	ofStand: (id: string) => ask(client.GET(`${v1}/stands/{stand}/threads`, { params: stand(id) })),
	/** Writes to a stand: a candidate's question, an organiser's message. */
	ask: (id: string, body: Words) =>
		ask(client.POST(`${v1}/stands/{stand}/questions`, { params: stand(id), body })),
	/** Writes from a stand to somebody it has to do with. */
	writeTo: (id: string, body: WordsTo) =>
		ask(client.POST(`${v1}/stands/{stand}/threads`, { params: stand(id), body })),
	write: (id: string, body: Words) =>
		ask(client.POST(`${v1}/threads/{thread}/messages`, { params: thread(id), body })),
	seen: (id: string, messages: number) =>
		ask(client.POST(`${v1}/threads/{thread}/seen`, { params: thread(id), body: { messages } })),
	settle: (id: string) => ask(client.POST(`${v1}/threads/{thread}/settle`, { params: thread(id) })),
	requests: (fair: string) =>
		ask(client.GET(`${v1}/fairs/{fair}/requests`, { params: { path: { fair } } })),
}

export const applications = {
	mine: () => ask(client.GET(`${v1}/me/applications`)),
	/** The applications of a stand, the latest first: so many pages of a hundred. */
	ofStand: (id: string, pages: number) =>
		pagesOf(pages, (page) =>
			ask(
				client.GET(`${v1}/stands/{stand}/applications`, {
					params: { ...stand(id), query: { page, limit: 100 } },
				}),
			),
		),
	/** When one can meet a stand that wants to. */
	times: (id: string) =>
		ask(
			client.GET(`${v1}/applications/{application}/times`, {
				params: { path: { application: id } },
			}),
		),
	change: (id: string, body: ApplicationChange) =>
		ask(
			client.PATCH(`${v1}/applications/{application}`, {
				params: { path: { application: id } },
				body,
			}),
		),
}

export const favourites = {
	mine: () => ask(client.GET(`${v1}/me/favourites`)),
	remove: (kind: 'offer' | 'stand', id: string) =>
		ask(
			client.DELETE(`${v1}/me/favourites/{kind}/{kept}`, { params: { path: { kind, kept: id } } }),
		),
}

/** How one is reached while the page is closed. */
export const pocket = {
	read: () => ask(client.GET(`${v1}/me/push`)),
	add: (body: Subscription) => ask(client.PUT(`${v1}/me/push`, { body })),
	drop: (device?: string) =>
		ask(client.DELETE(`${v1}/me/push`, { params: { query: device ? { device } : {} } })),
	sms: (agreed: boolean) => ask(client.PUT(`${v1}/me/sms`, { body: { agreed } })),
}

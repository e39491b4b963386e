/** Every operation of the API that a screen calls, by its noun. */
import { call } from './client'
import type {
	Channel,
	DeskSlot,
	EncoderToken,
	Interview,
	Join,
	List,
	Me,
	OfferEdit,
	Outcome,
	SlotPlan,
	StandEdit,
	Webconference,
	WebconferenceEdit,
} from './shape'

const get = <T>(path: string, query?: Record<string, string | number | boolean | undefined>) =>
	call<T>('GET', path, query ? { query } : {})
const post = <T>(path: string, body?: unknown) =>
	call<T>('POST', path, body === undefined ? {} : { body })
const patch = <T>(path: string, body: unknown) => call<T>('PATCH', path, { body })

export const me = {
	read: () => get<Me>('/me'),
	edit: (edit: { name?: string; phone?: string }) => patch<Me>('/me', edit),
	interviews: (from?: string, to?: string) => get<List<Interview>>('/me/interviews', { from, to }),
}

export const interviews = {
	read: (id: string) => get<Interview>(`/interviews/${id}`),
	join: (id: string, peer?: string) => post<Join>(`/interviews/${id}/join`, peer ? { peer } : {}),
	start: (id: string) => post<Interview>(`/interviews/${id}/start`),
	end: (id: string, outcome?: Outcome) =>
		post<Interview>(`/interviews/${id}/end`, outcome ? { outcome } : {}),
	outcome: (id: string, outcome: Outcome) => post<Interview>(`/interviews/${id}/outcome`, outcome),
	cancel: (id: string) => post<Interview>(`/interviews/${id}/cancel`),
	channel: (id: string, channel: Channel) =>
		post<Interview>(`/interviews/${id}/channel`, { channel }),
	phone: (id: string) => post<{ phone: string }>(`/interviews/${id}/phone`),
	notes: (id: string, notes: string) =>
		call<Interview>('PUT', `/interviews/${id}/notes`, { body: { notes } }),
	calendar: (id: string) => `/api/v1/interviews/${id}/calendar`,
}

export const stands = {
	edit: (id: string) => get<StandEdit>(`/stands/${id}/edit`),
	save: (id: string, edit: Partial<StandEdit>) => patch<StandEdit>(`/stands/${id}`, edit),
	offers: (id: string) => get<List<OfferEdit>>(`/stands/${id}/offers`, { limit: 100 }),
	slots: (id: string, from: string, to: string) =>
		get<List<DeskSlot>>(`/stands/${id}/slots`, { from, to }),
	openSlots: (id: string, plan: SlotPlan) =>
		post<{ items: DeskSlot[]; skipped: number }>(`/stands/${id}/slots`, plan),
}

export const offers = {
	save: (id: string, edit: Partial<OfferEdit>) => patch<OfferEdit>(`/offers/${id}`, edit),
}

export const slots = {
	withdraw: (id: string) => call<void>('DELETE', `/slots/${id}`),
}

export const webconferences = {
	list: (fair: string) => get<List<Webconference>>(`/fairs/${fair}/webconferences`),
	read: (id: string) => get<Webconference>(`/webconferences/${id}`),
	edit: (id: string) => get<WebconferenceEdit>(`/webconferences/${id}/edit`),
	create: (fair: string, edit: Partial<WebconferenceEdit>) =>
		post<WebconferenceEdit>(`/fairs/${fair}/webconferences`, edit),
	save: (id: string, edit: Partial<WebconferenceEdit>) =>
		patch<WebconferenceEdit>(`/webconferences/${id}`, edit),
	open: (id: string) => post<Webconference>(`/webconferences/${id}/open`),
	end: (id: string) => post<Webconference>(`/webconferences/${id}/end`),
	join: (id: string, peer?: string) =>
		post<Join>(`/webconferences/${id}/join`, peer ? { peer } : {}),
	kick: (id: string, account: string) => post<void>(`/webconferences/${id}/kick`, { account }),
	demote: (id: string, account: string) => post<void>(`/webconferences/${id}/demote`, { account }),
	tokens: (id: string) => get<List<EncoderToken>>(`/webconferences/${id}/tokens`),
	issue: (id: string, role: EncoderToken['role']) =>
		post<EncoderToken>(`/webconferences/${id}/tokens`, { role }),
	revoke: (id: string, token: string) =>
		call<void>('DELETE', `/webconferences/${id}/tokens/${token}`),
}

/** One's CVs, what one looks for, and the files that a stand may read. */
import { ask, client } from './client'
import type { components } from './schema.gen'

const v1 = '/api/v1'
type Schemas = components['schemas']

export type CV = Schemas['CVView']
export type CVCard = Schemas['CVCardView']
export type Share = Schemas['ShareView']
export type ProfileChange = Schemas['EditMeInputBody']

const one = (cv: string) => ({ path: { cv } })

export const cvs = {
	mine: () => ask(client.GET(`${v1}/me/cvs`)),
	/** Begins an upload; the same key answers the one there is, with what was received. */
	begin: (name: string, size: number, key: string) =>
		ask(
			client.POST(`${v1}/me/cvs`, {
				params: { header: { 'Idempotency-Key': key } },
				body: { name, size },
			}),
		),
	part: (cv: string, offset: number, content: Blob) =>
		ask(
			client.PUT(`${v1}/me/cvs/{cv}/parts/{offset}`, {
				params: { path: { cv, offset } },
				body: content as unknown as string,
				bodySerializer: (body) => body as unknown as Blob,
				headers: { 'content-type': 'application/octet-stream' },
			}),
		),
	finish: (cv: string) => ask(client.POST(`${v1}/me/cvs/{cv}/finish`, { params: one(cv) })),
	choose: (cv: string) => ask(client.PUT(`${v1}/me/cvs/{cv}/current`, { params: one(cv) })),
	remove: (cv: string) => ask(client.DELETE(`${v1}/me/cvs/{cv}`, { params: one(cv) })),
}

export const profile = {
	edit: (body: ProfileChange) => ask(client.PATCH(`${v1}/me`, { body })),
	shares: () => ask(client.GET(`${v1}/me/shares`)),
	occupations: (q: string) => ask(client.GET(`${v1}/occupations`, { params: { query: { q } } })),
	communes: (q: string) => ask(client.GET(`${v1}/communes`, { params: { query: { q } } })),
}

/** Where the content of a CV is: one's own, or by what gives a stand the right. */
export const cvPath = (by: 'mine' | 'applications' | 'tickets' | 'interviews', id: string) =>
	by === 'mine' ? `${v1}/me/cvs/${id}/file` : `${v1}/${by}/${id}/cv`

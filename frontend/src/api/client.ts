/** The client of the API, and its failures as Problems in words. */
import createClient from 'openapi-fetch'
import { language, maybe, t } from '../locales/text'
import type { components, paths } from './schema.gen'

/** A refusal that a person can act upon. Its message is in the page's language. */
export class Problem extends Error {
	constructor(
		/** The HTTP status; 0 when nothing answered. */
		readonly status: number,
		readonly code: string,
		message: string,
		/** The field refused, in the API's spelling. */
		readonly field = '',
		/** Free slots to take instead, when there are any. */
		readonly next: components['schemas']['SlotView'][] = [],
	) {
		super(message)
	}
}

/** A call may take this long, in milliseconds. */
const patience = 15_000

/** Every operation of the API, typed by its description. Give what it answers to ask. */
export const client = createClient<paths>({
	fetch: (request) => {
		request.headers.set('accept-language', language())
		return fetch(request, { signal: AbortSignal.timeout(patience) })
	},
})

/** What a call of the client comes back with. */
interface Answer<T> {
	data?: T
	error?: unknown
	response: Response
}

/** The value of an answer. Every failure, also of the network, is a Problem. */
export async function ask<T>(answer: Promise<Answer<T>>): Promise<T> {
	let came: Answer<T>
	try {
		came = await answer
	} catch {
		throw new Problem(0, 'network', t('problem.network'))
	}
	if (!came.response.ok) throw problem(came.response.status, came.error)
	return came.data as T
}

/** Reads problem+json (RFC 9457); whatever else came becomes a problem too. */
export function problem(status: number, error: unknown): Problem {
	const said = (typeof error === 'object' ? error : {}) as Partial<components['schemas']['Problem']>
	const message =
		said?.detail ??
		maybe(`error.${status}.what`) ??
		t(status >= 500 ? 'error.500.what' : 'error.400.what')
	return new Problem(status, said?.code ?? String(status), message, said?.field, said?.next)
}

/** The words of any failure, for a person. */
export function words(failure: unknown): string {
	return failure instanceof Problem ? failure.message : t('problem.unknown')
}

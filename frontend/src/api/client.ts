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
		/** After so many seconds it is worth asking again; 0 when nobody said. */
		readonly after = 0,
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
	if (!came.response.ok)
		throw problem(came.response.status, came.error, came.response.headers.get('retry-after'))
	return came.data as T
}

/** Slots that were refused for want of extra time. */
const refused = new Set<string>()

/** Asks for a slot; one that was refused for want of extra time is taken as it is when asked for again. */
export async function orShort<T>(
	slot: string,
	act: (body: { short?: true }) => Promise<Answer<T>>,
): Promise<T> {
	try {
		return await ask(act(refused.has(slot) ? { short: true } : {}))
	} catch (failure) {
		if (failure instanceof Problem && failure.code.endsWith('extra')) refused.add(slot)
		throw failure
	}
}

/** Reads problem+json (RFC 9457); whatever else came becomes a problem too. */
export function problem(status: number, error: unknown, after: string | null = null): Problem {
	const said = (typeof error === 'object' ? error : {}) as Partial<components['schemas']['Problem']>
	const message = said?.detail ?? without(status)
	const seconds = Math.min(Number(after) || 0, longestAfter)
	return new Problem(
		status,
		said?.code ?? String(status),
		message,
		said?.field,
		said?.next,
		seconds,
	)
}

/** What to say where the answer itself says nothing: it came from a proxy, perhaps. */
function without(status: number): string {
	if (status < 500) return maybe(`error.${status}.what`) ?? t('error.400.what')
	const kind = status === 503 ? 503 : 500
	return `${t(`error.${kind}.what`)}. ${t(`error.${kind}.next`)}`
}

/** Who asks to be left alone for longer is asked again all the same, in seconds. */
const longestAfter = 120

/** The words of any failure, for a person. */
export function words(failure: unknown): string {
	return failure instanceof Problem ? failure.message : t('problem.unknown')
}

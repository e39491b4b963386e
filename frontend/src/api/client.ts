/** One call to the API: JSON in and out, and every failure a Problem in words. */
import { language, maybe, t } from '../locales/text'

/** A refusal that a person can act upon. Its message is in the page's language. */
export class Problem extends Error {
	constructor(
		/** The HTTP status; 0 when nothing answered. */
		readonly status: number,
		readonly code: string,
		message: string,
		/** The field refused, in the API's spelling. */
		readonly field = '',
		/** Seconds to wait, 0 when unknown. */
		readonly retryAfter = 0,
	) {
		super(message)
	}
}

/** What a call carries beside its method and path. */
export interface Call {
	body?: unknown
	query?: Record<string, string | number | boolean | undefined>
	headers?: Record<string, string>
}

/** A call may take this long, in milliseconds. */
const patience = 15_000

/** Calls the API. An answer without content is undefined. */
export async function call<T>(
	method: string,
	path: string,
	{ body, query, headers }: Call = {},
): Promise<T> {
	let answer: Response
	try {
		answer = await fetch(`/api/v1${path}${search(query)}`, {
			method,
			headers: {
				accept: 'application/json',
				'accept-language': language(),
				...(body === undefined ? {} : { 'content-type': 'application/json' }),
				...headers,
			},
			...(body === undefined ? {} : { body: JSON.stringify(body) }),
			signal: AbortSignal.timeout(patience),
		})
	} catch {
		throw new Problem(0, 'network', t('problem.network'))
	}
	if (!answer.ok) throw await problem(answer)
	if (answer.status === 204) return undefined as T
	return (await answer.json()) as T
}

function search(query: Call['query'] = {}): string {
	const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '')
	return given.length === 0 ? '' : `?${new URLSearchParams(given.map(([k, v]) => [k, String(v)]))}`
}

/** Reads problem+json (RFC 9457); whatever else came becomes a problem too. */
async function problem(answer: Response): Promise<Problem> {
	const said = (await answer.json().catch(() => ({}))) as Record<string, unknown>
	const word = (name: string) => (typeof said[name] === 'string' ? (said[name] as string) : '')
	const message =
		word('detail') ||
		maybe(`error.${answer.status}.what`) ||
		t(answer.status >= 500 ? 'error.500.what' : 'error.400.what')
	return new Problem(
		answer.status,
		word('code') || String(answer.status),
		message,
		word('field'),
		Number(answer.headers.get('retry-after')) || 0,
	)
}

/** The words of any failure, for a person. */
export function words(failure: unknown): string {
	return failure instanceof Problem ? failure.message : t('problem.unknown')
}

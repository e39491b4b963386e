/** What the server has a browser ask its authenticators; bytes are base64url. */
export interface Question {
	ceremony: string
	challenge: string
	site: string
	user: string
	email: string
	name: string
	keys: string[]
	verify: string
}

/** Bytes of a base64url text. */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
	const raw = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
	return Uint8Array.from(raw, (c) => c.charCodeAt(0))
}

/** The base64url text of bytes, without padding. */
export function textOf(bytes: ArrayBuffer | null): string {
	if (!bytes) return ''
	const raw = Array.from(new Uint8Array(bytes), (b) => String.fromCharCode(b)).join('')
	return btoa(raw).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

function keysOf(q: Question): PublicKeyCredentialDescriptor[] {
	return q.keys.map((id) => ({ type: 'public-key', id: bytesOf(id) }))
}

/** The options for a new passkey: ES256, EdDSA and RS256 are what authenticators have. */
export function creation(q: Question): PublicKeyCredentialCreationOptions {
	return {
		challenge: bytesOf(q.challenge),
		rp: { id: q.site, name: 'Salon' },
		user: { id: bytesOf(q.user), name: q.email, displayName: q.name },
		pubKeyCredParams: [-7, -8, -257].map((alg) => ({ type: 'public-key', alg })),
		excludeCredentials: keysOf(q),
		authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
	}
}

/** The options for a passkey that is there. */
export function request(q: Question): PublicKeyCredentialRequestOptions {
	return {
		challenge: bytesOf(q.challenge),
		rpId: q.site,
		allowCredentials: keysOf(q),
		userVerification: q.verify as UserVerificationRequirement,
	}
}

async function post<T>(path: string, body?: unknown): Promise<T> {
	const res = await fetch(`/api/v1${path}`, {
		method: 'POST',
		headers: body ? { 'Content-Type': 'application/json' } : {},
		body: body ? JSON.stringify(body) : null,
	})
	if (!res.ok) throw new Error(`${path}: ${res.status}`)
	return (await res.json()) as T
}

/** Makes a passkey for who is signed in. */
export async function add(): Promise<{ lacks?: string }> {
	const q = await post<Question>('/me/passkeys/question')
	const made = (await navigator.credentials.create({
		publicKey: creation(q),
	})) as PublicKeyCredential
	const response = made.response as AuthenticatorAttestationResponse
	return post('/me/passkeys', {
		ceremony: q.ceremony,
		id: made.id,
		client_data: textOf(response.clientDataJSON),
		attestation: textOf(response.attestationObject),
	})
}

/** Signs in with a passkey, or gives it as the second factor. */
export async function enter(): Promise<{ lacks?: string }> {
	const q = await post<Question>('/sign-in/passkey/question')
	const given = (await navigator.credentials.get({ publicKey: request(q) })) as PublicKeyCredential
	const response = given.response as AuthenticatorAssertionResponse
	return post('/sign-in/passkey', {
		ceremony: q.ceremony,
		id: given.id,
		client_data: textOf(response.clientDataJSON),
		authenticator: textOf(response.authenticatorData),
		signature: textOf(response.signature),
		user: textOf(response.userHandle),
	})
}

/** What a press does: the ceremony, then on to the next page; a failure is said beside it. */
export async function press(place: HTMLElement): Promise<void> {
	const problem = place.querySelector<HTMLElement>('.problem')
	if (problem) problem.hidden = true
	try {
		const { lacks } = place.dataset.passkey === 'add' ? await add() : await enter()
		if (lacks) location.reload()
		else location.assign(place.dataset.next || '/')
	} catch {
		if (problem) problem.hidden = false
	}
}

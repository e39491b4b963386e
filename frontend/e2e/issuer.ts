import { createHash, generateKeyPairSync, randomUUID, sign } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

/**
 * A small OpenID Connect issuer: it asks whoever comes whether it is they, and says
 * `claims` of them when they press yes.
 */
export class Issuer {
	readonly name = 'IdentiTest'
	claims: { sub: string } & Record<string, unknown> = { sub: 'nobody' }
	/** How many have signed out here. */
	left = 0
	readonly #keys = generateKeyPairSync('rsa', { modulusLength: 2048 })
	readonly #codes = new Map<string, URLSearchParams>()
	readonly #server = createServer((request, response) => {
		this.#serve(request, response).catch((why) => response.writeHead(500).end(String(why)))
	})
	#address = ''

	async start(): Promise<void> {
		await once(this.#server.listen(0, '127.0.0.1'), 'listening')
		this.#address = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
	}

	stop(): void {
		this.#server.close()
		this.#server.closeAllConnections()
	}

	/** The file of SALON_ISSUERS that names it. */
	get settings(): string {
		const { name } = this
		return JSON.stringify([
			{
				key: 'test',
				name,
				issuer: this.#address,
				client: 'salon',
				secret: 's',
				roles: ['candidate'],
			},
		])
	}

	async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const at = this.#address
		const { pathname, searchParams: asked } = new URL(request.url ?? '/', at)
		const form = new URLSearchParams(request.method === 'POST' ? await text(request) : '')
		const answer = (body: object, status = 200) =>
			response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
		const back = (to: string | null, more: Record<string, string> = {}) => {
			const state = asked.get('state') ?? ''
			const address = `${to}?${new URLSearchParams({ ...more, state })}`
			response.writeHead(303, { location: address }).end()
		}
		switch (pathname) {
			case '/.well-known/openid-configuration':
				answer({
					issuer: at,
					authorization_endpoint: `${at}/authorize`,
					token_endpoint: `${at}/token`,
					jwks_uri: `${at}/keys`,
					end_session_endpoint: `${at}/end`,
					id_token_signing_alg_values_supported: ['RS256'],
					token_endpoint_auth_methods_supported: ['client_secret_post'],
				})
				return
			case '/keys':
				answer({
					keys: [{ ...this.#keys.publicKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256' }],
				})
				return
			case '/authorize':
				if (request.method === 'GET') {
					response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
					response.end(`<!doctype html><html lang="fr"><meta name="viewport" content="width=device-width">
						<title>${this.name}</title><h1>${this.name}</h1><form method="post">
						<button name="yes" value="1">Oui, c’est moi</button> <button>Refuser</button></form>`)
				} else if (form.has('yes')) {
					const code = randomUUID()
					this.#codes.set(code, asked)
					back(asked.get('redirect_uri'), { code })
				} else back(asked.get('redirect_uri'), { error: 'access_denied' })
				return
			case '/token': {
				const grant = this.#codes.get(form.get('code') ?? '')
				this.#codes.delete(form.get('code') ?? '')
				const proof = createHash('sha256').update(form.get('code_verifier') ?? '')
				if (grant?.get('code_challenge') === proof.digest('base64url'))
					answer({ access_token: 'a', token_type: 'Bearer', id_token: this.#token(grant) })
				else answer({ error: 'invalid_grant' }, 400)
				return
			}
			case '/end':
				this.left++
				back(asked.get('post_logout_redirect_uri'))
				return
		}
		response.writeHead(404).end()
	}

	#token(asked: URLSearchParams): string {
		const now = Math.floor(Date.now() / 1000)
		const nonce = asked.get('nonce')
		const usual = { iss: this.#address, aud: 'salon', nonce, iat: now, exp: now + 60 }
		const signed = `${part({ alg: 'RS256', typ: 'JWT' })}.${part({ ...usual, ...this.claims })}`
		const signature = sign('sha256', Buffer.from(signed), this.#keys.privateKey)
		return `${signed}.${signature.toString('base64url')}`
	}
}

/**
 * The messages of the websocket, by their type on the wire. Their shapes come from the
 * structs of the server's package signaling/message, through the API description.
 */
import type { components } from '../api/schema.gen'

type Schemas = components['schemas']

/** A message without its frame, "type" and "v", which the socket adds and takes off. */
type Body<M> = Omit<M, 'type' | 'v'>

/** The types that the description gives to a part of a message, with a frame it does not have. */
type Plain<T> = T extends { sending: unknown }
	? Member
	: T extends readonly (infer E)[]
		? Plain<E>[]
		: T

type Fields<M> = { [K in keyof Body<M>]: Plain<Body<M>[K]> }

type By<Union extends { type: string }> = { [M in Union as M['type']]: Fields<M> }

/** What we may send, by type. */
export type FromClient = By<Schemas['ClientMessage']>

/** What the server may send, by type. */
export type FromServer = By<Schemas['ServerMessage']>

export type Sending = Body<Schemas['MessageSending']>
export type Member = Omit<Schemas['MessageMember'], 'sending'> & { sending: Sending }
export type Said = FromServer['said']
export type RoomRole = FromServer['entered']['role']

/** The close codes that this side tells apart; 4000 to 4499 mean come back, 4500 to 4999 stop. */
export const closed = {
	restarting: 4000,
	replaced: 4500,
	signedOut: 4501,
} as const

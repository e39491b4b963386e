import { encrypts } from '../../media/browser'
import { type Secrecy, secrecy } from '../../media/secret/secrecy'
import type { Socket } from '../../signaling/socket'
import type { Rule } from './secret'

/** What keeps a room secret; undefined where the fair does not want it or this browser cannot. */
export function keeping(socket: Socket, rule: Rule | undefined): Secrecy | undefined {
	if (!rule || rule === 'off' || !encrypts()) return undefined
	return secrecy(rule, (step) => socket.send('key', step))
}

import type { Join } from '../../api/shape'
import { type Key, t } from '../../locales/text'
import type { IconName } from '../../ui/icons'
import type { LiveView } from './live'

/** What the fair wants of an interview. */
export type Rule = NonNullable<Join['encryption']>

/** How it stands, in one word more than the view: why there is none. */
export type Standing =
	| 'off'
	| 'unable'
	| 'alone'
	| 'agreeing'
	| 'sealed'
	| 'verified'
	| 'changed'
	| 'asking'
	| 'clear'
	| 'refused'
	| 'broken'

export function standing({ secrecy }: Pick<LiveView, 'secrecy'>, rule: Rule): Standing {
	if (rule === 'off') return 'off'
	if (!secrecy) return 'unable'
	if (secrecy.is !== 'sealed') return secrecy.is
	return secrecy.same ? 'verified' : secrecy.changed ? 'changed' : 'sealed'
}

/** The badge of a standing: always a word beside the icon. */
export const badges: Record<Standing, { icon: IconName; word: Key }> = {
	off: { icon: 'lock-open', word: 'secret.open' },
	unable: { icon: 'lock-open', word: 'secret.open' },
	alone: { icon: 'lock', word: 'secret.alone' },
	agreeing: { icon: 'loader', word: 'secret.agreeing' },
	sealed: { icon: 'lock', word: 'secret.sealed' },
	verified: { icon: 'shield-check', word: 'secret.verified' },
	changed: { icon: 'lock', word: 'secret.changed' },
	asking: { icon: 'lock-open', word: 'secret.open' },
	clear: { icon: 'lock-open', word: 'secret.open' },
	refused: { icon: 'circle-alert', word: 'secret.stopped' },
	broken: { icon: 'circle-alert', word: 'secret.stopped' },
}

/** Whose browsers cannot, by name; "" when nobody's. */
export function unableNames({ secrecy, members }: Pick<LiveView, 'secrecy' | 'members'>): string {
	const unable = secrecy?.unable ?? []
	return members
		.filter((m) => unable.includes(m.peer))
		.map((m) => m.name)
		.join(', ')
}

/** Who has keys beside oneself, by name; a name that is not known is said too. */
export function keyHolders({ secrecy, members }: Pick<LiveView, 'secrecy' | 'members'>): string {
	const names = new Map(members.map((m) => [m.peer, m.name]))
	return (secrecy?.peers ?? []).map((peer) => names.get(peer) ?? t('secret.somebody')).join(', ')
}

/** What has to be read before one goes on: nothing passes meanwhile; "" when there is nothing. */
export function stopped(view: Pick<LiveView, 'secrecy' | 'members'>): string {
	const name = unableNames(view)
	switch (view.secrecy?.is) {
		case 'asking':
			return t('secret.asking', { name })
		case 'refused':
			return t('secret.refused', { name })
		case 'broken':
			return t('secret.broken')
		default:
			return ''
	}
}

/** What is said aloud when it has changed; "" for nothing. */
export function secretChange(before: LiveView, after: LiveView): string {
	const was = before.secrecy
	const is = after.secrecy
	if (!is || was?.is === is.is) return ''
	if (is.is === 'sealed') return t(is.changed ? 'secret.newcode' : 'secret.sealed')
	return stopped(after)
}

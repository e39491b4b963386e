import { t } from '../../locales/text'

/** What a key may do, in the order of the form. */
export const scopes = ['read', 'offers', 'slots'] as const
export type Scope = (typeof scopes)[number]

/** What a key may do, in words. */
export function keyWords(key: { scopes: readonly Scope[] }): string {
	return scopes
		.filter((s) => key.scopes.includes(s))
		.map((s) => t(`keys.scope.${s}`))
		.join(', ')
}

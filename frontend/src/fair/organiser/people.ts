import { t } from '../../locales/text'

/** A role somebody holds or is asked to take. */
export interface Held {
	kind: 'recruiter' | 'organiser' | 'adviser' | 'speaker'
	stand: { id: string; name: string } | null
}

/** A role in words: "Recruteur ou recruteuse, Maison Bel Âge". */
export function roleWords(role: Held): string {
	const word = t(`people.${role.kind}`)
	return role.stand ? `${word}, ${role.stand.name}` : word
}

import type { Application, ApplicationChange } from '../../api/shape'
import type { IconName } from '../../ui/icons'

/** Where an application stands. */
export type State = Application['state']

/** The states a stand may set, in their order: the columns of its board. */
export const columns = [
	'received',
	'meet',
	'met',
	'next',
	'closed',
] as const satisfies readonly State[]

export const icons: Record<State, IconName> = {
	received: 'mail',
	meet: 'handshake',
	met: 'users',
	next: 'arrow-right',
	closed: 'circle-check',
	withdrawn: 'x',
}

/** Open ones first, then by the latest change. */
export function byRecent(list: readonly Application[]): Application[] {
	return [...list].sort(
		(a, b) => Number(b.open) - Number(a.open) || Date.parse(b.since) - Date.parse(a.since),
	)
}

/** The applications of one column; those taken back stand beside the closed ones. */
export function inColumn(list: readonly Application[], column: State): Application[] {
	return byRecent(
		list.filter(({ state }) => state === column || (column === 'closed' && state === 'withdrawn')),
	)
}

/** The first application that the other side has moved on between two readings. */
export function changedOf(
	before: readonly Application[],
	after: readonly Application[],
): Application | undefined {
	return after.find((a) => before.some((b) => b.id === a.id && b.state !== a.state))
}

/** The end of a promised day, in the zone of this browser, or undefined for none. */
export function promised(date: string): string | undefined {
	return /^\d{4}-\d{2}-\d{2}$/.test(date) ? new Date(`${date}T18:00`).toISOString() : undefined
}

/** Decent reasons to end an application, ready to be sent or changed. */
export const reasons = ['filled', 'others', 'skills', 'kept'] as const

/** Whether a promised answer has not come in time. */
export function late(a: Application, now: number): boolean {
	return a.open && !!a.by && Date.parse(a.by) <= now
}

/**
 * What moves an application on without a word. Undefined where something has to be said:
 * to close it takes a reason, and a promise that was broken another day.
 */
export function quick(a: Application, to: State, now: number): ApplicationChange | undefined {
	if (!a.open || to === 'closed' || to === 'withdrawn' || late(a, now)) return undefined
	return { state: to, answer: a.answer, rev: a.rev, ...(a.by ? { by: a.by } : {}) }
}

/** The offers that these applications name, by title; an empty title for those that name none. */
export function offersOf(list: readonly Application[]): { id: string; title: string }[] {
	const by = new Map<string, string>()
	for (const { offer } of list) by.set(offer?.id ?? 'none', offer?.title ?? '')
	return [...by]
		.map(([id, title]) => ({ id, title }))
		.sort((a, b) => a.title.localeCompare(b.title))
}

/** The applications to one offer, `none` for those that name none; all of them when it is empty. */
export function ofOffer(list: readonly Application[], offer: string): Application[] {
	return list.filter((a) => offer === '' || (a.offer?.id ?? 'none') === offer)
}

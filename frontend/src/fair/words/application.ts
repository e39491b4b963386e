import type { Application } from '../../api/shape'
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

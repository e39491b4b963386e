/** Brings a file of offers in: sends it, then has its lines taken, some at a time. */
import { Problem } from '../../api/client'
import type { OfferFile, Where } from '../../api/import'
import { t } from '../../locales/text'

/** What is asked of the API. */
export interface Taker {
	begin(where: Where, file: File): Promise<OfferFile>
	next(id: string): Promise<OfferFile>
}

/** Files over this are refused before they travel, in bytes. */
export const largest = 5 * 1024 * 1024

/** After a failure that may pass, this long until the next try, in milliseconds. */
const pause = 2000
const tries = 4

/**
 * Takes a file to its end and shows each step. A network that is lost for a moment
 * loses nothing: what was taken stays, and the server goes on by itself.
 */
export async function bring(
	file: File,
	where: Where,
	api: Taker,
	show: (so: OfferFile) => void,
	wait = (ms: number) => new Promise((done) => setTimeout(done, ms)),
): Promise<OfferFile> {
	if (file.size > largest) throw new Problem(413, 'sheet.large', t('error.sheet.large'))
	let so = await api.begin(where, file)
	show(so)
	for (let failed = 0; !so.finished; ) {
		try {
			so = await api.next(so.id)
			failed = 0
			show(so)
		} catch (failure) {
			const passing = failure instanceof Problem && (failure.status === 0 || failure.status >= 500)
			if (!passing || ++failed >= tries) throw failure
			await wait(pause)
		}
	}
	return so
}

/** How many lines are in, new or not. */
export const taken = (so: OfferFile) => so.created + so.updated + so.unchanged

/** What became of a file's lines, in words, without what did not happen. */
export function outcome(so: OfferFile): string[] {
	return (['created', 'updated', 'unchanged', 'waiting', 'refused'] as const)
		.filter((what) => so[what] > 0)
		.map((what) => t(`import.${what}`, { count: so[what] }))
}

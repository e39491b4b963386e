import { expect, it } from 'vitest'
import { Problem } from '../../api/client'
import type { OfferFile } from '../../api/import'
import { bring, largest, taken } from './import'

const at = (done: number): OfferFile => ({
	id: 'i',
	name: 'offres.csv',
	lines: 120,
	done,
	finished: done >= 120,
	created: done,
	updated: 0,
	unchanged: 0,
	refused: 0,
	waiting: 0,
	ignored: [],
	problems: [],
	at: '',
})

/** A server that takes fifty lines a call, and fails the calls named. */
function server(fails: Record<number, Problem>) {
	let done = 0
	let calls = 0
	return {
		begin: async () => at(0),
		next: async () => {
			const failure = fails[++calls]
			if (failure) throw failure
			done = Math.min(120, done + 50)
			return at(done)
		},
	}
}

const file = (size = 10) => new File([new Uint8Array(size)], 'offres.csv')
const lost = new Problem(0, 'network', 'lost')

it('takes a file to its end and shows each step', async () => {
	const seen: number[] = []
	const end = await bring(file(), { stand: 's' }, server({}), (so) => seen.push(so.done))
	expect(seen).toEqual([0, 50, 100, 120])
	expect(taken(end)).toBe(120)
})

it('waits for a network that is lost for a moment', async () => {
	const waits: number[] = []
	const end = await bring(
		file(),
		{ fair: 'f' },
		server({ 2: lost, 3: lost }),
		() => {},
		async (ms) => waits.push(ms),
	)
	expect(end.finished).toBe(true)
	expect(waits).toHaveLength(2)
})

it('gives up where waiting does not help', async () => {
	const refused = new Problem(403, 'not.recruiter', 'no')
	await expect(bring(file(), { stand: 's' }, server({ 1: refused }), () => {})).rejects.toBe(
		refused,
	)
	const away = { 1: lost, 2: lost, 3: lost, 4: lost }
	await expect(
		bring(
			file(),
			{ stand: 's' },
			server(away),
			() => {},
			async () => {},
		),
	).rejects.toBe(lost)
})

it('does not send what is too large', async () => {
	const begun = { begin: async () => Promise.reject(new Error('sent')), next: async () => at(0) }
	await expect(bring(file(largest + 1), { stand: 's' }, begun, () => {})).rejects.toMatchObject({
		code: 'sheet.large',
	})
})

import { beforeEach, describe, expect, it } from 'vitest'
import french from '../locales/fr.json'
import { speak } from '../locales/text'
import { ask, orShort, problem, words } from './client'

beforeEach(() => speak('fr', french))

describe('a failure of the API', () => {
	it('is told in the words of the server', () => {
		const said = {
			code: 'slot.taken',
			detail: 'Trop tard.',
			field: 'slot',
			status: 409,
			title: '',
			type: '',
		}
		expect(problem(409, said)).toMatchObject({
			status: 409,
			code: 'slot.taken',
			message: 'Trop tard.',
			field: 'slot',
		})
	})
	it.each([
		[404, french['error.404.what']],
		[418, french['error.400.what']],
		[502, `${french['error.500.what']}. ${french['error.500.next']}`],
		[503, `${french['error.503.what']}. ${french['error.503.next']}`],
	])('without words of its own is told by its status: %i', (status, message) => {
		expect(problem(status, '<html>')).toMatchObject({ status, code: String(status), message })
	})
	it.each([
		['3', 3],
		['90000', 120],
		['Wed, 21 Oct 2026 07:28:00 GMT', 0],
		[null, 0],
	])('knows when to ask again: %s', (header, after) => {
		expect(problem(503, undefined, header).after).toBe(after)
	})
	it('is a problem of the network when nothing answered', async () => {
		await expect(ask(Promise.reject(new TypeError('failed')))).rejects.toMatchObject({
			status: 0,
			code: 'network',
			message: french['problem.network'],
		})
	})
	it('throws what the server refused and gives what it answered', async () => {
		const refused = {
			error: { code: 'x', detail: 'Non.' },
			response: new Response(null, { status: 403 }),
		}
		await expect(ask(Promise.resolve(refused))).rejects.toMatchObject({
			code: 'x',
			message: 'Non.',
		})
		const given = { data: 7, response: new Response('7') }
		await expect(ask(Promise.resolve(given))).resolves.toBe(7)
	})
	it('has words even when it is no refusal at all', () => {
		expect(words(new Error('x is not a function'))).toBe(french['problem.unknown'])
	})
})

describe('a slot without room for extra time', () => {
	it('is taken as it is when it is chosen again', async () => {
		const asked: unknown[] = []
		const choose = (slot: string, code: string) =>
			orShort(slot, async (body) => {
				asked.push(body)
				return { error: { code }, response: new Response(null, { status: 409 }) }
			}).catch(() => {})
		await choose('a', 'booking.extra')
		await choose('a', 'slot.taken')
		await choose('b', 'slot.taken')
		await choose('b', 'slot.taken')
		expect(asked).toEqual([{}, { short: true }, {}, {}])
	})
})

import { get } from 'svelte/store'
import { describe, expect, it } from 'vitest'
import { Problem } from '../../api/client'
import type { CV } from '../../api/cv'
import { fileName } from '../../api/file'
import { keyOf, longest, sizeOf, Upload } from './upload'

const size = 700_000
const file = () => new File([new Uint8Array(size)], 'cv.pdf', { lastModified: 7 })

/** A server that loses what the test tells it to. */
function server(loses: (call: number) => boolean | 'after') {
	let received = 0
	let calls = 0
	const lengths: number[] = []
	const cv = (state: CV['state'] = 'receiving'): CV => ({
		id: 'cv',
		name: 'cv.pdf',
		state,
		size,
		received,
		current: false,
		at: '',
	})
	const lost = new Problem(0, 'network', 'lost')
	return {
		lengths,
		sender: {
			begin: async () => cv(),
			part: async (_: string, offset: number, content: Blob) => {
				const fate = loses(calls++)
				if (fate === true) throw lost
				if (offset !== received) throw new Problem(409, 'cv.offset', 'another')
				received += content.size
				lengths.push(content.size)
				if (fate === 'after') throw lost
				return cv()
			},
			finish: async () => cv('ready'),
		},
	}
}
const soon = async () => {}

describe('an upload', () => {
	it('sends longer parts while they go quickly, and all of it', async () => {
		const { sender, lengths } = server(() => false)
		const upload = new Upload(file(), sender, () => 0, soon)
		expect((await upload.run())?.state).toBe('ready')
		expect(lengths.reduce((a, b) => a + b)).toBe(size)
		expect(lengths[0]).toBe(64 * 1024)
		expect(Math.max(...lengths)).toBe(longest)
		expect(get(upload.progress)).toEqual({ is: 'checking', sent: size, size })
	})
	it('goes on after lost parts and lost answers, sending nothing twice', async () => {
		const { sender, lengths } = server((call) =>
			call % 3 === 1 ? true : call % 4 === 2 && 'after',
		)
		const upload = new Upload(file(), sender, () => 0, soon)
		expect((await upload.run())?.state).toBe('ready')
		expect(lengths.reduce((a, b) => a + b)).toBe(size)
	})
	it('ends at a refusal, and when it is cancelled', async () => {
		const { sender } = server(() => false)
		const refused = new Problem(422, 'cv.format', 'no')
		const finish = () => Promise.reject(refused)
		await expect(new Upload(file(), { ...sender, finish }, () => 0, soon).run()).rejects.toBe(
			refused,
		)
		const never = server(() => true)
		const upload: Upload = new Upload(
			file(),
			never.sender,
			() => 0,
			async () => upload.cancel(),
		)
		expect(await upload.run()).toBeUndefined()
	})
	it('has the key of its file', () => {
		expect(keyOf(file())).toBe(keyOf(file()))
		expect(keyOf(file())).not.toBe(keyOf(new File(['x'], 'cv.pdf', { lastModified: 7 })))
		expect(keyOf(new File(['x'], 'é'.repeat(300), { lastModified: 1 }))).toMatch(/^[!-~]{1,64}$/)
	})
	it('says sizes in words, and reads names from headers', () => {
		expect(sizeOf(1, 'fr')).toBe('1\u00a0Ko')
		expect(sizeOf(1_500_000, 'fr')).toBe('1,4\u00a0Mo')
		expect(sizeOf(327_680, 'en')).toBe('320\u00a0KB')
		expect(fileName(`attachment; filename*=utf-8''CV%20Ren%C3%A9e.pdf`)).toBe('CV Renée.pdf')
		expect(fileName('attachment; filename="CV Camille.pdf"')).toBe('CV Camille.pdf')
		expect(fileName('attachment')).toBe('salon')
	})
})

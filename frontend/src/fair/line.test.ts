import { get } from 'svelte/store'
import { expect, it, vi } from 'vitest'
import type { LineShow } from '../api/shape'
import { fakeSocket } from '../signaling/fake'
import { Lines } from './line'

const show = (waiting: number): LineShow => ({
	state: 'open',
	message: '',
	waiting,
	recruiters: 1,
	order: [],
	ranges: [],
})

const topic = (stand: string, rev: number, waiting: number) =>
	({
		topic: `line.${stand}`,
		epoch: 'e',
		offset: rev,
		entity: 'line',
		id: stand,
		rev,
		view: { line: show(waiting) },
	}) as never

it('a line is followed by its grant, and no more once its ticket is gone', () => {
	const { socket, wire } = fakeSocket()
	wire().open()
	const lines = new Lines(socket)
	lines.follow([
		{ name: 'line.a', grant: 'g1' },
		{ name: 'line.b', grant: 'g2' },
	])
	lines.follow([{ name: 'line.a', grant: 'g3' }])
	expect(wire().of('subscribe')).toMatchObject([
		{ topic: 'line.a', grant: 'g1' },
		{ topic: 'line.b', grant: 'g2' },
	])
	expect(wire().of('unsubscribe')).toMatchObject([{ topic: 'line.b' }])
	lines.close()
	expect(wire().of('unsubscribe')).toHaveLength(2)
})

it('after a lost connection it is followed by the newest grant, from where it was', () => {
	const { socket, wire, waits } = fakeSocket()
	wire().open()
	const lines = new Lines(socket)
	lines.follow([{ name: 'line.a', grant: 'g1' }])
	wire().hear('topic', topic('a', 5, 2))
	lines.follow([{ name: 'line.a', grant: 'g2' }])
	wire().onclose?.({ code: 1006 })
	waits[0]?.act()
	wire().open()
	expect(wire().of('subscribe')).toMatchObject([
		{ topic: 'line.a', grant: 'g2', epoch: 'e', offset: 5 },
	])
})

it('what a line says is kept, and nothing older than it', () => {
	const { socket, wire } = fakeSocket()
	wire().open()
	const heard = vi.fn()
	const lines = new Lines(socket, heard)
	wire().hear('topic', topic('a', 5, 2))
	wire().hear('topic', topic('a', 4, 9))
	wire().hear('topic', { ...(topic('a', 9, 9) as object), entity: 'interview' } as never)
	expect(get(lines.said).get('a')).toMatchObject({ rev: 5, show: { waiting: 2 } })
	expect(heard).toHaveBeenCalledTimes(2)
})

import { get } from 'svelte/store'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Keeper } from './notes'

const kept = new Map<string, string>()
const shelf = {
	getItem: (key: string) => kept.get(key) ?? null,
	setItem: (key: string, value: string) => void kept.set(key, value),
	removeItem: (key: string) => void kept.delete(key),
}

beforeEach(() => {
	vi.useFakeTimers()
	kept.clear()
})
afterEach(() => vi.useRealTimers())

it('keeps the last text once the hand is calm', async () => {
	const send = vi.fn().mockResolvedValue(undefined)
	const keeper = new Keeper<string>('n', send, shelf)
	keeper.write('a')
	keeper.write('ab')
	expect(send).not.toHaveBeenCalled()
	await vi.advanceTimersByTimeAsync(1200)
	expect(send).toHaveBeenCalledExactlyOnceWith('ab')
	expect(get(keeper.state)).toBe('kept')
	expect(kept.size).toBe(0)
})

it('loses nothing on a broken network, and tries again', async () => {
	const send = vi.fn().mockRejectedValueOnce(new Error('no network')).mockResolvedValue(undefined)
	const keeper = new Keeper<string>('n', send, shelf)
	keeper.write('a')
	await vi.advanceTimersByTimeAsync(1200)
	expect(get(keeper.state)).toBe('waiting')
	expect(kept.get('n')).toBe('"a"')
	await vi.advanceTimersByTimeAsync(2000)
	expect(send).toHaveBeenCalledTimes(2)
	expect(get(keeper.state)).toBe('kept')
})

it('sends what a page before it could not', async () => {
	kept.set('n', '"left"')
	const send = vi.fn().mockResolvedValue(undefined)
	const keeper = new Keeper<string>('n', send, shelf)
	await vi.advanceTimersByTimeAsync(0)
	expect(send).toHaveBeenCalledWith('left')
	expect(keeper.draft()).toBeUndefined()
})

it('keeps what was written while it was sending', async () => {
	let answer = () => {}
	const send = vi.fn(() => new Promise<void>((resolve) => (answer = resolve)))
	const keeper = new Keeper<string>('n', send, shelf)
	keeper.write('a')
	await vi.advanceTimersByTimeAsync(1200)
	keeper.write('b')
	answer()
	await vi.advanceTimersByTimeAsync(2000)
	expect(send).toHaveBeenLastCalledWith('b')
})

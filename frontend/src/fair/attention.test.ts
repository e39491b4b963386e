import { describe, expect, it } from 'vitest'
import { Attention, onWaking, type Surroundings } from './attention'

function page() {
	const log: string[] = []
	const kept = new Map<string, string>()
	let tick: (() => void) | undefined
	const around: Surroundings & { looked: boolean } = {
		title: 'Mon salon',
		looked: false,
		hidden: () => !around.looked,
		vibrate: () => log.push('vibrate'),
		sound: async () => {
			log.push('sound')
		},
		read: (key) => kept.get(key) ?? null,
		write: (key, value) => kept.set(key, value),
		every: (_, act) => {
			tick = act
			return () => {
				tick = undefined
			}
		},
	}
	return {
		around,
		log,
		attention: new Attention(around),
		pass: (n = 1) => {
			for (let i = 0; i < n; i++) tick?.()
		},
	}
}

describe('a call', () => {
	it('stands in the title, is felt and heard, and is gone afterwards', () => {
		const { around, log, attention } = page()
		attention.call('À vous !')
		expect(around.title).toBe('(1) À vous !')
		expect(log).toEqual(['vibrate', 'sound'])
		attention.rest()
		expect(around.title).toBe('Mon salon')
	})
	it('is repeated while nobody looks, not for ever, and not when somebody does', () => {
		const { around, log, attention, pass } = page()
		attention.call('À vous !')
		pass(2)
		expect(log.filter((l) => l === 'sound')).toHaveLength(3)
		around.looked = true
		pass()
		expect(log.filter((l) => l === 'sound')).toHaveLength(3)
		around.looked = false
		pass(20)
		expect(log.filter((l) => l === 'sound')).toHaveLength(6)
		attention.rest()
		pass()
		expect(log.filter((l) => l === 'sound')).toHaveLength(6)
	})
	it('said twice is one call', () => {
		const { log, attention } = page()
		attention.call('À vous !')
		attention.call('À vous !')
		expect(log).toHaveLength(2)
	})
	it('is only read when the sound is off', () => {
		const { around, log, attention } = page()
		attention.mute(true)
		expect(attention.muted()).toBe(true)
		attention.call('À vous !')
		expect(around.title).toBe('(1) À vous !')
		expect(log).toEqual([])
	})
})

describe('a note', () => {
	it('counts in the title, together with a call', () => {
		const { around, attention } = page()
		attention.note(2)
		attention.note(3)
		expect(around.title).toBe('(3) Mon salon')
		attention.note(0)
		expect(around.title).toBe('Mon salon')
		attention.call('À vous !')
		attention.note(4)
		expect(around.title).toBe('(5) À vous !')
		attention.rest()
		expect(around.title).toBe('(4) Mon salon')
	})
})

describe('the sound', () => {
	it('can be tried, and only when it is on', async () => {
		const { log, attention } = page()
		await attention.unlock(true)
		attention.mute(true)
		await attention.unlock(true)
		expect(log).toEqual(['sound'])
	})
})

describe('waking up', () => {
	it('is being seen again, a network that is back, a page taken out of the drawer', () => {
		const view = new EventTarget()
		const shown = Object.assign(new EventTarget(), { visibilityState: 'visible' })
		let woken = 0
		const off = onWaking(() => woken++, shown as unknown as Document, view as unknown as Window)
		shown.dispatchEvent(new Event('visibilitychange'))
		view.dispatchEvent(new Event('online'))
		view.dispatchEvent(new Event('pageshow'))
		shown.visibilityState = 'hidden'
		shown.dispatchEvent(new Event('visibilitychange'))
		expect(woken).toBe(3)
		off()
		view.dispatchEvent(new Event('online'))
		expect(woken).toBe(3)
	})
})

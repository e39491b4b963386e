import { describe, expect, it, vi } from 'vitest'
import { ability, disable, enable, enabled, type Surroundings } from './pocket'

const json = { endpoint: 'https://push.example.net/x', keys: { p256dh: 'p', auth: 'a' } }

function house(permission: NotificationPermission | undefined = 'default', subscribed = false) {
	const log: string[] = []
	const subscription = {
		toJSON: () => json,
		unsubscribe: async () => {
			log.push('unsubscribe')
			current = undefined
			return true
		},
	}
	let current: typeof subscription | undefined = subscribed ? subscription : undefined
	const worker = {
		subscription: async () => current ?? null,
		subscribe: async (key: string) => {
			log.push(`subscribe ${key}`)
			current = subscription
			return subscription
		},
	}
	const around: Surroundings = {
		permission: () => permission,
		ask: async () => {
			log.push('ask')
			return permission === 'default' ? 'granted' : (permission ?? 'denied')
		},
		iphone: false,
		worker: {
			register: async () => worker,
			known: async () => (subscribed || current ? worker : undefined),
		},
	}
	const api = {
		read: vi.fn(),
		add: vi.fn(async () => {
			log.push('add')
			return { device: 'd' }
		}),
		drop: vi.fn(async (device?: string) => {
			log.push(`drop ${device}`)
		}),
	}
	return { around, api, log }
}

describe('a browser', () => {
	it('can, has refused, or cannot', () => {
		expect(ability(house().around)).toBe('ready')
		expect(ability(house('granted').around)).toBe('ready')
		expect(ability(house('denied').around)).toBe('refused')
		expect(ability({ ...house().around, worker: undefined })).toBe('none')
		expect(ability({ ...house().around, worker: undefined, iphone: true })).toBe('homescreen')
	})
})

describe('being told in the pocket', () => {
	it('asks for leave, subscribes with the key of the house and tells the server', async () => {
		const { around, api, log } = house()
		expect(await enable(around, api, 'key')).toBe(true)
		expect(log).toEqual(['ask', 'subscribe key', 'add'])
		expect(api.add).toHaveBeenCalledWith(json)
	})
	it('does nothing without leave', async () => {
		const { around, api, log } = house('denied')
		expect(await enable(around, api, 'key')).toBe(false)
		expect(log).toEqual(['ask'])
	})
	it('leaves no subscription behind that the server does not know', async () => {
		const { around, api, log } = house()
		api.add.mockRejectedValueOnce(new Error('no network'))
		await expect(enable(around, api, 'key')).rejects.toThrow('no network')
		expect(log).toContain('unsubscribe')
	})
	it('is told to the server again at each visit', async () => {
		const { around, api, log } = house('granted', true)
		expect(await enabled(around, api)).toBe(true)
		expect(log).toEqual(['add'])
		expect(await enabled(house('granted').around, api)).toBe(false)
		expect(await enabled(house('default', true).around, api)).toBe(false)
	})
	it('ends at the server first, then in the browser', async () => {
		const { around, api, log } = house('granted', true)
		await disable(around, api)
		expect(log).toEqual(['add', 'drop d', 'unsubscribe'])
		await disable(house('default').around, api)
	})
})

import { describe, expect, it } from 'vitest'
import { local, looking, pushed, shown, windowFor } from './notification'

const said = { title: 'C’est à vous !', text: 'Maison A', path: '/me', tag: 't', turn: true }

describe('a push', () => {
	it('is read when it is one of ours', () => {
		expect(pushed(JSON.stringify(said))).toEqual(said)
		expect(pushed(JSON.stringify({ ...said, turn: 'yes' }))?.turn).toBe(false)
	})
	it.each([
		'',
		'no json',
		'[]',
		'null',
		'{}',
		'{"title":""}',
		'{"title":7,"tag":"x"}',
		'{"title":"a"}',
	])('is left alone when it is %j', (text) => {
		expect(pushed(text)).toBeUndefined()
	})
	it('asks for an answer only when somebody waits', () => {
		expect(shown(said)).toMatchObject({ requireInteraction: true, tag: 't', body: 'Maison A' })
		expect(shown({ ...said, turn: false })).not.toHaveProperty('vibrate')
	})
})

describe('the page a notification opens', () => {
	it.each([
		'//evil.example',
		'https://evil.example/',
		'/\\evil.example',
		'javascript:alert(1)',
		'',
		undefined,
		7,
		'/a b',
	])('is never %j', (path) => {
		expect(local(path)).toBe('/')
	})
	it.each(['/', '/me', '/en/me', '/desk?tab=messages'])('may be %j', (path) => {
		expect(local(path)).toBe(path)
	})
	it('comes forward in the window that shows it', () => {
		const at = (url: string) => ({ url, focused: false, visibilityState: 'hidden' })
		const [offers, mine] = [at('https://x.example/fairs'), at('https://x.example/me')]
		expect(windowFor([offers, mine], '/me')).toBe(mine)
		expect(windowFor([offers], '/me')).toBe(offers)
		expect(windowFor([], '/me')).toBeUndefined()
	})
})

it('nobody is looking at a page that is hidden, or behind another', () => {
	const win = (focused: boolean, visibilityState: string) => ({
		url: '/',
		focused,
		visibilityState,
	})
	expect(looking([win(false, 'visible'), win(true, 'hidden')])).toBe(false)
	expect(looking([win(true, 'visible')])).toBe(true)
})

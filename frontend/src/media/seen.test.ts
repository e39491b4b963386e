import { afterEach, expect, it, vi } from 'vitest'
import { Seen } from './seen'

/** A page whose tiles are all in sight, until it goes into the background. */
function page() {
	vi.stubGlobal('devicePixelRatio', 1)
	for (const name of ['ResizeObserver', 'IntersectionObserver']) {
		vi.stubGlobal(
			name,
			class {
				observe() {}
				disconnect() {}
			},
		)
	}
	const target = Object.assign(new EventTarget(), { hidden: false })
	const hide = (hidden: boolean) => {
		target.hidden = hidden
		target.dispatchEvent(new Event('visibilitychange'))
	}
	return { seen: new Seen(target as unknown as Document), hide }
}

const tile = (width: number, height: number) =>
	({ getBoundingClientRect: () => ({ width, height }) }) as unknown as Element

afterEach(() => vi.unstubAllGlobals())

it('asks for what the highest of its tiles shows, and for nothing that has none', () => {
	const { seen } = page()
	const off = seen.watch('p.camera', tile(320, 180), false)
	seen.watch('p.camera', tile(160, 90), false)
	expect(seen.height('p.camera')).toBe(180)
	off()
	expect(seen.height('p.camera')).toBe(120)
	expect(seen.height('q.camera')).toBe(0)
})

it('asks for no picture in the background, and says when that changes', () => {
	const { seen, hide } = page()
	const told = vi.fn()
	seen.watch('p.camera', tile(320, 180), false)
	seen.listen(told)
	hide(true)
	expect(seen.height('p.camera')).toBe(0)
	hide(false)
	expect(seen.height('p.camera')).toBe(180)
	expect(told).toHaveBeenCalledTimes(2)
})

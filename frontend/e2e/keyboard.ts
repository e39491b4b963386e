import type { ElementHandle, Locator, Page } from '@playwright/test'

// With SALON_E2E_KEYS=1 the journeys are walked by the keyboard alone: whatever
// they click, check, fill or choose is first reached by Tab and the arrows, must
// show that it has the focus, and is then worked with Enter or the space bar.

/** More stops than any screen has; who needs more has lost the way. */
const stops = 400

/** What is to be pressed next to come to the control of an element, or what works it once there. */
function next(element: Element): { there: boolean; key: string; shown: boolean } {
	const controls = 'a[href],button,input,select,textarea,summary,[tabindex]'
	const label = element.closest('label')
	const target = label?.control ?? element.closest<HTMLElement>(controls)
	if (!target) throw new Error(`nobody can reach this: ${element.outerHTML.slice(0, 200)}`)
	const active = document.activeElement
	const tabs = (e: Element | null | undefined) =>
		e?.getAttribute('role') === 'tab' ? e.closest('[role=tablist]') : undefined
	if (active === target) {
		// A link that fills its row marks the row by what stands after it.
		const marked = (e: Element | null | undefined) =>
			e &&
			[undefined, '::after'].some((part) => {
				const { outlineStyle, boxShadow } = getComputedStyle(e, part)
				return outlineStyle !== 'none' || boxShadow !== 'none'
			})
		const near = [target, label, target.nextElementSibling, target.parentElement]
		const kind = target instanceof HTMLInputElement ? target.type : target.tagName
		const key = /^(A|BUTTON|SUMMARY|submit)$/.test(kind)
			? 'Enter'
			: /^(checkbox|radio)$/.test(kind)
				? 'Space'
				: ''
		return { there: true, key, shown: near.some(marked) }
	}
	const list = tabs(target)
	const sameTabs = Boolean(list) && list === tabs(active)
	// Tab stops once in a group of radios: at the chosen one, or at its first.
	const radio = target instanceof HTMLInputElement && target.type === 'radio'
	const group = [...document.querySelectorAll<HTMLInputElement>('input[type=radio]')].filter(
		(one) => radio && one.name === target.name && one.form === target.form,
	)
	const sameRadio = group.some((one) => one === active)
	const entry = sameRadio ? target : (group.find((one) => one.checked) ?? group[0] ?? target)
	const before = Boolean(
		active && entry.compareDocumentPosition(active) & Node.DOCUMENT_POSITION_FOLLOWING,
	)
	const upright = sameTabs && list?.getAttribute('aria-orientation') === 'vertical'
	const step = before ? (upright ? 'ArrowUp' : 'ArrowLeft') : upright ? 'ArrowDown' : 'ArrowRight'
	const key =
		sameRadio || sameTabs ? step : before && active !== document.body ? 'Shift+Tab' : 'Tab'
	return { there: false, key, shown: false }
}

type Control = ElementHandle<HTMLElement>

/** Brings the focus to a control as a person without a mouse does; gives the key that works it. */
async function reach(locator: Locator): Promise<{ element: Control; key: string }> {
	// Held, because a search box that has the focus may become another role.
	const element = (await locator.elementHandle()) as Control
	for (let stop = 0; stop < stops; stop++) {
		const { there, key, shown } = await element.evaluate(next)
		if (there && !shown) throw new Error(`the focus does not show: ${locator}`)
		if (there) return { element, key }
		await locator.page().keyboard.press(key)
	}
	throw new Error(`not reached by keyboard: ${locator}`)
}

/** Works a control by the keyboard alone. */
export async function work(locator: Locator): Promise<void> {
	const { key } = await reach(locator)
	if (!key) return
	await locator.page().keyboard.press(key)
	// As after a click: a page that is being left is waited for.
	await locator.page().waitForTimeout(100)
	await locator.page().waitForLoadState()
}

/** Takes the mouse from every page. */
export function onlyKeys(page: Page): void {
	const locators = Object.getPrototypeOf(page.locator('html')) as Locator & { keys?: true }
	if (locators.keys) return
	locators.keys = true
	const press = (locator: Locator, key: string) => locator.page().keyboard.press(key)
	locators.click = function (this: Locator) {
		return work(this)
	}
	locators.check = async function (this: Locator) {
		const { element } = await reach(this)
		if (!(await element.isChecked())) await press(this, 'Space')
	}
	locators.press = async function (this: Locator, key: string) {
		await reach(this)
		await press(this, key)
	}
	locators.fill = async function (this: Locator, value, options) {
		await (await reach(this)).element.fill(value, options)
	}
	locators.selectOption = async function (this: Locator, values, options) {
		return (await reach(this)).element.selectOption(values, options)
	}
}

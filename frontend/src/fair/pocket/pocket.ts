/** Being told while the page is closed: what this browser can do, and the few steps to it. */
import type { Pocket, Subscription } from '../../api/shape'

/** What this browser can do about it. */
export type Ability =
	/** It can, and has not been asked or has said yes. */
	| 'ready'
	/** The person, or the browser in their name, has said no. */
	| 'refused'
	/** On an iPhone only once the site is on the home screen (Safari 16.4). */
	| 'homescreen'
	/** It cannot. */
	| 'none'

/** The parts of a browser in use; tests give their own. */
export interface Surroundings {
	permission(): NotificationPermission | undefined
	ask(): Promise<NotificationPermission>
	/** Undefined where there are no service workers with push. */
	worker?:
		| undefined
		| {
				register(): Promise<Worker>
				/** The one registered before, if any. */
				known(): Promise<Worker | undefined>
		  }
	iphone: boolean
}

/** What is asked of a registration of the service worker. */
export interface Worker {
	subscription(): Promise<Subscribed | null>
	subscribe(key: string): Promise<Subscribed>
}

export interface Subscribed {
	toJSON(): unknown
	unsubscribe(): Promise<boolean>
}

/** Tells what this browser can do. */
export function ability(around: Surroundings): Ability {
	const permission = around.permission()
	if (!around.worker || permission === undefined) return around.iphone ? 'homescreen' : 'none'
	return permission === 'denied' ? 'refused' : 'ready'
}

/** What the API is asked. */
export interface Api {
	read(): Promise<Pocket>
	add(subscription: Subscription): Promise<{ device: string }>
	drop(device?: string): Promise<unknown>
}

/**
 * Has this browser tell its owner. It is called from a press of a button only, because
 * the browser asks for leave then. Answers false when leave is not given.
 */
export async function enable(around: Surroundings, api: Api, key: string): Promise<boolean> {
	if (!around.worker || (await around.ask()) !== 'granted') return false
	const worker = await around.worker.register()
	const before = await worker.subscription()
	let now = before
	try {
		now ??= await worker.subscribe(key)
		await api.add(now.toJSON() as Subscription)
	} catch (failure) {
		if (!before) await now?.unsubscribe().catch(() => false)
		throw failure
	}
	return true
}

/** Ends it: the server forgets this device first, then the browser its subscription. */
export async function disable(around: Surroundings, api: Api): Promise<void> {
	const subscription = await (await around.worker?.known())?.subscription()
	if (!subscription) return
	const { device } = await api.add(subscription.toJSON() as Subscription)
	await api.drop(device)
	await subscription.unsubscribe()
}

/** Whether this browser tells its owner; what it says is told to the server again. */
export async function enabled(around: Surroundings, api: Api): Promise<boolean> {
	if (around.permission() !== 'granted') return false
	const subscription = await (await around.worker?.known())?.subscription()
	if (!subscription) return false
	await api.add(subscription.toJSON() as Subscription).catch(() => {})
	return true
}

/** The browser itself. */
export function browser(): Surroundings {
	const able = 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window
	const wrap = ({ pushManager }: ServiceWorkerRegistration): Worker => ({
		subscription: () => pushManager.getSubscription(),
		subscribe: (key) => pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key }),
	})
	return {
		permission: () => ('Notification' in window ? Notification.permission : undefined),
		ask: () => Notification.requestPermission(),
		iphone: /iPhone|iPad/.test(navigator.userAgent),
		...(able && {
			worker: {
				register: async () => {
					await navigator.serviceWorker.register('/worker.js')
					return wrap(await navigator.serviceWorker.ready)
				},
				known: async () => {
					const registration = await navigator.serviceWorker.getRegistration('/')
					return registration && wrap(registration)
				},
			},
		}),
	}
}

// Shows notifications while no page is open, and opens the right one. It keeps nothing
// and answers no requests of pages.
import { looking, pushed, shown, type Win, windowFor } from '../fair/worker/notification'

/** The parts of ServiceWorkerGlobalScope in use; the DOM's types do not have them. */
interface Scope {
	registration: ServiceWorkerRegistration
	clients: {
		matchAll(about: {
			type: 'window'
			includeUncontrolled: boolean
		}): Promise<(Win & { focus(): Promise<unknown>; navigate(url: string): Promise<unknown> })[]>
		openWindow(url: string): Promise<unknown>
		claim(): Promise<void>
	}
	skipWaiting(): Promise<void>
	addEventListener(type: string, act: (event: Happening) => void): void
}

interface Happening {
	waitUntil(work: Promise<unknown>): void
	data?: { text(): string } | null
	notification?: Notification
}

const here = self as unknown as Scope
const windows = () => here.clients.matchAll({ type: 'window', includeUncontrolled: true })

async function show(text: string): Promise<void> {
	const push = pushed(text)
	if (push && !looking(await windows()))
		await here.registration.showNotification(push.title, shown(push))
}

async function open(path: string): Promise<void> {
	const open = windowFor(await windows(), path)
	if (!open) {
		await here.clients.openWindow(path)
		return
	}
	await open.focus()
	if (new URL(open.url).pathname !== path) await open.navigate(path)
}

/** The browser has changed its subscription by itself: the server hears of the new one. */
async function again(): Promise<void> {
	const answer = await fetch('/api/v1/me/push')
	if (!answer.ok) return
	const { key } = (await answer.json()) as { key: string }
	const subscription = await here.registration.pushManager.subscribe({
		userVisibleOnly: true,
		applicationServerKey: key,
	})
	await fetch('/api/v1/me/push', {
		method: 'PUT',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify(subscription),
	})
}

here.addEventListener('install', (event) => event.waitUntil(here.skipWaiting()))
here.addEventListener('activate', (event) => event.waitUntil(here.clients.claim()))
here.addEventListener('push', (event) => event.waitUntil(show(event.data?.text() ?? '')))
here.addEventListener('pushsubscriptionchange', (event) => event.waitUntil(again()))
here.addEventListener('notificationclick', (event) => {
	event.notification?.close()
	event.waitUntil(open((event.notification?.data as { path: string } | undefined)?.path ?? '/'))
})

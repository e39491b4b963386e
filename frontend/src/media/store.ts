/**
 * A value that others follow. It keeps Svelte's contract of a store (subscribe calls at
 * once and answers how to stop), so that a component may use it, and needs no framework.
 */
export interface Readable<T> {
	subscribe(told: (value: T) => void): () => void
}

export interface Writable<T> extends Readable<T> {
	set(value: T): void
	update(change: (value: T) => T): void
}

export function writable<T>(value: T): Writable<T> {
	const followers = new Set<{ told: (value: T) => void }>()
	const set = (next: T) => {
		value = next
		for (const { told } of [...followers]) told(value)
	}
	return {
		set,
		update: (change) => set(change(value)),
		subscribe(told) {
			const follower = { told }
			followers.add(follower)
			told(value)
			return () => followers.delete(follower)
		},
	}
}

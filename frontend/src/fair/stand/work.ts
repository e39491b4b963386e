/** What a recruiter does at the line of a stand: whom they look at, whom they call. No markup. */
import { get, type Readable, writable } from 'svelte/store'
import { line } from '../../api/api'
import { words } from '../../api/client'
import type { LineDesk, LineTicket } from '../../api/shape'
import { t } from '../../locales/text'
import { announce } from '../../ui/announce'
import type { Fresh } from '../fresh'
import { becameOf, doingOf } from './desk'

/** The parts of the desk; a phone shows one of them. */
export const parts = ['line', 'person', 'agenda'] as const
export type Part = (typeof parts)[number]

/** What the desk shows besides the line itself. */
export interface WorkView {
	shown: Part
	/** The ticket looked at; "" for none. */
	chosen: string
	/** What became of the last call, in words. */
	news: string
	problem: string
	busy: boolean
}

/** The calls that the desk makes; a test has its own. */
type Calls = Pick<typeof line, 'next' | 'back'>

/** The work of one recruiter at one stand. It changes the line through the API and reads it again. */
export class Work {
	readonly #view = writable<WorkView>({
		shown: 'line',
		chosen: '',
		news: '',
		problem: '',
		busy: false,
	})
	/** The call that this screen made and waits for. */
	#called: LineTicket | undefined

	/** What the desk shows now. */
	readonly view: Readable<WorkView> = this.#view

	constructor(
		private readonly stand: string,
		private readonly account: string,
		private readonly fresh: Pick<Fresh<LineDesk>, 'view' | 'refresh' | 'put'>,
		private readonly calls: Calls = line,
		private readonly say: (words: string) => void = announce,
	) {}

	/** Shows one part, on a phone. */
	show(shown: Part): void {
		this.#set({ shown })
	}

	/** Looks at somebody in the line. */
	choose(chosen: string): void {
		this.#set({ chosen, shown: 'person' })
	}

	/** The person looked at is with somebody else now, or was offered something instead. */
	gone(): void {
		this.#set({ chosen: '', shown: 'line' })
		void this.fresh.refresh()
	}

	/** A ticket as an action has just answered it. */
	kept(next: LineTicket): void {
		const desk = this.#desk
		if (desk) {
			const tickets = desk.tickets.map((known) => (known.id === next.id ? next : known))
			this.fresh.put({ ...desk, tickets })
		}
	}

	/**
	 * Takes note of the line as it is now. It answers the interview to go to once the person
	 * called has said yes, else "".
	 */
	heard(desk: LineDesk, now: number): string {
		const doing = doingOf(desk, this.account)
		// A call is waited for after a reload, too.
		if (doing.is === 'calling') this.#called ??= doing.ticket
		if (!this.#called) return ''
		if (doing.is === 'meeting' && doing.ticket.id === this.#called.id) {
			this.#called = undefined
			return doing.interview
		}
		const news = becameOf(this.#called, desk, now)
		if (news) {
			this.#called = undefined
			this.#set({ news })
			this.say(news)
		}
		return ''
	}

	/** Calls the next person, or a certain one. */
	call(which: { ticket?: string; reason?: string } = {}): Promise<void> {
		return this.#act(async () => {
			const made = await this.calls.next(this.stand, which)
			if (!made) {
				const news = t('desk.nobodycallable')
				this.#set({ news })
				this.say(news)
				return
			}
			await this.fresh.refresh()
			this.#called = this.#desk?.tickets.find(({ id }) => id === made.ticket)
			this.choose(made.ticket)
			if (this.#called) this.say(t('desk.calling', { name: this.#called.name }))
		})
	}

	/** Puts whoever is called or met back into the line. */
	back(): Promise<void> {
		const doing = this.#desk && doingOf(this.#desk, this.account)
		if (!doing || doing.is === 'free') return Promise.resolve()
		const { id, name } = doing.ticket
		this.#called = undefined
		return this.#act(async () => {
			await this.calls.back(id)
			this.say(t('desk.backdone', { name }))
		})
	}

	get #desk(): LineDesk | undefined {
		return get(this.fresh.view).value
	}

	#set(more: Partial<WorkView>): void {
		this.#view.update((view) => ({ ...view, ...more }))
	}

	async #act(doing: () => Promise<void>): Promise<void> {
		this.#set({ busy: true, problem: '', news: '' })
		try {
			await doing()
		} catch (failure) {
			this.#set({ problem: words(failure) })
		} finally {
			this.#set({ busy: false })
			await this.fresh.refresh()
		}
	}
}

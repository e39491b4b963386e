import { words } from '../api/client'

/** What somebody asks of the server on one screen: whether it goes on, and why it failed. */
export class Attempt {
	busy = $state(false)
	/** In words; empty when the last one went well, or goes on. */
	problem = $state('')

	/** Does something and keeps what went wrong, to be shown. */
	readonly run = async (act: () => Promise<unknown>): Promise<void> => {
		this.busy = true
		this.problem = ''
		try {
			await act()
		} catch (failure) {
			this.problem = words(failure)
		} finally {
			this.busy = false
		}
	}
}

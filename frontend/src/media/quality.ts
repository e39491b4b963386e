/** What the measures of a connection mean for a person. */

/** good: nothing to say; weak: sound first; lost: nothing comes through. */
export type Quality = 'good' | 'weak' | 'lost'

/** The counters of one look, taken from getStats. */
export interface Look {
	packets: number
	missing: number
	/** Seconds, of the pair in use; undefined before there is one. */
	roundTrip?: number
}

/** What is proposed when the connection stays bad: sound alone, or the phone. */
export type Proposal = '' | 'sound' | 'phone'

/** How long it has to be bad before something is proposed, and good before that goes, in milliseconds. */
const patience = 10_000
/** How long a proposal that was turned down does not come again, in milliseconds. */
const quiet = 120_000

/**
 * Watches the quality of a connection and says what to propose: with pictures, sound
 * alone; with sound alone, or when nothing comes through at all, the phone.
 */
export class Watch {
	#bad: number | undefined
	#good: number | undefined
	#silent = 0
	#proposal: Proposal = ''

	/** Takes one look at a time in milliseconds and answers what to propose. */
	look(at: number, quality: Quality, soundOnly: boolean): Proposal {
		if (quality === 'good') {
			this.#bad = undefined
			this.#good ??= at
			if (at - this.#good >= patience) this.#proposal = ''
			return this.#proposal
		}
		this.#good = undefined
		this.#bad ??= at
		if (at - this.#bad >= patience && at >= this.#silent) {
			this.#proposal = quality === 'lost' || soundOnly ? 'phone' : 'sound'
		}
		return this.#proposal
	}

	/** The person acted upon the proposal, or turned it down: it goes for a while. */
	done(at: number): void {
		this.#proposal = ''
		this.#bad = undefined
		this.#silent = at + quiet
	}
}

/** Adds up the counters of everything received. */
export function look(report: Iterable<[string, Record<string, unknown>]>): Look {
	const sum: Look = { packets: 0, missing: 0 }
	for (const [, stat] of report) {
		if (stat.type === 'inbound-rtp') {
			sum.packets += Number(stat.packetsReceived ?? 0)
			sum.missing += Math.max(0, Number(stat.packetsLost ?? 0))
		}
		if (
			stat.type === 'candidate-pair' &&
			stat.nominated &&
			stat.currentRoundTripTime !== undefined
		) {
			sum.roundTrip = Number(stat.currentRoundTripTime)
		}
	}
	return sum
}

/**
 * Judges the time between two looks. More than 8 % missing is heard in spite of the
 * correction in Opus; more than half a second there and back is 250 ms one way, where
 * conversation suffers (ITU-T G.114 calls 150 ms good and 400 ms the limit).
 */
export function judge(before: Look, after: Look): Quality {
	const packets = after.packets - before.packets
	const missing = Math.max(0, after.missing - before.missing)
	if (packets + missing === 0) return 'good'
	if (missing / (packets + missing) > 0.08) return 'weak'
	return (after.roundTrip ?? 0) > 0.5 ? 'weak' : 'good'
}

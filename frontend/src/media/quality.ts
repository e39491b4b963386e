/** What the measures of a connection mean for a person. */

/** good: nothing to say; weak: sound first; lost: nothing comes through. */
export type Quality = 'good' | 'weak' | 'lost'

/** The counters of one look, taken from getStats. */
export interface Look {
	packets: number
	missing: number
	/** Pictures that stood still. */
	freezes: number
	/** Seconds, of what varies most. */
	jitter: number
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

export const nothing: Look = { packets: 0, missing: 0, freezes: 0, jitter: 0 }

type Stat = Record<string, unknown>
type Report = Iterable<[string, Stat]>

/** Adds up the counters of everything received, or of the tracks that are asked for. */
export function look(report: Report, of: (track: string) => boolean = () => true): Look {
	const sum: Look = { ...nothing }
	for (const [, stat] of report) {
		if (stat.type === 'inbound-rtp' && of(String(stat.trackIdentifier ?? ''))) {
			sum.packets += Number(stat.packetsReceived ?? 0)
			sum.missing += Math.max(0, Number(stat.packetsLost ?? 0))
			sum.freezes += Number(stat.freezeCount ?? 0)
			sum.jitter = Math.max(sum.jitter, Number(stat.jitter ?? 0))
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

/** The worst part of what is sent that does not arrive, from 0 to 1, as the server reports it. */
export function lostOnTheWay(report: Report): number {
	let worst = 0
	for (const [, stat] of report) {
		if (stat.type === 'remote-inbound-rtp') worst = Math.max(worst, Number(stat.fractionLost ?? 0))
	}
	return worst
}

/** The time between two looks as it is told to the server: per mille and milliseconds. */
export function measures(before: Look, after: Look) {
	const packets = after.packets - before.packets
	const missing = Math.max(0, after.missing - before.missing)
	return {
		lost: packets + missing > 0 ? Math.round((1000 * missing) / (packets + missing)) : 0,
		round_trip: Math.round(1000 * (after.roundTrip ?? 0)),
		jitter: Math.round(1000 * after.jitter),
		freezes: Math.max(0, after.freezes - before.freezes),
	}
}

/**
 * The time between two looks from 0 to 100; under 60 people notice. More than 8 % missing
 * is heard in spite of the correction in Opus; more than half a second there and back is
 * 250 ms one way, where conversation suffers (ITU-T G.114 calls 150 ms good and 400 ms the
 * limit). Pictures that freeze make it worse and are not enough alone: sound comes first.
 */
export function score(before: Look, after: Look): number {
	if (after.packets + after.missing <= before.packets + before.missing) return 100
	const { lost, round_trip, jitter, freezes } = measures(before, after)
	const taken =
		lost / 2 + Math.min(60, round_trip / 12) + Math.min(30, jitter / 5) + Math.min(20, freezes * 10)
	return Math.max(0, Math.round(100 - taken))
}

/** From which score on a call is as it should be. */
const enough = 60

/** Judges the time between two looks. */
export function judge(before: Look, after: Look): Quality {
	return score(before, after) < enough ? 'weak' : 'good'
}

/** How soon after a report another may follow, and when one is due anyway, in milliseconds. */
const soonest = 3000
const latest = 30_000

/** Says when the server is to be told: soon after a change, and else at a modest interval. */
export class Reporter {
	#at = Number.NEGATIVE_INFINITY
	#said = ''

	/** Whether it is to be told now; then it counts as told. */
	due(at: number, quality: Quality, told: Proposal): boolean {
		const said = `${quality} ${told}`
		const wait = said === this.#said ? latest : soonest
		if (at - this.#at < wait) return false
		this.#at = at
		this.#said = said
		return true
	}
}

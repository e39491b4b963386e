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

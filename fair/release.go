package fair

import (
	"math/bits"
	"time"
)

// stride is 2^64 divided by the golden ratio. Multiples of it, taken modulo
// 2^64, fill the range evenly whatever arithmetic progression they follow
// (D. Knuth, The Art of Computer Programming, vol. 3, 6.4), so that a run of
// slots falls evenly on the waves.
const stride = 11400714819323198485

// waveStep is the unit in which a slot's start decides its wave.
const waveStep = 5 * 60 // seconds

// ReleaseOf is how a slot of that stand and start becomes bookable under the
// rules: at once, at a time, or kept for a draw. Its wave follows from its stand
// and its start alone, so that asking again gives the same one; a slot is never
// given a wave at or after its own start.
func (b BookRules) ReleaseOf(stand ID, start time.Time) (at *time.Time, kept bool) {
	switch b.Release {
	case ReleaseDraw:
		return nil, true
	case ReleaseWaves:
		waves := b.wavesBefore(start)
		if len(waves) == 0 {
			return nil, false
		}
		wave := waves[waveOf(stand, start, len(waves))]
		return &wave, false
	}
	return nil, false
}

// wavesBefore are the waves that come before a time.
func (b BookRules) wavesBefore(start time.Time) []time.Time {
	n := 0
	for n < len(b.Waves) && b.Waves[n].Before(start) {
		n++
	}
	return b.Waves[:n]
}

// waveOf spreads the starts of one stand over n waves.
func waveOf(stand ID, start time.Time, n int) int {
	offset := uint64(0)
	for _, c := range []byte(stand) {
		offset = offset*31 + uint64(c)
	}
	place := uint64(start.Unix()/waveStep)*stride + offset*stride
	wave, _ := bits.Mul64(place, uint64(n))
	return int(wave)
}

// NextWave is the first wave after now, if one is to come.
func (b BookRules) NextWave(now time.Time) (at time.Time, coming bool) {
	if b.Release != ReleaseWaves {
		return time.Time{}, false
	}
	for _, wave := range b.Waves {
		if wave.After(now) {
			return wave, true
		}
	}
	return time.Time{}, false
}

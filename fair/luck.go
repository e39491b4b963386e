package fair

import (
	"math"
	"math/rand/v2"
	"sync"
)

// Rows of the table of luck. Each person uses four, each recruiter two; later
// people share those of earlier ones, shifted.
const (
	luckyPeople = 128
	luckyDesks  = 16
	deskRows    = 4 * luckyPeople
	paceRow     = deskRows + 2*luckyDesks
	luckyRows   = paceRow + 1
)

// luck is the table of strata: each row is a shuffle of 0 to futures-1.
var luck = sync.OnceValue(func() *[luckyRows][futures]uint8 {
	var t [luckyRows][futures]uint8
	random := rand.New(rand.NewPCG(20210118, 20210131)) // any numbers; always these
	for i := range t {
		for k, stratum := range random.Perm(futures) {
			t[i][k] = uint8(stratum)
		}
	}
	return &t
})

// normals are the quantiles of the normal distribution at the strata's middles.
var normals = sync.OnceValue(func() *[futures]float64 {
	var z [futures]float64
	for s := range z {
		z[s] = normalQuantile(middle(uint8(s)))
	}
	return &z
})

// middle is where a stratum lies between 0 and 1.
func middle(stratum uint8) float64 { return (float64(stratum) + 0.5) / futures }

// exponentials are the same of the exponential distribution of mean 1.
var exponentials = sync.OnceValue(func() *[futures]float64 {
	var e [futures]float64
	for s := range e {
		e[s] = -math.Log(1 - middle(uint8(s)))
	}
	return &e
})

// normalQuantile is the value that the share p of a normal distribution stays
// below, and normalShare the other way round.
func normalQuantile(p float64) float64 { return math.Sqrt2 * math.Erfinv(2*p-1) }

func normalShare(z float64) float64 { return 0.5 * math.Erfc(-z/math.Sqrt2) }

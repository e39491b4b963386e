package fair

import (
	"cmp"
	"slices"
	"time"
)

// StandLive is a stand on the organiser's live board, as of one moment.
type StandLive struct {
	Stand      ID
	Number     int
	State      LineState // as those who wait are told
	Hand       LineState // as set by hand
	Until      time.Time // of a pause
	Longer     time.Time // hours extended to
	Message    Text
	Waiting    int
	Since      time.Time // when who waits longest joined; zero when nobody waits
	OnDuty     int       // take calls
	OnBreak    int
	Away       int // have a duty and no live connection
	InCall     int // called, or meeting
	Unanswered int // requests to the stand
	Asked      time.Time
	Late       int // answers owed to people it met, and overdue
}

// Trouble is what an organiser should see to.
type Trouble string

// The troubles of a stand, the worst first.
const (
	TroubleUnmanned   Trouble = "unmanned"   // people wait, and nobody takes calls
	TroubleLong       Trouble = "long"       // somebody has waited for longer than LongWait
	TroubleUnanswered Trouble = "unanswered" // a request has no answer
	TroubleLate       Trouble = "late"       // an answer to a candidate is overdue
)

// LongWait is from when a wait is a trouble.
const LongWait = 30 * time.Minute

// Troubles lists a stand's, the worst first.
func (s StandLive) Troubles(now time.Time) []Trouble {
	found := []Trouble{}
	for _, t := range []struct {
		is   bool
		what Trouble
	}{
		{s.Waiting > 0 && s.OnDuty == 0, TroubleUnmanned},
		{s.Waiting > 0 && now.Sub(s.Since) > LongWait, TroubleLong},
		{s.Unanswered > 0, TroubleUnanswered},
		{s.Late > 0, TroubleLate},
	} {
		if t.is {
			found = append(found, t.what)
		}
	}
	return found
}

// ByTrouble orders the stands of a board: people waiting and nobody on duty
// first, then the longest wait, unanswered requests, late answers, the number.
func ByTrouble(list []StandLive) {
	bit := func(is bool) int {
		if is {
			return 0
		}
		return 1
	}
	wait := func(s StandLive) int64 { // the earlier, the longer; nobody last
		if s.Waiting == 0 {
			return 1<<63 - 1
		}
		return s.Since.UnixMilli()
	}
	slices.SortStableFunc(list, func(a, b StandLive) int {
		return cmp.Or(
			bit(a.Waiting > 0 && a.OnDuty == 0)-bit(b.Waiting > 0 && b.OnDuty == 0),
			cmp.Compare(wait(a), wait(b)),
			cmp.Compare(b.Unanswered, a.Unanswered),
			cmp.Compare(b.Late, a.Late),
			cmp.Compare(a.Number, b.Number),
		)
	})
}

// DayFigures are what a fair has done on one day so far.
type DayFigures struct {
	Held         int           // interviews that ended
	Answered     int           // of those: with an answer to the candidate
	Appointments int           // whose hour has come, cancelled ones aside
	NoShows      int           // of those: nobody came
	Waits        int           // turns that came
	MedianWait   time.Duration // of those
}

// Median is the middle one of some durations; of two the lower. Zero of none.
func Median(of []time.Duration) time.Duration {
	if len(of) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(of))
	return sorted[(len(sorted)-1)/2]
}

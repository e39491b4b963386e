package frontend

import (
	"fmt"
	"time"
)

// Steps in which a wait is told, in minutes; src/fair/line.ts says the same.
const (
	coarseWait = 30  // from here on in steps of five
	farWait    = 180 // beyond, nobody is helped by a number
)

// Wait writes how long somebody may wait, from low to high, always rounded so that
// it holds both: "entre 12 et 18 min". Unknown is said as it is.
func (l *Locale) Wait(low, high time.Duration, known bool) string {
	if !known {
		return l.T("board.unknown")
	}
	step := 1
	if high > coarseWait*time.Minute {
		step = 5
	}
	from := int(low/time.Minute) / step * step
	to := max(1, (int((high+time.Minute-1)/time.Minute)+step-1)/step*step)
	switch {
	case from >= farWait:
		return l.T("board.far", "hours", from/60)
	case to <= 1:
		return l.T("board.anymoment")
	case from == 0:
		return l.T("board.within", "time", l.minutes(to))
	case from == to:
		return l.T("board.about", "time", l.minutes(to))
	case to < 60:
		return l.T("board.between", "low", from, "high", to)
	}
	return l.T("board.betweentimes", "low", l.minutes(from), "high", l.minutes(to))
}

// minutes writes a number of minutes: "45 min", "1 h 20".
func (l *Locale) minutes(n int) string {
	switch {
	case n < 60:
		return l.T("talk.minutes", "count", n)
	case n%60 == 0:
		return l.T("talk.hours", "hours", n/60)
	}
	return l.T("talk.hoursminutes", "hours", n/60, "minutes", fmt.Sprintf("%02d", n%60))
}

// Place writes a position in a line; "" when it is not known.
func (l *Locale) Place(position int) string {
	switch {
	case position <= 0:
		return ""
	case position == 1:
		return l.T("board.first")
	}
	return l.T("board.position", "n", position)
}

package fair

import (
	"slices"
	"time"
)

// Line is the state of one stand's line: whether people may join it, who is on
// duty at it, and what it has measured. ID is the stand's. The order of the
// tickets is in the tickets themselves.
type Line struct {
	ID      ID        `bson:"_id"`
	Fair    ID        `bson:"fair"`
	State   LineState `bson:"state"`             // by the recruiters' hand
	Until   time.Time `bson:"until,omitempty"`   // of a pause: when it ends by itself
	Message Text      `bson:"message"`           // to those who wait, at most 300 characters
	Hours   []Hours   `bson:"hours"`             // when it is open; empty: as long as the fair and somebody is on duty
	Longer  time.Time `bson:"longer,omitempty"`  // opening hours extended to this time by an organiser
	Duty    []Duty    `bson:"duty"`              // recruiters who have said so today
	Lengths Lengths   `bson:"lengths,omitempty"` // of the interviews held
	Habits  Habits    `bson:"habits,omitempty"`  // of those who waited
	Instead *Instead  `bson:"instead,omitempty"` // of a closed line: what everybody who waited is offered
	Joined  int       `bson:"joined,omitempty"`  // numbers given to people in an anonymous fair
	Meta    `bson:",inline"`
}

// LineState is what a recruiter has set the line to.
type LineState string

// The states of a line. Whether people may join also depends on its hours and
// on who is on duty.
const (
	LineOpen   LineState = "open"
	LinePaused LineState = "paused" // tickets stay, nobody is called, nobody new is refused
	LineClosed LineState = "closed" // nobody new
)

// Hours is one stretch of opening hours by the wall clock of the fair's zone:
// on those days of the week (0 is Sunday), from minute to minute of the day.
type Hours struct {
	Days []time.Weekday `bson:"days"`
	From int            `bson:"from"` // minutes since midnight
	To   int            `bson:"to"`   // after From, at most 1440
}

// DutyState is what a recruiter tells those who wait.
type DutyState string

// The states of duty.
const (
	OnDuty  DutyState = "on"
	OnBreak DutyState = "break"
	OffDuty DutyState = "off"
)

// Duty is one recruiter's being at the stand. Available means on duty with a
// live connection: AwayAt is set when the last one is gone, and turns into
// OffDuty when it stays so.
type Duty struct {
	Recruiter ID         `bson:"recruiter"`
	State     DutyState  `bson:"state"`
	Since     time.Time  `bson:"since"`
	Until     *time.Time `bson:"until,omitempty"` // of a break
	AwayAt    *time.Time `bson:"awayAt,omitempty"`
}

// Lengths is what a stand has measured of its interviews: the last ones, in
// seconds, newest last, at most KeptLengths. Of names the interviews, each of
// which is measured once.
type Lengths struct {
	Seconds []int `bson:"seconds,omitempty"`
	Of      []ID  `bson:"of,omitempty"`
}

// KeptLengths is how many measured interviews an estimate looks back on.
const KeptLengths = 30

// LineMessage is the length of a message to those who wait, in characters.
const LineMessage = 300

// AwayLimit is how long a recruiter on duty may be away before the duty ends by
// itself.
const AwayLimit = 2 * time.Minute

// DutyLasts is how long a recruiter who said nothing more counts as on duty.
const DutyLasts = 16 * time.Hour

// MaxBreak and MaxPause bound how long a recruiter and a line may rest before
// they are told to be off and closed.
const (
	MaxBreak = 2 * time.Hour
	MaxPause = 4 * time.Hour
)

// At is the state of duty at a moment: a break ends by itself, and so does what
// was said yesterday.
func (d Duty) At(now time.Time) DutyState {
	switch {
	case !now.Before(d.Since.Add(DutyLasts)):
		return OffDuty
	case d.State == OnBreak && d.Until != nil && !now.Before(*d.Until):
		return OnDuty
	}
	return d.State
}

// Available reports whether the recruiter takes calls at a moment: on duty, and
// not known to be away.
func (d Duty) Available(now time.Time) bool { return d.At(now) == OnDuty && d.AwayAt == nil }

// DutyOf is what a recruiter has said, and whether anything.
func (l Line) DutyOf(recruiter ID) (Duty, bool) {
	i := slices.IndexFunc(l.Duty, func(d Duty) bool { return d.Recruiter == recruiter })
	if i < 0 {
		return Duty{}, false
	}
	return l.Duty[i], true
}

// WithDuty is the line's duty after a recruiter has said something new.
func (l Line) WithDuty(d Duty) []Duty {
	duty := slices.DeleteFunc(slices.Clone(l.Duty), func(o Duty) bool { return o.Recruiter == d.Recruiter })
	return append(duty, d)
}

// Available counts the recruiters who take calls at a moment.
func (l Line) Available(now time.Time) (n int) {
	for _, d := range l.Duty {
		if d.Available(now) {
			n++
		}
	}
	return n
}

// manned reports whether anybody is at the stand, if only on a break.
func (l Line) manned(now time.Time) bool {
	return slices.ContainsFunc(l.Duty, func(d Duty) bool { return d.At(now) != OffDuty })
}

// ByHand is what the recruiters have set the line to at a moment: a pause ends
// by itself.
func (l Line) ByHand(now time.Time) LineState {
	if l.State == "" || l.State == LinePaused && !l.Until.IsZero() && !now.Before(l.Until) {
		return LineOpen
	}
	return l.State
}

// OpenNow reports whether people may join at a moment: nobody has closed the
// line, the fair is on, and the stand is within its hours (or was given longer).
// A stand without hours is open while somebody is on duty. A paused line still
// takes people.
func (l Line) OpenNow(f Fair, now time.Time) bool {
	switch {
	case l.ByHand(now) == LineClosed:
		return false
	case now.Before(f.StartsAt) || !now.Before(f.EndsAt):
		return false
	case now.Before(l.Longer):
		return true
	case len(l.Hours) == 0:
		return l.manned(now)
	}
	return slices.ContainsFunc(l.Hours, func(h Hours) bool { return h.Contains(now.In(f.Location())) })
}

// StateAt is what those who wait are told at a moment.
func (l Line) StateAt(f Fair, now time.Time) LineState {
	if !l.OpenNow(f, now) {
		return LineClosed
	}
	return l.ByHand(now)
}

// Day is the length of a day of 24 hours, in minutes: the end of hours that last
// until midnight.
const Day = 24 * 60

// MaxHours is how many stretches of opening hours a stand may have.
const MaxHours = 21

// Contains reports whether the wall clock of local stands within the hours.
// An hour that a change of the clocks repeats counts both times, and one that it
// leaves out never comes.
func (h Hours) Contains(local time.Time) bool {
	minute := local.Hour()*60 + local.Minute()
	return slices.Contains(h.Days, local.Weekday()) && h.From <= minute && minute < h.To
}

// Next is when the line opens by its hours after now: zero when it does not
// before the fair ends. It looks a week ahead.
func (l Line) Next(f Fair, now time.Time) time.Time {
	from := now
	if from.Before(f.StartsAt) {
		from = f.StartsAt
	}
	var next time.Time
	loc := f.Location()
	y, m, d := from.In(loc).Date()
	for day := range 8 {
		for _, h := range l.Hours {
			// time.Date moves what a change of the clocks leaves out.
			at := time.Date(y, m, d+day, h.From/60, h.From%60, 0, 0, loc)
			if at.Before(from) || !slices.Contains(h.Days, at.Weekday()) || !at.Before(f.EndsAt) {
				continue
			}
			if next.IsZero() || at.Before(next) {
				next = at
			}
		}
	}
	return next
}

// CheckHours refuses hours no clock shows.
func CheckHours(hours []Hours) error {
	if len(hours) > MaxHours {
		return Refuse("hours", "hours.many")
	}
	for _, h := range hours {
		if h.From < 0 || h.To > Day || h.To <= h.From || len(h.Days) == 0 || len(h.Days) > 7 {
			return Refuse("hours", "hours.order")
		}
		for i, d := range h.Days {
			if d < time.Sunday || d > time.Saturday || slices.Contains(h.Days[:i], d) {
				return Refuse("hours", "hours.order")
			}
		}
	}
	return nil
}

// LineShow is a line as everybody in it may see it.
type LineShow struct {
	Stand      ID
	Fair       ID
	State      LineState
	Until      time.Time // of a pause
	Message    Text
	Waiting    int
	Recruiters int // who take calls now
	Order      []ID
	Ranges     []Range // of Order, one each
	At         time.Time
}

// ShownTickets is how many tickets of a line are told of on its topic.
const ShownTickets = 200

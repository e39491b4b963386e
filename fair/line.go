package fair

import "time"

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
// seconds, newest last, at most KeptLengths.
type Lengths struct {
	Seconds []int `bson:"seconds,omitempty"`
}

// KeptLengths is how many measured interviews an estimate looks back on.
const KeptLengths = 30

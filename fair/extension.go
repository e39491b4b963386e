package fair

import "time"

// Extension is more time that was given to an interview.
type Extension struct {
	By    ID        `bson:"by"` // which of the two asked
	At    time.Time `bson:"at"`
	Until time.Time `bson:"until"` // the planned end from then on
}

// The limits of more time.
const (
	ExtensionTime = 5 * time.Minute  // what one extension gives
	MaxExtensions = 3                // of one interview
	TimeLeftFrom  = 5 * time.Minute  // before the planned end: from here on both see the time left
	askSlack      = 30 * time.Second // clocks of browsers differ from ours
)

// Extendable tells whether more time may be asked for at now, as far as the
// interview itself says: nil, or why not. Errors: Gone "interview.cancelled",
// "interview.ended"; Conflict "interview.notlive", "extension.many",
// "extension.early".
func (i Interview) Extendable(now time.Time) error {
	switch {
	case i.Over():
		return i.Meetable(now, true)
	case i.State != InterviewLive:
		return E(Conflict, "interview.notlive")
	case len(i.Extensions) >= MaxExtensions:
		return E(Conflict, "extension.many")
	case now.Before(i.PlannedEnd().Add(-TimeLeftFrom - askSlack)):
		return E(Conflict, "extension.early")
	}
	return nil
}

// Longer is the extension somebody asks for at now: from the planned end, or
// from now when that has passed.
func (i Interview) Longer(by ID, now time.Time) Extension {
	from := i.PlannedEnd()
	if from.Before(now) {
		from = now
	}
	return Extension{By: by, At: now, Until: from.Add(ExtensionTime)}
}

// FirstEnd is when the interview was to end before anybody asked for more.
func (i Interview) FirstEnd() time.Time {
	i.Extensions = nil
	return i.PlannedEnd()
}

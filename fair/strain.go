package fair

import "time"

// Strain is how badly the call of one person in an interview goes. While it goes
// well there is none.
type Strain struct {
	Level  string    `bson:"level"` // "weak"; "lost" when nothing comes through
	Cause  string    `bson:"cause"` // what is worst: "loss", "delay", "freeze", "cut"
	Since  time.Time `bson:"since"`
	Told   string    `bson:"told,omitempty"`   // what the person was proposed: "sound", "phone"
	ToldAt time.Time `bson:"toldAt,omitempty"` // since when
}

// Strains are those of a room, by account.
type Strains map[ID]Strain

// After is the strain that follows from what is seen now, when s was there
// before; false when the call goes well again.
func (s Strain) After(level, cause, told string, now time.Time) (Strain, bool) {
	if level == "good" {
		return Strain{}, false
	}
	next := Strain{Level: level, Cause: cause, Since: s.Since, Told: s.Told, ToldAt: s.ToldAt}
	if next.Since.IsZero() {
		next.Since = now
	}
	if told != "" && told != s.Told {
		next.Told, next.ToldAt = told, now
	}
	return next, true
}

// CallLive is a call in trouble as an organiser sees it: which stand's, and of
// each side how it does. It names nobody.
type CallLive struct {
	Stand ID
	Since time.Time // of the strain that has lasted longest
	Sides []CallSide
}

// CallSide is one person of a call in trouble.
type CallSide struct {
	Who RoleKind // Candidate or Recruiter; Adviser stands for every guest
	Strain
}

// CallOf sums up the strains of an interview under way; false when there are none.
func (i Interview) CallOf() (CallLive, bool) {
	c := CallLive{Stand: i.Stand}
	for account, s := range i.Strains {
		side := CallSide{Adviser, s}
		switch account {
		case i.Candidate:
			side.Who = Candidate
		case i.Recruiter:
			side.Who = Recruiter
		}
		if c.Since.IsZero() || s.Since.Before(c.Since) {
			c.Since = s.Since
		}
		c.Sides = append(c.Sides, side)
	}
	return c, len(c.Sides) > 0 && i.State == InterviewLive && i.Channel == Video
}

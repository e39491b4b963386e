package fair

import "time"

// Companion is the consent of a candidate that an adviser acts beside them:
// named by the candidate by mail address, accepted by the adviser, ended by
// either. At most one of a candidate is open (a unique index).
type Companion struct {
	ID         ID             `bson:"_id"`
	Candidate  ID             `bson:"candidate"`
	Email      string         `bson:"email"`             // the adviser's, as the candidate wrote it, lower case
	Adviser    ID             `bson:"adviser,omitempty"` // the account, once accepted
	Name       string         `bson:"name,omitempty"`    // the adviser's, once accepted
	State      CompanionState `bson:"state"`
	Open       bool           `bson:"open,omitempty"` // asked or active; what the unique index covers
	AskedAt    time.Time      `bson:"askedAt"`
	AcceptedAt *time.Time     `bson:"acceptedAt,omitempty"`
	EndedAt    *time.Time     `bson:"endedAt,omitempty"`
	EndedBy    ID             `bson:"endedBy,omitempty"`
	Meta       `bson:",inline"`
}

// CompanionState is where a consent stands.
type CompanionState string

// The states of a consent.
const (
	CompanionAsked  CompanionState = "asked"
	CompanionActive CompanionState = "active"
	CompanionEnded  CompanionState = "ended"
)

// CompanionTime is how long a consent lasts unless it is ended before: nobody
// should find years later that somebody may still act for them.
const CompanionTime = 365 * 24 * time.Hour

// The limits of mails to somebody whom another person names, an adviser or an
// interpreter: about one candidate or interview, to one address, by one account.
var (
	AskedAbout = Allowance{3, 24 * time.Hour}
	AskedTo    = Allowance{60, 24 * time.Hour}
	AskedBy    = Allowance{60, 24 * time.Hour}
)

// Active reports whether the adviser may act at now.
func (c Companion) Active(now time.Time) bool {
	return c.State == CompanionActive && c.AcceptedAt != nil && now.Before(c.AcceptedAt.Add(CompanionTime))
}

// Concerns reports whether the account is one of the two.
func (c Companion) Concerns(account ID) bool {
	return account != "" && (account == c.Candidate || account == c.Adviser)
}

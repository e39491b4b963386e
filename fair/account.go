package fair

import "time"

// RoleKind is a way of taking part.
type RoleKind string

// The roles. Speaker is given by a webconference that names the account, not
// by the account itself.
const (
	Candidate RoleKind = "candidate"
	Recruiter RoleKind = "recruiter"
	Organiser RoleKind = "organiser"
	Speaker   RoleKind = "speaker"
	Adviser   RoleKind = "adviser"
)

// Role is a right an account holds: candidate anywhere, adviser anywhere (of
// those who consent, see Companion), organiser of a fair, recruiter of a stand
// in a fair.
type Role struct {
	Kind  RoleKind `bson:"kind"`
	Fair  ID       `bson:"fair,omitempty"`
	Stand ID       `bson:"stand,omitempty"`
}

// Account is somebody who can sign in. Email is unique, lower case.
type Account struct {
	ID        ID        `bson:"_id"`
	Email     string    `bson:"email"`
	Name      string    `bson:"name"` // as shown to those one meets
	Locale    Lang      `bson:"locale"`
	Roles     []Role    `bson:"roles"`
	Demo      string    `bson:"demo,omitempty"` // "candidate/17" on a demo account
	Profile   Profile   `bson:"profile"`
	Feed      int64     `bson:"feed,omitempty"` // number of the calendar feed; negative once it was dropped
	CreatedAt time.Time `bson:"createdAt"`
	CameAt    time.Time `bson:"cameAt,omitempty"` // the last sign-in
	// Consents are what its owner has said yes or no to, the latest last; Objections
	// the uses of their data they do not want.
	Consents   []Consent   `bson:"consents,omitempty"`
	Objections []Objection `bson:"objections,omitempty"`
	// ErasedAt is since when the account is being erased: nobody signs in to it.
	ErasedAt *time.Time `bson:"erasedAt,omitempty"`
	// Forget says that a fair it took part in was erased, and when it is asked
	// whether the account is still needed.
	Forget *Forgetting `bson:"forget,omitempty"`
	Meta   `bson:",inline"`
}

// Forgetting is when an account is asked about, because of which fair.
type Forgetting struct {
	At   time.Time `bson:"at"`
	Fair ID        `bson:"fair"`
}

// Profile is what a candidate tells about the search, asked piece by piece.
type Profile struct {
	Headline     string         `bson:"headline,omitempty"`     // "Aide-soignante, 4 ans d'expérience"
	About        string         `bson:"about,omitempty"`        // a few lines
	Occupations  []string       `bson:"occupations,omitempty"`  // ROME codes aimed at
	Commune      string         `bson:"commune,omitempty"`      // INSEE code
	Availability string         `bson:"availability,omitempty"` // in words
	Phone        string         `bson:"phone,omitempty"`        // E.164; shown as DESIGN of the phone interview allows, nowhere else
	Radius       int            `bson:"radius,omitempty"`       // kilometres around Commune; 0: not said
	Skills       []string       `bson:"skills,omitempty"`       // in words
	Contracts    []string       `bson:"contracts,omitempty"`    // of Contracts()
	Languages    []string       `bson:"languages,omitempty"`    // in words, "anglais courant"
	Needs        InterviewNeeds `bson:"needs,omitempty"`        // see there
	HideCV       bool           `bson:"hideCV,omitempty"`       // stands read a CV only with an application that names it
}

// Actor is who acts in one call: the account behind a login session, with the
// rights it has now. The zero Actor is a visitor.
type Actor struct {
	Account ID
	Login   ID // the login session; raised generations and logout refer to it
	Name    string
	Locale  Lang
	Roles   []Role
	// Step is what the login still lacks. With one, the actor is nobody yet: it
	// holds no roles and SignedIn is false.
	Step Step
	// By and ByName are the adviser who acts for the account, which is a
	// candidate's then; empty when people act for themselves.
	By     ID
	ByName string
}

// Self is who really sits there: the adviser who acts for somebody, or the
// actor. Topics and rooms are entered in their name.
func (a Actor) Self() ID {
	if a.By != "" {
		return a.By
	}
	return a.Account
}

// Advises reports whether the actor takes part as an adviser.
func (a Actor) Advises() bool {
	for _, r := range a.Roles {
		if r.Kind == Adviser {
			return true
		}
	}
	return false
}

// SignedIn reports whether the actor is somebody.
func (a Actor) SignedIn() bool { return a.Account != "" && a.Step == StepDone }

// Organises reports whether the actor is an organiser of that fair.
func (a Actor) Organises(fair ID) bool {
	for _, r := range a.Roles {
		if r.Kind == Organiser && r.Fair == fair {
			return true
		}
	}
	return false
}

// Recruits reports whether the actor is a recruiter of that stand.
func (a Actor) Recruits(stand ID) bool {
	for _, r := range a.Roles {
		if r.Kind == Recruiter && r.Stand == stand {
			return true
		}
	}
	return false
}

// IsCandidate reports whether the actor takes part as a candidate.
func (a Actor) IsCandidate() bool {
	for _, r := range a.Roles {
		if r.Kind == Candidate {
			return true
		}
	}
	return false
}

// LoginSession is one signed-in device. The token itself, 256 random bits, is
// not stored: ID is the first half of its SHA-256 in our alphabet.
type LoginSession struct {
	ID        ID         `bson:"_id"`
	Account   ID         `bson:"account"`
	CreatedAt time.Time  `bson:"createdAt"`
	ExpiresAt time.Time  `bson:"expiresAt"` // a TTL index removes it afterwards
	Proof     Proof      `bson:"proof,omitempty"`
	Factor    bool       `bson:"factor,omitempty"`  // a second factor was given, or a passkey, which is both
	Ready     bool       `bson:"ready,omitempty"`   // and the account had all that recruiters and organisers must have
	Lacks     Step       `bson:"lacks,omitempty"`   // what was lacking when it was opened
	Issuer    string     `bson:"issuer,omitempty"`  // through which it came
	Foreign   []byte     `bson:"foreign,omitempty"` // what the issuer wants back when one signs out there, sealed
	Browser   string     `bson:"browser,omitempty"`
	SeenAt    time.Time  `bson:"seenAt"` // to the quarter of an hour
	EndedAt   *time.Time `bson:"endedAt,omitempty"`
	Meta      `bson:",inline"`
}

// Proof is what somebody signed in with first.
type Proof string

// The proofs.
const (
	ProofCode     Proof = "code"
	ProofPassword Proof = "password"
	ProofPasskey  Proof = "passkey"
	ProofInvited  Proof = "invitation"
	ProofForeign  Proof = "foreign"
	ProofDemo     Proof = "demo"
)

// Valid reports whether the login still stands for somebody at now.
func (l LoginSession) Valid(now time.Time) bool {
	return l.EndedAt == nil && now.Before(l.ExpiresAt)
}

// SignInCode is a pending sign-in by mail. One document per address: the
// attempts are counted on it, so that guessing in parallel changes nothing.
// The code is not stored: it follows from Seed and the house's secret. The
// address is kept for the mail and goes with the document, within two hours.
type SignInCode struct {
	ID        ID         `bson:"_id"` // keyed hash of the address
	Email     string     `bson:"email"`
	Locale    Lang       `bson:"locale"`
	Seed      []byte     `bson:"seed"`
	Attempts  int        `bson:"attempts"`
	Sent      int        `bson:"sent"` // mails within the current window
	WindowAt  time.Time  `bson:"windowAt"`
	ExpiresAt time.Time  `bson:"expiresAt"`
	UsedAt    *time.Time `bson:"usedAt,omitempty"`
	Meta      `bson:",inline"`
}

// The limits of a sign-in by code.
const (
	CodeLifetime   = 10 * time.Minute // from the mail to the last attempt
	CodeAttempts   = 5                // on one code
	CodesPerWindow = 5                // mails to one address within CodeWindow
	CodeWindow     = time.Hour
)

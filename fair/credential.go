package fair

import "time"

// Credential is what an account proves itself with, beside codes by mail. It is
// kept apart from the account, so that no list of accounts ever reads it.
type Credential struct {
	ID         ID         `bson:"_id"`                // the account's
	Password   string     `bson:"password,omitempty"` // argon2id, in the PHC string format
	PasswordAt *time.Time `bson:"passwordAt,omitempty"`
	TOTP       []byte     `bson:"totp,omitempty"` // the secret of one-time codes, sealed
	TOTPAt     *time.Time `bson:"totpAt,omitempty"`
	TOTPStep   int64      `bson:"totpStep,omitempty"` // the last period whose code was used
	Trial      []byte     `bson:"trial,omitempty"`    // a secret that no code has confirmed yet, sealed
	Recovery   []ID       `bson:"recovery"`           // keyed hashes of the recovery codes that are left
	Passkeys   []Passkey  `bson:"passkeys"`
	Foreign    []Foreign  `bson:"foreign,omitempty"` // who this is to other issuers
	Meta       `bson:",inline"`
}

// Passkey is a key that an authenticator keeps for an account.
type Passkey struct {
	ID     ID         `bson:"id"`
	Key    []byte     `bson:"key"`  // the credential's own id
	Data   []byte     `bson:"data"` // public key, counter and flags
	Name   string     `bson:"name"` // as its owner calls it
	At     time.Time  `bson:"at"`
	UsedAt *time.Time `bson:"usedAt,omitempty"`
}

// Foreign is an account as another issuer knows it.
type Foreign struct {
	ID     ID        `bson:"id"`     // derived from issuer and subject; one account has it
	Issuer string    `bson:"issuer"` // its key
	At     time.Time `bson:"at"`
}

// HasFactor reports whether there is something beside what comes by mail or is
// known by heart.
func (c Credential) HasFactor() bool { return len(c.TOTP) > 0 || len(c.Passkeys) > 0 }

// Equipped reports whether the account has all that recruiters and organisers
// must have: a password and one-time codes, or a passkey, which is both.
func (c Credential) Equipped() bool {
	return c.Password != "" && len(c.TOTP) > 0 || len(c.Passkeys) > 0
}

// Step is what a login still lacks before it stands for its account.
type Step string

// The steps.
const (
	StepDone   Step = ""       // nothing
	StepFactor Step = "factor" // the second factor
	StepSetup  Step = "setup"  // factors are to be set up first
)

// StepOf says what a login of that account lacks: recruiters and organisers have
// a password and a second factor, or a passkey, or come from an issuer with two
// factors; whoever has set up one-time codes is asked for them.
func StepOf(roles []Role, c Credential, l LoginSession) Step {
	must := MustProve(roles)
	switch {
	case !l.Factor && (must && c.HasFactor() || len(c.TOTP) > 0):
		return StepFactor
	case must && !l.Whole(c):
		return StepSetup
	}
	return StepDone
}

// Whole reports whether a login has given all that recruiters and organisers must.
func (l LoginSession) Whole(c Credential) bool {
	return l.Factor && (c.Equipped() || l.Proof == ProofForeign)
}

// MustProve reports whether these roles are never held on a mailed code alone.
func MustProve(roles []Role) bool {
	for _, r := range roles {
		if r.Kind == Recruiter || r.Kind == Organiser {
			return true
		}
	}
	return false
}

// Ceremony is an exchange with a browser or another site that is finished once:
// a passkey, a change of address, a sign-in elsewhere.
type Ceremony struct {
	ID        ID           `bson:"_id"`
	Kind      CeremonyKind `bson:"kind"`
	Account   ID           `bson:"account,omitempty"` // for whom, where that is known
	Data      []byte       `bson:"data"`
	ExpiresAt time.Time    `bson:"expiresAt"`
	UsedAt    *time.Time   `bson:"usedAt,omitempty"`
	Meta      `bson:",inline"`
}

// CeremonyKind says what a ceremony is good for; it is good for nothing else.
type CeremonyKind string

// The kinds of ceremony.
const (
	CeremonyRegister CeremonyKind = "passkey.register"
	CeremonyAssert   CeremonyKind = "passkey.assert"
	CeremonyMail     CeremonyKind = "mail.change"
	CeremonyForeign  CeremonyKind = "foreign"
	CeremonyLink     CeremonyKind = "foreign.link"
)

// CeremonyTime is how long one may take.
const CeremonyTime = 10 * time.Minute

// Quota counts how often something was tried within a window, under a keyed hash
// of what it is about: guesses at a password, mails to an address.
type Quota struct {
	ID       ID        `bson:"_id"`
	Used     int       `bson:"used"`
	WindowAt time.Time `bson:"windowAt"`
	Meta     `bson:",inline"`
}

// Allowance is how often something may be tried within a time.
type Allowance struct {
	Times  int
	Within time.Duration
}

// The limits of proofs, for one account or address each.
var (
	PasswordTries = Allowance{10, 15 * time.Minute}
	FactorTries   = Allowance{10, 15 * time.Minute}
)

// FreshFor is how recent a sign-in must be to change what the account proves
// itself with.
const FreshFor = 30 * time.Minute

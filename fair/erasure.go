package fair

import (
	"strings"
	"time"
)

// Erasure is the removal of what is held about one person, or about a fair whose
// time is over. It is the work while it is open, and the proof afterwards: how
// many documents of each kind went and when, without a name.
type Erasure struct {
	ID      ID             `bson:"_id"`               // of ErasureID: nothing is erased twice at once
	Account ID             `bson:"account,omitempty"` // whose, while it is open
	Email   string         `bson:"email,omitempty"`   // the address it had, while it is open
	Fair    ID             `bson:"fair,omitempty"`    // the fair whose time is over
	Cause   ErasureCause   `bson:"cause"`
	Open    bool           `bson:"open,omitempty"`
	At      time.Time      `bson:"at"`
	DueAt   *time.Time     `bson:"dueAt,omitempty"` // when the sweeper looks at it
	DoneAt  *time.Time     `bson:"doneAt,omitempty"`
	Counts  map[string]int `bson:"counts,omitempty"` // documents by kind, as the stores call it
	Meta    `bson:",inline"`
}

// ErasureCause is why something is erased.
type ErasureCause string

// The causes.
const (
	ErasedByOwner ErasureCause = "owner"     // the person asked for it
	ErasedByTime  ErasureCause = "retention" // the time it may be kept is over
)

// ErasureID is the id of the erasure of an account or of a fair.
func ErasureID(what ID) ID { return DeriveID("erasure", string(what)) }

// Erased says whom or what an erasure is about.
type Erased struct {
	Account ID
	Email   string
	Fair    ID
}

// Of says whom or what it is about.
func (e Erasure) Of() Erased { return Erased{e.Account, e.Email, e.Fair} }

// ErasedName is what somebody is called whose account was erased: what others
// keep, a meeting or an answer, still needs a word for who was there.
const ErasedName = "Compte supprimé (deleted account)"

// erasedDomain never receives mail (RFC 2606).
const erasedDomain = "@erased.invalid"

// ErasedEmail is the address of an erased account: nobody's, and unique.
func ErasedEmail(account ID) string { return string(account) + erasedDomain }

// IsErasedEmail reports whether an address is that of an erased account.
func IsErasedEmail(email string) bool { return strings.HasSuffix(email, erasedDomain) }

// The times of an erasure.
const (
	ErasureFresh = 10 * time.Minute // how recent a sign-in must be to ask for it
	ErasureLate  = time.Minute      // after which what was on its way is erased too
)

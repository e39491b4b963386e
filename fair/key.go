package fair

import (
	"slices"
	"time"
)

// Key is what a program shows in place of a cookie. An organiser makes it for a
// fair or for one of its stands; it does what its scopes name there and nothing
// else, and reads no candidate's data. It is good for as long as whoever made it
// organises the fair. The secret itself, 256 random bits, is not stored.
type Key struct {
	ID        ID         `bson:"_id"` // follows from the secret
	Fair      ID         `bson:"fair"`
	Stand     ID         `bson:"stand,omitempty"` // "": the whole fair
	Name      string     `bson:"name"`            // as its maker calls it
	Scopes    []Scope    `bson:"scopes"`
	By        ID         `bson:"by"`
	At        time.Time  `bson:"at"`
	ExpiresAt time.Time  `bson:"expiresAt"`
	UsedAt    *time.Time `bson:"usedAt,omitempty"` // to the minute
	EndedAt   *time.Time `bson:"endedAt,omitempty"`
	Meta      `bson:",inline"`
}

// Valid reports whether the key still opens anything at now.
func (k Key) Valid(now time.Time) bool { return k.EndedAt == nil && now.Before(k.ExpiresAt) }

// May reports whether the key may do what a scope names.
func (k Key) May(s Scope) bool { return slices.Contains(k.Scopes, s) }

// Roles are what the key stands for.
func (k Key) Roles() []Role {
	if k.Stand != "" {
		return []Role{{Kind: Recruiter, Fair: k.Fair, Stand: k.Stand}}
	}
	return []Role{{Kind: Organiser, Fair: k.Fair}}
}

// Scope is a kind of things a key may do.
type Scope string

// The scopes.
const (
	ScopeRead   Scope = "read"   // what desks show of stands, offers and rules
	ScopeOffers Scope = "offers" // write offers
	ScopeSlots  Scope = "slots"  // write slots and their rules
)

// Scopes lists them.
func Scopes() []Scope { return []Scope{ScopeRead, ScopeOffers, ScopeSlots} }

// The bounds of keys.
const (
	KeysShown   = 100 // of a fair, on its screen
	LongestKey  = 366 // days
	KeyNameSize = 60  // characters
)

// KeysMade is how many keys a fair may have made.
var KeysMade = Allowance{20, 24 * time.Hour}

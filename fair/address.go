package fair

import "time"

// AddressChange is somebody's wish to be reached, and to sign in, at another mail
// address. It counts once it is confirmed at the new one; the old one is told and
// may take it back.
type AddressChange struct {
	ID        ID           `bson:"_id"`
	Account   ID           `bson:"account"`
	From      string       `bson:"from"`
	To        string       `bson:"to"`
	Locale    Lang         `bson:"locale"`
	State     AddressState `bson:"state"`
	At        time.Time    `bson:"at"`
	ExpiresAt time.Time    `bson:"expiresAt"` // of the confirmation, then of taking it back
	Meta      `bson:",inline"`
}

// AddressState says how far a change of address is.
type AddressState string

// The states of a change of address.
const (
	AddressAsked     AddressState = "asked"
	AddressConfirmed AddressState = "confirmed"
	AddressUndone    AddressState = "undone" // taken back from the old address
	AddressVoid      AddressState = "void"   // an earlier change was taken back
)

// How long a change of address may be confirmed, and taken back, and is kept.
const (
	AddressTime = 24 * time.Hour
	AddressBack = 7 * 24 * time.Hour
	AddressKept = 30 * 24 * time.Hour
)

// The limits of changes of address: by one account, and to one address.
var (
	AddressesBy = Allowance{5, 24 * time.Hour}
	AddressesTo = Allowance{3, 24 * time.Hour}
)

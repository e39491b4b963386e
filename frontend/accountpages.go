package frontend

import (
	"html/template"
	"time"
)

// ProtectPage leads through setting up what proves who somebody is.
type ProtectPage struct {
	Page
	// Next is the local path to go on to.
	Next string
	// Must tells that the role asks for it; else it is by choice.
	Must bool
	// Password and TOTP tell what is there already.
	Password, TOTP bool
	// Passkey tells that browsers give this site passkeys.
	Passkey bool
	// Secret is what an authenticator app is given, by hand; QR the same as a
	// picture. Both are empty while the password comes first.
	Secret string
	QR     template.URL
	// Field is the form that was refused, "password" or "totp", and Problem why.
	Field, Problem string
	// Codes are the recovery codes, shown once and alone on their page.
	Codes []string
}

// InvitationPage asks who follows the link of an invitation whether they take it.
type InvitationPage struct {
	Page
	// Mail is the address that was asked, Role the role: "recruiter", "organiser",
	// "adviser", "speaker"; Stand is of a recruiter.
	Mail, FairName, Stand, Role string
	// Other tells that somebody is signed in, who will be signed out by it.
	Other bool
}

// ElsewherePage sends somebody to another site, to sign in or out there.
type ElsewherePage struct {
	Page
	To      string
	Leaving bool
}

// AddressPage asks for the press that changes a mail address, or changes it back.
type AddressPage struct {
	Page
	From, To string
	Undo     bool
}

// IssuerItem is another site that says who somebody is.
type IssuerItem struct{ Key, Name string }

// AccountPage is "Mon compte".
type AccountPage struct {
	Page
	Name, Mail, Locale string
	// Password and TOTP tell what is set up, Recovery how many codes are left.
	Password, TOTP bool
	Recovery       int
	// Passkey tells that browsers give this site passkeys; Passkeys are the
	// account's.
	Passkey  bool
	Passkeys []PasskeyItem
	// Next is this page's path, to come back to.
	Next string
	// Linked are the accounts of other sites that open this one, Issuers the sites
	// that may be added, Claim the name of one that waits for a press.
	Linked  []PasskeyItem
	Issuers []IssuerItem
	Claim   string
	Devices []DeviceItem
	// Reads are who has read what is the person's, the latest first.
	Reads []ReadItem
}

// PasskeyItem is a passkey of the account.
type PasskeyItem struct {
	ID, Name string
	Made     time.Time
}

// DeviceItem is a browser that is signed in; Here is the one at hand.
type DeviceItem struct {
	ID, Browser string
	Seen        time.Time
	Here        bool
}

// ReadItem is one look: who ("" when the account is gone), what ("cv.read",
// "profile.read", "phone.revealed"), and by which right ("interview"...).
type ReadItem struct {
	Who, What, Why string
	At             time.Time
}

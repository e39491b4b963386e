package frontend

import "html/template"

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

package fair

import "slices"

// Issuer is another site that says who somebody is, by OpenID Connect.
type Issuer struct {
	Key   string     // in addresses: "franceconnect"
	Name  string     // as its button says
	Roles []RoleKind // who may come through it
}

// Serves reports whether everybody with these roles may come through the issuer.
func (i Issuer) Serves(roles []Role) bool {
	for _, r := range roles {
		if !slices.Contains(i.Roles, r.Kind) {
			return false
		}
	}
	return true
}

// Exchange is one sign-in at an issuer: the secrets that tie its answer to the
// browser that asked (OpenID Connect Core 1.0, 3.1.2.1; RFC 7636).
type Exchange struct {
	State, Nonce, Verifier string
	Back                   string // the address it answers to
}

// Vouched is what an issuer says of somebody, once its signature was checked.
type Vouched struct {
	Subject  string // who this is to the issuer
	Email    string // lower case; "" when it does not tell
	Verified bool   // the issuer has seen that the address is theirs
	Name     string
	Strong   bool   // it asked for two factors
	Token    string // its own token, for signing out there
}

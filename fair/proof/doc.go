// Package proof holds what proves who somebody is: passwords, one-time codes,
// recovery codes and passkeys. It computes and checks; it keeps nothing, knows
// no account and asks nobody. Package service decides what a proof is worth,
// counts the attempts and stores what follows.
//
// A Hasher is shared by all requests. It bounds how many passwords are hashed at
// once and how many wait for that, because each takes 19 MiB and some tens of
// milliseconds on purpose: past the bound it refuses with Unavailable, so that a
// thousand guesses at once cost the rest of the house nothing.
//
// A Relying is this site as authenticators see it. Browsers give passkeys to
// domains alone, so a site reached by an IP address has none.
//
// Secrets that must be read again (that of a one-time code) are sealed under a
// key of the house; those that need not (passwords, recovery codes) are kept as
// hashes.
package proof

// Package issuer asks other sites who somebody is, by OpenID Connect:
// FranceConnect, ProConnect, the directory of a company. It finds out how an
// issuer is spoken to, writes the address a browser is sent to, and reads the
// answer; it knows no account and keeps nothing. Package service ties an exchange
// to a browser and decides what an answer is worth.
//
// Nothing is asked of an issuer before somebody wants to come through it, so one
// that is down neither stops the start nor anybody else's sign-in. What it says of
// itself is kept for a day, and longer while it cannot be reached; after a failure
// it is left alone for some seconds. Each request has a deadline and an answer has
// a largest size.
//
// An answer counts when its signature is by a key the issuer publishes now (an
// unknown key has the keys read again), with an asymmetric algorithm, and when it
// is meant for us, for this exchange, and has not lapsed.
//
// Several requests share an Issuer; its mutex guards what was found out, and is
// never held while something is asked.
package issuer

// Package fair holds the nouns of an online recruitment fair and the rules
// they obey: Fair, Stand, Offer, Slot, Interview, Webconference, Account,
// Person.
//
// It imports nothing of the house and nothing that touches the outside: no
// store, no clock, no network. A rule takes the time it needs as an argument
// and answers with a value or an *Error whose Kind says what sort of refusal
// it is. What must hold under concurrency is stated here as data (which fields
// one conditional update may read) and enforced by the stores.
//
// Types carry bson tags because they are stored as they are. They carry no
// json tags: what leaves the server is an explicit view, private until
// somebody shows it.
//
// All times are UTC with millisecond precision, the precision of the store.
package fair

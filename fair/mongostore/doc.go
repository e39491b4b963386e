// Package mongostore keeps what fair describes in MongoDB, through the official
// driver: one store per noun, their indexes, and the migrations.
//
// A store takes and gives fair types and knows no use case. Each rule that must
// hold while many act at once is one conditional update whose filter holds all
// the rule reads, or a unique index; there are no transactions. Filters and
// updates are built from typed values only, never from a caller's document, so
// no operator can come in from outside.
//
// Every change grows rev by one and sets updatedAt, and carries what it owes
// the world in the same update (fair.Effect). A conditional update that matches
// nothing may be the repetition of one that succeeded, because a driver repeats
// a write whose answer was lost: the methods that decide who wins recognise
// their own earlier success and say so.
//
// Every call has a deadline (Timeout). A store that cannot be reached is an
// error of kind Unavailable; a document that is not there is an error of kind
// NotFound; a unique index that refuses is an error of kind Conflict.
//
// TTL indexes delete data and never change state. What they delete is in
// index.go; how long each document is kept is decided where it is made.
package mongostore

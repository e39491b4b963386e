// Package web is the fair over HTTP: the operations of the API under /api/v1,
// the JSON views they answer with, the pages rendered on the server, the cookie
// of a login session, and the one place where a refusal becomes a status.
//
// It decides nothing about the fair: every right and every rule is in service.
// What it decides is the edge: who may knock at which route (the table in
// authz.go, deny by default), whether a request that carries a cookie comes
// from our own pages, how often one address may try to sign in, and what of an
// error may be seen outside.
//
// Three rules hold everywhere:
//
//   - an error becomes an answer in Server.problem and nowhere else; one that
//     nobody classified is told as "our fault" with a request id, its text goes
//     to the log;
//   - what leaves is an explicit view: a fair type is never encoded;
//   - nothing of a Fiber context outlives its handler, because Fiber reuses the
//     memory; the App made here is immutable as well, which copies at the edge.
//
// State: a Server is made once and then only read, but for the rate limiters,
// which guard themselves. It logs one line per request with the pattern of the
// route, never its path, and no fact about a person.
package web

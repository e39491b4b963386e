// Package service holds the use cases of a fair, and who may do them.
//
// Every method takes a context and the fair.Actor who acts, decides whether
// that actor may, and answers with fair types or a *fair.Error. It owns no
// state beside what its stores keep, knows neither HTTP nor the websocket,
// and declares here the small interfaces it needs; cmd wires them.
//
// What must hold when many act at once is never check-then-write: it is a
// unique index, or one conditional update on one document that holds all the
// rule reads. Where a use case takes several steps (Book, OpenSlots,
// CancelInterview), each step recognises itself, and whoever dies between two
// of them leaves something that lapses, or that the Dispatcher completes.
//
// What a change owes the world (mail, index, screens, audit, the next step) is
// written in the same update as an effect, delivered at least once by the
// Dispatcher, then struck off. Withdrawn rights are told to the room at once,
// after the store, and again by the Dispatcher should that fail.
//
// Who may what:
//
//	visitor        read fairs, stands, offers, slots, talks; watch open talks
//	signed in      the own account, interviews, outbox (demo)
//	candidate      Book; JoinLine, answer for their own tickets
//	both parties   read, join, cancel an interview, switch its channel, its calendar
//	its recruiter  start, end, answer an interview, notes, the candidate's number
//	candidate      wishes of their own in a draw
//	recruiter      edit the stand and its offers, open and withdraw its slots, its
//	               weekly availability; CallNext and all else of its line; answer a
//	               call of theirs for somebody met by phone
//	organiser      all of a recruiter at every stand of the fair but calling and
//	               duty; longer hours, moving a whole line; its rules, how
//	               slots are released, draws; import, create
//	               and edit talks, kick, demote; host in their rooms
//	speaker        on stage; open and end the talk, its encoder tokens
//	the house      CreateFair, Enrol, Organise, Recruit, CreateTalk: no route leads there
//
// An interview does not exist for anybody but its two parties, organisers
// included: they are answered NotFound.
package service

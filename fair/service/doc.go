// Package service holds the use cases of a fair, and who may do them.
//
// Every method takes a context and the fair.Actor who acts, decides whether
// that actor may, and answers with fair types or a *fair.Error. It owns no
// state beside what its stores keep, knows neither HTTP nor the websocket,
// and declares here the small interfaces it needs; cmd wires them.
//
// What must hold when many act at once is never check-then-write: it is a
// unique index, or one conditional update on one document that holds all the
// rule reads. What a change owes the world (mail, index, screens, audit) is
// written in the same update as an effect and delivered by the Dispatcher.
package service

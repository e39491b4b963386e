// Package live joins the two wings: what the service says happened becomes
// messages on the screens concerned, and what is seen in rooms is told to the
// service.
//
// One Live is service.Notifier, service.RoomLocator and service.Presence on one
// side, signaling.Gate and signaling.Observer on the other. The service and the hub
// are both made with it, so it is made first and connected to them afterwards,
// once, before anything runs; after that it never changes.
//
// What it shows is a view that anybody who may follow the topic may see: an
// interview to its two parties, a slot and a talk to everybody, a line to those
// who were given the right with their place, a ticket to its owner. Nothing of a
// person is in a view.
package live

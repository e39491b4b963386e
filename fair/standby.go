package fair

import (
	"strings"
	"time"
)

// StandbyState is where a place on the waiting list stands.
type StandbyState string

// The states of a standby. It is open while it waits or is offered a seat.
const (
	StandbyWaiting StandbyState = "waiting"
	StandbyOffered StandbyState = "offered"
	StandbyBooked  StandbyState = "booked" // the person has a seat
	StandbyLeft    StandbyState = "left"   // of their own will
	StandbyLapsed  StandbyState = "lapsed" // offers unanswered, or the hour has come
)

// EitherChannel is the channel of a standby that takes a seat of any: what is
// offered then has its own.
const EitherChannel Channel = "either"

// Closed reports whether nothing is offered to it any more.
func (s StandbyState) Closed() bool { return s != StandbyWaiting && s != StandbyOffered }

// Standby is a place on the waiting list for a seat: at any slot of a stand, or
// at one. A free seat is offered to one person at a time, by rank, and held for
// that person meanwhile.
type Standby struct {
	ID        ID           `bson:"_id"`
	Fair      ID           `bson:"fair"`
	Stand     ID           `bson:"stand"`
	Slot      ID           `bson:"slot"` // "": any of the stand; with candidate and stand unique while open
	Candidate ID           `bson:"candidate"`
	Channel   Channel      `bson:"channel"` // which the seat must have; EitherChannel: any
	State     StandbyState `bson:"state"`
	Open      bool         `bson:"open"` // waiting or offered
	Rank      string       `bson:"rank"` // see Rank; written once
	// Offer is the seat offered now or, in another state, the last one.
	Offer     *SeatOffer `bson:"offer,omitempty"`
	Passed    []ID       `bson:"passed,omitempty"` // slots that went on to the next person
	Misses    int        `bson:"misses,omitempty"` // offers without an answer
	DueAt     *time.Time `bson:"dueAt,omitempty"`  // when the offer, or the slot waited for, is over
	Interview ID         `bson:"interview,omitempty"`
	JoinedAt  time.Time  `bson:"joinedAt"`
	Meta      `bson:",inline"`
}

// SeatOffer is a seat that is held for somebody.
type SeatOffer struct {
	Slot     ID        `bson:"slot"`
	Start    time.Time `bson:"start"`
	End      time.Time `bson:"end"`
	Channels []Channel `bson:"channels"`
	Until    time.Time `bson:"until"`
}

// The limits of a waiting list.
const (
	MaxStandbys   = 20              // open ones of one person at a fair
	StandbyMisses = 2               // unanswered offers after which a standby lapses
	OfferLead     = 5 * time.Minute // an offer ends so long before its slot begins
	OfferLeast    = 2 * time.Minute // a shorter offer is not made: the seat is free for all
)

// Seat is the offer, or the last one; zero when there was none.
func (s Standby) Seat() SeatOffer {
	if s.Offer == nil {
		return SeatOffer{}
	}
	return *s.Offer
}

// Offered reports whether that slot is offered to it now.
func (s Standby) Offered(slot ID) bool {
	return s.State == StandbyOffered && s.Offer != nil && s.Offer.Slot == slot
}

// standbyKey begins the key of the hold of an offered seat; SeatKey is that of a
// freed seat before it is known whose turn it is.
const (
	standbyKey = "standby."
	SeatKey    = "seat"
)

// Key is the key with which its seat is held, and booked.
func (s Standby) Key() string { return standbyKey + string(s.ID) }

// StandbyOf reads the key of a hold: whose offer it is.
func StandbyOf(key string) (standby ID, ok bool) {
	rest, ok := strings.CutPrefix(key, standbyKey)
	return ID(rest), ok
}

// OfferUntil is when an offer of a slot made at now ends; ok is false when that
// leaves too little time to answer.
func OfferUntil(start, now time.Time, lasts time.Duration) (until time.Time, ok bool) {
	until = now.Add(lasts)
	if last := start.Add(-OfferLead); last.Before(until) {
		until = last
	}
	return until, until.Sub(now) >= OfferLeast
}

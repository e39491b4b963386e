package fair

import "time"

// Channel is how two people meet.
type Channel string

// The channels of an interview.
const (
	Video Channel = "video"
	Phone Channel = "phone"
)

// SlotState is where a slot stands.
type SlotState string

// The states of a slot. A held slot whose hold has lapsed is as good as free.
const (
	SlotFree      SlotState = "free"
	SlotHeld      SlotState = "held"
	SlotBooked    SlotState = "booked"
	SlotWithdrawn SlotState = "withdrawn"
)

// HoldTime is how long a booking may take between claiming the slot and
// confirming it.
const HoldTime = 10 * time.Second

// Slot is one bookable place in time with one recruiter: one seat.
type Slot struct {
	ID        ID        `bson:"_id"`
	Fair      ID        `bson:"fair"`
	Stand     ID        `bson:"stand"`
	Recruiter ID        `bson:"recruiter"`
	Start     time.Time `bson:"start"`
	End       time.Time `bson:"end"`
	Channels  []Channel `bson:"channels"`
	State     SlotState `bson:"state"`
	Hold      *Hold     `bson:"hold,omitempty"`
	Booking   *Booking  `bson:"booking,omitempty"`
	Meta      `bson:",inline"`
}

// Hold is a short claim on a slot while the candidate's own calendar is asked.
type Hold struct {
	Candidate ID        `bson:"candidate"`
	Key       string    `bson:"key"` // the idempotency key
	Until     time.Time `bson:"until"`
}

// Booking is a kept seat. Key is the idempotency key it was made with: the
// same account and key get the same answer again, the same key with another
// channel is refused.
type Booking struct {
	ID        ID        `bson:"id"`
	Candidate ID        `bson:"candidate"`
	Interview ID        `bson:"interview"`
	Channel   Channel   `bson:"channel"`
	Key       string    `bson:"key"`
	At        time.Time `bson:"at"`
}

// Offers reports whether the slot can be held on that channel.
func (s Slot) Offers(c Channel) bool {
	for _, have := range s.Channels {
		if have == c {
			return true
		}
	}
	return false
}

// Claimable reports whether somebody could take the slot at now.
func (s Slot) Claimable(now time.Time) bool {
	if !s.Start.After(now) {
		return false
	}
	return s.State == SlotFree || s.State == SlotHeld && s.Hold != nil && !now.Before(s.Hold.Until)
}

// SlotQuery selects slots of a fair in order of time.
type SlotQuery struct {
	Stand ID
	Free  bool // only those that can be taken now
	From  time.Time
	To    time.Time
	Page  int
	Limit int
}

// SlotPlan asks for a run of equal slots, back to back with Buffer between.
type SlotPlan struct {
	Recruiter ID // empty: the actor
	Start     time.Time
	Duration  time.Duration // 10 to 90 minutes
	Buffer    time.Duration // 0 to 30 minutes
	Count     int           // 1 to 40
	Channels  []Channel
}

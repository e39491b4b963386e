package fair

import "time"

// Extra is the time an appointment takes beyond its slot, for somebody who needs
// more: both calendars have it, and the slots of the recruiter that begin in it
// are held, so that nobody else takes them.
type Extra struct {
	Until time.Time `bson:"until"`
	Slots []ID      `bson:"slots,omitempty"`
	Open  bool      `bson:"open,omitempty"` // meant and not taken yet: the appointment ends with its slot
}

// Ends is when the appointment on the slot is planned to end: with the slot, or
// later.
func (s Slot) Ends() time.Time {
	if s.Booking != nil && s.Booking.Extra != nil && !s.Booking.Extra.Open {
		return s.Booking.Extra.Until
	}
	return s.End
}

// takes reports whether an entry after the slot's end is of its extra time.
func (s Slot) takes(b Busy, now time.Time) bool {
	if s.State == SlotHeld {
		return !s.Hold.Lapsed(now)
	}
	return s.Booking != nil && s.Booking.Extra != nil && !b.End.After(s.Booking.Extra.Until)
}

// extraKey begins the key of the holds of extra time.
const extraKey = "extra."

// ExtraKey is the key with which slots are held for what an appointment on a slot
// takes beyond it.
func ExtraKey(slot, booking ID) string { return pair(extraKey, slot, booking) }

// ExtraOf reads the key of a hold: for the appointment on which slot, by which
// booking.
func ExtraOf(key string) (slot, booking ID, ok bool) {
	return pairOf(extraKey, key)
}

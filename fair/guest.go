package fair

import "time"

// Guest is a third named person in one interview: an interpreter, named by
// mail address by one of the two or by an organiser. An adviser needs no such
// entry: the candidate's consent is enough (Companion).
type Guest struct {
	ID    ID        `bson:"id"`
	Email string    `bson:"email"` // lower case; whoever signs in with it has the seat
	Name  string    `bson:"name"`  // as the one who named them says
	By    ID        `bson:"by"`
	At    time.Time `bson:"at"`
}

// MaxGuests is how many interpreters an interview has a seat for. With an
// adviser a room then holds four, for which it is made.
const MaxGuests = 1

// GuestWith finds the guest with that address.
func (i Interview) GuestWith(email string) (Guest, bool) {
	for _, g := range i.Guests {
		if email != "" && g.Email == email {
			return g, true
		}
	}
	return Guest{}, false
}

// Guest finds a guest by id.
func (i Interview) Guest(id ID) (Guest, bool) {
	for _, g := range i.Guests {
		if g.ID == id {
			return g, true
		}
	}
	return Guest{}, false
}

package mongostore

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo/options"

	"salon/fair"
)

// Tickets keeps the places in lines. That one person has at most one open ticket
// at a stand is a unique index; every change of state is one conditional update.
type Tickets struct{ collection[fair.Ticket] }

// byRank is the order of a line.
var byRank = eq("joinedAt", 1, "_id", 1)

// OpenAt is the open ticket of a person at a stand. Errors: NotFound.
func (s *Tickets) OpenAt(ctx context.Context, stand, candidate fair.ID) (fair.Ticket, error) {
	return s.one(ctx, eq("stand", stand, "candidate", candidate, "open", true))
}

// Line lists at most limit open tickets of a stand by rank.
func (s *Tickets) Line(ctx context.Context, stand fair.ID, limit int) ([]fair.Ticket, error) {
	return s.find(ctx, eq("stand", stand, "open", true), options.Find().SetSort(byRank).SetLimit(int64(limit)))
}

// OfFair lists the open tickets of every stand of a fair by rank.
func (s *Tickets) OfFair(ctx context.Context, fairID fair.ID) ([]fair.Ticket, error) {
	return s.find(ctx, eq("fair", fairID, "open", true), options.Find().SetSort(byRank))
}

// Latest is the ticket of a stand, open or not, that was changed last; only its id
// and the bookkeeping are read. Errors: NotFound.
func (s *Tickets) Latest(ctx context.Context, stand fair.ID) (fair.Ticket, error) {
	list, err := s.find(ctx, eq("stand", stand), options.Find().SetSort(eq("updatedAt", -1)).SetLimit(1).
		SetProjection(eq("rev", 1, "updatedAt", 1)))
	if err == nil && len(list) == 0 {
		return fair.Ticket{}, s.missing()
	}
	if err != nil {
		return fair.Ticket{}, err
	}
	return list[0], nil
}

// Turns lists the tickets of a fair whose turn came in a stretch of time and who
// answered "ready", with the two times between which they waited.
func (s *Tickets) Turns(ctx context.Context, fairID fair.ID, from, to time.Time, limit int) ([]fair.Ticket, error) {
	return s.find(ctx, bson.D{
		{Key: "fair", Value: fairID},
		{Key: "call.at", Value: bson.D{{Key: "$gte", Value: from}, {Key: "$lt", Value: to}}},
		{Key: "state", Value: bson.D{{Key: "$in", Value: bson.A{fair.TicketMeeting, fair.TicketDone}}}},
	}, options.Find().SetSort(eq("call.at", 1)).SetLimit(int64(limit)).SetProjection(eq("joinedAt", 1, "call", 1)))
}

// Of lists the tickets of a person that are open, or were closed since a time,
// at most limit, by the time of joining, the latest first.
func (s *Tickets) Of(ctx context.Context, candidate fair.ID, since time.Time, limit int) ([]fair.Ticket, error) {
	return s.find(ctx, bson.D{
		{Key: "candidate", Value: candidate},
		{Key: "$or", Value: bson.A{eq("open", true), bson.D{{Key: "closedAt", Value: bson.D{{Key: "$gte", Value: since}}}}}},
	}, options.Find().SetSort(eq("joinedAt", -1, "_id", -1)).SetLimit(int64(limit)))
}

// Due lists at most limit open tickets the sweeper has to look at.
func (s *Tickets) Due(ctx context.Context, now time.Time, limit int) ([]fair.Ticket, error) {
	return s.find(ctx, bson.D{{Key: "dueAt", Value: bson.D{{Key: "$lte", Value: now}}}},
		options.Find().SetSort(eq("dueAt", 1)).SetLimit(int64(limit)))
}

// Call makes a waiting ticket called, if it still stands in that line and may be
// called now.
func (s *Tickets) Call(ctx context.Context, id, stand fair.ID, c fair.Call, reason string, effects ...fair.Effect) (fair.Ticket, bool, error) {
	return s.change(ctx, bson.D{
		{Key: "_id", Value: id},
		{Key: "stand", Value: stand},
		{Key: "state", Value: fair.TicketWaiting},
		{Key: "handing", Value: bson.D{{Key: "$exists", Value: false}}},
		{Key: "$and", Value: bson.A{
			bson.D{{Key: "$or", Value: bson.A{absent("notBefore"), bson.D{{Key: "notBefore", Value: bson.D{{Key: "$lte", Value: c.At}}}}}}},
			bson.D{{Key: "$or", Value: bson.A{absent("recruiter"), eq("recruiter", c.Recruiter)}}},
		}},
	}, update{set: eq("state", fair.TicketCalled, "call", c, "dueAt", c.Until, "reason", reason)}, effects...)
}

func absent(field string) bson.D {
	return bson.D{{Key: field, Value: bson.D{{Key: "$exists", Value: false}}}}
}

// called matches a ticket that is at this very call.
func called(id, interview fair.ID) bson.D {
	return eq("_id", id, "state", fair.TicketCalled, "call.interview", interview)
}

// Ready makes a called ticket one that meets, before the call is over.
func (s *Tickets) Ready(ctx context.Context, id, interview fair.ID, now, due time.Time, effects ...fair.Effect) (fair.Ticket, bool, error) {
	filter := append(called(id, interview), bson.E{Key: "call.until", Value: bson.D{{Key: "$gt", Value: now}}})
	return s.change(ctx, filter, update{
		set:   eq("state", fair.TicketMeeting, "dueAt", due),
		unset: eq("graceAt", "", "graceUntil", "", "notBefore", ""),
	}, effects...)
}

// Postpone lets others pass, once: a waiting ticket, or a called one before the
// call is over. Its rank stays.
func (s *Tickets) Postpone(ctx context.Context, t fair.Ticket, now, until time.Time, effects ...fair.Effect) (fair.Ticket, bool, error) {
	filter := eq("_id", t.ID, "state", t.State, "postpones", 0)
	if t.State == fair.TicketCalled {
		filter = append(filter, bson.E{Key: "call.interview", Value: t.Call.Interview},
			bson.E{Key: "call.until", Value: bson.D{{Key: "$gt", Value: now}}})
	}
	return s.change(ctx, filter, update{
		set:   eq("state", fair.TicketWaiting, "notBefore", until),
		inc:   eq("postpones", 1),
		unset: eq("graceAt", "", "graceUntil", "", "dueAt", "", "warnedAt", ""),
	}, effects...)
}

// Here notes that the person is back: the grace period is over and done with. A
// ticket that is being called stays so until the call is over. T is as it was read.
func (s *Tickets) Here(ctx context.Context, t fair.Ticket, effects ...fair.Effect) (fair.Ticket, bool, error) {
	u := update{unset: eq("graceAt", "", "graceUntil", "")}
	if t.State == fair.TicketWaiting {
		u.unset = append(u.unset, bson.E{Key: "dueAt", Value: ""})
	}
	filter := append(as(t), bson.E{Key: "graceAt", Value: bson.D{{Key: "$exists", Value: true}}})
	return s.change(ctx, filter, u, effects...)
}

// Unanswered ends a call that nobody answered in time: the ticket waits again
// until its grace is over.
func (s *Tickets) Unanswered(ctx context.Context, id, interview fair.ID, now, graceAt, graceUntil time.Time, effects ...fair.Effect) (fair.Ticket, bool, error) {
	filter := append(called(id, interview), bson.E{Key: "call.until", Value: bson.D{{Key: "$lte", Value: now}}})
	return s.change(ctx, filter, update{
		set: eq("state", fair.TicketWaiting, "graceAt", graceAt, "graceUntil", graceUntil, "dueAt", graceUntil),
		inc: eq("skips", 1),
	}, effects...)
}

// Away begins the grace period of a waiting ticket whose turn has come.
func (s *Tickets) Away(ctx context.Context, id fair.ID, at, until time.Time, effects ...fair.Effect) (fair.Ticket, bool, error) {
	return s.change(ctx, append(eq("_id", id, "state", fair.TicketWaiting), absent("graceAt")...),
		update{set: eq("graceAt", at, "graceUntil", until, "dueAt", until)}, effects...)
}

// Lengthen moves the end of a grace period that was read as ending at from.
func (s *Tickets) Lengthen(ctx context.Context, id fair.ID, from, until time.Time, effects ...fair.Effect) error {
	_, _, err := s.change(ctx, eq("_id", id, "state", fair.TicketWaiting, "graceUntil", from),
		update{set: eq("graceUntil", until, "dueAt", until)}, effects...)
	return err
}

// Missed closes a waiting ticket whose grace, as it was read, is over.
func (s *Tickets) Missed(ctx context.Context, id fair.ID, graceUntil, at time.Time, effects ...fair.Effect) (fair.Ticket, bool, error) {
	return s.change(ctx, eq("_id", id, "state", fair.TicketWaiting, "graceUntil", graceUntil),
		closing(fair.TicketMissed, at), effects...)
}

// closing is the update that takes a ticket out of its line for good.
func closing(as fair.TicketState, at time.Time) update {
	return update{
		set:   eq("state", as, "closedAt", at),
		unset: eq("open", "", "dueAt", "", "graceAt", "", "graceUntil", "", "notBefore", "", "handing", ""),
	}
}

// Later has the sweeper look at a meeting once more.
func (s *Tickets) Later(ctx context.Context, id, interview fair.ID, due time.Time) error {
	_, _, err := s.change(ctx, eq("_id", id, "state", fair.TicketMeeting, "call.interview", interview), update{set: eq("dueAt", due)})
	return err
}

// as matches a ticket that is still as it was read: in that state, at that call,
// and not being moved.
func as(t fair.Ticket) bson.D {
	filter := append(eq("_id", t.ID, "stand", t.Stand, "state", t.State), absent("handing")...)
	if t.State != fair.TicketWaiting && t.Call != nil {
		filter = append(filter, bson.E{Key: "call.interview", Value: t.Call.Interview})
	}
	return filter
}

// Back puts a ticket that was called, or met, into the line again, where its
// rank is. The colleague, if there is one, is the only one who calls it.
func (s *Tickets) Back(ctx context.Context, t fair.Ticket, colleague fair.ID, handoff *fair.Handoff, effects ...fair.Effect) (fair.Ticket, bool, error) {
	u := update{
		set:   eq("state", fair.TicketWaiting),
		unset: eq("graceAt", "", "graceUntil", "", "dueAt", "", "notBefore", ""),
	}
	if t.State == fair.TicketWaiting { // handed over as it waits
		u.unset = nil
	}
	if colleague != "" {
		u.set = append(u.set, bson.E{Key: "recruiter", Value: colleague})
	}
	if handoff != nil {
		u.push = eq("handoffs", *handoff)
	}
	return s.change(ctx, as(t), u, effects...)
}

// Anybody puts a ticket into the line again, where its rank is, for whichever
// recruiter is next.
func (s *Tickets) Anybody(ctx context.Context, t fair.Ticket, effects ...fair.Effect) (fair.Ticket, bool, error) {
	u := update{set: eq("state", fair.TicketWaiting), unset: eq("recruiter", "")}
	if t.State != fair.TicketWaiting {
		u.unset = append(u.unset, eq("graceAt", "", "graceUntil", "", "dueAt", "", "notBefore", "")...)
	}
	return s.change(ctx, as(t), u, effects...)
}

// Move takes a ticket to another stand with its rank. Errors: Conflict when the
// person has an open ticket there already (the unique index).
func (s *Tickets) Move(ctx context.Context, t fair.Ticket, to fair.ID, h fair.Handoff, effects ...fair.Effect) (fair.Ticket, bool, error) {
	return s.change(ctx, as(t), update{
		set:   eq("state", fair.TicketWaiting, "stand", to),
		unset: eq("recruiter", "", "offer", "", "notBefore", "", "graceAt", "", "graceUntil", "", "dueAt", "", "warnedAt", "", "note", ""),
		push:  eq("handoffs", h),
	}, effects...)
}

// Hand writes down that a ticket is to be joined with another of the same
// person; it is called no more. A crash leaves the intent, due at once.
func (s *Tickets) Hand(ctx context.Context, t fair.Ticket, h fair.Handing, due time.Time, effects ...fair.Effect) (fair.Ticket, bool, error) {
	return s.change(ctx, as(t), update{set: eq("state", fair.TicketWaiting, "handing", h, "dueAt", due)}, effects...)
}

// Rank gives an open ticket the better of two ranks.
func (s *Tickets) Rank(ctx context.Context, id fair.ID, joinedAt time.Time, effects ...fair.Effect) (fair.Ticket, bool, error) {
	return s.change(ctx, eq("_id", id, "open", true), update{min: eq("joinedAt", joinedAt)}, effects...)
}

// Joined closes a ticket that was joined with another.
func (s *Tickets) Joined(ctx context.Context, id, target fair.ID, at time.Time, effects ...fair.Effect) (fair.Ticket, bool, error) {
	return s.change(ctx, eq("_id", id, "handing.target", target), closing(fair.TicketMoved, at), effects...)
}

// Unhand forgets the intent to join a ticket with another, which is open no
// more.
func (s *Tickets) Unhand(ctx context.Context, id, target fair.ID) (fair.Ticket, bool, error) {
	return s.change(ctx, eq("_id", id, "handing.target", target), update{unset: eq("handing", "", "dueAt", "")})
}

// Close takes a ticket out of its line: left, or closed with something offered
// instead.
func (s *Tickets) Close(ctx context.Context, t fair.Ticket, to fair.TicketState, at time.Time, instead *fair.Instead, effects ...fair.Effect) (fair.Ticket, bool, error) {
	u := closing(to, at)
	if instead != nil {
		u.set = append(u.set, bson.E{Key: "instead", Value: *instead})
	}
	filter := eq("_id", t.ID, "state", t.State)
	if t.State != fair.TicketWaiting && t.Call != nil {
		filter = append(filter, bson.E{Key: "call.interview", Value: t.Call.Interview})
	}
	return s.change(ctx, filter, u, effects...)
}

// Finish closes the ticket of an interview that is over, or puts it back into
// the line.
func (s *Tickets) Finish(ctx context.Context, id, interview fair.ID, to fair.TicketState, at time.Time, effects ...fair.Effect) (fair.Ticket, bool, error) {
	filter := eq("_id", id, "state", fair.TicketMeeting, "call.interview", interview)
	if to == fair.TicketWaiting {
		return s.change(ctx, filter, update{set: eq("state", to), unset: eq("dueAt", "")}, effects...)
	}
	return s.change(ctx, filter, closing(to, at), effects...)
}

// Warned notes that the person was told that the turn is near, once.
func (s *Tickets) Warned(ctx context.Context, id fair.ID, at time.Time, effects ...fair.Effect) (bool, error) {
	_, warned, err := s.change(ctx, append(eq("_id", id, "state", fair.TicketWaiting), absent("warnedAt")...),
		update{set: eq("warnedAt", at)}, effects...)
	return warned, err
}

// SetNote keeps the stand's own note.
func (s *Tickets) SetNote(ctx context.Context, id fair.ID, note string, effects ...fair.Effect) (fair.Ticket, error) {
	t, matched, err := s.change(ctx, eq("_id", id, "open", true), update{set: eq("note", note)}, effects...)
	if err == nil && !matched {
		return s.Get(ctx, id)
	}
	return t, err
}

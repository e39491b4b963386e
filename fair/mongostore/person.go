package mongostore

import (
	"context"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo/options"

	"salon/fair"
)

// Persons keeps the calendar of each account. A person is inserted with the
// account; nothing here upserts.
type Persons struct{ collection[fair.Person] }

// overlapping matches a calendar entry that shares an instant with [start, end),
// but for some.
func overlapping(start, end time.Time, but ...fair.ID) bson.D {
	entry := bson.D{
		{Key: "start", Value: bson.D{{Key: "$lt", Value: end}}},
		{Key: "end", Value: bson.D{{Key: "$gt", Value: start}}},
	}
	if len(but) > 0 {
		entry = append(entry, bson.E{Key: "id", Value: bson.D{{Key: "$nin", Value: but}}})
	}
	return bson.D{{Key: "$elemMatch", Value: entry}}
}

// Calendars lists what those of the persons that exist are at, have promised, and
// wait for, in no order.
func (s *Persons) Calendars(ctx context.Context, ids []fair.ID) ([]fair.Person, error) {
	return s.find(ctx, eq("_id", bson.D{{Key: "$in", Value: ids}}),
		options.Find().SetProjection(eq("live", 1, "busy", 1, "open", 1)))
}

// Keep moves the date until which the person is kept.
func (s *Persons) Keep(ctx context.Context, id fair.ID, until time.Time) error {
	_, _, err := s.change(ctx, eq("_id", id), update{set: eq("retainUntil", until)})
	return err
}

// Blank leaves of a person that they were there, so long.
func (s *Persons) Blank(ctx context.Context, id fair.ID, until time.Time) error {
	_, _, err := s.change(ctx, eq("_id", id), update{
		set: eq("busy", []fair.Busy{}, "retainUntil", until), unset: eq("live", "", "open", "", "seats", "", "cameAt", "", "awayAt", ""),
	})
	return err
}

// Came notes a live connection since a time, unless a coming or a going is noted
// that was later. Told again of the same one, it says yes again.
func (s *Persons) Came(ctx context.Context, id fair.ID, at time.Time) (p fair.Person, came bool, err error) {
	notLater := func(field string) bson.D {
		return bson.D{{Key: "$or", Value: bson.A{absent(field), bson.D{{Key: field, Value: bson.D{{Key: "$lte", Value: at}}}}}}}
	}
	return s.change(ctx, bson.D{
		{Key: "_id", Value: id},
		{Key: "$and", Value: bson.A{notLater("cameAt"), notLater("awayAt")}},
	}, update{set: eq("cameAt", at), unset: eq("awayAt", "")})
}

// Gone notes that there has been no live connection since a time, if one is
// noted that did not come later than that.
func (s *Persons) Gone(ctx context.Context, id fair.ID, at time.Time) (p fair.Person, gone bool, err error) {
	return s.change(ctx, bson.D{
		{Key: "_id", Value: id},
		{Key: "cameAt", Value: bson.D{{Key: "$lte", Value: at}}},
	}, update{set: eq("awayAt", at), unset: eq("cameAt", "")})
}

// Present lists at most limit people with a live connection whose id comes after
// one, by id.
func (s *Persons) Present(ctx context.Context, after fair.ID, limit int) ([]fair.ID, error) {
	list, err := s.find(ctx, bson.D{
		{Key: "_id", Value: bson.D{{Key: "$gt", Value: after}}},
		{Key: "cameAt", Value: bson.D{{Key: "$exists", Value: true}}},
	}, options.Find().SetSort(eq("_id", 1)).SetLimit(int64(limit)).SetHint(presentIndex).SetProjection(eq("_id", 1)))
	ids := make([]fair.ID, len(list))
	for i, p := range list {
		ids[i] = p.ID
	}
	return ids, err
}

// Claim writes b into the calendar of id unless it overlaps something there, but
// for the entries it may stand beside, or a walk-in that is on.
// The same entry that is already there is our own earlier success: it
// stays, and rev grows all the same, so that a resolver which has read the
// person before cannot drop it any more (see Drop).
func (s *Persons) Claim(ctx context.Context, id fair.ID, b fair.Busy, beside ...fair.ID) (p fair.Person, claimed bool, err error) {
	same := bson.D{{Key: "$elemMatch", Value: eq("id", b.ID, "start", b.Start, "end", b.End)}}
	mine := eq("_id", id, "busy", same)
	if p, claimed, err = s.change(ctx, mine, update{}); err != nil || claimed {
		return p, claimed, err
	}
	p, claimed, err = s.change(ctx, bson.D{
		{Key: "_id", Value: id},
		{Key: "busy", Value: bson.D{{Key: "$not", Value: overlapping(b.Start, b.End, beside...)}}},
		{Key: "$nor", Value: bson.A{eq("busy", same)}},
		s.notCalled(b.Start),
	}, update{push: eq("busy", b)})
	if err != nil || claimed {
		return p, claimed, err
	}
	return s.change(ctx, mine, update{}) // made meanwhile by a twin of this call
}

// ClaimSeat writes an appointment into the calendar of a candidate and counts it
// at its fair and its stand, unless it overlaps something there or a cap is
// reached. Like Claim, it recognises its own earlier success.
func (s *Persons) ClaimSeat(ctx context.Context, id fair.ID, c fair.SeatClaim) (p fair.Person, claimed bool, err error) {
	mine := eq("_id", id, "busy.id", c.ID)
	if p, claimed, err = s.change(ctx, mine, update{}); err != nil || claimed {
		return p, claimed, err
	}
	overlap := overlapping(c.Start, c.End)
	if c.Instead != "" {
		overlap = overlapping(c.Start, c.End, c.Instead)
	}
	free := bson.D{
		{Key: "_id", Value: id},
		{Key: "busy", Value: bson.D{{Key: "$not", Value: overlap}}},
		{Key: "busy.id", Value: bson.D{{Key: "$ne", Value: c.ID}}},
		s.notCalled(c.Start),
	}
	if c.Instead == "" {
		absent := bson.D{{Key: "$exists", Value: false}}
		free = append(free,
			bson.E{Key: fmt.Sprintf("seats.%s.%d", c.Fair, c.Caps.Fair-1), Value: absent},
			bson.E{Key: fmt.Sprintf("seats.%s.%d", c.Stand, c.Caps.Stand-1), Value: absent})
	}
	p, claimed, err = s.change(ctx, free, update{push: eq("busy", c.Busy, seats(c.Fair), c.ID, seats(c.Stand), c.ID)})
	if err != nil || claimed {
		return p, claimed, err
	}
	return s.change(ctx, mine, update{}) // made meanwhile by a twin of this call
}

// notCalled matches somebody whom no walk-in keeps until a time.
func (s *Persons) notCalled(start time.Time) bson.E {
	return bson.E{Key: "$or", Value: bson.A{
		absent("live.end"),
		bson.D{{Key: "live.end", Value: bson.D{{Key: "$lte", Value: start}}}},
		bson.D{{Key: "live.until", Value: bson.D{{Key: "$lte", Value: s.clock()}}}},
	}}
}

// seats is where the appointments of a fair or a stand are counted.
func seats(of fair.ID) string { return "seats." + string(of) }

// Drop takes an entry out of the calendar, and out of what the caps count, with
// what of the same slot goes beyond it, if the person has not changed since revision rev was read. Whoever finds an entry without backing reads the
// person first and what should back the entry second; a claim made in between
// has moved rev, and the entry stays.
func (s *Persons) Drop(ctx context.Context, id fair.ID, b fair.Busy, rev int64) (dropped bool, err error) {
	pull := eq("busy", eq("id", b.ID, "start", bson.D{{Key: "$gte", Value: b.Start}}, "end", bson.D{{Key: "$gte", Value: b.End}}))
	if b.Stand != "" {
		pull = append(pull, eq(seats(b.Fair), b.ID, seats(b.Stand), b.ID)...)
	}
	_, dropped, err = s.change(ctx, eq("_id", id, "rev", rev), update{pull: pull})
	return dropped, err
}

// Prune forgets entries that ended before a time.
func (s *Persons) Prune(ctx context.Context, id fair.ID, before time.Time) error {
	old := bson.D{{Key: "end", Value: bson.D{{Key: "$lt", Value: before}}}}
	_, _, err := s.change(ctx, eq("_id", id), update{pull: eq("busy", old)})
	return err
}

// Enter marks the person as in an interview until a time, unless they are in
// another one. Entering the same one again moves the time.
func (s *Persons) Enter(ctx context.Context, id fair.ID, live fair.Live, now time.Time) (entered bool, err error) {
	_, entered, err = s.change(ctx, bson.D{{Key: "_id", Value: id}, notElsewhere(live.Interview, now)}, update{set: eq("live", live)})
	return entered, err
}

// Extend is Enter for more time: it is refused also when a promise other than
// its own, not over at now, begins before a time.
func (s *Persons) Extend(ctx context.Context, id fair.ID, live fair.Live, own []fair.ID, now, before time.Time) (extended bool, err error) {
	_, extended, err = s.change(ctx, bson.D{
		{Key: "_id", Value: id},
		notElsewhere(live.Interview, now),
		{Key: "busy", Value: bson.D{{Key: "$not", Value: overlapping(now, before, own...)}}},
	}, update{set: eq("live", live)})
	return extended, err
}

// Shorten takes an extension back that the other person could not follow,
// unless another wish for more time moved the mark since.
func (s *Persons) Shorten(ctx context.Context, id fair.ID, live fair.Live, ask fair.ID) error {
	_, _, err := s.change(ctx, eq("_id", id, "live.interview", live.Interview, "live.ask", ask), update{set: eq("live", live)})
	return err
}

// Prolong moves the mark of somebody who is in that interview, and of nobody
// else.
func (s *Persons) Prolong(ctx context.Context, id fair.ID, live fair.Live) error {
	_, _, err := s.change(ctx, eq("_id", id, "live.interview", live.Interview), update{set: eq("live", live)})
	return err
}

// Leave marks the person as no longer in that interview.
func (s *Persons) Leave(ctx context.Context, id, interview fair.ID) error {
	_, _, err := s.change(ctx, eq("_id", id, "live.interview", interview), update{unset: eq("live", "")})
	return err
}

// Engage marks the person as called to an interview until a time, unless they
// are in another one, or have promised some of the time until its end to
// somebody. Engaging for the same interview again moves the time.
func (s *Persons) Engage(ctx context.Context, id fair.ID, live fair.Live, now time.Time) (engaged bool, err error) {
	_, engaged, err = s.change(ctx, append(bson.D{
		{Key: "_id", Value: id},
		{Key: "busy", Value: bson.D{{Key: "$not", Value: overlapping(now, live.End)}}},
	}, notElsewhere(live.Interview, now)), update{set: eq("live", live)})
	return engaged, err
}

// notElsewhere matches somebody who is in no other interview at now.
func notElsewhere(interview fair.ID, now time.Time) bson.E {
	return bson.E{Key: "$or", Value: bson.A{
		absent("live"),
		bson.D{{Key: "live.until", Value: bson.D{{Key: "$lte", Value: now}}}},
		eq("live.interview", interview),
	}}
}

// Queue notes an open ticket of a fair, if the person has fewer than limit there.
// One that is noted already is our own earlier success.
func (s *Persons) Queue(ctx context.Context, id, fairID fair.ID, t fair.OpenTicket, limit int) (queued bool, err error) {
	field := "open." + string(fairID)
	_, queued, err = s.change(ctx, bson.D{
		{Key: "_id", Value: id},
		{Key: indexed(field, limit-1), Value: bson.D{{Key: "$exists", Value: false}}},
		{Key: field + ".ticket", Value: bson.D{{Key: "$ne", Value: t.Ticket}}},
	}, update{push: eq(field, t)})
	if err != nil || queued {
		return queued, err
	}
	p, err := s.Get(ctx, id)
	return p.Queues(fairID, t.Ticket), err
}

// Unqueue forgets an open ticket.
func (s *Persons) Unqueue(ctx context.Context, id, fairID, ticket fair.ID) error {
	field := "open." + string(fairID)
	_, _, err := s.change(ctx, eq("_id", id, field+".ticket", ticket), update{pull: eq(field, eq("ticket", ticket))})
	return err
}

// DropTicket forgets an open ticket if the person has not changed since revision
// rev was read (see Drop).
func (s *Persons) DropTicket(ctx context.Context, id, fairID, ticket fair.ID, rev int64) (dropped bool, err error) {
	_, dropped, err = s.change(ctx, eq("_id", id, "rev", rev), update{pull: eq("open."+string(fairID), eq("ticket", ticket))})
	return dropped, err
}

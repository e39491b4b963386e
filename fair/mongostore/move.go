package mongostore

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo/options"

	"salon/fair"
)

// same matches a booked interview that is where it was read: same slot, same
// recruiter, same proposal.
func same(i fair.Interview) bson.D {
	filter := eq("_id", i.ID, "state", fair.InterviewBooked, "slot", i.Slot, "recruiter", i.Recruiter)
	if i.Proposal == nil {
		return append(filter, bson.E{Key: "proposal", Value: bson.D{{Key: "$exists", Value: false}}})
	}
	return append(filter, bson.E{Key: "proposal.id", Value: i.Proposal.ID})
}

// SetEnd changes when a booked interview is planned to end, if it is still on its
// slot; its calendar entry is the next one.
func (s *Interviews) SetEnd(ctx context.Context, i fair.Interview, ends time.Time, effects ...fair.Effect) (fair.Interview, bool, error) {
	return s.change(ctx, append(in(i.ID, fair.InterviewBooked), eq("slot", i.Slot)...),
		update{set: eq("endsAt", ends), inc: eq("sequence", 1)}, effects...)
}

// Move gives a booked interview, as it was read, the time and the recruiter of
// another slot, which its booking names, and the next SEQUENCE. Rights in its
// room are void then, and who had come has not come to the new time.
func (s *Interviews) Move(ctx context.Context, i fair.Interview, to fair.Slot, effects ...fair.Effect) (fair.Interview, bool, error) {
	set := eq("slot", to.ID, "startsAt", to.Start, "endsAt", to.End, "recruiter", to.Recruiter, "channel", to.Booking.Channel)
	unset := eq("present", "", "came", "", "proposal", "")
	for field, due := range map[string]*time.Time{
		remindAt: fair.NextReminder(to.Start, s.clock()), deskAt: fair.NextDeskReminder(to.Start, s.clock()),
	} {
		if due != nil {
			set = append(set, bson.E{Key: field, Value: *due})
		} else {
			unset = append(unset, bson.E{Key: field, Value: ""})
		}
	}
	if to.RetainUntil != nil {
		set = append(set, bson.E{Key: "retainUntil", Value: *to.RetainUntil})
	}
	return s.change(ctx, same(i), update{set: set, unset: unset, inc: eq("sequence", 1, "generation", int64(1))}, effects...)
}

// Give gives a booked interview, as it was read, to another recruiter.
func (s *Interviews) Give(ctx context.Context, i fair.Interview, to fair.ID, effects ...fair.Effect) (fair.Interview, bool, error) {
	return s.change(ctx, same(i), update{
		set: eq("recruiter", to), unset: eq("present", ""), inc: eq("sequence", 1, "generation", int64(1)),
	}, effects...)
}

// Propose writes a proposal into a booked interview that has none.
func (s *Interviews) Propose(ctx context.Context, id fair.ID, p fair.Proposal, effects ...fair.Effect) (fair.Interview, bool, error) {
	return s.change(ctx, append(in(id, fair.InterviewBooked), bson.E{Key: "proposal", Value: bson.D{{Key: "$exists", Value: false}}}),
		update{set: eq("proposal", p)}, effects...)
}

// Unpropose takes a proposal away.
func (s *Interviews) Unpropose(ctx context.Context, id, proposal fair.ID, effects ...fair.Effect) (fair.Interview, bool, error) {
	return s.change(ctx, eq("_id", id, "proposal.id", proposal), update{unset: eq("proposal", "")}, effects...)
}

// ProposalsOver lists at most limit interviews whose proposal is to be answered no
// more.
func (s *Interviews) ProposalsOver(ctx context.Context, now time.Time, limit int) ([]fair.Interview, error) {
	return s.find(ctx, bson.D{{Key: "proposal.until", Value: bson.D{{Key: "$lte", Value: now}}}},
		options.Find().SetSort(eq("proposal.until", 1)).SetLimit(int64(limit)))
}

// Miss writes that the candidate of an interview, as it was read, did not come, if
// that person has not been in its room; nothing is owed to whom nobody met.
func (s *Interviews) Miss(ctx context.Context, i fair.Interview, at time.Time, effects ...fair.Effect) (fair.Interview, bool, error) {
	filter := append(in(i.ID, i.State), eq("slot", i.Slot, "startsAt", i.StartsAt, "channel", i.Channel)...)
	for _, field := range []string{"came", "present"} {
		filter = append(filter, bson.E{Key: field, Value: bson.D{{Key: "$ne", Value: i.Candidate}}})
	}
	return s.change(ctx, filter, update{
		set: eq("state", fair.InterviewMissed, "endedAt", at), unset: eq("present", "", "startedAt", "", "answering", "", remindAt, "", deskAt, ""), inc: eq("generation", int64(1)),
	}, effects...)
}

// Waiting lists at most limit booked interviews that start within (from, to].
func (s *Interviews) Waiting(ctx context.Context, from, to time.Time, limit int) ([]fair.Interview, error) {
	return s.find(ctx, bson.D{
		{Key: "state", Value: fair.InterviewBooked},
		{Key: "startsAt", Value: bson.D{{Key: "$gt", Value: from}, {Key: "$lte", Value: to}}},
	}, options.Find().SetSort(eq("startsAt", 1)).SetLimit(int64(limit)))
}

// SetCheck keeps what came of a try of devices and network.
func (s *Interviews) SetCheck(ctx context.Context, id fair.ID, c fair.Check, effects ...fair.Effect) (fair.Interview, error) {
	i, matched, err := s.change(ctx, eq("_id", id), update{set: eq("check", c)}, effects...)
	if err == nil && !matched {
		err = s.missing()
	}
	return i, err
}

// The fields that say when the next reminder of each of the two is due.
const (
	remindAt = "remindAt"
	deskAt   = "deskAt"
)

// RemindersDue lists at most limit interviews of which the candidate is to be
// reminded, DeskRemindersDue those of which the recruiter is.
func (s *Interviews) RemindersDue(ctx context.Context, now time.Time, limit int) ([]fair.Interview, error) {
	return s.due(ctx, remindAt, now, limit)
}

// DeskRemindersDue is RemindersDue for recruiters.
func (s *Interviews) DeskRemindersDue(ctx context.Context, now time.Time, limit int) ([]fair.Interview, error) {
	return s.due(ctx, deskAt, now, limit)
}

func (s *Interviews) due(ctx context.Context, field string, now time.Time, limit int) ([]fair.Interview, error) {
	return s.find(ctx, bson.D{{Key: field, Value: bson.D{{Key: "$lte", Value: now}}}},
		options.Find().SetSort(eq(field, 1)).SetLimit(int64(limit)))
}

// Reminded takes away the time of a candidate's reminder that was due, as it was
// read, and writes when the next one is.
func (s *Interviews) Reminded(ctx context.Context, i fair.Interview, next *time.Time, effects ...fair.Effect) (fair.Interview, bool, error) {
	return s.reminded(ctx, i, remindAt, i.RemindAt, next, effects...)
}

// DeskReminded is Reminded for the recruiter's reminder.
func (s *Interviews) DeskReminded(ctx context.Context, i fair.Interview, next *time.Time, effects ...fair.Effect) (fair.Interview, bool, error) {
	return s.reminded(ctx, i, deskAt, i.DeskAt, next, effects...)
}

func (s *Interviews) reminded(ctx context.Context, i fair.Interview, field string, was, next *time.Time, effects ...fair.Effect) (fair.Interview, bool, error) {
	u := update{unset: eq(field, "")}
	if next != nil {
		u = update{set: eq(field, *next)}
	}
	return s.change(ctx, eq("_id", i.ID, field, was, "startsAt", i.StartsAt), u, effects...)
}

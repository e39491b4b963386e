package mongostore

import (
	"context"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo/options"

	"salon/fair"
)

// Interviews keeps the meetings.
type Interviews struct{ collection[fair.Interview] }

// Of lists at most limit interviews of one person as a candidate or as a
// recruiter, within [from, to); a zero time sets no bound. They come by start,
// the first from there on; without a from, the latest first, so that a long
// past never hides what is to come. Calls from a line that nobody has answered,
// or that came to nothing, are no appointments and not among them.
func (s *Interviews) Of(ctx context.Context, account fair.ID, as fair.RoleKind, from, to time.Time, limit int) ([]fair.Interview, error) {
	filter := bson.D{
		{Key: string(as), Value: account},
		{Key: "state", Value: bson.D{{Key: "$ne", Value: fair.InterviewCalled}}},
		{Key: "$or", Value: bson.A{absent("ticket"), bson.D{{Key: "state", Value: bson.D{{Key: "$ne", Value: fair.InterviewCancelled}}}}}},
	}
	start := bson.D{}
	if !from.IsZero() {
		start = append(start, bson.E{Key: "$gte", Value: from})
	}
	if !to.IsZero() {
		start = append(start, bson.E{Key: "$lt", Value: to})
	}
	if len(start) > 0 {
		filter = append(filter, bson.E{Key: "startsAt", Value: start})
	}
	order := 1
	if from.IsZero() {
		order = -1
	}
	return s.find(ctx, filter, options.Find().SetSort(eq("startsAt", order, "_id", order)).SetLimit(int64(limit)))
}

// Enter notes that a party is in the room.
func (s *Interviews) Enter(ctx context.Context, id, account fair.ID) (fair.Interview, error) {
	i, matched, err := s.change(ctx, bson.D{
		{Key: "_id", Value: id},
		{Key: "present", Value: bson.D{{Key: "$ne", Value: account}}},
	}, update{addToSet: eq("present", account, "came", account)})
	if err != nil || matched {
		return i, err
	}
	return s.Get(ctx, id)
}

// Leave notes that parties are gone from the room, and how their calls went with them.
func (s *Interviews) Leave(ctx context.Context, id fair.ID, accounts ...fair.ID) error {
	gone := bson.D{{Key: "$in", Value: accounts}}
	var strains bson.D
	for _, account := range accounts {
		strains = append(strains, bson.E{Key: "strains." + string(account), Value: ""})
	}
	_, _, err := s.change(ctx, eq("_id", id, "present", gone), update{pull: eq("present", gone), unset: strains})
	return err
}

// SetStrain notes how badly somebody's call goes in an interview under way; nil:
// well again.
func (s *Interviews) SetStrain(ctx context.Context, id, account fair.ID, strain *fair.Strain) error {
	key := "strains." + string(account)
	u := update{unset: eq(key, "")}
	filter := append(in(id, fair.InterviewLive), bson.E{Key: key, Value: bson.D{{Key: "$exists", Value: true}}})
	if strain != nil {
		u, filter = update{set: eq(key, *strain)}, in(id, fair.InterviewLive)
	}
	_, _, err := s.change(ctx, filter, u)
	return err
}

// Strained lists the interviews of a fair that are under way by video and in which
// somebody's call has gone badly, with what tells of that and nothing else.
func (s *Interviews) Strained(ctx context.Context, fairID fair.ID, limit int) ([]fair.Interview, error) {
	return s.find(ctx, bson.D{
		{Key: "state", Value: fair.InterviewLive}, {Key: "fair", Value: fairID},
		{Key: "strains", Value: bson.D{{Key: "$exists", Value: true}}},
	}, options.Find().SetSort(eq("startsAt", 1)).SetLimit(int64(limit)).
		SetProjection(eq("stand", 1, "candidate", 1, "recruiter", 1, "state", 1, "channel", 1, "strains", 1)))
}

// states is the filter of a document in one of these states.
func in(id fair.ID, states ...fair.InterviewState) bson.D {
	return eq("_id", id, "state", bson.D{{Key: "$in", Value: states}})
}

// Start makes a booked interview live; from then on an answer is owed.
func (s *Interviews) Start(ctx context.Context, id fair.ID, at time.Time, owed *fair.Answering, effects ...fair.Effect) (fair.Interview, bool, error) {
	return s.change(ctx, in(id, fair.InterviewBooked),
		update{set: eq("state", fair.InterviewLive, "startedAt", at, "answering", owed)}, effects...)
}

// End ends an interview that is booked or live, with an outcome if there is
// one, and with the answer owed from then on; rights in its room are void.
func (s *Interviews) End(ctx context.Context, id fair.ID, at time.Time, o *fair.Outcome, owed *fair.Answering, effects ...fair.Effect) (fair.Interview, bool, error) {
	u := update{set: eq("state", fair.InterviewEnded, "endedAt", at), unset: eq("present", "", "open", "", "answerBy", ""), inc: eq("generation", int64(1))}
	if o != nil {
		u.set = append(u.set, bson.E{Key: "outcome", Value: *o})
	}
	return s.change(ctx, in(id, fair.InterviewBooked, fair.InterviewLive), answered(u, o, owed), effects...)
}

// answered completes a change by the clock of the answer.
func answered(u update, o *fair.Outcome, owed *fair.Answering) update {
	if owed != nil {
		u.set = append(u.set, bson.E{Key: "answering", Value: *owed})
	} else {
		u.unset = append(u.unset, bson.E{Key: "answering", Value: ""})
	}
	if o.Final() {
		u.min = eq("answeredAt", o.At)
	}
	return u
}

// SetOutcome writes or replaces the answer of an ended interview.
func (s *Interviews) SetOutcome(ctx context.Context, id fair.ID, o fair.Outcome, owed *fair.Answering, effects ...fair.Effect) (fair.Interview, bool, error) {
	u := answered(update{set: eq("outcome", o), inc: eq("sequence", 1)}, &o, owed)
	return s.change(ctx, in(id, fair.InterviewEnded), u, effects...)
}

// AnswersDue lists interviews whose reminder is due at now, the longest due
// first.
func (s *Interviews) AnswersDue(ctx context.Context, now time.Time, limit int) ([]fair.Interview, error) {
	due := bson.D{{Key: "answering.next", Value: bson.D{{Key: "$lte", Value: now}}}}
	return s.find(ctx, due, options.Find().SetSort(eq("answering.next", 1)).SetLimit(int64(limit)))
}

// Remind moves the clock of an answer on, if nobody has meanwhile and no final
// answer came.
func (s *Interviews) Remind(ctx context.Context, id fair.ID, from, to fair.Answering, effects ...fair.Effect) (fair.Interview, bool, error) {
	return s.change(ctx, eq("_id", id, "answering.reminders", from.Reminders, "answering.next", from.Next),
		update{set: eq("answering", to)}, effects...)
}

// Owed lists at most limit interviews whose recruiter owes an answer, the first
// due first.
func (s *Interviews) Owed(ctx context.Context, recruiter fair.ID, limit int) ([]fair.Interview, error) {
	filter := eq("recruiter", recruiter, "answering.due", bson.D{{Key: "$exists", Value: true}})
	return s.find(ctx, filter, options.Find().SetSort(eq("answering.due", 1)).SetLimit(int64(limit)))
}

// Figures lists interviews of a fair, or of one stand of it, with what an
// AnswerFigure counts and nothing else, by id after that id.
func (s *Interviews) Figures(ctx context.Context, fairID, stand, after fair.ID, limit int) ([]fair.Interview, error) {
	filter := eq("fair", fairID, "_id", bson.D{{Key: "$gt", Value: after}})
	if stand != "" {
		filter = append(filter, bson.E{Key: "stand", Value: stand})
	}
	wanted := eq("stand", 1, "state", 1, "startedAt", 1, "endedAt", 1, "outcome", 1, "answering", 1, "answeredAt", 1)
	return s.find(ctx, filter, options.Find().SetSort(eq("_id", 1)).SetLimit(int64(limit)).SetProjection(wanted))
}

// Extend gives a live interview more time, if it has had exactly so many
// extensions.
func (s *Interviews) Extend(ctx context.Context, id fair.ID, had int, e fair.Extension, effects ...fair.Effect) (fair.Interview, bool, error) {
	filter := append(in(id, fair.InterviewLive),
		bson.E{Key: fmt.Sprintf("extensions.%d", had), Value: bson.D{{Key: "$exists", Value: false}}})
	if had > 0 {
		filter = append(filter, bson.E{Key: fmt.Sprintf("extensions.%d", had-1), Value: bson.D{{Key: "$exists", Value: true}}})
	}
	return s.change(ctx, filter, update{push: eq("extensions", e)}, effects...)
}

// SetSoundOnly puts the cameras out by agreement, or allows them again.
func (s *Interviews) SetSoundOnly(ctx context.Context, id fair.ID, only bool, effects ...fair.Effect) (fair.Interview, bool, error) {
	was, u := any(bson.D{{Key: "$ne", Value: true}}), update{set: eq("soundOnly", true)}
	if !only {
		was, u = true, update{unset: eq("soundOnly", "")}
	}
	filter := append(in(id, fair.InterviewBooked, fair.InterviewLive), bson.E{Key: "soundOnly", Value: was})
	return s.change(ctx, filter, u, effects...)
}

// SetScores keeps the recruiter's ratings.
func (s *Interviews) SetScores(ctx context.Context, id fair.ID, scores map[string]int) error {
	_, _, err := s.change(ctx, eq("_id", id), update{set: eq("scores", scores)})
	return err
}

// Invite gives a guest the seat, if one is left.
func (s *Interviews) Invite(ctx context.Context, id fair.ID, g fair.Guest, effects ...fair.Effect) (fair.Interview, bool, error) {
	filter := append(in(id, fair.InterviewCalled, fair.InterviewBooked, fair.InterviewLive),
		bson.E{Key: fmt.Sprintf("guests.%d", fair.MaxGuests-1), Value: bson.D{{Key: "$exists", Value: false}}})
	return s.change(ctx, filter, update{push: eq("guests", g)}, effects...)
}

// Uninvite takes the seat of a guest back.
func (s *Interviews) Uninvite(ctx context.Context, id, guest fair.ID, effects ...fair.Effect) (fair.Interview, bool, error) {
	return s.change(ctx, eq("_id", id, "guests.id", guest), update{pull: eq("guests", eq("id", guest))}, effects...)
}

// PutOut voids what a guest enters the room with.
func (s *Interviews) PutOut(ctx context.Context, id, guest fair.ID) (fair.Interview, bool, error) {
	return s.change(ctx, eq("_id", id), update{inc: eq("generations."+string(guest), int64(1))})
}

// Cancel cancels an interview that has not begun; what a line called for, too,
// while nobody has answered.
func (s *Interviews) Cancel(ctx context.Context, id fair.ID, effects ...fair.Effect) (fair.Interview, bool, error) {
	return s.change(ctx, in(id, fair.InterviewBooked, fair.InterviewCalled), update{
		set:   eq("state", fair.InterviewCancelled),
		unset: eq("present", "", "open", "", "answerBy", ""),
		inc:   eq("sequence", 1, "generation", int64(1)),
	}, effects...)
}

// SetChannel changes how the two meet; tokens for the room are void then.
func (s *Interviews) SetChannel(ctx context.Context, id fair.ID, c fair.Channel, effects ...fair.Effect) (fair.Interview, bool, error) {
	filter := append(in(id, fair.InterviewBooked, fair.InterviewLive),
		bson.E{Key: "channel", Value: bson.D{{Key: "$ne", Value: c}}})
	return s.change(ctx, filter, update{
		set:   eq("channel", c),
		unset: eq("present", "", "phoneAsked", ""),
		inc:   eq("sequence", 1, "generation", int64(1)),
	}, effects...)
}

// AskPhone writes since when the candidate is asked for a number; the zero time
// takes the question back.
func (s *Interviews) AskPhone(ctx context.Context, id fair.ID, at time.Time, effects ...fair.Effect) (fair.Interview, bool, error) {
	filter := append(in(id, fair.InterviewBooked, fair.InterviewLive), eq("channel", fair.Video)...)
	asked := func(is bool) bson.E { return bson.E{Key: "phoneAsked", Value: bson.D{{Key: "$exists", Value: is}}} }
	if at.IsZero() {
		return s.change(ctx, append(filter, asked(true)), update{unset: eq("phoneAsked", "")}, effects...)
	}
	return s.change(ctx, append(filter, asked(false)), update{set: eq("phoneAsked", at)}, effects...)
}

// PhoneAsked lists the interviews that wait for a number, at most limit, those
// asked last first.
func (s *Interviews) PhoneAsked(ctx context.Context, since time.Time, limit int) ([]fair.Interview, error) {
	return s.find(ctx, bson.D{
		{Key: "phoneAsked", Value: bson.D{{Key: "$gte", Value: since}}},
		{Key: "state", Value: bson.D{{Key: "$in", Value: []fair.InterviewState{fair.InterviewBooked, fair.InterviewLive}}}},
	}, options.Find().SetSort(eq("phoneAsked", -1)).SetLimit(int64(limit)))
}

// SetNotes keeps the recruiter's notes.
func (s *Interviews) SetNotes(ctx context.Context, id fair.ID, notes string) error {
	_, _, err := s.change(ctx, eq("_id", id), update{set: eq("notes", notes)})
	return err
}

// OfTicket is the walk-in of a ticket that is not over. Errors: NotFound.
func (s *Interviews) OfTicket(ctx context.Context, ticket fair.ID) (fair.Interview, error) {
	return s.one(ctx, eq("ticket", ticket, "open", true))
}

// Begin makes a called interview one that can be joined at once.
func (s *Interviews) Begin(ctx context.Context, id fair.ID, start, end time.Time, effects ...fair.Effect) (fair.Interview, bool, error) {
	return s.change(ctx, in(id, fair.InterviewCalled),
		update{set: eq("state", fair.InterviewBooked, "startsAt", start, "endsAt", end), unset: eq("answerBy", "")}, effects...)
}

// Unanswered lists at most limit called interviews whose time to answer was over
// at a moment.
func (s *Interviews) Unanswered(ctx context.Context, at time.Time, limit int) ([]fair.Interview, error) {
	return s.find(ctx, bson.D{{Key: "answerBy", Value: bson.D{{Key: "$lte", Value: at}}}},
		options.Find().SetSort(eq("answerBy", 1)).SetLimit(int64(limit)))
}

// Met lists what a stand's recruiters have held with these candidates, the
// latest first, at most limit.
func (s *Interviews) Met(ctx context.Context, stand fair.ID, candidates []fair.ID, limit int) ([]fair.Interview, error) {
	if len(candidates) == 0 {
		return nil, nil
	}
	return s.find(ctx, bson.D{
		{Key: "candidate", Value: bson.D{{Key: "$in", Value: candidates}}},
		{Key: "stand", Value: stand},
		{Key: "state", Value: fair.InterviewEnded},
		{Key: "startedAt", Value: bson.D{{Key: "$exists", Value: true}}}, // else it ended without anybody having met
	}, options.Find().SetSort(eq("startsAt", -1, "_id", -1)).SetLimit(int64(limit)))
}

// Day lists the interviews of a fair that were to begin in a stretch of time,
// with what the figures of a day count and nothing else.
func (s *Interviews) Day(ctx context.Context, fairID fair.ID, from, to time.Time, limit int) ([]fair.Interview, error) {
	return s.find(ctx, bson.D{
		{Key: "fair", Value: fairID},
		{Key: "startsAt", Value: bson.D{{Key: "$gte", Value: from}, {Key: "$lt", Value: to}}},
	}, options.Find().SetSort(eq("startsAt", 1)).SetLimit(int64(limit)).SetProjection(
		eq("slot", 1, "state", 1, "startedAt", 1, "outcome.kind", 1)))
}

// Overdue lists the interviews of a fair whose answer was due before now, with
// their stands and nothing else.
func (s *Interviews) Overdue(ctx context.Context, fairID fair.ID, now time.Time, limit int) ([]fair.Interview, error) {
	return s.find(ctx, bson.D{
		{Key: "fair", Value: fairID},
		{Key: "answering.due", Value: bson.D{{Key: "$lt", Value: now}}},
	}, options.Find().SetSort(eq("answering.due", 1)).SetLimit(int64(limit)).SetProjection(eq("stand", 1)))
}

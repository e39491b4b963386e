package service

import (
	"context"
	"fmt"
	"slices"
	"time"

	"salon/fair"
)

// InterviewDetail is an interview with what its two parties may know of it.
type InterviewDetail struct {
	Interview fair.Interview // Notes emptied for the candidate
	Fair      fair.Fair
	Stand     fair.Stand
	Offer     *fair.Offer
	Recruiter fair.Host
	Candidate CandidateCard
	// Adviser is the name of who accompanies the candidate and may come into the
	// room; empty when nobody does.
	Adviser string
	// JoinableAt is when the room opens to its parties; PlannedEnd is when the
	// interview should end, which in a demo need not be as written.
	JoinableAt, PlannedEnd time.Time
	MissableAt             time.Time // from when a candidate who never came counts as absent
	CV                     *CVCard   // for the recruiter; nil: there is none to be read
	cv                     fair.CV
	// Anonymous says that the recruiter is not told the candidate's name yet: in an
	// anonymous fair, until they meet.
	Anonymous bool
	// Awaits says that an answer is to come.
	Awaits bool
	// Extra is how much longer than its slot the appointment is planned, for a
	// candidate who needs extra time; for the recruiter.
	Extra time.Duration
}

// CandidateCard is what the recruiter of an interview sees of the candidate.
type CandidateCard struct {
	Account      fair.ID
	Name         string
	Headline     string
	About        string
	Occupations  []string
	Commune      string
	Radius       int // kilometres around it
	Availability string
	Skills       []string
	Contracts    []string
	Languages    []string
	HasPhone     bool
	Needs        fair.InterviewNeeds // for the recruiter of an interview to come or under way
}

// notesLimit is the length of a recruiter's notes, in characters.
const notesLimit = 4000

// party finds an interview for one of its two parties. Errors:
// Unauthenticated; NotFound for everybody else, as if there were none.
func (s *Service) party(ctx context.Context, a fair.Actor, id fair.ID) (fair.Interview, error) {
	if err := signedIn(a); err != nil {
		return fair.Interview{}, err
	}
	unknown := fair.E(fair.NotFound, "interview.unknown")
	if !id.Valid() {
		return fair.Interview{}, unknown
	}
	i, err := s.Stores.Interviews.Get(ctx, id)
	if err == nil && (!i.Party(a.Account) || a.By != "" && i.Candidate != a.Account) {
		return fair.Interview{}, unknown // an adviser acts for a candidate, also for one who recruits besides
	}
	return i, err
}

// recruiting finds an interview for its recruiter; its candidate, and a recruiter
// who is barred, are told Forbidden.
func (s *Service) recruiting(ctx context.Context, a fair.Actor, id fair.ID) (fair.Interview, error) {
	i, err := s.party(ctx, a, id)
	if err == nil && i.Recruiter != a.Account {
		return fair.Interview{}, fair.E(fair.Forbidden, "not.recruiter")
	}
	if err == nil {
		err = s.notBarred(ctx, a.Account, i.Fair)
	}
	return i, err
}

// forEyes is the interview as that actor may read it.
func forEyes(i fair.Interview, a fair.Actor) fair.Interview {
	if i.Recruiter != a.Account {
		i.Notes, i.Scores, i.Answering = "", nil, nil
	}
	i.Effects = nil
	return i
}

// MyInterviews lists the actor's interviews, candidate and recruiter alike, by
// time, at most 200 of each.
func (s *Service) MyInterviews(ctx context.Context, a fair.Actor, from, to time.Time) ([]InterviewDetail, error) {
	return s.interviewsOf(ctx, a, from, to, 200)
}

func (s *Service) interviewsOf(ctx context.Context, a fair.Actor, from, to time.Time, limit int) ([]InterviewDetail, error) {
	if err := signedIn(a); err != nil {
		return nil, err
	}
	var list []fair.Interview
	sides := []fair.RoleKind{fair.Candidate, fair.Recruiter}
	if a.By != "" {
		sides = sides[:1]
	}
	for _, as := range sides {
		part, err := s.Stores.Interviews.Of(ctx, a.Account, as, from, to, limit)
		if err != nil {
			return nil, fmt.Errorf("list interviews: %w", err)
		}
		list = append(list, part...)
	}
	slices.SortStableFunc(list, func(a, b fair.Interview) int { return a.StartsAt.Compare(b.StartsAt) })
	around := newSurroundings(s)
	details := make([]InterviewDetail, 0, len(list))
	var read []fair.Reading
	for _, i := range list {
		d, err := around.detail(ctx, a, i)
		if err != nil {
			return nil, err
		}
		details = append(details, d)
		read = append(read, profileOf(i)...)
	}
	return details, s.noteReadings(ctx, a, read...)
}

// Interview shows one. Errors: NotFound for everybody but its two parties;
// Forbidden "person.barred" for a recruiter who is.
func (s *Service) Interview(ctx context.Context, a fair.Actor, id fair.ID) (InterviewDetail, error) {
	i, err := s.party(ctx, a, id)
	if err == nil && i.Recruiter == a.Account {
		err = s.notBarred(ctx, a.Account, i.Fair)
	}
	if err != nil {
		return InterviewDetail{}, err
	}
	if err := s.noteReadings(ctx, a, profileOf(i)...); err != nil {
		return InterviewDetail{}, err
	}
	return newSurroundings(s).detail(ctx, a, i)
}

// profileOf is the reading of the candidate's profile that an interview is to
// its recruiter.
func profileOf(i fair.Interview) []fair.Reading {
	return []fair.Reading{{What: fair.ReadProfile, Of: i.Candidate, Why: fair.NounInterview, Object: i.ID, Fair: i.Fair}}
}

// surroundings reads what stands around interviews, each thing once.
type surroundings struct {
	s          *Service
	fairs      map[fair.ID]fair.Fair
	stands     map[fair.ID]fair.Stand
	offers     map[fair.ID]fair.Offer
	accounts   map[fair.ID]fair.Account
	companions map[fair.ID]fair.Companion // active ones, by candidate
	cvs        map[fair.ID]fair.CV        // current ones, by candidate
	barred     map[fair.ID]bool           // whether who reads is, by fair
}

func newSurroundings(s *Service) *surroundings {
	return &surroundings{s, map[fair.ID]fair.Fair{}, map[fair.ID]fair.Stand{}, map[fair.ID]fair.Offer{}, map[fair.ID]fair.Account{}, map[fair.ID]fair.Companion{}, map[fair.ID]fair.CV{}, map[fair.ID]bool{}}
}

// once reads through a map. What has been deleted is the zero value.
func once[T any](ctx context.Context, known map[fair.ID]T, id fair.ID, get func(context.Context, fair.ID) (T, error)) (T, error) {
	if t, ok := known[id]; ok || id == "" {
		return t, nil
	}
	t, err := get(ctx, id)
	if err != nil && !notFound(err) {
		return t, err
	}
	known[id] = t
	return t, nil
}

func (r *surroundings) detail(ctx context.Context, a fair.Actor, i fair.Interview) (d InterviewDetail, err error) {
	d.Interview, d.PlannedEnd, d.Awaits = forEyes(i, a), i.PlannedEnd(), i.Awaits()
	if d.Fair, err = once(ctx, r.fairs, i.Fair, r.s.Stores.Fairs.Get); err != nil {
		return d, fmt.Errorf("read the fair of interview %s: %w", i.ID, err)
	}
	if d.Stand, err = once(ctx, r.stands, i.Stand, r.s.Stores.Stands.Get); err != nil {
		return d, fmt.Errorf("read the stand of interview %s: %w", i.ID, err)
	}
	offer, err := once(ctx, r.offers, i.Offer, r.s.Stores.Offers.Get)
	if err != nil {
		return d, fmt.Errorf("read the offer of interview %s: %w", i.ID, err)
	}
	if offer.ID != "" {
		d.Offer = &offer
	}
	recruiter, err := once(ctx, r.accounts, i.Recruiter, r.s.Stores.Accounts.Get)
	if err != nil {
		return d, fmt.Errorf("read the recruiter of interview %s: %w", i.ID, err)
	}
	candidate, err := once(ctx, r.accounts, i.Candidate, r.s.Stores.Accounts.Get)
	if err != nil {
		return d, fmt.Errorf("read the candidate of interview %s: %w", i.ID, err)
	}
	d.Recruiter = fair.Host{Account: i.Recruiter, Name: recruiter.Name}
	for _, h := range d.Stand.People {
		if h.Account == i.Recruiter {
			d.Recruiter.Title = h.Title
		}
	}
	d.Candidate = candidateCard(candidate)
	d.Candidate.Account = i.Candidate
	if !i.Met() {
		if d.Anonymous, err = r.s.nameless(ctx, d.Fair, i.Stand, i.Candidate); err != nil {
			return d, err
		}
	}
	if i.Recruiter == a.Account {
		if err := r.cover(ctx, a, i, &d); err != nil {
			return d, err
		}
	}
	if i.ShowsNeeds() && i.Recruiter == a.Account {
		d.Candidate.Needs = candidate.Profile.Needs
		if d.Extra, err = r.s.extraOf(ctx, i, d.Candidate.Needs); err != nil {
			return d, err
		}
	}
	companion, err := once(ctx, r.companions, i.Candidate, r.s.activeCompanion)
	if err != nil {
		return d, err
	}
	d.Adviser = companion.Name
	if i.Recruiter == a.Account {
		if d.cv, err = r.interviewCV(ctx, candidate, i, d.Anonymous); err != nil {
			return d, err
		}
		d.CV = card(d.cv, i.BookedAt)
	}
	d.JoinableAt = i.StartsAt.Add(-fair.JoinEarly)
	d.MissableAt = i.StartsAt.Add(d.Fair.Rules().Book.NoShow)
	if r.s.anytime(d.Fair) {
		d.JoinableAt, d.MissableAt = i.BookedAt, i.BookedAt
	}
	return d, nil
}

// cover takes from an interview what its recruiter may not read of the candidate:
// the profile once it is shared no more, the name before an anonymous meeting,
// everything when that recruiter is barred.
func (r *surroundings) cover(ctx context.Context, a fair.Actor, i fair.Interview, d *InterviewDetail) error {
	barred, err := once(ctx, r.barred, i.Fair, func(ctx context.Context, f fair.ID) (bool, error) {
		err := r.s.notBarred(ctx, a.Account, f)
		if keptApart(err) {
			return true, nil
		}
		return false, err
	})
	if err != nil {
		return err
	}
	if barred || !i.ReadsProfile(r.s.now()) {
		d.Candidate = d.Candidate.nameOnly()
	}
	if barred {
		d.Anonymous, d.Interview.Notes, d.Interview.Scores = true, "", nil
	}
	if d.Anonymous {
		d.Candidate.Name, d.Candidate.About = "", ""
	}
	return nil
}

// anytime reports whether the hours of interviews do not count: in a demo, at
// a demo fair, a visitor may try the room at once.
func (s *Service) anytime(f fair.Fair) bool { return s.Demo && f.Demo }

// meetable refuses a meeting at the wrong hour or in the wrong state.
func (s *Service) meetable(ctx context.Context, i fair.Interview) error {
	f, err := s.Stores.Fairs.Get(ctx, i.Fair)
	if err != nil {
		return fmt.Errorf("read the fair of interview %s: %w", i.ID, err)
	}
	return i.Meetable(s.now(), s.anytime(f))
}

// StartInterview is the recruiter's button for a phone interview; a video
// interview starts when both are in the room. Errors: NotFound; Forbidden;
// Conflict "interview.video", "interview.early", "interview.elsewhere" when
// one of the two is in another call; Gone.
func (s *Service) StartInterview(ctx context.Context, a fair.Actor, id fair.ID) (fair.Interview, error) {
	i, err := s.recruiting(ctx, a, id)
	if err != nil {
		return i, err
	}
	if i.State == fair.InterviewLive {
		return forEyes(i, a), nil
	}
	if i.Channel != fair.Phone {
		return fair.Interview{}, fair.E(fair.Conflict, "interview.video")
	}
	if err := s.meetable(ctx, i); err != nil {
		return fair.Interview{}, err
	}
	now := s.now()
	begun := i
	begun.StartedAt = &now
	live := fair.Live{Interview: id, Until: liveUntil(begun, now)}
	if i.Walkin() {
		live.End = i.EndsAt
	}
	for _, person := range []fair.ID{i.Recruiter, i.Candidate} {
		if err := s.leaveElsewhere(ctx, person, id); err != nil {
			s.leaveLive(ctx, i)
			return fair.Interview{}, err
		}
		entered, err := s.mark(ctx, person, live)
		if err != nil {
			return fair.Interview{}, err
		}
		if !entered {
			s.leaveLive(ctx, i)
			return fair.Interview{}, fair.E(fair.Conflict, "interview.elsewhere")
		}
	}
	owed, err := s.owedAfter(ctx, i, nil, now)
	if err != nil {
		return fair.Interview{}, err
	}
	started, ok, err := s.Stores.Interviews.Start(ctx, id, now, owed,
		owe(fair.EffectNotify, "", now), oweAudit("interview.started", a.Account, i.Candidate, now))
	if err != nil {
		return fair.Interview{}, fmt.Errorf("start interview %s: %w", id, err)
	}
	if !ok {
		started, err := s.reread(ctx, a, id, fair.InterviewLive, "interview.ended")
		if err != nil {
			s.leaveLive(ctx, i)
		}
		return started, err
	}
	s.wake()
	return forEyes(started, a), nil
}

// leaveLive marks both as out of the call. A failure only leaves a mark that
// lapses.
func (s *Service) leaveLive(ctx context.Context, i fair.Interview) {
	if err := s.free(ctx, i); err != nil {
		s.Log.WarnContext(ctx, "somebody still counts as in a call", "interview", i.ID, "err", err)
	}
}

// reread answers a change that did not match: success when the interview is in
// the state wanted all the same, else Gone or Conflict with that code.
func (s *Service) reread(ctx context.Context, a fair.Actor, id fair.ID, wanted fair.InterviewState, code string) (fair.Interview, error) {
	i, err := s.party(ctx, a, id)
	switch {
	case err != nil:
		return i, err
	case i.State == wanted:
		return forEyes(i, a), nil
	case i.State == fair.InterviewCancelled:
		return fair.Interview{}, fair.E(fair.Gone, "interview.cancelled")
	}
	return fair.Interview{}, fair.E(fair.Conflict, code)
}

// EndInterview ends it, with an outcome if one is given. Only the recruiter;
// once its hours have come, also when the candidate never came.
func (s *Service) EndInterview(ctx context.Context, a fair.Actor, id fair.ID, o *fair.Outcome) (fair.Interview, error) {
	i, err := s.recruiting(ctx, a, id)
	if err != nil {
		return i, err
	}
	now := s.now()
	if o != nil {
		if o, err = cleanOutcome(*o, now); err != nil {
			return fair.Interview{}, err
		}
	}
	if i.State == fair.InterviewBooked {
		if err := s.meetable(ctx, i); err != nil && fair.KindOf(err) != fair.Gone {
			return fair.Interview{}, err
		}
	}
	if i.State == fair.InterviewCalled {
		return fair.Interview{}, fair.E(fair.Conflict, "interview.called")
	}
	effects := []fair.Effect{
		owe(fair.EffectNotify, "", now), owe(fair.EffectRoomClosed, "", now),
		oweAudit("interview.ended", a.Account, i.Candidate, now),
	}
	if i.Walkin() {
		effects = append(effects, oweTicket(fair.TicketDone, now))
	}
	if o != nil {
		effects = append(effects, owe(fair.EffectMailOutcome, i.Candidate, now))
	}
	var owed *fair.Answering
	if i.StartedAt != nil { // whom nobody met, nobody owes an answer
		if owed, err = s.owedAfter(ctx, i, o, now); err != nil {
			return fair.Interview{}, err
		}
	}
	ended, ok, err := s.Stores.Interviews.End(ctx, id, now, o, owed, effects...)
	if err != nil {
		return fair.Interview{}, fmt.Errorf("end interview %s: %w", id, err)
	}
	if !ok {
		if ended, err = s.reread(ctx, a, id, fair.InterviewEnded, "interview.ended"); err != nil || o == nil {
			return ended, err
		}
		return s.SetOutcome(ctx, a, id, *o)
	}
	s.leaveLive(ctx, ended)
	s.tellTicket(ctx, ended, fair.TicketDone)
	s.closeRoom(ctx, fair.RoomID(fair.InterviewRoom, id))
	s.wake()
	return forEyes(ended, a), nil
}

func cleanOutcome(o fair.Outcome, now time.Time) (*fair.Outcome, error) {
	o.Message, o.At = fair.Clean(o.Message), now
	if o.By != nil {
		by := cut(*o.By)
		o.By = &by
	}
	return &o, o.Check(now)
}

// closeRoom tells the room at once; the effect written with the change does it
// again if that fails.
func (s *Service) closeRoom(ctx context.Context, room string) {
	if err := s.Notifier.RoomClosed(ctx, room); err != nil {
		s.Log.WarnContext(ctx, "a room was not closed at once", "room", room, "err", err)
	}
}

// SetOutcome writes or replaces the answer after the end. Only the recruiter.
// The answer that stands already changes nothing and sends nothing.
func (s *Service) SetOutcome(ctx context.Context, a fair.Actor, id fair.ID, o fair.Outcome) (fair.Interview, error) {
	i, err := s.recruiting(ctx, a, id)
	if err != nil {
		return i, err
	}
	now := s.now()
	clean, err := cleanOutcome(o, now)
	if err != nil {
		return fair.Interview{}, err
	}
	if i.State == fair.InterviewEnded && i.Outcome != nil && i.Outcome.Says(*clean) {
		return forEyes(i, a), nil
	}
	owed, err := s.owedAfter(ctx, i, clean, now)
	if err != nil {
		return fair.Interview{}, err
	}
	changed, ok, err := s.Stores.Interviews.SetOutcome(ctx, id, *clean, owed,
		owe(fair.EffectMailOutcome, i.Candidate, now), owe(fair.EffectNotify, "", now))
	if err != nil {
		return fair.Interview{}, fmt.Errorf("answer interview %s: %w", id, err)
	}
	if !ok {
		return fair.Interview{}, fair.E(fair.Conflict, "interview.notended")
	}
	s.wake()
	return forEyes(changed, a), nil
}

// CancelInterview frees the slot and tells the other side. Either party,
// before it has begun. The slot and the calendar are freed by an effect of the
// same change, tried here at once.
func (s *Service) CancelInterview(ctx context.Context, a fair.Actor, id fair.ID) (fair.Interview, error) {
	i, err := s.party(ctx, a, id)
	if err != nil {
		return i, err
	}
	if i.State == fair.InterviewCalled {
		return fair.Interview{}, fair.E(fair.Conflict, "interview.called")
	}
	if i.Walkin() {
		return s.cancelWalkin(ctx, a, i)
	}
	cancelled, ok, err := s.cancelBooked(ctx, i, a.Self(), i.Other(a.Account))
	if err != nil {
		return fair.Interview{}, err
	}
	if !ok {
		return s.reread(ctx, a, id, fair.InterviewCancelled, "interview.begun")
	}
	return forEyes(cancelled, a), nil
}

// cancelBooked cancels an appointment that has not begun; both are told. Cancelled
// already, it changes nothing. The audit log says by whom and whom it concerns.
func (s *Service) cancelBooked(ctx context.Context, i fair.Interview, by, about fair.ID) (fair.Interview, bool, error) {
	now := s.now()
	effects := []fair.Effect{
		owe(fair.EffectRelease, "", now), owe(fair.EffectMailCancelled, i.Candidate, now), owe(fair.EffectMailCancelled, i.Recruiter, now),
		owe(fair.EffectNotify, "", now), owe(fair.EffectRoomClosed, "", now), oweAudit("interview.cancelled", by, about, now),
	}
	for _, g := range i.Guests {
		effects = append(effects, owe(fair.EffectMailGuest, g.ID, now))
	}
	cancelled, ok, err := s.Stores.Interviews.Cancel(ctx, i.ID, effects...)
	if err != nil {
		return fair.Interview{}, false, fmt.Errorf("cancel interview %s: %w", i.ID, err)
	}
	if !ok {
		return i, false, nil
	}
	if err := s.release(ctx, cancelled); err != nil {
		s.Log.WarnContext(ctx, "a cancelled interview is not freed yet", "interview", i.ID, "err", err)
	}
	s.wake()
	return cancelled, true, nil
}

// cancelWalkin gives up an interview from a line before it has begun. Its
// candidate leaves the line; its recruiter sends the candidate back into it.
func (s *Service) cancelWalkin(ctx context.Context, a fair.Actor, i fair.Interview) (fair.Interview, error) {
	now, to := s.now(), fair.TicketWaiting
	if a.Account == i.Candidate {
		to = fair.TicketLeft
	}
	cancelled, ok, err := s.Stores.Interviews.Cancel(ctx, i.ID, oweTicket(to, now),
		owe(fair.EffectNotify, "", now), owe(fair.EffectRoomClosed, "", now),
		oweAudit("interview.cancelled", a.Account, i.Other(a.Account), now))
	if err != nil {
		return fair.Interview{}, fmt.Errorf("cancel interview %s: %w", i.ID, err)
	}
	if !ok {
		return s.reread(ctx, a, i.ID, fair.InterviewCancelled, "interview.begun")
	}
	s.leaveLive(ctx, cancelled)
	s.tellTicket(ctx, cancelled, to)
	s.wake()
	return forEyes(cancelled, a), nil
}

// oweTicket owes the ticket of a walk-in the news that it is over.
func oweTicket(to fair.TicketState, now time.Time) fair.Effect {
	e := owe(fair.EffectTicket, "", now)
	e.Action = string(to)
	return e
}

// tellTicket tries at once what oweTicket owes.
func (s *Service) tellTicket(ctx context.Context, i fair.Interview, to fair.TicketState) {
	if !i.Walkin() {
		return
	}
	if err := s.settleTicket(ctx, i, to); err != nil {
		s.Log.WarnContext(ctx, "a ticket does not know yet that its interview is over", "interview", i.ID, "err", err)
	}
}

// release gives back the slot and the time of a cancelled interview, and what a
// proposal holds. Doing it again changes nothing, also when the same candidate
// has booked anew.
func (s *Service) release(ctx context.Context, i fair.Interview) error {
	if i.State == fair.InterviewMissed {
		return s.releaseMissed(ctx, i)
	}
	if err := s.step("release.slot"); err != nil {
		return err
	}
	slot, err := s.Stores.Slots.Get(ctx, i.Slot)
	if err != nil && !notFound(err) {
		return fmt.Errorf("read the slot of interview %s: %w", i.ID, err)
	}
	booking := fair.ID("")
	if slot.Booking != nil && slot.Booking.Interview == i.ID {
		booking = slot.Booking.ID
	}
	if err := s.giveBack(ctx, i.Slot, booking, i.Candidate); err != nil || i.Proposal == nil {
		return err
	}
	for _, p := range i.Proposal.Slots {
		if err := s.unhold(ctx, p.ID, i.Proposal.Key(i.ID)); err != nil && !notFound(err) {
			return fmt.Errorf("give up what is held for interview %s: %w", i.ID, err)
		}
	}
	return nil
}

// SetNotes keeps the recruiter's own notes, at most 4000 characters.
func (s *Service) SetNotes(ctx context.Context, a fair.Actor, id fair.ID, notes string) error {
	if _, err := s.recruiting(ctx, a, id); err != nil {
		return err
	}
	notes = fair.Clean(notes)
	if fair.TooLong(notes, notesLimit) {
		return fair.Refuse("notes", "text.long")
	}
	return s.Stores.Interviews.SetNotes(ctx, id, notes)
}

// Calendar is the interview as an iCalendar file for the actor.
func (s *Service) Calendar(ctx context.Context, a fair.Actor, id fair.ID) ([]byte, error) {
	i, err := s.party(ctx, a, id)
	if err != nil {
		return nil, err
	}
	kind := fair.EffectMailBooked
	if i.State == fair.InterviewCancelled {
		kind = fair.EffectMailCancelled
	}
	m, err := s.composeInterview(ctx, kind, i, a.Account)
	if err != nil {
		return nil, fmt.Errorf("write the calendar entry of interview %s: %w", id, err)
	}
	return m.Calendar, nil
}

// extraOf is by how much an appointment was made longer for a candidate who needs
// extra time.
func (s *Service) extraOf(ctx context.Context, i fair.Interview, needs fair.InterviewNeeds) (time.Duration, error) {
	if !needs.ExtraTime || i.Slot == "" {
		return 0, nil
	}
	slot, err := s.Stores.Slots.Get(ctx, i.Slot)
	if notFound(err) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("read the slot of interview %s: %w", i.ID, err)
	}
	return max(0, i.EndsAt.Sub(slot.End)), nil
}

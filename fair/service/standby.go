package service

import (
	"context"
	"fmt"
	"slices"
	"time"

	"salon/fair"
)

// StandbyDetail is a place on a waiting list as its owner sees it.
type StandbyDetail struct {
	Standby fair.Standby
	Fair    fair.Fair
	Stand   fair.Stand
	Slot    *fair.Slot // the one waited for, if it is one
	Ahead   int        // how many stand before
}

// StandbyRequest asks for a place on a waiting list.
type StandbyRequest struct {
	Slot    fair.ID      // "": any slot of the stand
	Channel fair.Channel // or fair.EitherChannel
}

// standbysShown is how many of one's own standbys are read: the open ones, and
// those closed lately.
const standbysShown = 40

// JoinStandby puts the actor on the waiting list of a stand, or of one of its
// slots, that has no seat left. Joining again answers the place there is.
// Errors: NotFound; Forbidden for those who are not candidates; Conflict
// "standby.free" where there is a seat to be booked, "standby.many",
// "booking.own", "booking.capstand", "booking.capfair"; Invalid "phone.missing",
// "slot.elsewhere", "channel.unknown".
func (s *Service) JoinStandby(ctx context.Context, a fair.Actor, stand fair.ID, r StandbyRequest) (d StandbyDetail, made bool, err error) {
	if err := signedIn(a); err != nil {
		return d, false, err
	}
	if !a.IsCandidate() {
		return d, false, fair.E(fair.Forbidden, "not.candidate")
	}
	st, err := s.Stores.Stands.Get(ctx, stand)
	if err != nil {
		return d, false, err
	}
	there, err := s.Stores.Standbys.Find(ctx, stand, r.Slot, a.Account)
	if err == nil || !notFound(err) {
		return s.standbyDetail(ctx, newSurroundings(s), there, false, err)
	}
	if err := s.admitted(ctx, a.Account, st.Fair, stand, ""); err != nil {
		return d, false, err
	}
	due, err := s.waitable(ctx, a, st, r)
	if err != nil {
		return d, false, err
	}
	f, err := s.Stores.Fairs.Get(ctx, st.Fair)
	if err != nil {
		return d, false, fmt.Errorf("read the fair of stand %s: %w", stand, err)
	}
	if err := s.mayWait(ctx, a, f, stand); err != nil {
		return d, false, err
	}
	now, id := s.now(), fair.NewID()
	b := fair.Standby{
		ID: id, Fair: f.ID, Stand: stand, Slot: r.Slot, Candidate: a.Account, Channel: r.Channel,
		State: fair.StandbyWaiting, Open: true, Rank: fmt.Sprintf("%015d%s", now.UnixMilli(), id), DueAt: due,
		JoinedAt: now, Meta: meta(now, f.KeepAtMost(), owe(fair.EffectNotify, "", now)),
	}
	err = s.Stores.Standbys.Insert(ctx, b)
	if fair.KindOf(err) == fair.Conflict { // by a twin of this request
		b, err = s.Stores.Standbys.Find(ctx, stand, r.Slot, a.Account)
		return s.standbyDetail(ctx, newSurroundings(s), b, false, err)
	}
	s.wake()
	return s.standbyDetail(ctx, newSurroundings(s), b, true, err)
}

// waitable refuses to let somebody wait for what is to be had, and answers when
// waiting for one slot is over.
func (s *Service) waitable(ctx context.Context, a fair.Actor, st fair.Stand, r StandbyRequest) (due *time.Time, err error) {
	if r.Channel != fair.Video && r.Channel != fair.Phone && r.Channel != fair.EitherChannel {
		return nil, fair.Refuse("channel", "channel.unknown")
	}
	if a.Recruits(st.ID) {
		return nil, fair.E(fair.Conflict, "booking.own")
	}
	if r.Channel != fair.Video { // whom a seat by phone may be given
		account, err := s.Stores.Accounts.Get(ctx, a.Account)
		if err != nil {
			return nil, fmt.Errorf("read the candidate's account: %w", err)
		}
		if account.Profile.Phone == "" {
			return nil, fair.Refuse("phone", "phone.missing")
		}
	}
	now := s.now()
	if r.Slot == "" {
		free, _, err := s.Stores.Slots.List(ctx, st.Fair, fair.SlotQuery{Stand: st.ID, Free: true, Page: 1, Limit: 1}, now)
		if err == nil && len(free) > 0 {
			err = fair.E(fair.Conflict, "standby.free")
		}
		return nil, err
	}
	if !r.Slot.Valid() {
		return nil, fair.Refuse("slot", "slot.unknown")
	}
	slot, err := s.Stores.Slots.Get(ctx, r.Slot)
	switch {
	case err != nil:
		return nil, err
	case slot.Stand != st.ID:
		return nil, fair.Refuse("slot", "slot.elsewhere")
	case !slot.Start.After(now) || slot.State != fair.SlotHeld && slot.State != fair.SlotBooked && slot.State != fair.SlotFree:
		return nil, fair.E(fair.Conflict, "slot.past")
	case slot.Claimable(now):
		return nil, fair.E(fair.Conflict, "standby.free")
	case r.Channel != fair.EitherChannel && !slot.Offers(r.Channel):
		return nil, fair.Refuse("channel", "slot.channel")
	}
	return &slot.Start, nil
}

// mayWait refuses those whom no seat could be given, and those who wait for many.
func (s *Service) mayWait(ctx context.Context, a fair.Actor, f fair.Fair, stand fair.ID) error {
	if err := s.SeatLeft(ctx, a, f, stand); err != nil {
		return err
	}
	open, err := s.Stores.Standbys.CountOpen(ctx, a.Account, f.ID)
	if err == nil && open >= fair.MaxStandbys {
		err = fair.E(fair.Conflict, "standby.many")
	}
	return err
}

func (s *Service) standbyDetail(ctx context.Context, around *surroundings, b fair.Standby, made bool, err error) (StandbyDetail, bool, error) {
	d := StandbyDetail{Standby: b}
	if err != nil {
		return d, made, err
	}
	if d.Fair, err = once(ctx, around.fairs, b.Fair, s.Stores.Fairs.Get); err != nil {
		return d, made, fmt.Errorf("read the fair of standby %s: %w", b.ID, err)
	}
	if d.Stand, err = once(ctx, around.stands, b.Stand, s.Stores.Stands.Get); err != nil {
		return d, made, fmt.Errorf("read the stand of standby %s: %w", b.ID, err)
	}
	if b.Slot != "" {
		slot, err := s.Stores.Slots.Get(ctx, b.Slot)
		if err != nil && !notFound(err) {
			return d, made, fmt.Errorf("read the slot of standby %s: %w", b.ID, err)
		}
		if err == nil {
			slot = s.withoutPeople(slot)
			d.Slot = &slot
		}
	}
	if b.State == fair.StandbyWaiting {
		channels, err := s.seatChannels(ctx, b, d.Slot)
		if err == nil {
			d.Ahead, err = s.Stores.Standbys.Ahead(ctx, b, channels)
		}
		if err != nil {
			return d, made, fmt.Errorf("count who stands before %s: %w", b.ID, err)
		}
	}
	return d, made, nil
}

// seatChannels are those of the seats that a standby waits for: who waits at the
// stand by none of them stands in nobody's way.
func (s *Service) seatChannels(ctx context.Context, b fair.Standby, slot *fair.Slot) ([]fair.Channel, error) {
	both := []fair.Channel{fair.Video, fair.Phone}
	if slot != nil {
		return slot.Channels, nil
	}
	if b.Channel == fair.EitherChannel {
		return both, nil
	}
	shared, err := s.Stores.Slots.Shared(ctx, b.Stand, fair.Video, fair.Phone, s.now())
	if err != nil || !shared {
		both = []fair.Channel{b.Channel}
	}
	return both, err
}

// MyStandbys lists the actor's places on waiting lists: the open ones, then what
// came of the others.
func (s *Service) MyStandbys(ctx context.Context, a fair.Actor) ([]StandbyDetail, error) {
	if err := signedIn(a); err != nil {
		return nil, err
	}
	list, err := s.Stores.Standbys.Of(ctx, a.Account, standbysShown)
	if err != nil {
		return nil, fmt.Errorf("list standbys: %w", err)
	}
	slices.SortStableFunc(list, func(a, b fair.Standby) int {
		switch {
		case a.Open == b.Open:
			return 0
		case a.Open:
			return -1
		}
		return 1
	})
	around := newSurroundings(s)
	details := make([]StandbyDetail, 0, len(list))
	for _, b := range list {
		d, _, err := s.standbyDetail(ctx, around, b, false, nil)
		if err != nil {
			return nil, err
		}
		details = append(details, d)
	}
	return details, nil
}

// StandbyCounts tells the desk of a stand how many wait for a seat.
func (s *Service) StandbyCounts(ctx context.Context, a fair.Actor, stand fair.ID) (waiting, offered int, err error) {
	if _, err := s.StandDesk(ctx, a, stand); err != nil {
		return 0, 0, err
	}
	return s.Stores.Standbys.Counts(ctx, stand)
}

// StandbyAnswer is what somebody on a waiting list says.
type StandbyAnswer string

// The answers.
const (
	AcceptSeat   StandbyAnswer = "accept"
	DeclineSeat  StandbyAnswer = "decline" // this seat; the place on the list stays
	LeaveStandby StandbyAnswer = "leave"
)

// AnswerStandby accepts the seat that is offered, lets it go to the next person,
// or leaves the list. Accepting is an ordinary booking with the key of the hold.
// The same answer again changes nothing. Errors: NotFound for everybody but its
// owner; Conflict "standby.over" when nothing is offered (any more), and those of
// a booking.
func (s *Service) AnswerStandby(ctx context.Context, a fair.Actor, id fair.ID, answer StandbyAnswer, channel fair.Channel) (StandbyDetail, error) {
	if err := signedIn(a); err != nil {
		return StandbyDetail{}, err
	}
	b, err := s.Stores.Standbys.Get(ctx, id)
	if err == nil && b.Candidate != a.Account {
		err = fair.E(fair.NotFound, "standby.unknown")
	}
	if err != nil {
		return StandbyDetail{}, err
	}
	switch answer {
	case AcceptSeat:
		b, err = s.acceptSeat(ctx, a, b, channel)
	case DeclineSeat:
		if b.State == fair.StandbyOffered {
			b, err = s.passSeat(ctx, b, b.Misses, "")
		}
	case LeaveStandby:
		b, err = s.leaveStandby(ctx, b)
	default:
		err = fair.Refuse("answer", "standby.answer")
	}
	d, _, err := s.standbyDetail(ctx, newSurroundings(s), b, false, err)
	return d, err
}

func (s *Service) acceptSeat(ctx context.Context, a fair.Actor, b fair.Standby, channel fair.Channel) (fair.Standby, error) {
	if b.State == fair.StandbyBooked {
		return b, nil
	}
	seat := b.Seat()
	if b.State != fair.StandbyOffered || !s.now().Before(seat.Until) {
		return b, fair.E(fair.Conflict, "standby.over")
	}
	if channel == "" {
		if channel = b.Channel; !slices.Contains(seat.Channels, channel) && len(seat.Channels) > 0 {
			channel = seat.Channels[0]
		}
	}
	booked, err := s.Book(ctx, a, seat.Slot, BookRequest{Channel: channel, Key: b.Key()})
	if err != nil {
		return b, err
	}
	if err := s.step("seat.close"); err != nil {
		return b, err
	}
	if err := s.closeStandbys(ctx, booked.Interview); err != nil {
		return b, err
	}
	return s.Stores.Standbys.Get(ctx, b.ID)
}

// closeStandbys closes what somebody waited for at a stand where they have a seat
// now.
func (s *Service) closeStandbys(ctx context.Context, i fair.Interview) error {
	list, err := s.Stores.Standbys.OpenOf(ctx, i.Candidate, i.Stand)
	if err != nil {
		return fmt.Errorf("list what candidate of interview %s waits for: %w", i.ID, err)
	}
	for _, b := range list {
		effects := []fair.Effect{owe(fair.EffectNotify, "", s.now())}
		if b.State == fair.StandbyOffered && b.Seat().Slot != i.Slot {
			effects = append(effects, s.oweSeat(b))
		}
		if _, _, err := s.Stores.Standbys.Close(ctx, b, fair.StandbyBooked, i.ID, effects...); err != nil {
			return fmt.Errorf("close standby %s: %w", b.ID, err)
		}
	}
	s.wake()
	return nil
}

// oweSeat has the seat of an offer that is over go on to the next person.
func (s *Service) oweSeat(b fair.Standby) fair.Effect {
	e := owe(fair.EffectUnhold, "", s.now())
	e.Slot, e.Key = b.Seat().Slot, b.Key()
	return e
}

// passSeat has an offered seat go on to the next person: at once, by an effect if
// that fails.
func (s *Service) passSeat(ctx context.Context, b fair.Standby, misses int, mail fair.EffectKind) (fair.Standby, error) {
	now := s.now()
	to := fair.StandbyWaiting
	switch {
	case misses >= fair.StandbyMisses, b.Slot != "" && mail != "":
		to = fair.StandbyLapsed
	case b.Slot != "":
		to = fair.StandbyLeft // of the only seat it waits for
	}
	effects := []fair.Effect{s.oweSeat(b), owe(fair.EffectNotify, "", now)}
	if mail != "" {
		effects = append(effects, owe(mail, b.Candidate, now))
	}
	passed, ok, err := s.Stores.Standbys.Pass(ctx, b, to, misses, effects...)
	if err != nil {
		return b, fmt.Errorf("pass the seat of standby %s on: %w", b.ID, err)
	}
	s.wake()
	if !ok {
		return s.Stores.Standbys.Get(ctx, b.ID)
	}
	return passed, s.nextSeat(ctx, b.Seat().Slot)
}

func (s *Service) leaveStandby(ctx context.Context, b fair.Standby) (fair.Standby, error) {
	for range 3 {
		if !b.Open {
			return b, nil
		}
		effects := []fair.Effect{owe(fair.EffectNotify, "", s.now())}
		if b.State == fair.StandbyOffered {
			effects = append(effects, s.oweSeat(b))
		}
		left, ok, err := s.Stores.Standbys.Close(ctx, b, fair.StandbyLeft, "", effects...)
		if err != nil {
			return b, fmt.Errorf("leave standby %s: %w", b.ID, err)
		}
		s.wake()
		if ok {
			if b.State == fair.StandbyOffered {
				err = s.nextSeat(ctx, b.Seat().Slot)
			}
			return left, err
		}
		if b, err = s.Stores.Standbys.Get(ctx, b.ID); err != nil {
			return b, err
		}
	}
	return b, fair.E(fair.Conflict, "edit.stale")
}

// nextSeat offers a seat to the next person at once; what keeps it from that is
// done by the effect written before.
func (s *Service) nextSeat(ctx context.Context, slot fair.ID) error {
	if err := s.step("seat.next"); err != nil {
		return err
	}
	if err := s.offerSeat(ctx, slot); err != nil {
		s.Log.WarnContext(ctx, "a seat is not offered to the next person yet", "slot", slot, "err", err)
	}
	return nil
}

func (s *Service) deliverStandby(ctx context.Context, id fair.ID, e fair.Effect) error {
	if e.Kind == fair.EffectUnhold {
		return s.offerSeat(ctx, e.Slot)
	}
	b, err := s.Stores.Standbys.Get(ctx, id)
	if err != nil {
		return err
	}
	if e.Kind == fair.EffectPushSeat {
		return s.pushSeat(ctx, b, e)
	}
	if !e.Kind.Mail() {
		return s.showStandby(ctx, b)
	}
	if e.Kind == fair.EffectMailSeat && b.State != fair.StandbyOffered {
		return nil // it is over: that is told instead
	}
	return s.mailSeat(ctx, b, e)
}

// showStandby shows a place on a waiting list to who waits and to their adviser.
func (s *Service) showStandby(ctx context.Context, b fair.Standby) error {
	c, err := s.activeCompanion(ctx, b.Candidate)
	if notFound(err) {
		return s.Notifier.StandbyChanged(ctx, b, "")
	}
	if err != nil {
		return err
	}
	return s.Notifier.StandbyChanged(ctx, b, c.Adviser)
}

// pushSeat tells the devices of somebody to whom a seat is offered.
func (s *Service) pushSeat(ctx context.Context, b fair.Standby, e fair.Effect) error {
	if b.State != fair.StandbyOffered {
		return nil
	}
	d, _, err := s.standbyDetail(ctx, newSurroundings(s), b, false, nil)
	if err != nil {
		return err
	}
	seat := b.Seat()
	return s.reach(ctx, e, Telling{Kind: e.Kind, Side: fair.SideCandidate, Topic: b.ID, Stand: d.Stand, Fair: d.Fair, When: seat.Start, Until: seat.Until})
}

func (s *Service) mailSeat(ctx context.Context, b fair.Standby, e fair.Effect) error {
	d, _, err := s.standbyDetail(ctx, newSurroundings(s), b, false, nil)
	if err != nil {
		return err
	}
	account, err := s.Stores.Accounts.Get(ctx, b.Candidate)
	if err != nil {
		return err
	}
	m, err := s.Composer.Seat(account, SeatMail{Kind: e.Kind, Standby: b, Fair: d.Fair, Stand: d.Stand})
	if err != nil {
		return fmt.Errorf("write a mail about standby %s: %w", b.ID, err)
	}
	return s.post(ctx, m, e, account.Email, b.Candidate, s.now().Add(keepMail))
}

// sweepStandbys has offers that nobody answered go on to the next person, and
// closes what waits for a slot that has begun.
func (s *Service) sweepStandbys(ctx context.Context) error {
	due, err := s.Stores.Standbys.Due(ctx, s.now(), sweepBatch)
	if err != nil {
		return fmt.Errorf("list standbys whose time has come: %w", err)
	}
	return each(due, func(b fair.Standby) error { return s.sweepStandby(ctx, b) })
}

func (s *Service) sweepStandby(ctx context.Context, b fair.Standby) error {
	if b.State != fair.StandbyOffered {
		_, _, err := s.Stores.Standbys.Close(ctx, b, fair.StandbyLapsed, "", owe(fair.EffectNotify, "", s.now()))
		return err
	}
	slot, err := s.Stores.Slots.Get(ctx, b.Seat().Slot)
	if err != nil && !notFound(err) {
		return err
	}
	if slot.Booking != nil && slot.Booking.Candidate == b.Candidate { // accepted: what follows is on its way
		_, _, err := s.Stores.Standbys.Close(ctx, b, fair.StandbyBooked, slot.Booking.Interview, owe(fair.EffectNotify, "", s.now()))
		return err
	}
	_, err = s.passSeat(ctx, b, b.Misses+1, fair.EffectMailSeatGone)
	return err
}

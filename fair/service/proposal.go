package service

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"salon/fair"
)

// ProposalRequest asks the candidate of an interview for another time.
type ProposalRequest struct {
	Slots   []fair.ID // 1 to 3 free slots of the stand
	Message string
}

// Propose asks the candidate for another time: the slots are held for that person
// until the answer, which an hour of their own ends (see fair.Proposal.Ends).
// Only the recruiter. Each slot is held first and owes a reason for it, then the
// proposal is written into the interview; whoever dies in between leaves holds
// that the dispatcher gives up. Errors: NotFound; Forbidden; *SlotTaken; Conflict
// "proposal.pending", "proposal.late", "interview.begun"; Invalid
// "proposal.slots", "slot.elsewhere", "text.long"; Gone.
func (s *Service) Propose(ctx context.Context, a fair.Actor, id fair.ID, r ProposalRequest) (fair.Interview, error) {
	i, err := s.recruiting(ctx, a, id)
	if err != nil {
		return i, err
	}
	p, err := s.proposal(ctx, i, r)
	if err != nil {
		return fair.Interview{}, err
	}
	key := p.Key(id)
	var held []fair.Hold
	undo := func(err error) (fair.Interview, error) {
		for n, h := range held {
			err = errors.Join(err, s.Stores.Slots.Unhold(ctx, p.Slots[n].ID, h, owe(fair.EffectNotify, "", s.now())))
		}
		return fair.Interview{}, err
	}
	for _, slot := range p.Slots {
		if err := s.step("propose.hold"); err != nil {
			return fair.Interview{}, err
		}
		now := s.now()
		hold := fair.Hold{Candidate: i.Candidate, Key: key, Until: p.Until}
		reason := owe(fair.EffectHeld, i.Candidate, now)
		reason.Key = key
		taken, ok, err := s.Stores.Slots.Hold(ctx, slot.ID, hold, now, reason, owe(fair.EffectNotify, "", now))
		if err != nil {
			return undo(fmt.Errorf("hold slot %s: %w", slot.ID, err))
		}
		if !ok {
			taken.ID, taken.Stand, taken.Fair = slot.ID, i.Stand, i.Fair
			return undo(s.taken(ctx, taken, fair.E(fair.Conflict, "slot.taken")))
		}
		held = append(held, hold)
	}
	if err := s.step("propose.offer"); err != nil {
		return fair.Interview{}, err
	}
	now := s.now()
	proposed, ok, err := s.Stores.Interviews.Propose(ctx, id, p,
		owe(fair.EffectMailProposal, i.Candidate, now), owe(fair.EffectNotify, "", now),
		oweAudit("interview.proposed", a.Account, i.Candidate, now))
	if err != nil {
		return undo(fmt.Errorf("propose another time for interview %s: %w", id, err))
	}
	if !ok {
		return undo(fair.E(fair.Conflict, "proposal.pending"))
	}
	s.wake()
	return forEyes(proposed, a), nil
}

// proposal checks what is asked and reads its times.
func (s *Service) proposal(ctx context.Context, i fair.Interview, r ProposalRequest) (fair.Proposal, error) {
	now := s.now()
	p := fair.Proposal{ID: fair.NewID(), Message: fair.Clean(r.Message), At: now}
	if err := s.movable(i); err != nil {
		return p, err
	}
	slices.Sort(r.Slots)
	if len(r.Slots) == 0 || len(slices.Compact(slices.Clone(r.Slots))) != len(r.Slots) || len(r.Slots) > fair.ProposalSlots {
		return p, fair.Refuse("slots", "proposal.slots")
	}
	if fair.TooLong(p.Message, fair.ProposalMessage) {
		return p, fair.Refuse("message", "text.long")
	}
	if i.Proposal != nil {
		return p, fair.E(fair.Conflict, "proposal.pending")
	}
	for _, id := range r.Slots {
		slot, err := s.Stores.Slots.Get(ctx, id)
		if err != nil {
			return p, err
		}
		if slot.Stand != i.Stand {
			return p, fair.Refuse("slots", "slot.elsewhere")
		}
		if !slot.Claimable(now) {
			return p, s.taken(ctx, slot, fair.E(fair.Conflict, "slot.taken"))
		}
		p.Slots = append(p.Slots, fair.ProposedSlot{ID: slot.ID, Start: slot.Start, End: slot.End, Channels: slot.Channels})
	}
	slices.SortFunc(p.Slots, func(a, b fair.ProposedSlot) int { return a.Start.Compare(b.Start) })
	var err error
	p.Until, err = p.Ends(i, now)
	return p, err
}

// AnswerProposal is the candidate's answer: one of its slots, or "" to keep the
// appointment as it is. The same answer again changes nothing. Errors: those of
// MoveInterview; Conflict "proposal.over" when there is nothing to answer.
func (s *Service) AnswerProposal(ctx context.Context, a fair.Actor, id fair.ID, r MoveRequest) (fair.Interview, error) {
	i, err := s.attending(ctx, a, id)
	if err != nil {
		return i, err
	}
	p := i.Proposal
	switch {
	case p == nil && (r.Slot == "" || i.Slot == r.Slot) && i.State == fair.InterviewBooked:
		return forEyes(i, a), nil
	case p == nil || !s.now().Before(p.Until):
		return fair.Interview{}, fair.E(fair.Conflict, "proposal.over")
	case r.Slot == "":
		return s.unpropose(ctx, a, i, i.Recruiter)
	case !p.Names(r.Slot):
		return fair.Interview{}, fair.Refuse("slot", "proposal.slots")
	}
	return s.MoveInterview(ctx, a, id, r)
}

// WithdrawProposal is the recruiter's: nothing is asked any more.
func (s *Service) WithdrawProposal(ctx context.Context, a fair.Actor, id fair.ID) (fair.Interview, error) {
	i, err := s.recruiting(ctx, a, id)
	if err != nil || i.Proposal == nil {
		return forEyes(i, a), err
	}
	return s.unpropose(ctx, a, i, i.Candidate)
}

// unpropose ends a proposal without a move, and tells somebody that the
// appointment stands.
func (s *Service) unpropose(ctx context.Context, a fair.Actor, i fair.Interview, told fair.ID) (fair.Interview, error) {
	now := s.now()
	effects := append(s.oweUnhold(i, ""), owe(fair.EffectNotify, "", now))
	if i.State == fair.InterviewBooked {
		effects = append(effects, owe(fair.EffectMailKept, told, now))
	}
	kept, ok, err := s.Stores.Interviews.Unpropose(ctx, i.ID, i.Proposal.ID, effects...)
	if err != nil {
		return i, fmt.Errorf("end a proposal for interview %s: %w", i.ID, err)
	}
	if !ok { // answered meanwhile; the interview says how
		kept, err = s.Stores.Interviews.Get(ctx, i.ID)
	}
	s.wake()
	return forEyes(kept, a), err
}

// sweepProposals ends those that nobody answered in time.
func (s *Service) sweepProposals(ctx context.Context) error {
	list, err := s.Stores.Interviews.ProposalsOver(ctx, s.now(), sweepBatch)
	if err != nil {
		return fmt.Errorf("list unanswered proposals: %w", err)
	}
	var failed []error
	for _, i := range list {
		if i.Proposal != nil {
			_, err := s.unpropose(ctx, fair.Actor{}, i, i.Recruiter)
			failed = append(failed, err)
		}
	}
	return errors.Join(failed...)
}

// unhold gives up a hold of that key.
func (s *Service) unhold(ctx context.Context, slot fair.ID, key string) error {
	held, err := s.Stores.Slots.Get(ctx, slot)
	if err != nil || held.Hold == nil || held.Hold.Key != key {
		return err
	}
	if err := s.Stores.Slots.Unhold(ctx, slot, *held.Hold, owe(fair.EffectNotify, "", s.now())); err != nil {
		return err
	}
	s.seatFreed(ctx, slot)
	return nil
}

// holdReason gives up a long hold for which there is no reason: whoever made it
// died before telling the person it is for.
func (s *Service) holdReason(ctx context.Context, slot fair.Slot, e fair.Effect) error {
	if _, ok := fair.StandbyOf(e.Key); ok {
		return s.seatReason(ctx, slot, e)
	}
	if slot.Hold == nil || slot.Hold.Key != e.Key {
		return nil
	}
	if _, _, ok := fair.ExtraOf(e.Key); ok {
		return s.extraReason(ctx, slot, e)
	}
	interview, proposal, ok := fair.ProposalOf(e.Key)
	if !ok {
		return nil
	}
	i, err := s.Stores.Interviews.Get(ctx, interview)
	if err != nil && !notFound(err) {
		return err
	}
	if err == nil && i.State == fair.InterviewBooked && i.Proposal != nil && i.Proposal.ID == proposal {
		return nil
	}
	if s.now().Sub(e.At) < fair.HoldTime+time.Second {
		return errElsewhere // it is being made
	}
	return s.unhold(ctx, slot.ID, e.Key)
}

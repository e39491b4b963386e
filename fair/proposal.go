package fair

import (
	"slices"
	"time"
)

// Proposal is another time for an interview, asked of its candidate: some free
// slots of the stand, held until an answer. Nothing changes until one of them is
// accepted; declined or unanswered, the appointment stands.
type Proposal struct {
	ID      ID             `bson:"id"`
	Slots   []ProposedSlot `bson:"slots"`
	Message string         `bson:"message,omitempty"` // to the candidate, at most ProposalMessage characters
	Until   time.Time      `bson:"until"`
	At      time.Time      `bson:"at"`
}

// ProposedSlot is one of the times of a proposal.
type ProposedSlot struct {
	ID       ID        `bson:"id"`
	Start    time.Time `bson:"start"`
	End      time.Time `bson:"end"`
	Channels []Channel `bson:"channels"`
}

// The limits of a proposal.
const (
	ProposalSlots   = 3
	ProposalMessage = 300
	ProposalLasts   = 24 * time.Hour  // unless one of the times comes sooner
	ProposalLeast   = 5 * time.Minute // to read it and answer
)

// proposalKey begins the key of the holds of a proposal.
const proposalKey = "proposal."

// Key is the key its slots are held with.
func (p Proposal) Key(interview ID) string {
	return pair(proposalKey, interview, p.ID)
}

// ProposalOf reads the key of a hold: for which interview, which proposal.
func ProposalOf(key string) (interview, proposal ID, ok bool) {
	return pairOf(proposalKey, key)
}

// Names reports whether the proposal has that slot.
func (p *Proposal) Names(slot ID) bool {
	return p != nil && slices.ContainsFunc(p.Slots, func(s ProposedSlot) bool { return s.ID == slot })
}

// Ends is when a proposal made at now has to be answered: before the first of
// its times and before the appointment itself. Errors: Conflict "proposal.late"
// when that leaves nobody the time to answer.
func (p Proposal) Ends(i Interview, now time.Time) (time.Time, error) {
	until := now.Add(ProposalLasts)
	for _, t := range append([]time.Time{i.StartsAt}, starts(p.Slots)...) {
		if t.Before(until) {
			until = t
		}
	}
	if until.Sub(now) < ProposalLeast {
		return until, E(Conflict, "proposal.late")
	}
	return until, nil
}

func starts(slots []ProposedSlot) []time.Time {
	times := make([]time.Time, len(slots))
	for i, s := range slots {
		times[i] = s.Start
	}
	return times
}

package service

import (
	"context"
	"fmt"
	"slices"
	"time"

	"salon/fair"
)

// LineDesk is a line for those who work at its stand.
type LineDesk struct {
	Stand   fair.Stand
	Line    fair.Line
	State   fair.LineState // by hand
	OpenNow bool
	Now     time.Time
	Duty    []fair.Duty           // of all its recruiters: one who has said nothing is off duty since the zero time
	Hosts   map[fair.ID]fair.Host // of Duty
	Waiting int
	Tickets []DeskTicket // open ones, by rank
}

// DeskTicket is somebody in the line as the stand sees them. Nothing of an
// account is in it but what the person wrote for recruiters; in an anonymous
// fair not even the name, until they meet.
type DeskTicket struct {
	Ticket    fair.Ticket
	Candidate CandidateCard
	Anonymous bool
	Offer     *fair.Offer
	Applied   []fair.Offer // for the stand's recruiters: what the person applies for besides, the latest first
	Presence  Presentness
	Met       []fair.Interview // held with this stand before, the latest first
	Names     map[fair.ID]string
	CV        *CVCard // for the stand's recruiters; nil: there is none to be read
	cv        fair.CV
}

// Presentness says whether somebody is there.
type Presentness string

// What may be known of somebody's being there.
const (
	IsHere    Presentness = "here"
	IsAway    Presentness = "away"
	IsUnknown Presentness = "unknown"
)

// metLimit and appliedLimit are how many earlier meetings and how many
// applications a line shows in all.
const (
	metLimit     = 500
	appliedLimit = 500
)

// LineDesk shows a line to the recruiters of its stand and the organisers of its
// fair. Errors: NotFound, Forbidden.
func (s *Service) LineDesk(ctx context.Context, a fair.Actor, stand fair.ID) (d LineDesk, err error) {
	at, err := s.deskLine(ctx, a, stand)
	if err != nil {
		return d, err
	}
	tickets, err := s.Stores.Tickets.Line(ctx, stand, lineLimit)
	if err != nil {
		return d, fmt.Errorf("list those who wait at stand %s: %w", stand, err)
	}
	d = LineDesk{
		Stand: at.stand, Line: at.line, State: at.line.ByHand(at.now), OpenNow: s.openNow(at), Now: at.now,
		Duty: at.line.Duty, Hosts: map[fair.ID]fair.Host{}, Tickets: make([]DeskTicket, len(tickets)),
	}
	for _, h := range at.stand.People {
		if _, said := at.line.DutyOf(h.Account); !said {
			d.Duty = append(slices.Clip(d.Duty), fair.Duty{Recruiter: h.Account, State: fair.OffDuty})
		}
	}
	for _, duty := range d.Duty {
		if d.Hosts[duty.Recruiter], err = s.host(ctx, at.stand, duty.Recruiter); err != nil {
			return d, err
		}
	}
	around := newSurroundings(s)
	known, err := around.knownAt(ctx, a, stand, tickets)
	if err != nil {
		return d, err
	}
	online := s.online(ctx, tickets)
	var read []fair.Reading
	for i, t := range tickets {
		if t.State == fair.TicketWaiting {
			d.Waiting++
		}
		if d.Tickets[i], err = around.deskTicket(ctx, at, t, known[t.Candidate]); err != nil {
			return d, err
		}
		d.Tickets[i].Presence = presentness(t, online)
		if !d.Tickets[i].Anonymous {
			read = append(read, waitingOf(t))
		}
	}
	return d, s.noteReadings(ctx, a, read...)
}

// waitingOf is the reading of the person's profile that a ticket is to its stand.
func waitingOf(t fair.Ticket) fair.Reading {
	return fair.Reading{What: fair.ReadProfile, Of: t.Candidate, Why: fair.NounTicket, Object: t.ID, Fair: t.Fair}
}

func presentness(t fair.Ticket, online map[fair.ID]bool) Presentness {
	switch {
	case t.State == fair.TicketWaiting && t.Gone():
		return IsAway
	case online == nil:
		return IsUnknown
	case online[t.Candidate]:
		return IsHere
	}
	return IsAway
}

// known is what a stand has of somebody besides their place in its line.
type known struct {
	met     []fair.Interview // held with it, the latest first
	applied []fair.Offer     // of its own, the latest application first
	cv      fair.CV          // the current one; zero when there is none
}

// knownAt gathers what a stand knows of each of those in its line. Applications
// and CVs are for its recruiters, not for the organisers of its fair.
func (r *surroundings) knownAt(ctx context.Context, a fair.Actor, stand fair.ID, tickets []fair.Ticket) (map[fair.ID]known, error) {
	ids := make([]fair.ID, len(tickets))
	for i, t := range tickets {
		ids[i] = t.Candidate
	}
	met, err := r.s.Stores.Interviews.Met(ctx, stand, ids, metLimit)
	if err != nil {
		return nil, fmt.Errorf("list earlier meetings at stand %s: %w", stand, err)
	}
	of := map[fair.ID]known{}
	for _, i := range met {
		k := of[i.Candidate]
		k.met = append(k.met, i)
		of[i.Candidate] = k
	}
	if !a.Recruits(stand) {
		return of, nil
	}
	applied, err := r.s.Stores.Applications.OpenAt(ctx, stand, ids, appliedLimit)
	if err != nil {
		return nil, fmt.Errorf("list applications of those in the line of stand %s: %w", stand, err)
	}
	for _, ap := range applied {
		offer, err := once(ctx, r.offers, ap.Offer, r.s.Stores.Offers.Get)
		if err != nil {
			return nil, fmt.Errorf("read the offer of application %s: %w", ap.ID, err)
		}
		if offer.ID != "" {
			k := of[ap.Candidate]
			k.applied = append(k.applied, offer)
			of[ap.Candidate] = k
		}
	}
	cvs, err := r.s.Stores.CVs.Of(ctx, ids...)
	if err != nil {
		return nil, fmt.Errorf("list the CVs of those in the line of stand %s: %w", stand, err)
	}
	for _, id := range ids {
		k := of[id]
		k.cv, _ = fair.CurrentCV(ofCandidate(cvs, id))
		of[id] = k
	}
	return of, nil
}

// OneDeskTicket shows one ticket to who has just changed it: as the desk of its stand
// sees it or, when it has gone to another stand, without anything of the person.
// Errors: NotFound.
func (s *Service) OneDeskTicket(ctx context.Context, a fair.Actor, id fair.ID) (DeskTicket, error) {
	t, err := s.Stores.Tickets.Get(ctx, id)
	if err != nil {
		return DeskTicket{}, err
	}
	if !a.Recruits(t.Stand) && !a.Organises(t.Fair) {
		t.Effects = nil
		return DeskTicket{Ticket: t, Anonymous: true, Presence: IsUnknown}, nil
	}
	v, err := s.deskTicketOf(ctx, a, t)
	if err == nil && !v.Anonymous {
		err = s.noteReadings(ctx, a, waitingOf(t))
	}
	if err != nil {
		return DeskTicket{}, err
	}
	v.Presence = presentness(t, s.online(ctx, []fair.Ticket{t}))
	return v, err
}

// deskTicketOf is a ticket as its stand sees it, but for who is there.
func (s *Service) deskTicketOf(ctx context.Context, a fair.Actor, t fair.Ticket) (DeskTicket, error) {
	at, err := s.lineOf(ctx, t.Stand)
	if err != nil {
		return DeskTicket{}, err
	}
	around := newSurroundings(s)
	known, err := around.knownAt(ctx, a, t.Stand, []fair.Ticket{t})
	if err != nil {
		return DeskTicket{}, err
	}
	return around.deskTicket(ctx, at, t, known[t.Candidate])
}

func (r *surroundings) deskTicket(ctx context.Context, at lineNow, t fair.Ticket, of known) (v DeskTicket, err error) {
	t.Effects = nil
	v = DeskTicket{Ticket: t, Met: of.met, Names: map[fair.ID]string{}}
	candidate, err := once(ctx, r.accounts, t.Candidate, r.s.Stores.Accounts.Get)
	if err != nil {
		return v, fmt.Errorf("read the person of ticket %s: %w", t.ID, err)
	}
	v.Candidate = candidateCard(candidate)
	v.Candidate.Account = t.Candidate
	if at.rules.Anonymous && t.State != fair.TicketMeeting && len(of.met) == 0 {
		v.Anonymous, v.Candidate.Name, v.Candidate.About = true, "", ""
	}
	if t.Open && !v.Anonymous && shownTo(candidate) {
		v.cv, v.CV = of.cv, card(of.cv, t.JoinedAt)
	}
	if t.Offer != "" {
		offer, err := once(ctx, r.offers, t.Offer, r.s.Stores.Offers.Get)
		if err != nil {
			return v, fmt.Errorf("read the offer of ticket %s: %w", t.ID, err)
		}
		if offer.ID != "" {
			v.Offer = &offer
		}
	}
	v.Applied = slices.DeleteFunc(slices.Clone(of.applied), func(o fair.Offer) bool { return o.ID == t.Offer })
	for _, h := range t.Handoffs {
		by, err := once(ctx, r.accounts, h.By, r.s.Stores.Accounts.Get)
		if err != nil {
			return v, fmt.Errorf("read who handed ticket %s over: %w", t.ID, err)
		}
		from, err := once(ctx, r.stands, h.Stand, r.s.Stores.Stands.Get)
		if err != nil {
			return v, fmt.Errorf("read where ticket %s was: %w", t.ID, err)
		}
		v.Names[h.By], v.Names[h.Stand] = by.Name, from.Name
	}
	return v, nil
}

// LineFacts is what anybody may know of a line.
type LineFacts struct {
	Stand      fair.ID
	State      fair.LineState
	OpenNow    bool
	Waiting    int
	Recruiters int
	Range      fair.Range // of somebody who joins now
	OpensAt    time.Time  // by its hours, while it is closed; zero when that is not known
	Message    fair.Text  // to those who wait
	Until      time.Time  // of a pause: when it ends by itself
}

// facts sums a line up.
func (s *Service) facts(at *lineAhead) LineFacts {
	facts := LineFacts{
		Stand: at.stand.ID, State: s.stateAt(at.lineNow), OpenNow: s.openNow(at.lineNow), Waiting: len(at.waiting),
		Recruiters: at.line.Available(at.now), Range: at.joining(),
		Message: at.line.Message,
	}
	if facts.State == fair.LinePaused {
		facts.Until = at.line.Until
	}
	if !facts.OpenNow && at.line.ByHand(at.now) != fair.LineClosed {
		facts.OpensAt = at.line.Next(s.onNow(at.fair, at.now), at.now)
	}
	return facts
}

// StandLine is what anybody may know of a stand's line.
func (s *Service) StandLine(ctx context.Context, st fair.Stand) (LineFacts, error) {
	list, err := s.linesOf(ctx, st.Fair, []fair.Stand{st}, lineFresh)
	if err != nil {
		return LineFacts{}, err
	}
	return list[0], nil
}

// FairLines is what anybody may know of the lines of a fair, by stand number.
func (s *Service) FairLines(ctx context.Context, a fair.Actor, fairRef string) ([]LineFacts, error) {
	f, err := s.Fair(ctx, a, fairRef)
	if err != nil {
		return nil, err
	}
	var stands []fair.Stand
	for page := 1; ; page++ {
		list, total, err := s.Stores.Stands.List(ctx, f.ID, page, 100)
		if err != nil {
			return nil, err
		}
		if stands = append(stands, list...); len(stands) >= total || len(list) == 0 {
			break
		}
	}
	return s.linesOf(ctx, f.ID, stands, fairFresh)
}

// StandLines is what anybody may know of the lines of some stands of one fair.
func (s *Service) StandLines(ctx context.Context, fairID fair.ID, stands []fair.Stand) (map[fair.ID]LineFacts, error) {
	list, err := s.linesOf(ctx, fairID, stands, fairFresh)
	if err != nil {
		return nil, err
	}
	byStand := make(map[fair.ID]LineFacts, len(list))
	for _, l := range list {
		byStand[l.Stand] = l
	}
	return byStand, nil
}

// linesOf sums up the lines of stands of one fair.
func (s *Service) linesOf(ctx context.Context, fairID fair.ID, stands []fair.Stand, how freshness) ([]LineFacts, error) {
	f, err := s.Stores.Fairs.Get(ctx, fairID)
	if err != nil {
		return nil, err
	}
	lines, err := s.linesAhead(ctx, f, stands, how)
	if err != nil {
		return nil, err
	}
	facts := make([]LineFacts, len(lines))
	for i, at := range lines {
		facts[i] = s.facts(at)
	}
	return facts, nil
}

package service_test

import (
	"testing"
	"time"

	"salon/fair"
	"salon/fair/service"
)

func TestWhoMayRunALine(t *testing.T) {
	q := newQueue(t)
	to := q.demo(fair.Recruiter, 3).Roles[0].Stand
	later := q.clock.Now().Add(time.Hour)
	candidate, other := q.demo(fair.Candidate, 1), q.demo(fair.Recruiter, 2)
	for name, c := range map[string]struct {
		do      func(fair.Actor) error
		refused map[string]string // who, and the code
		allowed []string
	}{
		"see the line": {func(a fair.Actor) error { _, err := q.LineDesk(t.Context(), a, q.stand); return err },
			map[string]string{"a visitor": "sign.in", "a candidate": "not.recruiter", "another stand": "not.recruiter"}, []string{"the recruiter", "the organiser"}},
		"say that one is on duty": {func(a fair.Actor) error {
			_, err := q.SetDuty(t.Context(), a, q.stand, fair.OnBreak, 10)
			return err
		},
			map[string]string{"a visitor": "sign.in", "a candidate": "not.recruiter", "another stand": "not.recruiter", "the organiser": "not.recruiter"}, []string{"the recruiter"}},
		"pause it": {func(a fair.Actor) error {
			_, err := q.SetLine(t.Context(), a, q.stand, service.LineEdit{State: fair.LinePaused, Minutes: 10})
			return err
		},
			map[string]string{"a visitor": "sign.in", "a candidate": "not.recruiter", "another stand": "not.recruiter"}, []string{"the recruiter", "the organiser"}},
		"set its hours": {func(a fair.Actor) error { _, err := q.SetHours(t.Context(), a, q.stand, nil); return err },
			map[string]string{"a visitor": "sign.in", "a candidate": "not.recruiter", "another stand": "not.recruiter"}, []string{"the recruiter", "the organiser"}},
		"extend its hours": {func(a fair.Actor) error { _, err := q.ExtendHours(t.Context(), a, q.stand, later); return err },
			map[string]string{"a visitor": "sign.in", "a candidate": "not.organiser", "another stand": "not.organiser", "the recruiter": "not.organiser"}, []string{"the organiser"}},
		"move it": {func(a fair.Actor) error { _, err := q.MoveLine(t.Context(), a, q.stand, to); return err },
			map[string]string{"a visitor": "sign.in", "a candidate": "not.organiser", "another stand": "not.organiser", "the recruiter": "not.organiser"}, []string{"the organiser"}},
	} {
		t.Run(name, func(t *testing.T) {
			people := map[string]fair.Actor{"a visitor": {}, "a candidate": candidate, "another stand": other, "the recruiter": q.recruiter, "the organiser": q.boss}
			for who, code := range c.refused {
				kind := fair.Forbidden
				if code == "sign.in" {
					kind = fair.Unauthenticated
				}
				refused(t, c.do(people[who]), kind, code)
			}
			for _, who := range c.allowed {
				if err := c.do(people[who]); err != nil {
					t.Errorf("%s: %v", who, err)
				}
			}
		})
	}
}

func TestWhatIsNothingToSayOfALineIsRefused(t *testing.T) {
	q := newQueue(t)
	long := make([]rune, fair.LineMessage+1)
	for i := range long {
		long[i] = 'é'
	}
	for name, c := range map[string]struct {
		do   func() error
		code string
	}{
		"a state nobody knows": {func() error {
			_, err := q.SetLine(t.Context(), q.boss, q.stand, service.LineEdit{State: "x"})
			return err
		}, "line.state"},
		"a pause of a day": {func() error {
			_, err := q.SetLine(t.Context(), q.boss, q.stand, service.LineEdit{State: fair.LinePaused, Minutes: 1440})
			return err
		}, "line.minutes"},
		"a novel": {func() error {
			_, err := q.SetLine(t.Context(), q.boss, q.stand, service.LineEdit{State: fair.LineOpen, Message: string(long)})
			return err
		}, "text.long"},
		"nothing to offer": {func() error {
			_, err := q.SetLine(t.Context(), q.boss, q.stand, service.LineEdit{State: fair.LineClosed, Instead: &fair.Instead{Kind: "tea"}})
			return err
		}, "instead.kind"},
		"a duty nobody knows":    {func() error { _, err := q.SetDuty(t.Context(), q.recruiter, q.stand, "x", 0); return err }, "duty.state"},
		"a break of a day":       {func() error { _, err := q.SetDuty(t.Context(), q.recruiter, q.stand, fair.OnBreak, 1440); return err }, "duty.minutes"},
		"longer until yesterday": {func() error { _, err := q.ExtendHours(t.Context(), q.boss, q.stand, q.clock.Now()); return err }, "hours.longer"},
		"longer until next week": {func() error {
			_, err := q.ExtendHours(t.Context(), q.boss, q.stand, q.clock.Now().AddDate(0, 0, 7))
			return err
		}, "hours.longer"},
		"hours that run backward": {func() error {
			_, err := q.SetHours(t.Context(), q.boss, q.stand, []fair.Hours{{Days: []time.Weekday{1}, From: 9, To: 8}})
			return err
		}, "hours.order"},
		"moved to itself": {func() error { _, err := q.MoveLine(t.Context(), q.boss, q.stand, q.stand); return err }, "handoff.target"},
	} {
		t.Run(name, func(t *testing.T) { refused(t, c.do(), fair.Invalid, c.code) })
	}
}

func TestAPausedLineTakesPeopleAndCallsNobody(t *testing.T) {
	q := newQueue(t)
	_, err := q.SetLine(t.Context(), q.recruiter, q.stand, service.LineEdit{State: fair.LinePaused, Minutes: 10, Message: "Retour à 9 h 10"})
	q.must(err)
	who, tickets := q.people(q.stand, 1)
	if b := q.board(who[0]); b.State != fair.LinePaused || b.Message.FR != "Retour à 9 h 10" || b.Until.IsZero() {
		t.Errorf("those who wait are told %+v", b)
	}
	_, err = q.CallNext(t.Context(), q.recruiter, q.stand, service.CallRequest{})
	refused(t, err, fair.Conflict, "line.paused")
	q.pass(10 * time.Minute)
	if c := q.next(q.recruiter, q.stand); c.Ticket.ID != tickets[0].ID {
		t.Error("after the pause somebody else is called")
	}
}

func TestALineWithoutHoursIsOpenWhileSomebodyIsOnDuty(t *testing.T) {
	h := newHouse(t)
	recruiter, who := h.demo(fair.Recruiter, 1), h.demo(fair.Candidate, 1)
	stand := recruiter.Roles[0].Stand
	joins := func(a fair.Actor) error {
		_, _, err := h.JoinLine(t.Context(), a, stand, service.JoinRequest{Channel: fair.Video})
		return err
	}
	refused(t, joins(who), fair.Conflict, "line.closed")
	_, err := h.CallNext(t.Context(), recruiter, stand, service.CallRequest{})
	h.must(err) // calling puts the recruiter on duty
	h.must(joins(who))
	_, err = h.SetDuty(t.Context(), recruiter, stand, fair.OffDuty, 0)
	h.must(err)
	h.must(joins(who)) // the place is kept
	refused(t, joins(h.demo(fair.Candidate, 2)), fair.Conflict, "line.closed")
	_, err = h.SetHours(t.Context(), recruiter, stand, []fair.Hours{{Days: []time.Weekday{opening.Weekday()}, From: 9 * 60, To: 12 * 60}})
	h.must(err)
	h.must(joins(h.demo(fair.Candidate, 2)))
	h.clock.Pass(2 * time.Hour) // noon in Paris
	refused(t, joins(h.demo(fair.Candidate, 3)), fair.Conflict, "line.closed")
	_, err = h.ExtendHours(t.Context(), h.boss, stand, h.clock.Now().Add(time.Hour))
	h.must(err)
	h.must(joins(h.demo(fair.Candidate, 3)))
	facts, err := h.FairLines(t.Context(), fair.Actor{}, h.fair.Slug)
	h.must(err)
	for _, f := range facts {
		if f.Stand == stand && (f.Waiting != 3 || !f.OpenNow || f.Recruiters != 0 || f.Range.Known) {
			t.Errorf("everybody is told %+v", f)
		}
	}
	if len(facts) != 3 {
		t.Errorf("%d lines, want one for each stand", len(facts))
	}
}

func TestTheOrganisersCapAndTheUniquePlace(t *testing.T) {
	q := newQueue(t)
	q.settle(func(r *fair.Rules) { r.Line.MaxTickets = 2 })
	second, third := q.onDuty(q.demo(fair.Recruiter, 2)), q.onDuty(q.demo(fair.Recruiter, 3))
	who := q.demo(fair.Candidate, 1)
	first := q.join(who, q.stand)
	q.join(who, second)
	q.join(who, q.stand) // the same place again
	_, _, err := q.JoinLine(t.Context(), who, third, service.JoinRequest{Channel: fair.Video})
	refused(t, err, fair.Conflict, "line.many")
	q.answer(who, first.ID, fair.AnswerLeave)
	q.join(who, third)
	q.sound(who)
	both := q.recruiter
	both.Roles = append(both.Roles, fair.Role{Kind: fair.Candidate})
	for name, c := range map[string]struct {
		who  fair.Actor
		r    service.JoinRequest
		kind fair.Kind
		code string
	}{
		"a visitor":                   {fair.Actor{}, service.JoinRequest{Channel: fair.Video}, fair.Unauthenticated, "sign.in"},
		"a recruiter":                 {q.recruiter, service.JoinRequest{Channel: fair.Video}, fair.Forbidden, "not.candidate"},
		"the stand's own recruiter":   {both, service.JoinRequest{Channel: fair.Video}, fair.Conflict, "line.own"},
		"by a channel nobody has":     {q.demo(fair.Candidate, 5), service.JoinRequest{Channel: "fax"}, fair.Invalid, "channel.unknown"},
		"by phone without a number":   {q.person("nadia@example.org"), service.JoinRequest{Channel: fair.Phone}, fair.Invalid, "phone.missing"},
		"about an offer of elsewhere": {q.demo(fair.Candidate, 5), service.JoinRequest{Channel: fair.Video, Offer: fair.NewID()}, fair.Invalid, "offer.unknown"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := q.JoinLine(t.Context(), c.who, q.stand, c.r)
			refused(t, err, c.kind, c.code)
		})
	}
}

func TestAnAnonymousFairTellsNoNamesUntilTheyMeet(t *testing.T) {
	q := newQueue(t)
	q.settle(func(r *fair.Rules) { r.Anonymous = true })
	who, tickets := q.people(q.stand, 2)
	desk := func() []service.DeskTicket {
		d, err := q.LineDesk(t.Context(), q.recruiter, q.stand)
		q.must(err)
		return d.Tickets
	}
	for i, x := range desk() {
		if !x.Anonymous || x.Candidate.Name != "" || x.Candidate.About != "" || x.Ticket.Number != i+1 {
			t.Errorf("before they meet the desk is told %+v, number %d", x.Candidate, x.Ticket.Number)
		}
	}
	q.next(q.recruiter, q.stand)
	if x := desk()[0]; !x.Anonymous {
		t.Error("a call tells the name")
	}
	q.answer(who[0], tickets[0].ID, fair.AnswerReady)
	if x := desk()[0]; x.Anonymous || x.Candidate.Name == "" {
		t.Errorf("while they meet the desk is told %+v", x.Candidate)
	}
}

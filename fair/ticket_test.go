package fair_test

import (
	"slices"
	"testing"
	"time"

	"salon/fair"
)

var clock = time.Date(2027, 3, 17, 10, 0, 0, 0, time.UTC)

// place is a waiting ticket of somebody who joined so many minutes ago.
func place(id fair.ID, minutes int, change ...func(*fair.Ticket)) fair.Ticket {
	t := fair.Ticket{
		ID: id, Candidate: "of-" + id, State: fair.TicketWaiting, Open: true,
		JoinedAt: clock.Add(-time.Duration(minutes) * time.Minute),
	}
	for _, c := range change {
		c(&t)
	}
	return t
}

func at(d time.Duration) *time.Time {
	t := clock.Add(d)
	return &t
}

func TestRankIsTheTimeOfJoiningThenTheID(t *testing.T) {
	tickets := []fair.Ticket{place("c", 5), place("b", 5), place("d", 1), place("a", 9)}
	slices.SortFunc(tickets, fair.CompareRank)
	var got []fair.ID
	for _, x := range tickets {
		got = append(got, x.ID)
	}
	if want := []fair.ID{"a", "b", "c", "d"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestWhoMayBeCalledByWhom(t *testing.T) {
	state := func(s fair.TicketState) func(*fair.Ticket) {
		return func(t *fair.Ticket) { t.State, t.Open = s, s.Open() }
	}
	for name, c := range map[string]struct {
		ticket fair.Ticket
		code   string
	}{
		"somebody who waits":                   {place("a", 5), ""},
		"somebody who missed a call":           {place("a", 5, func(t *fair.Ticket) { t.Skips, t.GraceAt = 1, at(-time.Minute) }), ""},
		"somebody who is called already":       {place("a", 5, state(fair.TicketCalled)), "ticket.called"},
		"somebody who is in the interview":     {place("a", 5, state(fair.TicketMeeting)), "ticket.called"},
		"somebody who left":                    {place("a", 5, state(fair.TicketLeft)), "ticket.closed"},
		"somebody handed to a colleague":       {place("a", 5, func(t *fair.Ticket) { t.Recruiter = "other" }), "ticket.handed"},
		"somebody handed to this recruiter":    {place("a", 5, func(t *fair.Ticket) { t.Recruiter = "me" }), ""},
		"somebody who is being moved":          {place("a", 5, func(t *fair.Ticket) { t.Handing = &fair.Handing{} }), "ticket.moving"},
		"somebody who let others pass":         {place("a", 5, func(t *fair.Ticket) { t.NotBefore = at(time.Second) }), "ticket.postponed"},
		"somebody who let others pass in time": {place("a", 5, func(t *fair.Ticket) { t.NotBefore = at(0) }), ""},
	} {
		t.Run(name, func(t *testing.T) { wantCode(t, c.ticket.CallableBy("me", clock), c.code) })
	}
}

// wantCode checks the code of a refusal, "" for none.
func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	got := ""
	if e, ok := err.(*fair.Error); ok {
		got = e.Code
	}
	if got != code {
		t.Errorf("the answer is %v, want %q", err, code)
	}
}

func TestThosePresentAreCalledBeforeThoseAwayEachByRank(t *testing.T) {
	tickets := []fair.Ticket{
		place("away", 9), place("gone", 8, func(t *fair.Ticket) { t.GraceAt = at(-time.Minute) }), place("first", 7),
		place("later", 6, func(t *fair.Ticket) { t.NotBefore = at(time.Minute) }), place("second", 5), place("met", 4, func(t *fair.Ticket) { t.State = fair.TicketMeeting }),
	}
	away := map[fair.ID]bool{"of-away": true}
	for name, c := range map[string]struct {
		away map[fair.ID]bool
		want []fair.ID
	}{
		"who is there is known":          {away, []fair.ID{"first", "second", "away", "gone"}},
		"who is there is not known":      {nil, []fair.ID{"away", "first", "second", "gone"}},
		"everybody is away: ask anybody": {map[fair.ID]bool{"of-away": true, "of-first": true, "of-second": true}, []fair.ID{"away", "gone", "first", "second"}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []fair.ID
			for _, x := range fair.CallOrder(tickets, "me", c.away, clock) {
				got = append(got, x.ID)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
	passed := fair.PassedOver(tickets, tickets[2], "me", away, clock)
	if len(passed) != 1 || passed[0].ID != "away" {
		t.Errorf("passed over: %+v", passed)
	}
	if passed := fair.PassedOver(tickets, tickets[2], "me", nil, clock); len(passed) != 0 {
		t.Errorf("passed over without knowing who is there: %+v", passed)
	}
}

func TestWhatAPersonMaySayInEachState(t *testing.T) {
	call := func(left time.Duration) func(*fair.Ticket) {
		return func(t *fair.Ticket) {
			t.State, t.Call = fair.TicketCalled, &fair.Call{Until: clock.Add(left)}
		}
	}
	once := func(t *fair.Ticket) { t.Postpones = 1 }
	meeting := func(t *fair.Ticket) { t.State, t.Call = fair.TicketMeeting, &fair.Call{Until: clock} }
	missedCall := func(t *fair.Ticket) { t.Skips, t.GraceAt = 1, at(-time.Second) }
	gone := func(t *fair.Ticket) { t.State, t.Open = fair.TicketMissed, false }
	for name, c := range map[string]struct {
		ticket                       fair.Ticket
		ready, postpone, leave, here string
	}{
		"waiting":                     {place("a", 1), "ticket.notcalled", "", "", ""},
		"waiting, postponed before":   {place("a", 1, once), "ticket.notcalled", "ticket.postponedonce", "", ""},
		"waiting after a missed call": {place("a", 1, missedCall), "call.over", "", "", ""},
		"called":                      {place("a", 1, call(time.Second)), "", "", "", ""},
		"called, postponed before":    {place("a", 1, call(time.Second), once), "", "ticket.postponedonce", "", ""},
		"called, and too late":        {place("a", 1, call(0)), "call.over", "call.over", "", ""},
		"meeting":                     {place("a", 1, meeting), "", "ticket.meeting", "", ""},
		"missed":                      {place("a", 1, gone), "ticket.closed", "ticket.closed", "ticket.closed", "ticket.closed"},
	} {
		t.Run(name, func(t *testing.T) {
			wantCode(t, c.ticket.May(fair.AnswerReady, clock), c.ready)
			wantCode(t, c.ticket.May(fair.AnswerPostpone, clock), c.postpone)
			wantCode(t, c.ticket.May(fair.AnswerLeave, clock), c.leave)
			wantCode(t, c.ticket.May(fair.AnswerHere, clock), c.here)
			wantCode(t, c.ticket.May("perhaps", clock), "answer.unknown")
			if c.ticket.Postponable(clock) != (c.postpone == "") {
				t.Error("postponable tells something else")
			}
		})
	}
}

func TestOurOwnOutagesLengthenAGracePeriod(t *testing.T) {
	minute := func(from, to int) fair.Outage {
		return fair.Outage{From: clock.Add(time.Duration(from) * time.Minute), To: clock.Add(time.Duration(to) * time.Minute)}
	}
	for name, c := range map[string]struct {
		outages []fair.Outage
		minutes int
	}{
		"none":                              {nil, 10},
		"one before":                        {[]fair.Outage{minute(-9, 0)}, 10},
		"one after":                         {[]fair.Outage{minute(10, 20)}, 10},
		"one within":                        {[]fair.Outage{minute(2, 5)}, 13},
		"one that began before":             {[]fair.Outage{minute(-5, 4)}, 14},
		"one that lasts beyond":             {[]fair.Outage{minute(9, 30)}, 31},
		"two, out of order":                 {[]fair.Outage{minute(6, 8), minute(1, 2)}, 13},
		"two that overlap count once":       {[]fair.Outage{minute(1, 5), minute(3, 6)}, 15},
		"one within what another has added": {[]fair.Outage{minute(8, 11), minute(12, 14)}, 15},
	} {
		t.Run(name, func(t *testing.T) {
			got := fair.GraceEnds(clock, 10*time.Minute, c.outages)
			if want := clock.Add(time.Duration(c.minutes) * time.Minute); !got.Equal(want) {
				t.Errorf("it ends after %s, want %d minutes", got.Sub(clock), c.minutes)
			}
		})
	}
}

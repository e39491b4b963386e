package fair_test

import (
	"strings"
	"testing"
	"time"

	"salon/fair"
)

const candidateID, recruiterID, organiserID = fair.ID("c"), fair.ID("r"), fair.ID("o")

var nine = time.Date(2021, 1, 20, 9, 0, 0, 0, time.UTC)

// said is one message: side, minutes after nine.
type said struct {
	side   fair.Side
	minute int
}

func write(t *testing.T, thread fair.Thread, m said) fair.Thread {
	t.Helper()
	by := map[fair.Side]fair.ID{fair.SideCandidate: candidateID, fair.SideStand: recruiterID, fair.SideOrganiser: organiserID}[m.side]
	next, err := thread.Say(fair.Message{ID: fair.NewID(), By: by, Side: m.side, Text: "Bonjour", At: nine.Add(time.Duration(m.minute) * time.Minute)}, 10*time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	return next
}

func TestWhoOwesAnAnswerFollowsFromWhoWroteLast(t *testing.T) {
	candidate, stand, organiser := fair.SideCandidate, fair.SideStand, fair.SideOrganiser
	for _, tc := range []struct {
		name string
		with fair.ID // the candidate; empty for organisers
		said []said
		owes fair.Side
		at   int // minutes after nine of the request
		due  bool
	}{
		{"a question", candidateID, []said{{candidate, 0}}, stand, 0, true},
		{"a second question keeps the time of the first", candidateID, []said{{candidate, 0}, {candidate, 5}}, stand, 0, true},
		{"an answer", candidateID, []said{{candidate, 0}, {stand, 5}}, "", 0, false},
		{"a stand that writes first asks nothing of a candidate", candidateID, []said{{stand, 0}}, "", 0, false},
		{"a candidate's answer to it is a question to the stand", candidateID, []said{{stand, 0}, {candidate, 3}}, stand, 3, true},
		{"an organiser's request", "", []said{{organiser, 0}}, stand, 0, true},
		{"its answer", "", []said{{organiser, 0}, {stand, 5}}, "", 0, false},
		{"a stand's request goes to the organisers at once", "", []said{{stand, 2}}, organiser, 2, false},
		{"and their answer ends it", "", []said{{stand, 2}, {organiser, 4}}, "", 0, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			thread := fair.Thread{Candidate: tc.with}
			for _, m := range tc.said {
				thread = write(t, thread, m)
			}
			if thread.Owes != tc.owes || (thread.DueAt != nil) != tc.due || (thread.AskedAt != nil) != (tc.owes != "") {
				t.Fatalf("%q owes since %v, due %v", thread.Owes, thread.AskedAt, thread.DueAt)
			}
			if tc.owes != "" && !thread.AskedAt.Equal(nine.Add(time.Duration(tc.at)*time.Minute)) {
				t.Errorf("asked at %s", thread.AskedAt)
			}
			if tc.owes == organiser && thread.Level != fair.ToldOrganiser {
				t.Errorf("level %d", thread.Level)
			}
		})
	}
}

func TestAnUnansweredRequestGoesToColleaguesThenToTheOrganiser(t *testing.T) {
	const every = 10 * time.Minute
	thread := write(t, fair.Thread{Candidate: candidateID}, said{fair.SideCandidate, 0})
	for _, at := range []struct {
		minute int
		moves  bool
		level  fair.ThreadLevel
	}{
		{9, false, fair.ToldOnDuty}, {10, true, fair.ToldTeam}, {15, false, fair.ToldTeam},
		{25, true, fair.ToldOrganiser}, {90, false, fair.ToldOrganiser},
	} {
		next, moved := thread.Escalate(nine.Add(time.Duration(at.minute)*time.Minute), every)
		if moved != at.moves || next.Level != at.level || !next.AskedAt.Equal(nine) {
			t.Errorf("after %d minutes: moved %v to level %d", at.minute, moved, next.Level)
		}
		thread = next
	}
	if thread.DueAt != nil {
		t.Error("after the organisers there is nobody left to tell, and yet something is due")
	}
	answered := write(t, thread, said{fair.SideStand, 95})
	if _, moved := answered.Escalate(nine.Add(24*time.Hour), every); moved || answered.Level != fair.ToldOnDuty {
		t.Error("an answered request goes further")
	}
}

func TestAThreadIsBoundedInEveryWay(t *testing.T) {
	words := func(thread fair.Thread, text string, at time.Time) error {
		_, err := thread.Say(fair.Message{ID: fair.NewID(), By: candidateID, Side: fair.SideCandidate, Text: text, At: at}, time.Minute)
		return err
	}
	var thread fair.Thread
	thread.Candidate = candidateID
	for name, tc := range map[string]struct {
		err  error
		kind fair.Kind
	}{
		"nothing said":          {words(thread, "", nine), fair.Invalid},
		"a thousand and one":    {words(thread, strings.Repeat("é", 1001), nine), fair.Invalid},
		"a thousand characters": {words(thread, strings.Repeat("é", 1000), nine), 0},
	} {
		if (tc.err != nil) != (tc.kind != 0) || tc.err != nil && fair.KindOf(tc.err) != tc.kind {
			t.Errorf("%s: %v", name, tc.err)
		}
	}
	for n := range fair.MessagesPerMinute {
		thread = write(t, thread, said{fair.SideCandidate, 0})
		_ = n
	}
	if err := words(thread, "encore", nine.Add(59*time.Second)); fair.KindOf(err) != fair.TooMany {
		t.Errorf("the eleventh within a minute: %v", err)
	}
	if err := words(thread, "encore", nine.Add(time.Minute)); err != nil {
		t.Errorf("a minute later: %v", err)
	}
	for n := len(thread.Messages); n < fair.MaxMessages; n++ {
		thread = write(t, thread, said{fair.SideCandidate, n})
	}
	if err := words(thread, "encore", nine.Add(24*time.Hour)); fair.KindOf(err) != fair.Conflict {
		t.Errorf("message 201: %v", err)
	}
}

func TestUnreadIsWhatTheOtherSideWroteSince(t *testing.T) {
	thread := fair.Thread{Candidate: candidateID}
	for _, m := range []said{{fair.SideCandidate, 0}, {fair.SideStand, 1}, {fair.SideStand, 2}} {
		thread = write(t, thread, m)
	}
	if mine, theirs := thread.Unread(fair.SideCandidate), thread.Unread(fair.SideStand); mine != 2 || theirs != 0 {
		t.Errorf("the candidate has %d unread, the stand %d: who answers has read", mine, theirs)
	}
	if half := thread.Read(fair.SideCandidate, 2); half.Unread(fair.SideCandidate) != 1 {
		t.Errorf("having read two of three: %+v", half.Seen)
	}
	read := thread.Read(fair.SideCandidate, 99)
	if read.Unread(fair.SideCandidate) != 0 || read.Seen.Other != 3 || read.Read(fair.SideCandidate, 1).Seen != read.Seen {
		t.Errorf("after reading: %+v", read.Seen)
	}
}

package service_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"salon/fair"
	"salon/fair/service"
)

// phones records what reached people whose page is closed.
type phones struct {
	mu     sync.Mutex
	pushed []string // "<endpoint> <body>"
	texts  []string // "<number> <text>"
	gone   map[string]error
}

func (p *phones) Key() string { return "key" }

func (p *phones) Push(_ context.Context, d fair.Device, push service.Push) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.gone[d.Endpoint]; err != nil {
		return err
	}
	p.pushed = append(p.pushed, d.Endpoint+" "+string(push.Body))
	return nil
}

func (p *phones) Text(_ context.Context, _ fair.ID, to, text string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.gone["sms"]; err != nil {
		return err
	}
	p.texts = append(p.texts, to+" "+text)
	return nil
}

func (p *phones) count(endpoint string) (n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, line := range p.pushed {
		if strings.HasPrefix(line, endpoint+" ") {
			n++
		}
	}
	return n
}

// device is a browser that takes push, with keys of the right shape.
func device(name string) fair.Device {
	return fair.Device{
		Endpoint: "https://push.example.net/" + name, Auth: "BTBZMqHH6r4Tts7J_aSIgg",
		P256dh: "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
	}
}

// words is a house with a candidate, two recruiters of one stand, one of
// another, each with a phone that takes push.
type words struct {
	*house
	phones               *phones
	candidate            fair.Actor
	first, second, other fair.Actor
	stand                fair.ID
}

func newWords(t *testing.T) *words {
	t.Helper()
	p := &phones{gone: map[string]error{}}
	w := &words{house: newHouse(t, func(c *service.Config) { c.Pusher, c.Texter = p, p }), phones: p}
	w.candidate, w.first, w.second, w.other = w.demo(fair.Candidate, 1), w.demo(fair.Recruiter, 1), w.demo(fair.Recruiter, 61), w.demo(fair.Recruiter, 2)
	w.stand = w.first.Roles[0].Stand
	if w.second.Roles[0].Stand != w.stand || w.other.Roles[0].Stand == w.stand {
		t.Fatal("the recruiters are not where this test wants them")
	}
	for name, who := range map[string]fair.Actor{"candidate": w.candidate, "first": w.first, "second": w.second, "boss": w.boss} {
		_, err := w.AddDevice(t.Context(), who, device(name))
		w.must(err)
	}
	w.dispatch()
	return w
}

func (w *words) ask(text string) service.ThreadDetail {
	w.t.Helper()
	d, err := w.Ask(w.t.Context(), w.candidate, w.stand, service.Words{Text: text})
	w.must(err)
	return d
}

// pass lets time go by, sweeps and delivers.
func (w *words) pass(d time.Duration) {
	w.t.Helper()
	w.clock.Pass(d)
	w.must(w.Sweep(w.t.Context()))
	w.dispatch()
}

func TestAConversationIsForItsTwoSidesAlone(t *testing.T) {
	w := newWords(t)
	d := w.ask("Le poste est-il ouvert aux débutants ?")
	strangers := []fair.Actor{w.demo(fair.Candidate, 2), w.other, w.boss}
	for _, who := range strangers {
		_, err := w.Thread(t.Context(), who, d.Thread.ID)
		refused(t, err, fair.NotFound, "thread.unknown")
		_, err = w.Write(t.Context(), who, d.Thread.ID, service.Words{Text: "x"})
		refused(t, err, fair.NotFound, "thread.unknown")
		_, err = w.SeenThread(t.Context(), who, d.Thread.ID, 1)
		refused(t, err, fair.NotFound, "thread.unknown")
		_, err = w.SettleThread(t.Context(), who, d.Thread.ID)
		refused(t, err, fair.NotFound, "thread.unknown")
	}
	_, err := w.Thread(t.Context(), fair.Actor{}, d.Thread.ID)
	refused(t, err, fair.Unauthenticated, "sign.in")
	_, err = w.StandThreads(t.Context(), w.candidate, w.stand)
	refused(t, err, fair.Forbidden, "not.recruiter")
	_, err = w.StandThreads(t.Context(), w.other, w.stand)
	refused(t, err, fair.Forbidden, "not.recruiter")
	if seen, err := w.StandThreads(t.Context(), w.boss, w.stand); err != nil || len(seen) != 0 {
		t.Errorf("an organiser reads %d conversations of candidates (%v)", len(seen), err)
	}
	_, err = w.Requests(t.Context(), w.first, string(w.fair.ID))
	refused(t, err, fair.Forbidden, "not.organiser")

	theirs, err := w.StandThreads(t.Context(), w.second, w.stand)
	w.must(err)
	if len(theirs) != 1 || theirs[0].With != w.candidate.Name || theirs[0].Thread.Unread(theirs[0].Side) != 1 || len(theirs[0].Thread.Effects) != 0 {
		t.Errorf("the colleague reads %+v", theirs)
	}
	answer, err := w.Write(t.Context(), w.second, d.Thread.ID, service.Words{Text: "Oui, on vous forme."})
	w.must(err)
	mine, err := w.MyThreads(t.Context(), w.candidate)
	w.must(err)
	if len(mine) != 1 || mine[0].Thread.Owes != "" || mine[0].Names[w.second.Account] != w.second.Name || mine[0].With != answer.Stand.Name {
		t.Errorf("the candidate reads %+v", mine)
	}
}

func TestWhoMayWriteToWhom(t *testing.T) {
	w := newWords(t)
	_, err := w.Ask(t.Context(), w.first, w.stand, service.Words{Text: "x"})
	refused(t, err, fair.Forbidden, "thread.whom")
	_, err = w.Ask(t.Context(), w.other, w.stand, service.Words{Text: "x"})
	refused(t, err, fair.Forbidden, "not.candidate")
	_, err = w.Ask(t.Context(), fair.Actor{}, w.stand, service.Words{Text: "x"})
	refused(t, err, fair.Unauthenticated, "sign.in")
	_, err = w.Ask(t.Context(), w.candidate, w.stand, service.Words{ID: "short", Text: "x"})
	refused(t, err, fair.Invalid, "key.invalid")
	_, err = w.Ask(t.Context(), w.candidate, w.stand, service.Words{Text: " \x00\u0007 "})
	refused(t, err, fair.Invalid, "text.missing")

	slot := w.slots(w.first, 1)[0]
	booked, err := w.book(w.candidate, slot.ID, "k")
	w.must(err)
	to := service.Whom{Interview: booked.Interview.ID}
	_, err = w.WriteTo(t.Context(), w.other, w.other.Roles[0].Stand, to, service.Words{Text: "x"})
	refused(t, err, fair.Invalid, "thread.whom")
	_, err = w.WriteTo(t.Context(), w.boss, w.stand, to, service.Words{Text: "x"})
	refused(t, err, fair.Forbidden, "not.recruiter")
	_, err = w.WriteTo(t.Context(), w.first, w.stand, service.Whom{}, service.Words{Text: "x"})
	refused(t, err, fair.Invalid, "thread.whom")
	d, err := w.WriteTo(t.Context(), w.first, w.stand, to, service.Words{Text: "Pensez à votre permis."})
	w.must(err)
	if d.Thread.Candidate != w.candidate.Account || d.Thread.Owes != "" {
		t.Errorf("the stand wrote %+v", d.Thread)
	}
	w.dispatch()
	if n := w.phones.count("https://push.example.net/candidate"); n != 1 {
		t.Errorf("the candidate was told %d times", n)
	}

	// Organisers and stand have one conversation, whichever of them writes.
	d, err = w.Ask(t.Context(), w.boss, w.stand, service.Words{Text: "Votre file est longue."})
	w.must(err)
	back, err := w.WriteTo(t.Context(), w.first, w.stand, service.Whom{Organisers: true}, service.Words{Text: "Un renfort arrive."})
	w.must(err)
	if back.Thread.ID != d.Thread.ID || back.Thread.Owes != "" {
		t.Errorf("the answer is %+v", back.Thread)
	}
	if seen, err := w.StandThreads(t.Context(), w.boss, w.stand); err != nil || len(seen) != 1 || seen[0].Side != fair.SideOrganiser {
		t.Errorf("the organiser reads %+v (%v)", seen, err)
	}
}

func TestAnUnansweredQuestionGoesToTheTeamThenToTheOrganiserAndStopsWhenAnswered(t *testing.T) {
	w := newWords(t)
	d := w.ask("Y a-t-il des horaires de nuit ?")
	w.dispatch()
	w.ask("Je suis là jusqu’à midi.") // no second alarm
	w.pass(9 * time.Minute)
	const first, second, boss = "https://push.example.net/first", "https://push.example.net/second", "https://push.example.net/boss"
	told := func(when string, f, s, b int) {
		t.Helper()
		if w.phones.count(first) != f || w.phones.count(second) != s || w.phones.count(boss) != b {
			t.Errorf("%s: the two recruiters were told %d and %d times, the organiser %d", when, w.phones.count(first), w.phones.count(second), w.phones.count(boss))
		}
	}
	told("after nine minutes", 1, 1, 0)
	requests, err := w.Requests(t.Context(), w.boss, w.fair.Slug)
	w.must(err)
	if len(requests) != 1 || requests[0].Text != "" || requests[0].Level != fair.ToldOnDuty || !requests[0].Since.Equal(opening) {
		t.Errorf("before the end of its time the organiser reads %+v", requests)
	}
	w.pass(time.Minute)
	told("after ten", 2, 2, 0)
	w.pass(10 * time.Minute)
	told("after twenty", 2, 2, 1)
	w.pass(time.Hour)
	told("after an hour more", 2, 2, 1)
	requests, err = w.Requests(t.Context(), w.boss, w.fair.Slug)
	w.must(err)
	if len(requests) != 1 || requests[0].Text != "Y a-t-il des horaires de nuit ?\nJe suis là jusqu’à midi." || requests[0].Level != fair.ToldOrganiser {
		t.Errorf("the organiser reads %+v", requests)
	}
	_, err = w.Write(t.Context(), w.second, d.Thread.ID, service.Words{Text: "Oui, deux par mois."})
	w.must(err)
	w.pass(time.Hour)
	told("after the answer", 2, 2, 1)
	if requests, err = w.Requests(t.Context(), w.boss, w.fair.Slug); err != nil || len(requests) != 0 {
		t.Errorf("answered, and still %+v (%v)", requests, err)
	}
	for _, line := range w.phones.pushed {
		if strings.Contains(line, "nuit") || strings.Contains(line, w.candidate.Name) {
			t.Errorf("a push says who asked, or what: %s", line)
		}
	}
}

func TestAThankYouNeedsNoAnswer(t *testing.T) {
	w := newWords(t)
	d := w.ask("Merci !")
	_, err := w.SettleThread(t.Context(), w.candidate, d.Thread.ID)
	refused(t, err, fair.Forbidden, "not.own")
	after, err := w.SettleThread(t.Context(), w.first, d.Thread.ID)
	w.must(err)
	again, err := w.SettleThread(t.Context(), w.second, d.Thread.ID)
	w.must(err)
	if after.Thread.Owes != "" || again.Thread.Rev != after.Thread.Rev || after.Thread.Unread(fair.SideStand) != 0 {
		t.Errorf("settled: %+v, again: rev %d", after.Thread, again.Thread.Rev)
	}
	w.pass(time.Hour)
	if n := w.phones.count("https://push.example.net/boss"); n != 0 {
		t.Errorf("the organiser was told %d times of a thank-you", n)
	}
}

func TestAMessageSentTwiceIsWrittenOnceAlsoWhenItsProcessDied(t *testing.T) {
	w := newWords(t)
	same := service.Words{ID: fair.NewID(), Text: "Bonjour"}
	dying := newHouseOn(w.house, func(c *service.Config) {
		c.Step = func(step string) error {
			if step == "thread.say" {
				return errKilled
			}
			return nil
		}
	})
	if _, err := dying.Ask(t.Context(), w.candidate, w.stand, same); !errors.Is(err, errKilled) {
		t.Fatalf("killed: %v", err)
	}
	for range 2 {
		d, err := w.Ask(t.Context(), w.candidate, w.stand, same)
		w.must(err)
		if len(d.Thread.Messages) != 1 {
			t.Fatalf("%d messages", len(d.Thread.Messages))
		}
	}
	// Killed after a push went out and before it was struck off: not told again.
	dying = newHouseOn(w.house, func(c *service.Config) {
		c.Step = func(step string) error {
			if step == "settle" {
				return errKilled
			}
			return nil
		}
	})
	if err := service.NewDispatcher(dying.Service).Dispatch(t.Context()); !errors.Is(err, errKilled) {
		t.Fatalf("killed: %v", err)
	}
	w.dispatch()
	if n := w.phones.count("https://push.example.net/first"); n != 1 {
		t.Errorf("the recruiter was told %d times", n)
	}
}

func TestManyWriteAtOnceAndNoMessageIsLost(t *testing.T) {
	w := newWords(t)
	d := w.ask("Bonjour")
	var group sync.WaitGroup
	for i := range 6 {
		who := []fair.Actor{w.candidate, w.first, w.second}[i%3]
		group.Go(func() {
			if _, err := w.Write(t.Context(), who, d.Thread.ID, service.Words{Text: fmt.Sprint("message ", i)}); err != nil {
				t.Errorf("message %d: %v", i, err)
			}
		})
	}
	group.Wait()
	after, err := w.Thread(t.Context(), w.candidate, d.Thread.ID)
	w.must(err)
	if len(after.Thread.Messages) != 7 {
		t.Errorf("%d messages, want 7", len(after.Thread.Messages))
	}
}

// Its guard is the revision in Threads.Save: without it more than the limit are
// written.
func TestTheLimitsOfAConversationHoldAgainstManyAtOnce(t *testing.T) {
	w := newWords(t)
	d := w.ask("un")
	var group sync.WaitGroup
	var mu sync.Mutex
	written := 1
	for i := range 3 * fair.MessagesPerMinute {
		group.Go(func() {
			_, err := w.Write(t.Context(), w.candidate, d.Thread.ID, service.Words{Text: fmt.Sprint(i)})
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				written++
			} else if kind := fair.KindOf(err); kind != fair.TooMany && kind != fair.Conflict {
				t.Error(err)
			}
		})
	}
	group.Wait()
	after, err := w.Thread(t.Context(), w.candidate, d.Thread.ID)
	w.must(err)
	if n := len(after.Thread.Messages); n != written || n > fair.MessagesPerMinute {
		t.Errorf("%d messages stand there, %d were acknowledged, %d are allowed", n, written, fair.MessagesPerMinute)
	}
}

func TestOfTwoNodesThatSweepAtOnceOneTakesARequestFurther(t *testing.T) {
	w := newWords(t)
	w.ask("Bonjour ?")
	w.dispatch()
	w.clock.Pass(10 * time.Minute)
	other := newHouseOn(w.house, func(*service.Config) {})
	var group sync.WaitGroup
	for _, node := range []*house{w.house, other, w.house, other} {
		group.Go(func() {
			if err := node.Sweep(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	w.dispatch()
	if n := w.phones.count("https://push.example.net/first"); n != 2 {
		t.Errorf("the recruiter was told %d times, want once of the question and once that it waits", n)
	}
	requests, err := w.Requests(t.Context(), w.boss, w.fair.Slug)
	w.must(err)
	if len(requests) != 1 || requests[0].Level != fair.ToldTeam {
		t.Errorf("%+v", requests)
	}
}

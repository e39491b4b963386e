package service_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"salon/fair"
	"salon/fair/service"
)

func (w *words) wrote(text string) {
	w.t.Helper()
	d := w.ask("Bonjour, une question.")
	_, err := w.Write(w.t.Context(), w.first, d.Thread.ID, service.Words{Text: text})
	w.must(err)
}

const endpoint = "https://push.example.net/candidate"

func TestSomebodyIsReachedByTheFirstWayThatWorks(t *testing.T) {
	unavailable, gone := fair.E(fair.Unavailable, "push.away"), fair.E(fair.Gone, "device.unknown")
	for _, tc := range []struct {
		name          string
		devices       bool
		push          error
		pushes, mails int
		later         int // mails once patience has run out
		kept          int // devices afterwards
	}{
		{"a device that takes it", true, nil, 1, 0, 0, 1},
		{"no device: a mail", false, nil, 0, 1, 1, 0},
		{"a device that is gone is forgotten, then a mail", true, gone, 0, 1, 1, 0},
		{"a refusal keeps the device, then a mail", true, fair.E(fair.Invalid, "device.endpoint"), 0, 1, 1, 1},
		{"a push service that is away is waited for, then a mail", true, unavailable, 0, 0, 1, 1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := newWords(t)
			if !tc.devices {
				w.must(w.DropDevice(t.Context(), w.candidate, ""))
			}
			w.phones.gone[endpoint] = tc.push
			w.wrote("Oui.")
			deliver := func() { _ = service.NewDispatcher(w.Service).Dispatch(t.Context()) }
			deliver()
			deliver()
			if n, m := w.phones.count(endpoint), w.world.sent(fair.EffectPushMessage); n != tc.pushes || m != tc.mails {
				t.Errorf("%d pushes and %d mails", n, m)
			}
			w.clock.Pass(3 * time.Minute)
			deliver()
			if m := w.world.sent(fair.EffectPushMessage); m != tc.later {
				t.Errorf("%d mails later", m)
			}
			if p, err := w.MyPocket(t.Context(), w.candidate); err != nil || len(p.Devices) != tc.kept {
				t.Errorf("%d devices are kept (%v)", len(p.Devices), err)
			}
		})
	}
}

func TestABurstOfMessagesIsToldOnceUntilItIsRead(t *testing.T) {
	w := newWords(t)
	d := w.ask("Bonjour")
	for i := range 3 {
		_, err := w.Write(t.Context(), w.first, d.Thread.ID, service.Words{Text: fmt.Sprint(i)})
		w.must(err)
	}
	w.dispatch()
	if n := w.phones.count(endpoint); n != 1 {
		t.Fatalf("told %d times of three messages", n)
	}
	_, err := w.SeenThread(t.Context(), w.candidate, d.Thread.ID, 4)
	w.must(err)
	_, err = w.Write(t.Context(), w.first, d.Thread.ID, service.Words{Text: "encore"})
	w.must(err)
	w.dispatch()
	if n := w.phones.count(endpoint); n != 2 {
		t.Errorf("told %d times after reading", n)
	}
}

func TestADeviceBelongsToOnePersonAndThereAreEightAtMost(t *testing.T) {
	w := newWords(t)
	other := w.demo(fair.Candidate, 2)
	_, err := w.AddDevice(t.Context(), other, device("candidate"))
	w.must(err)
	if mine, err := w.MyPocket(t.Context(), w.candidate); err != nil || len(mine.Devices) != 0 {
		t.Errorf("who had the browser before is told on it still: %+v (%v)", mine, err)
	}
	for i := range fair.MaxDevices + 2 {
		_, err := w.AddDevice(t.Context(), other, device(fmt.Sprint("d", i)))
		w.must(err)
	}
	id, err := w.AddDevice(t.Context(), other, device("d9"))
	w.must(err)
	theirs, err := w.MyPocket(t.Context(), other)
	w.must(err)
	if len(theirs.Devices) != fair.MaxDevices || theirs.Devices[0].Endpoint != "https://push.example.net/d2" || theirs.Devices[7].ID != id {
		t.Errorf("%d devices, the first %s", len(theirs.Devices), theirs.Devices[0].Endpoint)
	}
	w.must(w.DropDevice(t.Context(), other, id))
	if theirs, err = w.MyPocket(t.Context(), other); err != nil || len(theirs.Devices) != fair.MaxDevices-1 {
		t.Errorf("%d devices after one was dropped (%v)", len(theirs.Devices), err)
	}
	_, err = w.AddDevice(t.Context(), fair.Actor{}, device("x"))
	refused(t, err, fair.Unauthenticated, "sign.in")
	bad := device("x")
	bad.Endpoint = "https://127.0.0.1/x"
	_, err = w.AddDevice(t.Context(), other, bad)
	refused(t, err, fair.Invalid, "device.endpoint")
}

func TestATextMessageNeedsAHookANumberAndAYes(t *testing.T) {
	w := newWords(t)
	none := newHouseOn(w.house, func(c *service.Config) { c.Texter, c.Pusher = nil, nil })
	refused(t, none.AgreeToSMS(t.Context(), w.candidate, true), fair.Conflict, "sms.off")
	_, err := none.AddDevice(t.Context(), w.candidate, device("x"))
	refused(t, err, fair.Conflict, "push.off")
	without := w.person("nadia@example.org")
	refused(t, w.AgreeToSMS(t.Context(), without, true), fair.Invalid, "phone.missing")
	w.must(w.AgreeToSMS(t.Context(), w.candidate, true))
	if p, err := w.MyPocket(t.Context(), w.candidate); err != nil || !p.SMS || !p.Texts || !p.Phone || p.Key != "key" {
		t.Errorf("%+v (%v)", p, err)
	}
	w.must(w.AgreeToSMS(t.Context(), w.candidate, false))
	if p, err := w.MyPocket(t.Context(), w.candidate); err != nil || p.SMS {
		t.Errorf("%+v (%v)", p, err)
	}
}

func TestATurnIsToldByPushAndByTextOnceAndNotWhenItIsOver(t *testing.T) {
	w := newWords(t)
	w.must(w.AgreeToSMS(t.Context(), w.candidate, true))
	call := func() {
		t.Helper()
		w.onDuty(w.first)
		w.join(w.candidate, w.stand)
		w.next(w.first, w.stand)
	}
	call()
	// Killed after both went out, before the effect was struck off.
	dying := newHouseOn(w.house, func(c *service.Config) {
		c.Step = func(step string) error {
			if step == "settle" {
				return errKilled
			}
			return nil
		}
	})
	if err := service.NewDispatcher(dying.Service).Dispatch(t.Context()); !errors.Is(err, errKilled) {
		t.Fatal(err)
	}
	w.dispatch()
	if n := w.phones.count(endpoint); n != 1 || len(w.phones.texts) != 1 {
		t.Fatalf("%d pushes, texts %q", n, w.phones.texts)
	}
	account, err := w.Me(t.Context(), w.candidate)
	w.must(err)
	if !strings.HasPrefix(w.phones.texts[0], account.Profile.Phone+" ") {
		t.Errorf("the text went to %q", w.phones.texts[0])
	}
	for _, m := range w.world.mails {
		if m.Subject == string(fair.EffectPushTurn) {
			t.Error("a turn was told by mail, which is too slow")
		}
	}
	if sent, err := w.store.Mails.To(t.Context(), account.Profile.Phone, 10); err != nil || len(sent) != 0 {
		t.Errorf("the outbox keeps a number (%v)", err)
	}
}

func TestATurnThatIsOverIsToldToNobody(t *testing.T) {
	w := newWords(t)
	w.onDuty(w.first)
	w.join(w.candidate, w.stand)
	w.next(w.first, w.stand)
	w.clock.Pass(2 * time.Minute) // longer than the time to answer
	w.dispatch()
	for _, line := range w.phones.pushed {
		if strings.Contains(line, string(fair.EffectPushTurn)) {
			t.Errorf("told of a call that is over: %s", line)
		}
	}
}

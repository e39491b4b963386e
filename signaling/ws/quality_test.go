package ws_test

import (
	"sync"
	"testing"
	"time"

	"salon/signaling"
	"salon/signaling/message"
)

func TestACallInTroubleIsToldWhenItChangesAndCountedWithoutNames(t *testing.T) {
	var mu sync.Mutex
	var measures []signaling.Measure
	clock := time.Now()
	h := newHouse(t, func(s *settings) {
		s.measured = func(m signaling.Measure) {
			mu.Lock()
			defer mu.Unlock()
			measures = append(measures, m)
		}
		s.clock = func() time.Time {
			mu.Lock()
			defer mu.Unlock()
			return clock
		}
	})
	ada, first := h.enter(interview, "ada", "p1", 1)
	h.observer.want(t, "joined "+interview+" ada")
	report := func(m message.Quality) {
		mu.Lock()
		clock = clock.Add(2 * time.Second)
		mu.Unlock()
		ada.send(m)
		ada.send(say("measured"))
		awaitThat(ada, text("measured"))
	}
	report(message.Quality{Level: "good", Told: "nothing"}) // as it ever was: nobody has to know
	report(message.Quality{Level: "weak", Lost: 120, RoundTrip: 80, Told: "nothing"})
	report(message.Quality{Level: "weak", Lost: 100, RoundTrip: 90, Told: "nothing"})
	report(message.Quality{Level: "weak", Lost: 10, RoundTrip: 600, Told: "sound"})
	report(message.Quality{Level: "good", Lost: -5, RoundTrip: 1 << 40, Told: "nothing"})
	ada.send(message.Quality{Level: "weak", Told: "phone"}) // too soon
	for _, told := range []string{"weak loss ", "weak delay sound", "good  "} {
		h.observer.want(t, "strained "+interview+" ada "+told)
	}
	ada.cut()
	h.observer.want(t, "strained "+interview+" ada lost cut ")
	back := h.visit("ada")
	back.send(message.Enter{Token: first.Resume})
	await[message.Entered](back)
	h.observer.want(t, "strained "+interview+" ada good  ")
	mu.Lock()
	defer mu.Unlock()
	if len(measures) != 5 || measures[1] != (signaling.Measure{Level: "weak", Loss: 0.12, RoundTrip: 80 * time.Millisecond}) ||
		measures[4] != (signaling.Measure{Level: "good", RoundTrip: time.Minute}) {
		t.Errorf("measured %+v", measures)
	}
}

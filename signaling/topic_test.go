package signaling

import (
	"log/slog"
	"strings"
	"testing"
)

// The bus answers what a topic has before it delivers the last of it: the follower
// has that already.
func TestWhatIsDeliveredLateIsShownOnce(t *testing.T) {
	f := newFan(slog.New(slog.DiscardHandler))
	s := &Socket{out: make(chan []byte, 16), done: make(chan struct{})}
	to := &follower{socket: s, topic: "fair.x"}
	at := func(offset int64) Publication {
		return Publication{Topic: to.topic, Position: Position{Epoch: "e", Offset: offset}, Body: []byte(`{"entity":"slot"}`)}
	}
	follow{to}.apply(f)
	deliver{at(2)}.apply(f) // while what was missed is read
	recovered{follower: to, missed: []Publication{at(1), at(2)}, now: at(3).Position}.apply(f)
	deliver{at(3)}.apply(f)
	deliver{at(4)}.apply(f)
	close(s.out)
	var said []string
	for frame := range s.out {
		said = append(said, string(frame))
	}
	if len(said) != 4 || !strings.Contains(said[3], `"offset":4`) {
		t.Errorf("where one is, two that were missed and one new were sent as %s", said)
	}
}

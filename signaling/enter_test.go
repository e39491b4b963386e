package signaling_test

import (
	"fmt"
	"testing"

	"salon/signaling/message"
)

func TestASocketIsOnePeerHoweverOftenItEnters(t *testing.T) {
	h := newHub(t)
	s := socket(t, h, "ada")
	for n := range 12 { // more than the tabs one account may have
		s.Receive(t.Context(), message.Enter{Token: fmt.Sprint(talk, " ada p", n, " viewer")})
		if got := next[message.Entered](t, s); got.Presence != 1 {
			t.Fatalf("%d people after %d entries", got.Presence, n+1)
		}
	}
	s.Close(message.CloseFlood) // an end that keeps no place
	for _, want := range []string{"joined ada", "left ada"} {
		for got := ""; got != want; got = <-h.told {
		}
	}
	eventually(t, "nobody is present", func() bool {
		n, err := h.Present(t.Context(), talk)
		return err == nil && n == 0
	})
}

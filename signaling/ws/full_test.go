package ws_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"salon/signaling/message"
)

// A house with as many rooms as it takes refuses the next over the websocket, and
// programs with a time to come back; who is already in a room stays.
func TestWhenAllIsFullEverybodyIsToldSo(t *testing.T) {
	h := newHouse(t)
	within, _ := h.enter(interview, "ada", "before", 1)
	for n := range 5000 {
		h.media.OpenRoom(fmt.Sprint("room ", n))
	}
	g := h.visit("bob")
	g.send(message.Enter{Token: h.token(talk, "bob", "late", 1)})
	g.refused(message.CodeRoomFull)
	status, header, answer := h.http("POST", "/whip/stage", "encoder", "application/sdp", "v=0\r\n")
	if status != http.StatusServiceUnavailable || header.Get("Retry-After") == "" || header.Get("Content-Type") != "application/problem+json" ||
		!strings.Contains(answer, `"code":"room.full"`) {
		t.Errorf("an encoder: %d, Retry-After %q, %s", status, header.Get("Retry-After"), answer)
	}
	within.send(message.Say{ID: "m", Text: "still here"})
	if said := awaitThat(within, text("still here")); said.Peer != "before" {
		t.Errorf("said by %q", said.Peer)
	}
}

// One account has at most eight peers in a room; its others are not put out.
func TestTooManyTabsOfOneAccountAreRefusedInWords(t *testing.T) {
	h := newHouse(t)
	for n := range 8 {
		h.enter(talk, "ada", fmt.Sprint("tab", n), 1)
	}
	g := h.visit("ada")
	g.send(message.Enter{Token: h.token(talk, "ada", "tab8", 1)})
	g.refused(message.CodeRoomFull)
}

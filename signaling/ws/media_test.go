package ws_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"salon/media/mediatest"
	"salon/signaling/message"
)

// call is a guest that sends and receives pictures and sound.
type call struct {
	*guest
	media *mediatest.Client
	said  chan message.FromServer // everything that is not about media
}

// call enters a room with media. From here on the guest's messages are read by
// the call; what is not about media is in said.
func (h *house) call(room, who, peer string, generation int64, publish bool) *call {
	h.t.Helper()
	g, _ := h.enter(room, who, peer, generation)
	c := &call{guest: g, media: mediatest.New(mediatest.Options{Name: peer}), said: make(chan message.FromServer, 4096)}
	ctx, cancel := context.WithCancel(context.WithoutCancel(h.t.Context()))
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		c.negotiate(ctx)
	}()
	h.t.Cleanup(func() {
		cancel()
		<-ended
		_ = c.media.Close()
	})
	if publish {
		offer, err := c.media.Offer(ctx)
		if err != nil {
			h.t.Fatal(err)
		}
		c.send(message.Description{Link: "up", Kind: "offer", SDP: offer, Sources: []string{"microphone", "camera"}})
	}
	return c
}

func (c *call) negotiate(ctx context.Context) {
	for {
		select {
		case m := <-c.messages:
			switch m := m.(type) {
			case message.Description:
				c.describe(ctx, m)
			case message.ICECandidate:
				if err := c.media.AddCandidate(m.Link, m.Candidate, m.SDPMid, m.SDPMLineIndex); err != nil {
					c.t.Errorf("candidate: %v", err)
				}
			default:
				c.said <- m
			}
		case <-ctx.Done():
			return
		}
	}
}

func (c *call) describe(ctx context.Context, m message.Description) {
	if m.Link == "up" {
		if err := c.media.Accept(m.SDP); err != nil {
			c.t.Errorf("accept: %v", err)
		}
		return
	}
	answer, err := c.media.Answer(ctx, m.SDP)
	if ctx.Err() != nil {
		return // the test is over, whatever was being negotiated
	}
	if err != nil {
		c.t.Errorf("answer: %v", err)
		return
	}
	c.send(message.Description{Link: "down", Kind: "answer", SDP: answer})
}

// sees waits until pictures and sound of a peer arrive.
func sees(t *testing.T, client *mediatest.Client, stream, from string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	err := client.Wait(ctx, func(all []mediatest.Received) bool {
		picture, ok := mediatest.Find(all, stream, "video")
		sound, ok2 := mediatest.Find(all, stream, "audio")
		return ok && ok2 && picture.Keyframes > 0 && picture.From(from) > 10 && sound.From(from) > 10
	})
	if err != nil {
		t.Errorf("%s of %s is never seen: %v; received %+v", stream, from, err, client.Received())
	}
}

func TestTwoPeopleSeeAndHearEachOther(t *testing.T) {
	h := newHouse(t)
	ada := h.call(interview, "ada", "p1", 1, true)
	bob := h.call(interview, "bob", "p2", 1, true)
	sees(t, ada.media, "p2.camera", "p2")
	sees(t, bob.media, "p1.camera", "p1")
}

func TestTheRoomIsToldWhoSpeaksAndWhatNeedNotBeSent(t *testing.T) {
	h := newHouse(t)
	ada := h.call(interview, "ada", "p1", 1, true)
	bob := h.call(interview, "bob", "p2", 1, true)
	sees(t, bob.media, "p1.camera", "p1")
	ada.media.Speak(20)
	told := func(c *call, what string, enough func(message.FromServer) bool) {
		t.Helper()
		end := time.After(patience)
		for {
			select {
			case m := <-c.said:
				if enough(m) {
					return
				}
			case <-end:
				t.Fatalf("%s was told to nobody", what)
			}
		}
	}
	told(bob, "who speaks", func(m message.FromServer) bool {
		s, ok := m.(message.Speaking)
		return ok && s.Peer == "p1"
	})
	bob.send(message.Viewing{Tracks: []string{"p1.camera"}, Heights: []int{}, Saver: false})
	told(bob, "that the lists differ in length", func(m message.FromServer) bool {
		e, ok := m.(message.Error)
		return ok && e.Of == "viewing" && e.Code == message.CodeValue
	})
	bob.send(message.Viewing{Tracks: []string{"p1.camera"}, Heights: []int{0}, Saver: false})
	told(ada, "that nobody sees the camera", func(m message.FromServer) bool {
		e, ok := m.(message.Encodings)
		return ok && e.Source == "camera" && len(e.Active) == 0
	})
}

func TestWhatADemotedSpeakerSendsReachesNobody(t *testing.T) {
	h := newHouse(t)
	bob := h.call(talk, "bob", "p1", 1, true)
	eve := h.call(talk, "eve", "p2", 0, false)
	sees(t, eve.media, "p1.camera", "p1")
	h.set(talk, "bob", "viewer", 2)
	if err := h.hub.MemberChanged(t.Context(), talk, "bob", 2, "viewer"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := eve.media.Wait(ctx, func(all []mediatest.Received) bool {
		_, picture := mediatest.Find(all, "p1.camera", "video")
		_, sound := mediatest.Find(all, "p1.camera", "audio")
		return !picture && !sound
	}); err != nil {
		t.Errorf("eve still receives %+v", eve.media.Received())
	}
	again := mediatest.New(mediatest.Options{Name: "again"})
	t.Cleanup(func() { _ = again.Close() })
	offer, err := again.Offer(ctx)
	if err != nil {
		t.Fatal(err)
	}
	bob.send(message.Description{Link: "up", Kind: "offer", SDP: offer})
	for {
		select {
		case m := <-bob.said:
			if e, ok := m.(message.Error); ok {
				if e.Code != message.CodeRoomRole || e.Of != "description" {
					t.Errorf("the offer was answered with %+v", e)
				}
				return
			}
		case <-ctx.Done():
			t.Fatal("the offer of a viewer was not refused")
		}
	}
}

// http sends a request to the routes of encoders and players.
func (h *house) http(method, path, bearer, contentType, body string) (status int, header http.Header, answer string) {
	h.t.Helper()
	request, err := http.NewRequestWithContext(h.t.Context(), method, "http://"+h.addr+path, bytes.NewReader([]byte(body)))
	if err != nil {
		h.t.Fatal(err)
	}
	if bearer != "" {
		request.Header.Set("Authorization", "Bearer "+bearer)
	}
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		h.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	return response.StatusCode, response.Header, string(text)
}

// encode starts an encoder and gives its Location.
func (h *house) encode(name string) (encoder *mediatest.Client, location string) {
	h.t.Helper()
	encoder = mediatest.New(mediatest.Options{Name: name})
	h.t.Cleanup(func() { _ = encoder.Close() })
	offer, err := encoder.Offer(h.t.Context())
	if err != nil {
		h.t.Fatal(err)
	}
	status, header, answer := h.http("POST", "/whip/stage", "encoder", "application/sdp", offer)
	if status != http.StatusCreated || header.Get("Content-Type") != "application/sdp" || !strings.HasPrefix(header.Get("Location"), "/whip/stage/") {
		h.t.Fatalf("WHIP: %d %v %s", status, header, answer)
	}
	if err := encoder.Accept(answer); err != nil {
		h.t.Fatal(err)
	}
	return encoder, header.Get("Location")
}

// play starts a player.
func (h *house) play(bearer string) *mediatest.Client {
	h.t.Helper()
	player := mediatest.New(mediatest.Options{})
	h.t.Cleanup(func() { _ = player.Close() })
	offer, err := player.View(h.t.Context())
	if err != nil {
		h.t.Fatal(err)
	}
	status, header, answer := h.http("POST", "/whep/stage", bearer, "application/sdp; charset=utf-8", offer)
	if status != http.StatusCreated || !strings.HasPrefix(header.Get("Location"), "/whep/stage/") {
		h.t.Fatalf("WHEP: %d %v %s", status, header, answer)
	}
	if err := player.AcceptView(answer); err != nil {
		h.t.Fatal(err)
	}
	return player
}

func TestAnEncoderIsSeenByBrowsersAndPlayers(t *testing.T) {
	h := newHouse(t)
	early := h.call(talk, "eve", "p1", 0, false)
	_, location := h.encode("studio")
	late := h.call(talk, "", "p2", 0, false)
	sees(t, early.media, "encoder.camera", "studio")
	sees(t, late.media, "encoder.camera", "studio")
	sees(t, h.play("player"), "stage", "studio")
	sees(t, h.play("encoder"), "stage", "studio")
	if status, _, _ := h.http("DELETE", location, "player", "", ""); status != http.StatusForbidden {
		t.Errorf("a player ended the encoder: %d", status)
	}
	if status, _, _ := h.http("DELETE", location, "encoder", "", ""); status != http.StatusOK {
		t.Errorf("DELETE: %d", status)
	}
	if status, _, _ := h.http("DELETE", location, "encoder", "", ""); status != http.StatusNotFound {
		t.Errorf("DELETE again: %d", status)
	}
	wants := []string{"member_joined", "member_left"}
	for m := range early.said {
		joined, ok := m.(message.MemberJoined)
		if ok && (joined.Member.Peer != "encoder" || joined.Member.Role != "speaker" || !joined.Member.Sending.Camera) {
			t.Errorf("%+v", joined)
		}
		if message.NameOf(m) == wants[0] {
			if wants = wants[1:]; len(wants) == 0 {
				break
			}
		}
	}
}

func TestATokenTakenBackEndsItsStreams(t *testing.T) {
	h := newHouse(t)
	h.encode("studio")
	h.change(func(w *world) { w.down = true })
	h.server.Recheck(t.Context())
	if n := h.hub.Stats().Streams; n != 1 {
		t.Errorf("nobody could tell, yet %d streams are left", n)
	}
	h.change(func(w *world) { w.down, w.revoked = false, true })
	h.server.Recheck(t.Context())
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for h.hub.Stats().Streams != 0 {
		if ctx.Err() != nil {
			t.Fatal("the stream goes on")
		}
	}
}

func TestEncodersAreToldWhatIsWrong(t *testing.T) {
	h := newHouse(t)
	viewer := mediatest.New(mediatest.Options{})
	t.Cleanup(func() { _ = viewer.Close() })
	good, err := viewer.View(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	sdp := "application/sdp"
	cases := []struct {
		name, method, path, bearer, kind, body string
		status                                 int
	}{
		{"nobody", "POST", "/whip/stage", "", sdp, good, 401},
		{"an unknown bearer", "POST", "/whip/stage", "mallory", sdp, good, 401},
		{"a player that would send", "POST", "/whip/stage", "player", sdp, good, 403},
		{"an unknown stream", "POST", "/whip/other", "encoder", sdp, good, 404},
		{"an ended stream", "POST", "/whip/ended", "encoder", sdp, good, 410},
		{"JSON", "POST", "/whip/stage", "encoder", "application/json", "{}", 415},
		{"no SDP", "POST", "/whip/stage", "encoder", sdp, "hello", 400},
		{"nothing", "POST", "/whip/stage", "encoder", sdp, "", 400},
		{"too much", "POST", "/whip/stage", "encoder", sdp, strings.Repeat("a", 65<<10), 413},
		{"a player before there is anything to see", "POST", "/whep/stage", "player", sdp, good, 404},
		{"trickle", "PATCH", "/whip/stage/x", "encoder", "application/trickle-ice-sdpfrag", "", 405},
		{"the end of what never was", "DELETE", "/whep/stage/x", "player", "", "", 404},
		{"the methods", "OPTIONS", "/whip/stage", "", "", "", 204},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			status, header, body := h.http(c.method, c.path, c.bearer, c.kind, c.body)
			if status != c.status {
				t.Errorf("%d %s, want %d", status, body, c.status)
			}
			if status >= 400 && (header.Get("Content-Type") != "application/problem+json" || !strings.Contains(body, `"code"`)) {
				t.Errorf("%v %s", header, body)
			}
			if status == 401 && header.Get("WWW-Authenticate") != "Bearer" || status == 204 && header.Get("Accept-Post") != sdp {
				t.Errorf("%v", header)
			}
		})
	}
	h.change(func(w *world) { w.down = true })
	if status, header, _ := h.http("POST", "/whip/stage", "encoder", sdp, good); status != 503 || header.Get("Retry-After") == "" {
		t.Errorf("the store is down: %d %v", status, header)
	}
}

package live_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"salon/fair"
	"salon/fair/live"
	"salon/signaling"
	"salon/signaling/message"
)

// hub records what it is told.
type hub struct {
	live.Hub
	shown  []message.Topic
	bodies []string // of what was shown
	told   []string
	fail   map[string]bool // topics that cannot be published on
}

func (h *hub) Publish(_ context.Context, m message.Topic) error {
	if h.fail[m.Topic] {
		return errors.New("no bus")
	}
	body, err := json.Marshal(m) // as it was then
	h.shown, h.bodies = append(h.shown, m), append(h.bodies, string(body))
	return err
}

func (h *hub) Online(_ context.Context, accounts []string) (map[string]bool, error) {
	if h.fail["online"] {
		return nil, signaling.ErrUnknown
	}
	return map[string]bool{accounts[0]: true, accounts[1]: false}, nil
}

func (h *hub) MemberChanged(_ context.Context, room, account string, _ int64, role string) error {
	h.told = append(h.told, room+" "+account+" "+role)
	return nil
}

// rooms answers as a service would.
type rooms struct {
	live.Rooms
	member fair.Member
	err    error
	alive  []fair.ID
	seen   []string
}

func (r *rooms) AccountCame(_ context.Context, account fair.ID, _ time.Time) error {
	r.seen = append(r.seen, "came "+string(account))
	return nil
}

func (r *rooms) AccountGone(_ context.Context, account fair.ID, _ time.Time) error {
	r.seen = append(r.seen, "gone "+string(account))
	return nil
}

func (r *rooms) Member(context.Context, string, fair.ID) (fair.Member, error) { return r.member, r.err }

func (r *rooms) RoomAlive(_ context.Context, _ string, accounts []fair.ID, _ time.Time) error {
	r.alive = accounts
	return nil
}

func connected(t *testing.T) (*live.Live, *rooms, *hub) {
	t.Helper()
	l, err := live.New("https://salon.example")
	if err != nil {
		t.Fatal(err)
	}
	r, h := &rooms{}, &hub{}
	l.Connect(r, h)
	return l, r, h
}

func TestTheSocketIsWhereTheFairIs(t *testing.T) {
	cases := map[string]string{
		"https://salon.example":      "wss://salon.example/ws",
		"http://127.0.0.1:8080":      "ws://127.0.0.1:8080/ws",
		"https://metropole.fr/salon": "wss://metropole.fr/salon/ws",
		"ftp://salon.example":        "",
		"salon.example":              "",
		"":                           "",
	}
	for base, want := range cases {
		l, err := live.New(base)
		if want == "" {
			if err == nil {
				t.Errorf("%q was taken", base)
			}
			continue
		}
		if err != nil {
			t.Errorf("%q: %v", base, err)
			continue
		}
		if got, _ := l.WSURL(t.Context(), "interview.x"); got != want {
			t.Errorf("%q: got %s, want %s", base, got, want)
		}
	}
}

func TestAnInterviewIsShownToItsPartiesWithoutTheirSecrets(t *testing.T) {
	l, _, h := connected(t)
	i := fair.Interview{
		ID: "i", Candidate: "c", Recruiter: "r", State: fair.InterviewEnded, Channel: fair.Video, Notes: "private note",
		Outcome: &fair.Outcome{Kind: fair.OutcomeDeclined, Message: "private words"}, Meta: fair.Meta{Rev: 7},
	}
	if err := l.InterviewChanged(t.Context(), i); err != nil {
		t.Fatal(err)
	}
	var topics []string
	for n, m := range h.shown {
		topics = append(topics, m.Topic)
		if m.Rev != 7 || m.Entity != "interview" || m.ID != "i" || m.View.Interview == nil {
			t.Errorf("%+v", m)
		}
		if guest := m.Topic == "visit.i"; guest == strings.Contains(h.bodies[n], "declined") || strings.Contains(h.bodies[n], "private") {
			t.Errorf("on %s: %s", m.Topic, h.bodies[n])
		}
	}
	if want := []string{"visit.i", "interview.i", "account.c", "account.r"}; !slices.Equal(topics, want) {
		t.Errorf("shown on %v, want %v", topics, want)
	}
}

func TestWordsAndApplicationsAreShownWithoutWhatWasWritten(t *testing.T) {
	l, _, h := connected(t)
	asked := time.Date(2021, 1, 20, 9, 0, 0, 0, time.UTC)
	thread := fair.Thread{
		ID: "t", Fair: "f", Stand: "s", Candidate: "c", Owes: fair.SideStand, AskedAt: &asked, Level: fair.ToldTeam,
		Messages: []fair.Message{{By: "c", Text: "private words"}}, Meta: fair.Meta{Rev: 4},
	}
	if err := l.ThreadChanged(t.Context(), thread); err != nil {
		t.Fatal(err)
	}
	thread.Candidate = ""
	if err := l.ThreadChanged(t.Context(), thread); err != nil {
		t.Fatal(err)
	}
	if err := l.ApplicationChanged(t.Context(), fair.Application{ID: "a", Stand: "s", Candidate: "c", State: fair.ApplicationMet, Text: "private", Answer: "private"}); err != nil {
		t.Fatal(err)
	}
	var topics []string
	for _, m := range h.shown {
		topics = append(topics, m.Topic)
		if body, err := json.Marshal(m); err != nil || strings.Contains(string(body), "private") {
			t.Errorf("%s, %v", body, err)
		}
	}
	if want := []string{"stand.s", "requests.f", "account.c", "stand.s", "requests.f", "stand.s", "account.c"}; !slices.Equal(topics, want) {
		t.Errorf("shown on %v, want %v", topics, want)
	}
	if v := h.shown[0].View.Thread; v.Owes != "stand" || v.Level != 1 || !v.AskedAt.Equal(asked) || h.shown[5].View.Application.State != "met" {
		t.Errorf("%+v", v)
	}
}

func TestAWaitingListIsShownToWhoWaitsAndToTheirAdviser(t *testing.T) {
	l, _, h := connected(t)
	b := fair.Standby{ID: "b", Stand: "s", Candidate: "c", State: fair.StandbyWaiting}
	for _, adviser := range []fair.ID{"", "v"} {
		if err := l.StandbyChanged(t.Context(), b, adviser); err != nil {
			t.Fatal(err)
		}
	}
	var topics []string
	for _, m := range h.shown {
		topics = append(topics, m.Topic)
	}
	if want := []string{"account.c", "account.c", "account.v"}; !slices.Equal(topics, want) {
		t.Errorf("shown on %v, want %v", topics, want)
	}
}

func TestATopicThatFailsDoesNotKeepTheViewFromOthers(t *testing.T) {
	l, _, h := connected(t)
	h.fail = map[string]bool{"webconference.w": true}
	err := l.WebconferenceChanged(t.Context(), fair.Webconference{ID: "w", Fair: "f"})
	if err == nil || len(h.shown) != 1 || h.shown[0].Topic != "fair.f" {
		t.Errorf("%v, %+v", err, h.shown)
	}
}

func TestASlotIsFreeOnlyInThatState(t *testing.T) {
	l, _, h := connected(t)
	slots := []fair.Slot{{ID: "a", State: fair.SlotFree}, {ID: "b", State: fair.SlotBooked}, {ID: "c", State: fair.SlotHeld}}
	if err := l.SlotsChanged(t.Context(), "f", slots); err != nil {
		t.Fatal(err)
	}
	for n, m := range h.shown {
		if m.Topic != "fair.f" || m.ID != string(slots[n].ID) || m.View.Slot.Free != (n == 0) {
			t.Errorf("%+v", m)
		}
	}
	if len(h.shown) != 3 {
		t.Errorf("%d slots were shown", len(h.shown))
	}
}

func TestTheGateSaysWhyInSignalingsWords(t *testing.T) {
	l, r, _ := connected(t)
	r.member = fair.Member{Role: fair.RoleSpeaker, Generation: 3, Name: "Zoé"}
	if m, err := l.Member(t.Context(), "webconference.x", "a"); err != nil || m != (signaling.Member{Role: "speaker", Name: "Zoé", Generation: 3}) {
		t.Errorf("%+v, %v", m, err)
	}
	cases := map[fair.Kind]error{
		fair.NotFound: signaling.ErrNoPlace, fair.Forbidden: signaling.ErrNoPlace, fair.Gone: signaling.ErrEnded,
		fair.Unavailable: nil, fair.Internal: nil,
	}
	for kind, want := range cases {
		r.err = fair.E(kind, "x")
		_, err := l.Member(t.Context(), "webconference.x", "a")
		if err == nil || (want != nil) != (errors.Is(err, signaling.ErrNoPlace) || errors.Is(err, signaling.ErrEnded)) || want != nil && !errors.Is(err, want) {
			t.Errorf("kind %d: %v", kind, err)
		}
	}
}

func TestWhatRoomsSeeReachesTheService(t *testing.T) {
	l, r, h := connected(t)
	if err := l.Alive(t.Context(), "interview.x", []string{"a", "b"}, time.Now()); err != nil || !slices.Equal(r.alive, []fair.ID{"a", "b"}) {
		t.Errorf("%v, %v", r.alive, err)
	}
	if err := l.MemberChanged(t.Context(), "webconference.x", "a", 2, fair.RoleNone); err != nil || !slices.Equal(h.told, []string{"webconference.x a "}) {
		t.Errorf("%q, %v", h.told, err)
	}
}

func TestWhoComesAndGoesReachesTheServiceAndWhoIsThereTheOtherWay(t *testing.T) {
	l, r, h := connected(t)
	ctx, now := t.Context(), time.Now()
	if err := errors.Join(l.Came(ctx, "a", now), l.Gone(ctx, "a", now)); err != nil || !slices.Equal(r.seen, []string{"came a", "gone a"}) {
		t.Errorf("%q, %v", r.seen, err)
	}
	if online, err := l.Online(ctx, []fair.ID{"a", "b"}); err != nil || !online["a"] || online["b"] || len(online) != 2 {
		t.Errorf("%v, %v", online, err)
	}
	h.fail = map[string]bool{"online": true}
	if online, err := l.Online(ctx, []fair.ID{"a", "b"}); !errors.Is(err, signaling.ErrUnknown) {
		t.Errorf("unknown: %v, %v", online, err)
	}
}

func TestALineIsShownToThoseInItAndItsFiguresToTheOrganisers(t *testing.T) {
	l, _, h := connected(t)
	show := fair.LineShow{
		Stand: "s", Fair: "f", State: fair.LineOpen, Waiting: 2, Recruiters: 1, Order: []fair.ID{"t1", "t2"},
		Ranges: []fair.Range{{Low: time.Minute, High: 2 * time.Minute, Known: true}, {}}, At: time.UnixMilli(1700),
	}
	if err := l.LineChanged(t.Context(), show); err != nil || len(h.shown) != 2 {
		t.Fatalf("%v, %+v", err, h.shown)
	}
	line, all := h.shown[0], h.shown[1]
	if v := line.View.Line; line.Topic != "line.s" || line.Rev != 1700 || v == nil || v.Waiting != 2 ||
		!slices.Equal(v.Order, []string{"t1", "t2"}) || !slices.Equal(v.Ranges[0], []int{60, 120}) || !slices.Equal(v.Ranges[1], []int{-1, -1}) {
		t.Errorf("%+v, %+v", line, v)
	}
	if v := all.View.FairLine; all.Topic != "fairlive.f" || all.Entity != "fairline" || all.ID != "s" || v == nil || *v != (message.FairLineView{State: "open", Waiting: 2, Recruiters: 1}) {
		t.Errorf("%+v, %+v", all, v)
	}
}

func TestALineIsShownToThoseInItByTicketsAlone(t *testing.T) {
	l, _, h := connected(t)
	at := time.Date(2027, 3, 17, 10, 0, 0, 0, time.UTC)
	line := fair.LineShow{
		Stand: "s", State: fair.LinePaused, Until: at.Add(time.Minute), Message: fair.Text{FR: "Retour à 10 h"}, Waiting: 2, Recruiters: 1,
		Order: []fair.ID{"a", "b"}, Ranges: []fair.Range{{Known: true, Low: time.Minute, High: 2 * time.Minute}, {}}, At: at,
	}
	if err := l.LineChanged(t.Context(), line); err != nil || len(h.shown) == 0 {
		t.Fatalf("%v, %+v", err, h.shown)
	}
	m := h.shown[0]
	if m.Topic != "line.s" || m.Entity != "line" || m.ID != "s" || m.Rev != at.UnixMilli() {
		t.Errorf("%+v", m)
	}
	body, err := json.Marshal(m.View)
	want := `{"line":{"state":"paused","until":"2027-03-17T10:01:00Z","message":"Retour à 10 h","waiting":2,"recruiters":1,"order":["a","b"],"ranges":[[60,120],[-1,-1]]}}`
	if err != nil || string(body) != want {
		t.Errorf("%s, %v", body, err)
	}
}

func TestATicketIsShownToItsOwnerWithoutTheStandsNotes(t *testing.T) {
	l, _, h := connected(t)
	until := time.Date(2027, 3, 17, 10, 1, 0, 0, time.UTC)
	x := fair.Ticket{
		ID: "x", Stand: "s", Candidate: "c", State: fair.TicketCalled, Note: "private note", Reason: "private reason",
		Call: &fair.Call{Interview: "i", Recruiter: "r", Until: until}, Meta: fair.Meta{Rev: 4},
	}
	if err := l.TicketChanged(t.Context(), x); err != nil || len(h.shown) != 1 {
		t.Fatalf("%v, %+v", err, h.shown)
	}
	m := h.shown[0]
	body, err := json.Marshal(m.View)
	if err != nil || m.Topic != "account.c" || m.Rev != 4 || strings.Contains(string(body), "private") {
		t.Errorf("%+v: %s, %v", m, body, err)
	}
	if v := m.View.Ticket; v.Interview != "i" || v.AnswerUntil == nil || !v.AnswerUntil.Equal(until) {
		t.Errorf("%+v", v)
	}
	x.State = fair.TicketMissed
	if err := l.TicketChanged(t.Context(), x); err != nil || h.shown[1].View.Ticket.Interview != "" || h.shown[1].View.Ticket.AnswerUntil != nil {
		t.Errorf("a call that is over is still told: %+v, %v", h.shown[1].View.Ticket, err)
	}
}

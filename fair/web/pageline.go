package web

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"salon/fair"
	"salon/fair/service"
	"salon/frontend"
)

// kept is what somebody chose on a page before it was refused: it is shown again
// with the reason. Status is that of the page, 200 when it is fresh.
type kept struct {
	slot   frontend.BookingChoice
	seat   frontend.BookingChoice // of the waiting list
	line   frontend.LineChoice
	words  frontend.WordsChoice
	status int
}

// Status is that of a page with forms: a refusal is told.
func (c kept) Status() int {
	return max(c.status, http.StatusOK)
}

// placeQuery carries over a sign-in that somebody meant to take a place, and how
// they wish to meet.
const placeQuery = "place"

// lineView is what a page says of a stand's line, and one's own place in it.
func (s *Server) lineView(ctx context.Context, k *call, f fair.Fair, st fair.Stand, offer fair.ID, choice frontend.LineChoice) (frontend.LineView, error) {
	facts, err := s.Service.StandLine(ctx, st)
	if err != nil {
		return frontend.LineView{}, err
	}
	texts := s.Frontend.Locale(string(k.lang))
	v := frontend.LineView{
		StandID: string(st.ID), OfferID: string(offer), State: string(facts.State), Open: facts.OpenNow,
		Message: facts.Message.In(k.lang), Waiting: facts.Waiting, Recruiters: facts.Recruiters,
		Wait: waitWords(texts, facts.Range), Until: inZone(f, facts.Until), Next: inZone(f, facts.OpensAt), Kept: choice,
	}
	if !k.IsCandidate() {
		return v, nil
	}
	board, err := s.Service.Board(ctx, k.Actor, f.Slug)
	if err != nil {
		return v, err
	}
	for _, t := range board.Tickets {
		if t.Ticket.Stand == st.ID {
			v.Mine = &frontend.PlaceView{State: string(t.Ticket.State), Position: texts.Place(t.Position), Wait: waitWords(texts, t.Range)}
			return v, nil
		}
	}
	if len(board.Tickets) >= board.Max {
		v.Many = board.Max
		return v, nil
	}
	account, err := s.Service.Me(ctx, k.Actor)
	if err != nil {
		return v, err
	}
	v.AskPhone, v.AskNeeds = account.Profile.Phone == "", !account.Profile.Needs.Any()
	if meant := k.fiber.Query(placeQuery); meant != "" && choice == (frontend.LineChoice{}) {
		v.Confirm, v.Kept.Channel = true, meant
	}
	return v, nil
}

func waitWords(texts *frontend.Locale, r fair.Range) string {
	return texts.Wait(r.Low, r.High, r.Known)
}

// inZone is a time in the zone of a fair; nothing stays nothing.
func inZone(f fair.Fair, t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return t.In(f.Location())
}

// lineForm takes a place in a line without a script. Afterwards one is led back to
// the page one came from or, where a script can follow the line, to one's own places.
func (s *Server) lineForm(ctx context.Context, k *call) error {
	stand := fair.ID(k.fiber.FormValue("stand"))
	if !stand.Valid() {
		return fair.E(fair.NotFound, "stand.unknown")
	}
	err := s.joinFrom(ctx, k, stand)
	if e, refused := errors.AsType[*fair.Error](err); refused && (e.Kind == fair.Conflict || e.Kind == fair.Invalid) {
		return s.lineRefused(ctx, k, e)
	}
	if err != nil {
		return err
	}
	back := local(k, k.fiber.FormValue("back"))
	if k.fiber.FormValue("follow") != "" {
		back = k.path("me")
	}
	return k.fiber.Redirect(back, http.StatusSeeOther)
}

// joinFrom takes the place that a form asks for; a number and needs given with it are
// kept first.
func (s *Server) joinFrom(ctx context.Context, k *call, stand fair.ID) error {
	channel := fair.Channel(k.fiber.FormValue("channel"))
	if err := s.keepPhone(ctx, k, channel == fair.Phone); err != nil {
		return err
	}
	if err := s.keepNeeds(ctx, k); err != nil {
		return err
	}
	_, _, err := s.Service.JoinLine(ctx, k.Actor, stand, service.JoinRequest{Channel: channel, Offer: fair.ID(k.fiber.FormValue("offer"))})
	return err
}

// lineRefused shows the page again with what was chosen and the reason. It is not a
// redirect: a number stays out of addresses, which logs and histories keep.
func (s *Server) lineRefused(ctx context.Context, k *call, refusal *fair.Error) error {
	p := s.fail(ctx, refusal)
	c := kept{status: p.Status, line: frontend.LineChoice{
		Channel: k.fiber.FormValue("channel"), Number: k.fiber.FormValue("phone"),
		Problem: p.Detail, Phone: refusal.Field == "phone",
	}}
	if c.line.Phone && c.line.Number == "" {
		c.line.Problem = s.Frontend.Locale(string(k.lang)).T("phone.needed")
	}
	if offer := fair.ID(k.fiber.FormValue("offer")); offer.Valid() {
		return s.showOffer(ctx, k, offer, c)
	}
	return s.showStand(ctx, k, k.fiber.FormValue("stand"), c)
}

// withQuery sets one value of the query of a local address.
func withQuery(to, name, value string) string {
	to, _, _ = strings.Cut(to, "#")
	path, raw, _ := strings.Cut(to, "?")
	q, err := url.ParseQuery(raw)
	if err != nil {
		q = url.Values{}
	}
	q.Set(name, value)
	return path + "?" + q.Encode()
}

// lineWords is what a list says of a line: nothing when it is closed, no wait when
// nobody can tell.
type lineWords struct {
	open, paused bool
	wait         string
}

func (s *Server) lineWords(k *call, l service.LineFacts) lineWords {
	if !l.OpenNow {
		return lineWords{}
	}
	words := lineWords{open: true, paused: l.State == fair.LinePaused}
	if l.Range.Known {
		words.wait = waitWords(s.Frontend.Locale(string(k.lang)), l.Range)
	}
	return words
}

// openShown is how many open stands the home of a fair shows.
const openShown = 8

// openStands are those whose line is open, the shortest wait first, and how many
// there are.
func openStands(items []frontend.StandItem, lines map[fair.ID]service.LineFacts, stands []fair.Stand) ([]frontend.StandItem, int) {
	var open []int
	for i, st := range stands {
		if lines[st.ID].OpenNow {
			open = append(open, i)
		}
	}
	slices.SortStableFunc(open, func(a, b int) int {
		la, lb := lines[stands[a].ID], lines[stands[b].ID]
		return cmp.Or(
			cmp.Compare(restless(la), restless(lb)),
			cmp.Compare(la.Range.High, lb.Range.High),
			cmp.Compare(la.Waiting, lb.Waiting),
		)
	})
	shown := mapped(open[:min(len(open), openShown)], func(i int) frontend.StandItem { return items[i] })
	return shown, len(open)
}

// restless ranks lines by what is known of them: moving, of unknown pace, resting.
func restless(l service.LineFacts) int {
	switch {
	case l.State == fair.LinePaused:
		return 2
	case !l.Range.Known:
		return 1
	}
	return 0
}

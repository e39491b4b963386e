package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"time"

	"go.mongodb.org/mongo-driver/mongo"

	"salon/fair"
	"salon/fair/mongostore"
	"salon/fair/mongostore/embedded"
	"salon/fair/service"
)

// house is Salon itself: the use cases on the real stores and the embedded
// engine, in a folder of its own, on the day's clock. What is outside (mail,
// screens, rooms) is not there; commits are not synced to the disk.
type house struct {
	*service.Service
	pages      map[*stall]page
	day        *day
	dispatcher *service.Dispatcher
	here       map[fair.ID]bool
	actors     map[fair.ID]fair.Actor
	fair       fair.Fair
	closers    []func() error
}

// page is a stand's page as it was loaded.
type page struct {
	at    time.Time
	shown fair.Range
}

// pageAge is how long people look at a page before they load it again.
const pageAge = time.Minute

// demoStandsMost is how many stands the people of a demo can serve.
const demoStandsMost = 60

// openHouse makes a fair of the day's crowd: stands, accounts, appointments.
func openHouse(ctx context.Context, d *day) (h *house, err error) {
	if len(d.stands) > demoStandsMost {
		return nil, fmt.Errorf("at most %d stands", demoStandsMost)
	}
	h = &house{day: d, pages: map[*stall]page{}, here: map[fair.ID]bool{}, actors: map[fair.ID]fair.Actor{}}
	dir, err := os.MkdirTemp("", "loadfair-line-")
	if err != nil {
		return nil, err
	}
	h.closers = append(h.closers, func() error { return os.RemoveAll(dir) })
	store, err := h.openStore(ctx, dir)
	if err != nil {
		return nil, errors.Join(err, h.close())
	}
	outside := outside{h}
	h.Service = service.New(service.Config{
		Stores: storesOf(store), Notifier: outside, Rooms: outside, ICE: outside, Mailer: outside, Composer: outside,
		Index: outside, Places: outside, Presence: outside, Clock: d.Now,
		Log:    slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
		Secret: []byte("the day's secret is no secret at all"), Demo: true,
	})
	h.dispatcher = service.NewDispatcher(h.Service)
	if err := h.fill(ctx, store); err != nil {
		return nil, errors.Join(err, h.close())
	}
	return h, nil
}

func (h *house) openStore(ctx context.Context, dir string) (*mongostore.Store, error) {
	engine, err := embedded.Open(filepath.Join(dir, "line.db"), embedded.Options{Clock: h.day.Now, NoSync: true})
	if err != nil {
		return nil, err
	}
	h.closers = append(h.closers, engine.Close)
	client, err := mongo.Connect(ctx, engine.ClientOptions())
	if err != nil {
		return nil, err
	}
	h.closers = append(h.closers, func() error { return client.Disconnect(context.WithoutCancel(ctx)) })
	store := mongostore.New(client.Database("salon"), h.day.Now)
	return store, store.Migrate(ctx)
}

// close lets go of everything, the last first.
func (h *house) close() error {
	var failed []error
	for i := len(h.closers) - 1; i >= 0; i-- {
		failed = append(failed, h.closers[i]())
	}
	h.closers = nil
	return errors.Join(failed...)
}

// storesOf hands each store over under its own name.
func storesOf(s *mongostore.Store) (all service.Stores) {
	from, to := reflect.ValueOf(s).Elem(), reflect.ValueOf(&all).Elem()
	for i := range to.NumField() {
		to.Field(i).Set(from.FieldByName(to.Type().Field(i).Name))
	}
	return all
}

// fill makes the crowd's fair in the store, an hour before it opens.
func (h *house) fill(ctx context.Context, store *mongostore.Store) (err error) {
	d := h.day
	d.now = d.opens.Add(-time.Hour)
	defer func() { d.now = d.opens }()
	h.fair, err = h.CreateFair(ctx, fair.Fair{
		Slug: service.DemoFair, Name: fair.Text{FR: "Une journée"}, TimeZone: "Europe/Paris",
		StartsAt: d.opens.AddDate(0, 0, -1), EndsAt: d.opens.AddDate(0, 0, 2),
	})
	if err != nil {
		return err
	}
	for _, s := range d.stands {
		s.id = fair.NewID()
		err := store.Stands.Insert(ctx, fair.Stand{
			ID: s.id, Fair: h.fair.ID, Number: s.n, Slug: fmt.Sprint("stand-", s.n), Name: fmt.Sprint("Maison ", s.n),
			Company: fair.NewID(), Links: []fair.Link{}, People: []fair.Host{},
		})
		if err != nil {
			return err
		}
		for i, r := range s.hosts {
			if r.id, err = h.enter(ctx, fair.Recruiter, s.n+i*demoStandsMost); err != nil {
				return err
			}
		}
	}
	for _, v := range d.people {
		if v.id, err = h.enter(ctx, fair.Candidate, v.n); err != nil {
			return err
		}
	}
	for _, s := range d.stands {
		for _, r := range s.hosts {
			for _, m := range r.agenda {
				if err := h.book(ctx, m); err != nil {
					return fmt.Errorf("book %s: %w", m.start.Format(time.TimeOnly), err)
				}
			}
		}
	}
	return h.dispatcher.Dispatch(ctx)
}

// enter makes one person.
func (h *house) enter(ctx context.Context, role fair.RoleKind, n int) (fair.ID, error) {
	account, err := h.DemoPerson(ctx, role, n)
	h.actors[account.ID] = fair.Actor{Account: account.ID, Roles: account.Roles, Name: account.Name}
	return account.ID, err
}

// book makes an appointment.
func (h *house) book(ctx context.Context, m *meeting) error {
	made, _, err := h.OpenSlots(ctx, h.actors[m.host.id], m.host.stall.id, fair.SlotPlan{
		Start: m.start, Duration: appointmentLength, Count: 1, Channels: []fair.Channel{fair.Video},
	})
	if err != nil {
		return err
	}
	m.slot = made[0].ID
	booked, err := h.Book(ctx, h.actors[m.visitor.id], m.slot, service.BookRequest{Channel: fair.Video, Key: "appointment"})
	m.interview = booked.Interview.ID
	return err
}

func (h *house) duty(ctx context.Context, r *host, state fair.DutyState, said time.Duration) error {
	_, err := h.SetDuty(ctx, h.actors[r.id], r.stall.id, state, int(said/time.Minute))
	return err
}

// quote is what a page says that somebody loaded a moment ago.
func (h *house) quote(ctx context.Context, s *stall) (fair.Range, error) {
	if p, seen := h.pages[s]; seen && h.day.now.Sub(p.at) < pageAge {
		return p.shown, nil
	}
	facts, err := h.StandLine(ctx, fair.Stand{ID: s.id, Fair: h.fair.ID})
	if !facts.OpenNow {
		facts.Range = fair.Range{}
	}
	h.pages[s] = page{h.day.now, facts.Range}
	return facts.Range, err
}

func (h *house) join(ctx context.Context, v *visitor, s *stall) (fair.ID, fair.Range, bool, error) {
	t, again, err := h.JoinLine(ctx, h.actors[v.id], s.id, service.JoinRequest{Channel: fair.Video})
	if fair.KindOf(err) == fair.Conflict {
		return "", fair.Range{}, true, nil
	}
	if err == nil && again {
		err = errors.New("a place was given twice")
	}
	return t.Ticket.ID, t.Range, false, err
}

func (h *house) next(ctx context.Context, r *host) (ticket, interview fair.ID, until time.Time, err error) {
	called, err := h.CallNext(ctx, h.actors[r.id], r.stall.id, service.CallRequest{})
	if fair.KindOf(err) == fair.Conflict { // an appointment is near
		err = nil
	}
	if called == nil || err != nil {
		return "", "", time.Time{}, err
	}
	return called.Ticket.ID, called.Interview.ID, called.Ticket.Call.Until, nil
}

func (h *house) answer(ctx context.Context, p *spot, a fair.Answer) error {
	_, err := h.AnswerTicket(ctx, h.actors[p.visitor.id], p.ticket, a)
	if fair.KindOf(err) == fair.Gone {
		return errClosed
	}
	return err
}

// begin has both enter the room, whose heartbeats go on until the end.
func (h *house) begin(ctx context.Context, r *host, v *visitor, interview fair.ID) error {
	room := fair.RoomID(fair.InterviewRoom, interview)
	for _, who := range []fair.ID{r.id, v.id} {
		if err := h.RoomJoined(ctx, room, who, h.day.now); err != nil {
			return err
		}
	}
	i, err := h.Stores.Interviews.Get(ctx, interview)
	if err != nil {
		return err
	}
	if i.State != fair.InterviewLive { // given up as nobody came for so long
		return errClosed
	}
	first := h.day.rules.Length + 5*time.Second
	if r.spot == nil { // an appointment, which may have begun late
		first = time.Minute
	}
	h.beat(room, r, v, first)
	return nil
}

// beat is the heartbeat of a room, which tells something only after the planned
// end.
func (h *house) beat(room string, r *host, v *visitor, wait time.Duration) {
	h.day.in(wait, func(ctx context.Context) error {
		if r.state != hostMeeting || r.room != room {
			return nil
		}
		h.beat(room, r, v, time.Minute)
		return h.RoomAlive(ctx, room, []fair.ID{r.id, v.id}, h.day.now)
	})
	r.room = room
}

// stands reports whether an appointment was not given up, as one is to which
// nobody came in time.
func (h *house) stands(ctx context.Context, m *meeting) (bool, error) {
	i, err := h.Stores.Interviews.Get(ctx, m.interview)
	return !i.Over(), err
}

func (h *house) arrive(ctx context.Context, v *visitor, interview fair.ID) error {
	return h.RoomJoined(ctx, fair.RoomID(fair.InterviewRoom, interview), v.id, h.day.now)
}

func (h *house) end(ctx context.Context, r *host, interview fair.ID) error {
	r.room = ""
	_, err := h.EndInterview(ctx, h.actors[r.id], interview, nil)
	if err != nil {
		return err
	}
	return h.dispatcher.Dispatch(ctx)
}

// presence is what the live plane tells of connections.
func (h *house) presence(ctx context.Context, v *visitor) error {
	if h.here[v.id] = v.here; v.here {
		return h.AccountCame(ctx, v.id, h.day.now)
	}
	return h.AccountGone(ctx, v.id, h.day.now)
}

func (h *house) sweep(ctx context.Context) error {
	return errors.Join(h.Sweep(ctx), h.ShowStale(ctx), h.dispatcher.Dispatch(ctx))
}

func (h *house) look(ctx context.Context, v *visitor) (map[fair.ID]fair.Range, error) {
	board, err := h.Board(ctx, h.actors[v.id], h.fair.Slug)
	if err != nil {
		return nil, err
	}
	seen := map[fair.ID]fair.Range{}
	for _, t := range board.Tickets {
		seen[t.Ticket.ID] = t.Range
	}
	return seen, nil
}

func (h *house) keeps(ctx context.Context, ticket fair.ID) (bool, error) {
	t, err := h.Stores.Tickets.Get(ctx, ticket)
	return t.Open, err
}

// outside is what a house needs and a simulated day has not: it hears
// everything and says nothing, except who is there.
type outside struct{ h *house }

// Online tells who has a live connection.
func (o outside) Online(_ context.Context, ids []fair.ID) (map[fair.ID]bool, error) {
	online := make(map[fair.ID]bool, len(ids))
	for _, id := range ids {
		online[id] = o.h.here[id]
	}
	return online, nil
}

func (outside) InterviewChanged(context.Context, fair.Interview) error         { return nil }
func (outside) SlotsChanged(context.Context, fair.ID, []fair.Slot) error       { return nil }
func (outside) WebconferenceChanged(context.Context, fair.Webconference) error { return nil }
func (outside) LineChanged(context.Context, fair.LineShow) error               { return nil }
func (outside) TicketChanged(context.Context, fair.Ticket) error               { return nil }
func (outside) ApplicationChanged(context.Context, fair.Application) error     { return nil }
func (outside) ThreadChanged(context.Context, fair.Thread) error               { return nil }
func (outside) DrawChanged(context.Context, fair.Draw) error                   { return nil }
func (outside) WishesTold(context.Context, fair.WishList) error                { return nil }
func (outside) StandbyChanged(context.Context, fair.Standby, fair.ID) error    { return nil }
func (outside) MemberChanged(context.Context, string, fair.ID, int64, fair.RoomRole) error {
	return nil
}
func (outside) RoomClosed(context.Context, string) error      { return nil }
func (outside) LoggedOut(context.Context, fair.ID) error      { return nil }
func (outside) WSURL(context.Context, string) (string, error) { return "", nil }
func (outside) Viewers(context.Context, string) (int, error)  { return 0, nil }
func (outside) ICEServers(context.Context, fair.ID) ([]fair.ICEServer, error) {
	return nil, nil
}
func (outside) Send(context.Context, fair.Mail) error { return nil }
func (outside) Code(fair.Account, string, time.Time) (fair.Mail, error) {
	return fair.Mail{}, nil
}
func (outside) Interview(fair.Account, service.InterviewMail) (fair.Mail, error) {
	return fair.Mail{}, nil
}
func (outside) Draw(fair.Account, service.DrawMail) (fair.Mail, error) { return fair.Mail{}, nil }
func (outside) Answers(fair.Account, service.AnswersMail) (fair.Mail, error) {
	return fair.Mail{}, nil
}
func (outside) Watch(fair.Account, service.WatchMail) (fair.Mail, error) { return fair.Mail{}, nil }
func (outside) Companion(fair.Account, string) (fair.Mail, error)        { return fair.Mail{}, nil }
func (outside) Address(fair.Account, service.AddressMail) (fair.Mail, error) {
	return fair.Mail{}, nil
}
func (outside) Invitation(fair.Account, service.InvitationMail) (fair.Mail, error) {
	return fair.Mail{}, nil
}
func (outside) Telling(fair.Account, service.Telling) (service.Told, error) {
	return service.Told{}, nil
}
func (outside) Report(fair.Account, service.ReportMail) (fair.Mail, error)  { return fair.Mail{}, nil }
func (outside) Seat(fair.Account, service.SeatMail) (fair.Mail, error)      { return fair.Mail{}, nil }
func (outside) Feed(fair.Account, []service.InterviewMail) ([]byte, error)  { return nil, nil }
func (outside) Put(context.Context, ...fair.Offer) error                    { return nil }
func (outside) Remove(context.Context, ...fair.ID) error                    { return nil }
func (outside) Similar(context.Context, fair.Offer, int) ([]fair.ID, error) { return nil, nil }
func (outside) Facets(context.Context, fair.ID, fair.OfferQuery) (fair.OfferFacets, error) {
	return fair.OfferFacets{}, nil
}
func (outside) Suggest(context.Context, fair.ID, string, int) ([]fair.Suggestion, error) {
	return nil, nil
}
func (outside) Search(context.Context, fair.ID, fair.OfferQuery) ([]fair.ID, int, error) {
	return nil, 0, nil
}
func (outside) Commune(string) (string, float64, float64, bool) { return "", 0, 0, false }
func (outside) CommuneNamed(string) (string, bool)              { return "", false }
func (outside) Occupation(string) (string, bool)                { return "", false }

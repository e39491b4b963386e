package service_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"salon/fair"
	"salon/fair/filestore"
	"salon/fair/mongostore"
	"salon/fair/mongostore/mongotest"
	"salon/fair/service"
)

func TestMain(m *testing.M) {
	if path := os.Getenv(childEnv); path != "" {
		bookUntilKilled(path)
		return
	}
	if path := os.Getenv(lineChildEnv); path != "" {
		queueUntilKilled(path)
		return
	}
	if path := os.Getenv(drawChildEnv); path != "" {
		drawUntilKilled(path)
		return
	}
	if path := os.Getenv(erasureChildEnv); path != "" {
		eraseUntilKilled(path)
		return
	}
	goleak.VerifyTestMain(m)
}

// opening is the hour at which each test begins: two days into the fair.
var opening = time.Date(2021, 1, 20, 9, 0, 0, 0, time.UTC)

// house is a whole fair on the real engine: a service with its stores, and
// fakes of what is outside.
type house struct {
	*service.Service
	t     testing.TB
	store *mongostore.Store
	clock *clock
	world *world
	fair  fair.Fair
	boss  fair.Actor // an organiser of the fair
	log   *bytes.Buffer
}

// clock is a time that only tests move.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// world records what the house told the outside.
type world struct {
	mu      sync.Mutex
	mails   []fair.Mail
	told    []string // "closed <room>", "member <account> <role> <generation>", ...
	codes   map[string]string
	indexed map[fair.ID]fair.Offer
	mailErr error
	sending func() // called while a mail is being handed over, if set
	digest  service.WatchMail
}

func (w *world) tell(format string, args ...any) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.told = append(w.told, fmt.Sprintf(format, args...))
	return nil
}

func (w *world) heard(line string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Contains(w.told, line)
}

func (w *world) sent(kind fair.EffectKind) (n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, m := range w.mails {
		if m.Subject == string(kind) {
			n++
		}
	}
	return n
}

func (w *world) InterviewChanged(_ context.Context, i fair.Interview) error {
	return w.tell("interview %s %s", i.ID, i.State)
}
func (w *world) SlotsChanged(_ context.Context, _ fair.ID, slots []fair.Slot) error {
	return w.tell("slots %d", len(slots))
}
func (w *world) WebconferenceChanged(_ context.Context, t fair.Webconference) error {
	return w.tell("talk %s %s", t.ID, t.State)
}
func (w *world) LineChanged(_ context.Context, l fair.LineShow) error {
	return w.tell("line %s %s %d", l.Stand, l.State, l.Waiting)
}
func (w *world) TicketChanged(_ context.Context, t fair.Ticket) error {
	return w.tell("ticket %s %s", t.ID, t.State)
}
func (w *world) ThreadChanged(_ context.Context, t fair.Thread) error {
	return w.tell("thread %s %q %d", t.ID, t.Owes, t.Level)
}
func (w *world) ApplicationChanged(_ context.Context, a fair.Application) error {
	return w.tell("application %s %s", a.ID, a.State)
}
func (w *world) DrawChanged(_ context.Context, d fair.Draw) error {
	return w.tell("draw %s %s", d.ID, d.State)
}
func (w *world) WishesTold(_ context.Context, l fair.WishList) error {
	return w.tell("wishes %s", l.ID)
}

func (w *world) StandbyChanged(_ context.Context, b fair.Standby, adviser fair.ID) error {
	return w.tell("standby %s %s %s", b.ID, b.State, adviser)
}
func (w *world) MemberChanged(_ context.Context, _ string, a fair.ID, generation int64, role fair.RoomRole) error {
	return w.tell("member %s %q %d", a, role, generation)
}
func (w *world) RoomClosed(_ context.Context, room string) error { return w.tell("closed %s", room) }
func (w *world) LoggedOut(_ context.Context, l fair.ID) error    { return w.tell("out %s", l) }
func (w *world) WSURL(context.Context, string) (string, error)   { return "ws://127.0.0.1/ws", nil }
func (w *world) Viewers(context.Context, string) (int, error)    { return 0, nil }
func (w *world) ICEServers(context.Context, fair.ID) ([]fair.ICEServer, error) {
	return []fair.ICEServer{{URLs: []string{"stun:127.0.0.1:3478"}}}, nil
}

func (w *world) Send(_ context.Context, m fair.Mail) error {
	if w.sending != nil {
		w.sending()
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.mailErr != nil {
		return w.mailErr
	}
	w.mails = append(w.mails, m)
	return nil
}

func (w *world) Code(to fair.Account, code string, _ time.Time) (fair.Mail, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.codes[to.Email] = code
	return fair.Mail{Subject: string(fair.EffectMailCode), Text: code}, nil
}

func (w *world) Interview(to fair.Account, in service.InterviewMail) (fair.Mail, error) {
	return fair.Mail{Subject: string(in.Kind), Text: in.With, Calendar: []byte("BEGIN:VCALENDAR")}, nil
}

func (w *world) Telling(to fair.Account, t service.Telling) (service.Told, error) {
	return service.Told{
		Title: string(t.Kind), Text: t.Stand.Name, Path: "/me",
		Mail: fair.Mail{Subject: string(t.Kind), Text: t.Stand.Name},
	}, nil
}

func (w *world) Draw(to fair.Account, in service.DrawMail) (fair.Mail, error) {
	text := in.Number
	for _, wish := range in.Wishes {
		text += " " + string(wish.State)
	}
	return fair.Mail{Subject: string(in.Kind), Text: text}, nil
}

func (w *world) Answers(to fair.Account, in service.AnswersMail) (fair.Mail, error) {
	return fair.Mail{Subject: string(in.Kind), Text: fmt.Sprintf("%s: %d at %s", to.Email, in.Count, in.Stand.Name)}, nil
}

func (w *world) Companion(to fair.Account, candidate string) (fair.Mail, error) {
	return fair.Mail{Subject: string(fair.EffectMailCompanion), Text: candidate}, nil
}

func (w *world) Address(_ fair.Account, in service.AddressMail) (fair.Mail, error) {
	return fair.Mail{Subject: "address " + in.Kind, Text: in.Token}, nil
}
func (w *world) Invitation(to fair.Account, in service.InvitationMail) (fair.Mail, error) {
	return fair.Mail{Subject: string(fair.EffectMailInvited), Text: in.Token}, nil
}

func (w *world) Report(to fair.Account, in service.ReportMail) (fair.Mail, error) {
	return fair.Mail{Subject: string(in.Kind), Text: to.Email + " " + string(in.Decision) + " " + in.Answer}, nil
}

func (w *world) Watch(to fair.Account, in service.WatchMail) (fair.Mail, error) {
	w.digest = in
	m := fair.Mail{Subject: string(fair.EffectMailWatch), Text: in.Token, Unsubscribe: in.Address}
	for _, o := range in.Offers {
		m.HTML += o.Title + ";"
	}
	return m, nil
}

func (w *world) Seat(to fair.Account, in service.SeatMail) (fair.Mail, error) {
	return fair.Mail{Subject: string(in.Kind), Text: to.Email}, nil
}

func (w *world) Feed(_ fair.Account, all []service.InterviewMail) ([]byte, error) {
	return fmt.Appendf(nil, "BEGIN:VCALENDAR %d", len(all)), nil
}

func (w *world) Put(_ context.Context, offers ...fair.Offer) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, o := range offers {
		w.indexed[o.ID] = o
	}
	return nil
}

func (w *world) Remove(_ context.Context, ids ...fair.ID) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, id := range ids {
		delete(w.indexed, id)
	}
	return nil
}

func (w *world) Search(_ context.Context, _ fair.ID, q fair.OfferQuery) ([]fair.ID, int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	ids := slices.Sorted(maps.Keys(w.indexed))
	from := min((max(q.Page, 1)-1)*q.Limit, len(ids))
	return ids[from:min(from+q.Limit, len(ids))], len(ids), nil
}

func (w *world) Facets(context.Context, fair.ID, fair.OfferQuery) (fair.OfferFacets, error) {
	return fair.OfferFacets{}, nil
}
func (w *world) Suggest(context.Context, fair.ID, string, int) ([]fair.Suggestion, error) {
	return nil, nil
}
func (w *world) Similar(context.Context, fair.Offer, int) ([]fair.ID, error) { return nil, nil }

func (w *world) Commune(insee string) (string, float64, float64, bool) {
	return "Montpellier", 43.61, 3.87, insee == "34172"
}

func (w *world) CommuneNamed(text string) (string, bool) {
	return "34172", text == "34172" || strings.EqualFold(text, "Montpellier") || text == "34000"
}

func (w *world) Occupation(rome string) (string, bool) { return "Soins d'hygiène", rome == "J1501" }

// stores hands the stores over as the service wants them.
func stores(s *mongostore.Store) service.Stores {
	return service.Stores{
		Accounts: s.Accounts, Persons: s.Persons, Logins: s.Logins, Codes: s.Codes, Fairs: s.Fairs,
		Credentials: s.Credentials, Ceremonies: s.Ceremonies, Quotas: s.Quotas, Invitations: s.Invitations, Keys: s.Keys, Addresses: s.Addresses,
		Companies: s.Companies, Stands: s.Stands, Offers: s.Offers, Slots: s.Slots, SlotRules: s.SlotRules, Draws: s.Draws, Wishes: s.Wishes, Interviews: s.Interviews, Standbys: s.Standbys,
		Webconferences: s.Webconferences, Tickets: s.Tickets, Lines: s.Lines, Threads: s.Threads, Applications: s.Applications, Favourites: s.Favourites,
		Pockets: s.Pockets, CVs: s.CVs, Imports: s.Imports, Watches: s.Watches, Companions: s.Companions, Mails: s.Mails, Audits: s.Audits, Reports: s.Reports, Papers: s.Papers, Erasures: s.Erasures, Effects: s.Effects,
	}
}

// newHouse opens a demo fair of three stands.
func newHouse(t testing.TB, change ...func(*service.Config)) *house {
	t.Helper()
	h := &house{t: t, clock: &clock{now: opening}, log: &bytes.Buffer{}, world: newWorld()}
	h.store = mongotest.Open(t, h.clock.Now)
	config := configOf(h.store, h.world, h.clock, h.log)
	for _, c := range change {
		c(&config)
	}
	h.Service = service.New(config)
	h.open(config.Demo)
	return h
}

func newWorld() *world {
	return &world{codes: map[string]string{}, indexed: map[fair.ID]fair.Offer{}}
}

func configOf(store *mongostore.Store, w *world, c *clock, log io.Writer) service.Config {
	return service.Config{
		Stores: stores(store), Notifier: w, Rooms: w, ICE: w, Mailer: w, Composer: w,
		Index: w, Places: w, Clock: c.Now, Log: slog.New(slog.NewTextHandler(log, nil)),
		Secret: []byte("a secret of thirty-two bytes, ok"), Demo: true,
	}
}

// open makes the fair, its organiser and three stands.
func (h *house) open(demo bool) {
	t := h.t
	t.Helper()
	var err error
	h.fair, err = h.CreateFair(t.Context(), fair.Fair{
		Slug: service.DemoFair, Name: fair.Text{FR: "Rencontres"}, TimeZone: "Europe/Paris", Demo: demo,
		StartsAt: opening.AddDate(0, 0, -2), EndsAt: opening.AddDate(0, 0, 12),
	})
	h.must(err)
	h.boss = h.person("organiser@example.org")
	_, err = h.Organise(t.Context(), h.fair.ID, h.boss.Account)
	h.must(err)
	h.boss = h.again(h.boss)
	for i := range 3 {
		results, err := h.ImportOffers(t.Context(), h.boss, h.fair.Slug, records(offerRecord(fmt.Sprint("first-", i), fmt.Sprint("Maison ", i))))
		h.must(err)
		if results[0].Result != service.ResultCreated {
			t.Fatalf("the offer of stand %d: %+v", i, results[0])
		}
	}
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// person signs somebody in by mail and answers who acts.
func (h *house) person(email string) fair.Actor {
	h.t.Helper()
	actor, err := h.Authenticate(h.t.Context(), h.signIn(email).Token)
	h.must(err)
	return actor
}

func (h *house) signIn(email string) service.SignedIn {
	h.t.Helper()
	h.must(h.RequestCode(h.t.Context(), email, fair.French))
	h.dispatch()
	in, err := h.SignIn(h.t.Context(), email, h.world.codes[strings.ToLower(email)], fair.French)
	h.must(err)
	return in
}

// again is the actor with the rights it has now.
func (h *house) again(a fair.Actor) fair.Actor {
	h.t.Helper()
	account, err := h.Me(h.t.Context(), a)
	h.must(err)
	a.Roles, a.Name = account.Roles, account.Name
	return a
}

// demo signs in as a demo person.
func (h *house) demo(role fair.RoleKind, n int) fair.Actor {
	h.t.Helper()
	in, err := h.DemoSession(h.t.Context(), role, n)
	h.must(err)
	actor, err := h.Authenticate(h.t.Context(), in.Token)
	h.must(err)
	return actor
}

func (h *house) dispatch() {
	h.t.Helper()
	h.must(service.NewDispatcher(h.Service).Dispatch(h.t.Context()))
}

// slots opens slots of half an hour at the recruiter's stand, an hour from now.
func (h *house) slots(recruiter fair.Actor, count int) []fair.Slot {
	h.t.Helper()
	made, skipped, err := h.OpenSlots(h.t.Context(), recruiter, recruiter.Roles[0].Stand, fair.SlotPlan{
		Start: h.clock.Now().Add(time.Hour), Duration: 30 * time.Minute, Count: count,
		Channels: []fair.Channel{fair.Video, fair.Phone},
	})
	h.must(err)
	if len(made) != count || skipped != 0 {
		h.t.Fatalf("%d slots made and %d skipped, want %d made", len(made), skipped, count)
	}
	return made
}

// book books by video with that key.
func (h *house) book(a fair.Actor, slot fair.ID, key string) (service.Booked, error) {
	return h.Book(h.t.Context(), a, slot, service.BookRequest{Channel: fair.Video, Key: key})
}

// openFiles is a file store on disk, closed after the test.
func openFiles(t *testing.T, folder string) *filestore.Disk {
	t.Helper()
	files, err := filestore.OpenDisk(folder)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { files.Close() })
	return files
}

// filesIn counts the files below a folder.
func (h *house) filesIn(folder string) (n int) {
	h.t.Helper()
	h.must(filepath.WalkDir(folder, func(_ string, entry os.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			n++
		}
		return err
	}))
	return n
}

// stopWhen has the machine stop at the step that stop names by then.
func stopWhen(stop *string) func(string) error {
	return func(name string) error {
		if name == *stop {
			return errors.New("the machine stops at " + name)
		}
		return nil
	}
}

// refused checks kind and code of a refusal.
func refused(t *testing.T, err error, kind fair.Kind, code string) {
	t.Helper()
	if e := fair.E(kind, code); !matches(err, e) {
		t.Fatalf("the answer is %v (kind %d), want %s (kind %d)", err, fair.KindOf(err), code, kind)
	}
}

// newHouseOn is another process on the same database: same stores, clock and
// world, a service of its own.
func newHouseOn(h *house, change func(*service.Config)) *house {
	config := h.Config
	change(&config)
	other := *h
	other.Service = service.New(config)
	return &other
}

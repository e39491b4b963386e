package service

import (
	"context"
	"log/slog"
	"time"

	"salon/fair"
	"salon/fair/proof"
)

// Config is what a Service is made of. Every field is needed, except those
// that say otherwise.
type Config struct {
	Stores   Stores
	Notifier Notifier // nil: a command line, which has nobody to tell
	Rooms    RoomLocator
	ICE      ICEServers
	Mailer   Mailer
	Composer Composer
	Index    Index
	Places   Places
	Files    Files
	Scanner  Scanner          // nil: nobody looks for malware in what is uploaded
	Presence Presence         // nil: nobody can tell who is there
	Pusher   Pusher           // nil: no notifications while the page is closed
	Texter   Texter           // nil: no text messages
	Issuers  Issuers          // nil: nobody comes through another site
	Clock    func() time.Time // cut to UTC milliseconds by the service
	Log      *slog.Logger
	Site     string // public address, for passkeys and authenticator apps; "" where nobody signs in
	Secret   []byte // keys the hashes of addresses and codes; at least 32 bytes

	// Demo allows DemoSession and the outbox, lets numbers of the French
	// fiction ranges pass, lets people of a demo fair meet before the hour of
	// their interview, and lets demo people use streams named "bench...".
	Demo bool
	// DemoAccount gives name and profile of a demo person; only with Demo, and
	// even then it may be nil.
	DemoAccount func(role fair.RoleKind, n int) fair.Account
	// Scrub overwrites what the store has let go of and still lies in its file,
	// once something was erased; nil where the store has no such file.
	Scrub func(ctx context.Context) error
	// Step is called before each step of a booking, with its name, and stops
	// it there when it fails. Tests set it; nil otherwise.
	Step func(name string) error
}

// Service is the use cases. Its methods may be called from any goroutine.
type Service struct {
	Config
	near        rounds        // of sweepNear
	pending     chan struct{} // wakes the dispatcher; one waiting token is enough
	exporting   chan struct{} // holds a token for each export being gathered
	occupations occupations
	opens       opens
	roll        roll
	stale       stale
	lives       fairLives
	readings    readings
	estimates   estimates
	hasher      *proof.Hasher
	site        *proof.Relying // nil where browsers give no passkeys
}

// New returns a Service. It panics when the secret is too short to keep one.
func New(c Config) *Service {
	if len(c.Secret) < 32 {
		panic("service: the secret has fewer than 32 bytes")
	}
	site, err := proof.NewRelying(c.Site)
	if err != nil {
		panic("service: " + err.Error())
	}
	return &Service{
		hasher: proof.NewHasher(), site: site,
		Config: c, pending: make(chan struct{}, 1), exporting: make(chan struct{}, exportsAtOnce),
		occupations: occupations{byFair: map[fair.ID]countedFair{}},
		opens:       opens{byFair: map[fair.ID]openNow{}},
		stale:       stale{stands: map[fair.ID]struct{}{}},
		lives:       fairLives{byFair: map[fair.ID]keptLive{}},
		estimates:   newEstimates(),
	}
}

// Page is one page of a list.
type Page[T any] struct {
	Items []T
	Total int
}

// now is the service's time: UTC, cut to the precision of the store.
func (s *Service) now() time.Time { return s.Clock().UTC().Truncate(time.Millisecond) }

// cut brings a caller's time to the same form.
func cut(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }

// step lets a test stop a use case between two steps.
func (s *Service) step(name string) error {
	if s.Step == nil {
		return nil
	}
	return s.Step(name)
}

// wake tells the dispatcher that something is owed.
func (s *Service) wake() {
	select {
	case s.pending <- struct{}{}:
	default:
	}
}

// meta is the bookkeeping of a new document. A zero retain keeps it for good.
func meta(now, retain time.Time, effects ...fair.Effect) fair.Meta {
	m := fair.Meta{Rev: 1, UpdatedAt: now, Schema: 1, Effects: effects}
	if !retain.IsZero() {
		m.RetainUntil = &retain
	}
	return m
}

// owe makes an effect that concerns an account (or nobody).
func owe(kind fair.EffectKind, account fair.ID, at time.Time) fair.Effect {
	return fair.Effect{ID: fair.NewID(), Kind: kind, Account: account, At: at}
}

// oweAudit makes a line for the audit log: who did what concerning whom.
func oweAudit(action string, by, about fair.ID, at time.Time) fair.Effect {
	return fair.Effect{ID: fair.NewID(), Kind: fair.EffectAudit, Account: about, By: by, Action: action, At: at}
}

// paging brings page and limit into their bounds: from 1; 1 to 100, 20 when
// nothing is said.
func paging(page, limit int) (int, int) {
	if limit <= 0 {
		limit = 20
	}
	return min(max(page, 1), 100_000), min(limit, 100)
}

// signedIn refuses visitors.
func signedIn(a fair.Actor) error {
	if !a.SignedIn() {
		return fair.E(fair.Unauthenticated, "sign.in")
	}
	return nil
}

// mayOrganise refuses all but the organisers of a fair.
func mayOrganise(a fair.Actor, fairID fair.ID) error {
	if err := signedIn(a); err != nil {
		return err
	}
	if !a.Organises(fairID) {
		return fair.E(fair.Forbidden, "not.organiser")
	}
	return nil
}

// mayDesk refuses all but a stand's recruiters who are not barred, and its fair's
// organisers.
func (s *Service) mayDesk(ctx context.Context, a fair.Actor, st fair.Stand) error {
	if err := signedIn(a); err != nil {
		return err
	}
	switch {
	case a.Organises(st.Fair):
		return nil
	case !a.Recruits(st.ID):
		return fair.E(fair.Forbidden, "not.recruiter")
	}
	return s.notBarred(ctx, a.Account, st.Fair)
}

// notFound reports whether err says that there is no such thing, which some
// callers expect.
func notFound(err error) bool { return fair.KindOf(err) == fair.NotFound }

// retryStale runs change again while somebody else's edit came between, three
// times at most: for changes that do not depend on what the caller has seen.
func retryStale(ctx context.Context, change func() error) error {
	var err error
	for range 3 {
		if err = change(); fair.KindOf(err) != fair.Conflict || ctx.Err() != nil {
			return err
		}
	}
	return err
}

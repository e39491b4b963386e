package web

import (
	"context"
	"net/http"
	"sync"
	"time"
)

// visitorPages keeps for a moment what visitors were shown: a public page is the same
// for all who have not signed in, and hundreds may come for it at once. Who comes
// while it is being made waits for it, so that each page is made once a moment.
type visitorPages struct {
	keep  time.Duration // 0: every visitor's page is made anew
	clock func() time.Time

	mu     sync.Mutex
	byPath map[string]*visitorPage // guarded by mu
}

// visitorPage is one of them; all but made is read-only once ready is closed.
type visitorPage struct {
	ready chan struct{}
	made  time.Time // guarded by mu of visitorPages; zero until it is ready
	text  *text     // nil: it was no page to keep
}

// Bounds of what is kept: addresses, and the length of one in bytes. Past them pages
// are made anew for each visitor.
const (
	visitorPagesKept = 200
	visitorPathBytes = 300
)

// forVisitors wraps a page that is the same for every visitor.
func (s *Server) forVisitors(do func(context.Context, *call) error) func(context.Context, *call) error {
	return func(ctx context.Context, k *call) error {
		path := k.fiber.OriginalURL()
		if s.visitors.keep == 0 || k.SignedIn() || k.half.Account != "" || len(path) > visitorPathBytes {
			return do(ctx, k)
		}
		page, mine := s.visitors.take(path)
		if page == nil {
			return do(ctx, k)
		}
		if mine {
			defer s.visitors.finish(path, page)
			k.made = func(t *text) { page.text = t }
			return do(ctx, k)
		}
		select {
		case <-page.ready:
		case <-ctx.Done():
			return ctx.Err()
		}
		if page.text == nil {
			return do(ctx, k) // it is refused, or moved
		}
		return s.sendPage(k, http.StatusOK, page.text)
	}
}

// take finds a page that is fresh or being made; mine says that the caller makes it
// and calls finish. Nil: there is no room to keep it.
func (v *visitorPages) take(path string) (page *visitorPage, mine bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	now := v.clock()
	stale := func(p *visitorPage) bool { return !p.made.IsZero() && now.Sub(p.made) >= v.keep }
	if page = v.byPath[path]; page != nil && !stale(page) {
		return page, false
	}
	if v.byPath == nil {
		v.byPath = make(map[string]*visitorPage)
	}
	if page == nil && len(v.byPath) >= visitorPagesKept {
		for other, p := range v.byPath {
			if stale(p) {
				delete(v.byPath, other)
			}
		}
		if len(v.byPath) >= visitorPagesKept {
			return nil, false
		}
	}
	page = &visitorPage{ready: make(chan struct{})}
	v.byPath[path] = page
	return page, true
}

// finish lets those in who wait, and forgets what was no page to keep. A panic that
// passes through finishes it too.
func (v *visitorPages) finish(path string, page *visitorPage) {
	v.mu.Lock()
	page.made = v.clock()
	if page.text == nil {
		delete(v.byPath, path)
	}
	v.mu.Unlock()
	close(page.ready)
}

package signaling

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

const (
	rollBatch = 500    // accounts in one call to the bus
	maxNews   = 20_000 // comings and goings not yet told; more are dropped, Online makes up for them
	tellers   = 8      // calls to the Observer at once
)

// roll is the list of accounts that have a socket on this node. run keeps it
// known to the bus and tell passes on to the Observer what that shows: each has
// a goroutine, so that a slow store does not keep the heartbeat back. Sockets
// only count up and down, and never wait.
type roll struct {
	hub  *Hub
	wake chan struct{} // somebody arrived; one waiting token is enough
	told chan struct{} // there is news

	mu   sync.Mutex
	here map[string]*attendance // guarded by mu
	news map[string]coming      // guarded by mu: the latest of each account, not yet told

	down bool // owned by run: the bus did not answer the last time
}

// attendance is one account on this node. An entry is removed by run only.
type attendance struct {
	sockets int
	leftAt  time.Time // when the last socket ended; means nothing while there is one
	noted   bool      // the bus knows
}

// coming is an account's coming, or its going.
type coming struct {
	gone bool
	at   time.Time
}

func newRoll(h *Hub) *roll {
	return &roll{
		hub: h, wake: make(chan struct{}, 1), told: make(chan struct{}, 1),
		here: map[string]*attendance{}, news: map[string]coming{},
	}
}

// arrive counts one socket more; a visitor's has no account.
func (r *roll) arrive(account string) {
	if account == "" {
		return
	}
	r.mu.Lock()
	a := r.here[account]
	if a == nil {
		a = &attendance{}
		r.here[account] = a
	}
	a.sockets++
	r.mu.Unlock()
	nudge(r.wake)
}

// leave counts one socket less.
func (r *roll) leave(account string) {
	if account == "" {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	a := r.here[account]
	if a.sockets--; a.sockets == 0 {
		a.leftAt = r.hub.now()
	}
}

// among says which of the accounts are here, and lists the others.
func (r *roll) among(accounts []string) (here map[string]bool, others []string) {
	here = make(map[string]bool, len(accounts))
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, account := range accounts {
		if r.here[account] != nil {
			here[account] = true
		} else {
			others = append(others, account)
		}
	}
	return here, others
}

func nudge(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// run keeps the bus informed until ctx ends. What it leaves there then ends by
// itself: those who were here come back, here or elsewhere, within that time.
func (r *roll) run(ctx context.Context) {
	var telling sync.WaitGroup
	telling.Go(func() { r.tell(ctx) })
	defer telling.Wait()
	look := time.NewTicker(r.hub.Beat / 10)
	defer look.Stop()
	beat := time.NewTicker(r.hub.Beat)
	defer beat.Stop()
	r.attend(ctx, nil)
	for {
		select {
		case <-r.wake:
			r.attendNew(ctx)
		case <-look.C:
			r.quit(ctx)
			r.attendNew(ctx)
		case <-beat.C:
			r.attend(ctx, r.those(func(*attendance) bool { return true }))
		case <-ctx.Done():
			return
		}
	}
}

// attendNew notes those the bus does not know yet.
func (r *roll) attendNew(ctx context.Context) {
	if fresh := r.those(func(a *attendance) bool { return !a.noted && a.sockets > 0 }); len(fresh) > 0 {
		r.attend(ctx, fresh)
	}
}

// those lists the accounts that match.
func (r *roll) those(match func(*attendance) bool) []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var found []string
	for account, a := range r.here {
		if match(a) {
			found = append(found, account)
		}
	}
	return found
}

// attend notes or renews accounts with the bus; without any it only tells that
// this node keeps presence. What fails is tried again at the next look.
func (r *roll) attend(ctx context.Context, accounts []string) {
	batches := slices.Collect(slices.Chunk(accounts, rollBatch))
	if len(batches) == 0 {
		batches = [][]string{nil}
	}
	for _, some := range batches {
		call, cancel := context.WithTimeout(ctx, callLimit)
		came, err := r.hub.Bus.Attend(call, some)
		cancel()
		if r.complain(ctx, err) {
			return
		}
		r.mu.Lock()
		for _, account := range some {
			r.here[account].noted = true
		}
		for _, account := range came {
			// Dated now, it is later than a going that another node has noted, and
			// never later than our own.
			at := r.hub.now()
			if a := r.here[account]; a.sockets == 0 {
				at = a.leftAt
			}
			r.reportLocked(account, coming{at: at})
		}
		r.mu.Unlock()
		nudge(r.told)
	}
}

// quit strikes off those who have had no socket for Absence.
func (r *roll) quit(ctx context.Context) {
	late := r.hub.now().Add(-Absence)
	left := r.those(func(a *attendance) bool { return a.sockets == 0 && !a.leftAt.After(late) })
	for some := range slices.Chunk(left, rollBatch) {
		call, cancel := context.WithTimeout(ctx, callLimit)
		gone, err := r.hub.Bus.Quit(call, some)
		cancel()
		if r.complain(ctx, err) {
			return
		}
		r.mu.Lock()
		for _, account := range some {
			a := r.here[account]
			if a.sockets > 0 { // came back meanwhile, and was never gone
				a.noted = false
				continue
			}
			if slices.Contains(gone, account) {
				r.reportLocked(account, coming{gone: true, at: a.leftAt})
			}
			delete(r.here, account)
		}
		r.mu.Unlock()
		nudge(r.told)
	}
}

// complain reports whether err is one, and says so once until the bus answers.
func (r *roll) complain(ctx context.Context, err error) bool {
	if err != nil && !r.down && ctx.Err() == nil {
		r.hub.log.Warn("presence of accounts not kept", "err", err)
	}
	r.down = err != nil
	return r.down
}

func (r *roll) reportLocked(account string, c coming) {
	if _, already := r.news[account]; already || len(r.news) < maxNews {
		r.news[account] = c
	}
}

// tell tells the Observer the news until ctx ends. All news of one round are
// told before the next round begins, so those of an account keep their order.
func (r *roll) tell(ctx context.Context) {
	again := time.NewTicker(r.hub.Beat / 10)
	defer again.Stop()
	for {
		select {
		case <-r.told:
		case <-again.C:
		case <-ctx.Done():
			return
		}
		r.mu.Lock()
		news := r.news
		r.news = map[string]coming{}
		r.mu.Unlock()
		if len(news) > 0 {
			r.tellAll(ctx, news)
		}
	}
}

// tellAll tells one round. The first failure ends it: what could not be told is
// told again, unless there is something newer.
func (r *roll) tellAll(ctx context.Context, news map[string]coming) {
	var failed atomic.Pointer[error]
	var telling sync.WaitGroup
	room := make(chan struct{}, tellers)
	for account, c := range news {
		room <- struct{}{}
		telling.Go(func() {
			defer func() { <-room }()
			if failed.Load() == nil {
				err := r.tellOne(ctx, account, c)
				if err == nil {
					return
				}
				failed.Store(&err)
			}
			r.mu.Lock()
			defer r.mu.Unlock()
			if _, newer := r.news[account]; !newer {
				r.reportLocked(account, c)
			}
		})
	}
	telling.Wait()
	if err := failed.Load(); err != nil && ctx.Err() == nil {
		r.hub.log.Warn("observer not told who came and went", "err", *err)
	}
}

func (r *roll) tellOne(ctx context.Context, account string, c coming) error {
	ctx, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	if c.gone {
		return r.hub.Observer.Gone(ctx, account, c.at)
	}
	return r.hub.Observer.Came(ctx, account, c.at)
}

package signaling

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"salon/signaling/message"
)

const (
	lookPeriod = time.Second     // counts follow changes no faster
	callLimit  = 5 * time.Second // for one call outside
	eventsSize = 256             // comings and goings not yet told to the Observer
)

// eventKind says whether somebody came, went, or hears badly.
type eventKind int

const (
	joined eventKind = iota
	left
	strained
)

type event struct {
	kind    eventKind
	account string
	at      time.Time
	strain  Strain // of strained
}

// keeper does for its room what has to wait for others: it tells the Observer,
// renews presence and lease, and counts. The room gives it news without ever
// waiting for it.
type keeper struct {
	room   *Room
	events chan event // when full, the next Alive makes up for what is dropped
	wake   chan struct{}

	mu     sync.Mutex
	people []string // guarded by mu: who is here
	moving bool     // guarded by mu: people are to come back elsewhere

	known map[string]bool // owned by run: who presence was told of
	held  time.Time       // owned by run: when the lease was last renewed
}

func newKeeper(r *Room) *keeper {
	return &keeper{
		room: r, events: make(chan event, eventsSize), wake: make(chan struct{}, 1),
		known: map[string]bool{}, held: r.hub.now(),
	}
}

// tell passes an event on. It never waits.
func (k *keeper) tell(e event) {
	select {
	case k.events <- e:
	default:
		k.room.hub.log.Warn("observer is behind, event dropped", "room", k.room.id)
	}
}

// look says who is here now. It never waits.
func (k *keeper) look(people []string) {
	k.mu.Lock()
	k.people = people
	k.mu.Unlock()
	select {
	case k.wake <- struct{}{}:
	default:
	}
}

// over says that the room ends here, and whether its people are to come back
// elsewhere, so that it is not over for them.
func (k *keeper) over(moving bool) {
	k.mu.Lock()
	k.people, k.moving = nil, moving
	k.mu.Unlock()
}

func (k *keeper) now() (people []string, moving bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.people, k.moving
}

// run serves until the room is gone, then settles what is left.
func (k *keeper) run(ctx context.Context) {
	beat := time.NewTicker(k.room.hub.Beat)
	defer beat.Stop()
	again := time.NewTimer(0) // fires when the next count may be made
	defer again.Stop()
	ready, wanted := false, false
	for {
		select {
		case e := <-k.events:
			k.observe(ctx, e)
		case <-k.wake:
			wanted = true
		case <-again.C:
			ready = true
		case <-beat.C:
			k.beat(ctx)
			wanted = true
		case <-k.room.done:
			k.settle(ctx)
			return
		}
		if ready && wanted {
			k.count(ctx)
			ready, wanted = false, false
			again.Reset(lookPeriod)
		}
	}
}

// observe tells the Observer one event.
func (k *keeper) observe(ctx context.Context, e event) {
	ctx, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	var err error
	switch o := k.room.hub.Observer; e.kind {
	case joined:
		err = o.Joined(ctx, k.room.id, e.account, e.at)
	case left:
		err = o.Left(ctx, k.room.id, e.account, e.at)
	case strained:
		err = o.Strained(ctx, k.room.id, e.account, e.strain, e.at)
	}
	if err != nil {
		k.warn("observer not told", err)
	}
}

// beat renews the lease and tells who is still here.
func (k *keeper) beat(ctx context.Context) {
	k.renew(ctx)
	people, _ := k.now()
	accounts := make([]string, 0, len(people))
	for _, who := range people {
		if !strings.HasPrefix(who, "visitor.") {
			accounts = append(accounts, who)
		}
	}
	if len(accounts) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	if err := k.room.hub.Observer.Alive(ctx, k.room.id, accounts, k.room.hub.now()); err != nil {
		k.warn("observer not told who is here", err)
	}
}

// renew keeps the room on this node. While the bus cannot say, those inside go
// on and nobody new is let in once the lease has run out; when another node
// has the room, everybody is sent there.
func (k *keeper) renew(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	_, err := k.room.hub.Bus.Hold(ctx, k.room.id)
	switch {
	case err == nil:
		k.held = k.room.hub.now()
		k.room.suspended.Store(false)
	case errors.Is(err, ErrElsewhere):
		k.room.hub.log.Warn("room moved to another node", "room", k.room.id)
		k.room.post(end{code: message.CloseUnavailable})
	default:
		k.room.suspended.Store(k.room.hub.now().Sub(k.held) >= LeaseTTL)
		k.warn("lease not renewed", err)
	}
}

// count renews presence and tells the room how many there are.
func (k *keeper) count(ctx context.Context) {
	people, _ := k.now()
	gone := k.replace(people)
	ctx, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	if len(gone) > 0 {
		if _, err := k.room.hub.Bus.Depart(ctx, k.room.id, gone); err != nil {
			k.warn("presence not renewed", err)
			return
		}
	}
	count, err := k.room.hub.Bus.Arrive(ctx, k.room.id, people)
	if err != nil {
		k.warn("presence not renewed", err)
		return
	}
	k.room.post(present{count})
}

// replace notes who presence knows of, and answers who is no longer here.
func (k *keeper) replace(people []string) (gone []string) {
	known := make(map[string]bool, len(people))
	for _, who := range people {
		known[who] = true
	}
	for who := range k.known {
		if !known[who] {
			gone = append(gone, who)
		}
	}
	k.known = known
	return gone
}

// settle ends what the keeper kept: events, presence, lease.
func (k *keeper) settle(ctx context.Context) {
	for len(k.events) > 0 {
		k.observe(ctx, <-k.events)
	}
	people, moving := k.now()
	gone := append(k.replace(nil), people...)
	ctx, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	if len(gone) > 0 {
		if _, err := k.room.hub.Bus.Depart(ctx, k.room.id, gone); err != nil {
			k.warn("presence not ended", err)
		}
	}
	if !moving {
		if err := k.room.hub.Observer.Closed(ctx, k.room.id, k.room.hub.now()); err != nil {
			k.warn("observer not told of the end", err)
		}
	}
	if err := k.room.hub.Bus.Release(ctx, k.room.id); err != nil {
		k.warn("lease not released", err)
	}
}

func (k *keeper) warn(what string, err error) {
	k.room.hub.log.Warn(what, "room", k.room.id, "err", err)
}

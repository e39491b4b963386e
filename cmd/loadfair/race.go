package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"salon/cmd/salon/client"
)

// race is `loadfair race`: every person wants one slot, and where theirs is taken,
// one of those they are shown instead, until one is theirs or they are shown no
// other of the race.
type race struct {
	target
	Candidates int `default:"200" help:"How many people."`
	Slots      int `default:"20" help:"How many free slots they share; taken from the fair's next ones."`
	Retries    int `default:"5" help:"How often each asks again afterwards, with the same key."`
	First      int `default:"1001" help:"Number of the first demo candidate; use others for a second race."`
}

// slot is what is raced for.
type slot = client.Seat

// seat is a slot somebody got.
type seat struct{ slot, interview string }

// outcome is what a race came to.
type outcome struct {
	retries int
	raced   map[string]bool // the slots of the race

	mu       sync.Mutex // guards what follows, while the race runs
	seats    []seat
	losers   int
	refusals map[string]int // by code
	shown    int            // refusals that showed free slots
	took     []time.Duration
	told     []time.Duration // of these, the answers that gave a seat
	retried  int
}

// Run holds the race and fails unless every slot has exactly one winner and
// asking again, with the same key, changes nothing for anybody.
func (r *race) Run(ctx context.Context) error {
	nobody, err := client.New(r.URL, "", "en")
	if err != nil {
		return err
	}
	slots, err := r.freeSlots(ctx, nobody)
	if err != nil {
		return err
	}
	people, err := r.signIn(ctx, nobody)
	if err != nil {
		return err
	}
	fmt.Printf("%d people, %d slots\n", len(people), len(slots))

	o := &outcome{retries: r.Retries, raced: map[string]bool{}, refusals: map[string]int{}}
	for _, s := range slots {
		o.raced[s.ID] = true
	}
	start := make(chan struct{})
	g, ctx := errgroup.WithContext(ctx)
	for i, person := range people {
		g.Go(func() error {
			<-start
			return o.try(ctx, person, slots[i%len(slots)], "race-"+strconv.Itoa(r.First+i))
		})
	}
	began := time.Now()
	close(start)
	if err := g.Wait(); err != nil {
		return err
	}
	o.tell(time.Since(began))
	return o.verify(slots)
}

func (r *race) freeSlots(ctx context.Context, c *client.Client) ([]slot, error) {
	var out struct {
		Items []slot `json:"items"`
	}
	path := fmt.Sprintf("/fairs/%s/slots?free=true&limit=%d", url.PathEscape(r.Fair), r.Slots)
	if err := c.Call(ctx, http.MethodGet, path, nil, nil, &out); err != nil {
		return nil, fmt.Errorf("list free slots: %w", err)
	}
	if len(out.Items) < r.Slots {
		return nil, fmt.Errorf("the fair has %d free slots, the race wants %d (at most 100)", len(out.Items), r.Slots)
	}
	return out.Items, nil
}

// signIn gives a client for each person.
func (r *race) signIn(ctx context.Context, nobody *client.Client) ([]*client.Client, error) {
	people := make([]*client.Client, r.Candidates)
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(16)
	for i := range people {
		g.Go(func() error {
			token, err := nobody.DemoToken(ctx, "candidate", r.First+i)
			people[i] = nobody.As(token)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, fmt.Errorf("sign in to the demo: %w", err)
	}
	return people, nil
}

// try books a slot or, as long as that is refused, the first of those shown
// instead that was not tried yet. Then it asks again for the last one: a lost
// answer must not cost the seat nor give a second one, nor may asking often.
func (o *outcome) try(ctx context.Context, person *client.Client, s slot, key string) error {
	tried := map[string]bool{}
	for {
		tried[s.ID] = true
		got, next, err := o.book(ctx, person, s, key)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(next, func(n slot) bool { return o.raced[n.ID] && !tried[n.ID] })
		if got == "" && i >= 0 {
			s = next[i]
			continue
		}
		o.mu.Lock()
		if got == "" {
			o.losers++
		} else {
			o.seats = append(o.seats, seat{s.ID, got})
		}
		o.mu.Unlock()
		for range o.retries {
			again, _, err := o.book(ctx, person, s, key)
			if err != nil || again != got {
				return fmt.Errorf("asked again for slot %s: got interview %q instead of %q: %w", s.ID, again, got, err)
			}
		}
		o.mu.Lock()
		o.retried += o.retries
		o.mu.Unlock()
		return nil
	}
}

// book asks for one slot. No interview: it was refused as taken, and next are the
// free ones shown.
func (o *outcome) book(ctx context.Context, person *client.Client, s slot, key string) (interview string, next []slot, err error) {
	var out struct {
		Interview struct {
			ID string `json:"id"`
		} `json:"interview"`
	}
	began := time.Now()
	header := http.Header{"Idempotency-Key": {key}}
	err = person.Call(ctx, http.MethodPost, "/slots/"+s.ID+"/booking", header, map[string]string{"channel": s.Channels[0]}, &out)
	took := time.Since(began)
	o.mu.Lock()
	defer o.mu.Unlock()
	o.took = append(o.took, took)
	if p, refused := errors.AsType[*client.Problem](err); refused && p.Status == http.StatusConflict {
		o.refusals[p.Code]++
		if len(p.Next) > 0 {
			o.shown++
		}
		return "", p.Next, nil
	}
	if err == nil {
		o.told = append(o.told, took)
	}
	return out.Interview.ID, nil, err
}

func (o *outcome) tell(took time.Duration) {
	fmt.Printf("%d winners, %d without a seat; %d requests in %s (p50 %s, p99 %s)\n", len(o.seats), o.losers, len(o.took),
		took.Round(time.Millisecond), quantile(o.took, 0.5), quantile(o.took, 0.99))
	fmt.Printf("winners were told within p50 %s, p99 %s\n", quantile(o.told, 0.5), quantile(o.told, 0.99))
	for code, n := range o.refusals {
		fmt.Printf("refused %d times: %s\n", n, code)
	}
	fmt.Printf("%d of the refusals showed free slots; %d retries changed nothing\n", o.shown, o.retried)
}

// verify asks for exactly one winner of each slot, and one interview for each.
func (o *outcome) verify(slots []slot) error {
	winners, interviews := map[string]int{}, map[string]int{}
	for _, s := range o.seats {
		winners[s.slot]++
		interviews[s.interview]++
	}
	overbooked, empty := 0, 0
	for _, s := range slots {
		switch n := winners[s.ID]; {
		case n > 1:
			overbooked++
		case n == 0:
			empty++
		}
	}
	if overbooked > 0 || empty > 0 || len(interviews) != len(o.seats) {
		return fmt.Errorf("WRONG: %d slots overbooked, %d left empty, %d interviews for %d seats", overbooked, empty, len(interviews), len(o.seats))
	}
	fmt.Println("right: every slot has one winner")
	return nil
}

package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"salon/cmd/salon/client"
)

// race is `loadfair race`: every person wants one slot and tries one after the
// other, in an order of their own, until one is theirs or all are taken.
type race struct {
	target
	People int `default:"200" help:"How many people."`
	Slots  int `default:"20" help:"How many free slots they share; taken from the fair's next ones."`
	First  int `default:"1001" help:"Number of the first demo candidate; use others for a second race."`
}

// slot is what is raced for.
type slot struct {
	ID       string   `json:"id"`
	Channels []string `json:"channels"`
}

// seat is a slot somebody got.
type seat struct{ slot, interview string }

// outcome is what a race came to. Guarded by mu while it runs.
type outcome struct {
	mu       sync.Mutex
	seats    []seat
	refusals map[string]int // by code
	took     []time.Duration
}

// Run holds the race and fails unless every slot has exactly one winner and a
// winner who asks again with the same key is told the same.
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

	o := &outcome{refusals: map[string]int{}}
	start := make(chan struct{})
	g, ctx := errgroup.WithContext(ctx)
	for i, person := range people {
		order := rand.New(rand.NewPCG(uint64(i), 1)).Perm(len(slots))
		g.Go(func() error {
			<-start
			return o.try(ctx, person, slots, order, "race-"+strconv.Itoa(r.First+i))
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
	people := make([]*client.Client, r.People)
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

// try books the first slot that is left. Having got one, it asks twice more:
// a lost answer must not cost the seat, nor give a second one.
func (o *outcome) try(ctx context.Context, person *client.Client, slots []slot, order []int, key string) error {
	for _, i := range order {
		got, err := o.book(ctx, person, slots[i], key)
		var p *client.Problem
		switch {
		case err == nil:
			for range 2 {
				again, err := o.book(ctx, person, slots[i], key)
				if err != nil || again != got {
					return fmt.Errorf("asked again for slot %s: got interview %q instead of %q: %w", slots[i].ID, again, got, err)
				}
			}
			o.mu.Lock()
			o.seats = append(o.seats, seat{slots[i].ID, got})
			o.mu.Unlock()
			return nil
		case errors.As(err, &p) && p.Status == http.StatusConflict:
			o.mu.Lock()
			o.refusals[p.Code]++
			o.mu.Unlock()
		default:
			return err
		}
	}
	return nil
}

func (o *outcome) book(ctx context.Context, person *client.Client, s slot, key string) (interview string, err error) {
	var out struct {
		Interview struct {
			ID string `json:"id"`
		} `json:"interview"`
	}
	began := time.Now()
	header := http.Header{"Idempotency-Key": {key}}
	err = person.Call(ctx, http.MethodPost, "/slots/"+s.ID+"/booking", header, map[string]string{"channel": s.Channels[0]}, &out)
	o.mu.Lock()
	o.took = append(o.took, time.Since(began))
	o.mu.Unlock()
	return out.Interview.ID, err
}

func (o *outcome) tell(took time.Duration) {
	fmt.Printf("%d seats kept, %d requests in %s (p50 %s, p99 %s)\n", len(o.seats), len(o.took),
		took.Round(time.Millisecond), quantile(o.took, 0.5), quantile(o.took, 0.99))
	for code, n := range o.refusals {
		fmt.Printf("  refused %d times: %s\n", n, code)
	}
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

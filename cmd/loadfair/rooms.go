package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"golang.org/x/sync/errgroup"

	"salon/cmd/salon/client"
	"salon/media/mediatest"
)

// interviews is `loadfair rooms`: candidates take a place in the line of a stand each, are called, say
// that they are ready, and talk with their recruiter, both with camera and microphone.
type interviews struct {
	target
	Rooms     int `default:"10" help:"How many interviews, 60 at most."`
	First     int `default:"3001" help:"Number of the first demo candidate."`
	Recruiter int `default:"121" help:"Number of the first demo recruiter; each has a stand of their own."`
	span
}

// pair is two who are about to talk.
type pair struct {
	interview string
	who       [2]*client.Client
	bearers   [2]string
}

// Run is the command.
func (c *interviews) Run(ctx context.Context) error {
	nobody, err := client.New(c.URL, "", "en")
	if err != nil {
		return err
	}
	pairs := make([]pair, c.Rooms)
	for i := range pairs {
		if pairs[i], err = c.meet(ctx, nobody, i); err != nil {
			return fmt.Errorf("bring two together: %w", err)
		}
	}
	got := &received{}
	all := make([]*participant, 2*c.Rooms)
	defer func() {
		for _, p := range all {
			p.close()
		}
	}()
	w := c.begin(got, len(all))
	for i, p := range pairs {
		if err := p.talk(ctx, got, all[2*i:2*i+2]); err != nil {
			return fmt.Errorf("begin an interview: %w", err)
		}
	}
	if err := w.measure(ctx, all...); err != nil {
		return err
	}
	fmt.Printf("%d interviews; ", c.Rooms)
	w.tell()
	return nil
}

// meet brings the candidate and the recruiter of that place together.
func (c *interviews) meet(ctx context.Context, nobody *client.Client, i int) (p pair, err error) {
	for side, who := range []struct {
		role string
		n    int
	}{{"recruiter", c.Recruiter + i}, {"candidate", c.First + i}} {
		if p.bearers[side], err = nobody.DemoToken(ctx, who.role, who.n); err != nil {
			return p, err
		}
		p.who[side] = nobody.As(p.bearers[side])
	}
	recruiter, candidate := p.who[0], p.who[1]
	var me struct{ Stands []struct{ ID string } }
	if err := recruiter.Call(ctx, http.MethodGet, "/me", nil, nil, &me); err != nil {
		return p, err
	}
	if len(me.Stands) == 0 {
		return p, errors.New("a recruiter has no stand")
	}
	stand := "/stands/" + me.Stands[0].ID
	var ticket struct{ ID string }
	var called struct{ Interview string }
	for _, step := range []struct {
		as           *client.Client
		method, path string
		body         map[string]string
		answer       any
	}{
		{recruiter, http.MethodPut, stand + "/duty", map[string]string{"state": "on"}, nil},
		{candidate, http.MethodPost, stand + "/tickets", map[string]string{"channel": "video"}, &ticket},
		{recruiter, http.MethodPost, stand + "/next", map[string]string{}, &called},
	} {
		if err := step.as.Call(ctx, step.method, step.path, nil, step.body, step.answer); err != nil {
			return p, err
		}
	}
	p.interview = called.Interview
	return p, candidate.Call(ctx, http.MethodPost, "/tickets/"+ticket.ID+"/answer", nil, map[string]string{"answer": "ready"}, nil)
}

// talk has both enter and publish, and returns when each sees the other.
func (p pair) talk(ctx context.Context, got *received, into []*participant) error {
	began := time.Now()
	var seen [2]*watcher
	both, abort := errgroup.WithContext(ctx)
	for side := range into {
		seen[side] = got.from(began)
		both.Go(func() (err error) {
			into[side], err = join(abort, p.who[side], p.bearers[side], "/interviews/"+p.interview+"/join",
				mediatest.Options{Name: "talk", Dense: true, Repeats: true, Arrived: seen[side].take})
			if err != nil {
				return err
			}
			return into[side].publish(abort)
		})
	}
	if err := both.Wait(); err != nil {
		return err
	}
	return errors.Join(seen[0].wait(ctx), seen[1].wait(ctx))
}

package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"salon/cmd/salon/client"
	"salon/media/mediatest"
)

// call is `loadfair media`: somebody speaks in a room that is open, and an
// audience comes in by the API and our own websocket, as browsers do. It says what the
// server spent for each packet that arrived, if it is told the server's process.
type call struct {
	target
	Room    string        `default:"demo-live" help:"The webconference, by its slug."`
	Viewers int           `default:"20" help:"How many watch."`
	Joins   int           `default:"8" help:"How many come in at a time."`
	First   int           `default:"2001" help:"Number of the first demo candidate who watches."`
	For     time.Duration `default:"8s" help:"How long is measured once all are in."`
	Settle  time.Duration `default:"2s" help:"How long all are in before that."`
	PID     int           `help:"The server's process: its processor time and memory are told too. Linux."`

	id string // of the webconference
}

// received adds up what the audience got. Its fields are guarded by mu.
type received struct {
	mu        sync.Mutex
	measuring bool
	early     int // packets before that
	video     int
	audio     int
	latencies []time.Duration
	first     []time.Duration // from the wish to join to the first picture that needs no other
}

// Run is the command.
func (c *call) Run(ctx context.Context) error {
	nobody, err := client.New(c.URL, "", "en")
	if err != nil {
		return err
	}
	if err := c.find(ctx, nobody); err != nil {
		return err
	}
	got := &received{}
	bearer, err := nobody.DemoToken(ctx, "speaker", 1)
	if err != nil {
		return fmt.Errorf("sign in to the demo: %w", err)
	}
	speaker, err := c.enter(ctx, nobody.As(bearer), bearer, mediatest.Options{Name: "speaker", Dense: true})
	if err != nil {
		return fmt.Errorf("speak: %w", err)
	}
	defer speaker.close()
	if err := speaker.publish(ctx); err != nil {
		return fmt.Errorf("speak: %w", err)
	}
	bearers, err := c.signIn(ctx, nobody)
	if err != nil {
		return err
	}
	before := usageOf(c.PID)
	audience := make([]*participant, c.Viewers)
	defer func() {
		for _, p := range audience {
			p.close()
		}
	}()
	began := time.Now()
	joining, abort := errgroup.WithContext(ctx)
	joining.SetLimit(c.Joins)
	for i := range audience {
		joining.Go(func() (err error) {
			audience[i], err = c.watch(abort, nobody.As(bearers[i]), bearers[i], got)
			return err
		})
	}
	if err := joining.Wait(); err != nil {
		return fmt.Errorf("watch: %w", err)
	}
	joined := usageOf(c.PID)
	took, early := time.Since(began), got.soFar()
	if err := wait(ctx, c.Settle); err != nil {
		return err
	}
	sound0, pictures0 := speaker.sent()
	start := usageOf(c.PID)
	got.measure(true)
	if err := wait(ctx, c.For); err != nil {
		return err
	}
	got.measure(false)
	sound, pictures := speaker.sent()
	window{c: c, got: got, sound: sound - sound0, pictures: pictures - pictures0, took: took, early: early, before: before, joined: joined, start: start, end: usageOf(c.PID)}.tell()
	return nil
}

// find looks the room up.
func (c *call) find(ctx context.Context, nobody *client.Client) error {
	var talks struct {
		Items []struct{ ID, Slug string }
	}
	if err := nobody.Call(ctx, http.MethodGet, "/fairs/"+url.PathEscape(c.Fair)+"/webconferences?limit=100", nil, nil, &talks); err != nil {
		return fmt.Errorf("list webconferences: %w", err)
	}
	for _, t := range talks.Items {
		if t.Slug == c.Room {
			c.id = t.ID
			return nil
		}
	}
	return fmt.Errorf("the fair has no webconference %q", c.Room)
}

func wait(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (r *received) measure(on bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.measuring = on
}

// soFar is how many packets came before it was measured.
func (r *received) soFar() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.early
}

// signIn signs the audience in, before anything is measured.
func (c *call) signIn(ctx context.Context, nobody *client.Client) ([]string, error) {
	bearers := make([]string, c.Viewers)
	work, abort := errgroup.WithContext(ctx)
	work.SetLimit(c.Joins)
	for i := range bearers {
		work.Go(func() (err error) {
			bearers[i], err = nobody.DemoToken(abort, "candidate", c.First+i)
			return err
		})
	}
	if err := work.Wait(); err != nil {
		return nil, fmt.Errorf("sign in to the demo: %w", err)
	}
	return bearers, nil
}

// watch is one viewer; it returns when the first keyframe is there.
func (c *call) watch(ctx context.Context, as *client.Client, bearer string, got *received) (*participant, error) {
	began, seen := time.Now(), make(chan struct{})
	var once sync.Once
	p, err := c.enter(ctx, as, bearer, mediatest.Options{Name: "viewer", Repeats: true, Arrived: func(video, key bool, latency time.Duration) {
		if key {
			once.Do(func() { close(seen) })
		}
		got.mu.Lock()
		defer got.mu.Unlock()
		switch {
		case !got.measuring:
			got.early++
			return
		case video:
			got.video++
		default:
			got.audio++
		}
		got.latencies = append(got.latencies, latency)
	}})
	if err != nil {
		return nil, err
	}
	waiting, cancel := context.WithTimeout(ctx, joinTime)
	defer cancel()
	select {
	case <-seen:
	case <-waiting.Done():
		p.close()
		return nil, fmt.Errorf("wait for the first picture: %w", waiting.Err())
	}
	got.mu.Lock()
	defer got.mu.Unlock()
	got.first = append(got.first, time.Since(began))
	return p, nil
}

// enter asks for the right to the room and enters it.
func (c *call) enter(ctx context.Context, as *client.Client, bearer string, opt mediatest.Options) (*participant, error) {
	var right struct {
		URL   string `json:"ws_url"`
		Token string `json:"token"`
	}
	path := "/webconferences/" + c.id + "/join"
	if err := as.Call(ctx, http.MethodPost, path, nil, struct{}{}, &right); err != nil {
		return nil, fmt.Errorf("ask to join: %w", err)
	}
	return enter(ctx, right.URL, bearer, right.Token, opt)
}

// window is what was measured.
type window struct {
	c                          *call
	got                        *received
	sound, pictures            int64 // packets sent
	took                       time.Duration
	early                      int // packets received while they came in
	before, joined, start, end usage
}

// tell prints it.
func (w window) tell() {
	w.got.mu.Lock()
	defer w.got.mu.Unlock()
	n := w.c.Viewers
	packets := w.got.video + w.got.audio
	fmt.Printf("%d watch; %d packets sent, %d received, of sound %.2f %% lost, of pictures %.2f %%\n", n, w.sound+w.pictures, packets,
		lost(w.got.audio, w.sound, n), lost(w.got.video, w.pictures, n))
	fmt.Printf("latency p50 %v, p95 %v, p99 %v\n", quantile(w.got.latencies, .5), quantile(w.got.latencies, .95), quantile(w.got.latencies, .99))
	fmt.Printf("all in after %v; first keyframe p50 %v, p95 %v\n", w.took.Round(time.Millisecond), quantile(w.got.first, .5), quantile(w.got.first, .95))
	if w.c.PID == 0 {
		return
	}
	cpu := w.end.cpu - w.start.cpu
	each := float64(cpu.Microseconds()) / float64(max(packets, 1))
	join, forwarded := float64((w.joined.cpu-w.before.cpu).Microseconds())/1000/float64(n), each*float64(w.early)/1000/float64(n)
	fmt.Printf("server: %.1f us of processor time a packet, %.0f %% of a core; %.1f ms for each who joined, %.1f without what was forwarded meanwhile; %.0f KiB for each\n",
		each, 100*cpu.Seconds()/w.c.For.Seconds(), join, join-forwarded, float64(w.end.memory-w.before.memory)/1024/float64(n))
	fmt.Println(machine())
}

// lost is how much is missing of what was sent to each of n, in percent.
func lost(received int, sent int64, n int) float64 {
	return 100 * (1 - float64(received)/float64(max(sent*int64(n), 1)))
}

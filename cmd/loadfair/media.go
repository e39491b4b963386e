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
	Room    string `default:"demo-live" help:"The webconference, by its slug."`
	Viewers int    `default:"20" help:"How many watch."`
	Joins   int    `default:"8" help:"How many come in at a time."`
	First   int    `default:"2001" help:"Number of the first demo candidate who watches."`
	span

	id string // of the webconference
}

// span says when and of what it is measured.
type span struct {
	For    time.Duration `default:"8s" help:"How long is measured once all are in."`
	Settle time.Duration `default:"2s" help:"How long all are in before that."`
	PID    int           `help:"The server's process: its processor time and memory are told too. Linux."`
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
	w := c.begin(got, c.Viewers)
	audience := make([]*participant, c.Viewers)
	defer func() {
		for _, p := range audience {
			p.close()
		}
	}()
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
	if err := w.measure(ctx, speaker); err != nil {
		return err
	}
	w.sound, w.pictures = w.sound*int64(c.Viewers), w.pictures*int64(c.Viewers)
	fmt.Printf("%d watch; ", c.Viewers)
	w.tell()
	return nil
}

// begin is called before so many people come in.
func (s span) begin(got *received, people int) *window {
	return &window{span: s, got: got, people: people, before: usageOf(s.PID), began: time.Now()}
}

// measure is called when all are in: it lets them settle, then notes what each of those
// who publish sends.
func (w *window) measure(ctx context.Context, publishing ...*participant) error {
	w.took, w.early, w.joined = time.Since(w.began), w.got.soFar(), usageOf(w.PID)
	if err := wait(ctx, w.Settle); err != nil {
		return err
	}
	w.count(publishing, -1)
	w.start = usageOf(w.PID)
	w.got.measure(true)
	if err := wait(ctx, w.For); err != nil {
		return err
	}
	w.got.measure(false)
	w.end = usageOf(w.PID)
	w.count(publishing, 1)
	return nil
}

func (w *window) count(publishing []*participant, sign int64) {
	for _, p := range publishing {
		sound, pictures := p.sent()
		w.sound, w.pictures = w.sound+sign*sound, w.pictures+sign*pictures
	}
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
	arrived := got.from(time.Now())
	p, err := c.enter(ctx, as, bearer, mediatest.Options{Name: "viewer", Repeats: true, Arrived: arrived.take})
	if err != nil {
		return nil, err
	}
	if err := arrived.wait(ctx); err != nil {
		p.close()
		return nil, err
	}
	return p, nil
}

// enter asks for the right to the room and enters it.
func (c *call) enter(ctx context.Context, as *client.Client, bearer string, opt mediatest.Options) (*participant, error) {
	return join(ctx, as, bearer, "/webconferences/"+c.id+"/join", opt)
}

// join asks for the right to a room, by the path where it is given, and enters it.
func join(ctx context.Context, as *client.Client, bearer, path string, opt mediatest.Options) (*participant, error) {
	var right struct {
		URL   string `json:"ws_url"`
		Token string `json:"token"`
	}
	if err := as.Call(ctx, http.MethodPost, path, nil, struct{}{}, &right); err != nil {
		return nil, fmt.Errorf("ask to join: %w", err)
	}
	return enter(ctx, right.URL, bearer, right.Token, opt)
}

// watcher is what one participant gets.
type watcher struct {
	of    *received
	began time.Time // of the wish to join
	seen  chan struct{}
	once  sync.Once
}

// from begins to count what somebody gets who wished to join at that time.
func (r *received) from(began time.Time) *watcher {
	return &watcher{of: r, began: began, seen: make(chan struct{})}
}

// take counts a packet; see mediatest.Options.
func (w *watcher) take(video, key bool, latency time.Duration) {
	r := w.of
	r.mu.Lock()
	defer r.mu.Unlock()
	if key {
		w.once.Do(func() {
			r.first = append(r.first, time.Since(w.began))
			close(w.seen)
		})
	}
	switch {
	case !r.measuring:
		r.early++
		return
	case video:
		r.video++
	default:
		r.audio++
	}
	r.latencies = append(r.latencies, latency)
}

// wait returns when the first keyframe is there.
func (w *watcher) wait(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, joinTime)
	defer cancel()
	select {
	case <-w.seen:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("wait for the first picture: %w", ctx.Err())
	}
}

// window is what was measured.
type window struct {
	span
	got                        *received
	people                     int   // who joined
	sound, pictures            int64 // packets to be received, all in all
	began                      time.Time
	took                       time.Duration
	early                      int // packets received while they came in
	before, joined, start, end usage
}

// tell prints it.
func (w *window) tell() {
	w.got.mu.Lock()
	defer w.got.mu.Unlock()
	packets := w.got.video + w.got.audio
	fmt.Printf("%d packets received, of sound %.2f %% lost, of pictures %.2f %%\n", packets,
		lost(w.got.audio, w.sound), lost(w.got.video, w.pictures))
	fmt.Printf("latency p50 %v, p95 %v, p99 %v\n", quantile(w.got.latencies, .5), quantile(w.got.latencies, .95), quantile(w.got.latencies, .99))
	fmt.Printf("all in after %v; first keyframe p50 %v, p95 %v\n", w.took.Round(time.Millisecond), quantile(w.got.first, .5), quantile(w.got.first, .95))
	if w.PID == 0 {
		return
	}
	n, cpu := float64(w.people), w.end.cpu-w.start.cpu
	each := float64(cpu.Microseconds()) / float64(max(packets, 1))
	join, forwarded := float64((w.joined.cpu-w.before.cpu).Microseconds())/1000/n, each*float64(w.early)/1000/n
	fmt.Printf("server: %.1f us of processor time a packet, %.0f %% of a core; %.1f ms for each who joined, %.1f without what was forwarded meanwhile; %.0f KiB for each\n",
		each, 100*cpu.Seconds()/w.For.Seconds(), join, join-forwarded, float64(w.end.memory-w.before.memory)/1024/n)
	fmt.Println(machine())
}

// lost is how much is missing of what was to be received, in percent.
func lost(received int, due int64) float64 {
	return 100 * (1 - float64(received)/float64(max(due, 1)))
}

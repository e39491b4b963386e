package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"salon/cmd/salon/client"
)

// arrive is `loadfair arrive`: people who were never here come to public pages, at an
// even pace however long the server takes. Each has connections of their own and
// nothing kept: the page first, then everything it shows, as browsers load it.
type arrive struct {
	target
	Visits   int           `default:"2000" help:"How many people."`
	Within   time.Duration `default:"60s" help:"How long it takes until the last of them comes."`
	All      bool          `help:"Spread them over every kind of public page instead of the fair's own."`
	Patience time.Duration `default:"10s" help:"Who has not everything by then has failed."`
	PID      int           `help:"The server's process: its processor time is told too. Linux."`
}

// arrivals is what the visits of one page came to.
type arrivals struct {
	path string

	mu        sync.Mutex // guards what follows, while they come
	page, all []time.Duration
	bytes     int64
	requests  int
	failures  map[string]int
}

// Run sends them, tells what they met and fails if one of them was failed.
func (a *arrive) Run(ctx context.Context) error {
	paths, err := a.paths(ctx)
	if err != nil {
		return err
	}
	pages := make([]*arrivals, len(paths))
	for i, path := range paths {
		pages[i] = &arrivals{path: path, failures: map[string]int{}}
	}
	before, began := usageOf(a.PID), time.Now()
	var late time.Duration
	g, ctx := errgroup.WithContext(ctx)
	for i := range a.Visits {
		at := began.Add(a.Within * time.Duration(i) / time.Duration(a.Visits))
		if err := wait(ctx, time.Until(at)); err != nil {
			return err
		}
		late = max(late, time.Since(at))
		page := pages[i%len(pages)]
		g.Go(func() error {
			page.note(a.visit(ctx, page.path))
			return ctx.Err()
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	fmt.Printf("%s; %d first visits in %s, started at most %s late\n", machine(), a.Visits,
		time.Since(began).Round(100*time.Millisecond), late.Round(100*time.Microsecond))
	if a.PID != 0 {
		spent := usageOf(a.PID).cpu - before.cpu
		fmt.Printf("the server spent %s, %s a visit\n", spent, (spent / time.Duration(a.Visits)).Round(10*time.Microsecond))
	}
	return tellArrivals(pages)
}

// paths are the pages people come to: the fair's own, or one of each kind.
func (a *arrive) paths(ctx context.Context) ([]string, error) {
	home := "/fairs/" + url.PathEscape(a.Fair)
	if !a.All {
		return []string{home}, nil
	}
	c, err := client.New(a.URL, "", "fr")
	if err != nil {
		return nil, err
	}
	paths := []string{"/", home, home + "/offers", home + "/programme", "/en" + home}
	for _, kind := range []string{"offers", "stands", "webconferences"} {
		var out struct {
			Items []struct{ ID, Slug string }
		}
		if err := c.Call(ctx, http.MethodGet, home+"/"+kind, nil, nil, &out); err != nil {
			return nil, fmt.Errorf("list %s: %w", kind, err)
		}
		if len(out.Items) > 0 {
			name := out.Items[0].Slug
			if name == "" {
				name = out.Items[0].ID
			}
			paths = append(paths, home+"/"+kind+"/"+name)
		}
	}
	return paths, nil
}

// visit is what one person saw.
type visit struct {
	page, all time.Duration // from the wish to the page, and to everything
	bytes     int64         // what came over the wire, headers too
	requests  int
	err       error
}

// visit comes once, with connections of its own.
func (a *arrive) visit(ctx context.Context, path string) (v visit) {
	ctx, cancel := context.WithTimeout(ctx, a.Patience)
	defer cancel()
	var came atomic.Int64
	transport := &http.Transport{
		DisableCompression: true, // packed as it comes: that is what is counted
		MaxConnsPerHost:    6,    // as browsers over HTTP/1.1
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			var d net.Dialer
			c, err := d.DialContext(ctx, network, address)
			return counted{c, &came}, err
		},
	}
	defer transport.CloseIdleConnections()
	browser := browser{&http.Client{Transport: transport}, a.URL}
	began := time.Now()
	v.requests = 1
	page, err := browser.get(ctx, path)
	v.page = time.Since(began)
	if err == nil {
		var more int
		more, err = browser.load(ctx, partsOf(page))
		v.requests += more
	}
	v.all, v.bytes, v.err = time.Since(began), came.Load(), err
	return v
}

// browser loads pages as browsers do.
type browser struct {
	client *http.Client
	origin string
}

// load gets all parts at once, and what the scripts among them import. It answers
// how many those were.
func (b browser) load(ctx context.Context, parts []string) (int, error) {
	asked := 0
	for seen := slices.Clone(parts); len(parts) > 0; {
		asked += len(parts)
		bodies := make([][]byte, len(parts))
		g, ctx := errgroup.WithContext(ctx)
		for i, part := range parts {
			g.Go(func() (err error) {
				bodies[i], err = b.get(ctx, part)
				return err
			})
		}
		if err := g.Wait(); err != nil {
			return asked, err
		}
		var next []string
		for i, part := range parts {
			for _, imported := range importsOf(part, bodies[i]) {
				if !slices.Contains(seen, imported) {
					seen, next = append(seen, imported), append(next, imported)
				}
			}
		}
		parts = next
	}
	return asked, nil
}

// get answers the body, unpacked.
func (b browser) get(ctx context.Context, path string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, b.origin+path, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept-Encoding", "gzip, deflate, br, zstd")
	req.Header.Set("Accept-Language", "fr")
	res, err := b.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answers %d", path, res.StatusCode)
	}
	if res.Header.Get("Content-Encoding") != "gzip" {
		return body, nil
	}
	unpacked, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("unpack %s: %w", path, err)
	}
	if body, err = io.ReadAll(unpacked); err != nil {
		return nil, fmt.Errorf("unpack %s: %w", path, err)
	}
	return body, nil
}

// counted adds up what is read from a connection.
type counted struct {
	net.Conn
	came *atomic.Int64
}

func (c counted) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.came.Add(int64(n))
	return n, err
}

func (p *arrivals) note(v visit) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if v.err != nil {
		p.failures[reason(v.err)]++
		return
	}
	p.page, p.all = append(p.page, v.page), append(p.all, v.all)
	p.bytes += v.bytes
	p.requests += v.requests
}

// reason is an error without what differs from one visit to the next.
func reason(err error) string {
	if errors.Is(err, context.DeadlineExceeded) {
		return "not there in time"
	}
	if broken, found := errors.AsType[*net.OpError](err); found {
		return broken.Op + ": " + broken.Err.Error()
	}
	return err.Error()
}

// tellArrivals prints a line for each page, and fails if a visit did.
func tellArrivals(pages []*arrivals) error {
	fmt.Println("visits  failed  page p50, p95     everything p50, p95   requests  KB each  page")
	failed, reasons := 0, map[string]int{}
	for _, p := range pages {
		lost := 0
		for why, n := range p.failures {
			lost += n
			reasons[why] += n
		}
		failed += lost
		well := max(len(p.all), 1)
		fmt.Printf("%6d  %6d  %8s %8s  %10s %10s  %8.1f  %7.1f  %s\n", len(p.all)+lost, lost, quantile(p.page, 0.5), quantile(p.page, 0.95),
			quantile(p.all, 0.5), quantile(p.all, 0.95), float64(p.requests)/float64(well), float64(p.bytes)/float64(well)/1000, p.path)
	}
	if failed == 0 {
		fmt.Println("right: nobody was failed")
		return nil
	}
	var words []string
	for why, n := range reasons {
		words = append(words, fmt.Sprintf("%d: %s", n, why))
	}
	slices.Sort(words)
	return fmt.Errorf("WRONG: %d visits failed (%s)", failed, strings.Join(words, "; "))
}

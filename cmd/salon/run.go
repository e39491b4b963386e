package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
	"golang.org/x/sync/errgroup"

	"salon/fair/service"
)

// How long the parts get to come and to go.
const (
	startTime = 2 * time.Minute // to reach the stores, bring them up to date and fill the index
	leaveTime = 5 * time.Second // for requests under way when the server ends
)

// gcPercent is how far the heap may grow beyond what is in use before it is cleaned up. At
// Go's own 100 that took a seventh of what it costs when a hundred people come at once.
const gcPercent = 200

// serve runs a server until ctx ends, then lets go in this order: nobody new is
// let in, sockets are closed with a code that says to come back, rooms end,
// requests finish, and the stores are flushed and closed.
func serve(ctx context.Context, c Config, log *slog.Logger) error {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	h, err := build(ctx, c, log)
	if err != nil {
		return err
	}
	err = h.run(ctx)
	log.Info("server ends")
	return errors.Join(err, h.close())
}

// build stands the house up, from the ground; what stands is let go again when
// a later part cannot.
func build(ctx context.Context, c Config, log *slog.Logger) (*house, error) {
	h := &house{config: c, log: log, clock: time.Now, draining: new(atomic.Bool), filling: new(atomic.Bool), tallies: newTallies()}
	h.filling.Store(c.Demo)
	ctx, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	for _, part := range []struct {
		name string
		open func(context.Context) error
	}{
		{"data folder", h.openData},
		{"document store", h.openStore},
		{"occupations", h.openOccupations},
		{"offer index", h.openIndex},
		{"bus", h.openBus},
		{"media", h.openMedia},
		{"relay", h.openRelay},
		{"file store", h.openFiles},
		{"use cases", h.makeService},
		{"live plane", h.makeHub},
		{"website", h.makeWeb},
		{"metrics", h.makeMetrics},
	} {
		if err := part.open(ctx); err != nil {
			return nil, errors.Join(fmt.Errorf("start the %s: %w", part.name, err), h.close())
		}
	}
	return h, nil
}

// run serves until ctx ends or a part fails.
func (h *house) run(ctx context.Context) error {
	listener, err := net.Listen("tcp", h.config.Addr)
	if err != nil {
		return fmt.Errorf("listen for HTTP: %w", err)
	}
	g, ctx := errgroup.WithContext(ctx)
	hubEnded := make(chan struct{})
	g.Go(func() error {
		defer close(hubEnded)
		return h.hub.Run(ctx)
	})
	g.Go(func() error { return h.ws.Run(ctx) })
	g.Go(func() error { return service.NewDispatcher(h.service).Run(ctx) })
	g.Go(func() error { return h.web.App().Listener(listener) })
	g.Go(func() error {
		<-ctx.Done()
		h.draining.Store(true)
		<-hubEnded
		return h.web.App().ShutdownWithTimeout(leaveTime)
	})
	g.Go(func() error { return h.serveMetrics(ctx) })
	g.Go(func() error { return h.followOccupations(ctx) })
	g.Go(func() error { return h.welcome(ctx) })
	return g.Wait()
}

// welcome fills a demo and says where the fair is.
func (h *house) welcome(ctx context.Context) error {
	if h.config.Demo {
		if err := h.loadDemo(ctx); err != nil {
			if ctx.Err() != nil {
				return nil // told to stop before it was full
			}
			return err
		}
		h.filling.Store(false)
	}
	h.log.Info("server is ready", "url", h.config.URL, "demo", h.config.Demo)
	fmt.Fprintf(os.Stdout, "Salon: %s\n", h.config.URL)
	return nil
}

// serveMetrics answers Prometheus on a listener of its own until ctx ends.
func (h *house) serveMetrics(ctx context.Context) error {
	if h.config.Metrics == off {
		return nil
	}
	server := &http.Server{
		Addr:              h.config.Metrics,
		Handler:           promhttp.HandlerFor(h.metrics, promhttp.HandlerOpts{}),
		ReadHeaderTimeout: leaveTime,
	}
	unhook := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer unhook()
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve metrics: %w", err)
	}
	return nil
}

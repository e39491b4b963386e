// Command salon serves online recruitment fairs, and talks to a running server:
//
//	salon serve          serves; every setting is a flag and an environment variable
//	salon import offers  brings offers in, from an answer of Offres d'emploi v2
//	salon export offers  writes a fair's open offers, one JSON object a line
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
	_ "time/tzdata" // the binary stands alone, on machines without a zone database too
)

// commands is the command line.
type commands struct {
	Serve  serveCommand `cmd:"" help:"Serve fairs."`
	Import struct {
		Offers importOffers `cmd:"" help:"Bring offers into a fair."`
	} `cmd:"" help:"Bring something in."`
	Export struct {
		Offers exportOffers `cmd:"" help:"Write a fair's open offers, one JSON object a line."`
	} `cmd:"" help:"Write something out."`
}

// The exit codes, beside 0.
const (
	exitFailed   = 1 // it did not work, or not all of it
	exitSettings = 2 // it did not start: the settings are at fault
)

// errSettings marks an error that lists faults of the settings.
var errSettings = errors.New("salon cannot start with these settings")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends at once
	var line commands
	parsed := kong.Parse(&line, kong.Name("salon"), kong.Description("Online recruitment fairs."), kong.UsageOnError())
	parsed.BindTo(ctx, (*context.Context)(nil))
	if err := parsed.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "salon:", err)
		if errors.Is(err, errSettings) {
			os.Exit(exitSettings)
		}
		os.Exit(exitFailed)
	}
}

// serveCommand is `salon serve`.
type serveCommand struct{ Config }

// Run serves until ctx ends.
func (c *serveCommand) Run(ctx context.Context) error {
	c.complete()
	if err := c.check(); err != nil {
		return fmt.Errorf("%w:\n%w", errSettings, err)
	}
	return serve(ctx, c.Config, newLog(os.Stderr))
}

// newLog writes JSON, or lines for a person where one is looking.
func newLog(to *os.File) *slog.Logger {
	if info, err := to.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
		return slog.New(slog.NewTextHandler(to, nil))
	}
	return slog.New(slog.NewJSONHandler(to, nil))
}

// Command salon serves online recruitment fairs:
//
//	salon serve            serves; every setting is a flag and an environment variable
//	salon create fair      makes a fair and names its first organiser
//	salon grant organiser  makes somebody an organiser of a fair
//	salon grant recruiter  makes somebody a recruiter of a stand
//	salon grant adviser    makes somebody an adviser
//	salon reset factor     takes a lost second factor from somebody
//	salon draw verify      works a draw of appointments out again from its file
//	salon import occupations  brings a release of ROME in
//
// create, grant, reset and import occupations open the documents themselves; with the
// embedded engine the server is stopped meanwhile. These talk to a running server
// instead:
//
//	salon sign-in          gives a token, against a code sent by mail
//	salon import offers    brings offers in, from a CSV or XLSX table or an answer of Offres d'emploi v2
//	salon export offers    writes a fair's open offers, one JSON object a line
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
	Create struct {
		Fair createFair `cmd:"" help:"Make a fair and name its first organiser."`
	} `cmd:"" help:"Make something, without a server."`
	Grant struct {
		Organiser grantOrganiser `cmd:"" help:"Make somebody an organiser of a fair."`
		Recruiter grantRecruiter `cmd:"" help:"Make somebody a recruiter of a stand."`
		Adviser   grantAdviser   `cmd:"" help:"Make somebody an adviser, who may act for candidates who consent."`
	} `cmd:"" help:"Give a role to who has a mail address, without a server."`
	Reset struct {
		Factor resetFactor `cmd:"" help:"Have somebody who lost phone and recovery codes set up another second factor."`
	} `cmd:"" help:"Let somebody begin again, without a server."`
	Draw struct {
		Verify verifyDraw `cmd:"" help:"Work a draw out again from its file."`
	} `cmd:"" help:"Check a draw of appointments, without a server."`
	SignIn signIn `cmd:"" help:"Print a token for SALON_TOKEN, against a code sent by mail."`
	Import struct {
		Offers      importOffers      `cmd:"" help:"Bring offers into a fair."`
		Occupations importOccupations `cmd:"" help:"Bring a release of ROME in, for search and completion."`
	} `cmd:"" help:"Bring something in."`
	Export struct {
		Offers exportOffers `cmd:"" help:"Write a fair's open offers, one JSON object a line."`
	} `cmd:"" help:"Write something out."`
}

// The exit codes, beside 0.
const (
	exitFailed   = 1 // it did not work, or not all of it
	exitSettings = 2 // it did not start: what it was given is at fault
)

// These mark an error that lists the faults of what was given.
var (
	errSettings = errors.New("salon cannot start with these settings")
	errAsked    = errors.New("salon cannot do this as it was asked")
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends at once
	var line commands
	parsed := kong.Parse(&line, kong.Name("salon"), kong.Description("Online recruitment fairs."), kong.UsageOnError())
	parsed.BindTo(ctx, (*context.Context)(nil))
	if err := parsed.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "salon:", err)
		if errors.Is(err, errSettings) || errors.Is(err, errAsked) {
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

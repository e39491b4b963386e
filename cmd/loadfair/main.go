// Command loadfair puts load on a running demo and says whether what came out
// is right. It signs in as people of the demo and uses the API as anybody else.
//
//	loadfair race    many people book few slots at once: each slot has one winner
//	loadfair search  people look for titles of a CSV file: how many find offers
//	loadfair line    a day of a busy fair on the real rules and a virtual clock
//	loadfair watch   programs watch a stage: what each received
package main

import (
	"context"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

// target says which server is put under load.
type target struct {
	URL  string `default:"http://127.0.0.1:8080" env:"SALON_URL" help:"A demo."`
	Fair string `default:"rencontres-2021" help:"The fair, by its slug."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	var commands struct {
		Race   race   `cmd:"" help:"Many people book few slots at once."`
		Search search `cmd:"" help:"People look for the titles of a file."`
		Line   line   `cmd:"" help:"Plays a day of a busy fair on a virtual clock."`
		Watch  watch  `cmd:"" help:"Programs watch a stage over WHEP."`
	}
	parsed := kong.Parse(&commands, kong.Name("loadfair"), kong.Description("Puts load on a demo."))
	parsed.BindTo(ctx, (*context.Context)(nil))
	parsed.FatalIfErrorf(parsed.Run())
}

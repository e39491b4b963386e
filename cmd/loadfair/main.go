// Command loadfair puts load on a running demo and says whether what came out
// is right. It signs in as people of the demo and uses the API as anybody else.
// Two need no demo: the line plays a day on the use cases themselves, on the
// embedded engine in a temporary folder, with a clock that jumps from one event
// to the next; the search looks in an index of its own.
//
//	loadfair race    many people book few slots at once: each slot has one winner
//	loadfair arrive  people who were never here come to the fair's page: does it hold
//	loadfair search  people type the titles of a CSV file: how many find them
//	loadfair line    a day of a busy fair on the real rules and a virtual clock
//	loadfair watch   programs watch a stage: what each received
//	loadfair media   a speaker and an audience in the room that is always open: what a packet costs
//	loadfair rooms   interviews of two, as many as you like: the same
//
// What `loadfair line` told (60 stands, 108 recruiters, 5,000 people, 8 hours,
// seed 1; 173 s of processor time for it and the plain line, 7 min 21 s on two
// cores that many others wanted):
//
//	                                  Salon              a plain line
//	interviews from the line          3,523              3,450
//	double calls                      0                  684
//	calls into an appointment         0                  371
//	lost places                       0 of 5,398         3,617 of 6,067
//	recruiters idle for no reason     0.05 %             0.13 %
//	true wait in the range shown      80.6 % of 23,647   48.3 % of 26,417
//	  on joining                      81.7 %             57.7 %
//	  first in line, from 16th on     80.5 %, 76.8 %     30.6 %, 58.5 %
//	median width                      39 min             25 min
//	  first in line, from 16th on     19 min, 44 min     8 min, 52 min
//	wait until the call, median, p90  49 min, 84 min     40 min, 72 min
//
// One call of 4,073 passed by somebody with a better rank who could have been
// called. Identifiers are drawn anew each time, so that two runs differ in the last
// digit.
//
// What `loadfair media --viewers 5` told on an AMD EPYC with 2 cores that others used too: 1,593 packets
// sent and 7,965 received of 7,965, latency 0.6 ms (median) and 1.9 ms (p95), first keyframe after
// 112 ms (median). The server's time a packet says little with so few who watch: it has much else to do.
//
// What `loadfair arrive` told there, eight others waiting for a core: 2,000 first visits in a minute, none
// failed, the page after 1.1 ms (median) and 8.5 ms (p95), everything after 3.9 ms and 20.9 ms, 39.9 KB
// in 6 requests a visit, headers counted, 2.4 ms of the server's processor time each. Before pages were
// kept for a second, 1,337 of them failed.
//
// What `loadfair search` told of 9,007 titles with two genders of ROME 4.0 (release 460), among the ten
// first: 99.8 % in the other gender, 100 % without accents, 99.9 % with a mistake in a long word.
//
// What `loadfair race --candidates 1000 --slots 100` told on the same machine: 100
// winners, 900 without a seat, 6,013 requests in 30.7 s, winners told within 2.3 s
// (median) and 6.3 s (p99), 5,413 refusals of which 5,390 showed free slots, 5,000
// retries that changed nothing.
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
		Race   race       `cmd:"" help:"Many people book few slots at once."`
		Arrive arrive     `cmd:"" help:"People who were never here come to public pages."`
		Search search     `cmd:"" help:"People look for the titles of a file."`
		Line   line       `cmd:"" help:"Plays a day of a busy fair on a virtual clock."`
		Watch  watch      `cmd:"" help:"Programs watch a stage over WHEP."`
		Media  call       `cmd:"" help:"A speaker and an audience: what a packet costs the server."`
		Rooms  interviews `cmd:"" help:"Interviews of two: the same."`
	}
	parsed := kong.Parse(&commands, kong.Name("loadfair"), kong.Description("Puts load on a demo."))
	parsed.BindTo(ctx, (*context.Context)(nil))
	parsed.FatalIfErrorf(parsed.Run())
}

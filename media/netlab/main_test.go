package netlab_test

import (
	"flag"
	"os"
	"testing"

	"go.uber.org/goleak"

	"salon/media/netlab"
)

func TestMain(m *testing.M) {
	flag.Parse()
	// They wait more than they work.
	if err := flag.Set("test.parallel", "6"); err != nil {
		panic(err)
	}
	os.Exit(netlab.Main(func() int {
		code := m.Run()
		if err := goleak.Find(); code == 0 && err != nil {
			_, _ = os.Stderr.WriteString("netlab: " + err.Error() + "\n")
			return 1
		}
		return code
	}))
}

// long is the number of rounds of what is tried more often by `make networks`, 1 in the gate.
func long(rounds int) int {
	if os.Getenv("NETWORKS") == "long" {
		return rounds
	}
	return 1
}

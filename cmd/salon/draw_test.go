package main

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"testing"

	"salon/fair"
)

// drawnFile is the file of a draw of two people for one slot.
func drawnFile(t *testing.T) (file, hash string) {
	t.Helper()
	seed, hash, err := fair.NewSeed()
	if err != nil {
		t.Fatal(err)
	}
	text := func(given string) string {
		return fmt.Sprintf(`{"format":"salon-draw-1","draw":"d","fair":"f","drawn_at":"2027-03-01T08:00:00Z","hash":%q,"seed":%q,
			"slots":[{"id":"s1","stand":"a","starts_at":"2027-03-10T08:00:00Z","ends_at":"2027-03-10T08:30:00Z","half":"2027-03-10/am","channels":["video"]}],
			"entries":[{"number":"x","wishes":[{"stand":"a","channel":"video"}],"can":[],"not":[],"seats":10},
			           {"number":"y","wishes":[{"stand":"a","channel":"video"}],"can":["2027-03-10/am"],"not":[],"seats":10}],
			"given":[%s]}`, hash, hex.EncodeToString(seed), given)
	}
	for _, number := range []string{"x", "y"} {
		file := text(fmt.Sprintf(`{"number":%q,"slot":"s1","wish":1}`, number))
		if err := (&verifyDraw{}).verify(strings.NewReader(file), &bytes.Buffer{}); err == nil {
			return file, hash
		}
	}
	t.Fatal("neither of the two wins")
	return "", ""
}

func TestADrawIsVerifiedFromItsFileAlone(t *testing.T) {
	file, hash := drawnFile(t)
	var said bytes.Buffer
	if err := (&verifyDraw{Hash: hash}).verify(strings.NewReader(file), &said); err != nil || !strings.Contains(said.String(), "1 places for 2 people") {
		t.Errorf("%v: %s", err, said.String())
	}
	other := strings.NewReplacer(`"given":[{"number":"x"`, `"given":[{"number":"y"`, `"given":[{"number":"y"`, `"given":[{"number":"x"`).Replace(file)
	for name, c := range map[string]struct {
		file, hash string
		want       error
	}{
		"another winner":             {other, "", fair.ErrDraw},
		"a wish that was changed":    {strings.Replace(file, `"seats":10`, `"seats":0`, 2), "", fair.ErrDraw},
		"another hash than was told": {file, strings.Repeat("0", 64), fair.ErrDraw},
		"something else":             {`{"format":"other"}`, "", errAsked},
		"no JSON":                    {`draw`, "", errAsked},
	} {
		if err := (&verifyDraw{Hash: c.hash}).verify(strings.NewReader(c.file), &said); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

package fair_test

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"salon/fair"
)

var drawDay = time.Date(2027, 3, 10, 8, 0, 0, 0, time.UTC)

// drawSlot is a slot of half an hour, so many half-hours into the day.
func drawSlot(id, stand string, half int) fair.SheetSlot {
	start := drawDay.Add(time.Duration(half) * 30 * time.Minute)
	return fair.SheetSlot{ID: fair.ID(id), Stand: fair.ID(stand), Start: start, End: start.Add(30 * time.Minute),
		Half: fair.HalfDay(start, time.UTC), Channels: []fair.Channel{fair.Video, fair.Phone}}
}

// wishing is an entry that wishes for stands by video.
func wishing(number string, stands ...string) fair.SheetEntry {
	e := fair.SheetEntry{Number: number, Seats: 10}
	for _, s := range stands {
		e.Wishes = append(e.Wishes, fair.Wish{Stand: fair.ID(s), Channel: fair.Video})
	}
	return e
}

func seed(n int) []byte { return bytes.Repeat([]byte{byte(n)}, fair.SeedBytes) }

// of lists what a number was given, "a1 b2".
func of(given []fair.Given, number string) string {
	var list []string
	for _, g := range given {
		if g.Number == number {
			list = append(list, string(g.Slot))
		}
	}
	return strings.Join(list, " ")
}

func TestADrawWithoutWishesOrWithoutSlotsGivesNothing(t *testing.T) {
	if given := fair.RunDraw(seed(1), fair.Sheet{Slots: []fair.SheetSlot{drawSlot("a1", "a", 0)}}); len(given) != 0 {
		t.Errorf("nobody wished: %v", given)
	}
	if given := fair.RunDraw(seed(1), fair.Sheet{Entries: []fair.SheetEntry{wishing("n", "a")}}); len(given) != 0 {
		t.Errorf("there is nothing: %v", given)
	}
}

func TestEverybodysFirstWishCountsBeforeAnybodysSecond(t *testing.T) {
	// Stand a is the first wish of one and the second of nine; stand b is full of them.
	sheet := fair.Sheet{Slots: []fair.SheetSlot{drawSlot("a1", "a", 0), drawSlot("b1", "b", 4)}, Entries: []fair.SheetEntry{wishing("only", "a")}}
	for i := range 9 {
		sheet.Entries = append(sheet.Entries, wishing(fmt.Sprint("n", i), "b", "a"))
	}
	for n := range 50 {
		given := fair.RunDraw(seed(n), sheet)
		if of(given, "only") != "a1" || len(given) != 2 {
			t.Fatalf("seed %d: %v", n, given)
		}
	}
}

func TestWhoHasNothingYetComesFirstInTheNextRound(t *testing.T) {
	sheet := fair.Sheet{
		Slots:   []fair.SheetSlot{drawSlot("a1", "a", 0), drawSlot("c1", "c", 4)},
		Entries: []fair.SheetEntry{wishing("x", "a", "c"), wishing("y", "a", "c")},
	}
	for n := range 50 {
		given := fair.RunDraw(seed(n), sheet)
		if of(given, "x") == "" || of(given, "y") == "" {
			t.Fatalf("seed %d: one has both: %v", n, given)
		}
	}
}

func TestNobodyIsLeftOutBecauseOfATimeThatSuitsAnotherLess(t *testing.T) {
	// x can always, y only in the first half-hour: both get in, whoever is drawn first.
	y := wishing("y", "a")
	y.Not = []fair.ID{"a2"}
	sheet := fair.Sheet{Slots: []fair.SheetSlot{drawSlot("a1", "a", 0), drawSlot("a2", "a", 1)}, Entries: []fair.SheetEntry{wishing("x", "a"), y}}
	for n := range 50 {
		if given := fair.RunDraw(seed(n), sheet); of(given, "x") != "a2" || of(given, "y") != "a1" {
			t.Fatalf("seed %d: %v", n, given)
		}
	}
}

func TestADrawKeepsToWhatPeopleCan(t *testing.T) {
	morning, afternoon := drawSlot("a1", "a", 0), drawSlot("a2", "a", 12)
	phoneOnly := drawSlot("a3", "a", 2)
	phoneOnly.Channels = []fair.Channel{fair.Phone}
	sameTime := drawSlot("b1", "b", 0)
	with := func(change func(*fair.SheetEntry), stands ...string) fair.SheetEntry {
		e := wishing("n", stands...)
		change(&e)
		return e
	}
	for name, c := range map[string]struct {
		slots []fair.SheetSlot
		entry fair.SheetEntry
		want  string
	}{
		"the earliest time":            {[]fair.SheetSlot{afternoon, morning}, wishing("n", "a"), "a1"},
		"the half-day":                 {[]fair.SheetSlot{morning, afternoon}, with(func(e *fair.SheetEntry) { e.Can = []string{"2027-03-10/pm"} }, "a"), "a2"},
		"no half-day that suits":       {[]fair.SheetSlot{morning, afternoon}, with(func(e *fair.SheetEntry) { e.Can = []string{"2027-03-11/am"} }, "a"), ""},
		"the channel":                  {[]fair.SheetSlot{phoneOnly}, wishing("n", "a"), ""},
		"their calendar":               {[]fair.SheetSlot{morning}, with(func(e *fair.SheetEntry) { e.Not = []fair.ID{"a1"} }, "a"), ""},
		"never two at once":            {[]fair.SheetSlot{morning, sameTime}, wishing("n", "a", "b"), "a1"},
		"the second at another time":   {[]fair.SheetSlot{morning, sameTime, drawSlot("b2", "b", 1)}, wishing("n", "a", "b"), "a1 b2"},
		"the seats they have left":     {[]fair.SheetSlot{morning, drawSlot("b2", "b", 1)}, with(func(e *fair.SheetEntry) { e.Seats = 1 }, "a", "b"), "a1"},
		"nobody without a seat":        {[]fair.SheetSlot{morning}, with(func(e *fair.SheetEntry) { e.Seats = 0 }, "a"), ""},
		"a stand that has no slots":    {[]fair.SheetSlot{morning}, wishing("n", "z", "a"), "a1"},
		"one place at a stand, no two": {[]fair.SheetSlot{morning, afternoon}, wishing("n", "a"), "a1"},
	} {
		t.Run(name, func(t *testing.T) {
			given := fair.RunDraw(seed(3), fair.Sheet{Slots: c.slots, Entries: []fair.SheetEntry{c.entry}})
			if got := of(given, "n"); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestEverySeedIsFairToEverybody(t *testing.T) {
	sheet := fair.Sheet{Slots: []fair.SheetSlot{drawSlot("a1", "a", 0)}}
	for i := range 4 {
		sheet.Entries = append(sheet.Entries, wishing(fmt.Sprint("n", i), "a"))
	}
	wins := map[string]int{}
	for n := range 2000 {
		s := seed(0)
		s[0], s[1] = byte(n), byte(n>>8)
		wins[fair.RunDraw(s, sheet)[0].Number]++
	}
	for number, n := range wins {
		if n < 400 || n > 600 {
			t.Errorf("%s wins %d of 2000 draws among four", number, n)
		}
	}
}

func TestARepeatedDrawGivesTheSameAndAnotherSeedAnother(t *testing.T) {
	sheet := fair.Sheet{Slots: []fair.SheetSlot{drawSlot("a1", "a", 0), drawSlot("b1", "b", 3)}}
	for i := range 30 {
		sheet.Entries = append(sheet.Entries, wishing(fmt.Sprint("n", i), "a", "b"))
	}
	first := fair.RunDraw(seed(7), sheet)
	shuffled := fair.Sheet{Slots: slices.Clone(sheet.Slots), Entries: slices.Clone(sheet.Entries)}
	slices.Reverse(shuffled.Slots)
	slices.Reverse(shuffled.Entries)
	if again := fair.RunDraw(seed(7), shuffled); !slices.Equal(first, again) {
		t.Errorf("%v, then %v", first, again)
	}
	others := map[string]bool{}
	for n := range 20 {
		others[fmt.Sprint(fair.RunDraw(seed(n), sheet))] = true
	}
	if len(others) < 10 {
		t.Errorf("20 seeds give %d results", len(others))
	}
	changed := fair.Sheet{Slots: sheet.Slots, Entries: slices.Clone(sheet.Entries)}
	changed.Entries[29] = wishing("n29", "b")
	if bytes.Equal(sheet.Digest(), changed.Digest()) {
		t.Error("another wish leaves the digest as it was")
	}
}

func TestAResultThatWasTouchedDoesNotHold(t *testing.T) {
	sheet := fair.Sheet{Slots: []fair.SheetSlot{drawSlot("a1", "a", 0)}, Entries: []fair.SheetEntry{wishing("x", "a"), wishing("y", "a")}}
	s, hash, err := fair.NewSeed()
	if err != nil {
		t.Fatal(err)
	}
	result := fair.RunDraw(s, sheet)
	if err := fair.VerifyDraw(hash, s, sheet, result); err != nil {
		t.Error(err)
	}
	loser := map[string]string{"x": "y", "y": "x"}[result[0].Number]
	for name, err := range map[string]error{
		"another winner": fair.VerifyDraw(hash, s, sheet, []fair.Given{{Number: loser, Slot: "a1", Wish: 1}}),
		"no winner":      fair.VerifyDraw(hash, s, sheet, nil),
		"another seed":   fair.VerifyDraw(hash, seed(1), sheet, fair.RunDraw(seed(1), sheet)),
	} {
		if !errors.Is(err, fair.ErrDraw) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWishesNobodyCouldGrantAreRefused(t *testing.T) {
	list := func(change func(*fair.WishList)) fair.WishList {
		l := fair.WishList{Wishes: []fair.Wish{{Stand: "a", Channel: fair.Video}, {Stand: "b", Channel: fair.Phone}}, Can: []string{"2027-03-28/am"}}
		change(&l)
		return l
	}
	for name, c := range map[string]struct {
		list  fair.WishList
		field string
	}{
		"none":                  {list(func(l *fair.WishList) { l.Wishes = nil }), "wishes"},
		"nine":                  {list(func(l *fair.WishList) { l.Wishes = make([]fair.Wish, 9) }), "wishes"},
		"one stand twice":       {list(func(l *fair.WishList) { l.Wishes[1] = l.Wishes[0] }), "wishes"},
		"a channel of its own":  {list(func(l *fair.WishList) { l.Wishes[1].Channel = "fax" }), "wishes"},
		"a half-day that is no": {list(func(l *fair.WishList) { l.Can = []string{"2027-03-28/noon"} }), "can"},
		"a day that is none":    {list(func(l *fair.WishList) { l.Can = []string{"2027-02-29/am"} }), "can"},
	} {
		refusal, ok := errors.AsType[*fair.Error](c.list.Check())
		if !ok || refusal.Field != c.field {
			t.Errorf("%s: %v", name, refusal)
		}
	}
	if err := list(func(*fair.WishList) {}).Check(); err != nil {
		t.Error(err)
	}
}

// For any wishes and slots a draw keeps every promise it makes.
func TestAnyDrawKeepsItsPromises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		stands := []string{"a", "b", "c", "d"}
		var sheet fair.Sheet
		slots := map[fair.ID]fair.SheetSlot{}
		for i := range rapid.IntRange(0, 14).Draw(t, "slots") {
			s := drawSlot(fmt.Sprint("s", i), rapid.SampledFrom(stands).Draw(t, "stand"), rapid.IntRange(0, 16).Draw(t, "half hour"))
			if rapid.Bool().Draw(t, "phone only") {
				s.Channels = s.Channels[1:]
			}
			sheet.Slots, slots[s.ID] = append(sheet.Slots, s), s
		}
		entries := map[string]fair.SheetEntry{}
		for i := range rapid.IntRange(0, 12).Draw(t, "people") {
			e := wishing(fmt.Sprint("n", i), rapid.SliceOfNDistinct(rapid.SampledFrom(stands), 1, 4, rapid.ID[string]).Draw(t, "wishes")...)
			for w := range e.Wishes {
				e.Wishes[w].Channel = rapid.SampledFrom([]fair.Channel{fair.Video, fair.Phone}).Draw(t, "channel")
			}
			e.Seats = rapid.IntRange(0, 4).Draw(t, "seats")
			if rapid.Bool().Draw(t, "mornings only") {
				e.Can = []string{"2027-03-10/am"}
			}
			if len(sheet.Slots) > 0 && rapid.Bool().Draw(t, "busy") {
				e.Not = []fair.ID{rapid.SampledFrom(sheet.Slots).Draw(t, "not").ID}
			}
			sheet.Entries, entries[e.Number] = append(sheet.Entries, e), e
		}
		given := fair.RunDraw(seed(rapid.IntRange(0, 255).Draw(t, "seed")), sheet)
		has := map[string][]fair.Given{}
		for _, g := range given {
			has[g.Number] = append(has[g.Number], g)
		}
		checkGiven(t, given, slots, entries, has)
		checkNobodyWaitsBesideAFreePlace(t, given, slots, entries, has)
	})
}

func checkGiven(t *rapid.T, given []fair.Given, slots map[fair.ID]fair.SheetSlot, entries map[string]fair.SheetEntry, has map[string][]fair.Given) {
	taken := map[fair.ID]bool{}
	for _, g := range given {
		slot, e := slots[g.Slot], entries[g.Number]
		wish := e.Wishes[g.Wish-1]
		switch {
		case taken[g.Slot]:
			t.Fatalf("%s is given twice", g.Slot)
		case wish.Stand != slot.Stand || !slices.Contains(slot.Channels, wish.Channel):
			t.Fatalf("%v is not what wish %d asks", slot, g.Wish)
		case len(e.Can) > 0 && !slices.Contains(e.Can, slot.Half), slices.Contains(e.Not, g.Slot):
			t.Fatalf("%s cannot then: %v", g.Number, slot)
		case len(has[g.Number]) > e.Seats:
			t.Fatalf("%s has %d places, may have %d", g.Number, len(has[g.Number]), e.Seats)
		}
		taken[g.Slot] = true
		for _, o := range has[g.Number] {
			if other := slots[o.Slot]; o != g && other.Start.Before(slot.End) && slot.Start.Before(other.End) {
				t.Fatalf("%s has two places at once", g.Number)
			}
		}
	}
}

func checkNobodyWaitsBesideAFreePlace(t *rapid.T, given []fair.Given, slots map[fair.ID]fair.SheetSlot, entries map[string]fair.SheetEntry, has map[string][]fair.Given) {
	free := maps.Clone(slots)
	for _, g := range given {
		delete(free, g.Slot)
	}
	for number, e := range entries {
		if len(has[number]) >= e.Seats {
			continue
		}
		for w, wish := range e.Wishes {
			if slices.ContainsFunc(has[number], func(g fair.Given) bool { return g.Wish == w+1 }) {
				continue
			}
			for _, s := range free {
				overlaps := slices.ContainsFunc(has[number], func(g fair.Given) bool {
					o := slots[g.Slot]
					return o.Start.Before(s.End) && s.Start.Before(o.End)
				})
				if s.Stand == wish.Stand && slices.Contains(s.Channels, wish.Channel) && !overlaps &&
					(len(e.Can) == 0 || slices.Contains(e.Can, s.Half)) && !slices.Contains(e.Not, s.ID) {
					t.Fatalf("%s is left out of %v, which is free", number, s)
				}
			}
		}
	}
}

func BenchmarkDrawOfFiveThousandPeople(b *testing.B) {
	var sheet fair.Sheet
	for stand := range 60 {
		for i := range 40 {
			sheet.Slots = append(sheet.Slots, drawSlot(fmt.Sprintf("s%d-%d", stand, i), fmt.Sprint(stand), i))
		}
	}
	for i := range 5000 {
		e := fair.SheetEntry{Number: fmt.Sprint("n", i), Seats: 10}
		for w := range fair.MaxWishes {
			e.Wishes = append(e.Wishes, fair.Wish{Stand: fair.ID(fmt.Sprint((i*i + w*7) % 60)), Channel: fair.Video})
		}
		sheet.Entries = append(sheet.Entries, e)
	}
	for b.Loop() {
		fair.RunDraw(seed(1), sheet)
	}
}

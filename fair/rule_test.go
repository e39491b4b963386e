package fair_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"salon/fair"
)

var noon = time.Date(2021, 1, 20, 12, 0, 0, 0, time.UTC)

func TestASlotIsClaimableWhenFreeOrItsHoldHasLapsed(t *testing.T) {
	held := func(until time.Time) *fair.Hold { return &fair.Hold{Candidate: "c", Until: until} }
	for _, c := range []struct {
		name string
		slot fair.Slot
		want bool
	}{
		{"free, later today", fair.Slot{State: fair.SlotFree, Start: noon.Add(time.Hour)}, true},
		{"free, begun", fair.Slot{State: fair.SlotFree, Start: noon}, false},
		{"held", fair.Slot{State: fair.SlotHeld, Start: noon.Add(time.Hour), Hold: held(noon.Add(time.Millisecond))}, false},
		{"held until now", fair.Slot{State: fair.SlotHeld, Start: noon.Add(time.Hour), Hold: held(noon)}, true},
		{"booked", fair.Slot{State: fair.SlotBooked, Start: noon.Add(time.Hour)}, false},
		{"opening", fair.Slot{State: fair.SlotOpening, Start: noon.Add(time.Hour)}, false},
		{"withdrawn", fair.Slot{State: fair.SlotWithdrawn, Start: noon.Add(time.Hour)}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := c.slot.Claimable(noon); got != c.want {
				t.Errorf("claimable is %v", got)
			}
		})
	}
}

func TestAnEntryAfterASlotIsBackedByItsExtraTime(t *testing.T) {
	end := noon.Add(time.Hour)
	held := &fair.Hold{Candidate: "c", Until: noon.Add(time.Second)}
	booked := func(extra *fair.Extra) *fair.Booking { return &fair.Booking{Candidate: "c", Extra: extra} }
	for _, c := range []struct {
		name string
		slot fair.Slot
		want bool
	}{
		{"free", fair.Slot{State: fair.SlotFree}, false},
		{"held", fair.Slot{State: fair.SlotHeld, Hold: held}, true},
		{"held and lapsed", fair.Slot{State: fair.SlotHeld, Hold: &fair.Hold{Candidate: "c", Until: noon}}, false},
		{"booked as it is", fair.Slot{State: fair.SlotBooked, Booking: booked(nil)}, false},
		{"booked for as long", fair.Slot{State: fair.SlotBooked, Booking: booked(&fair.Extra{Until: end.Add(10 * time.Minute)})}, true},
		{"booked for less", fair.Slot{State: fair.SlotBooked, Booking: booked(&fair.Extra{Until: end.Add(9 * time.Minute)})}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.slot.Recruiter, c.slot.Start, c.slot.End = "r", noon, end
			after := fair.Busy{Start: end, End: end.Add(10 * time.Minute)}
			if r, k := c.slot.Backs("r", after, noon), c.slot.Backs("c", after, noon); r != c.want || k != c.want {
				t.Errorf("backs the recruiter %v, the candidate %v", r, k)
			}
		})
	}
}

func TestASlotBacksACalendarEntryWhileItPromisesSomething(t *testing.T) {
	soon, past := noon.Add(time.Second), noon
	for _, c := range []struct {
		name                 string
		slot                 fair.Slot
		recruiter, candidate bool
	}{
		{"opening", fair.Slot{State: fair.SlotOpening, Hold: &fair.Hold{Until: soon}}, true, false},
		{"opening that lapsed", fair.Slot{State: fair.SlotOpening, Hold: &fair.Hold{Until: past}}, false, false},
		{"free", fair.Slot{State: fair.SlotFree}, true, false},
		{"held by the candidate", fair.Slot{State: fair.SlotHeld, Hold: &fair.Hold{Candidate: "c", Until: soon}}, true, true},
		{"held by the candidate and lapsed", fair.Slot{State: fair.SlotHeld, Hold: &fair.Hold{Candidate: "c", Until: past}}, true, false},
		{"held by another", fair.Slot{State: fair.SlotHeld, Hold: &fair.Hold{Candidate: "d", Until: soon}}, true, false},
		{"booked by the candidate", fair.Slot{State: fair.SlotBooked, Booking: &fair.Booking{Candidate: "c"}}, true, true},
		{"booked by another", fair.Slot{State: fair.SlotBooked, Booking: &fair.Booking{Candidate: "d"}}, true, false},
		{"withdrawn", fair.Slot{State: fair.SlotWithdrawn}, false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.slot.Recruiter, c.slot.End = "r", noon
			if r, k := c.slot.Backs("r", fair.Busy{}, noon), c.slot.Backs("c", fair.Busy{}, noon); r != c.recruiter || k != c.candidate {
				t.Errorf("backs the recruiter %v, the candidate %v", r, k)
			}
		})
	}
}

func TestEntriesOverlapWhenTheyShareAnInstant(t *testing.T) {
	b := fair.Busy{Start: noon, End: noon.Add(time.Hour)}
	for _, c := range []struct{ from, to, want int }{
		{-30, 0, 0}, {60, 90, 0}, {-30, 1, 1}, {59, 90, 1}, {10, 20, 1}, {-10, 70, 1},
	} {
		start, end := noon.Add(time.Duration(c.from)*time.Minute), noon.Add(time.Duration(c.to)*time.Minute)
		if got := b.Overlaps(start, end); got != (c.want == 1) {
			t.Errorf("minutes %d to %d against 0 to 60: %v", c.from, c.to, got)
		}
	}
}

func TestAPlanOfSlotsIsCheckedAndLaidOut(t *testing.T) {
	good := fair.SlotPlan{Start: noon.Add(time.Hour), Duration: 20 * time.Minute, Buffer: 5 * time.Minute, Count: 3, Channels: []fair.Channel{fair.Phone}}
	for _, c := range []struct {
		name, code string
		spoil      func(*fair.SlotPlan)
	}{
		{"a good plan", "", func(*fair.SlotPlan) {}},
		{"in the past", "slot.past", func(p *fair.SlotPlan) { p.Start = noon }},
		{"in two years", "slot.far", func(p *fair.SlotPlan) { p.Start = noon.AddDate(2, 0, 0) }},
		{"five minutes long", "slot.minutes", func(p *fair.SlotPlan) { p.Duration = 5 * time.Minute }},
		{"with an hour between", "slot.buffer", func(p *fair.SlotPlan) { p.Buffer = time.Hour }},
		{"none", "slot.count", func(p *fair.SlotPlan) { p.Count = 0 }},
		{"without a channel", "slot.channels", func(p *fair.SlotPlan) { p.Channels = nil }},
		{"by fax", "slot.channels", func(p *fair.SlotPlan) { p.Channels = []fair.Channel{"fax"} }},
		{"twice by phone", "slot.channels", func(p *fair.SlotPlan) { p.Channels = []fair.Channel{fair.Phone, fair.Phone} }},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := good
			c.spoil(&p)
			err := p.Check(noon)
			if e, _ := errors.AsType[*fair.Error](err); c.code != "" && (e == nil || e.Code != c.code) || c.code == "" && err != nil {
				t.Errorf("answers %v, want %q", err, c.code)
			}
		})
	}
	times := good.Times()
	if len(times) != 3 || !times[1][0].Equal(good.Start.Add(25*time.Minute)) || !times[2][1].Equal(good.Start.Add(70*time.Minute)) {
		t.Errorf("laid out as %v", times)
	}
}

func TestIDsAreDerivedFromTheirPartsAndTheirBorders(t *testing.T) {
	seen := map[fair.ID]string{}
	for _, parts := range [][]string{{"a", "b"}, {"ab"}, {"", "ab"}, {"a", "b", ""}, {"b", "a"}} {
		id := fair.DeriveID(parts...)
		if !id.Valid() || id != fair.DeriveID(parts...) {
			t.Errorf("%q gives %q", parts, id)
		}
		if other, twice := seen[id]; twice {
			t.Errorf("%q and %s give the same id", parts, other)
		}
		seen[id] = fmt.Sprintf("%q", parts)
	}
	first, second := fair.NewID(), fair.NewID()
	if first == second || fair.ID("ABC").Valid() || fair.ID("").Valid() {
		t.Error("ids repeat or anything is one")
	}
}

func TestTextsAreCleanedFoldedAndMeasured(t *testing.T) {
	for _, c := range []struct{ got, want, name string }{
		{fair.Clean(" a\r\nb\x00\xff\tc "), "a\nb\tc", "line ends, control characters and broken UTF-8"},
		{fair.CleanLine(" a \n\t b "), "a b", "a line"},
		{fair.Fold("L'Œuvre d'Été — Saint-Jean"), "l-oeuvre-d-ete-saint-jean", "a folded name"},
		{fair.Slug("Rencontres pour l'emploi", 12), "rencontres", "a slug cut at a word"},
		{fair.Slug(strings.Repeat("x", 30), 10), "xxxxxxxxxx", "a slug of one long word"},
		{fair.Text{FR: "bonjour"}.In(fair.English), "bonjour", "French where English is missing"},
		{fair.Text{FR: "bonjour", EN: "hello"}.In(fair.English), "hello", "English where it is there"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", c.name, c.got, c.want)
		}
	}
	if fair.TooLong("ééé", 3) || !fair.TooLong("éééé", 3) {
		t.Error("characters are counted as bytes")
	}
	for _, url := range []string{"http://a.example", "https://", "javascript:alert(1)", "https://u:p@a.example", "/x"} {
		if fair.CheckURL("url", url) == nil {
			t.Errorf("%s passes", url)
		}
	}
	if err := fair.CheckURL("url", "https://a.example/b?c=d"); err != nil {
		t.Error(err)
	}
}

func TestErrorsAreComparedByKindAndCode(t *testing.T) {
	cause := errors.New("cause")
	err := fmt.Errorf("book: %w", fair.E(fair.Conflict, "slot.taken").With("n", "3").Because(cause))
	if !errors.Is(err, fair.E(fair.Conflict, "slot.taken")) || errors.Is(err, fair.E(fair.Gone, "slot.taken")) || !errors.Is(err, cause) {
		t.Error("the chain does not hold")
	}
	if fair.KindOf(err) != fair.Conflict || fair.KindOf(cause) != fair.Internal {
		t.Error("the kind is not found")
	}
}

func TestRoomsAreNamedAndReadBack(t *testing.T) {
	id := fair.NewID()
	kind, got, ok := fair.ParseRoomID(fair.RoomID(fair.InterviewRoom, id))
	if !ok || kind != fair.InterviewRoom || got != id {
		t.Errorf("read back as %s %s %v", kind, got, ok)
	}
	for _, bad := range []string{"", "interview", "interview.x", "stand." + string(id)} {
		if _, _, ok := fair.ParseRoomID(bad); ok {
			t.Errorf("%q is a room", bad)
		}
	}
}

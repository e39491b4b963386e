package fair

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Draw gives the kept slots of a fair out among those who wish for them. The
// hash of its seed is published when it opens and the seed itself with the
// result, so that nobody can choose the outcome afterwards and everybody can
// work it out again: RunDraw is the definition.
type Draw struct {
	ID       ID         `bson:"_id"`
	Fair     ID         `bson:"fair"`
	State    DrawState  `bson:"state"`
	Running  bool       `bson:"running,omitempty"` // open or drawn; one at a time in a fair
	OpenedAt time.Time  `bson:"openedAt"`
	ClosesAt time.Time  `bson:"closesAt"` // wishes may be changed before
	Seed     []byte     `bson:"seed"`     // SeedBytes random bytes; nobody's before it is drawn
	Hash     string     `bson:"hash"`     // SHA-256 of the seed, in hex
	DrawnAt  *time.Time `bson:"drawnAt,omitempty"`
	Told     bool       `bson:"told,omitempty"` // everybody who wished was told how it ended
	Entered  int        `bson:"entered,omitempty"`
	Slots    int        `bson:"slots,omitempty"`
	Places   int        `bson:"places,omitempty"` // how many were given
	Given    []Given    `bson:"given,omitempty"`  // left out of lists, like Sheet
	Sheet    *Sheet     `bson:"sheet,omitempty"`  // what was drawn from
	Meta     `bson:",inline"`
}

// DrawState is where a draw stands.
type DrawState string

// The states of a draw. From drawn on its result is fixed; done means that every
// appointment is made and what was left is free.
const (
	DrawOpen      DrawState = "open"
	DrawDrawn     DrawState = "drawn"
	DrawDone      DrawState = "done"
	DrawCancelled DrawState = "cancelled"
)

// The measures of a draw.
const (
	SeedBytes  = 32
	MaxWishes  = 8                // of one person
	MaxEntries = 20_000           // people in one draw: a document holds 16 MiB
	DrawSettle = 10 * time.Second // after closing: a wish on its way arrives, clocks differ
	DrawShort  = 10 * time.Minute // a draw is open for at least so long
)

// Wish is a stand somebody would like to meet, and how.
type Wish struct {
	Stand   ID      `bson:"stand"`
	Channel Channel `bson:"channel"`
}

// WishList is what one candidate wishes for in one draw, the dearest first.
// Number is the lottery number under which the result is published; it is random
// and tells nobody who it is. ID follows from draw and candidate.
type WishList struct {
	ID        ID           `bson:"_id"`
	Draw      ID           `bson:"draw"`
	Fair      ID           `bson:"fair"`
	Candidate ID           `bson:"candidate"`
	Number    string       `bson:"number"`
	Wishes    []Wish       `bson:"wishes"`            // at most MaxWishes, each stand once
	Can       []string     `bson:"can,omitempty"`     // half-days, as HalfDay writes them; empty: any
	Closing   time.Time    `bson:"closing,omitempty"` // the last closing the candidate was told of
	Told      bool         `bson:"told,omitempty"`
	Results   []WishResult `bson:"results,omitempty"` // one for each wish, once told
	Meta      `bson:",inline"`
}

// WishResult is what became of a wish.
type WishResult struct {
	Stand     ID        `bson:"stand"`
	State     WishState `bson:"state"`
	Interview ID        `bson:"interview,omitempty"`
	Start     time.Time `bson:"start,omitempty"`
}

// WishState is what became of a wish.
type WishState string

// What may become of a wish.
const (
	WishGiven     WishState = "given"
	WishFull      WishState = "full"      // there was no place left that suited
	WishLost      WishState = "lost"      // drawn, but the slot or the person was no longer free
	WishCancelled WishState = "cancelled" // the draw was called off
)

// WishListID is the id of a candidate's wishes in a draw.
func WishListID(draw, candidate ID) ID { return DeriveID("wishes", string(draw), string(candidate)) }

// NewNumber makes a lottery number.
func NewNumber() string { return string(NewID())[:numberLength] }

// numberLength is 60 bits: among MaxEntries people no two are alike.
const numberLength = 12

// halfDays is how many half-days somebody may name.
const halfDays = 120

// Check refuses wishes nobody could grant. Errors: Invalid.
func (l WishList) Check() error {
	if len(l.Wishes) == 0 || len(l.Wishes) > MaxWishes {
		return Refuse("wishes", "wish.count")
	}
	for i, w := range l.Wishes {
		if slices.ContainsFunc(l.Wishes[:i], func(o Wish) bool { return o.Stand == w.Stand }) {
			return Refuse("wishes", "wish.twice")
		}
		if w.Channel != Video && w.Channel != Phone {
			return Refuse("wishes", "channel.unknown")
		}
	}
	if len(l.Can) > halfDays {
		return Refuse("can", "wish.can")
	}
	for _, half := range l.Can {
		date, part, _ := strings.Cut(half, "/")
		if _, err := time.Parse(dateLayout, date); err != nil || part != "am" && part != "pm" {
			return Refuse("can", "wish.can")
		}
	}
	return nil
}

// HalfDay names the half-day of an instant in a zone: "2027-03-28/am" before 13
// o'clock, "2027-03-28/pm" from then on.
func HalfDay(at time.Time, loc *time.Location) string {
	at = at.In(loc)
	half := "/am"
	if at.Hour() >= 13 {
		half = "/pm"
	}
	return at.Format(dateLayout) + half
}

// NewSeed makes a seed and its hash.
func NewSeed() (seed []byte, hash string, err error) {
	seed = make([]byte, SeedBytes)
	if _, err := rand.Read(seed); err != nil {
		return nil, "", fmt.Errorf("make the seed of a draw: %w", err)
	}
	return seed, HashSeed(seed), nil
}

// HashSeed is what is published of a seed before the draw.
func HashSeed(seed []byte) string {
	sum := sha256.Sum256(seed)
	return hex.EncodeToString(sum[:])
}

// Sheet is all a draw is drawn from.
type Sheet struct {
	Slots   []SheetSlot  `bson:"slots"`
	Entries []SheetEntry `bson:"entries"`
}

// SheetSlot is a slot to be given out.
type SheetSlot struct {
	ID       ID        `bson:"id"`
	Stand    ID        `bson:"stand"`
	Start    time.Time `bson:"start"`
	End      time.Time `bson:"end"`
	Half     string    `bson:"half"` // its half-day by the fair's clocks
	Channels []Channel `bson:"channels"`
}

// SheetEntry is one person in a draw, without a name.
type SheetEntry struct {
	Number string   `bson:"number"`
	Wishes []Wish   `bson:"wishes"`
	Can    []string `bson:"can,omitempty"`
	Not    []ID     `bson:"not,omitempty"` // slots of these stands that their calendar rules out
	Seats  int      `bson:"seats"`         // appointments they may still have at the fair
}

// Given is one place of a result.
type Given struct {
	Number string `bson:"number"`
	Slot   ID     `bson:"slot"`
	Wish   int    `bson:"wish"` // which wish it grants, from 1
}

// RunDraw is the draw: the same seed and sheet always give the same places.
//
// It goes in rounds: in the first everybody's first wish is looked at, in the
// second everybody's second, and so on. In a round those who have fewer places so
// far come first; among them the lot decides, drawn anew for each round: the
// order of SHA-256(seed, digest of the sheet, round, number), smallest first.
// One after the other is given a place at the stand of that wish if one is left
// whose channel and half-day suit, that their calendar allows, and that does not
// overlap with a place they were given in an earlier round. Who was placed
// earlier in the same round keeps a place at that stand, but may be moved to
// another time that suits them when this makes room for one more. A place is
// tried in the order of its start. Nobody is given more than their seats.
func RunDraw(seed []byte, sheet Sheet) []Given {
	d := newDrawing(seed, sheet)
	for round := range MaxWishes {
		for _, stand := range d.stands {
			d.stand(round, stand)
		}
	}
	slices.SortFunc(d.given, func(a, b Given) int {
		return cmp.Or(cmp.Compare(a.Number, b.Number), cmp.Compare(a.Wish, b.Wish))
	})
	return d.given
}

// drawing is the state of one draw, owned by RunDraw.
type drawing struct {
	seed, digest []byte
	people       []*drawn
	stands       []ID
	slots        map[ID][]SheetSlot // by stand, in order of time
	taken        map[ID]bool
	given        []Given
}

// drawn is a person in a draw, with what was given to them so far.
type drawn struct {
	SheetEntry
	has []SheetSlot
}

func newDrawing(seed []byte, sheet Sheet) *drawing {
	d := &drawing{seed: seed, digest: sheet.Digest(), slots: map[ID][]SheetSlot{}, taken: map[ID]bool{}}
	for _, e := range sheet.Entries {
		d.people = append(d.people, &drawn{SheetEntry: e})
	}
	for _, s := range sheet.Slots {
		if _, known := d.slots[s.Stand]; !known {
			d.stands = append(d.stands, s.Stand)
		}
		d.slots[s.Stand] = append(d.slots[s.Stand], s)
	}
	for _, slots := range d.slots {
		slices.SortFunc(slots, func(a, b SheetSlot) int { return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.ID, b.ID)) })
	}
	slices.Sort(d.stands)
	return d
}

// stand gives the places of one stand in one round. Everybody has at most one
// wish in a round, so that the stands of a round do not depend on each other.
func (d *drawing) stand(round int, stand ID) {
	var slots []SheetSlot
	for _, s := range d.slots[stand] {
		if !d.taken[s.ID] {
			slots = append(slots, s)
		}
	}
	match := matching{by: make([]int, len(slots))}
	for i := range match.by {
		match.by[i] = -1
	}
	people := d.order(round, stand)
	for i, p := range people {
		if match.placed == len(slots) {
			break // nobody is moved out, so nobody else gets in
		}
		match.suits = append(match.suits, p.suits(round, slots))
		match.place(i)
	}
	for slot, i := range match.by {
		if i < 0 {
			continue
		}
		p := people[i]
		p.has = append(p.has, slots[slot])
		d.taken[slots[slot].ID] = true
		d.given = append(d.given, Given{Number: p.Number, Slot: slots[slot].ID, Wish: round + 1})
	}
}

// order is those who wish for a stand in a round, who comes first standing
// first.
func (d *drawing) order(round int, stand ID) []*drawn {
	lots := map[*drawn][]byte{}
	var people []*drawn
	for _, p := range d.people {
		if round < len(p.Wishes) && p.Wishes[round].Stand == stand && len(p.has) < p.Seats {
			people = append(people, p)
			lots[p] = d.lot(round, p.Number)
		}
	}
	slices.SortFunc(people, func(a, b *drawn) int {
		return cmp.Or(cmp.Compare(len(a.has), len(b.has)), bytes.Compare(lots[a], lots[b]), cmp.Compare(a.Number, b.Number))
	})
	return people
}

// lot is what decides among equals: SHA-256 over the seed, the digest of the
// sheet, the round from 1 in decimal, a colon and the number.
func (d *drawing) lot(round int, number string) []byte {
	h := sha256.New()
	h.Write(d.seed)
	h.Write(d.digest)
	h.Write([]byte(strconv.Itoa(round+1) + ":" + number))
	return h.Sum(nil)
}

// suits lists which of the slots would do for the person's wish of a round.
func (p *drawn) suits(round int, slots []SheetSlot) (suiting []int) {
	channel := p.Wishes[round].Channel
	for i, s := range slots {
		overlaps := func(o SheetSlot) bool { return o.Start.Before(s.End) && s.Start.Before(o.End) }
		if slices.Contains(s.Channels, channel) && (len(p.Can) == 0 || slices.Contains(p.Can, s.Half)) &&
			!slices.Contains(p.Not, s.ID) && !slices.ContainsFunc(p.has, overlaps) {
			suiting = append(suiting, i)
		}
	}
	return suiting
}

// matching places people on slots one by one; who is placed stays placed (H.
// Kuhn, "The Hungarian method for the assignment problem", 1955: augmenting
// paths).
type matching struct {
	suits  [][]int // for each person the slots that would do
	by     []int   // for each slot the person on it, or -1
	placed int
}

// place finds a slot for one more person, moving others to slots that suit them
// where it must.
func (m *matching) place(person int) {
	seen := make([]bool, len(m.by))
	if m.find(person, seen) {
		m.placed++
	}
}

func (m *matching) find(person int, seen []bool) bool {
	for _, slot := range m.suits[person] { // an empty one first: nobody is moved without need
		if m.by[slot] < 0 && !seen[slot] {
			m.by[slot] = person
			return true
		}
	}
	for _, slot := range m.suits[person] {
		if seen[slot] {
			continue
		}
		seen[slot] = true
		if m.find(m.by[slot], seen) {
			m.by[slot] = person
			return true
		}
	}
	return false
}

// Digest is the SHA-256 of the sheet written as text, one line a slot and one an
// entry, each sorted. It goes into every lot: whoever knew the seed beforehand
// could still not foresee the order, because each wish of anybody changes it.
func (s Sheet) Digest() []byte {
	var lines []string
	for _, slot := range s.Slots {
		channels := make([]string, len(slot.Channels))
		for i, c := range slot.Channels {
			channels[i] = string(c)
		}
		lines = append(lines, strings.Join([]string{"slot", string(slot.ID), string(slot.Stand),
			slot.Start.UTC().Format(time.RFC3339), slot.End.UTC().Format(time.RFC3339), slot.Half, strings.Join(channels, ",")}, "|"))
	}
	for _, e := range s.Entries {
		var wishes, not []string
		for _, w := range e.Wishes {
			wishes = append(wishes, string(w.Stand)+":"+string(w.Channel))
		}
		for _, id := range e.Not {
			not = append(not, string(id))
		}
		lines = append(lines, strings.Join([]string{"entry", e.Number, strings.Join(wishes, ","),
			strings.Join(e.Can, ","), strings.Join(not, ","), strconv.Itoa(e.Seats)}, "|"))
	}
	slices.Sort(lines)
	sum := sha256.Sum256([]byte(strings.Join(lines, "\n")))
	return sum[:]
}

// ErrDraw is wrapped by what VerifyDraw finds.
var ErrDraw = errors.New("the draw does not hold")

// VerifyDraw works a draw out again: the seed must have the hash published
// before, and give this very result. Errors: ErrDraw, saying which of both fails.
func VerifyDraw(hash string, seed []byte, sheet Sheet, result []Given) error {
	if HashSeed(seed) != hash {
		return fmt.Errorf("%w: the seed is not the one whose hash was published", ErrDraw)
	}
	again := RunDraw(seed, sheet)
	if len(again) != len(result) {
		return fmt.Errorf("%w: it gives %d places and the result has %d", ErrDraw, len(again), len(result))
	}
	for i, g := range again {
		if !slices.Contains(result, g) {
			return fmt.Errorf("%w: number %s should have slot %s (place %d)", ErrDraw, g.Number, g.Slot, i+1)
		}
	}
	return nil
}

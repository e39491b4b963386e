package mongostore_test

import (
	"slices"
	"testing"
	"time"

	"salon/fair"
)

func TestOfComingAndGoingTheLaterCounts(t *testing.T) {
	const came, gone = "came", "gone"
	type event struct {
		what   string
		at     int // seconds
		counts bool
	}
	for name, events := range map[string][]event{
		"in order":                                {{came, 1, true}, {gone, 2, true}, {came, 3, true}},
		"told twice":                              {{came, 1, true}, {came, 1, true}, {gone, 2, true}, {gone, 2, false}},
		"two nodes' news cross":                   {{came, 1, true}, {came, 4, true}, {gone, 3, false}},
		"an older coming after a younger one":     {{came, 4, true}, {came, 1, false}},
		"the going of before comes late":          {{came, 5, true}, {gone, 3, false}},
		"the coming of before comes late":         {{came, 1, true}, {gone, 5, true}, {came, 3, false}},
		"gone without having come":                {{gone, 1, false}},
		"gone in the moment of coming":            {{came, 1, true}, {gone, 1, true}},
		"back in the moment of going, say, a tab": {{came, 1, true}, {gone, 2, true}, {came, 2, true}},
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			ctx, id := t.Context(), fair.NewID()
			must(t, s.Persons.Insert(ctx, fair.Person{ID: id, Busy: []fair.Busy{}, Meta: fair.Meta{Rev: 1}}))
			for n, e := range events {
				do := s.Persons.Came
				if e.what == gone {
					do = s.Persons.Gone
				}
				at := noon.Add(time.Duration(e.at) * time.Second)
				p, counts, err := do(ctx, id, at)
				must(t, err)
				if counts != e.counts {
					t.Fatalf("event %d, %s at %d s: counts %v", n, e.what, e.at, counts)
				}
				if !counts {
					continue
				}
				if there := e.what == came; (p.CameAt != nil) != there || (p.AwayAt != nil) == there {
					t.Errorf("event %d: came %v, away %v", n, p.CameAt, p.AwayAt)
				}
			}
		})
	}
}

func TestThoseWhoAreThereAreListedInPieces(t *testing.T) {
	s := open(t)
	ctx := t.Context()
	var there []fair.ID
	for n := range 5 {
		id := fair.NewID()
		must(t, s.Persons.Insert(ctx, fair.Person{ID: id, Busy: []fair.Busy{}, Meta: fair.Meta{Rev: 1}}))
		if n > 0 {
			_, _, err := s.Persons.Came(ctx, id, noon)
			must(t, err)
			there = append(there, id)
		}
	}
	if _, _, err := s.Persons.Gone(ctx, there[3], noon); err != nil {
		t.Fatal(err)
	}
	there = there[:3]
	slices.Sort(there)
	first, err := s.Persons.Present(ctx, "", 2)
	must(t, err)
	rest, err := s.Persons.Present(ctx, first[1], 2)
	must(t, err)
	if got := append(first, rest...); !slices.Equal(got, there) {
		t.Errorf("listed %v, want %v", got, there)
	}
}

func TestABarIsLiftedOnlyFromWhoWasReadSinceTheLastChange(t *testing.T) {
	s := open(t)
	ctx, id, fairID := t.Context(), fair.NewID(), fair.NewID()
	must(t, s.Persons.Insert(ctx, fair.Person{ID: id, Busy: []fair.Busy{}, Meta: fair.Meta{Rev: 1}}))
	must(t, s.Persons.Bar(ctx, id, fairID))
	read, err := s.Persons.Get(ctx, id)
	must(t, err)
	must(t, s.Persons.Bar(ctx, id, fairID)) // by another report
	if lifted, err := s.Persons.Unbar(ctx, id, fairID, read.Rev); err != nil || lifted {
		t.Errorf("a bar made meanwhile is lifted: %v, %v", lifted, err)
	}
	read, err = s.Persons.Get(ctx, id)
	must(t, err)
	if lifted, err := s.Persons.Unbar(ctx, id, fairID, read.Rev); err != nil || !lifted {
		t.Errorf("lifted: %v, %v", lifted, err)
	}
	if read, err = s.Persons.Get(ctx, id); err != nil || len(read.Barred) > 0 {
		t.Errorf("still barred from %v, %v", read.Barred, err)
	}
}

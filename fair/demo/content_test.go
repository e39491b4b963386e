package demo_test

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"salon/fair"
	"salon/fair/demo"
	"salon/fair/place"
)

func TestSixtyCompaniesFillTheWholeMetropole(t *testing.T) {
	communes, names, slugs := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for i, c := range demo.Companies() {
		if c.Number != i+1 {
			t.Errorf("%s keeps stand %d, want %d", c.Name, c.Number, i+1)
		}
		if _, ok := place.CommuneByINSEE(c.Commune); !ok {
			t.Errorf("%s is in the unknown commune %q", c.Name, c.Commune)
		}
		communes[c.Commune], names[c.Name], slugs[fair.Slug(c.Name, 60)] = true, true, true
		for _, about := range []string{c.About.FR, c.About.EN} {
			if strings.Count(about, "\n") != 2 {
				t.Errorf("%s does not tell who it is in three lines: %q", c.Name, about)
			}
		}
		if c.Looking.FR == "" || c.Looking.EN == "" || c.Sector.FR == "" || c.Sector.EN == "" {
			t.Errorf("%s lacks a text in a language", c.Name)
		}
		if len(c.Recruiters) < 2 || len(c.Recruiters) > 3 {
			t.Errorf("%s has %d recruiters", c.Name, len(c.Recruiters))
		}
		for _, code := range c.Occupations {
			if _, ok := place.OccupationByCode(code); !ok {
				t.Errorf("%s recruits for the unknown occupation %s", c.Name, code)
			}
		}
	}
	if len(names) != 60 || len(slugs) != 60 || len(communes) != 31 {
		t.Errorf("got %d names, %d slugs in %d communes; want 60, 60 and 31", len(names), len(slugs), len(communes))
	}
}

func TestTheProgrammeSurroundsToday(t *testing.T) {
	event := demo.Fair(today)
	talks := demo.Webconferences(today)
	if len(talks) < 20 {
		t.Errorf("only %d talks", len(talks))
	}
	past, ahead, always := 0, 0, 0
	for _, talk := range talks {
		if talk.StartsAt.Before(event.StartsAt) || talk.EndsAt.After(event.EndsAt) {
			t.Errorf("%s lies outside the fair", talk.Slug)
		}
		if talk.Title.EN == "" || talk.Abstract.EN == "" || talk.Accessibility.EN == "" || talk.Accessibility.FR == "" {
			t.Errorf("%s is not complete in English", talk.Slug)
		}
		if len(talk.Speakers) == 0 || len(talk.Speakers) > fair.MaxSpeakers {
			t.Errorf("%s has %d speakers", talk.Slug, len(talk.Speakers))
		}
		switch {
		case talk.Always:
			always++
		case talk.EndsAt.Before(today):
			past++
		default:
			ahead++
		}
	}
	if past == 0 || ahead == 0 || always != 1 {
		t.Errorf("%d talks past, %d ahead, %d always open", past, ahead, always)
	}
	if talks[0].Slug != demo.LiveSlug {
		t.Errorf("the speakers are numbered from %s, want %s", talks[0].Slug, demo.LiveSlug)
	}
}

func TestSlotsKeepOfficeHoursInParis(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	friday := time.Date(2026, time.March, 27, 9, 0, 0, 0, time.UTC) // the clocks change on Sunday
	for stand := 1; stand <= 60; stand++ {
		runs := demo.Slots(stand, friday)
		if len(runs) < 3 {
			t.Errorf("stand %d opens %d half-days", stand, len(runs))
		}
		for _, run := range runs {
			start := run.Start.In(zone)
			end := start.Add(time.Duration(run.Count) * run.Length)
			if weekday := start.Weekday(); weekday == time.Saturday || weekday == time.Sunday || !run.Start.After(friday) {
				t.Errorf("stand %d receives on %s", stand, start)
			}
			hours := [2]int{start.Hour()*60 + start.Minute(), end.Hour()*60 + end.Minute()}
			if !(hours[0] == 9*60 && hours[1] <= 12*60) && !(hours[0] == 14*60 && hours[1] <= 17*60) {
				t.Errorf("stand %d receives from %s to %s", stand, start, end)
			}
			if run.Length < 20*time.Minute || run.Length > 30*time.Minute || len(run.Channels) == 0 {
				t.Errorf("stand %d: %+v", stand, run)
			}
		}
	}
}

func TestOneSlotInFiveIsTakenWhateverTheDay(t *testing.T) {
	for days := range 9 { // each weekday, and each turn of the stands
		now := today.AddDate(0, 0, days)
		slots, taken, met := 0, 0, map[int]int{}
		desks := map[int]int{}
		busy := map[string]bool{}
		for stand := 1; stand <= 60; stand++ {
			for _, run := range demo.Slots(stand, now) {
				slots += run.Count
				bookings := demo.Bookings(stand, run)
				if full := len(bookings) == run.Count; full != (stand == demo.FullStand) {
					t.Errorf("stand %d has taken %d of %d slots", stand, len(bookings), run.Count)
				}
				for _, b := range bookings {
					taken++
					met[b.Candidate]++
					desks[run.Recruiter]++
					if b.Slot < 0 || b.Slot >= run.Count || !slices.Contains(run.Channels, b.Channel) {
						t.Fatalf("stand %d: there is no such slot: %+v", stand, b)
					}
					if day := fmt.Sprint(b.Candidate, run.Start.Format(time.DateOnly)); busy[day] {
						t.Errorf("%s: candidate %d meets two stands", now.Format(time.DateOnly), b.Candidate)
					} else {
						busy[day] = true
					}
				}
			}
		}
		if share := float64(taken) / float64(slots); share < 0.2 || share > 0.25 {
			t.Errorf("%s: %.0f %% of the slots are taken", now.Format(time.DateOnly), 100*share)
		}
		for n := 1; n <= 20; n++ {
			if met[n] == 0 {
				t.Errorf("%s: candidate %d has no appointment", now.Format(time.DateOnly), n)
			}
		}
		for n := 1; n <= 60; n++ {
			if desks[n] < 1 || desks[n] > 4 && n != demo.FullStand {
				t.Errorf("%s: recruiter %d has %d appointments", now.Format(time.DateOnly), n, desks[n])
			}
		}
	}
}

func TestTenThousandCandidatesAreDifferentAndAlwaysTheSame(t *testing.T) {
	fiction := regexp.MustCompile(`^\+33(63998|46571)\d{4}$`)
	names, phones := map[string]bool{}, map[string]bool{}
	for n := 1; n <= 10_000; n++ {
		p := demo.Candidate(n)
		if !reflect.DeepEqual(p, demo.Candidate(n)) {
			t.Fatalf("candidate %d is somebody else the second time", n)
		}
		names[p.Name], phones[p.Phone] = true, true
		if !fiction.MatchString(p.Phone) {
			t.Fatalf("candidate %d has the number %s", n, p.Phone)
		}
		if _, ok := place.CommuneByINSEE(p.Commune); !ok || len(p.Occupations) == 0 || p.About == "" || p.Availability == "" {
			t.Fatalf("candidate %d is not complete: %+v", n, p)
		}
		if len([]rune(p.Headline)) > 160 {
			t.Fatalf("candidate %d presents themselves in %q", n, p.Headline)
		}
	}
	if len(names) != 10_000 || len(phones) != 10_000 {
		t.Errorf("%d names and %d numbers for 10,000 people", len(names), len(phones))
	}
}

func TestEveryDemoPersonHasAnAccount(t *testing.T) {
	for _, role := range []fair.RoleKind{fair.Candidate, fair.Recruiter, fair.Organiser, fair.Speaker} {
		for _, n := range []int{1, 60, 61, 10_000} {
			if account := demo.Account(role, n); account.Name == "" || account.Email == "" || account.Profile.Headline == "" {
				t.Errorf("%s %d: %+v", role, n, account)
			}
		}
	}
	company := demo.Companies()[0]
	names := []string{demo.RecruiterAt(1).Name, demo.RecruiterAt(61).Name}
	if want := []string{company.Recruiters[0].Name, company.Recruiters[1].Name}; !slices.Equal(names, want) {
		t.Errorf("recruiters 1 and 61 are %q, want those of stand 1, %q", names, want)
	}
}

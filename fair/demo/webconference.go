package demo

import (
	"fmt"
	"sync"
	"time"

	"salon/fair"
	"salon/fair/service"
)

// LiveSlug is the webconference that is always open.
const LiveSlug = "demo-live"

// talkFile is a webconference as programme.json spells it.
type talkFile struct {
	Slug          string `json:"slug"`
	Day           int    `json:"day"` // days after the fair's day, which may be negative
	At            string `json:"at"`  // time of day in Paris
	Minutes       int    `json:"minutes"`
	Language      string `json:"language"`
	Title         text   `json:"title"`
	Abstract      text   `json:"abstract"`
	Accessibility text   `json:"accessibility"`
	Companies     []int  `json:"companies"` // whose recruiters speak
}

var programme = sync.OnceValue(func() []talkFile { return read[[]talkFile]("programme.json") })

// Webconferences is the programme placed around now: a fortnight of talks and
// LiveSlug. Speakers are demo speakers, numbered from 1 in the order of the
// programme, so that speaker 1 is on the stage that is always open.
func Webconferences(now time.Time) []fair.Webconference {
	var talks []fair.Webconference
	number := 0
	for _, file := range programme() {
		starts := day(now, file.Day, file.At)
		talk := fair.Webconference{
			ID: fair.DeriveID("demo", "webconference", file.Slug), Fair: fair.DeriveID("demo", "fair", service.DemoFair),
			Slug: file.Slug, Title: file.Title.both(), Abstract: file.Abstract.both(),
			Language: fair.Lang(file.Language), Accessibility: file.Accessibility.both(),
			StartsAt: starts, EndsAt: starts.Add(time.Duration(file.Minutes) * time.Minute),
			State: fair.WebconferenceScheduled, Always: file.Slug == LiveSlug,
		}
		switch {
		case talk.Always:
			talk.State = fair.WebconferenceOpen
		case talk.EndsAt.Before(now):
			talk.State = fair.WebconferenceEnded
		}
		for range file.Companies {
			number++
			person := Speaker(number)
			talk.Speakers = append(talk.Speakers, fair.TalkSpeaker{Name: person.Name, Title: person.Headline})
		}
		talks = append(talks, talk)
	}
	return talks
}

// speaking lists the named speakers in the order of the programme: a company
// that speaks twice sends another recruiter the second time.
var speaking = sync.OnceValue(func() []Recruiter {
	var all []Recruiter
	used := map[int]int{}
	for _, talk := range programme() {
		for _, number := range talk.Companies {
			company := companies()[number-1]
			recruiter := company.Recruiters[used[number]%len(company.Recruiters)]
			used[number]++
			all = append(all, Recruiter{Name: recruiter.Name, Title: fmt.Sprintf("%s, %s", recruiter.Title, company.Name)})
		}
	}
	return all
})

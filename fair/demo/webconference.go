package demo

import (
	"fmt"
	"sync"
	"time"

	"salon/fair"
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

// Talk is one webconference of the programme.
type Talk struct {
	Slug                           string
	Title, Abstract, Accessibility fair.Text
	Language                       fair.Lang
	StartsAt, EndsAt               time.Time
	Always                         bool
	Speakers                       []Person
}

// Webconferences is the programme placed around now: a fortnight of talks and
// LiveSlug. Speakers are demo speakers, numbered from 1 in the order of the
// programme, so that speaker 1 is on the stage that is always open.
func Webconferences(now time.Time) []Talk {
	var talks []Talk
	number := 0
	for _, file := range programme() {
		starts := day(now, file.Day, file.At)
		talk := Talk{
			Slug: file.Slug, Title: file.Title.both(), Abstract: file.Abstract.both(),
			Accessibility: file.Accessibility.both(), Language: fair.Lang(file.Language),
			StartsAt: starts, EndsAt: starts.Add(time.Duration(file.Minutes) * time.Minute), Always: file.Slug == LiveSlug,
		}
		for range file.Companies {
			number++
			talk.Speakers = append(talk.Speakers, Speaker(number))
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

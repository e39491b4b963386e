package demo

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"salon/fair"
	"salon/fair/service"
)

// together is how many stands or talks are loaded at the same time: the store
// commits what arrives together at once.
const together = 8

// Load puts the demo fair into svc, which must be a demo's: fair, stands,
// programme and slots. What is there already stays as it is, so that a second
// start changes nothing; a start on a later day adds slots for the days ahead.
// It answers the stored fair: give Day of it to Offers.
func Load(ctx context.Context, svc *service.Service, now time.Time) (fair.Fair, error) {
	stored, err := svc.Fair(ctx, fair.Actor{}, service.DemoFair)
	if fair.KindOf(err) == fair.NotFound {
		stored, err = svc.CreateFair(ctx, Fair(now))
	}
	if err != nil {
		return fair.Fair{}, fmt.Errorf("load the demo fair: %w", err)
	}
	if err := each(ctx, Companies(), func(ctx context.Context, c Company) error { return loadStand(ctx, svc, stored, c) }); err != nil {
		return fair.Fair{}, fmt.Errorf("load the stands of the demo: %w", err)
	}
	organiser, err := actor(ctx, svc, fair.Organiser, 1)
	if err != nil {
		return fair.Fair{}, fmt.Errorf("load the organiser of the demo: %w", err)
	}
	if err := loadProgramme(ctx, svc, organiser, stored, now); err != nil {
		return fair.Fair{}, fmt.Errorf("load the programme of the demo: %w", err)
	}
	err = each(ctx, Companies(), func(ctx context.Context, c Company) error { return loadSlots(ctx, svc, organiser, stored, c, now) })
	if err != nil {
		return fair.Fair{}, fmt.Errorf("load the slots of the demo: %w", err)
	}
	return stored, nil
}

// each does work for every item, so many at a time, and answers the first error.
func each[T any](ctx context.Context, items []T, work func(context.Context, T) error) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(together)
	for _, item := range items {
		group.Go(func() error { return work(ctx, item) })
	}
	return group.Wait()
}

// actor is a demo person with the rights of their role.
func actor(ctx context.Context, svc *service.Service, role fair.RoleKind, n int) (fair.Actor, error) {
	account, err := svc.DemoPerson(ctx, role, n)
	return fair.Actor{Account: account.ID, Name: account.Name, Locale: account.Locale, Roles: account.Roles}, err
}

// loadStand makes a company, its stand and the recruiters one meets there. The
// ids are those the import of offers derives from the company's name, so that
// the offers find their stand.
func loadStand(ctx context.Context, svc *service.Service, f fair.Fair, c Company) error {
	key := fair.Fold(c.Name)
	company := fair.Company{
		ID: fair.DeriveID("company", string(f.ID), key), Fair: f.ID, Name: c.Name, Key: key, Sector: c.Sector,
		Size: c.Size, Commune: c.Commune, Adapted: c.Adapted, Meta: fair.Meta{Rev: 1, UpdatedAt: f.UpdatedAt, Schema: 1},
	}
	if err := made(svc.Stores.Companies.Insert(ctx, company)); err != nil {
		return err
	}
	stand := fair.Stand{
		ID: fair.DeriveID("stand", string(f.ID), key), Fair: f.ID, Number: c.Number, Slug: fair.Slug(c.Name, 60),
		Company: company.ID, Name: c.Name, Sector: c.Sector, Commune: c.Commune, About: c.About, Looking: c.Looking,
		Hours: fair.Text{
			FR: "Du lundi au vendredi, de 9 h à 12 h et de 14 h à 17 h, selon les créneaux ouverts.",
			EN: "Monday to Friday, 9 to 12 and 14 to 17, where slots are open.",
		},
		Links: []fair.Link{}, People: []fair.Host{}, Meta: fair.Meta{Rev: 1, UpdatedAt: f.UpdatedAt, Schema: 1},
	}
	if err := made(svc.Stores.Stands.Insert(ctx, stand)); err != nil {
		return err
	}
	if err := made(svc.Stores.Lines.Insert(ctx, line(f, stand.ID))); err != nil {
		return err
	}
	for turn := range 2 { // the two who keep slots
		if _, err := svc.DemoPerson(ctx, fair.Recruiter, c.Number+turn*len(companies())); err != nil {
			return err
		}
	}
	return nil
}

// line is that of a stand of the demo, open round the clock: visitors come at any
// hour.
func line(f fair.Fair, stand fair.ID) fair.Line {
	retain := f.KeepAtMost()
	week := []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday, time.Sunday}
	return fair.Line{
		ID: stand, Fair: f.ID, State: fair.LineOpen, Hours: []fair.Hours{{Days: week, From: 0, To: fair.Day}}, Duty: []fair.Duty{},
		Meta: fair.Meta{Rev: 1, UpdatedAt: f.UpdatedAt, Schema: 1, RetainUntil: &retain},
	}
}

// made takes it well that something is there already.
func made(err error) error {
	if fair.KindOf(err) == fair.Conflict {
		return nil
	}
	return err
}

// loadProgramme schedules the talks that are not there yet, around the day of
// the fair, and ends those whose hour has passed.
func loadProgramme(ctx context.Context, svc *service.Service, organiser fair.Actor, f fair.Fair, now time.Time) error {
	scheduled, err := svc.Webconferences(ctx, organiser, service.DemoFair)
	if err != nil {
		return err
	}
	there := map[string]bool{}
	for _, talk := range scheduled {
		there[talk.Slug] = true
	}
	number := 0
	type numbered struct {
		Talk
		first int // number of its first speaker
	}
	var missing []numbered
	for _, talk := range Webconferences(Day(f)) {
		if !there[talk.Slug] {
			missing = append(missing, numbered{talk, number + 1})
		}
		number += len(talk.Speakers)
	}
	return each(ctx, missing, func(ctx context.Context, talk numbered) error {
		for i := range talk.Speakers { // their accounts must be theirs before the talk names them
			if _, err := svc.DemoPerson(ctx, fair.Speaker, talk.first+i); err != nil {
				return err
			}
		}
		return loadTalk(ctx, svc, organiser, talk.Talk, now)
	})
}

func loadTalk(ctx context.Context, svc *service.Service, organiser fair.Actor, talk Talk, now time.Time) error {
	var speakers []service.SpeakerEdit
	for _, person := range talk.Speakers {
		speakers = append(speakers, service.SpeakerEdit{Email: person.Email, Name: person.Name, Title: person.Headline})
	}
	created, err := svc.CreateTalk(ctx, organiser, service.DemoFair, service.WebconferenceEdit{
		Title: &talk.Title, Abstract: &talk.Abstract, Accessibility: &talk.Accessibility, Language: &talk.Language,
		StartsAt: &talk.StartsAt, EndsAt: &talk.EndsAt, Speakers: &speakers,
	}, service.TalkOptions{Slug: talk.Slug, Always: talk.Always})
	if err != nil || talk.Always || talk.EndsAt.After(now) {
		return err
	}
	_, err = svc.EndWebconference(ctx, organiser, created.ID)
	return err
}

// loadSlots opens the half-days of a stand that have no slot yet, and lets demo
// candidates book some.
func loadSlots(ctx context.Context, svc *service.Service, organiser fair.Actor, f fair.Fair, c Company, now time.Time) error {
	stand, err := svc.Stores.Stands.ByNumber(ctx, f.ID, c.Number)
	if err != nil {
		return err
	}
	for _, run := range Slots(c.Number, now) {
		query := fair.SlotQuery{Stand: stand.ID, From: run.Start, To: run.Start.Add(3 * time.Hour), Limit: 40}
		page, err := svc.Slots(ctx, organiser, service.DemoFair, query)
		if err != nil {
			return err
		}
		slots := page.Items
		if page.Total == 0 {
			if slots, err = openRun(ctx, svc, organiser, stand.ID, run); err != nil {
				return err
			}
		}
		if err := book(ctx, svc, slots, c.Number, run); err != nil {
			return err
		}
	}
	return nil
}

// openRun opens the slots of a half-day; none where the recruiter has promised
// that time already.
func openRun(ctx context.Context, svc *service.Service, organiser fair.Actor, stand fair.ID, run Run) ([]fair.Slot, error) {
	recruiter, err := svc.DemoPerson(ctx, fair.Recruiter, run.Recruiter)
	if err != nil {
		return nil, err
	}
	plan := fair.SlotPlan{Recruiter: recruiter.ID, Start: run.Start, Duration: run.Length, Count: run.Count, Channels: run.Channels}
	slots, _, err := svc.OpenSlots(ctx, organiser, stand, plan)
	return slots, made(err)
}

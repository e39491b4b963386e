package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"salon/fair"
	"salon/fair/service"
	"salon/frontend"
)

// createFair is `salon create fair`. What must be given is checked here and not
// by kong, so that every fault is told at once.
type createFair struct {
	office
	Slug          string `arg:"" help:"Its name in addresses, such as rencontres-2027."`
	Name          string `help:"What it is called, in French. Needed."`
	NameEN        string `help:"The same in English."`
	Tagline       string `help:"What it is, in one sentence in French. Needed."`
	TaglineEN     string `help:"The same in English."`
	Description   string `help:"What people should know about it, in French."`
	DescriptionEN string `help:"The same in English."`
	From          string `placeholder:"TIME" help:"When it begins, in its zone, such as 2027-03-01T09:00. Needed."`
	To            string `placeholder:"TIME" help:"When it ends, likewise. Needed."`
	Zone          string `default:"Europe/Paris" help:"Its time zone."`
	OrganisedBy   string `placeholder:"NAME" help:"Who answers for it, as shown. Needed."`
	Organiser     string `placeholder:"MAIL" help:"The mail address of its first organiser. Needed."`
	Called        string `placeholder:"NAME" help:"What others call the organiser, who has no account yet. Guessed from the address when empty."`
}

// Run makes the fair and its organiser; again, it changes nothing. A fair that
// is there with other details is an error, and stays as it is.
func (c *createFair) Run(ctx context.Context) error {
	plan, faults := c.plan()
	if err := errors.Join(c.check(), faults); err != nil {
		return fmt.Errorf("%w:\n%w", errAsked, err)
	}
	return c.do(ctx, func(ctx context.Context, s *service.Service) error {
		held, err := s.Fair(ctx, fair.Actor{}, plan.Slug)
		switch {
		case fair.KindOf(err) == fair.NotFound:
			if held, err = s.CreateFair(ctx, plan); err != nil {
				return err
			}
			fmt.Printf("%s is made; it will be at /fairs/%s.\n", held.Slug, held.Slug)
		case err != nil:
			return err
		default:
			if other := differing(held, plan); len(other) > 0 {
				return fmt.Errorf("there is a fair %s already, with another %s; nothing was changed", held.Slug, strings.Join(other, ", "))
			}
			fmt.Printf("%s is there already.\n", held.Slug)
		}
		return organise(ctx, s, held, c.Organiser, c.Called)
	})
}

// timeLayout is how a time is written on the command line, in the fair's zone.
const timeLayout = "2006-01-02T15:04"

// flagOf names the flag a field of a fair comes from.
var flagOf = map[string]string{
	"slug": "SLUG", "name.fr": "--name", "name.en": "--name-en", "tagline.fr": "--tagline", "tagline.en": "--tagline-en",
	"description.fr": "--description", "description.en": "--description-en", "starts_at": "--from", "ends_at": "--to",
	"time_zone": "--zone", "organiser": "--organised-by",
}

// plan is the fair that was asked for, or all that is wrong with it.
func (c *createFair) plan() (fair.Fair, error) {
	f := fair.Fair{
		Slug:        c.Slug,
		Name:        fair.Text{FR: fair.CleanLine(c.Name), EN: fair.CleanLine(c.NameEN)},
		Tagline:     fair.Text{FR: fair.CleanLine(c.Tagline), EN: fair.CleanLine(c.TaglineEN)},
		Description: fair.Text{FR: fair.Clean(c.Description), EN: fair.Clean(c.DescriptionEN)},
		Organiser:   fair.CleanLine(c.OrganisedBy),
		TimeZone:    c.Zone,
	}
	var faults []error
	for _, t := range []struct {
		flag, text string
		to         *time.Time
	}{{"--from", c.From, &f.StartsAt}, {"--to", c.To, &f.EndsAt}} {
		at, err := time.ParseInLocation(timeLayout, t.text, f.Location())
		if err != nil {
			faults = append(faults, fmt.Errorf("%s: %q is not a time such as 2027-03-01T09:00", t.flag, t.text))
		}
		*t.to = at.UTC()
	}
	timeless := len(faults) > 0
	if f.Tagline.FR == "" {
		faults = append(faults, about("--tagline", fair.Refuse("", "text.missing")))
	}
	if f.Organiser == "" {
		faults = append(faults, about("--organised-by", fair.Refuse("", "text.missing")))
	}
	for _, fault := range each(f.Check()) {
		if timeless && fault.Field == "ends_at" {
			continue // times that could not be read have no order
		}
		faults = append(faults, about(flagOf[fault.Field], fault))
	}
	faults = append(faults, about("--organiser", service.CheckEmail(c.Organiser)))
	return f, errors.Join(faults...)
}

// differing names the flags on which a fair that is there and a plan disagree.
func differing(there, plan fair.Fair) []string {
	same := map[string]bool{
		"--name": there.Name == plan.Name, "--tagline": there.Tagline == plan.Tagline,
		"--description": there.Description == plan.Description, "--organised-by": there.Organiser == plan.Organiser,
		"--from": there.StartsAt.Equal(plan.StartsAt), "--to": there.EndsAt.Equal(plan.EndsAt), "--zone": there.TimeZone == plan.TimeZone,
	}
	var other []string
	for flag, equal := range same {
		if !equal {
			other = append(other, flag)
		}
	}
	slices.Sort(other)
	return other
}

// each lists the refusals joined in err.
func each(err error) []*fair.Error {
	if err == nil {
		return nil
	}
	var all []*fair.Error
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, one := range joined.Unwrap() {
			all = append(all, each(one)...)
		}
	} else if one, ok := errors.AsType[*fair.Error](err); ok {
		all = append(all, one)
	}
	return all
}

// about says a refusal in the words people read, after the flag it concerns.
// Errors that are none, and nil, stay as they are.
func about(flag string, err error) error {
	refusal, ok := errors.AsType[*fair.Error](err)
	if !ok {
		return err
	}
	locales, broken := frontend.Locales()
	if broken != nil {
		return errors.Join(err, broken)
	}
	return fmt.Errorf("%s: %s", flag, locales["en"].T("error."+refusal.Code))
}

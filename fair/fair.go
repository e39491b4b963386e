package fair

import (
	"errors"
	"time"
)

// Fair is the event.
type Fair struct {
	ID          ID        `bson:"_id"`
	Slug        string    `bson:"slug"` // unique; [a-z0-9-]{3,60}
	Name        Text      `bson:"name"`
	Tagline     Text      `bson:"tagline"`
	Description Text      `bson:"description"`
	Organiser   string    `bson:"organiser"` // who answers for it, as shown
	StartsAt    time.Time `bson:"startsAt"`
	EndsAt      time.Time `bson:"endsAt"`
	TimeZone    string    `bson:"timeZone"` // IANA name
	Demo        bool      `bson:"demo,omitempty"`
	Settled     Rules     `bson:"rules"` // as the organiser left them; read Rules
	// ErasedAt is when what it knew of people was erased.
	ErasedAt *time.Time `bson:"erasedAt,omitempty"`
	Meta     `bson:",inline"`
}

// Location is the fair's time zone; UTC when the stored name is unknown.
func (f Fair) Location() *time.Location {
	loc, err := time.LoadLocation(f.TimeZone)
	if err != nil {
		return time.UTC
	}
	return loc
}

// HomeZone is the IANA name of the zone in which a time that belongs to no fair is told.
const HomeZone = "Europe/Paris"

// AtHome is a time in HomeZone.
func AtHome(t time.Time) time.Time { return t.In(Fair{TimeZone: HomeZone}.Location()) }

// Rules are those of the fair, with the defaults where nothing was settled.
func (f Fair) Rules() Rules { return f.Settled.WithDefaults() }

// Check lists everything that keeps f from being held: errors of kind Invalid,
// joined, each naming its field.
func (f Fair) Check() error {
	faults := []error{
		CheckText("name", f.Name, 160, true),
		CheckText("tagline", f.Tagline, 300, false),
		CheckText("description", f.Description, 10_000, false),
	}
	if f.Slug != Slug(f.Slug, 60) || len(f.Slug) < 3 {
		faults = append(faults, Refuse("slug", "slug.invalid"))
	}
	if TooLong(f.Organiser, 160) {
		faults = append(faults, Refuse("organiser", "text.long"))
	}
	if _, err := time.LoadLocation(f.TimeZone); err != nil || f.TimeZone == "" || f.TimeZone == "Local" {
		faults = append(faults, Refuse("time_zone", "zone.unknown"))
	}
	if !f.EndsAt.After(f.StartsAt) {
		faults = append(faults, Refuse("ends_at", "time.order"))
	}
	return errors.Join(faults...)
}

// How long personal data about a fair is kept after its end: what the organiser
// settles, three months where nothing was settled, never longer than two years
// (CNIL, recruitment guide, 2023).
const (
	RetainFor    = 90 * 24 * time.Hour // of what belongs to no fair: an outbox, an account nobody uses after its fair
	RetainMonths = 3
	MaxRetain    = 24
)

// RetainUntil is when personal data about the fair is erased.
func (f Fair) RetainUntil() time.Time { return f.EndsAt.AddDate(0, f.Rules().Months(), 0) }

// KeepAtMost is when personal data about the fair is gone whatever is settled and
// whatever fails: the retention date of each of its documents.
func (f Fair) KeepAtMost() time.Time { return f.EndsAt.AddDate(0, MaxRetain, 0) }

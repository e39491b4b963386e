package fair

import "time"

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
	Meta        `bson:",inline"`
}

// Location is the fair's time zone; UTC when the stored name is unknown.
func (f Fair) Location() *time.Location {
	loc, err := time.LoadLocation(f.TimeZone)
	if err != nil {
		return time.UTC
	}
	return loc
}

// RetainFor is how long personal data about a fair is kept after its end.
const RetainFor = 90 * 24 * time.Hour

// RetainUntil is when personal data about the fair is erased.
func (f Fair) RetainUntil() time.Time { return f.EndsAt.Add(RetainFor) }

package fair

import (
	"slices"
	"time"
)

// WebconferenceState is where a webconference stands.
type WebconferenceState string

// The states of a webconference.
const (
	WebconferenceScheduled WebconferenceState = "scheduled"
	WebconferenceOpen      WebconferenceState = "open"
	WebconferenceEnded     WebconferenceState = "ended"
)

// Webconference is a scheduled talk: few speakers, many viewers.
type Webconference struct {
	ID            ID                 `bson:"_id"`
	Fair          ID                 `bson:"fair"`
	Slug          string             `bson:"slug"` // unique within the fair
	Stand         ID                 `bson:"stand,omitempty"`
	Title         Text               `bson:"title"`
	Abstract      Text               `bson:"abstract"`
	Language      Lang               `bson:"language"`
	Accessibility Text               `bson:"accessibility"` // what is provided, in words
	StartsAt      time.Time          `bson:"startsAt"`
	EndsAt        time.Time          `bson:"endsAt"`
	State         WebconferenceState `bson:"state"`
	Always        bool               `bson:"always,omitempty"`  // open whatever the hour
	Speakers      []TalkSpeaker      `bson:"speakers"`          // at most 6
	Demoted       []ID               `bson:"demoted,omitempty"` // speakers taken off the stage
	Kicked        []ID               `bson:"kicked,omitempty"`  // put out for good
	Generation    int64              `bson:"generation"`        // raised for all when it ends
	Generations   Generations        `bson:"generations,omitempty"`
	Encoders      []EncoderToken     `bson:"encoders,omitempty"`
	Meta          `bson:",inline"`
}

// Generations counts, per account, how often a right in the room was
// withdrawn or changed. Tokens of an older generation are void.
type Generations map[ID]int64

// The limits of a webconference.
const (
	MaxSpeakers      = 6
	MaxEncoders      = 20               // tokens that are neither revoked nor expired
	EncoderGrace     = 15 * time.Minute // a token's life after the talk
	EncoderAlways    = 24 * time.Hour   // a token's life when the talk is always open
	EncoderPublisher = "publisher"      // may send and watch
	EncoderViewer    = "viewer"         // may watch
)

// Speaks reports whether the account is named on stage and was not taken off,
// nor put out.
func (w Webconference) Speaks(account ID) bool {
	return account != "" && !w.Off(account) &&
		slices.ContainsFunc(w.Speakers, func(s TalkSpeaker) bool { return s.Account == account })
}

// Off reports whether the account was taken off the stage or put out.
func (w Webconference) Off(account ID) bool {
	return slices.Contains(w.Demoted, account) || slices.Contains(w.Kicked, account)
}

// GenerationOf is the generation a token of that account must carry.
func (w Webconference) GenerationOf(account ID) int64 {
	return w.Generation + w.Generations[account]
}

// OnAir reports whether an audience may watch: opened, or always open.
func (w Webconference) OnAir() bool {
	return w.State == WebconferenceOpen || w.Always && w.State != WebconferenceEnded
}

// TalkSpeaker is somebody named on stage.
type TalkSpeaker struct {
	Account ID     `bson:"account,omitempty"`
	Name    string `bson:"name"`
	Title   string `bson:"title,omitempty"` // "responsable recrutement, ..."
}

// EncoderToken is a right given to a program (OBS, ffmpeg) over WHIP or WHEP.
// The token itself is shown once; Hash is its SHA-256.
type EncoderToken struct {
	ID        ID        `bson:"id"`
	Role      string    `bson:"role"` // "publisher" or "viewer"
	Hash      []byte    `bson:"hash"`
	By        ID        `bson:"by"`
	At        time.Time `bson:"at"`
	ExpiresAt time.Time `bson:"expiresAt"` // 15 minutes after the talk
	Revoked   bool      `bson:"revoked,omitempty"`
}

// Valid reports whether the token gives a right at now.
func (t EncoderToken) Valid(now time.Time) bool { return !t.Revoked && now.Before(t.ExpiresAt) }

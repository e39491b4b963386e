package fair

import "time"

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
	Always        bool               `bson:"always,omitempty"` // open whatever the hour
	Speakers      []TalkSpeaker      `bson:"speakers"`         // at most 6
	Generations   Generations        `bson:"generations,omitempty"`
	Encoders      []EncoderToken     `bson:"encoders,omitempty"`
	Meta          `bson:",inline"`
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

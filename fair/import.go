package fair

import "time"

// Import is a file of offers that is being taken in, line by line: by a stand's
// desk for the stand, or by an organiser for the whole fair. Whoever asks, or the
// sweeper, takes the next lines; what was taken stays, so it may stop anywhere.
type Import struct {
	ID         ID         `bson:"_id"`
	Fair       ID         `bson:"fair"`
	Stand      ID         `bson:"stand,omitempty"` // "" for the whole fair
	By         ID         `bson:"by"`
	Name       string     `bson:"name"` // of the file, as its owner calls it
	File       ID         `bson:"file"` // its lines, kept as long as this
	Lines      int        `bson:"lines"`
	Done       int        `bson:"done"` // how many of them were taken or refused
	Created    int        `bson:"created"`
	Updated    int        `bson:"updated"`
	Unchanged  int        `bson:"unchanged"`
	Waiting    int        `bson:"waiting"`           // of those taken, how many wait for an organiser
	Bad        []BadLine  `bson:"bad"`               // those refused, in order
	Ignored    []string   `bson:"ignored,omitempty"` // columns nobody knows
	At         time.Time  `bson:"at"`
	FinishedAt *time.Time `bson:"finishedAt,omitempty"`
	DueAt      time.Time  `bson:"dueAt"` // when the sweeper goes on with it, or removes it
	Meta       `bson:",inline"`
}

// BadLine is a line that was refused.
type BadLine struct {
	Line     int           `bson:"line"` // as an editor numbers them, from 1
	Ref      string        `bson:"ref"`  // what its reference column says
	Problems []LineProblem `bson:"problems"`
}

// LineProblem is one thing wrong with a line: Field is a field of an offer's form,
// Code the text that says what.
type LineProblem struct {
	Field string `bson:"field"`
	Code  string `bson:"code"`
}

// Taken is what became of some lines of an import.
type Taken struct {
	Lines, Created, Updated, Unchanged, Waiting int
	Bad                                         []BadLine
}

package fair

import "time"

// MaxWatches is how many searches one person may keep.
const MaxWatches = 10

// Watch is a search somebody keeps, whose new offers are told by mail once a day.
type Watch struct {
	ID      ID         `bson:"_id"` // follows from account, fair and search: the same is kept once
	Account ID         `bson:"account"`
	Place   int        `bson:"place"` // 0 to MaxWatches-1; unique among the account's
	Fair    ID         `bson:"fair"`
	Query   OfferQuery `bson:"query"`
	Address string     `bson:"address"` // the search as the page of offers takes it
	Mail    bool       `bson:"mail"`
	Since   time.Time  `bson:"since"` // what opened later has not been told
	At      time.Time  `bson:"at"`
	DueAt   *time.Time `bson:"dueAt,omitempty"` // of the next look; only with Mail
	Meta    `bson:",inline"`
}

package fair

// Company is the company's file.
type Company struct {
	ID      ID     `bson:"_id"`
	Fair    ID     `bson:"fair"`
	Name    string `bson:"name"`
	Key     string `bson:"key"` // folded name, unique within the fair; the import matches on it
	Sector  Text   `bson:"sector"`
	Size    string `bson:"size,omitempty"`
	URL     string `bson:"url,omitempty"`
	Commune string `bson:"commune,omitempty"` // INSEE code
	Adapted bool   `bson:"adapted,omitempty"` // "entreprise adaptée"
	Meta    `bson:",inline"`
}

// Stand is a company's place in a fair.
type Stand struct {
	ID      ID     `bson:"_id"`
	Fair    ID     `bson:"fair"`
	Number  int    `bson:"number"` // from 1, unique within the fair
	Slug    string `bson:"slug"`
	Company ID     `bson:"company"`
	Name    string `bson:"name"` // the company's, copied so that lists need one read
	Sector  Text   `bson:"sector"`
	Commune string `bson:"commune,omitempty"`
	About   Text   `bson:"about"`   // three lines: who they are
	Looking Text   `bson:"looking"` // what they like in people
	Hours   Text   `bson:"hours"`   // in words
	Links   []Link `bson:"links"`   // at most 8
	People  []Host `bson:"people"`  // those one will meet
	Offers  int    `bson:"offers"`  // open offers, kept by the offer use cases
	Counted int64  `bson:"counted"` // how often Offers was counted, which orders the counts
	Meta    `bson:",inline"`
}

// Link is an address a stand shows.
type Link struct {
	Label string `bson:"label"`
	URL   string `bson:"url"` // https only
}

// Host is a recruiter as a stand presents them.
type Host struct {
	Account ID     `bson:"account"`
	Name    string `bson:"name"`
	Title   string `bson:"title,omitempty"`
}

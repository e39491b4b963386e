package mongostore

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"salon/fair"
)

// Erasures keeps what is being erased and the proof of what was, and knows for
// every collection what of it belongs to a person and what to a fair.
type Erasures struct {
	collection[fair.Erasure]
	db *mongo.Database
}

// part is what an erasure takes out of one collection: whole documents, or by an
// update what they say of the person.
type part struct {
	kind   string // as it is counted
	from   string // the collection
	of     func(w fair.Erased) bson.D
	change func(w fair.Erased) bson.D // nil: the documents go
}

func by(field string) func(fair.Erased) bson.D {
	return func(w fair.Erased) bson.D { return eq(field, w.Account) }
}

func byEmail(field string) func(fair.Erased) bson.D {
	return func(w fair.Erased) bson.D { return eq(field, w.Email) }
}

func ofFair(w fair.Erased) bson.D { return eq("fair", w.Fair) }

// anyOfThese is the documents that meet one of these.
func anyOfThese(filters ...func(fair.Erased) bson.D) func(fair.Erased) bson.D {
	return func(w fair.Erased) bson.D {
		list := bson.A{}
		for _, f := range filters {
			list = append(list, f(w))
		}
		return bson.D{{Key: "$or", Value: list}}
	}
}

func unsetting(fields ...string) func(fair.Erased) bson.D {
	return func(fair.Erased) bson.D {
		gone := bson.D{}
		for _, f := range fields {
			gone = append(gone, bson.E{Key: f, Value: ""})
		}
		return bson.D{{Key: "$unset", Value: gone}}
	}
}

// pulling takes the elements of a list that carry the person.
func pulling(list, field string) func(fair.Erased) bson.D {
	return func(w fair.Erased) bson.D {
		return bson.D{{Key: "$pull", Value: bson.D{{Key: list, Value: eq(field, w.Account)}}}}
	}
}

// personal is what an erasure takes of a person, in this order. What the fair
// needs to have been held is kept without words or names: that there was a
// meeting or a place in a line, and the log of who did what. The account itself,
// its calendar and the files of CVs are the use case's.
var personal = []part{
	{kind: "codes", from: "codes", of: byEmail("email")},
	{kind: "credentials", from: "credentials", of: by("_id")},
	{kind: "ceremonies", from: "ceremonies", of: by("account")},
	{kind: "invitations", from: "invitations", of: anyOfThese(by("account"), byEmail("email"))},
	{kind: "keys", from: "keys", of: by("by")},
	{kind: "addresses", from: "addresses", of: by("account")},
	{kind: "watches", from: "watches", of: by("account")},
	{kind: "imports", from: "imports", of: by("by"), change: unsetting("by")},
	{kind: "companions", from: "companions", of: anyOfThese(by("candidate"), by("adviser"), byEmail("email"))},
	{kind: "pockets", from: "pockets", of: by("_id")},
	{kind: "favourites", from: "favourites", of: by("_id")},
	{kind: "wishes", from: "wishes", of: by("candidate")},
	{kind: "standbys", from: "standbys", of: by("candidate")},
	{kind: "threads", from: "threads", of: by("candidate")},
	{kind: "applications", from: "applications", of: by("candidate")},
	{kind: "tickets", from: "tickets", of: by("candidate"), change: unsetting("reason", "note", "handoffs", "instead", "number")},
	{kind: "interviews", from: "interviews", of: by("candidate"), change: unsetting("notes", "scores", "outcome.message",
		"guests", "check", "proposal", "answering", "answerBy", "remindAt", "deskAt", "phoneAsked", "extensions")},
	{kind: "guests", from: "interviews", of: byEmail("guests.email"), change: func(w fair.Erased) bson.D {
		return bson.D{{Key: "$pull", Value: bson.D{{Key: "guests", Value: eq("email", w.Email)}}}}
	}},
	{kind: "reports", from: "reports", of: anyOfThese(by("by"), by("about")), change: unsetting("text", "words", "answer", "lifted.reason")},
	{kind: "reasons", from: "audits", of: func(w fair.Erased) bson.D { return append(eq("about", w.Account), having("reason")...) }, change: unsetting("reason")},
	{kind: "stands", from: "stands", of: by("people.account"), change: pulling("people", "account")},
	{kind: "duties", from: "lines", of: by("duty.recruiter"), change: pulling("duty", "recruiter")},
	{kind: "webconferences", from: "webconferences", of: by("speakers.account"), change: pulling("speakers", "account")},
	{kind: "mails", from: "mails", of: anyOfThese(by("account"), by("about"), byEmail("to"))},
	{kind: "logins", from: "logins", of: func(w fair.Erased) bson.D {
		return bson.D{{Key: "account", Value: w.Account}, {Key: "effects.0", Value: bson.D{{Key: "$exists", Value: false}}}}
	}},
}

// ofTheFair is what the erasure of a fair takes: everything in it that is about
// somebody.
var ofTheFair = []part{
	{kind: "interviews", from: "interviews", of: ofFair},
	{kind: "tickets", from: "tickets", of: ofFair},
	{kind: "standbys", from: "standbys", of: ofFair},
	{kind: "threads", from: "threads", of: ofFair},
	{kind: "applications", from: "applications", of: ofFair},
	{kind: "wishes", from: "wishes", of: ofFair},
	{kind: "slots", from: "slots", of: ofFair},
	{kind: "slotrules", from: "slotrules", of: ofFair},
	{kind: "reports", from: "reports", of: ofFair},
	{kind: "reasons", from: "audits", of: func(w fair.Erased) bson.D { return append(ofFair(w), having("reason")...) }, change: unsetting("reason")},
	{kind: "offers", from: "offers", of: ofFair},
	{kind: "invitations", from: "invitations", of: ofFair},
	{kind: "keys", from: "keys", of: ofFair},
	{kind: "duties", from: "lines", of: ofFair, change: func(fair.Erased) bson.D {
		return bson.D{{Key: "$set", Value: bson.D{{Key: "duty", Value: bson.A{}}}}}
	}},
}

// partsOf is what an erasure takes.
func partsOf(w fair.Erased) []part {
	if w.Account == "" {
		return ofTheFair
	}
	return personal
}

// Kinds lists what an erasure takes, in order.
func (s *Erasures) Kinds(w fair.Erased) []string {
	var kinds []string
	for _, p := range partsOf(w) {
		kinds = append(kinds, p.kind)
	}
	return kinds
}

func partOf(w fair.Erased, kind string) (part, error) {
	for _, p := range partsOf(w) {
		if p.kind == kind {
			return p, nil
		}
	}
	return part{}, fmt.Errorf("erase %q: no such kind", kind)
}

// Count is how many documents of a kind are about that person or fair.
func (s *Erasures) Count(ctx context.Context, w fair.Erased, kind string) (int, error) {
	p, err := partOf(w, kind)
	if err != nil {
		return 0, err
	}
	ctx, cancel := context.WithTimeout(ctx, wipeTimeout)
	defer cancel()
	n, err := s.db.Collection(p.from).CountDocuments(ctx, p.of(w))
	return int(n), fault("count "+kind+" to erase", err)
}

// wipeTimeout bounds one call of an erasure, which nobody waits for; wipeBatch is
// how many documents it takes at once.
const (
	wipeTimeout = 20 * time.Second
	wipeBatch   = 500
)

// Wipe takes everything of a kind that is about that person or fair; what is gone
// already is no error.
func (s *Erasures) Wipe(ctx context.Context, w fair.Erased, kind string) error {
	p, err := partOf(w, kind)
	if err != nil {
		return err
	}
	if p.change != nil {
		ctx, cancel := context.WithTimeout(ctx, wipeTimeout)
		defer cancel()
		change := append(p.change(w), bson.E{Key: "$inc", Value: eq("rev", int64(1))})
		_, err := s.db.Collection(p.from).UpdateMany(ctx, p.of(w), change)
		return fault("blank "+kind, err)
	}
	for {
		n, err := s.wipeSome(ctx, p, w)
		if err != nil || n < wipeBatch {
			return err
		}
	}
}

func (s *Erasures) wipeSome(ctx context.Context, p part, w fair.Erased) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, wipeTimeout)
	defer cancel()
	cursor, err := s.db.Collection(p.from).Find(ctx, p.of(w), options.Find().SetProjection(eq("_id", 1)).SetLimit(wipeBatch))
	if err != nil {
		return 0, fault("list "+p.kind+" to erase", err)
	}
	var found []struct {
		ID fair.ID `bson:"_id"`
	}
	if err := cursor.All(ctx, &found); err != nil || len(found) == 0 {
		return 0, fault("list "+p.kind+" to erase", err)
	}
	ids := make([]fair.ID, len(found))
	for i, f := range found {
		ids[i] = f.ID
	}
	_, err = s.db.Collection(p.from).DeleteMany(ctx, bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: ids}}}})
	return len(found), fault("erase "+p.kind, err)
}

// takingPart are the collections that know who took part in a fair.
var takingPart = []string{"interviews", "tickets", "standbys", "threads", "applications", "wishes"}

// People lists who took part in a fair as a candidate.
func (s *Erasures) People(ctx context.Context, fairID fair.ID) ([]fair.ID, error) {
	ctx, cancel := context.WithTimeout(ctx, wipeTimeout)
	defer cancel()
	known := map[fair.ID]bool{}
	var people []fair.ID
	for _, from := range takingPart {
		ids, err := s.db.Collection(from).Distinct(ctx, "candidate", eq("fair", fairID))
		if err != nil {
			return nil, fault("list who is in the "+from+" of a fair", err)
		}
		for _, id := range ids {
			account, _ := id.(string)
			if account != "" && !known[fair.ID(account)] {
				known[fair.ID(account)] = true
				people = append(people, fair.ID(account))
			}
		}
	}
	return people, nil
}

// TakesPart reports whether somebody is in any fair, as a candidate.
func (s *Erasures) TakesPart(ctx context.Context, account fair.ID) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, wipeTimeout)
	defer cancel()
	for _, from := range takingPart {
		n, err := s.db.Collection(from).CountDocuments(ctx, eq("candidate", account), options.Count().SetLimit(1))
		if err != nil || n > 0 {
			return n > 0, fault("look for somebody in "+from, err)
		}
	}
	return false, nil
}

// Counted notes how many documents of a kind there were. The largest number
// stands: a second look after a part of them went says less.
func (s *Erasures) Counted(ctx context.Context, id fair.ID, kind string, n int) error {
	ctx, cancel := context.WithTimeout(ctx, Timeout)
	defer cancel()
	_, err := s.c.UpdateOne(ctx, eq("_id", id), bson.D{{Key: "$max", Value: bson.D{{Key: "counts." + kind, Value: n}}}})
	return fault("count an erasure", err)
}

// Due lists at most limit erasures whose time has come.
func (s *Erasures) Due(ctx context.Context, now time.Time, limit int) ([]fair.Erasure, error) {
	return s.find(ctx, bson.D{{Key: "dueAt", Value: bson.D{{Key: "$lte", Value: now}}}},
		options.Find().SetSort(eq("dueAt", 1)).SetLimit(int64(limit)))
}

// Later has an open erasure looked at again at a time.
func (s *Erasures) Later(ctx context.Context, id fair.ID, due time.Time) error {
	_, _, err := s.change(ctx, eq("_id", id, "open", true), update{set: eq("dueAt", due)})
	return err
}

// Done ends an erasure: what is left is the proof, which names nobody. With again it
// is looked at once more at that time.
func (s *Erasures) Done(ctx context.Context, id fair.ID, at time.Time, again *time.Time) error {
	u := update{set: eq("doneAt", at), unset: eq("open", "", "account", "", "email", "")}
	u.due(again)
	_, _, err := s.change(ctx, eq("_id", id, "open", true), u)
	return err
}

// Again has one that is done looked at once more at a time, or never when there is
// none.
func (s *Erasures) Again(ctx context.Context, id fair.ID, at *time.Time) error {
	u := update{}
	u.due(at)
	_, _, err := s.change(ctx, append(eq("_id", id), absent("open")...), u)
	return err
}

// due sets when something is looked at next.
func (u *update) due(at *time.Time) {
	if at == nil {
		u.unset = append(u.unset, eq("dueAt", "")...)
		return
	}
	u.set = append(u.set, eq("dueAt", *at)...)
}

// OfFair lists at most limit erasures that the time of a fair brought about, the
// latest first.
func (s *Erasures) OfFair(ctx context.Context, fairID fair.ID, limit int) ([]fair.Erasure, error) {
	return s.find(ctx, eq("fair", fairID), options.Find().SetSort(eq("at", -1)).SetLimit(int64(limit)))
}

// Holding names the collections in which a text still stands, however it got
// there: the proof of an erasure. It reads everything.
func (s *Store) Holding(ctx context.Context, text string) ([]string, error) {
	names, err := s.db.ListCollectionNames(ctx, bson.D{})
	if err != nil {
		return nil, fault("list the collections", err)
	}
	var holding []string
	for _, name := range names {
		cursor, err := s.db.Collection(name).Find(ctx, bson.D{})
		if err != nil {
			return nil, fault("read "+name, err)
		}
		for cursor.Next(ctx) {
			if bytes.Contains(bytes.ToLower(cursor.Current), bytes.ToLower([]byte(text))) {
				holding = append(holding, name)
				break
			}
		}
		if err := errors.Join(cursor.Err(), cursor.Close(ctx)); err != nil {
			return nil, fault("read "+name, err)
		}
	}
	return holding, nil
}

package mongostore_test

import (
	"slices"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"

	"salon/fair"
	"salon/fair/mongostore"
	"salon/fair/mongostore/mongotest"
)

// traces are, for each kind an erasure takes, where it is and what it looks like:
// "canary" stands where it must vanish, "WHO", "MAIL" and "FAIR" where it is found by.
var (
	ofAPerson = map[string]struct {
		from  string
		trace bson.M
	}{
		"codes":          {"codes", bson.M{"email": "MAIL", "x": "canary"}},
		"credentials":    {"credentials", bson.M{"_id": "WHO", "x": "canary"}},
		"ceremonies":     {"ceremonies", bson.M{"account": "WHO", "x": "canary"}},
		"invitations":    {"invitations", bson.M{"email": "MAIL", "x": "canary"}},
		"keys":           {"keys", bson.M{"by": "WHO", "x": "canary"}},
		"addresses":      {"addresses", bson.M{"account": "WHO", "x": "canary"}},
		"watches":        {"watches", bson.M{"account": "WHO", "x": "canary"}},
		"imports":        {"imports", bson.M{"by": "WHO"}},
		"companions":     {"companions", bson.M{"adviser": "WHO", "x": "canary"}},
		"pockets":        {"pockets", bson.M{"_id": "WHO", "x": "canary"}},
		"favourites":     {"favourites", bson.M{"_id": "WHO", "x": "canary"}},
		"wishes":         {"wishes", bson.M{"candidate": "WHO", "x": "canary"}},
		"standbys":       {"standbys", bson.M{"candidate": "WHO", "x": "canary"}},
		"threads":        {"threads", bson.M{"candidate": "WHO", "x": "canary"}},
		"applications":   {"applications", bson.M{"candidate": "WHO", "x": "canary"}},
		"tickets":        {"tickets", bson.M{"candidate": "WHO", "reason": "canary", "note": "canary", "number": "canary", "handoffs": bson.A{"canary"}}},
		"interviews":     {"interviews", bson.M{"candidate": "WHO", "notes": "canary", "scores": bson.A{"canary"}, "outcome": bson.M{"message": "canary"}, "guests": bson.A{bson.M{"name": "canary"}}}},
		"guests":         {"interviews", bson.M{"guests": bson.A{bson.M{"email": "MAIL", "name": "canary"}}}},
		"reports":        {"reports", bson.M{"about": "WHO", "text": "canary", "words": "canary", "answer": "canary", "lifted": bson.M{"reason": "canary"}}},
		"reasons":        {"audits", bson.M{"about": "WHO", "reason": "canary"}},
		"stands":         {"stands", bson.M{"people": bson.A{bson.M{"account": "WHO", "name": "canary"}}}},
		"duties":         {"lines", bson.M{"duty": bson.A{bson.M{"recruiter": "WHO", "x": "canary"}}}},
		"webconferences": {"webconferences", bson.M{"speakers": bson.A{bson.M{"account": "WHO", "name": "canary"}}}},
		"mails":          {"mails", bson.M{"to": "MAIL", "x": "canary"}},
		"logins":         {"logins", bson.M{"account": "WHO", "x": "canary"}},
	}
	ofAFair = map[string]struct {
		from  string
		trace bson.M
	}{
		"interviews": {"interviews", bson.M{"fair": "FAIR", "x": "canary"}}, "tickets": {"tickets", bson.M{"fair": "FAIR", "x": "canary"}},
		"standbys": {"standbys", bson.M{"fair": "FAIR", "x": "canary"}}, "threads": {"threads", bson.M{"fair": "FAIR", "x": "canary"}},
		"applications": {"applications", bson.M{"fair": "FAIR", "x": "canary"}}, "wishes": {"wishes", bson.M{"fair": "FAIR", "x": "canary"}},
		"slots": {"slots", bson.M{"fair": "FAIR", "x": "canary"}}, "slotrules": {"slotrules", bson.M{"fair": "FAIR", "x": "canary"}},
		"reports": {"reports", bson.M{"fair": "FAIR", "x": "canary"}}, "offers": {"offers", bson.M{"fair": "FAIR", "x": "canary"}},
		"invitations": {"invitations", bson.M{"fair": "FAIR", "x": "canary"}}, "keys": {"keys", bson.M{"fair": "FAIR", "x": "canary"}},
		"reasons": {"audits", bson.M{"fair": "FAIR", "reason": "canary"}}, "duties": {"lines", bson.M{"fair": "FAIR", "duty": bson.A{bson.M{"x": "canary"}}}},
	}
)

// Each kind takes its own words, of the person or fair meant and of no other.
func TestEachKindOfAnErasureTakesItsWords(t *testing.T) {
	ctx := t.Context()
	now := func() time.Time { return noon }
	who, mail, fairID := fair.NewID(), "canary@example.org", fair.NewID()
	for _, c := range []struct {
		w      fair.Erased
		traces map[string]struct {
			from  string
			trace bson.M
		}
	}{{fair.Erased{Account: who, Email: mail}, ofAPerson}, {fair.Erased{Fair: fairID}, ofAFair}} {
		kinds := (*mongostore.Erasures)(nil).Kinds(c.w)
		for kind := range c.traces {
			if !slices.Contains(kinds, kind) {
				t.Errorf("nothing takes %s any more", kind)
			}
		}
		for _, kind := range kinds {
			trace, known := c.traces[kind]
			if !known {
				t.Errorf("no trace says what %s takes", kind)
				continue
			}
			t.Run(kind, func(t *testing.T) {
				db := mongotest.Database(t, now)
				s := mongostore.New(db, now)
				plant := func(who fair.ID, mail string, fairID fair.ID, word string) {
					doc := told(trace.trace, map[string]any{"WHO": string(who), "MAIL": mail, "FAIR": string(fairID), "canary": word}).(bson.M)
					if doc["_id"] == nil {
						doc["_id"] = fair.NewID()
					}
					_, err := db.Collection(trace.from).InsertOne(ctx, doc)
					must(t, err)
				}
				plant(who, mail, fairID, "canarywords")
				plant(fair.NewID(), "other@example.org", fair.NewID(), "otherwords")
				n, err := s.Erasures.Count(ctx, c.w, kind)
				if must(t, err); n != 1 {
					t.Errorf("%d are counted", n)
				}
				must(t, s.Erasures.Wipe(ctx, c.w, kind))
				for _, word := range []string{"canarywords", "canary@"} {
					if held, err := s.Holding(ctx, word); err != nil || len(held) > 0 {
						t.Errorf("%q still stands in %v, %v", word, held, err)
					}
				}
				if held, err := s.Holding(ctx, string(who)); kind == "imports" && (err != nil || len(held) > 0) {
					t.Errorf("who brought something in still stands in %v, %v", held, err)
				}
				if held, err := s.Holding(ctx, "otherwords"); kind != "imports" && (err != nil || len(held) != 1) {
					t.Errorf("of somebody else there is %v, %v", held, err)
				}
			})
		}
	}
}

// told is a trace with its marks filled in.
func told(in any, marks map[string]any) any {
	switch in := in.(type) {
	case bson.M:
		out := bson.M{}
		for key, value := range in {
			out[key] = told(value, marks)
		}
		return out
	case bson.A:
		out := bson.A{}
		for _, value := range in {
			out = append(out, told(value, marks))
		}
		return out
	case string:
		if mark, known := marks[in]; known {
			return mark
		}
	}
	return in
}

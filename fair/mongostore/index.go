package mongostore

import (
	"context"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
)

// indexPlan is one index of one collection.
type indexPlan struct {
	on      string
	keys    bson.D
	unique  bool
	partial bson.D // only documents that match are in it
	ttl     bool   // documents are deleted once the time in the key has passed
	name    string // where a query names it; else the driver's
}

// owingIndex is the index of documents that owe effects, and owing what they
// have in common.
const owingIndex = "owing"

var owing = bson.D{{Key: "effects.0", Value: bson.D{{Key: "$exists", Value: true}}}}

// presentIndex is the index of people with a live connection, and present what
// they have in common.
const presentIndex = "present"

var present = bson.D{{Key: "cameAt", Value: bson.D{{Key: "$exists", Value: true}}}}

// having is the documents that have a field.
func having(field string) bson.D {
	return bson.D{{Key: field, Value: bson.D{{Key: "$exists", Value: true}}}}
}

// indexes is every index beside the one on _id.
func indexes() []indexPlan {
	plans := []indexPlan{
		{on: "accounts", keys: eq("email", 1), unique: true},
		{on: "persons", keys: eq("_id", 1, "cameAt", 1), partial: present, name: presentIndex},
		{on: "accounts", keys: eq("roles.fair", 1)},
		{on: "logins", keys: eq("account", 1)},
		{on: "logins", keys: eq("expiresAt", 1), ttl: true},
		{on: "fairs", keys: eq("slug", 1), unique: true},
		{on: "companies", keys: eq("fair", 1, "key", 1), unique: true},
		{on: "stands", keys: eq("fair", 1, "number", 1), unique: true},
		{on: "stands", keys: eq("fair", 1, "slug", 1), unique: true},
		{on: "stands", keys: eq("fair", 1, "company", 1), unique: true},
		{on: "offers", keys: eq("fair", 1, "source", 1, "sourceId", 1), unique: true},
		{on: "offers", keys: eq("fair", 1, "state", 1, "publishedAt", -1, "_id", 1)},
		{on: "offers", keys: eq("fair", 1, "state", 1, "_id", 1)},
		{on: "offers", keys: eq("stand", 1, "publishedAt", -1, "_id", 1)},
		{on: "offers", keys: eq("stand", 1, "state", 1)},
		{on: "offers", keys: eq("state", 1, "closesAt", 1)},
		{on: "offers", keys: eq("updatedAt", 1, "_id", 1)},
		{on: "slots", keys: eq("fair", 1, "start", 1, "_id", 1)},
		{on: "slots", keys: eq("stand", 1, "start", 1, "_id", 1)},
		{on: "slots", keys: eq("hold.until", 1), partial: bson.D{{Key: "hold.until", Value: bson.D{{Key: "$exists", Value: true}}}}},
		{on: "slots", keys: eq("rule", 1, "start", 1), partial: bson.D{{Key: "rule", Value: bson.D{{Key: "$exists", Value: true}}}}},
		{on: "slots", keys: eq("releaseAt", 1), partial: bson.D{{Key: "releaseAt", Value: bson.D{{Key: "$exists", Value: true}}}}},
		{on: "slotrules", keys: eq("stand", 1)},
		{on: "slotrules", keys: eq("dueAt", 1)},
		{on: "draws", keys: eq("fair", 1, "openedAt", -1)},
		{on: "draws", keys: eq("fair", 1), unique: true, partial: eq("running", true), name: "running"},
		{on: "wishes", keys: eq("draw", 1, "_id", 1)},
		{on: "slots", keys: eq("handover.until", 1), partial: having("handover.until")},
		{on: "interviews", keys: eq("proposal.until", 1), partial: having("proposal.until")},
		{on: "interviews", keys: eq("state", 1, "startsAt", 1)},
		{on: "interviews", keys: eq("remindAt", 1), partial: having("remindAt")},
		{on: "interviews", keys: eq("deskAt", 1), partial: having("deskAt")},
		{on: "interviews", keys: eq("phoneAsked", 1), partial: having("phoneAsked")},
		{on: "interviews", keys: eq("candidate", 1, "startsAt", 1, "_id", 1)},
		{on: "interviews", keys: eq("recruiter", 1, "startsAt", 1, "_id", 1)},
		{on: "interviews", keys: eq("fair", 1, "startsAt", 1)},
		{on: "interviews", keys: eq("ticket", 1), unique: true, partial: eq("open", true)},
		{on: "interviews", keys: eq("answerBy", 1), partial: bson.D{{Key: "answerBy", Value: bson.D{{Key: "$exists", Value: true}}}}},
		{on: "tickets", keys: eq("stand", 1, "candidate", 1), unique: true, partial: eq("open", true)},
		{on: "tickets", keys: eq("stand", 1, "joinedAt", 1, "_id", 1), partial: eq("open", true)},
		{on: "tickets", keys: eq("fair", 1, "joinedAt", 1, "_id", 1), partial: eq("open", true)},
		{on: "tickets", keys: eq("stand", 1, "updatedAt", -1)},
		{on: "tickets", keys: eq("candidate", 1, "joinedAt", -1, "_id", -1)},
		{on: "tickets", keys: eq("fair", 1, "call.at", 1)},
		{on: "tickets", keys: eq("dueAt", 1), partial: bson.D{{Key: "dueAt", Value: bson.D{{Key: "$exists", Value: true}}}}},
		{on: "lines", keys: eq("fair", 1, "_id", 1)},
		{on: "lines", keys: eq("duty.recruiter", 1, "_id", 1)},
		{on: "lines", keys: eq("duty.awayAt", 1)},
		{on: "interviews", keys: eq("fair", 1, "_id", 1)},
		{on: "interviews", keys: eq("answering.next", 1), partial: bson.D{{Key: "answering.next", Value: bson.D{{Key: "$exists", Value: true}}}}},
		{on: "interviews", keys: eq("recruiter", 1, "answering.due", 1)},
		{on: "interviews", keys: eq("fair", 1, "answering.due", 1)},
		{on: "companions", keys: eq("candidate", 1), unique: true, partial: eq("open", true)},
		{on: "companions", keys: eq("candidate", 1, "askedAt", -1)},
		{on: "companions", keys: eq("adviser", 1, "open", 1)},
		{on: "companions", keys: eq("email", 1, "open", 1)},
		{on: "standbys", keys: eq("candidate", 1, "stand", 1, "slot", 1), unique: true, partial: eq("open", true)},
		{on: "standbys", keys: eq("candidate", 1, "rank", -1), name: "byCandidate"},
		{on: "standbys", keys: eq("stand", 1, "rank", 1), partial: eq("open", true), name: "waiting"},
		{on: "standbys", keys: eq("dueAt", 1), partial: having("dueAt")},
		{on: "webconferences", keys: eq("fair", 1, "slug", 1), unique: true},
		{on: "webconferences", keys: eq("fair", 1, "startsAt", 1, "_id", 1)},
		{on: "threads", keys: eq("candidate", 1, "at", -1, "_id", 1)},
		{on: "threads", keys: eq("stand", 1, "at", -1, "_id", 1)},
		{on: "threads", keys: eq("fair", 1, "askedAt", 1, "_id", 1), partial: asked},
		{on: "threads", keys: eq("dueAt", 1), partial: bson.D{{Key: "dueAt", Value: bson.D{{Key: "$exists", Value: true}}}}},
		{on: "applications", keys: eq("candidate", 1, "target", 1), unique: true, partial: eq("open", true)},
		{on: "applications", keys: eq("candidate", 1, "place", 1), unique: true, partial: having("place")},
		{on: "applications", keys: eq("candidate", 1, "at", -1, "_id", 1)},
		{on: "applications", keys: eq("stand", 1, "at", -1, "_id", 1)},
		{on: "applications", keys: eq("answering.next", 1), partial: having("answering.next")},
		{on: "applications", keys: eq("promiser", 1, "answering.due", 1), partial: having("promiser")},
		{on: "applications", keys: eq("fair", 1, "answering.due", 1), partial: having("answering.due")},
		{on: "pockets", keys: eq("devices.id", 1)},
		{on: "cvs", keys: eq("candidate", 1, "place", 1), unique: true, partial: eq("kept", true)},
		{on: "cvs", keys: eq("candidate", 1, "key", 1), unique: true, partial: eq("kept", true)},
		{on: "cvs", keys: eq("dueAt", 1), partial: having("dueAt")},
		{on: "imports", keys: eq("fair", 1, "stand", 1, "at", -1)},
		{on: "imports", keys: eq("dueAt", 1)},
		{on: "watches", keys: eq("account", 1, "place", 1), unique: true},
		{on: "watches", keys: eq("dueAt", 1), partial: having("dueAt")},
		{on: "invitations", keys: eq("fair", 1, "email", 1, "role", 1), unique: true, partial: eq("open", true), name: "waiting"},
		{on: "invitations", keys: eq("fair", 1, "at", -1)},
		{on: "credentials", keys: eq("foreign.id", 1), unique: true, partial: having("foreign.id")},
		{on: "keys", keys: eq("fair", 1, "at", -1)},
		{on: "keys", keys: eq("by", 1)},
		{on: "addresses", keys: eq("account", 1, "at", 1)},
		{on: "ceremonies", keys: eq("expiresAt", 1), ttl: true},
		{on: "mails", keys: eq("to", 1, "at", -1, "_id", 1)},
		{on: "audits", keys: eq("about", 1, "at", -1)},
		{on: "mails", keys: eq("about", 1), partial: having("about")},
		{on: "mails", keys: eq("account", 1)},
		{on: "wishes", keys: eq("candidate", 1)},
		{on: "ceremonies", keys: eq("account", 1)},
		{on: "accounts", keys: eq("forget.at", 1), partial: having("forget.at")},
		{on: "audits", keys: eq("fair", 1), partial: having("reason"), name: "reasons"},
		{on: "reports", keys: eq("fair", 1, "open", 1, "at", 1)},
		{on: "reports", keys: eq("about", 1)},
		{on: "reports", keys: eq("by", 1, "at", -1)},
		{on: "reports", keys: eq("fair", 1, "decidedAt", -1), partial: eq("decision", "bar"), name: "bars"},
		{on: "erasures", keys: eq("dueAt", 1), partial: having("dueAt")},
		{on: "erasures", keys: eq("fair", 1, "at", -1), partial: having("fair")},
	}
	for _, personal := range []string{"accounts", "persons", "codes", "credentials", "quotas", "keys", "addresses", "invitations", "offers", "slots", "slotrules", "wishes", "interviews", "standbys", "tickets", "lines", "threads", "applications", "favourites", "pockets", "mails", "audits", "companions", "erasures", "reports", "watches"} {
		plans = append(plans, indexPlan{on: personal, keys: eq("retainUntil", 1), ttl: true})
	}
	for _, noun := range []string{"codes", "invitations", "addresses", "logins", "fairs", "offers", "slots", "draws", "wishes", "interviews", "standbys", "webconferences", "tickets", "lines", "threads", "applications", "companions", "reports", "watches"} {
		plans = append(plans, indexPlan{on: noun, keys: eq("_id", 1, "effects.id", 1), partial: owing, name: owingIndex})
	}
	return plans
}

// ensureIndexes makes the indexes that are missing. An index of that name but
// another shape is an error of the server, told as it is.
func (s *Store) ensureIndexes(ctx context.Context) error {
	for _, p := range indexes() {
		o := options.Index()
		if p.unique {
			o.SetUnique(true)
		}
		if p.partial != nil {
			o.SetPartialFilterExpression(p.partial)
		}
		if p.name != "" {
			o.SetName(p.name)
		}
		if p.ttl {
			o.SetExpireAfterSeconds(0)
		}
		if err := s.ensureIndex(ctx, p.on, mongo.IndexModel{Keys: p.keys, Options: o}); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) ensureIndex(ctx context.Context, on string, model mongo.IndexModel) error {
	// Building over a large collection takes longer than an ordinary call may.
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	if _, err := s.db.Collection(on).Indexes().CreateOne(ctx, model); err != nil {
		return fault(fmt.Sprintf("make an index on %s", on), err)
	}
	return nil
}

package mongostore

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
	"go.mongodb.org/mongo-driver/mongo/readpref"
	"go.mongodb.org/mongo-driver/mongo/writeconcern"
	"go.mongodb.org/mongo-driver/x/mongo/driver/topology"

	"salon/fair"
)

// Timeout bounds every call to the database. Somebody waits for the answer: a
// store that is slower than this is told to be down.
const Timeout = 3 * time.Second

// retryAfter is what those are told who meet a store that is down.
const retryAfter = 2 * time.Second

// Store is the database with one field per noun.
type Store struct {
	Accounts       *Accounts
	Persons        *Persons
	Logins         *Logins
	Codes          *Codes
	Credentials    *Credentials
	Ceremonies     *Ceremonies
	Quotas         *Quotas
	Invitations    *Invitations
	Keys           *Keys
	Addresses      *Addresses
	Fairs          *Fairs
	Companies      *Companies
	Stands         *Stands
	Offers         *Offers
	Slots          *Slots
	SlotRules      *SlotRules
	Draws          *Draws
	Wishes         *Wishes
	Interviews     *Interviews
	Standbys       *Standbys
	Webconferences *Webconferences
	Tickets        *Tickets
	Lines          *Lines
	Threads        *Threads
	Applications   *Applications
	Favourites     *Favourites
	Pockets        *Pockets
	CVs            *CVs
	Imports        *Imports
	Watches        *Watches
	Nomenclatures  *Nomenclatures
	Companions     *Companions
	Mails          *Mails
	Audits         *Audits
	Reports        *Reports
	Papers         *Papers
	Erasures       *Erasures
	Effects        *Effects

	db    *mongo.Database
	clock func() time.Time
}

// New returns the stores of a database. The clock dates changes; it may return
// any zone and precision. Call Migrate before use.
func New(db *mongo.Database, clock func() time.Time) *Store {
	now := func() time.Time { return clock().UTC().Truncate(time.Millisecond) }
	// Whatever the URL says: what is acknowledged survives a change of primary
	// and a power cut, and what decisions rest on is read where it was written.
	db = db.Client().Database(db.Name(), options.Database().
		SetWriteConcern(&writeconcern.WriteConcern{W: "majority", Journal: new(true)}).
		SetReadPreference(readpref.Primary()))
	at := func(name string) *mongo.Collection { return db.Collection(name) }
	s := &Store{
		Accounts:       &Accounts{collection[fair.Account]{at("accounts"), now, "account"}},
		Persons:        &Persons{collection[fair.Person]{at("persons"), now, "person"}},
		Logins:         &Logins{collection[fair.LoginSession]{at("logins"), now, "login"}},
		Codes:          &Codes{collection[fair.SignInCode]{at("codes"), now, "code"}},
		Credentials:    &Credentials{collection[fair.Credential]{at("credentials"), now, "credential"}},
		Ceremonies:     &Ceremonies{collection[fair.Ceremony]{at("ceremonies"), now, "ceremony"}},
		Invitations:    &Invitations{collection[fair.Invitation]{at("invitations"), now, "invitation"}},
		Addresses:      &Addresses{collection[fair.AddressChange]{at("addresses"), now, "address"}},
		Keys:           &Keys{collection[fair.Key]{at("keys"), now, "key"}},
		Quotas:         &Quotas{collection[fair.Quota]{at("quotas"), now, "quota"}},
		Fairs:          &Fairs{collection[fair.Fair]{at("fairs"), now, "fair"}},
		Companies:      &Companies{collection[fair.Company]{at("companies"), now, "company"}},
		Stands:         &Stands{collection[fair.Stand]{at("stands"), now, "stand"}},
		Offers:         &Offers{collection[fair.Offer]{at("offers"), now, "offer"}},
		Slots:          &Slots{collection[fair.Slot]{at("slots"), now, "slot"}},
		SlotRules:      &SlotRules{collection[fair.SlotRule]{at("slotrules"), now, "slotrule"}},
		Draws:          &Draws{collection[fair.Draw]{at("draws"), now, "draw"}},
		Wishes:         &Wishes{collection[fair.WishList]{at("wishes"), now, "wish"}},
		Interviews:     &Interviews{collection[fair.Interview]{at("interviews"), now, "interview"}},
		Standbys:       &Standbys{collection[fair.Standby]{at("standbys"), now, "standby"}},
		Webconferences: &Webconferences{collection[fair.Webconference]{at("webconferences"), now, "webconference"}},
		Tickets:        &Tickets{collection[fair.Ticket]{at("tickets"), now, "ticket"}},
		Lines:          &Lines{collection[fair.Line]{at("lines"), now, "line"}},
		Threads:        &Threads{collection[fair.Thread]{at("threads"), now, "thread"}},
		Applications:   &Applications{collection[fair.Application]{at("applications"), now, "application"}},
		Favourites:     &Favourites{collection[fair.Favourites]{at("favourites"), now, "favourites"}},
		Pockets:        &Pockets{collection[fair.Pocket]{at("pockets"), now, "pocket"}},
		CVs:            &CVs{collection[fair.CV]{at("cvs"), now, "cv"}},
		Nomenclatures:  &Nomenclatures{collection[fair.Nomenclature]{at("nomenclatures"), now, "nomenclature"}},
		Watches:        &Watches{collection[fair.Watch]{at("watches"), now, "watch"}},
		Imports:        &Imports{collection[fair.Import]{at("imports"), now, "import"}},
		Companions:     &Companions{collection[fair.Companion]{at("companions"), now, "companion"}},
		Mails:          &Mails{collection[fair.Mail]{at("mails"), now, "mail"}},
		Audits:         &Audits{collection[fair.AuditEntry]{at("audits"), now, "audit"}},
		Papers:         &Papers{collection[fair.Paper]{at("papers"), now, "paper"}},
		Reports:        &Reports{collection[fair.Report]{at("reports"), now, "report"}},
		Erasures:       &Erasures{collection[fair.Erasure]{at("erasures"), now, "erasure"}, db},
		db:             db,
		clock:          now,
	}
	s.Effects = &Effects{from: map[fair.Noun]*mongo.Collection{
		fair.NounCode:          s.Codes.c,
		fair.NounLogin:         s.Logins.c,
		fair.NounInvitation:    s.Invitations.c,
		fair.NounWatch:         s.Watches.c,
		fair.NounAddress:       s.Addresses.c,
		fair.NounOffer:         s.Offers.c,
		fair.NounFair:          s.Fairs.c,
		fair.NounSlot:          s.Slots.c,
		fair.NounDraw:          s.Draws.c,
		fair.NounWish:          s.Wishes.c,
		fair.NounInterview:     s.Interviews.c,
		fair.NounWebconference: s.Webconferences.c,
		fair.NounTicket:        s.Tickets.c,
		fair.NounLine:          s.Lines.c,
		fair.NounThread:        s.Threads.c,
		fair.NounApplication:   s.Applications.c,
		fair.NounCompanion:     s.Companions.c,
		fair.NounStandby:       s.Standbys.c,
		fair.NounReport:        s.Reports.c,
	}, clock: now}
	return s
}

// Ping asks whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, Timeout)
	defer cancel()
	return fault("ping the store", s.db.Client().Ping(ctx, nil))
}

// collection is the ground the stores share. Noun names the document in errors:
// a missing offer is NotFound "offer.unknown".
type collection[T any] struct {
	c     *mongo.Collection
	clock func() time.Time
	noun  string
}

// update is one change to one document; only the operators the stores use.
type update struct{ set, unset, inc, push, pull, addToSet, min bson.D }

// document renders the update with the bookkeeping every change carries, and
// what it owes the world.
func (u update) document(now time.Time, effects []fair.Effect) bson.D {
	if len(effects) > 0 {
		u.push = append(u.push, bson.E{Key: "effects", Value: bson.D{{Key: "$each", Value: effects}}})
	}
	u.set = append(u.set, bson.E{Key: "updatedAt", Value: now})
	u.inc = append(u.inc, bson.E{Key: "rev", Value: int64(1)})
	var d bson.D
	for _, part := range []struct {
		operator string
		fields   bson.D
	}{{"$set", u.set}, {"$unset", u.unset}, {"$inc", u.inc}, {"$push", u.push}, {"$pull", u.pull}, {"$addToSet", u.addToSet}, {"$min", u.min}} {
		if len(part.fields) > 0 {
			d = append(d, bson.E{Key: part.operator, Value: part.fields})
		}
	}
	return d
}

// missing is the error for a document that is not there: "offer.unknown", or
// "notfound" for what nobody asks for by its name.
func (c collection[T]) missing() error {
	switch c.noun {
	case "account", "fair", "stand", "offer", "slot", "slotrule", "draw", "interview", "standby", "webconference", "ticket", "thread", "application", "invitation", "companion", "cv", "import", "report", "paper", "watch":
		return fair.E(fair.NotFound, c.noun+".unknown")
	}
	return fair.E(fair.NotFound, "notfound")
}

// one finds the document that matches. Errors: NotFound.
func (c collection[T]) one(ctx context.Context, filter bson.D) (T, error) {
	ctx, cancel := context.WithTimeout(ctx, Timeout)
	defer cancel()
	var t T
	err := c.c.FindOne(ctx, filter).Decode(&t)
	if errors.Is(err, mongo.ErrNoDocuments) {
		return t, c.missing()
	}
	return t, fault("find "+c.noun, err)
}

// Get finds the document with that id. Errors: NotFound.
func (c collection[T]) Get(ctx context.Context, id fair.ID) (T, error) {
	return c.one(ctx, bson.D{{Key: "_id", Value: id}})
}

// find lists what matches.
func (c collection[T]) find(ctx context.Context, filter bson.D, o *options.FindOptions) ([]T, error) {
	ctx, cancel := context.WithTimeout(ctx, Timeout)
	defer cancel()
	cursor, err := c.c.Find(ctx, filter, o)
	if err != nil {
		return nil, fault("list "+c.noun, err)
	}
	list := []T{}
	err = cursor.All(ctx, &list)
	return list, fault("list "+c.noun, err)
}

// aggregate reads what a pipeline makes of the documents into list, a pointer to a
// slice; what says what that is.
func (c collection[T]) aggregate(ctx context.Context, what string, pipeline bson.A, list any) error {
	ctx, cancel := context.WithTimeout(ctx, Timeout)
	defer cancel()
	cursor, err := c.c.Aggregate(ctx, pipeline)
	if err != nil {
		return fault(what, err)
	}
	return fault(what, cursor.All(ctx, list))
}

// page lists one page (from 1) of what matches, and how many match in all.
func (c collection[T]) page(ctx context.Context, filter, sort bson.D, page, limit int) ([]T, int, error) {
	total, err := c.count(ctx, filter)
	if err != nil {
		return nil, 0, err
	}
	o := options.Find().SetSort(sort).SetSkip(int64(page-1) * int64(limit)).SetLimit(int64(limit))
	list, err := c.find(ctx, filter, o)
	return list, total, err
}

func (c collection[T]) count(ctx context.Context, filter bson.D) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, Timeout)
	defer cancel()
	n, err := c.c.CountDocuments(ctx, filter)
	return int(n), fault("count "+c.noun, err)
}

// Insert adds a document. Errors: Conflict when a unique index refuses it.
func (c collection[T]) Insert(ctx context.Context, t T) error {
	ctx, cancel := context.WithTimeout(ctx, Timeout)
	defer cancel()
	_, err := c.c.InsertOne(ctx, t)
	return fault("insert "+c.noun, err)
}

// change makes one conditional update and gives the document as it is after.
// matched is false when nothing met the filter. The server gives up when the
// caller does: a filter that compares times must not be decided later.
func (c collection[T]) change(ctx context.Context, filter bson.D, u update, effects ...fair.Effect) (after T, matched bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, Timeout)
	defer cancel()
	o := options.FindOneAndUpdate().SetReturnDocument(options.After).SetMaxTime(Timeout)
	err = c.c.FindOneAndUpdate(ctx, filter, u.document(c.clock(), effects), o).Decode(&after)
	if errors.Is(err, mongo.ErrNoDocuments) {
		return after, false, nil
	}
	if err != nil {
		return after, false, fault("change "+c.noun, err)
	}
	return after, true, nil
}

// save writes fields of a document that still has the revision they were
// decided on. Errors: NotFound; Conflict "edit.stale" when it has moved on,
// unless it was this very change that moved it.
func (c collection[T]) save(ctx context.Context, id fair.ID, rev int64, set bson.D, effects ...fair.Effect) (T, error) {
	after, matched, err := c.change(ctx, bson.D{{Key: "_id", Value: id}, {Key: "rev", Value: rev}}, update{set: set}, effects...)
	if err != nil || matched {
		return after, err
	}
	return c.mine(ctx, bson.D{{Key: "_id", Value: id}}, rev+1, set)
}

// mine tells whether the document is what set would have made of it, one
// revision on: then an earlier try succeeded without our hearing of it.
func (c collection[T]) mine(ctx context.Context, filter bson.D, rev int64, set bson.D) (t T, err error) {
	ctx, cancel := context.WithTimeout(ctx, Timeout)
	defer cancel()
	raw, err := c.c.FindOne(ctx, filter).Raw()
	if errors.Is(err, mongo.ErrNoDocuments) {
		return t, c.missing()
	}
	if err != nil {
		return t, fault("find "+c.noun, err)
	}
	stale := fair.E(fair.Conflict, "edit.stale")
	if raw.Lookup("rev").AsInt64() != rev {
		return t, stale
	}
	for _, field := range set {
		wanted, err := bson.Marshal(bson.D{{Key: "v", Value: field.Value}})
		if err != nil {
			return t, fmt.Errorf("encode %s: %w", field.Key, err)
		}
		if have, err := raw.LookupErr(field.Key); err != nil || !have.Equal(bson.Raw(wanted).Lookup("v")) {
			return t, stale
		}
	}
	return t, fault("read "+c.noun, bson.Unmarshal(raw, &t))
}

// fault says what was attempted and classifies what the driver answered.
func fault(attempt string, err error) error {
	if err == nil {
		return nil
	}
	wrapped := fmt.Errorf("%s: %w", attempt, err)
	if mongo.IsDuplicateKeyError(err) {
		return fair.E(fair.Conflict, "already.there").Because(wrapped)
	}
	if unreachable(err) {
		down := fair.E(fair.Unavailable, "store.down").Because(wrapped)
		down.RetryAfter = retryAfter
		return down
	}
	return wrapped
}

// away are the server errors of a node that is going down or is no longer the
// primary: ShutdownInProgress, PrimarySteppedDown, NotWritablePrimary,
// InterruptedAtShutdown, InterruptedDueToReplStateChange (MongoDB's error codes).
var away = []int{91, 189, 10107, 11600, 11602}

// unreachable reports whether the fate of the call is unknown: the server was
// not reached, did not answer in time, or is not the primary.
func unreachable(err error) bool {
	if mongo.IsNetworkError(err) || mongo.IsTimeout(err) || errors.Is(err, mongo.ErrClientDisconnected) {
		return true
	}
	if _, ok := errors.AsType[topology.ConnectionError](err); ok {
		return true
	}
	if _, ok := errors.AsType[topology.ServerSelectionError](err); ok {
		return true
	}
	if server, ok := errors.AsType[mongo.ServerError](err); ok {
		return server.HasErrorLabel("RetryableWriteError") || slices.ContainsFunc(away, server.HasErrorCode)
	}
	return false
}

// duplicate reports whether a unique index refused.
func duplicate(err error) bool { return fair.KindOf(err) == fair.Conflict }

// eq is the filter for fields that must have these values, given as name,
// value, name, value.
func eq(pairs ...any) bson.D {
	d := make(bson.D, 0, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		d = append(d, bson.E{Key: pairs[i].(string), Value: pairs[i+1]})
	}
	return d
}

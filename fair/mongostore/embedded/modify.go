package embedded

import (
	"bytes"
	"context"

	bolt "go.etcd.io/bbolt"
	"go.mongodb.org/mongo-driver/x/bsonx/bsoncore"
)

// statement is one member of an update command, or the update of a
// findAndModify.
type statement struct {
	query  query
	update *update
	upsert bool
	err    error // of reading it
}

func (e *Engine) update(ctx context.Context, req *request) (reply, error) {
	a, err := req.bulkArgs("updates")
	if err != nil {
		return nil, err
	}
	statements := make([]statement, len(a.list))
	create := false
	for i, v := range a.list {
		statements[i] = parseStatement(v)
		create = create || statements[i].upsert
	}
	b, err := e.writeAll(ctx, a, create, func(coll *collection, b *bulk, i int) error {
		return e.updateStep(ctx, coll, b, i, statements[i])
	})
	if err != nil {
		return nil, err
	}
	out := b.reply().AppendInt32("nModified", b.modified)
	if len(b.upserted) > 0 {
		list := bsoncore.NewArrayBuilder()
		for _, u := range b.upserted {
			list.AppendDocument(newReply().AppendInt32("index", int32(u.index)).AppendValue("_id", u.id).Build())
		}
		out.AppendArray("upserted", list.Build())
	}
	return out, nil
}

func parseStatement(v value) statement {
	s := statement{query: query{limit: 1}}
	var u, arrayFilters value
	multi := false
	for key, v := range elements(v.Data) {
		switch string(key) {
		case "q":
			s.err = s.query.parse("filter", v)
		case "hint":
			s.err = s.query.parse("hint", v)
		case "u":
			u = v
		case "arrayFilters":
			arrayFilters = v
		case "multi":
			multi = truth(v)
		case "upsert":
			s.upsert = truth(v)
		case "collation", "c", "sort":
			s.err = notHeld("the field '%s' of an update", key)
		default:
			s.err = unknownField("update.updates", string(key))
		}
		if s.err != nil {
			return s
		}
	}
	if s.query.filter == nil {
		s.err = fail(codeFailedToParse, "an update needs 'q' and 'u'")
		return s
	}
	if s.update, s.err = parseUpdate(u, arrayFilters); s.err != nil {
		return s
	}
	if multi {
		s.query.limit = 0
		if s.update.replacement != nil {
			s.err = fail(codeFailedToParse, "multi update is not supported for replacement-style update")
		}
	}
	return s
}

func (e *Engine) updateStep(ctx context.Context, coll *collection, b *bulk, i int, s statement) error {
	if s.err != nil {
		return s.err
	}
	if coll == nil {
		return nil
	}
	ids, err := coll.list(ctx, s.query)
	if err != nil {
		return err
	}
	if len(ids) == 0 && s.upsert {
		doc, err := e.upsert(coll, s)
		if err != nil {
			return err
		}
		b.matched++
		b.changed = true
		b.upserted = append(b.upserted, upserted{i, lookup(doc, "_id")})
		return nil
	}
	for _, id := range ids {
		_, _, changed, err := e.updateOne(coll, id, s)
		if err != nil {
			return err
		}
		b.matched++
		if changed {
			b.modified++
			b.changed = true
		}
	}
	return nil
}

// updateOne changes one document that the statement has just matched, under
// the same writer. The documents it gives back are copies.
func (e *Engine) updateOne(coll *collection, id []byte, s statement) (old, fresh []byte, changed bool, err error) {
	old = bytes.Clone(coll.docs.Get(id))
	fresh, err = s.update.apply(old, s.query.filter, false, e.clock())
	if err != nil || bytes.Equal(old, fresh) {
		return old, fresh, false, err
	}
	return old, fresh, true, coll.write(old, fresh)
}

// upsert inserts the document that a query without a match asks for.
func (e *Engine) upsert(coll *collection, s statement) ([]byte, error) {
	base, err := upsertBase(s.query.filter)
	if err != nil {
		return nil, err
	}
	if s.update.replacement != nil {
		// Of the query, a replacement takes the _id only.
		id := lookup(base, "_id")
		base = emptyDoc
		if !isMissing(id) {
			base = wrap("_id", id)
		}
	}
	doc, err := s.update.apply(base, s.query.filter, true, e.clock())
	if err != nil {
		return nil, err
	}
	doc = withID(doc)
	return doc, coll.write(nil, doc)
}

// findAndModifyArgs are the fields of a findAndModify.
type findAndModifyArgs struct {
	statement
	remove  bool
	after   bool
	project *projection
}

func (r *request) findAndModifyArgs() (findAndModifyArgs, error) {
	a := findAndModifyArgs{statement: statement{query: query{filter: allOf{}, limit: 1}}}
	var u, arrayFilters value
	err := r.fields(func(key string, v value) (bool, error) {
		var err error
		switch key {
		case "query":
			err = a.query.parse("filter", v)
		case "sort", "hint":
			err = a.query.parse(key, v)
		case "update":
			u = v
		case "arrayFilters":
			arrayFilters = v
		case "remove":
			a.remove = truth(v)
		case "new":
			a.after = truth(v)
		case "upsert":
			a.upsert = truth(v)
		case "fields":
			var doc bsoncore.Document
			if doc, err = document(key, v); err == nil {
				a.project, err = parseProjection(doc)
			}
		case "bypassDocumentValidation": // there are no validators to bypass
		default:
			return false, nil
		}
		return true, err
	})
	switch {
	case err != nil:
		return a, err
	case a.remove && (!isMissing(u) || a.upsert || a.after):
		return a, fail(codeFailedToParse, "Cannot specify 'update', 'upsert' or 'new' together with 'remove'")
	case a.remove:
		return a, nil
	case isMissing(u):
		return a, fail(codeFailedToParse, "Either an update or remove=true must be specified")
	}
	a.update, err = parseUpdate(u, arrayFilters)
	return a, err
}

// modified is the outcome of a findAndModify.
type modified struct {
	doc      []byte // before or after, nil for null
	existing bool
	id       value // of an upsert
}

func (e *Engine) findAndModify(ctx context.Context, req *request) (reply, error) {
	a, err := req.findAndModifyArgs()
	if err != nil {
		return nil, err
	}
	ns, err := req.namespace()
	if err != nil {
		return nil, err
	}
	var m modified
	err = e.writer.do(ctx, func(tx *bolt.Tx) (changed bool, err error) {
		open := e.catalog.open
		if a.upsert {
			open = e.catalog.openOrCreate
		}
		coll, err := open(tx, ns)
		if err != nil || coll == nil {
			m = modified{}
			return false, err
		}
		m, changed, err = e.modify(ctx, coll, a)
		return changed, err
	})
	if err != nil {
		return nil, err
	}
	return m.reply(a), nil
}

// modify does the work of a findAndModify under the writer.
func (e *Engine) modify(ctx context.Context, coll *collection, a findAndModifyArgs) (m modified, changed bool, err error) {
	ids, err := coll.list(ctx, a.query)
	switch {
	case err != nil || len(ids) == 0 && !a.upsert:
		return m, false, err
	case len(ids) == 0:
		doc, err := e.upsert(coll, a.statement)
		if err != nil {
			return m, false, err
		}
		m.id = lookup(doc, "_id")
		if a.after {
			m.doc = doc
		}
		return m, true, nil
	case a.remove:
		m = modified{doc: bytes.Clone(coll.docs.Get(ids[0])), existing: true}
		return m, true, coll.write(m.doc, nil)
	}
	old, fresh, changed, err := e.updateOne(coll, ids[0], a.statement)
	m = modified{doc: old, existing: true}
	if a.after {
		m.doc = fresh
	}
	return m, changed, err
}

func (m modified) reply(a findAndModifyArgs) reply {
	last := newReply()
	n := int32(0)
	if m.existing || !isMissing(m.id) {
		n = 1
	}
	last.AppendInt32("n", n)
	if !a.remove {
		last.AppendBoolean("updatedExisting", m.existing)
	}
	if !isMissing(m.id) {
		last.AppendValue("upserted", m.id)
	}
	out := newReply().AppendDocument("lastErrorObject", last.Build())
	if m.doc == nil {
		return out.AppendNull("value")
	}
	return out.AppendDocument("value", a.project.apply(m.doc))
}

package embedded

import (
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/x/bsonx/bsoncore"
)

// idIndexName is the name MongoDB gives the index on _id. It has no bucket of
// its own: the documents themselves are stored under the key of their _id.
const idIndexName = "_id_"

// index is one parsed index. It is immutable but for being replaced when it
// first meets an array.
type index struct {
	name    string
	fields  []keyField
	pattern bsoncore.Document
	unique  bool
	// expireAfter is in seconds, -1 without.
	expireAfter int64
	// partial is nil when every document is indexed.
	partial    filter
	partialDoc bsoncore.Document
	// multikey: some document has, or had, an array on an indexed path.
	multikey bool
	spec     bsoncore.Document // as listIndexes tells it
}

var idIndex = mustIndex(bsoncore.NewDocumentBuilder().
	AppendInt32("v", 2).
	AppendDocument("key", bsoncore.NewDocumentBuilder().AppendInt32("_id", 1).Build()).
	AppendString("name", idIndexName).Build())

func mustIndex(spec bsoncore.Document) *index {
	ix, err := parseIndex(spec)
	if err != nil {
		panic(err) // only for our own literal
	}
	ix.unique = true
	return ix
}

// parseIndex reads one entry of createIndexes, or one stored by us.
func parseIndex(spec bsoncore.Document) (*index, error) {
	ix := &index{expireAfter: -1}
	for key, v := range elements(spec) {
		if err := ix.parseOption(string(key), v); err != nil {
			return nil, err
		}
	}
	if ix.fields == nil {
		return nil, fail(codeFailedToParse, "The 'key' field is a required property of an index specification")
	}
	if ix.name == "" {
		return nil, fail(codeFailedToParse, "The 'name' field is a required property of an index specification")
	}
	if ix.expireAfter >= 0 && (len(ix.fields) > 1 || ix.fields[0].path.String() == "_id") {
		return nil, fail(codeCannotIndex, "TTL indexes are single-field indexes on another field than _id")
	}
	ix.spec = ix.canonicalSpec()
	return ix, nil
}

func (ix *index) parseOption(key string, v value) error {
	switch key {
	case "key":
		if v.Type != bson.TypeEmbeddedDocument {
			return fail(codeTypeMismatch, "The field 'key' must be an object")
		}
		fields, err := parseSort(v.Data)
		if err != nil {
			return err
		}
		if len(fields) == 0 {
			return fail(codeCannotIndex, "Index keys cannot be an empty object")
		}
		for _, f := range fields {
			if strings.Contains(f.path.String(), "$") {
				return fail(codeCannotIndex, "Index key contains an illegal field name: %s", f.path)
			}
		}
		ix.fields, ix.pattern = fields, v.Data
	case "name":
		if v.Type != bson.TypeString || v.StringValue() == "" {
			return fail(codeTypeMismatch, "The field 'name' must be a non-empty string")
		}
		ix.name = v.StringValue()
	case "unique":
		ix.unique = truth(v)
	case "expireAfterSeconds":
		n, ok := integer(v)
		if !ok || n < 0 || n > 1<<31-1 {
			return fail(codeCannotIndex, "TTL index 'expireAfterSeconds' option must be within 0 and 2147483647")
		}
		ix.expireAfter = n
	case "partialFilterExpression":
		return ix.parsePartial(v)
	case "v":
		if n, ok := integer(v); !ok || n != 2 {
			return notHeld("index versions other than 2")
		}
	case "ns", "background":
	case "sparse", "hidden":
		if truth(v) {
			return notHeld("%s indexes (a partial index says more)", key)
		}
	default:
		return notHeld("the index option '%s'", key)
	}
	return nil
}

func (ix *index) parsePartial(v value) error {
	if v.Type != bson.TypeEmbeddedDocument {
		return fail(codeTypeMismatch, "The field 'partialFilterExpression' must be an object")
	}
	f, err := parseFilter(v.Data)
	if err != nil {
		return err
	}
	if err := checkPartial(f); err != nil {
		return err
	}
	ix.partial, ix.partialDoc = f, v.Data
	return nil
}

// checkPartial accepts what implies knows how to prove: conjunctions of
// positive conditions on single values.
func checkPartial(f filter) error {
	switch f := f.(type) {
	case allOf:
		for _, sub := range f {
			if err := checkPartial(sub); err != nil {
				return err
			}
		}
		return nil
	case field:
		return checkPartialExpr(f.expr)
	}
	return fail(codeCannotIndex, "unsupported expression in partial index: $or or $nor")
}

func checkPartialExpr(e expr) error {
	switch e := e.(type) {
	case both:
		for _, sub := range e {
			if err := checkPartialExpr(sub); err != nil {
				return err
			}
		}
		return nil
	case test:
		switch e.condition.(type) {
		case comparison, oneOf, exists, typeSet:
			return nil
		}
	}
	return fail(codeCannotIndex, "unsupported expression in partial index: only equality, $in, ranges, $exists: true and $type")
}

func (ix *index) canonicalSpec() bsoncore.Document {
	b := bsoncore.NewDocumentBuilder().AppendInt32("v", 2).AppendDocument("key", ix.pattern).AppendString("name", ix.name)
	if ix.unique {
		b.AppendBoolean("unique", true)
	}
	if ix.expireAfter >= 0 {
		b.AppendInt32("expireAfterSeconds", int32(ix.expireAfter))
	}
	if ix.partial != nil {
		b.AppendDocument("partialFilterExpression", ix.partialDoc)
	}
	return b.Build()
}

// samePattern compares fields and directions, not number types.
func (ix *index) samePattern(fields []keyField) bool {
	return slices.EqualFunc(ix.fields, fields, func(a, b keyField) bool {
		return a.desc == b.desc && slices.Equal(a.path, b.path)
	})
}

// keys are the index keys of a document; none if the index leaves it out.
func (ix *index) keys(doc []byte) (keySet, error) {
	if doc == nil || (ix.partial != nil && !ix.partial.match(doc)) {
		return keySet{}, nil
	}
	return keysOf(ix.fields, doc)
}

// duplicate is the error for a key that another document already has.
func (ix *index) duplicate(ns string, key indexKey) error {
	at, doc := bsoncore.AppendDocumentStart(nil)
	for i, f := range ix.fields {
		v := key.values[i]
		if bracket(v.Type) == bracketMissing {
			v = nullValue
		}
		doc = bsoncore.AppendValueElement(doc, f.path.String(), v)
	}
	doc, _ = bsoncore.AppendDocumentEnd(doc, at)
	return &failure{
		code:       codeDuplicateKey,
		msg:        "E11000 duplicate key error collection: " + ns + " index: " + ix.name + " dup key: " + bsoncore.Document(doc).String(),
		keyPattern: ix.pattern,
		keyValue:   doc,
	}
}

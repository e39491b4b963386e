package embedded

import (
	"bytes"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/x/bsonx/bsoncore"
)

// The update operators on arrays: $push, $addToSet, $pull, $pullAll, $pop.

// onArray runs change on the elements of an array. An absent field counts as
// empty when create is set and is left alone otherwise.
func onArray(op string, code int32, create bool, change func([]child) ([]child, error)) edit {
	return func(old *node, _ time.Time) (*node, error) {
		if old == nil {
			if !create {
				return nil, nil
			}
			old = newArrayNode()
		}
		if !old.isArray() {
			return nil, fail(code, "%s needs an array but the field is of type %s", op, typeName(old.v.Type))
		}
		kids, err := change(slices.Clone(old.children()))
		if err != nil {
			return nil, err
		}
		return &node{v: value{Type: bson.TypeArray}, kids: kids, open: true}, nil
	}
}

// push is a parsed $push. Order: insert at position, then sort, then slice.
type push struct {
	values   []value
	position *int64
	slice    *int64
	sort     func([]child) error
}

func parsePush(arg value) (edit, error) {
	p := push{values: []value{arg}}
	if arg.Type == bson.TypeEmbeddedDocument && !isMissing(lookup(arg.Data, "$each")) {
		if err := p.parseModifiers(arg.Data); err != nil {
			return nil, err
		}
	}
	for _, v := range p.values {
		if err := checkNestedNames(v); err != nil {
			return nil, err
		}
	}
	return onArray("$push", codeBadValue, true, p.apply), nil
}

func (p *push) parseModifiers(doc []byte) error {
	for key, v := range elements(doc) {
		n, whole := integer(v)
		switch string(key) {
		case "$each":
			if v.Type != bson.TypeArray {
				return fail(codeBadValue, "The argument to $each in $push must be an array but it was of type %s", typeName(v.Type))
			}
			p.values = listOf(v)
		case "$slice":
			if !whole {
				return fail(codeBadValue, "The value for $slice must be an integer value")
			}
			p.slice = &n
		case "$position":
			if !whole {
				return fail(codeBadValue, "The value for $position must be an integer value")
			}
			p.position = &n
		case "$sort":
			order, err := parseElementSort(v)
			if err != nil {
				return err
			}
			p.sort = order
		default:
			return fail(codeBadValue, "Unrecognized clause in $push: %s", key)
		}
	}
	return nil
}

func (p *push) apply(kids []child) ([]child, error) {
	at := len(kids)
	if p.position != nil {
		at = clamp(*p.position, len(kids))
	}
	for i, v := range p.values {
		kids = slices.Insert(kids, at+i, child{node: leaf(v)})
	}
	if p.sort != nil {
		if err := p.sort(kids); err != nil {
			return nil, err
		}
	}
	if p.slice != nil {
		if n := *p.slice; n >= 0 {
			kids = kids[:min(n, int64(len(kids)))]
		} else {
			kids = kids[clamp(n, len(kids)):]
		}
	}
	return kids, nil
}

// clamp reads a position; a negative one counts from the end.
func clamp(position int64, length int) int {
	if position < 0 {
		return int(max(0, int64(length)+position))
	}
	return int(min(position, int64(length)))
}

// parseElementSort is the $sort of a $push: 1 or -1 for whole elements, or a
// pattern over their fields.
func parseElementSort(v value) (func([]child) error, error) {
	if v.Type == bson.TypeEmbeddedDocument {
		fields, err := parseSort(v.Data)
		if err != nil {
			return nil, err
		}
		return func(kids []child) error { return sortByPattern(kids, fields) }, nil
	}
	n, ok := integer(v)
	if !ok || (n != 1 && n != -1) {
		return nil, fail(codeBadValue, "The $sort element value must be either 1 or -1")
	}
	return func(kids []child) error {
		slices.SortStableFunc(kids, func(a, b child) int { return compare(a.node.value(), b.node.value()) * int(n) })
		return nil
	}, nil
}

func sortByPattern(kids []child, fields []keyField) error {
	type keyed struct {
		key []byte
		kid child
	}
	list := make([]keyed, len(kids))
	for i, k := range kids {
		var doc []byte
		if k.node.isDoc() {
			doc = k.node.value().Data
		}
		key, err := sortKey(fields, doc)
		if err != nil {
			return err
		}
		list[i] = keyed{key, k}
	}
	slices.SortStableFunc(list, func(a, b keyed) int { return bytes.Compare(a.key, b.key) })
	for i := range list {
		kids[i] = list[i].kid
	}
	return nil
}

func parseAddToSet(arg value) (edit, error) {
	values := []value{arg}
	if isOperatorDoc(arg) {
		each := lookup(arg.Data, "$each")
		if each.Type != bson.TypeArray {
			return nil, fail(codeTypeMismatch, "The argument to $each in $addToSet must be an array")
		}
		for key := range elements(arg.Data) {
			if string(key) != "$each" {
				return nil, fail(codeBadValue, "Found unexpected fields after $each in $addToSet: %s", key)
			}
		}
		values = listOf(each)
	}
	for _, v := range values {
		if err := checkNestedNames(v); err != nil {
			return nil, err
		}
	}
	return onArray("$addToSet", codeBadValue, true, func(kids []child) ([]child, error) {
		for _, v := range values {
			if !slices.ContainsFunc(kids, func(k child) bool { return equal(k.node.value(), v) }) {
				kids = append(kids, child{node: leaf(v)})
			}
		}
		return kids, nil
	}), nil
}

// parsePull reads a value to be equal to, operators on an element, or a query
// that elements which are documents match.
func parsePull(arg value) (edit, error) {
	drop := func(e value) bool { return equal(e, arg) }
	switch {
	case arg.Type == bson.TypeRegex || isOperatorDoc(arg):
		cond, err := parseExpr(arg, 0)
		if err != nil {
			return nil, err
		}
		drop = func(e value) bool { return cond.onPath(wrap("e", e), path{"e"}) }
	case arg.Type == bson.TypeEmbeddedDocument:
		query, err := parseFilter(arg.Data)
		if err != nil {
			return nil, err
		}
		drop = func(e value) bool { return e.Type == bson.TypeEmbeddedDocument && query.match(e.Data) }
	}
	return deleteElements("$pull", drop), nil
}

func parsePullAll(arg value) (edit, error) {
	if arg.Type != bson.TypeArray {
		return nil, fail(codeBadValue, "$pullAll requires an array argument but was given a %s", typeName(arg.Type))
	}
	values := listOf(arg)
	return deleteElements("$pullAll", func(e value) bool {
		return slices.ContainsFunc(values, func(v value) bool { return equal(e, v) })
	}), nil
}

func deleteElements(op string, drop func(value) bool) edit {
	return onArray(op, codeBadValue, false, func(kids []child) ([]child, error) {
		return slices.DeleteFunc(kids, func(k child) bool { return drop(k.node.value()) }), nil
	})
}

func parsePop(arg value) (edit, error) {
	n, ok := integer(arg)
	if !ok || (n != 1 && n != -1) {
		return nil, fail(codeFailedToParse, "$pop expects 1 or -1")
	}
	return onArray("$pop", codeTypeMismatch, false, func(kids []child) ([]child, error) {
		switch {
		case len(kids) == 0:
			return kids, nil
		case n == 1:
			return kids[:len(kids)-1], nil
		}
		return kids[1:], nil
	}), nil
}

// wrap makes a document of one field.
func wrap(name string, v value) []byte {
	at, out := bsoncore.AppendDocumentStart(nil)
	out = bsoncore.AppendValueElement(out, name, v)
	out, _ = bsoncore.AppendDocumentEnd(out, at)
	return out
}

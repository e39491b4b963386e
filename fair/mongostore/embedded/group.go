package embedded

import (
	"bytes"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/x/bsonx/bsoncore"
)

// operand is a constant or, written "$a.b", a field.
type operand struct {
	constant value
	path     path
}

func parseOperand(v value) (operand, error) {
	switch v.Type {
	case bson.TypeString:
		name, isPath := strings.CutPrefix(v.StringValue(), "$")
		if !isPath {
			return operand{constant: v}, nil
		}
		if strings.HasPrefix(name, "$") {
			return operand{}, notHeld("the variable '$%s'", name)
		}
		p, err := parsePath(name)
		return operand{path: p}, err
	case bson.TypeEmbeddedDocument, bson.TypeArray:
		return operand{}, notHeld("expressions in $group")
	}
	return operand{constant: v}, nil
}

func (o operand) of(doc []byte) (value, error) {
	if o.path == nil {
		return o.constant, nil
	}
	v, left := follow(doc, o.path)
	if v.Type == bson.TypeArray && len(left) > 0 {
		return missing, notHeld("paths through arrays in $group ('%s')", o.path)
	}
	return v, nil
}

// accumulators are what may be worked out of the documents of a group: what there is
// without any, and what a value changes, nil for one that counts for nothing.
var accumulators = map[string]accumulator{
	"$sum": {int32Value(0), func(v value) (edit, error) {
		if !isNumber(v) {
			return nil, nil
		}
		return arithmetic("$inc", v, addInt, addDouble)
	}},
	"$min": {nullValue, func(v value) (edit, error) {
		if isMissing(v) || v.Type == bson.TypeNull {
			return nil, nil
		}
		return extreme(value{Type: v.Type, Data: bytes.Clone(v.Data)}, -1), nil
	}},
}

type accumulator struct {
	empty value
	take  func(v value) (edit, error)
}

// total is one {name: {$sum: operand}} of a $group, or {$min: operand}.
type total struct {
	name string
	operand
	accumulator
}

func parseGroup(v value) (stage, error) {
	doc, err := document("$group", v)
	if err != nil {
		return nil, err
	}
	var by *operand
	var totals []total
	for key, v := range elements(doc) {
		name := string(key)
		if name == "_id" {
			o, err := parseOperand(v)
			if err != nil {
				return nil, err
			}
			by = &o
			continue
		}
		arg, known := missing, accumulator{}
		if v.Type == bson.TypeEmbeddedDocument && len(listOf(v)) == 1 {
			for op, of := range elements(v.Data) {
				arg, known = of, accumulators[string(op)]
			}
		}
		if known.take == nil || checkName(name, nullValue) != nil {
			return nil, notHeld("the field '%s' of $group (only $sum and $min)", name)
		}
		o, err := parseOperand(arg)
		if err != nil {
			return nil, err
		}
		totals = append(totals, total{name, o, known})
	}
	if by == nil {
		return nil, fail(15955, "a group specification must include an _id")
	}
	return func(next sink) (sink, func() error) {
		g := &grouping{by: *by, totals: totals, at: map[string]int{}}
		return g.push, func() error { return g.emit(next) }
	}, nil
}

type grouping struct {
	by     operand
	totals []total
	at     map[string]int
	groups []group
}

type group struct {
	id    value
	nodes []*node // by total, nil: nothing taken in
}

func (g *grouping) push(doc []byte) (bool, error) {
	id, err := g.by.of(doc)
	if err != nil {
		return true, err
	}
	key := string(appendKey(nil, id))
	i, known := g.at[key]
	if !known {
		i = len(g.groups)
		g.at[key] = i
		g.groups = append(g.groups, group{
			id: value{Type: id.Type, Data: bytes.Clone(id.Data)}, nodes: make([]*node, len(g.totals)),
		})
	}
	nodes := g.groups[i].nodes
	for j, t := range g.totals {
		v, err := t.of(doc)
		if err != nil {
			return true, err
		}
		add, err := t.take(v)
		if err != nil {
			return true, err
		}
		if add == nil {
			continue
		}
		changed, err := add(nodes[j], time.Time{})
		if err != nil {
			return true, err
		}
		if changed != nil {
			nodes[j] = changed
		}
	}
	return false, nil
}

func (g *grouping) emit(next sink) error {
	for _, group := range g.groups {
		at, doc := bsoncore.AppendDocumentStart(nil)
		doc = bsoncore.AppendValueElement(doc, "_id", group.id)
		for j, t := range g.totals {
			v := t.empty
			if n := group.nodes[j]; n != nil {
				v = n.v
			}
			doc = bsoncore.AppendValueElement(doc, t.name, v)
		}
		doc, _ = bsoncore.AppendDocumentEnd(doc, at)
		if stop, err := next(doc); stop || err != nil {
			return err
		}
	}
	return nil
}

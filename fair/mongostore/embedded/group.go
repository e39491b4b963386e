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

// sum is one {name: {$sum: operand}} of a $group.
type sum struct {
	name string
	operand
}

func parseGroup(v value) (stage, error) {
	doc, err := document("$group", v)
	if err != nil {
		return nil, err
	}
	var by *operand
	var sums []sum
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
		arg := missing
		if v.Type == bson.TypeEmbeddedDocument && len(listOf(v)) == 1 {
			arg = lookup(v.Data, "$sum")
		}
		if isMissing(arg) || checkName(name, nullValue) != nil {
			return nil, notHeld("the field '%s' of $group (only $sum)", name)
		}
		o, err := parseOperand(arg)
		if err != nil {
			return nil, err
		}
		sums = append(sums, sum{name, o})
	}
	if by == nil {
		return nil, fail(15955, "a group specification must include an _id")
	}
	return func(next sink) (sink, func() error) {
		g := &grouping{by: *by, sums: sums, at: map[string]int{}}
		return g.push, func() error { return g.emit(next) }
	}, nil
}

type grouping struct {
	by     operand
	sums   []sum
	at     map[string]int
	groups []group
}

type group struct {
	id     value
	totals []*node
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
		fresh := group{id: value{Type: id.Type, Data: bytes.Clone(id.Data)}}
		for range g.sums {
			fresh.totals = append(fresh.totals, leaf(int32Value(0)))
		}
		g.groups = append(g.groups, fresh)
	}
	for j, s := range g.sums {
		v, err := s.of(doc)
		if err != nil {
			return true, err
		}
		if !isNumber(v) {
			continue // $sum counts what is no number as nothing
		}
		add, err := arithmetic("$inc", v, addInt, addDouble)
		if err != nil {
			return true, err
		}
		if g.groups[i].totals[j], err = add(g.groups[i].totals[j], time.Time{}); err != nil {
			return true, err
		}
	}
	return false, nil
}

func (g *grouping) emit(next sink) error {
	for _, group := range g.groups {
		at, doc := bsoncore.AppendDocumentStart(nil)
		doc = bsoncore.AppendValueElement(doc, "_id", group.id)
		for j, s := range g.sums {
			doc = bsoncore.AppendValueElement(doc, s.name, group.totals[j].v)
		}
		doc, _ = bsoncore.AppendDocumentEnd(doc, at)
		if stop, err := next(doc); stop || err != nil {
			return err
		}
	}
	return nil
}

package embedded

import (
	"strings"

	"go.mongodb.org/mongo-driver/bson"
)

// projection is what a find keeps of a document: only the named fields, or
// all but the named ones. It is immutable.
type projection struct {
	include bool
	keepID  bool
	tree    shape
	arrays  map[string]func(value) value // $slice and $elemMatch, by top field
}

// shape holds the named fields; nil stands for the whole field.
type shape map[string]shape

func parseProjection(doc []byte) (*projection, error) {
	if len(doc) <= 5 {
		return nil, nil
	}
	p := &projection{keepID: true, tree: shape{}, arrays: map[string]func(value) value{}}
	decided, matched := false, false
	for key, v := range elements(doc) {
		name := string(key)
		if v.Type == bson.TypeEmbeddedDocument {
			elem, err := p.parseOperator(name, v)
			if err != nil {
				return nil, err
			}
			matched = matched || elem
			continue
		}
		if v.Type != bson.TypeBoolean && !isNumber(v) {
			return nil, notHeld("the projection of '%s' as an expression", name)
		}
		on := truth(v)
		if name == "_id" {
			p.keepID = on
			continue
		}
		if decided && on != p.include {
			return nil, fail(31254, "Cannot mix inclusion and exclusion in a projection: '%s'", name)
		}
		p.include, decided = on, true
		if err := p.tree.add(name); err != nil {
			return nil, err
		}
	}
	if !decided {
		// {_id: 1} and a lone $elemMatch keep little, {_id: 0} and a lone
		// $slice keep much.
		p.include = matched || len(p.arrays) == 0 && p.keepID
	}
	if matched && !p.include {
		return nil, notHeld("$elemMatch in a projection that excludes")
	}
	if p.include {
		for name := range p.arrays {
			if _, twice := p.tree[name]; twice {
				return nil, fail(codePathCollision, "Path collision at %s", name)
			}
			p.tree[name] = nil
		}
	}
	return p, nil
}

func (s shape) add(name string) error {
	p, err := parsePath(name)
	if err != nil {
		return err
	}
	for i, part := range p {
		if strings.HasPrefix(part, "$") {
			return notHeld("the positional projection '%s'", name)
		}
		next, known := s[part]
		last := i == len(p)-1
		if known && (last || next == nil) {
			return fail(codePathCollision, "Path collision at %s", name)
		}
		if last {
			s[part] = nil
			return nil
		}
		if !known {
			next = shape{}
			s[part] = next
		}
		s = next
	}
	return nil
}

// parseOperator reads {name: {$slice: ...}} or {name: {$elemMatch: ...}}.
func (p *projection) parseOperator(name string, v value) (isElemMatch bool, err error) {
	if strings.Contains(name, ".") || name == "_id" || len(listOf(v)) != 1 {
		return false, notHeld("this projection of '%s'", name)
	}
	if _, twice := p.arrays[name]; twice {
		return false, fail(codePathCollision, "Path collision at %s", name)
	}
	if arg := lookup(v.Data, "$slice"); !isMissing(arg) {
		p.arrays[name], err = parseSlice(arg)
		return false, err
	}
	if arg := lookup(v.Data, "$elemMatch"); !isMissing(arg) {
		e, err := parseElemMatch(arg, 0)
		if err != nil {
			return true, err
		}
		p.arrays[name] = firstMatch(e.(test).condition)
		return true, nil
	}
	return false, notHeld("the projection of '%s' as an expression", name)
}

func parseSlice(arg value) (func(value) value, error) {
	first, ok := integer(arg)
	skip, limit := int64(0), first
	if first < 0 {
		skip, limit = first, -first
	}
	if arg.Type == bson.TypeArray {
		pair := listOf(arg)
		if len(pair) == 2 {
			var okLimit bool
			skip, ok = integer(pair[0])
			limit, okLimit = integer(pair[1])
			ok = ok && okLimit && limit > 0
		}
	}
	if !ok {
		return nil, fail(codeBadValue, "$slice needs a whole number or [skip, a positive limit]")
	}
	return func(v value) value {
		if v.Type != bson.TypeArray {
			return v
		}
		out := newArrayNode()
		kids := leaf(v).children()
		from := clamp(skip, len(kids))
		out.kids = kids[from : from+int(min(limit, int64(len(kids)-from)))]
		return out.value()
	}, nil
}

// firstMatch keeps the first element that matches, or drops the field.
func firstMatch(c condition) func(value) value {
	return func(v value) value {
		if v.Type != bson.TypeArray {
			return missing
		}
		for _, e := range elements(v.Data) {
			alone := newArrayNode()
			alone.kids = []child{{node: leaf(e)}}
			if one := alone.value(); c.holds(one) {
				return one
			}
		}
		return missing
	}
}

// apply makes the projected copy of a document; a nil projection keeps all.
func (p *projection) apply(doc []byte) []byte {
	if p == nil {
		return doc
	}
	out := newDocNode()
	for key, v := range elements(doc) {
		name := string(key)
		if name == "_id" {
			if p.keepID {
				out.kids = append(out.kids, child{name, leaf(v)})
			}
			continue
		}
		if change, ok := p.arrays[name]; ok {
			if v = change(v); isMissing(v) {
				continue
			}
		}
		if kept, ok := p.tree.project(name, v, p.include); ok {
			out.kids = append(out.kids, child{name, leaf(kept)})
		}
	}
	return out.value().Data
}

func (s shape) project(name string, v value, include bool) (value, bool) {
	sub, named := s[name]
	if !named {
		return v, !include
	}
	if sub == nil {
		return v, include
	}
	return sub.inside(v, include)
}

// inside goes on in a document, or in each document of an array. Plain values
// on the way of a longer path are dropped by an inclusion, kept by an exclusion.
func (s shape) inside(v value, include bool) (value, bool) {
	switch v.Type {
	case bson.TypeEmbeddedDocument:
		out := newDocNode()
		for key, e := range elements(v.Data) {
			if kept, ok := s.project(string(key), e, include); ok {
				out.kids = append(out.kids, child{string(key), leaf(kept)})
			}
		}
		return out.value(), true
	case bson.TypeArray:
		out := newArrayNode()
		for _, e := range elements(v.Data) {
			if kept, ok := s.inside(e, include); ok {
				out.kids = append(out.kids, child{node: leaf(kept)})
			}
		}
		return out.value(), true
	}
	return v, !include
}

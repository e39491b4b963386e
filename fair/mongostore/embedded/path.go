package embedded

import (
	"strings"

	"go.mongodb.org/mongo-driver/bson"
)

// path is a dotted field path, split once.
type path []string

func parsePath(s string) (path, error) {
	p := path(strings.Split(s, "."))
	for _, part := range p {
		if part == "" {
			return nil, fail(codeEmptyFieldName, "the path '%s' has an empty field name", s)
		}
	}
	return p, nil
}

func (p path) String() string { return strings.Join(p, ".") }

// hasPrefix says whether q is p or one of its parents.
func (p path) hasPrefix(q path) bool {
	if len(q) > len(p) {
		return false
	}
	for i, part := range q {
		if p[i] != part {
			return false
		}
	}
	return true
}

// numeric says whether a component may be a position in an array.
func (p path) numeric() bool {
	for _, part := range p {
		if _, ok := arrayIndex(part); ok {
			return true
		}
	}
	return false
}

// reach yields every value a query on p looks at in doc, and stops with true
// as soon as yield says true. An absent field is yielded as missing, so that
// it can equal null. Arrays on the way are entered through each of their
// documents, and by position where a component is a number; an array of plain
// values on the way yields nothing. With expand, an array at the end yields
// its elements first and then itself.
func (p path) reach(doc []byte, expand bool, yield func(value) bool) bool {
	for i, part := range p {
		v := lookup(doc, part)
		if i == len(p)-1 {
			if expand && v.Type == bson.TypeArray {
				for _, e := range elements(v.Data) {
					if yield(e) {
						return true
					}
				}
			}
			return yield(v)
		}
		switch v.Type {
		case bson.TypeEmbeddedDocument:
			doc = v.Data
		case bson.TypeArray:
			return p[i+1:].reachArray(v.Data, expand, yield)
		default:
			return yield(missing)
		}
	}
	return false
}

func (p path) reachArray(array []byte, expand bool, yield func(value) bool) bool {
	want, isIndex := arrayIndex(p[0])
	i := 0
	for _, e := range elements(array) {
		here := isIndex && i == want
		i++
		if e.Type == bson.TypeEmbeddedDocument {
			if p.reach(e.Data, expand, yield) {
				return true
			}
		}
		if !here {
			continue
		}
		switch {
		case len(p) == 1:
			if yield(e) {
				return true
			}
		case e.Type == bson.TypeEmbeddedDocument:
			if p[1:].reach(e.Data, expand, yield) {
				return true
			}
		case e.Type == bson.TypeArray:
			if p[1:].reachArray(e.Data, expand, yield) {
				return true
			}
		}
	}
	return false
}

package embedded

import (
	"math"
	"slices"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/bsontype"
)

// condition is a test of one value reached by a path; missing is a value too.
type condition interface {
	holds(v value) bool
	// expands says whether an array at the end of the path is tried element
	// by element before it is tried whole.
	expands() bool
}

type compareOp uint8

const (
	opEq compareOp = iota
	opLt
	opLte
	opGt
	opGte
)

// comparison compares inside one bracket only ("type bracketing"): a number is
// neither less nor greater than a string.
type comparison struct {
	op compareOp
	to value
}

func (comparison) expands() bool { return true }

func (c comparison) holds(v value) bool {
	if bracket(c.to.Type) == bracketNull && isMissing(v) {
		v = nullValue
	}
	if isMissing(v) || bracket(v.Type) != bracket(c.to.Type) {
		return false
	}
	if isNaN(v) || isNaN(c.to) {
		// NaN is equal to NaN and ordered with nothing.
		return isNaN(v) && isNaN(c.to) && c.op != opLt && c.op != opGt
	}
	order := compare(v, c.to)
	switch c.op {
	case opLt:
		return order < 0
	case opLte:
		return order <= 0
	case opGt:
		return order > 0
	case opGte:
		return order >= 0
	}
	return order == 0
}

// oneOf holds for a value equal to any of a sorted list.
type oneOf struct{ values []value }

func (o oneOf) sorted() oneOf {
	slices.SortStableFunc(o.values, compare)
	o.values = slices.CompactFunc(o.values, equal)
	return o
}

func (oneOf) expands() bool { return true }

func (o oneOf) holds(v value) bool {
	if isMissing(v) {
		v = nullValue
	}
	_, found := slices.BinarySearchFunc(o.values, v, compare)
	return found
}

type exists struct{}

func (exists) expands() bool      { return true }
func (exists) holds(v value) bool { return !isMissing(v) }

type typeSet []bsontype.Type

func (typeSet) expands() bool        { return true }
func (s typeSet) holds(v value) bool { return slices.Contains(s, v.Type) }

type size int64

func (size) expands() bool { return false }

func (s size) holds(v value) bool {
	if v.Type != bson.TypeArray {
		return false
	}
	n := size(0)
	for range elements(v.Data) {
		n++
	}
	return n == s
}

type mod struct{ divisor, remainder int64 }

func (mod) expands() bool { return true }

func (m mod) holds(v value) bool {
	n, ok := truncated(v)
	if m.divisor == -1 { // the least int64 has no opposite
		return ok && m.remainder == 0
	}
	return ok && n%m.divisor == m.remainder
}

// truncated reads a finite number in the int64 range, towards zero.
func truncated(v value) (int64, bool) {
	if v.Type != bson.TypeDouble {
		return integer(v)
	}
	return integer(doubleValue(math.Trunc(v.Double())))
}

// elementIs is $elemMatch with operators: some element satisfies them all.
type elementIs struct{ expr expr }

func (elementIs) expands() bool { return false }

func (m elementIs) holds(v value) bool {
	if v.Type != bson.TypeArray {
		return false
	}
	for _, e := range elements(v.Data) {
		if m.expr.onValue(e) {
			return true
		}
	}
	return false
}

// elementHas is $elemMatch with a query: some element, a document or an array
// read as a document of positions, matches it.
type elementHas struct{ filter filter }

func (elementHas) expands() bool { return false }

func (m elementHas) holds(v value) bool { return m.first(v) >= 0 }

// first is the position of the first element that matches, or -1.
func (m elementHas) first(v value) int {
	if v.Type != bson.TypeArray {
		return -1
	}
	i := 0
	for _, e := range elements(v.Data) {
		nested := e.Type == bson.TypeEmbeddedDocument || e.Type == bson.TypeArray
		if nested && m.filter.match(e.Data) {
			return i
		}
		i++
	}
	return -1
}

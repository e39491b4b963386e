package embedded

import (
	"bytes"
	"slices"

	"go.mongodb.org/mongo-driver/bson"
)

// plan says where a query looks. What it finds there is a superset: the whole
// filter is always tried on each document.
type plan struct {
	ix      *index // nil: all documents
	spans   []span // in the order of the index, disjoint
	ordered bool   // documents come in the order of the query's sort
	reverse bool
	score   int
}

// span is a stretch of keys, lo <= key < hi; a nil hi is the end. A point
// holds the keys of one value only, and its hi is the successor of its lo.
type span struct {
	lo, hi []byte
	point  bool
}

func pointAt(key []byte) span { return span{key, successor(key), true} }

// maxSpans bounds the product of several $in on one index.
const maxSpans = 2000

// Scores order the plans: a unique index that is fully told beats all, then
// every field told by equality, by $in, by a range; a sort that needs no
// sorting is worth less than a field told.
const (
	scoreUnique  = 1000
	scorePoint   = 100
	scorePoints  = 60
	scoreRange   = 30
	scoreOrdered = 20
	scorePartial = 5
)

// told is a condition that a query puts on a path, at the top of its
// conjunction: every matching document has a value there for which all of
// conds hold.
type told struct {
	path  path
	conds []condition
}

// conjunction lists what a filter tells about paths. What it leaves out only
// makes plans less sharp.
func conjunction(f filter) []told {
	var out []told
	switch f := f.(type) {
	case allOf:
		for _, sub := range f {
			out = append(out, conjunction(sub)...)
		}
	case field:
		out = toldBy(f.path, f.expr)
	}
	return out
}

func toldBy(p path, e expr) []told {
	var out []told
	switch e := e.(type) {
	case both:
		for _, sub := range e {
			out = append(out, toldBy(p, sub)...)
		}
	case test:
		switch c := e.condition.(type) {
		case elementHas:
			for _, inner := range conjunction(c.filter) {
				// An element that is itself an array is read by position and
				// has no keys here; only a missing field could match in it.
				if !slices.ContainsFunc(inner.conds, func(c condition) bool { return c.holds(missing) }) && !inner.path.numeric() {
					out = append(out, told{slices.Concat(p, inner.path), inner.conds})
				}
			}
		case elementIs:
			if conds := plainConditions(c.expr); len(conds) > 0 {
				out = append(out, told{p, conds})
			}
		default:
			out = append(out, told{p, []condition{c}})
		}
	}
	return out
}

// plainConditions are those of an $elemMatch on values that one element
// satisfies together.
func plainConditions(e expr) []condition {
	var out []condition
	switch e := e.(type) {
	case both:
		for _, sub := range e {
			out = append(out, plainConditions(sub)...)
		}
	case test:
		switch e.condition.(type) {
		case comparison, oneOf, exists, typeSet, regex, mod:
			out = append(out, e.condition)
		}
	}
	return out
}

// spansOf are the keys, in ascending form, that a condition allows; ok is
// false when it says nothing an index could use.
func spansOf(c condition) (spans []span, ok bool) {
	switch c := c.(type) {
	case comparison:
		if c.to.Type == bson.TypeArray {
			return nil, false // an array is indexed by its elements
		}
		key := appendKey(nil, c.to)
		low, high := []byte{bracket(c.to.Type)}, []byte{bracket(c.to.Type) + 1}
		switch c.op {
		case opEq:
			return []span{pointAt(key)}, true
		case opLt:
			return []span{{lo: low, hi: key}}, true
		case opLte:
			return []span{{lo: low, hi: successor(key)}}, true
		case opGt:
			return []span{{lo: successor(key), hi: high}}, true
		case opGte:
			return []span{{lo: key, hi: high}}, true
		}
	case oneOf:
		for _, v := range c.values {
			if v.Type == bson.TypeArray {
				return nil, false
			}
			spans = append(spans, pointAt(appendKey(nil, v)))
		}
		return spans, true
	}
	return nil, false
}

func intersect(a, b []span) []span {
	var out []span
	for _, x := range a {
		for _, y := range b {
			s := x
			s.point = x.point || y.point
			if bytes.Compare(y.lo, s.lo) > 0 {
				s.lo = y.lo
			}
			if bytes.Compare(y.hi, s.hi) < 0 {
				s.hi = y.hi
			}
			if bytes.Compare(s.lo, s.hi) < 0 {
				out = append(out, s)
			}
		}
	}
	return out
}

// flipped turns ascending spans into those of a descending field.
func flipped(spans []span) []span {
	out := make([]span, 0, len(spans))
	for _, s := range slices.Backward(spans) {
		if s.point {
			out = append(out, pointAt(flip(bytes.Clone(s.lo))))
			continue
		}
		out = append(out, span{
			lo: successor(flip(bytes.Clone(s.hi))),
			hi: successor(flip(bytes.Clone(s.lo))),
		})
	}
	return out
}

// fieldSpans is what the conjunction allows for one field of an index. Under
// a multikey index two conditions may be met by two elements, so only one of
// them may be used.
func fieldSpans(f keyField, multikey bool, tolds []told) ([]span, bool) {
	var best []span
	found := false
	for _, t := range tolds {
		if !slices.Equal(t.path, f.path) {
			continue
		}
		spans, ok := groupSpans(t.conds)
		switch {
		case !ok:
		case !found:
			best, found = spans, true
		case !multikey:
			best = intersect(best, spans)
		case len(spans) < len(best) || !allPoints(best) && allPoints(spans):
			best = spans
		}
	}
	if f.desc {
		best = flipped(best)
	}
	return best, found
}

func groupSpans(conds []condition) ([]span, bool) {
	var out []span
	found := false
	for _, c := range conds {
		spans, ok := spansOf(c)
		switch {
		case !ok:
		case !found:
			out, found = spans, true
		default:
			out = intersect(out, spans)
		}
	}
	return out, found
}

func allPoints(spans []span) bool {
	return !slices.ContainsFunc(spans, func(s span) bool { return !s.point })
}

// planFor works out one index; a score of 0 means it is of no use.
func planFor(ix *index, tolds []told, sort []keyField) plan {
	p := plan{ix: ix, spans: []span{{}}}
	var fixed []path
	for i, f := range ix.fields {
		if ix.multikey && sharesArray(ix.fields[:i], f) {
			break
		}
		spans, ok := fieldSpans(f, ix.multikey, tolds)
		if !ok || len(p.spans)*len(spans) > maxSpans {
			break
		}
		points := allPoints(spans) && len(spans) > 0
		p.spans = product(p.spans, spans)
		if !points {
			p.score += scoreRange
			break
		}
		if len(spans) == 1 {
			fixed = append(fixed, f.path)
			p.score += scorePoint
		} else {
			p.score += scorePoints
		}
	}
	if ix.unique && len(fixed) == len(ix.fields) {
		p.score += scoreUnique
	}
	if len(sort) > 0 && !ix.multikey {
		if p.ordered, p.reverse = orders(ix.fields, fixed, sort); p.ordered {
			p.score += scoreOrdered
		}
	}
	if p.score > 0 && ix.partial != nil {
		p.score += scorePartial
	}
	return p
}

// sharesArray says whether f could go through the same array as an earlier
// field: then one document's elements meet them separately.
func sharesArray(earlier []keyField, f keyField) bool {
	return slices.ContainsFunc(earlier, func(e keyField) bool { return e.path[0] == f.path[0] })
}

// product appends the spans of the next field to spans that are all points.
func product(points, next []span) []span {
	var out []span
	for _, p := range points {
		for _, s := range next {
			joined := span{lo: slices.Concat(p.lo, s.lo), hi: slices.Concat(p.lo, s.hi)}
			if s.point {
				joined = pointAt(joined.lo)
			}
			out = append(out, joined)
		}
	}
	return out
}

// orders says whether an index, some of whose fields are fixed to one value,
// yields the order of sort, and whether backwards.
func orders(fields []keyField, fixed []path, sort []keyField) (ok, reverse bool) {
	isFixed := func(p path) bool {
		return slices.ContainsFunc(fixed, func(q path) bool { return slices.Equal(p, q) })
	}
	i, decided := 0, false
	for _, s := range sort {
		if isFixed(s.path) {
			continue
		}
		for i < len(fields) && isFixed(fields[i].path) {
			i++
		}
		if i == len(fields) || !slices.Equal(fields[i].path, s.path) {
			return false, false
		}
		backwards := fields[i].desc != s.desc
		if decided && backwards != reverse {
			return false, false
		}
		reverse, decided = backwards, true
		i++
	}
	return true, reverse
}

package embedded

import (
	"slices"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/bsontype"
)

// implies says whether every document that matches f certainly matches
// partial, the filter of a partial index. False means "not proven".
func implies(f, partial filter) bool {
	switch want := partial.(type) {
	case allOf:
		return !slices.ContainsFunc(want, func(sub filter) bool { return !implies(f, sub) })
	case field:
		return impliesField(f, want)
	}
	return false
}

func impliesField(f filter, want field) bool {
	if parts, ok := want.expr.(both); ok {
		return !slices.ContainsFunc(parts, func(e expr) bool { return !impliesField(f, field{want.path, e}) })
	}
	wanted, ok := want.expr.(test)
	if !ok {
		return false
	}
	switch f := f.(type) {
	case allOf:
		if slices.ContainsFunc(f, func(sub filter) bool { return impliesField(sub, want) }) {
			return true
		}
	case anyOf:
		return !slices.ContainsFunc(f, func(sub filter) bool { return !impliesField(sub, want) })
	}
	for _, t := range conjunction(f) {
		if !slices.Equal(t.path, want.path) {
			continue
		}
		if slices.ContainsFunc(t.conds, func(have condition) bool { return conditionImplies(have, wanted.condition) }) {
			return true
		}
	}
	return false
}

// conditionImplies says whether every value for which have holds is one for
// which want holds.
func conditionImplies(have, want condition) bool {
	if _, ok := want.(exists); ok {
		switch c := have.(type) {
		case comparison:
			return !c.holds(missing)
		case oneOf:
			return !c.holds(missing)
		case exists, typeSet, regex, mod, size, elementIs, elementHas:
			return true
		}
		return false
	}
	switch c := have.(type) {
	case comparison:
		if c.op == opEq {
			return holdsForAllEqual(want, c.to)
		}
		return rangeImplies(c, want)
	case oneOf:
		return len(c.values) > 0 && !slices.ContainsFunc(c.values, func(v value) bool { return !holdsForAllEqual(want, v) })
	case typeSet:
		types, ok := want.(typeSet)
		return ok && !slices.ContainsFunc(c, func(t bsontype.Type) bool { return !slices.Contains(types, t) })
	}
	return false
}

// holdsForAllEqual asks for every value that equals v: null stands for missing
// too, and a number for itself in the other numeric types.
func holdsForAllEqual(want condition, v value) bool {
	if types, ok := want.(typeSet); ok {
		return types.cover(v.Type)
	}
	if v.Type == bson.TypeNull && !want.holds(missing) {
		return false
	}
	return want.holds(v)
}

// cover says whether the set holds all types that may equal a value of type t.
func (s typeSet) cover(t bsontype.Type) bool {
	if bracket(t) == bracketNumber {
		return slices.Contains(s, bson.TypeInt32) && slices.Contains(s, bson.TypeInt64) && slices.Contains(s, bson.TypeDouble)
	}
	return t != bson.TypeNull && slices.Contains(s, t)
}

func rangeImplies(have comparison, want condition) bool {
	if types, ok := want.(typeSet); ok {
		return types.cover(have.to.Type)
	}
	w, ok := want.(comparison)
	if !ok || bracket(w.to.Type) != bracket(have.to.Type) || isNaN(w.to) || isNaN(have.to) {
		return false
	}
	order := compare(have.to, w.to)
	switch have.op {
	case opGt:
		return order >= 0 && (w.op == opGt || w.op == opGte)
	case opGte:
		return order > 0 && w.op == opGt || order >= 0 && w.op == opGte
	case opLt:
		return order <= 0 && (w.op == opLt || w.op == opLte)
	case opLte:
		return order < 0 && w.op == opLt || order <= 0 && w.op == opLte
	}
	return false
}

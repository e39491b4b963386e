package embedded

import (
	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/bsontype"
)

func parseComparison(op compareOp, v value) (expr, error) {
	switch {
	case v.Type == bson.TypeRegex && op == opEq:
		return nil, notHeld("$eq and $ne with a regular expression")
	case v.Type == bson.TypeRegex:
		return nil, fail(codeBadValue, "Can't have RegEx as arg to predicate over field")
	case op != opEq && (v.Type == bson.TypeMinKey || v.Type == bson.TypeMaxKey):
		return nil, notHeld("ranges against MinKey and MaxKey")
	}
	return test{comparison{op: op, to: v}}, nil
}

func parseIn(op string, v value) (expr, error) {
	if v.Type != bson.TypeArray {
		return nil, fail(codeBadValue, "%s needs an array", op)
	}
	list := oneOf{}
	for _, e := range elements(v.Data) {
		switch {
		case e.Type == bson.TypeRegex:
			return nil, notHeld("regular expressions inside %s", op)
		case isOperatorDoc(e):
			return nil, fail(codeBadValue, "cannot nest $ under $in")
		}
		list.values = append(list.values, e)
	}
	return test{list.sorted()}, nil
}

func parseNot(v value, depth int) (expr, error) {
	if v.Type == bson.TypeRegex {
		e, err := parseExpr(v, depth)
		return negate{e}, err
	}
	if v.Type != bson.TypeEmbeddedDocument {
		return nil, fail(codeBadValue, "$not needs a regex or a document")
	}
	if !isOperatorDoc(v) {
		return nil, fail(codeBadValue, "$not needs operators")
	}
	if depth > maxDepth {
		return nil, fail(codeBadValue, "query nests deeper than %d levels", maxDepth)
	}
	e, err := parseOperators(v.Data, depth+1)
	return negate{e}, err
}

func parseType(v value) (expr, error) {
	var set typeSet
	add := func(t value) error {
		if t.Type == bson.TypeString {
			name := t.StringValue()
			if name == "number" {
				set = append(set, bson.TypeInt32, bson.TypeInt64, bson.TypeDouble)
				return nil
			}
			if known, ok := typeNames[name]; ok {
				set = append(set, known)
				return nil
			}
			return fail(codeBadValue, "Unknown type name alias: %s", name)
		}
		n, ok := integer(t)
		if ok && n == -1 {
			n = int64(bson.TypeMinKey)
		}
		if !ok || n <= 0 || n > 255 || bracket(bsontype.Type(n)) == 0 || bsontype.Type(n) == bson.TypeUndefined {
			return fail(codeBadValue, "Invalid or unsupported type code in $type")
		}
		set = append(set, bsontype.Type(n))
		return nil
	}
	if v.Type != bson.TypeArray {
		err := add(v)
		return test{set}, err
	}
	for _, t := range elements(v.Data) {
		if err := add(t); err != nil {
			return nil, err
		}
	}
	if len(set) == 0 {
		return nil, fail(codeFailedToParse, "$type must match at least one type")
	}
	return test{set}, nil
}

func parseSize(v value) (expr, error) {
	n, ok := integer(v)
	if !ok || n < 0 {
		return nil, fail(codeFailedToParse, "Failed to parse $size. Expected a whole number of zero or more")
	}
	return test{size(n)}, nil
}

func parseMod(v value) (expr, error) {
	var args []int64
	if v.Type == bson.TypeArray {
		for _, e := range elements(v.Data) {
			if n, ok := truncated(e); ok {
				args = append(args, n)
			}
		}
	}
	if len(args) != 2 || len(listOf(v)) != 2 {
		return nil, fail(codeBadValue, "malformed mod, needs an array of two numbers")
	}
	if args[0] == 0 {
		return nil, fail(codeBadValue, "divisor cannot be 0")
	}
	return test{mod{args[0], args[1]}}, nil
}

func parseAll(v value, depth int) (expr, error) {
	if v.Type != bson.TypeArray {
		return nil, fail(codeBadValue, "$all needs an array")
	}
	all := both{}
	for _, e := range elements(v.Data) {
		sub := expr(test{comparison{op: opEq, to: e}})
		switch {
		case e.Type == bson.TypeRegex:
			return nil, notHeld("regular expressions inside $all")
		case isOperatorDoc(e):
			only := lookup(e.Data, "$elemMatch")
			if isMissing(only) || len(listOf(e)) != 1 {
				return nil, fail(codeBadValue, "no $ expressions in $all")
			}
			var err error
			if sub, err = parseElemMatch(only, depth); err != nil {
				return nil, err
			}
		}
		all = append(all, sub)
	}
	if len(all) == 0 {
		return test{oneOf{}}, nil // $all: [] matches nothing
	}
	return all, nil
}

// parseElemMatch tells conditions on the element itself ({$gte: 1}) from
// conditions on its fields; $and, $or and $nor belong to the second.
func parseElemMatch(v value, depth int) (expr, error) {
	if v.Type != bson.TypeEmbeddedDocument {
		return nil, fail(codeBadValue, "$elemMatch needs an Object")
	}
	if depth > maxDepth {
		return nil, fail(codeBadValue, "query nests deeper than %d levels", maxDepth)
	}
	if isOperatorDoc(v) {
		key, _, _, _ := nextElement(v.Data[4:])
		switch string(key) {
		case "$and", "$or", "$nor", "$expr", "$where", "$comment":
		default:
			e, err := parseOperators(v.Data, depth+1)
			return test{elementIs{e}}, err
		}
	}
	f, err := parseFilterDepth(v.Data, depth+1)
	return test{elementHas{f}}, err
}

// listOf lists the values of an array or document.
func listOf(v value) []value {
	var out []value
	for _, e := range elements(v.Data) {
		out = append(out, e)
	}
	return out
}

package embedded

import (
	"strings"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/x/bsonx/bsoncore"
)

// filter is a parsed query. It is immutable and may be shared.
type filter interface {
	match(doc []byte) bool
}

// expr is what a query says about one field. On a path it asks whether any
// value reached satisfies it; on a value (inside $elemMatch) whether that does.
type expr interface {
	onPath(doc []byte, p path) bool
	onValue(v value) bool
}

type (
	allOf  []filter
	anyOf  []filter
	noneOf []filter
	// field applies an expression to a path.
	field struct {
		path path
		expr expr
	}
)

func (f allOf) match(doc []byte) bool {
	for _, sub := range f {
		if !sub.match(doc) {
			return false
		}
	}
	return true
}

func (f anyOf) match(doc []byte) bool {
	for _, sub := range f {
		if sub.match(doc) {
			return true
		}
	}
	return false
}

func (f noneOf) match(doc []byte) bool { return !anyOf(f).match(doc) }

func (f field) match(doc []byte) bool { return f.expr.onPath(doc, f.path) }

type (
	both   []expr // every one of them
	negate struct{ expr }
	// test is a condition on single values.
	test struct{ condition }
)

func (e both) onPath(doc []byte, p path) bool {
	for _, sub := range e {
		if !sub.onPath(doc, p) {
			return false
		}
	}
	return true
}

func (e both) onValue(v value) bool {
	for _, sub := range e {
		if !sub.onValue(v) {
			return false
		}
	}
	return true
}

func (e negate) onPath(doc []byte, p path) bool { return !e.expr.onPath(doc, p) }
func (e negate) onValue(v value) bool           { return !e.expr.onValue(v) }

func (e test) onPath(doc []byte, p path) bool { return p.reach(doc, e.expands(), e.holds) }
func (e test) onValue(v value) bool           { return e.holds(v) }

// parseFilter reads a query document. Every operator it does not hold is an error.
func parseFilter(doc []byte) (filter, error) { return parseFilterDepth(doc, 0) }

func parseFilterDepth(doc []byte, depth int) (filter, error) {
	if depth > maxDepth {
		return nil, fail(codeBadValue, "query nests deeper than %d levels", maxDepth)
	}
	var all allOf
	for key, v := range elements(doc) {
		sub, err := parseClause(string(key), v, depth)
		if err != nil {
			return nil, err
		}
		if sub != nil {
			all = append(all, sub)
		}
	}
	if len(all) == 1 {
		return all[0], nil
	}
	return all, nil
}

func parseClause(key string, v value, depth int) (filter, error) {
	switch key {
	case "$and", "$or", "$nor":
		subs, err := parseClauses(key, v, depth)
		if err != nil {
			return nil, err
		}
		switch key {
		case "$and":
			return allOf(subs), nil
		case "$or":
			return anyOf(subs), nil
		}
		return noneOf(subs), nil
	case "$comment":
		return nil, nil
	case "$expr", "$where", "$text", "$jsonSchema", "$alwaysTrue", "$alwaysFalse", "$sampleRate":
		return nil, notHeld("the query operator %s", key)
	}
	if strings.HasPrefix(key, "$") {
		return nil, fail(codeBadValue, "unknown top level operator: %s", key)
	}
	p, err := parsePath(key)
	if err != nil {
		return nil, err
	}
	e, err := parseExpr(v, depth)
	if err != nil {
		return nil, err
	}
	return field{p, e}, nil
}

func parseClauses(op string, v value, depth int) ([]filter, error) {
	if v.Type != bson.TypeArray {
		return nil, fail(codeBadValue, "%s must be an array", op)
	}
	var subs []filter
	for _, e := range elements(v.Data) {
		if e.Type != bson.TypeEmbeddedDocument {
			return nil, fail(codeBadValue, "%s entries need to be full objects", op)
		}
		sub, err := parseFilterDepth(e.Data, depth+1)
		if err != nil {
			return nil, err
		}
		subs = append(subs, sub)
	}
	if len(subs) == 0 {
		return nil, fail(codeBadValue, "%s must be a nonempty array", op)
	}
	return subs, nil
}

// isOperatorDoc says whether a document is read as operators: its first field
// begins with a dollar.
func isOperatorDoc(v value) bool {
	if v.Type != bson.TypeEmbeddedDocument || len(v.Data) <= 5 {
		return false
	}
	key, _, _, ok := nextElement(v.Data[4:])
	return ok && len(key) > 0 && key[0] == '$'
}

// parseExpr reads the right side of a field: operators, a regular expression,
// or a value to be equal to.
func parseExpr(v value, depth int) (expr, error) {
	if v.Type == bson.TypeRegex {
		pattern, options := v.Regex()
		return parseRegex(pattern, options)
	}
	if !isOperatorDoc(v) {
		return test{comparison{op: opEq, to: v}}, nil
	}
	return parseOperators(v.Data, depth)
}

func parseOperators(doc bsoncore.Document, depth int) (expr, error) {
	var all both
	for key, v := range elements(doc) {
		op := string(key)
		if !strings.HasPrefix(op, "$") {
			return nil, fail(codeBadValue, "unknown operator: %s", op)
		}
		if op == "$options" {
			if isMissing(lookup(doc, "$regex")) {
				return nil, fail(codeBadValue, "$options needs a $regex")
			}
			continue
		}
		e, err := parseOperator(op, v, doc, depth)
		if err != nil {
			return nil, err
		}
		all = append(all, e)
	}
	if len(all) == 1 {
		return all[0], nil
	}
	return all, nil
}

func parseOperator(op string, v value, siblings bsoncore.Document, depth int) (expr, error) {
	switch op {
	case "$eq":
		return parseComparison(opEq, v)
	case "$gt":
		return parseComparison(opGt, v)
	case "$gte":
		return parseComparison(opGte, v)
	case "$lt":
		return parseComparison(opLt, v)
	case "$lte":
		return parseComparison(opLte, v)
	case "$ne":
		e, err := parseComparison(opEq, v)
		return negate{e}, err
	case "$in":
		return parseIn(op, v)
	case "$nin":
		e, err := parseIn(op, v)
		return negate{e}, err
	case "$not":
		return parseNot(v, depth)
	case "$exists":
		if truth(v) {
			return test{exists{}}, nil
		}
		return negate{test{exists{}}}, nil
	case "$type":
		return parseType(v)
	case "$size":
		return parseSize(v)
	case "$mod":
		return parseMod(v)
	case "$all":
		return parseAll(v, depth)
	case "$elemMatch":
		return parseElemMatch(v, depth)
	case "$regex":
		return parseRegexOperator(v, lookup(siblings, "$options"))
	case "$bitsAllSet", "$bitsAnySet", "$bitsAllClear", "$bitsAnyClear", "$expr", "$geoWithin", "$near",
		"$nearSphere", "$geoIntersects", "$jsonSchema", "$where", "$text":
		return nil, notHeld("the query operator %s", op)
	}
	return nil, fail(codeBadValue, "unknown operator: %s", op)
}

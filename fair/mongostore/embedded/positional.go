package embedded

import (
	"slices"
	"strconv"
	"strings"

	"go.mongodb.org/mongo-driver/bson"
)

// filterName reads $[] (an empty name) and $[name].
func filterName(part string) (string, bool) {
	if !strings.HasPrefix(part, "$[") || !strings.HasSuffix(part, "]") {
		return "", false
	}
	return part[2 : len(part)-1], true
}

// parseFilters reads arrayFilters: each about one name, no name twice.
func (u *update) parseFilters(v value) error {
	if isMissing(v) {
		return nil
	}
	if v.Type != bson.TypeArray {
		return fail(codeTypeMismatch, "arrayFilters must be an array")
	}
	u.filters = map[string]filter{}
	for _, e := range elements(v.Data) {
		if e.Type != bson.TypeEmbeddedDocument {
			return fail(codeTypeMismatch, "each array filter must be an object")
		}
		name, err := filterSubject(e.Data)
		if err != nil {
			return err
		}
		if u.filters[name] != nil {
			return fail(codeFailedToParse, "Found multiple array filters with the same top-level field name %s", name)
		}
		if u.filters[name], err = parseFilter(e.Data); err != nil {
			return err
		}
	}
	return nil
}

// filterSubject is the first path component shared by all clauses of a filter.
func filterSubject(doc []byte) (string, error) {
	subject := ""
	for key := range elements(doc) {
		name, _, _ := strings.Cut(string(key), ".")
		if strings.HasPrefix(name, "$") {
			return "", notHeld("array filters with %s at the top", name)
		}
		if subject != "" && subject != name {
			return "", fail(codeFailedToParse, "Error parsing array filter :: caused by :: Expected a single top-level field name, found '%s' and '%s'", subject, name)
		}
		subject = name
	}
	if subject == "" {
		return "", fail(codeFailedToParse, "Cannot use an expression without a top-level field name in arrayFilters")
	}
	return subject, nil
}

func checkFiltersUsed(u *update) error {
	for name := range u.filters {
		used := slices.ContainsFunc(slices.Concat(u.changes, u.onInsert), func(c change) bool {
			return slices.Contains(c.path, "$["+name+"]")
		})
		if !used {
			return fail(codeFailedToParse, "The array filter for identifier '%s' was not used in the update", name)
		}
	}
	return nil
}

// resolve turns positional components into positions of this document.
func (u *update) resolve(root *node, doc []byte, changes []change, query filter) ([]change, error) {
	var out []change
	for _, c := range changes {
		paths, err := u.resolvePath(root, doc, nil, c.path, query)
		if err != nil {
			return nil, err
		}
		for _, p := range paths {
			out = append(out, change{path: p, edit: c.edit, from: c.from})
		}
	}
	return out, checkConflicts(out)
}

func (u *update) resolvePath(root *node, doc []byte, done, rest path, query filter) ([]path, error) {
	for i, part := range rest {
		if part == "$" {
			position, err := matchedPosition(query, doc, done)
			if err != nil {
				return nil, err
			}
			done = append(slices.Clone(done), strconv.Itoa(position))
			continue
		}
		name, ok := filterName(part)
		if !ok {
			done = append(slices.Clone(done), part)
			continue
		}
		array := root.find(done)
		if array == nil || !array.isArray() {
			return nil, fail(codeBadValue, "The path '%s' must exist in the document and be an array in order to apply array updates.", done)
		}
		var out []path
		for position, kid := range array.children() {
			if name != "" && !u.filters[name].match(wrap(name, kid.node.value())) {
				continue
			}
			here := append(slices.Clone(done), strconv.Itoa(position))
			paths, err := u.resolvePath(root, doc, here, rest[i+1:], query)
			if err != nil {
				return nil, err
			}
			out = append(out, paths...)
		}
		return out, nil
	}
	return []path{done}, nil
}

// matchedPosition is what the positional operator $ stands for: the first
// element that the query's condition on that array matches. With several
// conditions on one array the answer depends on the order in which a server
// happens to try them, so that is refused.
func matchedPosition(query filter, doc []byte, array path) (int, error) {
	var found []field
	if err := conditionsOn(query, array, &found); err != nil {
		return 0, err
	}
	if len(found) != 1 {
		return 0, notHeld("the positional operator with %d conditions on '%s' (it needs exactly one)", len(found), array)
	}
	v, left := follow(doc, array)
	if v.Type == bson.TypeArray && len(left) == 0 {
		i := 0
		for _, e := range elements(v.Data) {
			if elementMatches(found[0], array, e) {
				return i, nil
			}
			i++
		}
	}
	return 0, fail(codeBadValue, "The positional operator did not find the match needed from the query.")
}

func elementMatches(f field, array path, e value) bool {
	rest := f.path[len(array):]
	t := f.expr.(test)
	if len(rest) > 0 {
		return e.Type == bson.TypeEmbeddedDocument && rest.reach(e.Data, t.expands(), t.holds)
	}
	switch c := t.condition.(type) {
	case elementIs:
		return c.expr.onValue(e)
	case elementHas:
		return (e.Type == bson.TypeEmbeddedDocument || e.Type == bson.TypeArray) && c.filter.match(e.Data)
	}
	return t.holds(e)
}

// conditionsOn lists the positive conditions a query puts on an array.
func conditionsOn(query filter, array path, out *[]field) error {
	switch f := query.(type) {
	case allOf:
		for _, sub := range f {
			if err := conditionsOn(sub, array, out); err != nil {
				return err
			}
		}
	case anyOf, noneOf:
		return notHeld("the positional operator with $or or $nor in the query")
	case field:
		if !f.path.hasPrefix(array) {
			return nil
		}
		if f.path[len(array):].numeric() {
			return notHeld("the positional operator with a position in the query path '%s'", f.path)
		}
		return fieldConditions(f, out)
	}
	return nil
}

func fieldConditions(f field, out *[]field) error {
	switch e := f.expr.(type) {
	case test:
		if _, whole := e.condition.(size); !whole {
			*out = append(*out, f)
		}
	case both:
		for _, sub := range e {
			if err := fieldConditions(field{f.path, sub}, out); err != nil {
				return err
			}
		}
	}
	return nil
}

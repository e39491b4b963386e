package embedded

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/bson"
)

// update is a parsed update: a replacement, or operators on paths. It is
// immutable and is applied to each document under the writer.
type update struct {
	replacement []byte // nil unless this is one
	changes     []change
	onInsert    []change // of $setOnInsert
	filters     map[string]filter
	positional  bool // some path holds $, $[] or $[name]
}

// change is one operator on one path.
type change struct {
	path path
	edit edit
	from path // of $rename: where the value comes from
}

// parseUpdate reads the update of an update or findAndModify command.
func parseUpdate(v value, arrayFilters value) (*update, error) {
	switch v.Type {
	case bson.TypeEmbeddedDocument:
	case bson.TypeArray:
		return nil, notHeld("updates written as an aggregation pipeline")
	default:
		return nil, fail(codeFailedToParse, "Update argument must be a document")
	}
	u := &update{}
	if !isOperatorDoc(v) {
		if !isMissing(arrayFilters) {
			return nil, fail(codeFailedToParse, "arrayFilters may not be specified for replacement-style updates")
		}
		u.replacement = v.Data
		return u, checkNames(v.Data)
	}
	if err := u.parseFilters(arrayFilters); err != nil {
		return nil, err
	}
	for key, arg := range elements(v.Data) {
		if err := u.parseOperator(string(key), arg); err != nil {
			return nil, err
		}
	}
	if err := checkFiltersUsed(u); err != nil {
		return nil, err
	}
	return u, checkConflicts(slices.Concat(u.changes, u.onInsert))
}

func (u *update) parseOperator(op string, arg value) error {
	parse, ok := editors[op]
	switch {
	case op == "$bit":
		return notHeld("the update operator $bit")
	case !ok && op != "$rename":
		return fail(codeFailedToParse, "Unknown modifier: %s. Expected a valid update modifier or pipeline-style update specified as an array", op)
	case arg.Type != bson.TypeEmbeddedDocument:
		return fail(codeFailedToParse, "Modifiers operate on fields but we found type %s instead: {%s: ...}", typeName(arg.Type), op)
	}
	for key, v := range elements(arg.Data) {
		c, err := u.parseChange(op, string(key), v, parse)
		if err != nil {
			return err
		}
		if op == "$setOnInsert" {
			u.onInsert = append(u.onInsert, c)
		} else {
			u.changes = append(u.changes, c)
		}
	}
	return nil
}

func (u *update) parseChange(op, name string, v value, parse editor) (change, error) {
	p, err := parsePath(name)
	if err != nil {
		return change{}, err
	}
	if err := u.checkPath(p); err != nil {
		return change{}, err
	}
	if op == "$rename" {
		return parseRename(p, v)
	}
	if err := checkNestedNames(v); err != nil && (op == "$set" || op == "$setOnInsert" || op == "$min" || op == "$max") {
		return change{}, err
	}
	e, err := parse(v)
	return change{path: p, edit: e}, err
}

// checkPath accepts plain components and, after the first, the positional ones.
func (u *update) checkPath(p path) error {
	dollars := 0
	for i, part := range p {
		if !strings.HasPrefix(part, "$") {
			continue
		}
		u.positional = true
		name, ok := filterName(part)
		switch {
		case i == 0:
			return fail(codeBadValue, "Cannot have positional (i.e. '$') element in the first position in path '%s'", p)
		case part == "$":
			dollars++
		case !ok:
			return fail(codeDollarPrefixed, "The dollar ($) prefixed field '%s' in '%s' is not valid for storage.", part, p)
		case name != "" && u.filters[name] == nil:
			return fail(codeBadValue, "No array filter found for identifier '%s' in path '%s'", name, p)
		}
	}
	if dollars > 1 {
		return fail(codeBadValue, "Too many positional (i.e. '$') elements found in path '%s'", p)
	}
	return nil
}

func parseRename(from path, v value) (change, error) {
	if v.Type != bson.TypeString {
		return change{}, fail(codeBadValue, "The 'to' field for $rename must be a string")
	}
	to, err := parsePath(v.StringValue())
	if err != nil {
		return change{}, err
	}
	for _, part := range slices.Concat(from, to) {
		if strings.HasPrefix(part, "$") {
			return change{}, fail(codeBadValue, "$rename may not use the positional operator or a dollar: '%s'", part)
		}
	}
	return change{path: to, from: from}, nil
}

// checkConflicts refuses two changes where one path is, or is inside, another.
func checkConflicts(changes []change) error {
	var paths []path
	for _, c := range changes {
		paths = append(paths, c.path)
		if c.from != nil {
			paths = append(paths, c.from)
		}
	}
	slices.SortFunc(paths, comparePaths)
	for i := 1; i < len(paths); i++ {
		if paths[i].hasPrefix(paths[i-1]) {
			return fail(codeConflictingPaths, "Updating the path '%s' would create a conflict at '%s'", paths[i], paths[i-1])
		}
	}
	return nil
}

// comparePaths is the order in which changes happen, and so in which new
// fields appear: names as text, positions as numbers.
func comparePaths(a, b path) int {
	return slices.CompareFunc(a, b, func(x, y string) int {
		nx, okx := arrayIndex(x)
		ny, oky := arrayIndex(y)
		if okx && oky {
			return cmp.Compare(nx, ny)
		}
		return cmp.Compare(x, y)
	})
}

// apply makes the new version of doc. query is what selected it (for the
// positional operator), inserting is true for an upsert's new document.
func (u *update) apply(doc []byte, query filter, inserting bool, now time.Time) ([]byte, error) {
	if u.replacement != nil {
		return u.replace(doc)
	}
	changes := u.changes
	if inserting {
		changes = slices.Concat(changes, u.onInsert)
	}
	root := leaf(docValue(doc))
	if u.positional {
		resolved, err := u.resolve(root, doc, changes, query)
		if err != nil {
			return nil, err
		}
		changes = resolved
	}
	sorted := slices.Clone(changes)
	slices.SortStableFunc(sorted, func(a, b change) int { return comparePaths(a.path, b.path) })
	for _, c := range sorted {
		if err := c.apply(root, now); err != nil {
			return nil, err
		}
	}
	out := root.value().Data
	if !identical(lookup(doc, "_id"), lookup(out, "_id")) && !isMissing(lookup(doc, "_id")) {
		return nil, fail(codeImmutableField, "Performing an update on the path '_id' would modify the immutable field '_id'")
	}
	return out, nil
}

// replace keeps the _id of the old document.
func (u *update) replace(doc []byte) ([]byte, error) {
	oldID, newID := lookup(doc, "_id"), lookup(u.replacement, "_id")
	if isMissing(oldID) {
		return u.replacement, nil
	}
	if !isMissing(newID) && !equal(oldID, newID) {
		return nil, fail(codeImmutableField, "After applying the update, the (immutable) field '_id' was found to have been altered")
	}
	root := newDocNode()
	root.put("_id", leaf(oldID))
	for key, v := range elements(u.replacement) {
		if string(key) != "_id" {
			root.kids = append(root.kids, child{string(key), leaf(v)})
		}
	}
	return root.value().Data, nil
}

func (c change) apply(root *node, now time.Time) error {
	if c.from != nil {
		return c.rename(root)
	}
	old := root.find(c.path)
	fresh, err := c.edit(old, now)
	if err != nil {
		return withPath(err, c.path)
	}
	switch {
	case fresh == remove && old != nil:
		root.find(c.path[:len(c.path)-1]).remove(lastOf(c.path))
	case fresh != nil && fresh != remove:
		return root.set(c.path, fresh)
	}
	return nil
}

func (n *node) remove(name string) {
	i := n.at(name)
	if n.isArray() { // the others keep their positions
		n.kids[i].node = leaf(nullValue)
		return
	}
	n.drop(i)
}

func (c change) rename(root *node) error {
	for _, p := range []path{c.from, c.path} {
		for i := range p {
			if n := root.find(p[:i]); n != nil && n.isArray() {
				return fail(codeBadValue, "The field of $rename cannot be inside an array: '%s'", p)
			}
		}
	}
	v := root.find(c.from)
	if v == nil {
		return nil
	}
	root.find(c.from[:len(c.from)-1]).remove(lastOf(c.from))
	return root.set(c.path, v)
}

// withPath tells which path an operator failed on.
func withPath(err error, p path) error {
	f := asFailure(err)
	return &failure{code: f.code, msg: "path '" + p.String() + "': " + f.msg}
}

// upsertBase is the document an upsert starts from: the equalities of its query.
func upsertBase(query filter) ([]byte, error) {
	var equalities []change
	if err := collectEqualities(query, &equalities); err != nil {
		return nil, err
	}
	paths := slices.Clone(equalities)
	slices.SortStableFunc(paths, func(a, b change) int { return comparePaths(a.path, b.path) })
	for i := 1; i < len(paths); i++ {
		if paths[i].path.hasPrefix(paths[i-1].path) {
			return nil, fail(codeTwoEqualities, "cannot infer query fields to set, path '%s' is matched twice", paths[i].path)
		}
	}
	root := newDocNode()
	for _, e := range equalities {
		if err := e.apply(root, time.Time{}); err != nil {
			return nil, err
		}
	}
	return root.value().Data, nil
}

// collectEqualities refuses the shapes on which server versions differ about
// what they copy: $in and $or with one member.
func collectEqualities(query filter, out *[]change) error {
	switch f := query.(type) {
	case allOf:
		for _, sub := range f {
			if err := collectEqualities(sub, out); err != nil {
				return err
			}
		}
	case anyOf:
		if len(f) == 1 {
			return notHeld("an upsert with a $or of one member")
		}
	case field:
		return collectFieldEqualities(f.path, f.expr, out)
	}
	return nil
}

func collectFieldEqualities(p path, e expr, out *[]change) error {
	switch e := e.(type) {
	case both:
		for _, sub := range e {
			if err := collectFieldEqualities(p, sub, out); err != nil {
				return err
			}
		}
	case test:
		switch c := e.condition.(type) {
		case comparison:
			if c.op == opEq {
				*out = append(*out, change{path: p, edit: setTo(c.to)})
			}
		case oneOf:
			if len(c.values) == 1 {
				return notHeld("an upsert with a $in of one member")
			}
		}
	}
	return nil
}

package embedded

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/primitive"
)

// rules say for which cases a disagreement with mingo is understood; why is in
// testdata/disagreements.json. A match case comes with one document.
var rules = map[string]func(t testing.TB, c mingoCase, ours, theirs string) bool{
	"range against null": func(_ testing.TB, c mingoCase, _, _ string) bool {
		return asks(c, func(_, op string, v any) bool { return (op == "$gte" || op == "$lte") && v == nil })
	},
	"mod of what is not an integer": func(_ testing.TB, c mingoCase, _, _ string) bool {
		return asks(c, func(path, op string, _ any) bool {
			return op == "$mod" && holds(c.Docs[0], func(v any) bool { return !isInt(v) && !isDoc(v) })
		})
	},
	"type number, and types of elements": func(_ testing.TB, c mingoCase, _, _ string) bool {
		return asks(c, func(_, op string, _ any) bool { return op == "$type" && holds(c.Docs[0], isArray) })
	},
	"all on what is not an array": func(_ testing.TB, c mingoCase, _, _ string) bool {
		return asks(c, func(_, op string, _ any) bool { return op == "$all" })
	},
	"pattern inside a nested array": func(_ testing.TB, c mingoCase, _, _ string) bool {
		return asks(c, func(_, op string, _ any) bool { return op == "$regex" && holds(c.Docs[0], nestsArray) })
	},
	"path through an array": func(_ testing.TB, c mingoCase, _, _ string) bool {
		return asks(c, func(path, op string, v any) bool {
			if !strings.Contains(path, ".") || !throughArray(c.Docs[0], strings.Split(path, ".")) {
				return false
			}
			return op == "$size" || op == "$type" || isArray(v) || v == nil || op == "$exists" || op == "$mod" || op == "$elemMatch" ||
				holds(c.Docs[0], nestsArray)
		})
	},
	"in with an array": func(_ testing.TB, c mingoCase, _, _ string) bool {
		return asks(c, func(_, op string, v any) bool {
			return (op == "$in" || op == "$nin") && slices.ContainsFunc(v.(bson.A), isArray)
		})
	},
	"update that MongoDB refuses": func(t testing.TB, c mingoCase, ours, theirs string) bool {
		return c.Kind == "update" && ours == "error" && (len(c.Update) > 1 || theirs == unchanged(t, c))
	},
	"path through null": func(t testing.TB, c mingoCase, ours, _ string) bool {
		if c.Kind != "update" || ours != "error" {
			return false
		}
		root := leaf(docValue(raw(t, c.Doc)))
		return changes(c, func(name, _ string, _ any) bool {
			p := path(strings.Split(name, "."))
			for i := range p {
				if n := root.find(p[:i]); n != nil && n.v.Type == bson.TypeNull {
					return true
				}
			}
			return false
		})
	},
	"min and max across types": func(_ testing.TB, c mingoCase, _, _ string) bool {
		return changes(c, func(_, op string, v any) bool {
			return (op == "$min" || op == "$max") && (isArray(v) || isDoc(v) || holds(c.Doc, func(v any) bool { return isArray(v) || isDoc(v) }))
		})
	},
	"push that sorts mixed types": func(_ testing.TB, c mingoCase, _, _ string) bool {
		return changes(c, func(_, op string, v any) bool {
			return op == "$push" && isDoc(v) && valueOf(v.(bson.D), "$sort") != nil
		})
	},
	"push with a slice into an absent field": func(t testing.TB, c mingoCase, _, _ string) bool {
		return changes(c, func(path, op string, v any) bool {
			return op == "$push" && isDoc(v) && valueOf(v.(bson.D), "$slice") != nil && leaf(docValue(raw(t, c.Doc))).find(strings.Split(path, ".")) == nil
		})
	},
	"pull by a query from plain values": func(_ testing.TB, c mingoCase, _, _ string) bool {
		return changes(c, func(_, op string, v any) bool {
			return op == "$pull" && isDoc(v) && !strings.HasPrefix(v.(bson.D)[0].Key, "$")
		})
	},
	"addToSet of twice the same": func(_ testing.TB, c mingoCase, _, _ string) bool {
		return changes(c, func(_, op string, v any) bool {
			if op != "$addToSet" || !isDoc(v) {
				return false
			}
			each, _ := valueOf(v.(bson.D), "$each").(bson.A)
			return twice(each)
		})
	},
	"sort by documents and arrays": func(_ testing.TB, c mingoCase, _, _ string) bool {
		return c.Kind == "sort" && slices.ContainsFunc(c.Docs, func(d bson.D) bool {
			return slices.ContainsFunc(c.Sort, func(e bson.E) bool {
				v := valueOf(d, strings.Split(e.Key, ".")[0])
				return isArray(v) || isDoc(v)
			})
		})
	},
}

// asks says whether some condition of a query is such; a plain value counts
// as "$eq". path is the one the condition is about, inside $elemMatch too.
func asks(c mingoCase, such func(path, op string, v any) bool) bool {
	return c.Kind == "match" && asksIn("", c.Query, such)
}

func asksIn(prefix string, q bson.D, such func(path, op string, v any) bool) bool {
	for _, e := range q {
		if list, ok := e.Value.(bson.A); ok && (e.Key == "$and" || e.Key == "$or" || e.Key == "$nor") {
			if slices.ContainsFunc(list, func(sub any) bool { return asksIn(prefix, sub.(bson.D), such) }) {
				return true
			}
			continue
		}
		if strings.HasPrefix(e.Key, "$") {
			d, nested := e.Value.(bson.D)
			if such(prefix, e.Key, e.Value) || nested && (e.Key == "$not" || e.Key == "$elemMatch") && asksIn(prefix, d, such) {
				return true
			}
			continue
		}
		path := strings.TrimPrefix(prefix+"."+e.Key, ".")
		if d, ok := e.Value.(bson.D); ok && len(d) > 0 && strings.HasPrefix(d[0].Key, "$") {
			if asksIn(path, d, such) {
				return true
			}
		} else if such(path, "$eq", e.Value) {
			return true
		}
	}
	return false
}

// changes says whether some operator of an update is such.
func changes(c mingoCase, such func(path, op string, v any) bool) bool {
	for _, e := range c.Update {
		for _, f := range e.Value.(bson.D) {
			if such(f.Key, e.Key, f.Value) {
				return true
			}
		}
	}
	return false
}

// holds says whether a document has such a value anywhere.
func holds(v any, such func(any) bool) bool {
	switch v := v.(type) {
	case bson.D:
		return slices.ContainsFunc(v, func(e bson.E) bool { return such(e.Value) || holds(e.Value, such) })
	case bson.A:
		return slices.ContainsFunc(v, func(e any) bool { return such(e) || holds(e, such) })
	}
	return false
}

// throughArray says whether a path meets an array before its end.
func throughArray(v any, p []string) bool {
	for _, part := range p {
		if isArray(v) {
			return true
		}
		d, ok := v.(bson.D)
		if !ok {
			return false
		}
		v = valueOf(d, part)
	}
	return false
}

func valueOf(d bson.D, name string) any {
	for _, e := range d {
		if e.Key == name {
			return e.Value
		}
	}
	return nil
}

func twice(list bson.A) bool {
	for i, a := range list {
		if slices.ContainsFunc(list[i+1:], func(b any) bool { return reflect.DeepEqual(a, b) }) {
			return true
		}
	}
	return false
}

func nestsArray(v any) bool {
	a, ok := v.(bson.A)
	return ok && slices.ContainsFunc(a, isArray)
}

func isInt(v any) bool   { _, ok := v.(int32); return ok }
func isDoc(v any) bool   { _, ok := v.(bson.D); return ok }
func isArray(v any) bool { _, ok := v.(primitive.A); return ok }

// unchanged is the answer that leaves the document of an update as it was.
func unchanged(t testing.TB, c mingoCase) string {
	return mingoCase{Kind: "update", Doc: c.Doc, Update: bson.D{{Key: "$set", Value: bson.D{}}}}.answer(t)
}

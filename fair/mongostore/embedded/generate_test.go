package embedded

import (
	"fmt"
	"math/rand/v2"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/primitive"
)

// gen makes small random documents, queries, updates and sorts out of few
// names and values, so that they meet often.
type gen struct {
	*rand.Rand
	flat bool // no arrays and no documents inside documents
}

func generate(kind string, r *rand.Rand) mingoCase {
	g := gen{Rand: r}
	c := mingoCase{Kind: kind}
	switch kind {
	case "match":
		c.Query = g.query(2)
		for range 6 {
			c.Docs = append(c.Docs, g.document(3))
		}
	case "update":
		c.Doc = g.document(3)
		c.Update = g.update()
	case "sort":
		g.flat = g.IntN(3) > 0
		for i := range 8 {
			c.Docs = append(c.Docs, append(bson.D{{Key: "_id", Value: i}}, g.document(2)...))
		}
		c.Sort = bson.D{{Key: g.path(2), Value: g.sign()}}
		if g.IntN(3) == 0 {
			if p := g.path(1); p != c.Sort[0].Key {
				c.Sort = append(c.Sort, bson.E{Key: p, Value: g.sign()})
			}
		}
	}
	return c
}

func (g gen) sign() int { return 1 - 2*g.IntN(2) }

func (g gen) name() string { return string("abc"[g.IntN(3)]) }

func pick[T any](g gen, list ...T) T { return list[g.IntN(len(list))] }

func (g gen) path(depth int) string {
	p := g.name()
	if g.flat {
		return p
	}
	for range g.IntN(depth) {
		p += "." + g.name()
	}
	return p
}

func (g gen) scalar() any {
	switch g.IntN(10) {
	case 0:
		return nil
	case 1:
		return g.IntN(2) == 0
	case 2:
		return pick(g, "", "a", "b", "ab", "aé")
	case 3:
		return pick(g, "x", "y")
	case 4:
		return pick(g, 0.5, 1.5, -1.5)
	case 5:
		return primitive.NewDateTimeFromTime(time.UnixMilli(int64(g.IntN(3)) * 1000))
	}
	return int32(g.IntN(5) - 1)
}

func (g gen) value(depth int) any {
	if depth > 0 && !g.flat {
		switch g.IntN(5) {
		case 0:
			return g.document(depth - 1)
		case 1:
			return g.array(depth - 1)
		}
	}
	return g.scalar()
}

func (g gen) array(depth int) bson.A {
	a := bson.A{}
	for range g.IntN(4) {
		a = append(a, g.value(depth))
	}
	return a
}

func (g gen) document(depth int) bson.D {
	d := bson.D{}
	for _, name := range []string{"a", "b", "c"} {
		if g.IntN(3) > 0 {
			d = append(d, bson.E{Key: name, Value: g.value(depth)})
		}
	}
	return d
}

func (g gen) query(depth int) bson.D {
	q := bson.D{}
	if depth > 0 && g.IntN(5) == 0 {
		list := bson.A{}
		for range 1 + g.IntN(2) {
			list = append(list, g.query(depth-1))
		}
		return append(q, bson.E{Key: pick(g, "$and", "$or", "$nor"), Value: list})
	}
	q = append(q, bson.E{Key: g.queryPath(), Value: g.condition(depth)})
	if g.IntN(4) == 0 {
		if p := g.path(1); p != q[0].Key {
			q = append(q, bson.E{Key: p, Value: g.condition(depth)})
		}
	}
	return q
}

func (g gen) queryPath() string {
	p := g.path(3)
	if g.IntN(10) == 0 {
		p += fmt.Sprintf(".%d", g.IntN(2))
	}
	return p
}

func (g gen) condition(depth int) any {
	if g.IntN(4) == 0 {
		return g.value(1)
	}
	d := bson.D{g.operator(depth)}
	if g.IntN(4) == 0 {
		if e := g.operator(depth); e.Key != d[0].Key {
			d = append(d, e)
		}
	}
	return d
}

func (g gen) operator(depth int) bson.E {
	op := pick(g, "$eq", "$ne", "$gt", "$gte", "$lt", "$lte", "$in", "$nin", "$exists", "$size", "$mod", "$all", "$elemMatch", "$not", "$type", "$regex")
	switch op {
	case "$eq", "$ne":
		return bson.E{Key: op, Value: g.value(1)}
	case "$in", "$nin":
		return bson.E{Key: op, Value: g.array(1)}
	case "$all":
		return bson.E{Key: op, Value: g.array(0)}
	case "$exists":
		return bson.E{Key: op, Value: g.IntN(2) == 0}
	case "$size":
		return bson.E{Key: op, Value: int32(g.IntN(4))}
	case "$mod":
		return bson.E{Key: op, Value: bson.A{int32(2 + g.IntN(2)), int32(g.IntN(2))}}
	case "$type":
		return bson.E{Key: op, Value: pick(g, "string", "bool", "null", "date", "object", "array", "number")}
	case "$regex":
		return bson.E{Key: op, Value: pick(g, "^a", "b$", "a", "^$", "[xy]", "é")}
	case "$elemMatch":
		if g.IntN(2) == 0 {
			return bson.E{Key: op, Value: bson.D{{Key: g.path(2), Value: g.condition(0)}}}
		}
		return bson.E{Key: op, Value: bson.D{g.operator(0)}}
	case "$not":
		if depth > 0 {
			return bson.E{Key: op, Value: bson.D{g.operator(depth - 1)}}
		}
		return bson.E{Key: "$gt", Value: g.scalar()}
	}
	return bson.E{Key: op, Value: g.scalar()}
}

func (g gen) update() bson.D {
	u := bson.D{}
	seen := map[string]bool{}
	for range 1 + g.IntN(2) {
		op := pick(g, "$set", "$unset", "$inc", "$mul", "$min", "$max", "$push", "$addToSet", "$pull", "$pullAll", "$pop", "$rename")
		if seen[op] {
			continue
		}
		seen[op] = true
		u = append(u, bson.E{Key: op, Value: bson.D{{Key: g.updatePath(op), Value: g.argument(op)}}})
	}
	return u
}

func (g gen) updatePath(op string) string {
	p := g.path(2)
	if op != "$rename" && g.IntN(6) == 0 {
		p += fmt.Sprintf(".%d", g.IntN(3))
	}
	return p
}

func (g gen) argument(op string) any {
	switch op {
	case "$inc", "$mul":
		return pick[any](g, int32(2), int32(-1), 0.5)
	case "$unset":
		return ""
	case "$pop":
		return int32(g.sign())
	case "$rename":
		return pick(g, "d", "e.f", "a", "b")
	case "$pullAll":
		return g.array(1)
	case "$pull":
		switch g.IntN(3) {
		case 0:
			if g.IntN(2) == 0 {
				return bson.D{{Key: "$in", Value: g.array(0)}}
			}
			return bson.D{{Key: pick(g, "$gt", "$lte"), Value: g.scalar()}}
		case 1:
			return bson.D{{Key: g.name(), Value: g.scalar()}}
		}
		return g.scalar()
	case "$push":
		return g.pushArgument()
	case "$addToSet":
		if g.IntN(2) == 0 {
			return bson.D{{Key: "$each", Value: g.array(1)}}
		}
	}
	return g.value(1)
}

func (g gen) pushArgument() any {
	if g.IntN(3) == 0 {
		return g.value(1)
	}
	d := bson.D{{Key: "$each", Value: g.array(1)}}
	if g.IntN(3) == 0 {
		d = append(d, bson.E{Key: "$position", Value: int32(g.IntN(5) - 2)})
	}
	if g.IntN(3) == 0 {
		d = append(d, bson.E{Key: "$slice", Value: int32(g.IntN(7) - 3)})
	}
	if g.IntN(3) == 0 {
		d = append(d, bson.E{Key: "$sort", Value: int32(g.sign())})
	}
	return d
}

package embedded

import (
	"bytes"
	"context"
	"slices"
)

// sink takes documents; stop means it wants no more.
type sink func(doc []byte) (stop bool, err error)

// stage is one step of a pipeline: it makes the sink that feeds next, and what
// to call when there are no more documents (nil for nothing).
type stage func(next sink) (push sink, finish func() error)

// maxAggregate bounds the bytes that $sort and the result may hold.
const maxAggregate = 64 << 20

// stages are the pipeline stages there are, $match apart (the first of them
// is a query and may use an index).
var stages = map[string]func(v value) (stage, error){
	"$match":   parseMatch,
	"$skip":    parseSkip,
	"$limit":   parseLimit,
	"$sort":    parseSortStage,
	"$project": parseProject,
	"$group":   parseGroup,
}

func (e *Engine) aggregate(ctx context.Context, req *request) (out reply, err error) {
	var pipeline []value
	size := int64(firstBatch)
	q := query{filter: allOf{}}
	err = req.fields(func(key string, v value) (bool, error) {
		var err error
		switch key {
		case "pipeline":
			pipeline, err = req.list(key)
		case "cursor":
			if s := lookup(v.Data, "batchSize"); !isMissing(s) {
				size, err = natural("batchSize", s)
			}
		case "hint":
			err = q.parse(key, v)
		case "allowDiskUse", "bypassDocumentValidation":
		default:
			return false, nil
		}
		return true, err
	})
	if err != nil {
		return nil, err
	}
	ns, err := req.namespace()
	if err != nil {
		return nil, err
	}
	steps, err := parsePipeline(pipeline, &q)
	if err != nil {
		return nil, err
	}
	err = e.read(ns, func(coll *collection) error {
		docs, err := runPipeline(ctx, coll, q, steps)
		if err != nil {
			return err
		}
		out, err = e.first(ctx, &cursor{ns: ns, ready: docs}, coll, size, false)
		return err
	})
	return out, err
}

// parsePipeline reads the stages; a $match at the start becomes the query.
func parsePipeline(pipeline []value, q *query) ([]stage, error) {
	var steps []stage
	for i, v := range pipeline {
		if len(listOf(v)) != 1 {
			return nil, fail(40323, "A pipeline stage specification object must contain exactly one field.")
		}
		key, arg, _, _ := nextElement(v.Data[4:])
		name := string(key)
		if i == 0 && name == "$match" {
			if err := q.parse("filter", arg); err != nil {
				return nil, err
			}
			continue
		}
		parse, known := stages[name]
		if !known {
			return nil, notHeld("the pipeline stage '%s'", name)
		}
		s, err := parse(arg)
		if err != nil {
			return nil, err
		}
		steps = append(steps, s)
	}
	return steps, nil
}

func runPipeline(ctx context.Context, coll *collection, q query, steps []stage) ([][]byte, error) {
	var out [][]byte
	total := 0
	push := sink(func(doc []byte) (bool, error) {
		if total += len(doc); total > maxAggregate {
			return true, notHeld("aggregations of more than %d bytes", maxAggregate)
		}
		out = append(out, bytes.Clone(doc))
		return false, nil
	})
	finishers := make([]func() error, len(steps))
	for i, s := range slices.Backward(steps) {
		push, finishers[i] = s(push)
	}
	if coll != nil {
		p, err := coll.plan(q)
		if err != nil {
			return nil, err
		}
		if err := coll.matches(ctx, q, p, func(_, doc []byte) (bool, error) { return push(doc) }); err != nil {
			return nil, err
		}
	}
	for _, finish := range finishers {
		if finish == nil {
			continue
		}
		if err := finish(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func parseMatch(v value) (stage, error) {
	q := query{}
	if err := q.parse("filter", v); err != nil {
		return nil, err
	}
	return func(next sink) (sink, func() error) {
		return func(doc []byte) (bool, error) {
			if !q.filter.match(doc) {
				return false, nil
			}
			return next(doc)
		}, nil
	}, nil
}

func parseSkip(v value) (stage, error) {
	skip, err := natural("$skip", v)
	return func(next sink) (sink, func() error) {
		left := skip
		return func(doc []byte) (bool, error) {
			if left > 0 {
				left--
				return false, nil
			}
			return next(doc)
		}, nil
	}, err
}

func parseLimit(v value) (stage, error) {
	limit, err := natural("$limit", v)
	if err == nil && limit == 0 {
		err = fail(15958, "the limit must be positive")
	}
	return func(next sink) (sink, func() error) {
		left := limit
		return func(doc []byte) (bool, error) {
			if left == 0 {
				return true, nil
			}
			left--
			stop, err := next(doc)
			return stop || left == 0, err
		}, nil
	}, err
}

func parseSortStage(v value) (stage, error) {
	q := query{}
	if err := q.parse("sort", v); err != nil {
		return nil, err
	}
	if len(q.sort) == 0 {
		return nil, fail(15976, "$sort stage must have at least one sort key")
	}
	return func(next sink) (sink, func() error) {
		type sortable struct{ key, doc []byte }
		var all []sortable
		total := 0
		push := func(doc []byte) (bool, error) {
			key, err := sortKey(q.sort, doc)
			if total += len(key) + len(doc); total > maxAggregate {
				return true, notHeld("a $sort of more than %d bytes", maxAggregate)
			}
			all = append(all, sortable{key, bytes.Clone(doc)})
			return false, err
		}
		return push, func() error {
			slices.SortStableFunc(all, func(a, b sortable) int { return bytes.Compare(a.key, b.key) })
			for _, s := range all {
				if stop, err := next(s.doc); stop || err != nil {
					return err
				}
			}
			return nil
		}
	}, nil
}

func parseProject(v value) (stage, error) {
	doc, err := document("$project", v)
	if err != nil {
		return nil, err
	}
	if len(doc) <= 5 {
		return nil, fail(51272, "$project specification must have at least one field")
	}
	p, err := parseProjection(doc)
	if err != nil {
		return nil, err
	}
	if len(p.arrays) > 0 {
		return nil, notHeld("expressions in $project")
	}
	return func(next sink) (sink, func() error) {
		return func(doc []byte) (bool, error) { return next(p.apply(doc)) }, nil
	}, nil
}

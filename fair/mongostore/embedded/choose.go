package embedded

import (
	"go.mongodb.org/mongo-driver/bson"
)

// choose picks the index for a query. hint, when not empty, is an index name.
func (m *meta) choose(f filter, sort []keyField, hint string) (plan, error) {
	tolds := conjunction(f)
	best := plan{spans: []span{{}}}
	for _, ix := range append([]*index{idIndex}, m.indexes...) {
		if hint != "" && ix.name != hint {
			continue
		}
		if ix.partial != nil && !implies(f, ix.partial) {
			if hint != "" {
				return plan{}, fail(codeBadValue, "the query does not imply the filter of the partial index %s named in hint", hint)
			}
			continue
		}
		if p := planFor(ix, tolds, sort); p.score > best.score || hint != "" {
			best = p
		}
	}
	return best, nil
}

// hintName finds the index that a hint, a name or a pattern, stands for.
func (m *meta) hintName(hint value) (string, error) {
	all := append([]*index{idIndex}, m.indexes...)
	switch hint.Type {
	case 0:
		return "", nil
	case bson.TypeString:
		for _, ix := range all {
			if ix.name == hint.StringValue() {
				return ix.name, nil
			}
		}
	case bson.TypeEmbeddedDocument:
		if len(hint.Data) == 5 {
			return "", nil
		}
		fields, err := parseSort(hint.Data)
		if err != nil {
			return "", err
		}
		for _, ix := range all {
			if ix.samePattern(fields) {
				return ix.name, nil
			}
		}
	}
	return "", fail(codeBadValue, "error processing query: planner returned error: bad hint: hint provided does not correspond to an existing index")
}

package embedded

import (
	"strings"

	"go.mongodb.org/mongo-driver/bson"
)

// parseSort reads a sort or index pattern: paths with 1 or -1.
func parseSort(doc []byte) ([]keyField, error) {
	var fields []keyField
	for key, v := range elements(doc) {
		if v.Type == bson.TypeEmbeddedDocument || v.Type == bson.TypeString {
			return nil, notHeld("the order of '%s' other than 1 or -1", key)
		}
		n, ok := integer(v)
		if !ok || (n != 1 && n != -1) {
			return nil, fail(codeBadValue, "$sort key ordering must be 1 (for ascending) or -1 (for descending)")
		}
		p, err := parsePath(string(key))
		if err != nil {
			return nil, err
		}
		if p.numeric() {
			return nil, notHeld("array positions in the pattern '%s'", key)
		}
		if strings.HasPrefix(p[0], "$") {
			return nil, fail(codeBadValue, "FieldPath field names may not start with '$': %s", key)
		}
		for _, other := range fields {
			if other.path.String() == p.String() {
				return nil, fail(codeBadValue, "the pattern names '%s' twice", key)
			}
		}
		fields = append(fields, keyField{p, n == -1})
	}
	return fields, nil
}

package embedded_test

import (
	"fmt"
	"reflect"
	"strings"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/primitive"
)

// plain turns BSON into Go maps and slices, all numbers into float64, so that
// answers can be compared as the specification wants: by value.
func plain(v any) any {
	switch v := v.(type) {
	case bson.Raw:
		var m bson.M
		if err := bson.Unmarshal(v, &m); err != nil {
			return err
		}
		return plain(m)
	case bson.RawValue:
		var out any
		if err := v.Unmarshal(&out); err != nil {
			return err
		}
		return plain(out)
	case bson.M:
		out := map[string]any{}
		for k, e := range v {
			out[k] = plain(e)
		}
		return out
	case bson.D:
		m := bson.M{}
		for _, e := range v {
			m[e.Key] = e.Value
		}
		return plain(m)
	case bson.A:
		return plain([]any(v))
	case []bson.Raw:
		out := []any{}
		for _, e := range v {
			out = append(out, plain(e))
		}
		return out
	case []any:
		out := []any{}
		for _, e := range v {
			out = append(out, plain(e))
		}
		return out
	case int32:
		return float64(v)
	case int64:
		return float64(v)
	case int:
		return float64(v)
	case primitive.Null:
		return nil
	}
	return v
}

// sameResult compares an answer; its top level may say more than was expected.
func sameResult(name string, want bson.RawValue, got any) error {
	if err := same(plain(want), plain(got), true); err != nil {
		return fmt.Errorf("%s answers %v: %w", name, plain(got), err)
	}
	return nil
}

// absent stands for a field that is not there.
type absent struct{}

// driverKeeps are parts of an answer that this driver does not give.
var driverKeeps = map[string]bool{"insertedIds": true, "insertedId": true}

func same(want, got any, more bool) error {
	switch w := want.(type) {
	case map[string]any:
		if err, special := sameSpecial(w, got); special {
			return err
		}
		g, ok := got.(map[string]any)
		if !ok {
			return fmt.Errorf("got %v, want %v", got, want)
		}
		for k, e := range w {
			v, there := g[k]
			if !there {
				v = absent{}
			}
			if !there && driverKeeps[k] {
				continue
			}
			if err := same(e, v, false); err != nil {
				return fmt.Errorf("%s: %w", k, err)
			}
		}
		if !more && len(g) > len(w) {
			return fmt.Errorf("got %v, want %v", got, want)
		}
		return nil
	case []any:
		g, ok := got.([]any)
		if !ok || len(g) != len(w) {
			return fmt.Errorf("got %v, want %v", got, want)
		}
		for i := range w {
			if err := same(w[i], g[i], more); err != nil {
				return err
			}
		}
		return nil
	}
	if !reflect.DeepEqual(want, got) {
		return fmt.Errorf("got %v, want %v", got, want)
	}
	return nil
}

// sameSpecial reads the matching operators of the unified test format.
func sameSpecial(want map[string]any, got any) (error, bool) {
	if len(want) != 1 {
		return nil, false
	}
	for op, arg := range want {
		_, gone := got.(absent)
		switch {
		case op == "$$unsetOrMatches":
			if gone || got == nil {
				return nil, true
			}
			return same(arg, got, true), true
		case op == "$$exists":
			if arg.(bool) == gone {
				return fmt.Errorf("existence is not %v", arg), true
			}
			return nil, true
		case op == "$$type":
			return nil, true
		case strings.HasPrefix(op, "$$"):
			return fmt.Errorf("%w %s", errUnknownOp, op), true
		}
	}
	return nil, false
}

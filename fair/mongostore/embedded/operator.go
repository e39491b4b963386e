package embedded

import (
	"math"
	"math/bits"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/primitive"
	"go.mongodb.org/mongo-driver/x/bsonx/bsoncore"
)

// edit says what becomes of a value: nil leaves things as they are, remove
// takes the field away. old is nil where the field is absent.
type edit func(old *node, now time.Time) (*node, error)

// editor reads the argument of an update operator.
type editor func(arg value) (edit, error)

var remove = &node{}

// editors are the update operators, $rename apart (it has two paths).
var editors = map[string]editor{
	"$set":         func(arg value) (edit, error) { return setTo(arg), nil },
	"$setOnInsert": func(arg value) (edit, error) { return setTo(arg), nil },
	"$unset":       func(value) (edit, error) { return unset, nil },
	"$inc":         func(arg value) (edit, error) { return arithmetic("$inc", arg, addInt, addDouble) },
	"$mul":         func(arg value) (edit, error) { return arithmetic("$mul", arg, mulInt, mulDouble) },
	"$min":         func(arg value) (edit, error) { return extreme(arg, -1), nil },
	"$max":         func(arg value) (edit, error) { return extreme(arg, 1), nil },
	"$currentDate": parseCurrentDate,
	"$push":        parsePush,
	"$addToSet":    parseAddToSet,
	"$pull":        parsePull,
	"$pullAll":     parsePullAll,
	"$pop":         parsePop,
}

func setTo(v value) edit {
	return func(*node, time.Time) (*node, error) { return leaf(v), nil }
}

func unset(*node, time.Time) (*node, error) { return remove, nil }

// extreme sets arg where the field is absent or on the other side of it.
func extreme(arg value, sign int) edit {
	return func(old *node, _ time.Time) (*node, error) {
		if old != nil && compare(arg, old.value())*sign <= 0 {
			return nil, nil
		}
		return leaf(arg), nil
	}
}

// arithmetic works in int32, int64 or double, the widest of the two; an int32
// that does not fit becomes an int64, an int64 that does not fit is an error.
func arithmetic(op string, arg value, onInt func(a, b int64) (int64, bool), onDouble func(a, b float64) float64) (edit, error) {
	if !isNumber(arg) {
		return nil, fail(codeTypeMismatch, "Cannot %s with non-numeric argument of type %s",
			map[string]string{"$inc": "increment", "$mul": "multiply"}[op], typeName(arg.Type))
	}
	return func(old *node, _ time.Time) (*node, error) {
		v := int32Value(0)
		if old != nil {
			v = old.value()
		}
		if !isNumber(v) {
			return nil, fail(codeTypeMismatch, "Cannot apply %s to a value of non-numeric type %s", op, typeName(v.Type))
		}
		if v.Type == bson.TypeDouble || arg.Type == bson.TypeDouble {
			a, _ := splitNumber(v)
			b, _ := splitNumber(arg)
			return leaf(doubleValue(onDouble(a, b))), nil
		}
		a, _ := integer(v)
		b, _ := integer(arg)
		n, ok := onInt(a, b)
		if !ok {
			return nil, fail(codeBadValue, "Failed to apply %s operations to current value: the result does not fit in 64 bits", op)
		}
		narrow := v.Type == bson.TypeInt32 && arg.Type == bson.TypeInt32
		if narrow && n >= math.MinInt32 && n <= math.MaxInt32 {
			return leaf(int32Value(int32(n))), nil
		}
		return leaf(int64Value(n)), nil
	}, nil
}

func addInt(a, b int64) (int64, bool) {
	n := a + b
	return n, (n > a) == (b > 0)
}

func mulInt(a, b int64) (int64, bool) {
	high, low := bits.Mul64(magnitude(a), magnitude(b))
	negative := (a < 0) != (b < 0)
	if high != 0 || low > 1<<63 || (low == 1<<63 && !negative) {
		return 0, false
	}
	return a * b, true
}

func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}

func addDouble(a, b float64) float64 { return a + b }
func mulDouble(a, b float64) float64 { return a * b }

func parseCurrentDate(arg value) (edit, error) {
	switch {
	case arg.Type == bson.TypeBoolean:
	case arg.Type == bson.TypeEmbeddedDocument && len(listOf(arg)) == 1:
		t := lookup(arg.Data, "$type")
		if t.Type == bson.TypeString && t.StringValue() == "date" {
			break
		}
		return nil, notHeld("$currentDate with a $type other than 'date'")
	default:
		return nil, fail(codeBadValue, "%s is not valid type for $currentDate.", typeName(arg.Type))
	}
	return func(_ *node, now time.Time) (*node, error) {
		return leaf(dateValue(now)), nil
	}, nil
}

// dateValue keeps whole milliseconds, as BSON does.
func dateValue(t time.Time) value {
	return value{Type: bson.TypeDateTime, Data: bsoncore.AppendDateTime(nil, t.UnixMilli())}
}

func newID() value {
	return value{Type: bson.TypeObjectID, Data: bsoncore.AppendObjectID(nil, primitive.NewObjectID())}
}

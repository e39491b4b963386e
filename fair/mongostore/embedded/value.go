package embedded

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"iter"
	"math"
	"strconv"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/bsontype"
	"go.mongodb.org/mongo-driver/x/bsonx/bsoncore"
)

// value is one BSON value in its encoded form; documents are never decoded
// into Go types. The zero value, missing, stands for "no such field".
type value = bsoncore.Value

var (
	missing   = value{}
	nullValue = value{Type: bson.TypeNull}
	// emptyArrayKey is what an empty array leaves in an index: BSON's
	// undefined, which sorts before null.
	emptyArrayKey = value{Type: bson.TypeUndefined}
)

// MaxDocumentSize is the size limit of one document in bytes, as in MongoDB.
const MaxDocumentSize = 16 << 20

// maxDepth is the deepest nesting of one stored document, as in MongoDB.
const maxDepth = 100

// Brackets of the BSON comparison order (MongoDB manual, "Comparison/Sort
// Order"). They are also the first byte of an index key, so they leave room
// below for the end mark of documents and arrays, and stay under 0x80 so that
// a bracket or its complement can be incremented.
const (
	endMark        = 0x00
	bracketMinKey  = 0x05
	bracketMissing = 0x08
	bracketNull    = 0x10
	bracketNumber  = 0x18
	bracketString  = 0x20
	bracketDoc     = 0x28
	bracketArray   = 0x30
	bracketBinary  = 0x38
	bracketID      = 0x40
	bracketBool    = 0x48
	bracketDate    = 0x50
	bracketStamp   = 0x58
	bracketRegex   = 0x60
	bracketMaxKey  = 0x70
)

// bracket is 0 for a BSON type the engine does not hold.
func bracket(t bsontype.Type) byte {
	switch t {
	case bson.TypeMinKey:
		return bracketMinKey
	case 0, bson.TypeUndefined:
		return bracketMissing
	case bson.TypeNull:
		return bracketNull
	case bson.TypeDouble, bson.TypeInt32, bson.TypeInt64:
		return bracketNumber
	case bson.TypeString:
		return bracketString
	case bson.TypeEmbeddedDocument:
		return bracketDoc
	case bson.TypeArray:
		return bracketArray
	case bson.TypeBinary:
		return bracketBinary
	case bson.TypeObjectID:
		return bracketID
	case bson.TypeBoolean:
		return bracketBool
	case bson.TypeDateTime:
		return bracketDate
	case bson.TypeTimestamp:
		return bracketStamp
	case bson.TypeRegex:
		return bracketRegex
	case bson.TypeMaxKey:
		return bracketMaxKey
	}
	return 0
}

// elements yields the fields of an encoded document or array in order. The
// bytes must have passed validate; the walk ends at the first that has not.
func elements(doc []byte) iter.Seq2[[]byte, value] {
	return func(yield func([]byte, value) bool) {
		if len(doc) < 5 {
			return
		}
		for rest := doc[4 : len(doc)-1]; len(rest) > 0; {
			key, v, after, ok := nextElement(rest)
			if !ok || !yield(key, v) {
				return
			}
			rest = after
		}
	}
}

func nextElement(rest []byte) (key []byte, v value, after []byte, ok bool) {
	end := bytes.IndexByte(rest[1:], 0)
	if end < 0 {
		return nil, missing, nil, false
	}
	v, after, ok = bsoncore.ReadValue(rest[end+2:], bsontype.Type(rest[0]))
	return rest[1 : end+1], v, after, ok
}

// lookup finds the first field of that name.
func lookup(doc []byte, name string) value {
	for key, v := range elements(doc) {
		if string(key) == name {
			return v
		}
	}
	return missing
}

func isMissing(v value) bool { return v.Type == 0 }

func docValue(doc []byte) value { return value{Type: bson.TypeEmbeddedDocument, Data: doc} }

func int32Value(n int32) value {
	return value{Type: bson.TypeInt32, Data: bsoncore.AppendInt32(nil, n)}
}

func int64Value(n int64) value {
	return value{Type: bson.TypeInt64, Data: bsoncore.AppendInt64(nil, n)}
}

func doubleValue(f float64) value {
	return value{Type: bson.TypeDouble, Data: bsoncore.AppendDouble(nil, f)}
}

func isNumber(v value) bool { return bracket(v.Type) == bracketNumber }

// integer reads any numeric value that is a whole number in the int64 range.
func integer(v value) (int64, bool) {
	switch v.Type {
	case bson.TypeInt32:
		return int64(v.Int32()), true
	case bson.TypeInt64:
		return v.Int64(), true
	case bson.TypeDouble:
		f := v.Double()
		if f != math.Trunc(f) || f < -(1<<63) || f >= 1<<63 {
			return 0, false
		}
		return int64(f), true
	}
	return 0, false
}

// truth reads the loose booleans of command options: any number but zero is true.
func truth(v value) bool {
	switch v.Type {
	case 0, bson.TypeNull, bson.TypeUndefined:
		return false
	case bson.TypeBoolean:
		return v.Boolean()
	case bson.TypeInt32, bson.TypeInt64, bson.TypeDouble:
		f, _ := splitNumber(v)
		return f != 0
	}
	return true
}

// splitNumber writes a number as the nearest double and what that rounding
// lost, so that (float, rest) orders int32, int64 and double together without
// error: rounding is monotonous, and two numbers that round to the same double
// differ by their rests. NaN and the two zeros are left as they are.
func splitNumber(v value) (float64, int16) {
	switch v.Type {
	case bson.TypeInt32:
		return float64(v.Int32()), 0
	case bson.TypeInt64:
		n := v.Int64()
		f := float64(n)
		if f >= 1<<63 {
			return f, int16(n-math.MaxInt64) - 1
		}
		return f, int16(n - int64(f))
	}
	return v.Double(), 0
}

func isNaN(v value) bool { return v.Type == bson.TypeDouble && math.IsNaN(v.Double()) }

// compare orders two values of any types as MongoDB sorts them. NaN is the
// least number and equal to itself; -0 equals 0; missing equals undefined.
func compare(a, b value) int {
	ba, bb := bracket(a.Type), bracket(b.Type)
	if ba != bb {
		return cmp.Compare(ba, bb)
	}
	switch ba {
	case bracketNumber:
		fa, ra := splitNumber(a)
		fb, rb := splitNumber(b)
		if c := cmp.Compare(fa, fb); c != 0 { // cmp puts NaN first
			return c
		}
		return cmp.Compare(ra, rb)
	case bracketString:
		return cmp.Compare(a.StringValue(), b.StringValue())
	case bracketDoc, bracketArray:
		return compareDocuments(a.Data, b.Data, ba == bracketDoc)
	case bracketBinary:
		return compareBinary(a, b)
	case bracketDate:
		return cmp.Compare(a.DateTime(), b.DateTime())
	case bracketStamp:
		return cmp.Compare(binary.LittleEndian.Uint64(a.Data), binary.LittleEndian.Uint64(b.Data))
	case bracketRegex:
		pa, oa := a.Regex()
		pb, ob := b.Regex()
		return cmp.Or(cmp.Compare(pa, pb), cmp.Compare(oa, ob))
	case bracketID, bracketBool:
		return bytes.Compare(a.Data, b.Data)
	}
	return 0 // missing, null, MinKey, MaxKey
}

// compareDocuments goes field by field: bracket, then name, then value; the
// one that ends first is less. Arrays have no names worth comparing.
func compareDocuments(a, b []byte, names bool) int {
	restA, restB := a[4:len(a)-1], b[4:len(b)-1]
	for len(restA) > 0 && len(restB) > 0 {
		ka, va, afterA, okA := nextElement(restA)
		kb, vb, afterB, okB := nextElement(restB)
		if !okA || !okB {
			break
		}
		if c := cmp.Compare(bracket(va.Type), bracket(vb.Type)); c != 0 {
			return c
		}
		if names {
			if c := bytes.Compare(ka, kb); c != 0 {
				return c
			}
		}
		if c := compare(va, vb); c != 0 {
			return c
		}
		restA, restB = afterA, afterB
	}
	return cmp.Compare(min(len(restA), 1), min(len(restB), 1))
}

// compareBinary orders by length, then subtype, then bytes.
func compareBinary(a, b value) int {
	sa, da := a.Binary()
	sb, db := b.Binary()
	return cmp.Or(cmp.Compare(len(da), len(db)), cmp.Compare(sa, sb), bytes.Compare(da, db))
}

func equal(a, b value) bool { return compare(a, b) == 0 }

// identical is stricter than equal: same type, same bytes.
func identical(a, b value) bool { return a.Type == b.Type && bytes.Equal(a.Data, b.Data) }

// arrayIndex reads a path component as a position in an array; "01" is a name.
func arrayIndex(part string) (int, bool) {
	if part == "" || len(part) > 9 || (len(part) > 1 && part[0] == '0') {
		return 0, false
	}
	for i := range len(part) {
		if part[i] < '0' || part[i] > '9' {
			return 0, false
		}
	}
	n, err := strconv.Atoi(part)
	return n, err == nil
}

// typeNames are the aliases $type and $currentDate accept and messages use.
var typeNames = map[string]bsontype.Type{
	"double": bson.TypeDouble, "string": bson.TypeString, "object": bson.TypeEmbeddedDocument,
	"array": bson.TypeArray, "binData": bson.TypeBinary, "objectId": bson.TypeObjectID,
	"bool": bson.TypeBoolean, "date": bson.TypeDateTime, "null": bson.TypeNull,
	"regex": bson.TypeRegex, "int": bson.TypeInt32, "timestamp": bson.TypeTimestamp,
	"long": bson.TypeInt64, "minKey": bson.TypeMinKey, "maxKey": bson.TypeMaxKey,
}

func typeName(t bsontype.Type) string {
	for name, other := range typeNames {
		if other == t {
			return name
		}
	}
	if t == 0 {
		return "missing"
	}
	return t.String()
}

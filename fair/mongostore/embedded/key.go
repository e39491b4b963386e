package embedded

import (
	"bytes"
	"encoding/binary"
	"math"
	"slices"

	"go.mongodb.org/mongo-driver/bson"
)

// appendKey appends the order-preserving form of v: bytes.Compare on two keys
// is compare on the two values, equal values (1, 1.0 and int64 1) have equal
// keys, and no key is a prefix of another, so keys can be joined end to end.
func appendKey(dst []byte, v value) []byte {
	b := bracket(v.Type)
	dst = append(dst, b)
	switch b {
	case bracketNumber:
		return appendNumber(dst, v)
	case bracketString:
		return appendText(dst, v.StringValue())
	case bracketDoc:
		for key, e := range elements(v.Data) {
			// Bracket, name, then the value with its bracket again: the
			// comparison looks at the bracket before the name.
			dst = append(dst, bracket(e.Type))
			dst = append(append(dst, key...), 0)
			dst = appendKey(dst, e)
		}
		return append(dst, endMark)
	case bracketArray:
		for _, e := range elements(v.Data) {
			dst = appendKey(dst, e)
		}
		return append(dst, endMark)
	case bracketBinary:
		subtype, data := v.Binary()
		dst = binary.BigEndian.AppendUint32(dst, uint32(len(data)))
		return append(append(dst, subtype), data...)
	case bracketID, bracketBool:
		return append(dst, v.Data...)
	case bracketDate:
		return binary.BigEndian.AppendUint64(dst, uint64(v.DateTime())^1<<63)
	case bracketStamp:
		return binary.BigEndian.AppendUint64(dst, binary.LittleEndian.Uint64(v.Data))
	case bracketRegex:
		pattern, options := v.Regex()
		return appendText(appendText(dst, pattern), options)
	}
	return dst // missing, null, MinKey, MaxKey: the bracket says it all
}

// appendNumber writes the sign-flipped bits of the nearest double and the rest
// of splitNumber. NaN gets the lowest form; -0 that of 0.
func appendNumber(dst []byte, v value) []byte {
	f, rest := splitNumber(v)
	var bits uint64
	switch {
	case math.IsNaN(f):
	case f == 0:
		bits = 1 << 63
	default:
		bits = math.Float64bits(f)
		if bits>>63 == 1 {
			bits = ^bits
		} else {
			bits |= 1 << 63
		}
	}
	dst = binary.BigEndian.AppendUint64(dst, bits)
	return binary.BigEndian.AppendUint16(dst, uint16(rest)^1<<15)
}

// appendText ends a string with 00 01 and writes a zero byte inside it as 00 FF.
func appendText(dst []byte, s string) []byte {
	for i := range len(s) {
		dst = append(dst, s[i])
		if s[i] == 0 {
			dst = append(dst, 0xFF)
		}
	}
	return append(dst, 0, 1)
}

// flip complements bytes in place: it turns ascending keys into descending ones.
func flip(key []byte) []byte {
	for i := range key {
		key[i] = ^key[i]
	}
	return key
}

// successor is the least byte string after every string that begins with
// prefix; nil means there is none.
func successor(prefix []byte) []byte {
	for i := len(prefix) - 1; i >= 0; i-- {
		if prefix[i] != 0xFF {
			out := append([]byte(nil), prefix[:i+1]...)
			out[i]++
			return out
		}
	}
	return nil
}

// keyField is one field of an index or of a sort.
type keyField struct {
	path path
	desc bool
}

// keySet is the result of reading one document along an index pattern: its
// distinct keys in order, at least one.
type keySet struct {
	keys     []indexKey
	multikey bool // an array was met: its elements have keys of their own
}

// indexKey is an encoded key and the values it was made of.
type indexKey struct {
	bytes  []byte
	values []value
}

// keysOf makes the index keys of doc: one, or one for each element of the
// array its fields go through. Absent fields count as null and an empty array
// as undefined. Two different arrays on one pattern are an error.
func keysOf(fields []keyField, doc []byte) (keySet, error) {
	var set keySet
	at := make([]cursorField, len(fields))
	for i, f := range fields {
		at[i].rest = f.path
	}
	if err := set.walk(fields, at, doc); err != nil {
		return set, err
	}
	slices.SortFunc(set.keys, func(a, b indexKey) int { return bytes.Compare(a.bytes, b.bytes) })
	set.keys = slices.CompactFunc(set.keys, func(a, b indexKey) bool { return bytes.Equal(a.bytes, b.bytes) })
	return set, nil
}

// cursorField is how far one field has been followed: what is left of its
// path and, once that is nothing, its value.
type cursorField struct {
	rest path
	v    value
}

func (s *keySet) walk(fields []keyField, at []cursorField, doc []byte) error {
	at = append([]cursorField(nil), at...)
	var array value
	var through []int
	for i := range at {
		if len(at[i].rest) == 0 {
			continue
		}
		v, rest := follow(doc, at[i].rest)
		if v.Type == bson.TypeArray {
			if array.Type != 0 && &array.Data[0] != &v.Data[0] {
				return fail(codeParallelArrays, "cannot index parallel arrays: [%s] and [%s]",
					fields[through[0]].path, fields[i].path)
			}
			array, through = v, append(through, i)
			at[i].rest = rest
			if len(rest) == 0 {
				at[i].v = nullValue
			}
			continue
		}
		at[i] = cursorField{v: v}
	}
	if array.Type == 0 {
		s.add(fields, at)
		return nil
	}
	s.multikey = true
	return s.walkArray(fields, at, array, through)
}

func (s *keySet) walkArray(fields []keyField, at []cursorField, array value, through []int) error {
	empty := true
	for _, e := range elements(array.Data) {
		empty = false
		if err := s.enter(fields, at, e, through); err != nil {
			return err
		}
	}
	if empty {
		return s.enter(fields, at, emptyArrayKey, through)
	}
	return nil
}

// enter goes on with one element of an array: fields that end at the array
// take the element, the others look inside it.
func (s *keySet) enter(fields []keyField, at []cursorField, e value, through []int) error {
	for _, i := range through {
		if len(at[i].rest) == 0 {
			at[i].v = e
		}
	}
	var inside []byte
	if e.Type == bson.TypeEmbeddedDocument {
		inside = e.Data
	}
	return s.walk(fields, at, inside)
}

func (s *keySet) add(fields []keyField, at []cursorField) {
	var key indexKey
	for i, f := range fields {
		start := len(key.bytes)
		key.bytes = appendKey(key.bytes, at[i].v)
		key.values = append(key.values, at[i].v)
		if f.desc {
			flip(key.bytes[start:])
		}
	}
	s.keys = append(s.keys, key)
}

// follow goes down p until its end, an absent field (null), or an array, with
// what is left of the path after it.
func follow(doc []byte, p path) (value, path) {
	for i, part := range p {
		v := lookup(doc, part)
		last := i == len(p)-1
		switch {
		case v.Type == bson.TypeArray:
			return v, p[i+1:]
		case v.Type == 0:
			return nullValue, nil
		case last:
			return v, nil
		case v.Type != bson.TypeEmbeddedDocument:
			return nullValue, nil
		}
		doc = v.Data
	}
	return nullValue, nil
}

// sortKey is the least key of a document under a sort pattern: the smallest
// element of an array when ascending, the largest when descending.
func sortKey(fields []keyField, doc []byte) ([]byte, error) {
	set, err := keysOf(fields, doc)
	if err != nil {
		return nil, err
	}
	return set.keys[0].bytes, nil
}

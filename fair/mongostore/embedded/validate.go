package embedded

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf8"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/x/bsonx/bsoncore"
)

// checkShape makes sure that bytes from the wire are whole BSON of the types
// the engine holds, so that nothing after it needs to look again.
func checkShape(doc []byte, depth int) error {
	if depth > maxDepth {
		return fail(codeOverflow, "document nests deeper than %d levels", maxDepth)
	}
	if len(doc) < 5 || int(binary.LittleEndian.Uint32(doc)) != len(doc) || doc[len(doc)-1] != 0 {
		return fail(codeInvalidBSON, "document of %d bytes has a wrong length or no end", len(doc))
	}
	for rest := doc[4 : len(doc)-1]; len(rest) > 0; {
		key, v, after, ok := nextElement(rest)
		if !ok {
			return fail(codeInvalidBSON, "document is cut short or holds an unknown type")
		}
		if err := checkValue(key, v, depth); err != nil {
			return err
		}
		rest = after
	}
	return nil
}

func checkValue(key []byte, v value, depth int) error {
	if v.Type == bson.TypeUndefined || bracket(v.Type) == 0 {
		return fail(codeBadValue, "field %q holds BSON type %s, which the embedded engine does not hold", key, v.Type)
	}
	switch v.Type {
	case bson.TypeEmbeddedDocument, bson.TypeArray:
		return checkShape(v.Data, depth+1)
	case bson.TypeString:
		n := len(v.Data)
		if n < 5 || v.Data[n-1] != 0 || !utf8.Valid(v.Data[4:n-1]) {
			return fail(codeInvalidBSON, "field %q is not a valid UTF-8 string", key)
		}
	case bson.TypeBoolean:
		if v.Data[0] > 1 {
			return fail(codeInvalidBSON, "field %q is not a valid boolean", key)
		}
	case bson.TypeBinary:
		if _, _, ok := v.BinaryOK(); !ok {
			return fail(codeInvalidBSON, "field %q is not valid binary data", key)
		}
	}
	if !utf8.Valid(key) {
		return fail(codeInvalidBSON, "field name %q is not valid UTF-8", key)
	}
	return nil
}

// checkNames refuses field names that no filter or update could address:
// those with a dollar first or a dot inside. MongoDB 5 and later would store
// them; refusing them also keeps operators of a careless caller out.
func checkNames(doc []byte) error {
	for key, v := range elements(doc) {
		if err := checkName(string(key), v); err != nil {
			return err
		}
	}
	return nil
}

func checkName(name string, v value) error {
	if strings.HasPrefix(name, "$") {
		return fail(codeDollarPrefixed, "The dollar ($) prefixed field '%s' is not allowed in a stored document", name)
	}
	if strings.Contains(name, ".") {
		return fail(codeDottedFieldName, "The dotted field '%s' is not allowed in a stored document", name)
	}
	return checkNestedNames(v)
}

func checkNestedNames(v value) error {
	switch v.Type {
	case bson.TypeEmbeddedDocument:
		return checkNames(v.Data)
	case bson.TypeArray:
		for _, e := range elements(v.Data) {
			if err := checkNestedNames(e); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkStorable is the last look at a document before it is written.
func checkStorable(doc []byte) error {
	if len(doc) > MaxDocumentSize {
		return fail(codeTooLarge, "BSON document of %d bytes is larger than %d", len(doc), MaxDocumentSize)
	}
	if err := checkShape(doc, 1); err != nil {
		return err
	}
	if err := checkNames(doc); err != nil {
		return err
	}
	switch id := lookup(doc, "_id"); id.Type {
	case 0:
		return fail(codeInvalidID, "document has no _id")
	case bson.TypeArray, bson.TypeRegex:
		return fail(codeInvalidID, "The '_id' value cannot be of type %s", typeName(id.Type))
	}
	return nil
}

// withID puts _id first, making an ObjectID where there is none.
func withID(doc []byte) []byte {
	id := lookup(doc, "_id")
	if key, _, _, ok := nextElement(doc[4:]); ok && bytes.Equal(key, []byte("_id")) {
		return doc
	}
	if isMissing(id) {
		id = newID()
	}
	at, out := bsoncore.AppendDocumentStart(make([]byte, 0, len(doc)+17))
	out = bsoncore.AppendValueElement(out, "_id", id)
	for key, v := range elements(doc) {
		if string(key) != "_id" {
			out = bsoncore.AppendValueElement(out, string(key), v)
		}
	}
	out, _ = bsoncore.AppendDocumentEnd(out, at)
	return out
}

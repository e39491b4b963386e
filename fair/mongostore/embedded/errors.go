package embedded

import (
	"errors"
	"fmt"

	"go.mongodb.org/mongo-driver/x/bsonx/bsoncore"
)

// Error codes of the MongoDB server that this engine answers with. Names and
// numbers: MongoDB manual, "Error Codes".
const (
	codeInternal         = 1
	codeBadValue         = 2
	codeFailedToParse    = 9
	codeTypeMismatch     = 14
	codeOverflow         = 15
	codeInvalidBSON      = 22
	codeNamespaceMissing = 26
	codeIndexMissing     = 27
	codePathNotViable    = 28
	codeConflictingPaths = 40
	codeCursorNotFound   = 43
	codeNamespaceExists  = 48
	codeMaxTimeExpired   = 50
	codeDollarPrefixed   = 52
	codeInvalidID        = 53
	codeTwoEqualities    = 54
	codeEmptyFieldName   = 56
	codeDottedFieldName  = 57
	codeCommandNotFound  = 59
	codeImmutableField   = 66
	codeCannotIndex      = 67
	codeInvalidOptions   = 72
	codeInvalidNamespace = 73
	codeIndexOptions     = 85
	codeIndexKeys        = 86
	codeShuttingDown     = 91
	codeWriteConcern     = 100
	codeParallelArrays   = 171
	codeNotImplemented   = 238
	codeTooLarge         = 10334
	codeDuplicateKey     = 11000
	codeKeyTooLong       = 17280
	codePathCollision    = 31249
	codeUnknownField     = 40415
)

var codeNames = map[int32]string{
	codeInternal: "InternalError", codeBadValue: "BadValue", codeFailedToParse: "FailedToParse",
	codeTypeMismatch: "TypeMismatch", codeOverflow: "Overflow", codeInvalidBSON: "InvalidBSON",
	codeNamespaceMissing: "NamespaceNotFound", codeIndexMissing: "IndexNotFound",
	codePathNotViable: "PathNotViable", codeConflictingPaths: "ConflictingUpdateOperators",
	codeCursorNotFound: "CursorNotFound", codeNamespaceExists: "NamespaceExists",
	codeMaxTimeExpired: "MaxTimeMSExpired", codeDollarPrefixed: "DollarPrefixedFieldName",
	codeInvalidID: "InvalidIdField", codeTwoEqualities: "NotSingleValueField",
	codeEmptyFieldName: "EmptyFieldName", codeDottedFieldName: "DottedFieldName",
	codeCommandNotFound: "CommandNotFound", codeImmutableField: "ImmutableField",
	codeCannotIndex: "CannotCreateIndex", codeInvalidOptions: "InvalidOptions",
	codeInvalidNamespace: "InvalidNamespace", codeIndexOptions: "IndexOptionsConflict",
	codeIndexKeys: "IndexKeySpecsConflict", codeShuttingDown: "ShutdownInProgress",
	codeWriteConcern: "UnsatisfiableWriteConcern", codeParallelArrays: "CannotIndexParallelArrays",
	codeNotImplemented: "NotImplemented", codeTooLarge: "BSONObjectTooLarge",
	codeDuplicateKey: "DuplicateKey",
}

func codeName(code int32) string {
	if n, ok := codeNames[code]; ok {
		return n
	}
	return fmt.Sprintf("Location%d", code)
}

// failure is an error that the client is told: a server code, a message, and
// for a duplicate key the two documents the driver expects beside them.
type failure struct {
	code       int32
	msg        string
	keyPattern bsoncore.Document
	keyValue   bsoncore.Document
}

func (f *failure) Error() string { return f.msg }

func fail(code int32, format string, args ...any) error {
	return &failure{code: code, msg: fmt.Sprintf(format, args...)}
}

// notHeld is the answer to something MongoDB knows and this engine does not.
func notHeld(format string, args ...any) error {
	return fail(codeNotImplemented, "the embedded engine does not hold "+format, args...)
}

func unknownField(command, field string) error {
	return fail(codeUnknownField, "BSON field '%s.%s' is an unknown field.", command, field)
}

// asFailure gives every error a code; anything that is not a failure is ours
// (a disk error, a bug) and is told as an internal error.
func asFailure(err error) *failure {
	var f *failure
	if errors.As(err, &f) {
		return f
	}
	return &failure{code: codeInternal, msg: err.Error()}
}

// appendTo writes the fields shared by command errors and write errors.
func (f *failure) appendTo(b *bsoncore.DocumentBuilder) {
	b.AppendInt32("code", f.code).AppendString("codeName", codeName(f.code)).AppendString("errmsg", f.msg)
	if f.keyPattern != nil {
		b.AppendDocument("keyPattern", f.keyPattern).AppendDocument("keyValue", f.keyValue)
	}
}

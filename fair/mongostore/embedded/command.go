package embedded

import (
	"context"
	"fmt"
	"runtime/debug"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/x/bsonx/bsoncore"
)

// request is one command as it came.
type request struct {
	body      bsoncore.Document
	sequences map[string][]value // arrays sent beside the body
	legacy    bool               // came as OP_QUERY: only hello may
	conn      int32

	name string
	db   string
}

// reply builds the answer to a command; ok is added when it is sent.
type reply = *bsoncore.DocumentBuilder

func newReply() reply { return bsoncore.NewDocumentBuilder() }

// commands is every command there is. Each reads its own fields and refuses
// what it does not know.
var commands = map[string]func(*Engine, context.Context, *request) (reply, error){
	"hello": (*Engine).hello, "isMaster": (*Engine).hello, "ismaster": (*Engine).hello,
	"ping":            (*Engine).ping,
	"buildInfo":       (*Engine).buildInfo,
	"endSessions":     (*Engine).endSessions,
	"insert":          (*Engine).insert,
	"update":          (*Engine).update,
	"delete":          (*Engine).delete,
	"findAndModify":   (*Engine).findAndModify,
	"find":            (*Engine).find,
	"getMore":         (*Engine).getMore,
	"killCursors":     (*Engine).killCursors,
	"count":           (*Engine).count,
	"distinct":        (*Engine).distinct,
	"aggregate":       (*Engine).aggregate,
	"create":          (*Engine).create,
	"drop":            (*Engine).drop,
	"dropDatabase":    (*Engine).dropDatabase,
	"listCollections": (*Engine).listCollections,
	"createIndexes":   (*Engine).createIndexes,
	"dropIndexes":     (*Engine).dropIndexes,
	"listIndexes":     (*Engine).listIndexes,
}

// run answers a command; whatever goes wrong becomes an answer too.
func (e *Engine) run(req *request) bsoncore.Document {
	out, err := e.dispatch(req)
	if err != nil {
		f := asFailure(err)
		if f.code == codeInternal {
			e.log.Error("embedded engine command failed", "command", req.name, "err", err)
		}
		b := newReply().AppendDouble("ok", 0)
		f.appendTo(b)
		return b.Build()
	}
	return out.AppendDouble("ok", 1).Build()
}

func (e *Engine) dispatch(req *request) (out reply, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("command %s panicked: %v\n%s", req.name, r, debug.Stack())
		}
	}()
	if err := req.check(); err != nil {
		return nil, err
	}
	handler, ok := commands[req.name]
	if !ok {
		return nil, fail(codeCommandNotFound, "no such command: '%s'", req.name)
	}
	if req.legacy && !isHello(req.name) {
		return nil, fail(codeCommandNotFound, "Unsupported OP_QUERY command: %s", req.name)
	}
	ctx, cancel, err := e.deadline(req)
	if err != nil {
		return nil, err
	}
	defer cancel()
	return handler(e, ctx, req)
}

func isHello(name string) bool { return name == "hello" || strings.EqualFold(name, "ismaster") }

// check validates the bytes of a request and finds its command and database.
func (r *request) check() error {
	const room = 10 // levels that commands add around documents
	if err := checkShape(r.body, -room); err != nil {
		return err
	}
	for _, list := range r.sequences {
		for _, doc := range list {
			if err := checkShape(doc.Data, -room); err != nil {
				return err
			}
		}
	}
	for key := range elements(r.body) {
		r.name = string(key)
		break
	}
	if db := lookup(r.body, "$db"); db.Type == bson.TypeString {
		r.db = db.StringValue()
	}
	if isHello(r.name) {
		return nil
	}
	return checkDatabase(r.db)
}

// deadline turns maxTimeMS into a context. For getMore it is the time to wait
// for more, which only tailable cursors do.
func (e *Engine) deadline(req *request) (context.Context, context.CancelFunc, error) {
	ms := lookup(req.body, "maxTimeMS")
	if isMissing(ms) {
		return context.Background(), func() {}, nil
	}
	n, ok := integer(ms)
	if !ok || n < 0 || n > 1<<31-1 {
		return nil, nil, fail(codeBadValue, "maxTimeMS must be a whole number of milliseconds, not negative")
	}
	if n == 0 {
		return context.Background(), func() {}, nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Duration(n)*time.Millisecond)
	return ctx, cancel, nil
}

// fields gives each field of the command, but for the command itself and what
// all commands share, to take, which says whether it knows it.
func (r *request) fields(take func(key string, v value) (known bool, err error)) error {
	first := true
	for k, v := range elements(r.body) {
		key := string(k)
		if first {
			first = false
			continue
		}
		known, err := r.shared(key, v)
		if err == nil && !known {
			known, err = take(key, v)
		}
		if err != nil {
			return err
		}
		if !known {
			return unknownField(r.name, key)
		}
	}
	for key := range r.sequences {
		if known, err := take(key, missing); err != nil || !known {
			return unknownField(r.name, key)
		}
	}
	return nil
}

// shared reads the fields that any command may carry.
func (r *request) shared(key string, v value) (bool, error) {
	switch key {
	case "$db", "comment", "maxTimeMS", "$readPreference":
		return true, nil
	case "readConcern":
		switch level := lookup(v.Data, "level"); {
		case v.Type != bson.TypeEmbeddedDocument:
			return true, fail(codeTypeMismatch, "readConcern must be an object")
		case isMissing(level):
		case level.Type != bson.TypeString:
			return true, fail(codeTypeMismatch, "readConcern.level must be a string")
		case level.StringValue() == "snapshot":
			return true, notHeld("readConcern snapshot")
		}
		return true, nil
	case "writeConcern":
		return true, checkWriteConcern(v)
	case "let", "collation":
		return true, notHeld("the field '%s'", key)
	}
	return false, nil
}

// checkWriteConcern accepts what one machine can promise. Every write is
// journaled and is the majority.
func checkWriteConcern(v value) error {
	if v.Type != bson.TypeEmbeddedDocument {
		return fail(codeTypeMismatch, "writeConcern must be an object")
	}
	for key, o := range elements(v.Data) {
		switch string(key) {
		case "j", "wtimeout":
		case "w":
			n, whole := integer(o)
			if whole && (n == 0 || n == 1) || o.Type == bson.TypeString && o.StringValue() == "majority" {
				continue
			}
			return fail(codeWriteConcern, "Not enough data-bearing nodes: this engine is one machine")
		default:
			return unknownField("writeConcern", string(key))
		}
	}
	return nil
}

// list reads an array argument, wherever it was sent.
func (r *request) list(key string) ([]value, error) {
	if list, ok := r.sequences[key]; ok {
		return list, nil
	}
	v := lookup(r.body, key)
	if v.Type != bson.TypeArray {
		return nil, fail(codeTypeMismatch, "BSON field '%s.%s' must be an array", r.name, key)
	}
	list := listOf(v)
	for _, d := range list {
		if d.Type != bson.TypeEmbeddedDocument {
			return nil, fail(codeTypeMismatch, "BSON field '%s.%s' must hold objects", r.name, key)
		}
	}
	return list, nil
}

// namespace is the database and collection that the command's own field names.
func (r *request) namespace() (string, error) { return namespace(r.db, lookup(r.body, r.name)) }

// document reads an argument that must be a document.
func document(key string, v value) (bsoncore.Document, error) {
	if v.Type != bson.TypeEmbeddedDocument {
		return nil, fail(codeTypeMismatch, "BSON field '%s' is the wrong type '%s', expected type 'object'", key, typeName(v.Type))
	}
	return v.Data, nil
}

// natural reads an argument that must be a whole number of zero or more.
func natural(key string, v value) (int64, error) {
	n, ok := integer(v)
	if !ok {
		return 0, fail(codeTypeMismatch, "BSON field '%s' must be a whole number", key)
	}
	if n < 0 {
		return 0, fail(codeBadValue, "BSON field '%s' value must be >= 0, actual value '%d'", key, n)
	}
	return n, nil
}

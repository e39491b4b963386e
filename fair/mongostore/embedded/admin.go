package embedded

import (
	"context"

	"go.mongodb.org/mongo-driver/x/bsonx/bsoncore"
)

// serverVersion is the MongoDB whose answers the engine gives, and wireVersion
// the protocol number of that version.
const (
	serverVersion = "7.0.0"
	wireVersion   = 21
)

// hello announces a standalone server. Without logicalSessionTimeoutMinutes
// the driver sends no sessions, transactions or retryable writes.
func (e *Engine) hello(_ context.Context, req *request) (reply, error) {
	primary := "isWritablePrimary"
	if req.name != "hello" {
		primary = "ismaster"
	}
	return newReply().
		AppendBoolean("helloOk", true).
		AppendBoolean(primary, true).
		AppendInt32("maxBsonObjectSize", MaxDocumentSize).
		AppendInt32("maxMessageSizeBytes", maxMessageSize).
		AppendInt32("maxWriteBatchSize", maxBatchSize).
		AppendDateTime("localTime", e.clock().UnixMilli()).
		AppendInt32("connectionId", req.conn).
		AppendInt32("minWireVersion", 0).
		AppendInt32("maxWireVersion", wireVersion).
		AppendBoolean("readOnly", false), nil
}

func (e *Engine) ping(_ context.Context, req *request) (reply, error) {
	return newReply(), req.fields(none)
}

func (e *Engine) buildInfo(_ context.Context, req *request) (reply, error) {
	version := bsoncore.NewArrayBuilder().AppendInt32(7).AppendInt32(0).AppendInt32(0).AppendInt32(0).Build()
	return newReply().
		AppendString("version", serverVersion).
		AppendArray("versionArray", version).
		AppendArray("modules", bsoncore.NewArrayBuilder().AppendString("salon-embedded").Build()).
		AppendInt32("maxBsonObjectSize", MaxDocumentSize), req.fields(none)
}

func (e *Engine) endSessions(_ context.Context, req *request) (reply, error) {
	return newReply(), req.fields(none)
}

func none(string, value) (bool, error) { return false, nil }

package embedded

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/x/bsonx/bsoncore"
)

// The MongoDB wire protocol, as far as the Go driver speaks it to a server
// without compression: OP_MSG, and OP_QUERY for the first hello. Source:
// MongoDB manual, "MongoDB Wire Protocol".
const (
	opReply = 1
	opQuery = 2004
	opMsg   = 2013

	headerSize     = 16
	maxMessageSize = 48_000_000 // bytes, announced in hello
	maxBatchSize   = 100_000    // writes in one command, announced in hello

	flagMoreToCome = 1 << 1
	// flagExhaust may be ignored: it allows several replies, it asks for none.
	flagExhaust = 1 << 16
)

// serve answers one connection until either side closes it.
func (e *Engine) serve(conn net.Conn, id int32) {
	defer e.forget(conn)
	defer conn.Close() // a second Close of a pipe end does nothing
	for {
		msg, err := readMessage(conn)
		if err != nil {
			if !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrClosedPipe) {
				e.log.Error("embedded engine closes a connection", "err", err)
			}
			return
		}
		reply, err := e.answer(msg, id)
		if err != nil {
			e.log.Error("embedded engine closes a connection", "err", err)
			return
		}
		if reply == nil {
			continue
		}
		if _, err := conn.Write(reply); err != nil {
			return // the client has gone; its write, if it was one, stands
		}
	}
}

func readMessage(r io.Reader) ([]byte, error) {
	var head [4]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, err
	}
	n := binary.LittleEndian.Uint32(head[:])
	if n < headerSize || n > maxMessageSize {
		return nil, fmt.Errorf("message of %d bytes", n)
	}
	msg := make([]byte, n)
	copy(msg, head[:])
	if _, err := io.ReadFull(r, msg[4:]); err != nil {
		return nil, fmt.Errorf("read a message: %w", err)
	}
	return msg, nil
}

// answer makes the reply to one message, nil where none is wanted. An error
// means that the connection speaks something else.
func (e *Engine) answer(msg []byte, conn int32) ([]byte, error) {
	requestID := binary.LittleEndian.Uint32(msg[4:])
	body := msg[headerSize:]
	switch op := binary.LittleEndian.Uint32(msg[12:]); op {
	case opMsg:
		req, flags, err := parseMsg(body)
		if err != nil {
			return nil, err
		}
		req.conn = conn
		reply := e.run(req)
		if flags&flagMoreToCome != 0 {
			return nil, nil
		}
		return encode(opMsg, requestID, []byte{0, 0, 0, 0, 0}, reply), nil
	case opQuery:
		req, err := parseQuery(body)
		if err != nil {
			return nil, err
		}
		req.conn = conn
		// Flags, cursor id, starting from: all 0; one document.
		head := append(make([]byte, 16), 1, 0, 0, 0)
		return encode(opReply, requestID, head, e.run(req)), nil
	default:
		return nil, fmt.Errorf("unknown operation %d", op)
	}
}

func encode(op, responseTo uint32, head, doc []byte) []byte {
	out := make([]byte, 0, headerSize+len(head)+len(doc))
	out = binary.LittleEndian.AppendUint32(out, uint32(headerSize+len(head)+len(doc)))
	out = binary.LittleEndian.AppendUint32(out, 0)
	out = binary.LittleEndian.AppendUint32(out, responseTo)
	out = binary.LittleEndian.AppendUint32(out, op)
	return append(append(out, head...), doc...)
}

// parseMsg reads the sections of an OP_MSG: one body, and sequences of
// documents that stand for an array of the body.
func parseMsg(b []byte) (*request, uint32, error) {
	if len(b) < 5 {
		return nil, 0, errors.New("OP_MSG is too short")
	}
	flags := binary.LittleEndian.Uint32(b)
	if unknown := flags &^ (flagMoreToCome | flagExhaust); unknown != 0 {
		return nil, 0, fmt.Errorf("OP_MSG with flags %b", unknown)
	}
	req := &request{}
	for b = b[4:]; len(b) > 0; {
		kind := b[0]
		size, ok := sectionSize(b[1:])
		if !ok {
			return nil, 0, errors.New("OP_MSG section is cut short")
		}
		section := b[1 : 1+size]
		b = b[1+size:]
		switch {
		case kind == 0 && req.body == nil:
			req.body = section
		case kind == 1:
			if err := req.addSequence(section[4:]); err != nil {
				return nil, 0, err
			}
		default:
			return nil, 0, fmt.Errorf("OP_MSG section of kind %d", kind)
		}
	}
	if req.body == nil {
		return nil, 0, errors.New("OP_MSG has no body")
	}
	return req, flags, nil
}

func sectionSize(b []byte) (int, bool) {
	if len(b) < 5 {
		return 0, false
	}
	n := binary.LittleEndian.Uint32(b)
	return int(n), n >= 5 && uint64(n) <= uint64(len(b))
}

func (r *request) addSequence(b []byte) error {
	name, rest, ok := cutText(b)
	if !ok {
		return errors.New("document sequence has no name")
	}
	list := []value{}
	for len(rest) > 0 {
		size, ok := sectionSize(rest)
		if !ok {
			return errors.New("document sequence is cut short")
		}
		list = append(list, docValue(rest[:size:size]))
		rest = rest[size:]
	}
	if r.sequences == nil {
		r.sequences = map[string][]value{}
	}
	r.sequences[name] = list
	return nil
}

func cutText(b []byte) (text string, rest []byte, ok bool) {
	for i, c := range b {
		if c == 0 {
			return string(b[:i]), b[i+1:], true
		}
	}
	return "", nil, false
}

// parseQuery reads an OP_QUERY on "<db>.$cmd": flags, name, skip, count, query.
func parseQuery(b []byte) (*request, error) {
	if len(b) < 4 {
		return nil, errors.New("OP_QUERY is too short")
	}
	_, rest, ok := cutText(b[4:])
	if !ok || len(rest) < 8 {
		return nil, errors.New("OP_QUERY is too short")
	}
	size, ok := sectionSize(rest[8:])
	if !ok {
		return nil, errors.New("OP_QUERY has no query")
	}
	body := bsoncore.Document(rest[8 : 8+size])
	if inner := lookup(body, "$query"); inner.Type == bson.TypeEmbeddedDocument {
		body = inner.Data
	}
	return &request{body: body, legacy: true}, nil
}

package message

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"unicode/utf8"
)

// Version is the "v" of every frame.
const Version = 1

// MaxFrame is the longest frame a participant may send, in bytes. The largest
// there is holds an SDP of some ten KiB.
const MaxFrame = 64 << 10

// The codes of the errors that the codec finds.
const (
	CodeJSON    = "message.json"    // not a JSON object; the connection is closed
	CodeVersion = "message.version" // "v" is not 1
	CodeType    = "message.type"    // no such type
	CodeField   = "message.field"   // a field unknown, twice, or missing
	CodeValue   = "message.value"   // a value of the wrong kind, too long, or not one of those allowed
)

// Refusal is why a frame was refused: Code and Of go to the participant in an
// Error, Field to the log.
type Refusal struct {
	Code  string
	Of    string // the type refused, when it is one we know
	Field string
}

// Error is for logs and tests.
func (r *Refusal) Error() string {
	s := r.Code
	if r.Of != "" {
		s += " of " + r.Of
	}
	if r.Field != "" {
		s += ": " + r.Field
	}
	return s
}

// Decode reads a frame of a participant. Its errors are *Refusal; nothing of
// frame is kept.
func Decode(frame []byte) (FromClient, error) {
	m, err := client.decode(frame, true)
	if err != nil {
		return nil, err
	}
	return m.(FromClient), nil
}

// DecodeServer reads a frame of the server, for clients written in Go. Unlike
// Decode it passes over fields it does not know, as every client should.
func DecodeServer(frame []byte) (FromServer, error) {
	m, err := server.decode(frame, false)
	if err != nil {
		return nil, err
	}
	return m.(FromServer), nil
}

// Encode writes a frame of the server, with "type" and "v" first.
func Encode(m FromServer) ([]byte, error) { return server.encode(m) }

// EncodeClient writes a frame of a participant, for clients written in Go.
func EncodeClient(m FromClient) ([]byte, error) { return client.encode(m) }

func (r *registry) encode(m any) ([]byte, error) {
	name, ok := r.byType[reflect.TypeOf(m)]
	if !ok {
		return nil, fmt.Errorf("encode %T: not a message by value", m)
	}
	body, err := json.Marshal(m)
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", name, err)
	}
	frame := make([]byte, 0, len(body)+len(name)+20)
	frame = append(frame, `{"type":"`...)
	frame = append(frame, name...)
	frame = append(frame, `","v":1`...)
	if len(body) > len("{}") {
		frame = append(frame, ',')
	}
	return append(frame, body[1:]...), nil
}

func (r *registry) decode(frame []byte, strict bool) (any, error) {
	fields, err := split(frame)
	if err != nil {
		return nil, err
	}
	var name string
	if json.Unmarshal(fields["type"], &name) != nil {
		return nil, &Refusal{Code: CodeType}
	}
	s, ok := r.byName[name]
	if !ok {
		return nil, &Refusal{Code: CodeType}
	}
	if string(fields["v"]) != "1" {
		return nil, &Refusal{Code: CodeVersion, Of: name}
	}
	delete(fields, "type")
	delete(fields, "v")
	return s.fill(fields, strict)
}

// split takes a frame apart into its fields. A field given twice is refused:
// two readers could take different ones.
func split(frame []byte) (map[string]json.RawMessage, error) {
	broken := &Refusal{Code: CodeJSON}
	d := json.NewDecoder(bytes.NewReader(frame))
	if open, err := d.Token(); err != nil || open != json.Delim('{') {
		return nil, broken
	}
	fields := map[string]json.RawMessage{}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, broken
		}
		name := key.(string) // within an object the decoder gives no other kind
		if _, twice := fields[name]; twice {
			return nil, &Refusal{Code: CodeField, Field: name}
		}
		var value json.RawMessage
		if d.Decode(&value) != nil {
			return nil, broken
		}
		fields[name] = value
	}
	if _, err := d.Token(); err != nil {
		return nil, broken
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, broken
	}
	return fields, nil
}

// fill makes the message of fields. Names are compared exactly, which
// encoding/json alone would not do.
func (s shape) fill(fields map[string]json.RawMessage, strict bool) (any, error) {
	m := reflect.New(s.Go).Elem()
	for name, raw := range fields {
		rule, known := s.fields[name]
		if !known {
			if strict {
				return nil, &Refusal{Code: CodeField, Of: s.Name, Field: name}
			}
			continue
		}
		field := m.Field(rule.index)
		if json.Unmarshal(raw, field.Addr().Interface()) != nil || strict && !rule.allows(field, raw) {
			return nil, &Refusal{Code: CodeValue, Of: s.Name, Field: name}
		}
	}
	if strict {
		for name, rule := range s.fields {
			if _, given := fields[name]; rule.required && !given {
				return nil, &Refusal{Code: CodeField, Of: s.Name, Field: name}
			}
		}
	}
	return m.Interface(), nil
}

// allows reports whether a value obeys the tags of its field.
func (r rule) allows(v reflect.Value, raw json.RawMessage) bool {
	if string(raw) == "null" {
		return false
	}
	switch v.Kind() {
	case reflect.String:
		n := utf8.RuneCountInString(v.String())
		return n >= r.minLength && (r.maxLength == 0 || n <= r.maxLength) &&
			(r.enum == nil || slices.Contains(r.enum, v.String()))
	case reflect.Slice:
		return r.maxItems == 0 || v.Len() <= r.maxItems
	}
	return true
}

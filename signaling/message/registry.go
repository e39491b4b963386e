package message

import (
	"reflect"
	"strconv"
	"strings"
)

// FromClient is a message a participant may send. The set is closed: it is
// what Client lists.
type FromClient interface{ fromClient() }

// FromServer is a message the server may send. The set is closed: it is what
// Server lists.
type FromServer interface{ fromServer() }

// Type is one kind of message: its name on the wire and the struct behind it.
type Type struct {
	Name string
	Go   reflect.Type
}

// Client lists what a participant may send, in the order of a session.
func Client() []Type { return client.list() }

// Server lists what the server may send, in the order of a session.
func Server() []Type { return server.list() }

func (Hello) fromClient()        {}
func (Enter) fromClient()        {}
func (Description) fromClient()  {}
func (ICECandidate) fromClient() {}
func (Restart) fromClient()      {}
func (Sending) fromClient()      {}
func (Viewing) fromClient()      {}
func (Key) fromClient()          {}
func (Quality) fromClient()      {}
func (Say) fromClient()          {}
func (Typing) fromClient()       {}
func (Leave) fromClient()        {}
func (Subscribe) fromClient()    {}
func (Unsubscribe) fromClient()  {}

func (Welcome) fromServer()       {}
func (Entered) fromServer()       {}
func (Description) fromServer()   {}
func (ICECandidate) fromServer()  {}
func (LinkState) fromServer()     {}
func (MemberJoined) fromServer()  {}
func (MemberLeft) fromServer()    {}
func (MemberChanged) fromServer() {}
func (Resume) fromServer()        {}
func (Role) fromServer()          {}
func (Said) fromServer()          {}
func (TypingBy) fromServer()      {}
func (Presence) fromServer()      {}
func (Speaking) fromServer()      {}
func (Paused) fromServer()        {}
func (Encodings) fromServer()     {}
func (Keying) fromServer()        {}
func (KeyBy) fromServer()         {}
func (Left) fromServer()          {}
func (Subscribed) fromServer()    {}
func (Topic) fromServer()         {}
func (Error) fromServer()         {}

var client = register[FromClient](
	kind("hello", Hello{}),
	kind("enter", Enter{}),
	kind("description", Description{}),
	kind("ice_candidate", ICECandidate{}),
	kind("restart", Restart{}),
	kind("sending", Sending{}),
	kind("viewing", Viewing{}),
	kind("key", Key{}),
	kind("quality", Quality{}),
	kind("say", Say{}),
	kind("typing", Typing{}),
	kind("leave", Leave{}),
	kind("subscribe", Subscribe{}),
	kind("unsubscribe", Unsubscribe{}),
)

var server = register[FromServer](
	kind("welcome", Welcome{}),
	kind("entered", Entered{}),
	kind("description", Description{}),
	kind("ice_candidate", ICECandidate{}),
	kind("link_state", LinkState{}),
	kind("member_joined", MemberJoined{}),
	kind("member_left", MemberLeft{}),
	kind("member_changed", MemberChanged{}),
	kind("resume", Resume{}),
	kind("role", Role{}),
	kind("said", Said{}),
	kind("typing_by", TypingBy{}),
	kind("presence", Presence{}),
	kind("speaking", Speaking{}),
	kind("paused", Paused{}),
	kind("encodings", Encodings{}),
	kind("keying", Keying{}),
	kind("key_by", KeyBy{}),
	kind("left", Left{}),
	kind("subscribed", Subscribed{}),
	kind("topic", Topic{}),
	kind("error", Error{}),
)

// registry knows one direction, both ways round. It never changes after start.
type registry struct {
	kinds  []shape
	byName map[string]shape
	byType map[reflect.Type]string
}

// shape is what the decoder knows of one message.
type shape struct {
	Type
	fields map[string]rule
}

// rule is what one field must satisfy, read from the same tags that the API
// description is made from. Lengths are in Unicode characters (JSON Schema).
type rule struct {
	index     int
	required  bool
	minLength int
	maxLength int // 0 = not limited here
	maxItems  int // 0 = not limited here
	enum      []string
}

func kind(name string, m any) shape {
	t := reflect.TypeOf(m)
	s := shape{Type: Type{name, t}, fields: make(map[string]rule, t.NumField())}
	for i := range t.NumField() {
		field, r := rules(t.Field(i))
		r.index = i
		s.fields[field] = r
	}
	return s
}

// rules reads the tags of one field.
func rules(f reflect.StructField) (string, rule) {
	name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
	r := rule{required: options != "omitempty"}
	for tag, target := range map[string]*int{"minLength": &r.minLength, "maxLength": &r.maxLength, "maxItems": &r.maxItems} {
		text, ok := f.Tag.Lookup(tag)
		if !ok {
			continue
		}
		n, err := strconv.Atoi(text)
		if err != nil {
			panic("message: " + tag + " of " + name + " is not a number")
		}
		*target = n
	}
	if text := f.Tag.Get("enum"); text != "" {
		r.enum = strings.Split(text, ",")
	}
	return name, r
}

// register makes the registry of one direction. It panics on what does not
// belong to that direction and on a name used twice.
func register[M any](kinds ...shape) *registry {
	r := &registry{kinds: kinds, byName: map[string]shape{}, byType: map[reflect.Type]string{}}
	for _, k := range kinds {
		if _, ok := reflect.Zero(k.Go).Interface().(M); !ok {
			panic("message: " + k.Name + " is registered in the wrong direction")
		}
		if _, twice := r.byName[k.Name]; twice {
			panic("message: " + k.Name + " is registered twice")
		}
		r.byName[k.Name] = k
		r.byType[k.Go] = k.Name
	}
	return r
}

func (r *registry) list() []Type {
	types := make([]Type, len(r.kinds))
	for i, k := range r.kinds {
		types[i] = k.Type
	}
	return types
}

// NameOf is the wire name of a message, "" for nil.
func NameOf(m any) string {
	t := reflect.TypeOf(m)
	if name, ok := client.byType[t]; ok {
		return name
	}
	return server.byType[t]
}

package message_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"salon/signaling/message"
)

func TestDecodeTakesWhatIsAllowedAndNothingElse(t *testing.T) {
	long := strings.Repeat("a", 1001)
	cases := []struct {
		name, frame string
		want        message.FromClient
		code, of    string
	}{
		{"a hello of a browser", `{"type":"hello","v":1}`, message.Hello{}, "", ""},
		{"fields in any order", `{"text":"bonjour","v":1,"id":"x","type":"say"}`, message.Say{ID: "x", Text: "bonjour"}, "", ""},
		{"a thousand characters, not bytes", `{"type":"say","v":1,"id":"x","text":"` + strings.Repeat("é", 1000) + `"}`,
			message.Say{ID: "x", Text: strings.Repeat("é", 1000)}, "", ""},
		{"an empty line clears what was typed", `{"type":"typing","v":1,"text":""}`, message.Typing{}, "", ""},
		{"sources of an offer", `{"type":"description","v":1,"link":"up","kind":"offer","sdp":"v=0","sources":["camera"]}`,
			message.Description{Link: "up", Kind: "offer", SDP: "v=0", Sources: []string{"camera"}}, "", ""},
		{"no JSON", `hello`, nil, message.CodeJSON, ""},
		{"nothing", ``, nil, message.CodeJSON, ""},
		{"an array", `[]`, nil, message.CodeJSON, ""},
		{"null", `null`, nil, message.CodeJSON, ""},
		{"an object cut short", `{"type":"leave","v":1`, nil, message.CodeJSON, ""},
		{"two objects", `{"type":"leave","v":1}{}`, nil, message.CodeJSON, ""},
		{"no type", `{"v":1}`, nil, message.CodeType, ""},
		{"a type that is a number", `{"type":7,"v":1}`, nil, message.CodeType, ""},
		{"an unknown type", `{"type":"kick","v":1}`, nil, message.CodeType, ""},
		{"a type only the server sends", `{"type":"said","v":1}`, nil, message.CodeType, ""},
		{"no version", `{"type":"leave"}`, nil, message.CodeVersion, "leave"},
		{"the next version", `{"type":"leave","v":2}`, nil, message.CodeVersion, "leave"},
		{"a version in quotes", `{"type":"leave","v":"1"}`, nil, message.CodeVersion, "leave"},
		{"an unknown field", `{"type":"leave","v":1,"peer":"other"}`, nil, message.CodeField, "leave"},
		{"a field in capitals", `{"type":"enter","v":1,"Token":"x"}`, nil, message.CodeField, "enter"},
		{"a field twice", `{"type":"enter","v":1,"token":"x","token":"y"}`, nil, message.CodeField, ""},
		{"a field missing", `{"type":"enter","v":1}`, nil, message.CodeField, "enter"},
		{"a forged sender", `{"type":"say","v":1,"id":"x","text":"y","peer":"z"}`, nil, message.CodeField, "say"},
		{"a wrong kind", `{"type":"sending","v":1,"microphone":"yes","camera":true,"screen":false}`, nil, message.CodeValue, "sending"},
		{"null for a text", `{"type":"typing","v":1,"text":null}`, nil, message.CodeValue, "typing"},
		{"an operator for a text", `{"type":"enter","v":1,"token":{"$gt":""}}`, nil, message.CodeValue, "enter"},
		{"an empty line of text", `{"type":"say","v":1,"id":"x","text":""}`, nil, message.CodeValue, "say"},
		{"too long a line of text", `{"type":"say","v":1,"id":"x","text":"` + long + `"}`, nil, message.CodeValue, "say"},
		{"a link that is neither up nor down", `{"type":"restart","v":1,"link":"side"}`, nil, message.CodeValue, "restart"},
		{"too many sources", `{"type":"description","v":1,"link":"up","kind":"offer","sdp":"v=0","sources":["a","b","c","d","e"]}`, nil, message.CodeValue, "description"},
		{"a number out of range", `{"type":"ice_candidate","v":1,"link":"up","candidate":"c","sdp_m_line_index":70000}`, nil, message.CodeValue, "ice_candidate"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, err := message.Decode([]byte(c.frame))
			if c.want != nil {
				if err != nil || !reflect.DeepEqual(got, c.want) {
					t.Fatalf("got %#v, %v; want %#v", got, err, c.want)
				}
				return
			}
			var refusal *message.Refusal
			if !errors.As(err, &refusal) || refusal.Code != c.code || refusal.Of != c.of || got != nil {
				t.Fatalf("got %#v, %v; want code %q of %q", got, err, c.code, c.of)
			}
		})
	}
}

func TestEncodeStampsTypeAndVersionFirst(t *testing.T) {
	cases := []struct {
		m    message.FromServer
		want string
	}{
		{message.Presence{Count: 3}, `{"type":"presence","v":1,"count":3}`},
		{message.Left{Reason: "ended"}, `{"type":"left","v":1,"reason":"ended"}`},
		{message.Error{Code: "x"}, `{"type":"error","v":1,"code":"x"}`},
	}
	for _, c := range cases {
		got, err := message.Encode(c.m)
		if err != nil || string(got) != c.want {
			t.Errorf("got %s, %v; want %s", got, err, c.want)
		}
	}
	if got, err := message.EncodeClient(message.Leave{}); err != nil || string(got) != `{"type":"leave","v":1}` {
		t.Errorf("a message without fields: %s, %v", got, err)
	}
	if _, err := message.Encode(&message.Presence{}); err == nil {
		t.Error("a pointer was taken for a message")
	}
	if _, err := message.Encode(message.Resume{Token: "x"}); err != nil {
		t.Error(err)
	}
	if _, err := message.Encode(message.Welcome{Now: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)}); err == nil {
		t.Error("a year of five digits was encoded")
	}
}

func TestEveryMessageOfTheServerComesBackAsItWas(t *testing.T) {
	for _, k := range message.Server() {
		sent := reflect.New(k.Go).Elem().Interface().(message.FromServer)
		frame, err := message.Encode(sent)
		if err != nil {
			t.Fatal(err)
		}
		got, err := message.DecodeServer(append(frame[:len(frame)-1], `,"of_tomorrow":[1]}`...))
		if err != nil || reflect.TypeOf(got) != k.Go || message.NameOf(got) != k.Name {
			t.Errorf("%s: %#v, %v", k.Name, got, err)
		}
	}
}

func TestEveryTextOfAParticipantHasALimit(t *testing.T) {
	for _, k := range message.Client() {
		for i := range k.Go.NumField() {
			f := k.Go.Field(i)
			bounded := f.Tag.Get("maxLength") != "" || f.Tag.Get("enum") != ""
			switch f.Type.Kind() {
			case reflect.String:
				if !bounded {
					t.Errorf("%s.%s has no limit", k.Name, f.Name)
				}
			case reflect.Slice:
				if f.Tag.Get("maxItems") == "" {
					t.Errorf("%s.%s has no limit", k.Name, f.Name)
				}
			}
		}
	}
}

func TestCloseCodesSayWhetherToComeBack(t *testing.T) {
	for code, retry := range map[message.CloseCode]bool{
		message.CloseRestarting: true, message.CloseUnavailable: true,
		message.CloseReplaced: false, message.CloseForbidden: false, 4499: true, 3999: false,
	} {
		if code.Retry() != retry {
			t.Errorf("%d: retry %v", code, !retry)
		}
	}
}

// FuzzDecode: what is taken encodes again, and decodes to the same.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"type":"say","v":1,"id":"x","text":"bonjour"}`))
	f.Add([]byte(`{"type":"description","v":1,"link":"up","kind":"offer","sdp":"v=0","sources":["camera"]}`))
	f.Add([]byte(`{"type":"leave","v":1,"v":1}`))
	f.Add([]byte(`{"type":"subscribe","v":1,"topic":"fair.x","offset":-1}`))
	f.Fuzz(func(t *testing.T, frame []byte) {
		m, err := message.Decode(frame)
		if err != nil {
			var refusal *message.Refusal
			if m != nil || !errors.As(err, &refusal) {
				t.Fatalf("%#v, %v", m, err)
			}
			return
		}
		again, err := message.EncodeClient(m)
		if err != nil || !json.Valid(again) {
			t.Fatalf("%s: %v", again, err)
		}
		back, err := message.Decode(again)
		if err != nil || !reflect.DeepEqual(back, m) {
			t.Fatalf("%#v became %#v, %v", m, back, err)
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	frame := []byte(`{"type":"say","v":1,"id":"x","text":"bonjour tout le monde"}`)
	for b.Loop() {
		if _, err := message.Decode(frame); err != nil {
			b.Fatal(err)
		}
	}
}

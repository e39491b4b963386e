package web_test

import (
	"crypto/sha256"
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo/options"
)

// described is what the description of the API says that a request may hold.
type described struct {
	Paths      map[string]map[string]operation
	Components struct{ Schemas map[string]*schema }
}

type operation struct {
	Parameters []struct {
		Name, In string
		Schema   *schema
	}
	RequestBody *struct {
		Content map[string]struct{ Schema *schema }
	}
}

type schema struct {
	Ref                  string `json:"$ref"`
	Type                 any
	Properties           map[string]*schema
	Items                *schema
	AdditionalProperties json.RawMessage
}

// each is the step of a path into every element of a list; key the one into a
// map whose keys the caller chooses.
const each, key = "[]", "{}"

// texts are the paths of all texts of a body, and of all keys that a caller
// chooses.
func (d described) texts(s *schema, at []string) (paths [][]string) {
	if s == nil || len(at) > 8 {
		return nil
	}
	if s.Ref != "" {
		return d.texts(d.Components.Schemas[s.Ref[strings.LastIndex(s.Ref, "/")+1:]], at)
	}
	many, _ := s.Type.([]any)
	if s.Type == "string" || slices.Contains(many, any("string")) {
		return [][]string{at}
	}
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		paths = append(paths, d.texts(s.Properties[name], append(slices.Clone(at), name))...)
	}
	if s.Items != nil {
		paths = append(paths, d.texts(s.Items, append(slices.Clone(at), each))...)
	}
	if len(s.AdditionalProperties) > 0 && s.AdditionalProperties[0] == '{' {
		paths = append(paths, append(slices.Clone(at), key))
	}
	return paths
}

// with is a copy of a body that holds evil at a path.
func with(body any, path []string, evil any) any {
	if len(path) == 0 {
		return evil
	}
	switch path[0] {
	case each:
		list, _ := body.([]any)
		var first any
		if len(list) > 0 {
			first = list[0]
		}
		return []any{with(first, path[1:], evil)}
	case key:
		if name, is := evil.(string); is {
			return map[string]any{name: 3}
		}
		return map[string]any{"$where": evil}
	}
	object, _ := body.(map[string]any)
	copied := map[string]any{}
	maps.Copy(copied, object)
	copied[path[0]] = with(copied[path[0]], path[1:], evil)
	return copied
}

// operators are values that would ask a document store something else.
// TestAnOperatorIsRefusedInEveryTextOfEveryBody tries more of them, without a store.
var operators = []any{map[string]any{"$ne": nil}, map[string]any{"$where": "1", "a.b": "c"}, []any{"a"}}

// lone stands for half of a surrogate pair, which Go cannot hold in a string.
const lone = "a-lone-surrogate"

// hostileTexts are texts that mean something elsewhere, or cannot be kept as they are.
var hostileTexts = []string{`{"$ne":null}`, "$where.a.$[].b\x00\u202egnp.exe\u2028", lone, strings.Repeat("a", 30_000)}

// everyField is a house whose answers are watched.
type everyField struct {
	*house
	tried int
}

// documents is a digest of each collection, without what counts attempts and readings.
func (e *everyField) documents() map[string]string {
	e.t.Helper()
	names, err := e.db.ListCollectionNames(e.t.Context(), bson.D{})
	e.must(err)
	digests := map[string]string{}
	for _, name := range names {
		if name == "quotas" || name == "audits" {
			continue
		}
		cursor, err := e.db.Collection(name).Find(e.t.Context(), bson.D{}, options.Find().SetSort(bson.D{{Key: "_id", Value: 1}}))
		e.must(err)
		sum := sha256.New()
		for cursor.Next(e.t.Context()) {
			sum.Write(cursor.Current)
		}
		e.must(cursor.Err())
		digests[name] = string(sum.Sum(nil))
	}
	return digests
}

// try asks, with the brakes on floods released.
func (e *everyField) try(who, route, body string) (int, string) {
	e.t.Helper()
	e.tried++
	status, answer := e.request(who, route, body)
	if status == 429 {
		e.app = serve(e.t, e.svc).App()
		status, answer = e.request(who, route, body)
	}
	told := body
	if len(told) > 200 {
		told = told[:200]
	}
	if status >= 500 {
		e.t.Errorf("%s as %q given %s: status %d: %s", route, who, told, status, answer)
	}
	if status >= 400 {
		var p struct{ Code string }
		if err := json.Unmarshal([]byte(answer), &p); err != nil || p.Code == "" {
			e.t.Errorf("%s given %s is refused without a code: %d %.300s", route, told, status, answer)
		}
		if strings.Contains(answer, "$") && !strings.Contains(answer, `"field":"scores.`) || strings.Contains(answer, "@demo.salon") {
			e.t.Errorf("%s given %s: the refusal repeats or tells too much: %.300s", route, told, answer)
		}
	}
	return status, answer
}

// who may ask at a route.
func whoAt(route string) string {
	if slices.Contains(candidatesOwn, route) {
		return "candidate"
	}
	if who, known := entitled[tableOf(route)]; known {
		return who
	}
	if strings.Contains(route, "/imports/") {
		return "recruiter"
	}
	return ""
}

// Every text of every body, query and path of the API, as its description lists
// them, on the real engine: what is no text is refused and changes nothing; a text
// that means something to somebody else is a text, or refused in our words.
func TestEveryTextOfTheAPIIsATextAndNothingElse(t *testing.T) {
	e := &everyField{house: newHouse(t)}
	_, raw := e.request("", "GET /api/openapi.json", "")
	var d described
	e.must(json.Unmarshal([]byte(raw), &d))
	before := e.documents()
	fields := 0
	for _, path := range slices.Sorted(maps.Keys(d.Paths)) {
		for method, op := range d.Paths[path] {
			route := strings.ToUpper(method) + " " + strings.NewReplacer("{", ":", "}", "").Replace(path)
			fields += e.strangeParameters(route, op)
			for _, at := range e.bodyTexts(d, op) {
				fields++
				for _, evil := range operators {
					e.refuses(route, at, evil)
				}
			}
		}
	}
	for name, digest := range e.documents() {
		if digest != before[name] {
			t.Errorf("what was refused changed something in %s", name)
		}
	}
	for _, path := range slices.Sorted(maps.Keys(d.Paths)) {
		for method, op := range d.Paths[path] {
			route := strings.ToUpper(method) + " " + strings.NewReplacer("{", ":", "}", "").Replace(path)
			for _, at := range e.bodyTexts(d, op) {
				e.takesAsText(route, at)
			}
			e.strangeHeaders(route, op)
		}
	}
	t.Logf("%d fields, %d requests", fields, e.tried)
	if fields < 300 || e.tried < 1500 {
		t.Errorf("only %d fields and %d requests were tried", fields, e.tried)
	}
}

// bodyTexts are the texts of a JSON body.
func (e *everyField) bodyTexts(d described, op operation) [][]string {
	if op.RequestBody == nil {
		return nil
	}
	return d.texts(op.RequestBody.Content["application/json"].Schema, nil)
}

// good is a request that would be let through.
func (e *everyField) good(route string) (body any) {
	e.t.Helper()
	s, known := samples[route]
	if !known {
		e.t.Fatalf("%s has no sample", route)
	}
	e.must(json.Unmarshal([]byte(s.body), &body))
	return body
}

func (e *everyField) refuses(route string, at []string, evil any) {
	e.t.Helper()
	body, err := json.Marshal(with(e.good(route), at, evil))
	e.must(err)
	if status, answer := e.try(whoAt(route), route, string(body)); status != 422 {
		e.t.Errorf("%s given %s: status %d, want 422: %.300s", route, body, status, answer)
	}
}

func (e *everyField) takesAsText(route string, at []string) {
	e.t.Helper()
	for _, evil := range hostileTexts {
		body, err := json.Marshal(with(e.good(route), at, evil))
		e.must(err)
		status, answer := e.try(whoAt(route), route, strings.ReplaceAll(string(body), lone, `\ud800`))
		if len(evil) > 1000 && status < 400 {
			e.t.Errorf("%s takes %d characters in %v: %d %.300s", route, len(evil), at, status, answer)
		}
	}
}

// strangeParameters puts hostile texts in the path and the query of a route.
func (e *everyField) strangeParameters(route string, op operation) (fields int) {
	e.t.Helper()
	s := samples[route]
	for _, p := range op.Parameters {
		if p.In == "header" {
			continue // see strangeHeaders
		}
		fields++
		for _, evil := range append(hostileTexts, `{"$gt":""}`, "../../salon.db") {
			escaped := url.PathEscape(strings.ReplaceAll(evil, lone, "\xed\xa0\x80"))
			if len(escaped) > 3000 {
				escaped = escaped[:3000]
			}
			asked := route + "?" + p.Name + "=" + escaped
			if p.In == "path" {
				asked = strings.Replace(route, ":"+p.Name, escaped, 1)
			} else if strings.Contains(route, "sign-out") || !strings.HasPrefix(route, "GET ") && p.Name != "for" {
				continue // would be done, whatever the query says
			}
			status, answer := e.try(whoAt(route), asked, s.body)
			if (p.In == "path" || p.Name == "for") && status < 400 {
				e.t.Errorf("%.200s: status %d: %.300s", asked, status, answer)
			}
			if strings.Contains(answer, "@demo.salon") && !showsStaff(route) && !strings.Contains(route, "/me") {
				e.t.Errorf("%.200s tells addresses: %.300s", asked, answer)
			}
		}
		if p.In == "query" && strings.HasPrefix(route, "GET ") {
			e.try(whoAt(route), route+"?"+p.Name+"[$ne]=x&"+p.Name+".a=1", s.body)
		}
	}
	return fields
}

// strangeHeaders puts hostile texts in the headers that a route reads.
func (e *everyField) strangeHeaders(route string, op operation) {
	e.t.Helper()
	for _, p := range op.Parameters {
		if p.In != "header" {
			continue
		}
		for _, evil := range []string{`{"$ne":null}`, "$where", "a.b", "\xed\xa0\x80", strings.Repeat("k", 3000)} {
			if status, answer := e.request(whoAt(route), route, samples[route].body, p.Name, evil); status >= 500 {
				e.t.Errorf("%s with %s %.40q: status %d: %.300s", route, p.Name, evil, status, answer)
			}
		}
	}
}

// The forms of our pages, which work without a script, take texts too.
func TestEveryFieldOfAFormIsATextAndNothingElse(t *testing.T) {
	e := &everyField{house: newHouse(t)}
	tried := 0
	for route, s := range samples {
		if !s.form || s.body == "" {
			continue
		}
		good, err := url.ParseQuery(s.body)
		e.must(err)
		for name := range good {
			for _, evil := range append(hostileTexts, "\xff", "x\r\nSet-Cookie: a=b") {
				form := maps.Clone(good)
				form[name] = []string{strings.ReplaceAll(evil, lone, "\xed\xa0\x80")}
				form[name+"[$ne]"] = []string{""}
				status, answer := e.request(whoAt(route), route, form.Encode(), "Content-Type", s.header())
				if tried++; status >= 500 {
					t.Errorf("%s given %s=%.40q: status %d: %.300s", route, name, evil, status, answer)
				}
			}
		}
		if status, _ := e.request(whoAt(route), route, s.body, "Content-Type", "multipart/form-data; boundary=x"); status != 400 {
			t.Errorf("%s in parts: status %d", route, status)
		}
	}
	if tried < 100 {
		t.Errorf("only %d forms were tried", tried)
	}
}

package embedded

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/x/bsonx/bsoncore"
)

// The second oracle: mingo, an implementation of MongoDB's query language that
// is not ours, answers the same generated cases in a node process. Where the
// two disagree, a rule must say why, with a reason and an example in
// testdata/disagreements.json.

const (
	mingoCases = 3000 // of each kind, in every run of the tests
	mingoSeed  = 20210118
)

// oracle is a running node process.
type oracle struct {
	in  io.WriteCloser
	out *bufio.Reader
}

func startOracle(t testing.TB) *oracle {
	t.Helper()
	if _, err := os.Stat("testdata/mingo/node_modules/mingo"); err != nil {
		t.Fatal("testdata/mingo/node_modules is missing: run make deps")
	}
	cmd := exec.Command("node", "oracle.js")
	cmd.Dir = "testdata/mingo"
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatalf("start node: %v", err)
	}
	t.Cleanup(func() {
		if err := in.Close(); err != nil {
			t.Error(err)
		}
		if err := cmd.Wait(); err != nil {
			t.Errorf("node: %v", err)
		}
	})
	return &oracle{in, bufio.NewReaderSize(out, 1<<20)}
}

// ask sends a case and reads the answer: Extended JSON without spaces, or
// "error" where mingo refuses.
func (o *oracle) ask(t testing.TB, c mingoCase) string {
	t.Helper()
	if _, err := fmt.Fprintf(o.in, "%s\n", c.json(t)); err != nil {
		t.Fatal(err)
	}
	line, err := o.out.ReadBytes('\n')
	if err != nil {
		t.Fatalf("read node's answer: %v", err)
	}
	var answer struct {
		Result json.RawMessage `json:"result"`
		Error  *string         `json:"error"`
	}
	if err := json.Unmarshal(line, &answer); err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	if answer.Error != nil {
		return "error"
	}
	if answer.Result == nil {
		t.Fatalf("%s\n has the answer %s", c.json(t), line)
	}
	return canonical(t, answer.Result)
}

// canonical writes JSON with sorted keys: mingo adds new fields in another
// order, which its users cannot see either.
func canonical(t testing.TB, b []byte) string {
	t.Helper()
	var v any
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatalf("%s: %v", b, err)
	}
	out, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// mingoCase is one question, in the shape that oracle.js reads.
type mingoCase struct {
	Kind   string   `bson:"kind"`
	Query  bson.D   `bson:"query,omitempty"`
	Docs   []bson.D `bson:"docs,omitempty"`
	Doc    bson.D   `bson:"doc"`
	Update bson.D   `bson:"update,omitempty"`
	Sort   bson.D   `bson:"sort,omitempty"`
}

func (c mingoCase) json(t testing.TB) []byte {
	t.Helper()
	b, err := bson.MarshalExtJSON(c, false, false)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// answer is what the engine makes of a case, written as the oracle writes.
func (c mingoCase) answer(t testing.TB) string {
	t.Helper()
	var result any
	var err error
	switch c.Kind {
	case "match":
		result, err = c.match(t)
	case "update":
		result, err = c.update(t)
	case "sort":
		result, err = c.sort(t)
	}
	if err != nil {
		return "error"
	}
	b, err := bson.MarshalExtJSON(bson.M{"r": result}, false, false)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSuffix(strings.TrimPrefix(canonical(t, b), `{"r":`), "}")
}

func (c mingoCase) match(t testing.TB) (any, error) {
	f, err := parseFilter(raw(t, c.Query))
	if err != nil {
		return nil, err
	}
	out := []bool{}
	for _, d := range c.Docs {
		out = append(out, f.match(raw(t, d)))
	}
	return out, nil
}

func (c mingoCase) update(t testing.TB) (any, error) {
	u, err := parseUpdate(docValue(raw(t, c.Update)), missing)
	if err != nil {
		return nil, err
	}
	fresh, err := u.apply(raw(t, c.Doc), allOf{}, false, time.Time{})
	return bson.Raw(fresh), err
}

func (c mingoCase) sort(t testing.TB) (any, error) {
	fields, err := parseSort(raw(t, c.Sort))
	if err != nil {
		return nil, err
	}
	type keyed struct {
		key []byte
		id  any
	}
	var list []keyed
	for _, d := range c.Docs {
		key, err := sortKey(fields, raw(t, d))
		if err != nil {
			return nil, err
		}
		list = append(list, keyed{key, d[0].Value})
	}
	slices.SortStableFunc(list, func(a, b keyed) int { return strings.Compare(string(a.key), string(b.key)) })
	out := bson.A{}
	for _, k := range list {
		out = append(out, k.id)
	}
	return out, nil
}

func raw(t testing.TB, d any) bsoncore.Document {
	t.Helper()
	b, err := bson.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// disagreement is one entry of testdata/disagreements.json.
type disagreement struct {
	Rule    string          `json:"rule"`
	Reason  string          `json:"reason"`
	Example json.RawMessage `json:"example"`
	Ours    json.RawMessage `json:"ours"` // the engine's answer, "error" for a refusal
}

func TestEveryDisagreementWithMingoIsExplained(t *testing.T) {
	o := startOracle(t)
	used := map[string]int{}
	for _, kind := range []string{"match", "update", "sort"} {
		for i := range uint64(mingoCases) {
			checkMingo(t, o, kind, mingoSeed+i, used)
		}
	}
	t.Logf("%d cases; explained disagreements: %v", 3*mingoCases, used)
	checkTable(t, o)
}

// checkTable makes sure that each entry still disagrees, as it says.
func checkTable(t *testing.T, o *oracle) {
	b, err := os.ReadFile("testdata/disagreements.json")
	if err != nil {
		t.Fatal(err)
	}
	var table []disagreement
	if err := json.Unmarshal(b, &table); err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	for _, d := range table {
		listed[d.Rule] = true
		var c mingoCase
		if err := bson.UnmarshalExtJSON(d.Example, false, &c); err != nil {
			t.Fatalf("%s: %v", d.Rule, err)
		}
		rule, ok := rules[d.Rule]
		if !ok || d.Reason == "" {
			t.Errorf("disagreements.json: %q has no rule in the tests or no reason", d.Rule)
			continue
		}
		ours, theirs := c.answer(t), o.ask(t, c)
		want := canonical(t, d.Ours)
		if want == `"error"` {
			want = "error"
		}
		if ours == theirs || ours != want || !rule(t, c, ours, theirs) {
			t.Errorf("disagreements.json: %q is stale: ours %s, mingo's %s", d.Rule, ours, theirs)
		}
	}
	for rule := range rules {
		if !listed[rule] {
			t.Errorf("disagreements.json does not explain %q", rule)
		}
	}
}

func checkMingo(t testing.TB, o *oracle, kind string, seed uint64, used map[string]int) {
	t.Helper()
	c := generate(kind, rand.New(rand.NewPCG(seed, 1)))
	ours, theirs := c.answer(t), o.ask(t, c)
	if ours == theirs {
		return
	}
	if kind == "match" && len(c.Docs) > 1 { // one document at a time
		for _, d := range c.Docs {
			checkAnswer(t, o, mingoCase{Kind: kind, Query: c.Query, Docs: []bson.D{d}}, used)
		}
		return
	}
	checkAnswer(t, o, c, used)
}

func checkAnswer(t testing.TB, o *oracle, c mingoCase, used map[string]int) {
	t.Helper()
	ours, theirs := c.answer(t), o.ask(t, c)
	if ours == theirs {
		return
	}
	for name, rule := range rules {
		if rule(t, c, ours, theirs) {
			used[name]++
			return
		}
	}
	t.Errorf("unexplained disagreement\n case  %s\n ours  %s\n mingo %s", c.json(t), ours, theirs)
}

func FuzzMatch(f *testing.F)  { fuzzMingo(f, "match") }
func FuzzUpdate(f *testing.F) { fuzzMingo(f, "update") }
func FuzzSort(f *testing.F)   { fuzzMingo(f, "sort") }

func fuzzMingo(f *testing.F, kind string) {
	o := startOracle(f)
	f.Add(uint64(1))
	f.Fuzz(func(t *testing.T, seed uint64) { checkMingo(t, o, kind, seed, map[string]int{}) })
}

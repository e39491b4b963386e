package embedded_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
	"go.mongodb.org/mongo-driver/mongo/writeconcern"
	"salon/fair/mongostore/embedded"
)

// MongoDB publishes the tests that every driver must pass against a server;
// the Go driver's module carries them. Here the driver is given and the server
// is on trial: each operation's answer and the documents left behind must be
// those of the specification. (Which commands the driver sends on the way,
// expectEvents, is its own affair and is not looked at.)

// specFile is a test file of either format, unified or the older v1.
type specFile struct {
	// Unified test format.
	RunOn    []requirement `bson:"runOnRequirements"`
	Entities []struct {
		Database *struct {
			ID   string `bson:"id"`
			Name string `bson:"databaseName"`
		} `bson:"database"`
		Collection *specEntity `bson:"collection"`
	} `bson:"createEntities"`
	Initial []specData `bson:"initialData"`
	// Format v1.
	Data       []bson.Raw `bson:"data"`
	MinVersion string     `bson:"minServerVersion"`
	MaxVersion string     `bson:"maxServerVersion"`

	Tests []specCase `bson:"tests"`
}

type specEntity struct {
	ID         string `bson:"id"`
	Database   string `bson:"database"`
	Collection string `bson:"collectionName"`
	Options    struct {
		WriteConcern *struct {
			W int `bson:"w"`
		} `bson:"writeConcern"`
	} `bson:"collectionOptions"`
}

func (e specEntity) options() *options.CollectionOptions {
	o := options.Collection()
	if wc := e.Options.WriteConcern; wc != nil {
		o.SetWriteConcern(&writeconcern.WriteConcern{W: wc.W})
	}
	return o
}

type requirement struct {
	Min        string   `bson:"minServerVersion"`
	Max        string   `bson:"maxServerVersion"`
	Topologies []string `bson:"topologies"`
	Serverless string   `bson:"serverless"`
}

type specData struct {
	Database   string     `bson:"databaseName"`
	Collection string     `bson:"collectionName"`
	Documents  []bson.Raw `bson:"documents"`
}

type specCase struct {
	Description string        `bson:"description"`
	RunOn       []requirement `bson:"runOnRequirements"`
	Operations  []specOp      `bson:"operations"`
	Operation   *specOp       `bson:"operation"` // v1
	Outcome     bson.RawValue `bson:"outcome"`
}

type specOp struct {
	Name   string        `bson:"name"`
	Object string        `bson:"object"`
	Args   specArgs      `bson:"arguments"`
	Result bson.RawValue `bson:"expectResult"`
	Error  *specError    `bson:"expectError"`
}

type specError struct {
	Client   bool          `bson:"isClientError"`
	Code     int           `bson:"errorCode"`
	Contains string        `bson:"errorContains"`
	Result   bson.RawValue `bson:"expectResult"`
}

// notRun is testdata/spec_not_run.json: "file" or "file: test" -> the reason.
func notRun(t *testing.T) map[string]string {
	t.Helper()
	b, err := os.ReadFile("testdata/spec_not_run.json")
	if err != nil {
		t.Fatal(err)
	}
	table := map[string]string{}
	if err := json.Unmarshal(b, &table); err != nil {
		t.Fatal(err)
	}
	return table
}

func TestTheDriversSpecificationTestsPass(t *testing.T) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "go.mongodb.org/mongo-driver").Output()
	if err != nil {
		t.Fatalf("find the driver's module: %v", err)
	}
	root := filepath.Join(strings.TrimSpace(string(out)), "testdata", "crud")
	var files []string
	for _, pattern := range []string{"unified/*.json", "v1/read/*.json", "v1/write/*.json"} {
		found, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil || len(found) == 0 {
			t.Fatalf("no specification tests in %s (%v)", filepath.Join(root, pattern), err)
		}
		files = append(files, found...)
	}
	client, _ := newEngine(t, embedded.Options{NoSync: true})
	r := &specRun{client: client, excluded: notRun(t), used: map[string]bool{}}
	for _, f := range files {
		rel, err := filepath.Rel(root, f)
		if err != nil {
			t.Fatal(err)
		}
		r.file(t, rel, f)
	}
	for entry := range r.excluded {
		if !r.used[entry] {
			t.Errorf("spec_not_run.json: %q is stale: there is no such test, or it passes now", entry)
		}
	}
	t.Logf("%d specification tests pass, %d are not held (see testdata/spec_not_run.json), %d are for other servers", r.passed, r.failed, r.other)
	if r.passed < 150 {
		t.Errorf("only %d specification tests ran and passed", r.passed)
	}
}

// specRun counts what happened and remembers which exclusions were needed.
type specRun struct {
	client                *mongo.Client
	excluded              map[string]string
	used                  map[string]bool
	passed, failed, other int
}

func (r *specRun) file(t *testing.T, name, path string) {
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var f specFile
	if err := bson.UnmarshalExtJSON(b, false, &f); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	for _, c := range f.Tests {
		if !applies(f.RunOn) || !applies(c.RunOn) || !applies([]requirement{{Min: f.MinVersion, Max: f.MaxVersion}}) {
			r.other++
			continue
		}
		err := r.run(f, c)
		key := name
		if _, ok := r.excluded[key]; !ok {
			key = name + ": " + c.Description
		}
		_, excluded := r.excluded[key]
		switch {
		case err == nil:
			r.passed++
		case excluded:
			r.failed++
			r.used[key] = true
		default:
			t.Errorf("%s: %s: %v", name, c.Description, err)
		}
	}
}

// applies says whether a requirement fits a standalone server of version 7.0.0.
func applies(reqs []requirement) bool {
	if len(reqs) == 0 {
		return true
	}
	return slices.ContainsFunc(reqs, func(r requirement) bool {
		fits := r.Topologies == nil || slices.Contains(r.Topologies, "single")
		return fits && r.Serverless != "require" && (r.Min == "" || r.Min <= "7.0.0") && (r.Max == "" || r.Max >= "7.0.0")
	})
}

const specDatabase, specCollection = "spec", "spec"

func (r *specRun) run(f specFile, c specCase) error {
	ctx := context.Background()
	collections := map[string]*mongo.Collection{"": r.client.Database(specDatabase).Collection(specCollection)}
	databases := map[string]string{}
	for _, e := range f.Entities {
		if e.Database != nil {
			databases[e.Database.ID] = e.Database.Name
		}
		if e.Collection != nil {
			collections[e.Collection.ID] = r.client.Database(databases[e.Collection.Database]).Collection(e.Collection.Collection, e.Collection.options())
		}
	}
	initial := f.Initial
	if f.Entities == nil {
		initial = []specData{{specDatabase, specCollection, f.Data}}
	}
	for _, d := range initial {
		cl := r.client.Database(d.Database).Collection(d.Collection)
		if err := cl.Drop(ctx); err != nil {
			return err
		}
		for _, doc := range d.Documents {
			if _, err := cl.InsertOne(ctx, doc); err != nil {
				return err
			}
		}
	}
	if c.Operation != nil {
		return r.v1(ctx, collections[""], c)
	}
	for _, op := range c.Operations {
		cl := collections[op.Object]
		if cl == nil {
			return fmt.Errorf("operation %s on %s is not known to this runner", op.Name, op.Object)
		}
		if err := checkOp(ctx, cl, op); err != nil {
			return err
		}
	}
	if c.Outcome.Type == 0 {
		return nil
	}
	var outcome []specData
	if err := c.Outcome.Unmarshal(&outcome); err != nil {
		return err
	}
	for _, d := range outcome {
		if err := checkOutcome(ctx, r.client.Database(d.Database).Collection(d.Collection), d.Documents); err != nil {
			return err
		}
	}
	return nil
}

func (r *specRun) v1(ctx context.Context, cl *mongo.Collection, c specCase) error {
	var outcome struct {
		Error      bool          `bson:"error"`
		Result     bson.RawValue `bson:"result"`
		Collection *struct {
			Name string     `bson:"name"`
			Data []bson.Raw `bson:"data"`
		} `bson:"collection"`
	}
	if err := c.Outcome.Unmarshal(&outcome); err != nil {
		return err
	}
	op := *c.Operation
	op.Result = outcome.Result
	if outcome.Error {
		op.Error = &specError{Result: outcome.Result}
	}
	if err := checkOp(ctx, cl, op); err != nil {
		return err
	}
	if outcome.Collection == nil {
		return nil
	}
	if outcome.Collection.Name != "" {
		cl = cl.Database().Collection(outcome.Collection.Name)
	}
	return checkOutcome(ctx, cl, outcome.Collection.Data)
}

func checkOp(ctx context.Context, cl *mongo.Collection, op specOp) error {
	got, err := runOp(ctx, cl, op)
	if errors.Is(err, errUnknownOp) {
		return err
	}
	if op.Error != nil {
		return checkError(op, got, err)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", op.Name, err)
	}
	if op.Result.Type == 0 {
		return nil
	}
	return sameResult(op.Name, op.Result, got)
}

func checkError(op specOp, got any, err error) error {
	var server mongo.ServerError
	isServer := errors.As(err, &server)
	switch want := op.Error; {
	case err == nil:
		return fmt.Errorf("%s gives no error", op.Name)
	case want.Client && isServer:
		return fmt.Errorf("%s gives a server's error: %w", op.Name, err)
	case want.Code != 0 && (!isServer || !server.HasErrorCode(want.Code)):
		return fmt.Errorf("%s gives %w, not code %d", op.Name, err, want.Code)
	case !strings.Contains(strings.ToLower(err.Error()), strings.ToLower(want.Contains)):
		return fmt.Errorf("%s gives %w, without %q", op.Name, err, want.Contains)
	}
	if op.Error.Result.Type == 0 {
		return nil
	}
	return sameResult(op.Name, op.Error.Result, got)
}

func checkOutcome(ctx context.Context, cl *mongo.Collection, want []bson.Raw) error {
	cur, err := cl.Find(ctx, bson.M{})
	if err != nil {
		return err
	}
	var got []bson.Raw
	if err := cur.All(ctx, &got); err != nil {
		return err
	}
	if len(got) != len(want) {
		return fmt.Errorf("%d documents are left, want %d", len(got), len(want))
	}
	for i := range got {
		if err := same(plain(want[i]), plain(got[i]), false); err != nil {
			return fmt.Errorf("document %d is left as %s: %w", i, got[i], err)
		}
	}
	return nil
}

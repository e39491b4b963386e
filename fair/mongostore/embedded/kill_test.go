package embedded_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
	"salon/fair/mongostore/embedded"
)

// childEnv makes this test binary a writer of the file it names.
const childEnv = "SALON_EMBEDDED_KILL_CHILD"

// runKillChild writes for ever from four goroutines and prints the _id of each
// write once it is acknowledged; the parent kills it.
func runKillChild(path string) {
	e, err := embedded.Open(path, embedded.Options{})
	if err != nil {
		fmt.Println("error", err)
		return
	}
	client, err := mongo.Connect(context.Background(), e.ClientOptions())
	if err != nil {
		fmt.Println("error", err)
		return
	}
	var out sync.Mutex
	things := client.Database("kill").Collection("things")
	for w := range 4 {
		go func() {
			for i := 0; ; i++ {
				id := fmt.Sprintf("%d-%d-%d", os.Getpid(), w, i)
				if err := killWrite(things, id); err != nil {
					fmt.Println("error", err)
					return
				}
				out.Lock()
				fmt.Println("ok", id)
				out.Unlock()
			}
		}()
	}
	select {}
}

// killWrite leaves a document that two acknowledged writes have made.
func killWrite(things *mongo.Collection, id string) error {
	if _, err := things.InsertOne(context.Background(), bson.M{"_id": id, "key": "k" + id, "state": "new", "text": strings.Repeat("x", 500)}); err != nil {
		return err
	}
	res, err := things.UpdateOne(context.Background(), bson.M{"_id": id, "state": "new"}, bson.M{"$set": bson.M{"state": "done"}})
	if err != nil {
		return err
	}
	if res.ModifiedCount != 1 {
		return fmt.Errorf("%s was not changed", id)
	}
	return nil
}

func TestKillMinusNineLosesNoAcknowledgedWrite(t *testing.T) {
	path := filepath.Join(t.TempDir(), "salon.db")
	prepareKill(t, path)
	var acknowledged []string
	for round := range 5 {
		fresh := runAndKill(t, path, 60+40*round)
		acknowledged = append(acknowledged, fresh...)
		checkKilled(t, path, acknowledged)
	}
	t.Logf("%d acknowledged writes, none lost", 2*len(acknowledged))
}

func prepareKill(t *testing.T, path string) {
	e, client := reopen(t, path)
	index(t, client.Database("kill").Collection("things"), `{"key":1}`, options.Index().SetUnique(true))
	closeAll(t, e, client)
}

func reopen(t *testing.T, path string) (*embedded.Engine, *mongo.Client) {
	t.Helper()
	e, err := embedded.Open(path, embedded.Options{})
	if err != nil {
		t.Fatalf("the file does not open after a kill: %v", err)
	}
	client, err := mongo.Connect(context.Background(), e.ClientOptions())
	if err != nil {
		t.Fatal(err)
	}
	return e, client
}

func closeAll(t *testing.T, e *embedded.Engine, client *mongo.Client) {
	t.Helper()
	if err := client.Disconnect(context.Background()); err != nil {
		t.Error(err)
	}
	if err := e.Close(); err != nil {
		t.Error(err)
	}
}

// runAndKill starts a child, waits for n acknowledgements, kills it while it
// goes on writing, and returns every acknowledgement it printed.
func runAndKill(t *testing.T, path string, n int) []string {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childEnv+"="+path)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var got []string
	killed := false
	lines := bufio.NewReader(out)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil { // a last line without its end was not acknowledged to us
			if err != io.EOF {
				t.Error(err)
			}
			break
		}
		word, rest, _ := bytes.Cut(bytes.TrimSpace(line), []byte(" "))
		if string(word) != "ok" {
			t.Errorf("child: %s", line)
			continue
		}
		got = append(got, string(rest))
		if len(got) >= n && !killed {
			killed = true
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := cmd.Wait(); err == nil || len(got) < n {
		t.Errorf("the child ended by itself (%v) after %d writes", err, len(got))
	}
	return got
}

func checkKilled(t *testing.T, path string, acknowledged []string) {
	t.Helper()
	e, client := reopen(t, path)
	defer closeAll(t, e, client)
	things := client.Database("kill").Collection("things")
	for _, id := range acknowledged {
		var d struct{ State string }
		// By the index, so that index and documents are seen to agree.
		err := things.FindOne(context.Background(), bson.M{"key": "k" + id}, options.FindOne().SetHint("key_1")).Decode(&d)
		if err != nil || d.State != "done" {
			t.Fatalf("acknowledged write %s: state %q, %v", id, d.State, err)
		}
	}
	all, err := things.CountDocuments(context.Background(), bson.M{})
	if err != nil {
		t.Fatal(err)
	}
	byIndex, err := things.CountDocuments(context.Background(), bson.M{"key": bson.M{"$gte": ""}}, options.Count().SetHint("key_1"))
	if err != nil || byIndex != all {
		t.Fatalf("the index knows %d documents of %d (%v)", byIndex, all, err)
	}
}

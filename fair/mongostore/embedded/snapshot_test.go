package embedded

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"
)

// A snapshot that began before something was deleted still holds it: a scrub waits
// until it is read, and nobody waits with it.
func TestAScrubWaitsForASnapshotThatHoldsWhatIsGone(t *testing.T) {
	e, err := Open(filepath.Join(t.TempDir(), "salon.db"), Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	}()
	name, word := []byte("t.things"), bytes.Repeat([]byte("canary"), 100)
	write := func(do func(tx *bolt.Tx) error) {
		t.Helper()
		if err := e.writer.do(t.Context(), func(tx *bolt.Tx) (bool, error) { return true, do(tx) }); err != nil {
			t.Fatal(err)
		}
	}
	write(func(tx *bolt.Tx) error {
		b, err := tx.CreateBucket(name)
		for n := 0; n < 200 && err == nil; n++ {
			err = b.Put(fmt.Appendf(nil, "%03d", n), word)
		}
		return err
	})
	begun, release, read := make(chan bool), make(chan bool), make(chan error)
	go func() {
		read <- e.view(func(tx *bolt.Tx) (err error) {
			close(begun)
			<-release
			defer func() {
				if broken := recover(); broken != nil {
					err = fmt.Errorf("%v", broken)
				}
			}()
			found := 0
			err = tx.Bucket(name).ForEach(func(_, v []byte) error {
				if bytes.Equal(v, word) {
					found++
				}
				return nil
			})
			if found != 200 && err == nil {
				err = fmt.Errorf("of 200 documents %d are read", found)
			}
			return err
		})
	}()
	<-begun
	write(func(tx *bolt.Tx) error { return tx.DeleteBucket(name) })
	scrubbed := make(chan error, 1)
	go func() { scrubbed <- e.Scrub(t.Context()) }()
	select {
	case err := <-scrubbed:
		scrubbed <- err
		t.Error("it did not wait")
	case <-time.After(200 * time.Millisecond): // as long as it takes many times over; too short, nothing is found
	}
	soon, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	rest := make(chan error, 1)
	go func() {
		err := e.writer.do(soon, func(tx *bolt.Tx) (bool, error) {
			_, err := tx.CreateBucket([]byte("t.others"))
			return true, err
		})
		rest <- errors.Join(err, e.view(func(*bolt.Tx) error { return nil }))
	}()
	select {
	case err := <-rest:
		if err != nil {
			t.Errorf("beside the snapshot: %v", err)
		}
	case <-soon.Done():
		t.Error("who writes or reads something else waits with the scrub")
	}
	close(release)
	if err := <-read; err != nil {
		t.Errorf("the snapshot is damaged: %v", err)
	}
	if err := <-scrubbed; err != nil {
		t.Error(err)
	}
}

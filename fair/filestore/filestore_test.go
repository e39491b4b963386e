package filestore_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"salon/fair"
	"salon/fair/filestore"
	"salon/fair/service"
)

var (
	_ service.Files = (*filestore.Disk)(nil)
	_ service.Files = (*filestore.S3)(nil)
)

// stores are the implementations; kept counts what is stored, whole or not.
var stores = map[string]func(t *testing.T) (files service.Files, kept func() int){
	"on disk": func(t *testing.T) (service.Files, func() int) {
		dir := t.TempDir()
		d, err := filestore.OpenDisk(dir)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { d.Close() })
		return d, func() int { return len(filesBelow(t, dir)) }
	},
	"in a bucket": func(t *testing.T) (service.Files, func() int) {
		b := &bucket{objects: map[string][]byte{}}
		server := httptest.NewTLSServer(b)
		t.Cleanup(server.Close)
		address := strings.Replace(server.URL, "https://", "https://key:secret@", 1) + "/salon/uploads?region=eu"
		s, err := filestore.OpenS3(address, server.Client().Transport)
		if err != nil {
			t.Fatal(err)
		}
		return s, b.count
	},
}

func TestEveryStore(t *testing.T) {
	for name, open := range stores {
		t.Run(name, func(t *testing.T) {
			t.Run("gives back what it was given", func(t *testing.T) {
				files, _ := open(t)
				for _, content := range []string{"", "a CV", strings.Repeat("0123456789", 200_000)} {
					id := fair.NewID()
					size, err := files.Put(t.Context(), id, strings.NewReader(content), 4<<20)
					if err != nil || size != int64(len(content)) {
						t.Fatalf("put %d bytes: %d, %v", len(content), size, err)
					}
					if got := readAll(t, files, id); got != content {
						t.Errorf("%d bytes came back as %d", len(content), len(got))
					}
				}
			})
			t.Run("takes the limit and not a byte more", func(t *testing.T) {
				files, kept := open(t)
				if _, err := files.Put(t.Context(), fair.NewID(), strings.NewReader("12345"), 5); err != nil {
					t.Fatal(err)
				}
				before := kept()
				_, err := files.Put(t.Context(), fair.NewID(), strings.NewReader("123456"), 5)
				if !errors.Is(err, filestore.ErrTooLarge) || fair.KindOf(err) != fair.TooLarge {
					t.Errorf("six bytes of five: %v", err)
				}
				if kept() != before {
					t.Error("something of it was kept")
				}
			})
			t.Run("keeps nothing of an upload that breaks off", func(t *testing.T) {
				files, kept := open(t)
				cut := errors.New("the line was cut")
				r := io.MultiReader(strings.NewReader("half of"), iotest.ErrReader(cut))
				if _, err := files.Put(t.Context(), fair.NewID(), r, 100); !errors.Is(err, cut) {
					t.Errorf("got %v", err)
				}
				ctx, cancel := context.WithCancel(t.Context())
				cancel()
				if _, err := files.Put(ctx, fair.NewID(), strings.NewReader("x"), 100); !errors.Is(err, context.Canceled) {
					t.Errorf("given up: got %v", err)
				}
				if n := kept(); n != 0 {
					t.Errorf("%d files were kept", n)
				}
			})
			t.Run("forgets, once or twice", func(t *testing.T) {
				files, kept := open(t)
				id := fair.NewID()
				if _, err := files.Put(t.Context(), id, strings.NewReader("x"), 100); err != nil {
					t.Fatal(err)
				}
				for range 2 {
					if err := files.Delete(t.Context(), id); err != nil {
						t.Fatal(err)
					}
				}
				if _, err := files.Open(t.Context(), id); !errors.Is(err, filestore.ErrUnknown) {
					t.Errorf("opened with %v", err)
				}
				if n := kept(); n != 0 {
					t.Errorf("%d files are left", n)
				}
			})
			t.Run("knows no other names", func(t *testing.T) {
				files, _ := open(t)
				for _, id := range []fair.ID{"", "x", "../../etc/passwd", fair.NewID(), "aside", fair.ID(strings.Repeat("/", 26))} {
					if _, err := files.Open(t.Context(), id); !errors.Is(err, filestore.ErrUnknown) {
						t.Errorf("%q opened with %v", id, err)
					}
					if err := files.Delete(t.Context(), id); err != nil {
						t.Errorf("%q deleted with %v", id, err)
					}
					if _, err := files.Put(t.Context(), id, strings.NewReader("x"), 100); !id.Valid() && !errors.Is(err, filestore.ErrUnknown) {
						t.Errorf("%q kept with %v", id, err)
					}
				}
			})
			t.Run("serves many at once", func(t *testing.T) {
				files, kept := open(t)
				var uploads sync.WaitGroup
				for i := range 20 {
					uploads.Go(func() {
						content, id := fmt.Sprint("file ", i), fair.NewID()
						if _, err := files.Put(t.Context(), id, strings.NewReader(content), 100); err != nil {
							t.Error(err)
						} else if got := readAll(t, files, id); got != content {
							t.Errorf("%q came back as %q", content, got)
						}
					})
				}
				uploads.Wait()
				if n := kept(); n != 20 {
					t.Errorf("%d files are kept", n)
				}
			})
		})
	}
}

func TestFilesOnDiskAreForUsAlone(t *testing.T) {
	dir := t.TempDir()
	d, err := filestore.OpenDisk(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	id := fair.NewID()
	if _, err := d.Put(t.Context(), id, strings.NewReader("x"), 10); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, string(id[:2]), string(id[2:4]), string(id))
	for name, want := range map[string]fs.FileMode{name: 0o600, filepath.Dir(name): 0o700, filepath.Dir(filepath.Dir(name)): 0o700} {
		info, err := os.Stat(name)
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v, want %v", name, info, err, want)
		}
	}
}

func TestHalfWrittenFilesAreGoneAfterARestart(t *testing.T) {
	dir := t.TempDir()
	d, err := filestore.OpenDisk(dir)
	if err != nil {
		t.Fatal(err)
	}
	id := fair.NewID()
	if _, err := d.Put(t.Context(), id, strings.NewReader("whole"), 10); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "aside", "crashed"), []byte("ha"), 0o600); err != nil {
		t.Fatal(err)
	}
	d.Close()
	if d, err = filestore.OpenDisk(dir); err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if got := readAll(t, d, id); got != "whole" {
		t.Errorf("the whole file holds %q", got)
	}
	if left := filesBelow(t, dir); len(left) != 1 {
		t.Errorf("left are %q", left)
	}
}

func TestTheAddressOfABucketIsChecked(t *testing.T) {
	for name, address := range map[string]string{
		"no bucket": "https://key:hunter2@s3.example.org/", "no key": "https://s3.example.org/salon",
		"no scheme": "s3.example.org/salon", "another scheme": "ftp://key:hunter2@s3.example.org/salon", "nonsense": "::hunter2",
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := filestore.OpenS3(address, nil); err == nil || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("got %v", err)
			}
		})
	}
}

func readAll(t *testing.T, files service.Files, id fair.ID) string {
	t.Helper()
	r, err := files.Open(t.Context(), id)
	if err != nil {
		t.Error(err)
		return ""
	}
	defer r.Close()
	content, err := io.ReadAll(r)
	if err != nil {
		t.Error(err)
	}
	return string(content)
}

func filesBelow(t *testing.T, dir string) []string {
	t.Helper()
	var names []string
	err := filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// bucket is as much of S3 as one needs to keep small objects: it does not check
// signatures, and knows no multipart uploads.
type bucket struct {
	mu      sync.Mutex
	objects map[string][]byte // guarded by mu
}

func (b *bucket) count() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.objects)
}

// ServeHTTP implements http.Handler.
func (b *bucket) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	content, err := io.ReadAll(r.Body)
	if err != nil || !strings.HasPrefix(r.URL.Path, "/salon/uploads/") || !strings.HasPrefix(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 Credential=key/") {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	switch r.Method {
	case http.MethodPut:
		b.objects[r.URL.Path] = content
		w.Header().Set("ETag", `"etag"`)
	case http.MethodDelete:
		delete(b.objects, r.URL.Path)
		w.WriteHeader(http.StatusNoContent)
	default:
		object, found := b.objects[r.URL.Path]
		if !found {
			w.Header().Set("Content-Type", "application/xml")
			w.WriteHeader(http.StatusNotFound)
			fmt.Fprint(w, `<Error><Code>NoSuchKey</Code></Error>`)
			return
		}
		w.Header().Set("ETag", `"etag"`)
		http.ServeContent(w, r, "", time.Date(2021, 1, 11, 9, 0, 0, 0, time.UTC), bytes.NewReader(object))
	}
}

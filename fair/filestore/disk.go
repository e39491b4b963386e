package filestore

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"salon/fair"
)

// The errors of both stores.
var (
	ErrTooLarge = fair.E(fair.TooLarge, "file.toolarge")
	ErrUnknown  = fair.E(fair.NotFound, "file.unknown")
)

// aside is the folder of files that are being written.
const aside = "aside"

// Disk keeps files below a folder, in two levels of folders so that none grows
// long: the id "abcdef..." is ab/cd/abcdef....
type Disk struct{ root *os.Root }

// OpenDisk opens, or makes, the store in dir, which is for us alone: folders are
// 0700, files 0600. Files left half-written by a crash are removed.
func OpenDisk(dir string) (*Disk, error) {
	if err := os.RemoveAll(filepath.Join(dir, aside)); err != nil {
		return nil, fmt.Errorf("clear half-written files: %w", err)
	}
	if err := os.MkdirAll(filepath.Join(dir, aside), 0o700); err != nil {
		return nil, fmt.Errorf("make the folder of files: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("open the folder of files: %w", err)
	}
	return &Disk{root: root}, nil
}

// Close lets go of the folder.
func (d *Disk) Close() error { return d.root.Close() }

// Put keeps what r holds, at most limit bytes, under an id the caller has made.
// When it returns, the file survives a power failure. Errors: ErrUnknown for
// what is no id, ErrTooLarge, or what reading r answered.
func (d *Disk) Put(ctx context.Context, id fair.ID, r io.Reader, limit int64) (int64, error) {
	if !id.Valid() {
		return 0, ErrUnknown
	}
	temporary := filepath.Join(aside, string(fair.NewID()))
	size, err := d.write(temporary, bounded{ctx, r}, limit)
	if err == nil {
		err = d.place(temporary, id)
	}
	if err != nil {
		return 0, errors.Join(err, ignoreMissing(d.root.Remove(temporary)))
	}
	return size, nil
}

func (d *Disk) write(name string, r io.Reader, limit int64) (int64, error) {
	file, err := d.root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, fmt.Errorf("make a file: %w", err)
	}
	size, err := copyAtMost(file, r, limit)
	if err == nil {
		err = file.Sync()
	}
	return size, errors.Join(err, file.Close())
}

// place moves a finished file to where its id says, and syncs every folder whose
// list of names has changed: a name is not on disk before its folder is.
func (d *Disk) place(temporary string, id fair.ID) error {
	first, second := id[:2], filepath.Join(string(id[:2]), string(id[2:4]))
	if err := d.root.MkdirAll(second, 0o700); err != nil {
		return fmt.Errorf("make the folder of file %s: %w", id, err)
	}
	if err := d.root.Rename(temporary, path(id)); err != nil {
		return fmt.Errorf("put file %s in place: %w", id, err)
	}
	for _, folder := range []string{second, string(first), "."} {
		if err := d.sync(folder); err != nil {
			return fmt.Errorf("put file %s in place: %w", id, err)
		}
	}
	return nil
}

func (d *Disk) sync(folder string) error {
	opened, err := d.root.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(opened.Sync(), opened.Close())
}

// Open reads a file. Errors: ErrUnknown.
func (d *Disk) Open(_ context.Context, id fair.ID) (io.ReadCloser, error) {
	if !id.Valid() {
		return nil, ErrUnknown
	}
	file, err := d.root.Open(path(id))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrUnknown
	}
	if err != nil {
		return nil, fmt.Errorf("open file %s: %w", id, err)
	}
	return file, nil
}

// Delete removes a file; one that is not there is no error.
func (d *Disk) Delete(_ context.Context, id fair.ID) error {
	if !id.Valid() {
		return nil
	}
	if err := ignoreMissing(d.root.Remove(path(id))); err != nil {
		return fmt.Errorf("delete file %s: %w", id, err)
	}
	return nil
}

func path(id fair.ID) string {
	return filepath.Join(string(id[:2]), string(id[2:4]), string(id))
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// copyAtMost copies r, or answers ErrTooLarge once it holds more than limit.
func copyAtMost(w io.Writer, r io.Reader, limit int64) (int64, error) {
	size, err := io.Copy(w, io.LimitReader(r, limit+1))
	if err != nil {
		return 0, fmt.Errorf("take in a file: %w", err)
	}
	if size > limit {
		return 0, ErrTooLarge
	}
	return size, nil
}

// bounded stops reading when its context is done.
type bounded struct {
	ctx context.Context
	io.Reader
}

// Read implements io.Reader.
func (b bounded) Read(p []byte) (int, error) {
	if err := b.ctx.Err(); err != nil {
		return 0, err
	}
	return b.Reader.Read(p)
}

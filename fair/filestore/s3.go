package filestore

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"salon/fair"
)

// S3 keeps files as objects of a bucket, which must exist and be private.
type S3 struct {
	client *minio.Client
	bucket string
	prefix string
}

// OpenS3 reads an address of the form https://key:secret@host/bucket/prefix
// ?region=R. transport may be nil. Errors never repeat the address, which holds
// a secret.
func OpenS3(address string, transport http.RoundTripper) (*S3, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User == nil || u.Scheme != "https" && u.Scheme != "http" {
		return nil, errors.New("not of the form https://key:secret@host/bucket")
	}
	bucket, prefix, _ := strings.Cut(strings.Trim(u.Path, "/"), "/")
	if bucket == "" {
		return nil, errors.New("no bucket is named")
	}
	if prefix != "" {
		prefix += "/"
	}
	secret, _ := u.User.Password()
	client, err := minio.New(u.Host, &minio.Options{
		Creds:     credentials.NewStaticV4(u.User.Username(), secret, ""),
		Secure:    u.Scheme == "https",
		Region:    u.Query().Get("region"),
		Transport: transport,
	})
	if err != nil {
		return nil, fmt.Errorf("set up the store of files: %w", err)
	}
	return &S3{client: client, bucket: bucket, prefix: prefix}, nil
}

// Put keeps what r holds, at most limit bytes, under an id the caller has made.
// It is written to a temporary file first: what is too long never reaches the
// bucket, and a length known beforehand makes one request of it. Errors:
// ErrUnknown for what is no id, ErrTooLarge.
func (s *S3) Put(ctx context.Context, id fair.ID, r io.Reader, limit int64) (size int64, err error) {
	if !id.Valid() {
		return 0, ErrUnknown
	}
	spool, err := os.CreateTemp("", "salon-upload-*")
	if err != nil {
		return 0, fmt.Errorf("take in a file: %w", err)
	}
	defer func() { err = errors.Join(err, spool.Close(), os.Remove(spool.Name())) }()
	if size, err = copyAtMost(spool, bounded{ctx, r}, limit); err != nil {
		return 0, err
	}
	if _, err := spool.Seek(0, io.SeekStart); err != nil {
		return 0, fmt.Errorf("take in a file: %w", err)
	}
	_, err = s.client.PutObject(ctx, s.bucket, s.name(id), spool, size, minio.PutObjectOptions{
		ContentType: "application/octet-stream",
	})
	if err != nil {
		return 0, fmt.Errorf("keep file %s: %w", id, err)
	}
	return size, nil
}

// Open reads a file. Errors: ErrUnknown.
func (s *S3) Open(ctx context.Context, id fair.ID) (io.ReadCloser, error) {
	if !id.Valid() {
		return nil, ErrUnknown
	}
	object, err := s.client.GetObject(ctx, s.bucket, s.name(id), minio.GetObjectOptions{})
	if err == nil {
		_, err = object.Stat() // the request is made here, not by GetObject
	}
	if minio.ToErrorResponse(err).StatusCode == http.StatusNotFound {
		return nil, ErrUnknown
	}
	if err != nil {
		return nil, fmt.Errorf("open file %s: %w", id, err)
	}
	return object, nil
}

// Delete removes a file; one that is not there is no error.
func (s *S3) Delete(ctx context.Context, id fair.ID) error {
	if !id.Valid() {
		return nil
	}
	if err := s.client.RemoveObject(ctx, s.bucket, s.name(id), minio.RemoveObjectOptions{}); err != nil {
		return fmt.Errorf("delete file %s: %w", id, err)
	}
	return nil
}

func (s *S3) name(id fair.ID) string { return s.prefix + string(id) }

package web

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io/fs"
	"mime"
	"path"
	"sync"

	"github.com/gofiber/fiber/v2"

	"salon/fair"
	"salon/frontend"
)

// file is one built asset, packed beforehand when that makes it smaller.
type file struct {
	body, packed []byte
	kind         string
}

// builtAssets reads them once: what is embedded does not change.
var builtAssets = sync.OnceValues(readAssets)

// readAssets takes the built files into memory: there are a few tens of them,
// and a name that is not among them cannot be asked for in any spelling.
func readAssets() (map[string]file, error) {
	assets := map[string]file{}
	err := fs.WalkDir(frontend.Assets(), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			if name == "." && err != nil {
				return fs.SkipAll // not built
			}
			return err
		}
		body, err := fs.ReadFile(frontend.Assets(), name)
		if err != nil {
			return err
		}
		f := file{body: body, kind: mime.TypeByExtension(path.Ext(name))}
		if path.Ext(name) == ".woff2" {
			f.kind = "font/woff2"
		} else if f.packed, err = pack(body); err != nil {
			return err
		}
		assets[name] = f
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the built assets: %w", err)
	}
	return assets, nil
}

// pack answers nil when packing does not make the body smaller.
func pack(body []byte) ([]byte, error) {
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(body); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	if packed.Len() >= len(body) {
		return nil, nil
	}
	return packed.Bytes(), nil
}

// worker serves the script that shows notifications. It stands at the root, so
// that its scope is the whole site (Service Workers, 5.4), under a name that does
// not change: browsers look for a new one by themselves.
func (s *Server) worker(k *call) error {
	f, found := s.assets[s.Frontend.Script("worker")]
	if !found {
		return fair.E(fair.NotFound, "notfound")
	}
	k.fiber.Set(fiber.HeaderContentType, "text/javascript; charset=utf-8")
	k.fiber.Set(fiber.HeaderCacheControl, "no-cache")
	return sendText(k.fiber, f.body)
}

// asset serves a built file. Its name carries a hash of its content, so it may
// be kept for a year (RFC 8246).
func (s *Server) asset(k *call) error {
	f, found := s.assets[k.fiber.Params("name")]
	if !found {
		return fair.E(fair.NotFound, "notfound")
	}
	k.fiber.Set(fiber.HeaderContentType, f.kind)
	k.fiber.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	k.fiber.Vary(fiber.HeaderAcceptEncoding)
	if f.packed != nil && takesGzip(k.fiber) {
		k.fiber.Set(fiber.HeaderContentEncoding, "gzip")
		return k.fiber.Send(f.packed)
	}
	return k.fiber.Send(f.body)
}

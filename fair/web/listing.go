package web

import (
	"encoding/xml"
	"fmt"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"
)

// Listings are made of the whole of a fair, so each is made once and kept for a
// while, a few of them at a time.
const (
	listingsKept = 8
	listingFor   = time.Minute
)

// listings keeps the site maps and feeds that were asked for last. One is made at a
// time: crawlers that come together wait for the same one.
type listings struct {
	mu   sync.Mutex
	kept map[string]listing // by path; guarded by mu
}

type listing struct {
	raw  []byte
	till time.Time
}

// of answers the listing of a path, made now unless it is kept. When there is no
// room for another, the one that ends first goes.
func (l *listings) of(path string, now time.Time, compose func() (any, error)) ([]byte, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if known, in := l.kept[path]; in && now.Before(known.till) {
		return known.raw, nil
	}
	v, err := compose()
	if err != nil {
		return nil, err
	}
	raw, err := xml.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("write XML: %w", err)
	}
	raw = append([]byte(xml.Header), raw...)
	delete(l.kept, path)
	if len(l.kept) >= listingsKept {
		first := ""
		for other, it := range l.kept {
			if first == "" || it.till.Before(l.kept[first].till) {
				first = other
			}
		}
		delete(l.kept, first)
	}
	if l.kept == nil {
		l.kept = map[string]listing{}
	}
	l.kept[path] = listing{raw, now.Add(listingFor)}
	return raw, nil
}

// sendXML answers with the listing that stands at this address, which is the same
// for everybody.
func (s *Server) sendXML(k *call, kind string, compose func() (any, error)) error {
	raw, err := s.listings.of(k.fiber.Path(), s.Clock(), compose)
	if err != nil {
		return err
	}
	k.fiber.Set(fiber.HeaderContentType, kind)
	k.fiber.Set(fiber.HeaderCacheControl, "public, max-age=300")
	return sendText(k.fiber, raw)
}

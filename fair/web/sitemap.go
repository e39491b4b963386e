package web

import (
	"context"
	"encoding/xml"
	"fmt"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"salon/fair"
	"salon/frontend"
)

// Site maps (https://www.sitemaps.org/protocol.html): an index, one map of the
// pages, one map of the offers per fair.

type sitemapIndexXML struct {
	XMLName xml.Name     `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 sitemapindex"`
	Maps    []sitemapURL `xml:"sitemap"`
}

type sitemapXML struct {
	XMLName xml.Name     `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 urlset"`
	URLs    []sitemapURL `xml:"url"`
}

type sitemapURL struct {
	Loc     string `xml:"loc"`
	LastMod string `xml:"lastmod,omitempty"`
}

// sitemapMax is how many addresses one map may hold.
const sitemapMax = 50_000

func (s *Server) sitemapIndex(k *call) error {
	found, err := s.Service.Fairs(k.fiber.UserContext(), k.Actor)
	if err != nil {
		return err
	}
	index := sitemapIndexXML{Maps: []sitemapURL{{Loc: s.origin + "/sitemaps/pages.xml"}}}
	for _, f := range found {
		index.Maps = append(index.Maps, sitemapURL{Loc: s.origin + "/sitemaps/" + f.Slug + "/offers.xml"})
	}
	return sendXML(k, fiber.MIMEApplicationXMLCharsetUTF8, index)
}

// inBoth adds an address in both languages.
func (s *Server) inBoth(urls []sitemapURL, changed time.Time, place ...string) []sitemapURL {
	last := ""
	if !changed.IsZero() {
		last = changed.UTC().Format(time.RFC3339)
	}
	for _, lang := range frontend.Languages {
		urls = append(urls, sitemapURL{s.origin + frontend.Path(lang, place...), last})
	}
	return urls
}

func (s *Server) sitemapPages(k *call) error {
	ctx := k.fiber.UserContext()
	found, err := s.Service.Fairs(ctx, k.Actor)
	if err != nil {
		return err
	}
	urls := s.inBoth(nil, time.Time{})
	for _, f := range found {
		urls = s.inBoth(urls, f.UpdatedAt, "fairs", f.Slug)
		urls = s.inBoth(urls, time.Time{}, "fairs", f.Slug, "offers")
		urls = s.inBoth(urls, time.Time{}, "fairs", f.Slug, "programme")
		if urls, err = s.sitemapFair(ctx, k, f, urls); err != nil {
			return err
		}
	}
	return sendXML(k, fiber.MIMEApplicationXMLCharsetUTF8, sitemapXML{URLs: urls})
}

func (s *Server) sitemapFair(ctx context.Context, k *call, f fair.Fair, urls []sitemapURL) ([]sitemapURL, error) {
	stands, err := s.fairStands(ctx, k, f)
	if err != nil {
		return nil, err
	}
	for _, st := range stands {
		urls = s.inBoth(urls, st.UpdatedAt, "fairs", f.Slug, "stands", st.Slug)
	}
	talks, err := s.Service.Webconferences(ctx, k.Actor, f.Slug)
	if err != nil {
		return nil, err
	}
	for _, w := range talks {
		urls = s.inBoth(urls, w.UpdatedAt, "fairs", f.Slug, "webconferences", w.Slug)
	}
	return urls, nil
}

func (s *Server) sitemapOffers(k *call) error {
	ctx := k.fiber.UserContext()
	f, err := s.Service.Fair(ctx, k.Actor, k.fiber.Params("fair"))
	if err != nil {
		return err
	}
	var urls []sitemapURL
	err = s.Service.SitemapOffers(ctx, f.ID, func(o fair.Offer) error {
		if len(urls) < sitemapMax {
			urls = s.inBoth(urls, o.UpdatedAt, "fairs", f.Slug, "offers", string(o.ID))
		}
		return nil
	})
	if err != nil {
		return err
	}
	return sendXML(k, fiber.MIMEApplicationXMLCharsetUTF8, sitemapXML{URLs: urls})
}

func sendXML(k *call, kind string, v any) error {
	raw, err := xml.Marshal(v)
	if err != nil {
		return fmt.Errorf("write XML: %w", err)
	}
	k.fiber.Set(fiber.HeaderContentType, kind)
	k.fiber.Set(fiber.HeaderCacheControl, "public, max-age=300")
	return sendText(k.fiber, append([]byte(xml.Header), raw...))
}

// robots keeps crawlers out of what is somebody's own.
func (s *Server) robots(k *call) error {
	lines := []string{"User-agent: *"}
	for _, lang := range frontend.Languages {
		for _, private := range []string{"me", "desk", "organise", "interviews", "sign-in", "demo"} {
			lines = append(lines, "Disallow: "+frontend.Path(lang, private))
		}
	}
	lines = append(lines, "", "Sitemap: "+s.origin+"/sitemap.xml", "")
	k.fiber.Set(fiber.HeaderContentType, fiber.MIMETextPlainCharsetUTF8)
	k.fiber.Set(fiber.HeaderCacheControl, "public, max-age=3600")
	return k.fiber.SendString(strings.Join(lines, "\n"))
}

package web

import (
	"context"
	"encoding/xml"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"salon/fair"
	"salon/frontend"
)

// Site maps (https://www.sitemaps.org/protocol.html): an index, one map of the
// pages, one map of the offers per fair. Each page stands in them in both languages,
// and each of the two names both (hreflang).

type sitemapIndexXML struct {
	XMLName xml.Name     `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 sitemapindex"`
	Maps    []sitemapURL `xml:"sitemap"`
}

type sitemapXML struct {
	XMLName xml.Name     `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 urlset"`
	XHTML   string       `xml:"xmlns:xhtml,attr"`
	URLs    []sitemapURL `xml:"url"`
}

type sitemapURL struct {
	Loc     string        `xml:"loc"`
	LastMod string        `xml:"lastmod,omitempty"`
	Others  []sitemapLink `xml:"xhtml:link"`
}

// sitemapLink is the same page in a language; both, its own too, belong to each.
type sitemapLink struct {
	Rel  string `xml:"rel,attr"`
	Lang string `xml:"hreflang,attr"`
	Href string `xml:"href,attr"`
}

// sitemapMax is how many addresses one map may hold.
const sitemapMax = 50_000

func (s *Server) sitemapIndex(k *call) error {
	return s.sendXML(k, fiber.MIMEApplicationXMLCharsetUTF8, func() (any, error) {
		found, err := s.Service.Fairs(k.fiber.UserContext(), k.Actor)
		if err != nil {
			return nil, err
		}
		index := sitemapIndexXML{Maps: []sitemapURL{{Loc: s.origin + "/sitemaps/pages.xml"}}}
		for _, f := range found[:min(len(found), sitemapMax-1)] {
			index.Maps = append(index.Maps, sitemapURL{Loc: s.origin + "/sitemaps/" + f.Slug + "/offers.xml"})
		}
		return index, nil
	})
}

// inBoth adds an address in both languages, unless the map is full.
func (s *Server) inBoth(urls []sitemapURL, changed time.Time, place ...string) []sitemapURL {
	if len(urls)+len(frontend.Languages) > sitemapMax {
		return urls
	}
	last := ""
	if !changed.IsZero() {
		last = changed.UTC().Format(time.RFC3339)
	}
	var both []sitemapLink
	for _, lang := range frontend.Languages {
		both = append(both, sitemapLink{"alternate", lang, s.origin + frontend.Path(lang, place...)})
	}
	for _, one := range both {
		urls = append(urls, sitemapURL{one.Href, last, both})
	}
	return urls
}

func (s *Server) sitemapPages(k *call) error {
	return s.sendMap(k, func(ctx context.Context) ([]sitemapURL, error) {
		found, err := s.Service.Fairs(ctx, k.Actor)
		if err != nil {
			return nil, err
		}
		urls := s.inBoth(nil, time.Time{})
		for _, f := range found {
			urls = s.inBoth(urls, f.UpdatedAt, "fairs", f.Slug)
			urls = s.inBoth(urls, time.Time{}, "fairs", f.Slug, "offers")
			urls = s.inBoth(urls, time.Time{}, "fairs", f.Slug, "programme")
			if urls, err = s.sitemapFair(ctx, k, f, urls); err != nil {
				return nil, err
			}
		}
		return urls, nil
	})
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
	draws, err := s.Service.Draws(ctx, k.Actor, f.Slug)
	if err != nil {
		return nil, err
	}
	for _, d := range draws {
		urls = s.inBoth(urls, d.Draw.UpdatedAt, "fairs", f.Slug, "draws", string(d.Draw.ID))
	}
	for _, kind := range fair.PaperKinds() {
		urls = s.inBoth(urls, time.Time{}, "fairs", f.Slug, "papers", string(kind))
	}
	return urls, nil
}

func (s *Server) sitemapOffers(k *call) error {
	return s.sendMap(k, func(ctx context.Context) (urls []sitemapURL, err error) {
		f, err := s.Service.Fair(ctx, k.Actor, k.fiber.Params("fair"))
		if err != nil {
			return nil, err
		}
		err = s.Service.SitemapOffers(ctx, f.ID, func(o fair.Offer) error {
			urls = s.inBoth(urls, o.UpdatedAt, "fairs", f.Slug, "offers", string(o.ID))
			return nil
		})
		return urls, err
	})
}

// sendMap answers with the map of what list lists.
func (s *Server) sendMap(k *call, list func(context.Context) ([]sitemapURL, error)) error {
	return s.sendXML(k, fiber.MIMEApplicationXMLCharsetUTF8, func() (any, error) {
		urls, err := list(k.fiber.UserContext())
		return sitemapXML{XHTML: "http://www.w3.org/1999/xhtml", URLs: urls}, err
	})
}

// privatePlaces are the first parts of the addresses of pages that are somebody's own,
// or lead to them.
var privatePlaces = []string{
	"account", "advise", "conversations", "demo", "desk", "interviews", "invitations", "me", "organise", "searches", "sign-in", "webconferences",
}

// robots keeps crawlers out of what is somebody's own.
func (s *Server) robots(k *call) error {
	lines := []string{"User-agent: *"}
	for _, lang := range frontend.Languages {
		for _, private := range privatePlaces {
			lines = append(lines, "Disallow: "+frontend.Path(lang, private))
		}
	}
	lines = append(lines, "", "Sitemap: "+s.origin+"/sitemap.xml", "")
	k.fiber.Set(fiber.HeaderContentType, fiber.MIMETextPlainCharsetUTF8)
	k.fiber.Set(fiber.HeaderCacheControl, "public, max-age=3600")
	return sendText(k.fiber, []byte(strings.Join(lines, "\n")))
}

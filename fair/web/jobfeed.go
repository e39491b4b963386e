package web

import (
	"context"
	"encoding/xml"
	"time"

	"github.com/gofiber/fiber/v2"

	"salon/fair"
	"salon/frontend"
)

// Feeds of a fair's open offers: Atom (RFC 4287) of the latest for readers, and the
// list of all for job boards, in the XML that most of them take (a "source" of
// "job"s).

type atomFeed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Lang    string      `xml:"xml:lang,attr"`
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Updated string      `xml:"updated"`
	Links   []atomLink  `xml:"link"`
	Author  atomPerson  `xml:"author"`
	Entries []atomEntry `xml:"entry"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Href string `xml:"href,attr"`
	Type string `xml:"type,attr,omitempty"`
}

type atomPerson struct {
	Name string `xml:"name"`
}

type atomEntry struct {
	ID        string     `xml:"id"`
	Title     string     `xml:"title"`
	Published string     `xml:"published"`
	Updated   string     `xml:"updated"`
	Link      atomLink   `xml:"link"`
	Author    atomPerson `xml:"author"`
	Summary   string     `xml:"summary"`
}

// offersFeed is the latest hundred open offers of a fair.
func (s *Server) offersFeed(ctx context.Context, k *call) error {
	return s.sendXML(k, "application/atom+xml; charset=utf-8", func() (any, error) { return s.composeFeed(ctx, k) })
}

func (s *Server) composeFeed(ctx context.Context, k *call) (feed atomFeed, err error) {
	f, err := s.openFair(ctx, k)
	if err != nil {
		return feed, err
	}
	found, err := s.Service.Offers(ctx, k.Actor, f.Slug, fair.OfferQuery{Sort: fair.SortDate, Page: 1, Limit: maxLimit})
	if err != nil {
		return feed, err
	}
	texts := s.Frontend.Locale(string(k.lang))
	feed = atomFeed{
		Lang: string(k.lang), ID: s.origin + k.path("feeds", f.Slug), Title: texts.T("offers.feed", "fair", f.Name.In(k.lang)),
		Updated: f.UpdatedAt.UTC().Format(time.RFC3339), Author: atomPerson{f.Organiser},
		Links: []atomLink{
			{"self", s.origin + k.path("feeds", f.Slug), "application/atom+xml"},
			{"alternate", s.origin + k.path("fairs", f.Slug, "offers"), "text/html"},
		},
	}
	for n, o := range found.Items {
		changed := o.UpdatedAt.UTC().Format(time.RFC3339)
		if n == 0 || changed > feed.Updated {
			feed.Updated = changed
		}
		address := s.origin + k.path("fairs", f.Slug, "offers", string(o.ID))
		feed.Entries = append(feed.Entries, atomEntry{
			ID: s.origin + frontend.Path(frontend.Languages[0], "fairs", f.Slug, "offers", string(o.ID)), Title: plain(o.Title),
			Published: o.PublishedAt.UTC().Format(time.RFC3339), Updated: changed, Link: atomLink{"alternate", address, "text/html"},
			Author: atomPerson{plain(o.CompanyName)}, Summary: plain(placeWords(o.Place) + " · " + contractWords(texts, o.Work)),
		})
	}
	return feed, nil
}

type jobsXML struct {
	XMLName   xml.Name `xml:"source"`
	Publisher string   `xml:"publisher"`
	Address   string   `xml:"publisherurl"`
	Built     string   `xml:"lastBuildDate"`
	Jobs      []jobXML `xml:"job"`
}

type jobXML struct {
	Title       string `xml:"title"`
	Date        string `xml:"date"`
	Reference   string `xml:"referencenumber"`
	URL         string `xml:"url"`
	Company     string `xml:"company"`
	City        string `xml:"city"`
	Postcode    string `xml:"postalcode,omitempty"`
	Country     string `xml:"country"`
	Description string `xml:"description"`
	Salary      string `xml:"salary,omitempty"`
	Type        string `xml:"jobtype,omitempty"`
	Category    string `xml:"category,omitempty"`
	Expires     string `xml:"expirationdate,omitempty"`
}

// jobsMax is how many offers one list may hold.
const jobsMax = 5_000

// jobsFeed is every open offer of a fair, for job boards.
func (s *Server) jobsFeed(ctx context.Context, k *call) error {
	return s.sendXML(k, fiber.MIMEApplicationXMLCharsetUTF8, func() (any, error) { return s.composeJobs(ctx, k) })
}

func (s *Server) composeJobs(ctx context.Context, k *call) (list jobsXML, err error) {
	f, err := s.openFair(ctx, k)
	if err != nil {
		return list, err
	}
	texts := s.Frontend.Locale(string(k.lang))
	list = jobsXML{Publisher: f.Organiser, Address: s.origin + k.path("fairs", f.Slug), Built: s.Clock().UTC().Format(time.RFC1123)}
	err = s.Service.SitemapOffers(ctx, f.ID, func(o fair.Offer) error {
		if len(list.Jobs) >= jobsMax {
			return nil
		}
		job := jobXML{
			Title: plain(o.Title), Date: o.PublishedAt.UTC().Format(time.RFC1123), Reference: string(o.ID),
			URL:     s.origin + k.path("fairs", f.Slug, "offers", string(o.ID)),
			Company: plain(o.CompanyName), City: plain(placeWords(o.Place)), Postcode: plain(o.Place.Postcode), Country: "FR",
			Description: plain(o.Description), Salary: plain(o.Pay.Label), Type: plain(contractWords(texts, o.Work)), Category: plain(o.Work.Occupation),
		}
		if !o.ClosesAt.IsZero() {
			job.Expires = o.ClosesAt.UTC().Format(time.RFC1123)
		}
		list.Jobs = append(list.Jobs, job)
		return nil
	})
	return list, err
}

// plain keeps what XML may hold (XML 1.0, 2.2); encoding/xml escapes the rest.
func plain(text string) string { return fair.Clean(text) }

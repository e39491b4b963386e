package web_test

import (
	"bytes"
	"encoding/xml"
	"image/png"
	"io"
	"strings"
	"testing"
)

func TestAPageSharedElsewhereHasAPicture(t *testing.T) {
	app := serve(t, newDouble()).App()
	for page, picture := range map[string]string{
		"/fairs/rencontres":                           "/pictures/rencontres",
		"/fairs/rencontres/offers":                    "/pictures/rencontres",
		"/en/fairs/rencontres":                        "/en/pictures/rencontres",
		"/fairs/rencontres/stands/" + string(standID): "/pictures/rencontres/stands/atelier-fiction",
		"/fairs/rencontres/offers/" + string(offerID): "/pictures/rencontres/offers/" + string(offerID),
	} {
		_, body := ask(t, app, "GET", page, "")
		if !strings.Contains(body, `<meta property="og:image" content="`+site+picture+`">`) || !strings.Contains(body, `type="application/atom+xml"`) {
			t.Errorf("%s names no picture %s, or no feed", page, picture)
		}
		res, drawn := ask(t, app, "GET", picture, "")
		if _, err := png.Decode(strings.NewReader(drawn)); err != nil || res.Header.Get("Content-Type") != "image/png" || res.Header.Get("Cache-Control") != "public, max-age=3600" {
			t.Errorf("%s: %v, %v", picture, err, res.Header)
		}
		if res, _ = ask(t, app, "GET", picture, "", "If-None-Match", res.Header.Get("ETag")); res.StatusCode != 304 {
			t.Errorf("%s again: %d", picture, res.StatusCode)
		}
	}
	if _, body := ask(t, app, "GET", "/sign-in", ""); strings.Contains(body, "og:image") {
		t.Error("a page nobody shares has a picture")
	}
}

func TestFeedsAreXMLWhateverAnOfferSays(t *testing.T) {
	d := newDouble()
	d.offer.Title = "a\x00]]></title><script>alert(1)</script>&\x0b\uffff"
	app := serve(t, d).App()
	for feed, want := range map[string][]string{
		"/feeds/rencontres":         {`xml:lang="fr"`, "<summary>", "/fairs/rencontres/offers/" + string(offerID)},
		"/en/feeds/rencontres":      {`xml:lang="en"`, "/en/fairs/rencontres/offers/" + string(offerID)},
		"/feeds/rencontres/jobs":    {"<source>"},
		"/en/feeds/rencontres/jobs": {"<source>"},
	} {
		res, body := ask(t, app, "GET", feed, "")
		if res.StatusCode != 200 || res.Header.Get("ETag") == "" || strings.Contains(body, "<script") {
			t.Errorf("%s: %d %v", feed, res.StatusCode, res.Header)
		}
		for _, w := range want {
			if !strings.Contains(body, w) {
				t.Errorf("%s lacks %q: %s", feed, w, body)
			}
		}
		for read := xml.NewDecoder(bytes.NewReader([]byte(body))); ; {
			if _, err := read.Token(); err == io.EOF {
				break
			} else if err != nil {
				t.Fatalf("%s is no XML: %v", feed, err)
			}
		}
	}
}

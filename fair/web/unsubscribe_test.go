package web_test

import (
	"context"
	"encoding/json"
	netmail "net/mail"
	"strings"
	"testing"
	"time"

	"salon/fair"
	"salon/fair/mail"
	"salon/fair/mail/mailtest"
	"salon/fair/service"
	"salon/frontend"
)

// digests writes the mails of kept searches for real, and finds every open offer.
type digests struct {
	*outside
	composer *mail.Composer
	offers   []fair.ID
}

func (d *digests) Watch(to fair.Account, in service.WatchMail) (fair.Mail, error) {
	return d.composer.Watch(to, mail.Watch(in))
}

func (d *digests) Put(_ context.Context, offers ...fair.Offer) error {
	for _, o := range offers {
		d.offers = append(d.offers, o.ID)
	}
	return nil
}

func (d *digests) Search(context.Context, fair.ID, fair.OfferQuery) ([]fair.ID, int, error) {
	return d.offers, len(d.offers), nil
}

// The way of a mail program, RFC 8058: the header of the message that came, one POST
// without a cookie or a page of ours, and no more messages of that kind.
func TestOneClickInAMailProgramEndsTheMailsOfASearch(t *testing.T) {
	h := newHouse(t)
	relay := mailtest.New(t, "")
	smtp, err := mail.NewSMTP("smtp://" + relay.Address + "?tls=off&from=fair@salon.example.org")
	h.must(err)
	locales, err := frontend.Locales()
	h.must(err)
	d := &digests{outside: h.outside}
	d.composer, err = mail.NewComposer(locales, site, "fair@salon.example.org")
	h.must(err)
	now, config := noon, h.svc.Config
	config.Mailer, config.Composer, config.Index, config.Clock = smtp, d, d, func() time.Time { return now }
	s := service.New(config)
	boss, err := s.Authenticate(t.Context(), h.tokens["organiser at rencontres-2021"])
	h.must(err)
	morning := func(id string) (digest *netmail.Message) {
		t.Helper()
		now = now.Add(time.Minute)
		_, err := s.ImportOffers(t.Context(), boss, service.DemoFair, []json.RawMessage{[]byte(record(id, "Maison A"))})
		h.must(err)
		now = now.Add(24 * time.Hour)
		before := len(relay.Received())
		h.must(s.Sweep(t.Context()))
		h.must(service.NewDispatcher(s).Dispatch(t.Context()))
		for _, raw := range relay.Received()[before:] {
			m, err := netmail.ReadMessage(strings.NewReader(raw))
			h.must(err)
			if m.Header.Get("List-Unsubscribe") != "" {
				digest = m
			}
		}
		return digest
	}
	form := []string{"Content-Type", "application/x-www-form-urlencoded"}
	if status, body := h.request("candidate", "POST /fairs/rencontres-2021/searches?q=soignant", "", form...); status != 303 {
		t.Fatalf("the search is not kept: %d %s", status, body)
	}
	digest := morning("new-1")
	if digest == nil {
		t.Fatal("no mail about a new offer has come")
	}
	if post := digest.Header.Get("List-Unsubscribe-Post"); post != "List-Unsubscribe=One-Click" {
		t.Errorf("List-Unsubscribe-Post is %q", post)
	}
	path, ours := strings.CutPrefix(strings.Trim(digest.Header.Get("List-Unsubscribe"), "<>"), site)
	if !ours {
		t.Fatalf("List-Unsubscribe is %q", digest.Header.Get("List-Unsubscribe"))
	}
	if morning("new-2") == nil {
		t.Fatal("no mail the second day: that none comes later would prove nothing")
	}
	if res, body := ask(t, h.app, "POST", path, "List-Unsubscribe=One-Click", form...); res.StatusCode != 200 {
		t.Fatalf("status %d: %s", res.StatusCode, body)
	}
	if morning("new-3") != nil {
		t.Error("a mail came after they were ended")
	}
}

package service_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"salon/fair"
)

// another puts an offer into the house that was not there before.
func (h *house) another(id string) {
	h.t.Helper()
	_, err := h.ImportOffers(h.t.Context(), h.boss, h.fair.Slug, records(offerRecord(id, "Maison 0")))
	h.must(err)
}

func (h *house) morning() {
	h.t.Helper()
	h.clock.Pass(24 * time.Hour)
	h.must(h.Sweep(h.t.Context()))
	h.dispatch()
}

func TestNewOffersOfAKeptSearchAreToldOnce(t *testing.T) {
	h := newHouse(t)
	candidate := h.demo(fair.Candidate, 1)
	w, err := h.KeepSearch(t.Context(), candidate, h.fair.Slug, fair.OfferQuery{Text: " soignant ", Now: true}, "q=soignant")
	h.must(err)
	again, err := h.KeepSearch(t.Context(), candidate, h.fair.Slug, fair.OfferQuery{Text: "soignant"}, "q=soignant")
	h.must(err)
	if w.ID != again.ID || w.Query.Now {
		t.Errorf("the same search is kept twice: %+v, %+v", w, again)
	}
	h.morning()
	if n := h.world.sent(fair.EffectMailWatch); n != 0 {
		t.Fatalf("%d mails about offers that were there before", n)
	}
	h.clock.Pass(time.Minute)
	h.another("new-1")
	h.another("new-2")
	h.morning()
	h.morning()
	if n := h.world.sent(fair.EffectMailWatch); n != 1 {
		t.Fatalf("%d mails about two new offers, want one", n)
	}
	mail := h.world.mails[len(h.world.mails)-1]
	if strings.Count(mail.HTML, ";") != 2 || mail.Unsubscribe != "q=soignant" {
		t.Errorf("the mail is %+v", mail)
	}
	token := mail.Text
	if d, err := h.WatchOf(t.Context(), token); err != nil || !d.Watch.Mail {
		t.Errorf("its link leads to %+v, %v", d, err)
	}
	for range 2 { // the second time it changes nothing
		_, err = h.StopWatch(t.Context(), token)
		h.must(err)
	}
	h.another("new-3")
	h.morning()
	if n := h.world.sent(fair.EffectMailWatch); n != 1 {
		t.Errorf("%d mails, one of them after they were ended", n)
	}
	h.must(h.MailWatch(t.Context(), candidate, w.ID, true))
	h.clock.Pass(time.Minute)
	h.another("new-4")
	h.morning()
	if mail := h.world.mails[len(h.world.mails)-1]; h.world.sent(fair.EffectMailWatch) != 2 || strings.Count(mail.HTML, ";") != 1 {
		t.Errorf("begun again, it tells %+v", mail)
	}
}

// Every node sweeps; what is new is looked for by one of them, so that nobody gets
// two mails and the next day begins where this one ended.
func TestManyNodesThatLookAtOnceTellWhatIsNewOnce(t *testing.T) {
	h := newHouse(t)
	candidate := h.demo(fair.Candidate, 1)
	w, err := h.KeepSearch(t.Context(), candidate, h.fair.Slug, fair.OfferQuery{Text: "soignant"}, "q=soignant")
	h.must(err)
	h.clock.Pass(time.Minute)
	h.another("new-1")
	h.clock.Pass(24 * time.Hour)
	due, err := h.store.Watches.Get(t.Context(), w.ID)
	h.must(err)
	var looked, again atomic.Int32
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			next := h.clock.Now().Add(24 * time.Hour)
			first, err := h.store.Watches.Looked(t.Context(), w.ID, *due.DueAt, h.clock.Now(), &next)
			if first {
				looked.Add(1)
			}
			if err != nil {
				again.Add(1)
			}
		})
	}
	wg.Wait()
	if looked.Load() != 1 || again.Load() != 0 {
		t.Errorf("%d of 8 took the look, %d failed", looked.Load(), again.Load())
	}
}

func TestADigestCountsEveryNewOffer(t *testing.T) {
	h := newHouse(t)
	_, err := h.KeepSearch(t.Context(), h.demo(fair.Candidate, 1), h.fair.Slug, fair.OfferQuery{Text: "soignant"}, "q=soignant")
	h.must(err)
	h.clock.Pass(time.Minute)
	const opened = 130 // more than a page of the index
	for from := 0; from < opened; from += 65 {
		var batch []string
		for n := range 65 {
			batch = append(batch, offerRecord(fmt.Sprint("new-", from+n), "Maison 0"))
		}
		_, err := h.ImportOffers(t.Context(), h.boss, h.fair.Slug, records(batch...))
		h.must(err)
	}
	h.morning()
	if n := h.world.sent(fair.EffectMailWatch); n != 1 {
		t.Fatalf("%d mails, want one", n)
	}
	if told := h.world.digest; told.Total != opened || len(told.Offers) != 10 {
		t.Errorf("the mail names %d offers of %d, want 10 of %d", len(told.Offers), told.Total, opened)
	}
}

func TestNoDigestForWhoObjectsToMails(t *testing.T) {
	h := newHouse(t)
	candidate := h.demo(fair.Candidate, 1)
	keep := func(text string) fair.Watch {
		t.Helper()
		w, err := h.KeepSearch(t.Context(), candidate, h.fair.Slug, fair.OfferQuery{Text: text}, "q="+text)
		h.must(err)
		return w
	}
	before := keep("soignant")
	h.must(h.Object(t.Context(), candidate, []fair.ObjectionKind{fair.ObjectMails}))
	if w := keep("aide"); w.Mail || w.DueAt != nil {
		t.Errorf("kept by who objects, it mails: %+v", w)
	}
	refused(t, h.MailWatch(t.Context(), candidate, before.ID, true), fair.Conflict, "watch.objected")
	h.must(h.MailWatch(t.Context(), candidate, before.ID, false))
	h.must(h.Object(t.Context(), candidate, nil))
	h.must(h.MailWatch(t.Context(), candidate, before.ID, true))
	h.must(h.Object(t.Context(), candidate, []fair.ObjectionKind{fair.ObjectMails}))
	h.clock.Pass(time.Minute)
	h.another("new-1")
	h.morning()
	if n := h.world.sent(fair.EffectMailWatch); n != 0 {
		t.Errorf("%d mails to who objects", n)
	}
	h.must(h.Object(t.Context(), candidate, nil))
	h.clock.Pass(time.Minute)
	h.another("new-2")
	h.morning()
	if n := h.world.sent(fair.EffectMailWatch); n != 1 || h.world.digest.Total != 1 {
		t.Errorf("%d mails once the objection is withdrawn, the last of %d offers", n, h.world.digest.Total)
	}
}

func TestAKeptSearchIsItsOwnersAlone(t *testing.T) {
	h := newHouse(t)
	one, two := h.demo(fair.Candidate, 1), h.demo(fair.Candidate, 2)
	w, err := h.KeepSearch(t.Context(), one, h.fair.Slug, fair.OfferQuery{Contract: "CDI"}, "contract=CDI")
	h.must(err)
	refused(t, h.MailWatch(t.Context(), two, w.ID, false), fair.NotFound, "watch.unknown")
	h.must(h.DropWatch(t.Context(), two, w.ID))
	if kept, err := h.MyWatches(t.Context(), one); err != nil || len(kept) != 1 {
		t.Errorf("somebody else has dropped it: %+v, %v", kept, err)
	}
	if kept, err := h.MyWatches(t.Context(), two); err != nil || len(kept) != 0 {
		t.Errorf("somebody else sees it: %+v, %v", kept, err)
	}
	for _, token := range []string{"", string(w.ID), string(w.ID) + ".", string(w.ID) + ".AAAA", "x.y"} {
		_, err := h.StopWatch(t.Context(), token)
		refused(t, err, fair.NotFound, "watch.unknown")
	}
	_, err = h.KeepSearch(t.Context(), h.demo(fair.Recruiter, 1), h.fair.Slug, fair.OfferQuery{Contract: "CDI"}, "")
	refused(t, err, fair.Forbidden, "not.candidate")
	_, err = h.KeepSearch(t.Context(), one, h.fair.Slug, fair.OfferQuery{Text: " "}, "")
	refused(t, err, fair.Invalid, "watch.empty")
	h.must(h.DropWatch(t.Context(), one, w.ID))
	if kept, err := h.MyWatches(t.Context(), one); err != nil || len(kept) != 0 {
		t.Errorf("it is kept all the same: %+v, %v", kept, err)
	}
}

// Its guard is the unique index on account and place.
func TestNobodyKeepsMoreThanTenSearchesHoweverManyAtOnce(t *testing.T) {
	h := newHouse(t)
	candidate := h.demo(fair.Candidate, 1)
	var all sync.WaitGroup
	for n := range 16 {
		all.Go(func() {
			_, err := h.KeepSearch(t.Context(), candidate, h.fair.Slug, fair.OfferQuery{Text: fmt.Sprint("mot", n)}, "")
			if e, ok := errors.AsType[*fair.Error](err); err != nil && (!ok || e.Code != "watch.many") {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if kept, err := h.MyWatches(t.Context(), candidate); err != nil || len(kept) != fair.MaxWatches {
		t.Errorf("%d are kept, %v", len(kept), err)
	}
}

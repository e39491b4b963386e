package service_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"salon/fair"
	"salon/fair/service"
)

// desk of CVs: the house of words with a real file store and a scanner of the
// test's.
type cvHouse struct {
	*words
	dir     string
	scanner *scanner
	stop    string // the step that fails
}

// scanner finds malware by a word, is down, or asks a question first.
type scanner struct {
	mu      sync.Mutex
	down    bool
	asked   int
	content bytes.Buffer
}

func (s *scanner) Scan(ctx context.Context, r io.Reader) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked++
	if s.down {
		return "", errors.New("connection refused")
	}
	s.content.Reset()
	if _, err := io.Copy(&s.content, r); err != nil {
		return "", err
	}
	if strings.Contains(s.content.String(), "EICAR") {
		return "Eicar-Signature", nil
	}
	return "", nil
}

func (s *scanner) set(down bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.down = down
}

func newCVs(t *testing.T) *cvHouse {
	t.Helper()
	h := &cvHouse{dir: t.TempDir(), scanner: &scanner{}}
	h.words = newWords(t)
	h.Files, h.Scanner = openFiles(t, h.dir), h.scanner
	h.Step = stopWhen(&h.stop)
	return h
}

// kept counts the files on disk.
func (h *cvHouse) kept() int {
	h.t.Helper()
	return h.filesIn(h.dir)
}

// aPDF is one of that many bytes, or a little more.
func aPDF(size int, text string) string {
	head := "%PDF-1.4\n" + text + "\n"
	return head + strings.Repeat(".", max(0, size-len(head)-6)) + "\n%%EOF"
}

// send uploads in parts of that many bytes.
func (h *cvHouse) send(a fair.Actor, key, content string, part int) (fair.CV, error) {
	h.t.Helper()
	c, err := h.BeginCV(h.t.Context(), a, service.CVBegin{Name: "cv.pdf", Size: int64(len(content)), Key: key})
	if err != nil {
		return c, err
	}
	for at := 0; at < len(content); at += part {
		if _, err := h.ReceiveCV(h.t.Context(), a, c.ID, int64(at), []byte(content[at:min(at+part, len(content))])); err != nil {
			return c, err
		}
	}
	return h.FinishCV(h.t.Context(), a, c.ID)
}

func (h *cvHouse) sent(key, content string) fair.CV {
	h.t.Helper()
	c, err := h.send(h.candidate, key, content, 100_000)
	h.must(err)
	return c
}

func (h *cvHouse) content(f service.CVFile, err error) string {
	h.t.Helper()
	h.must(err)
	all, err := io.ReadAll(f.Content)
	h.must(err)
	if int64(len(all)) != f.Size {
		h.t.Errorf("%d bytes were promised, %d came", f.Size, len(all))
	}
	return string(all)
}

func TestACVArrivesInPartsAndIsReadWhole(t *testing.T) {
	h := newCVs(t)
	text := aPDF(fair.CVSize, "Camille")
	c, err := h.send(h.candidate, "first", text, fair.CVPartSize)
	h.must(err)
	if c.State != fair.CVReady || c.Format != fair.PDF {
		t.Fatalf("the CV is %s %s", c.State, c.Format)
	}
	if got := h.content(h.MyCV(t.Context(), h.candidate, c.ID)); got != text || h.scanner.content.String() != text {
		t.Errorf("%d bytes came back, %d were scanned", len(got), h.scanner.content.Len())
	}
	again, err := h.BeginCV(t.Context(), h.candidate, service.CVBegin{Name: "cv.pdf", Size: 7, Key: "first"})
	h.must(err)
	if again.ID != c.ID {
		t.Error("the same upload begun twice is two")
	}
	if again, err = h.FinishCV(t.Context(), h.candidate, c.ID); err != nil || again.State != fair.CVReady {
		t.Errorf("finished twice: %s, %v", again.State, err)
	}
	later := h.sent("second", aPDF(2000, "newer"))
	mine, err := h.MyCVs(t.Context(), h.candidate)
	h.must(err)
	if current, _ := fair.CurrentCV(mine); current.ID == c.ID && len(mine) != 2 {
		t.Errorf("the current one of %d is the older", len(mine))
	}
	h.clock.Pass(time.Minute)
	_, err = h.ChooseCV(t.Context(), h.candidate, c.ID)
	h.must(err)
	if mine, err = h.MyCVs(t.Context(), h.candidate); err != nil {
		t.Fatal(err)
	}
	if current, _ := fair.CurrentCV(mine); current.ID != c.ID {
		t.Errorf("chosen was %s, current is %s", c.ID, current.ID)
	}
	h.must(h.DeleteCV(t.Context(), h.candidate, c.ID))
	mine, err = h.MyCVs(t.Context(), h.candidate)
	h.must(err)
	if current, _ := fair.CurrentCV(mine); len(mine) != 1 || current.ID != later.ID || h.kept() != 1 {
		t.Errorf("after deletion: %d CVs, %d files", len(mine), h.kept())
	}
}

func TestAnUploadGoesOnAfterALostNetwork(t *testing.T) {
	h := newCVs(t)
	text := aPDF(900, "Camille")
	c, err := h.BeginCV(t.Context(), h.candidate, service.CVBegin{Name: "cv.pdf", Size: int64(len(text)), Key: "k"})
	h.must(err)
	h.stop = "cv.part" // the part is on disk, and nobody heard of it
	if _, err = h.ReceiveCV(t.Context(), h.candidate, c.ID, 0, []byte(text[:300])); err == nil {
		t.Fatal("it did not stop")
	}
	h.stop = ""
	for _, part := range []struct{ from, to int }{{0, 400}, {0, 400}, {400, 900}, {400, 900}} { // another length than before; and each twice
		if _, err = h.ReceiveCV(t.Context(), h.candidate, c.ID, int64(part.from), []byte(text[part.from:part.to])); err != nil {
			t.Fatalf("from %d: %v", part.from, err)
		}
	}
	for name, bad := range map[string]struct {
		at      int64
		content string
		kind    fair.Kind
		code    string
	}{
		"another content where one was received": {0, strings.Repeat("x", 400), fair.Conflict, "cv.offset"},
		"a hole":                                 {100, "x", fair.Conflict, "cv.offset"},
		"more than announced":                    {int64(len(text)), "x", fair.Invalid, "cv.size"},
		"nothing":                                {0, "", fair.Invalid, "cv.size"},
		"a part that is too long":                {0, strings.Repeat("x", fair.CVPartSize+1), fair.TooLarge, "cv.part"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := h.ReceiveCV(t.Context(), h.candidate, c.ID, bad.at, []byte(bad.content))
			refused(t, err, bad.kind, bad.code)
		})
	}
	if c, err = h.FinishCV(t.Context(), h.candidate, c.ID); err != nil || c.State != fair.CVReady {
		t.Fatalf("%s, %v", c.State, err)
	}
	_, err = h.ReceiveCV(t.Context(), h.candidate, c.ID, 0, []byte("x"))
	refused(t, err, fair.Conflict, "cv.whole")
	if got := h.content(h.MyCV(t.Context(), h.candidate, c.ID)); got != text {
		t.Error("it came back changed")
	}
}

func TestWhatIsNoCVIsRefusedAndNothingOfItIsLeft(t *testing.T) {
	h := newCVs(t)
	for name, bad := range map[string]struct {
		who     fair.Actor
		size    int64
		content string
		kind    fair.Kind
		code    string
	}{
		"a visitor":                    {fair.Actor{}, 900, "", fair.Unauthenticated, "sign.in"},
		"a recruiter":                  {h.first, 900, "", fair.Forbidden, "not.candidate"},
		"five megabytes and a byte":    {h.candidate, fair.CVSize + 1, "", fair.TooLarge, "cv.large"},
		"nothing":                      {h.candidate, 0, "", fair.Invalid, "cv.empty"},
		"less than nothing":            {h.candidate, -1, "", fair.Invalid, "cv.empty"},
		"less than announced":          {h.candidate, 900, aPDF(800, ""), fair.Conflict, "cv.incomplete"},
		"a page that says it is a PDF": {h.candidate, 31, "<html><script>alert(1)</script>", fair.Invalid, "cv.format"},
		"malware":                      {h.candidate, 600, aPDF(600, "EICAR"), fair.Invalid, "cv.infected"},
	} {
		t.Run(name, func(t *testing.T) {
			c, err := h.BeginCV(t.Context(), bad.who, service.CVBegin{Name: "cv.pdf", Size: bad.size, Key: name[:1] + fmt.Sprint(len(name))})
			if err == nil {
				if _, err = h.ReceiveCV(t.Context(), bad.who, c.ID, 0, []byte(bad.content)); err == nil {
					_, err = h.FinishCV(t.Context(), bad.who, c.ID)
				}
			}
			refused(t, err, bad.kind, bad.code)
		})
	}
	h.pass(fair.CVReceiveTime + time.Second) // what was never completed
	h.pass(fair.CVLate + time.Second)
	if n := h.kept(); n != 0 {
		t.Errorf("%d files are left", n)
	}
	mine, err := h.MyCVs(t.Context(), h.candidate)
	h.must(err)
	if len(mine) != 1 || mine[0].State != fair.CVInfected {
		t.Errorf("left are %+v", mine)
	}
	if h.pass(fair.CVFoundShown); len(must(h.MyCVs(t.Context(), h.candidate))) != 0 {
		t.Error("one is told of the malware for ever")
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func TestWhileTheScannerIsDownACVWaitsInQuarantine(t *testing.T) {
	h := newCVs(t)
	h.scanner.set(true)
	good, bad := h.sent("good", aPDF(600, "ok")), h.sent("bad", aPDF(600, "EICAR"))
	if good.State != fair.CVChecking || bad.State != fair.CVChecking {
		t.Fatalf("they are %s and %s", good.State, bad.State)
	}
	d, err := h.ApplyToOffer(t.Context(), h.candidate, h.offer().ID, service.ApplyRequest{Text: "Bonjour", CV: good.ID})
	h.must(err)
	_, err = h.ApplicationCV(t.Context(), h.first, d.Application.ID)
	refused(t, err, fair.NotFound, "cv.unknown")
	h.clock.Pass(fair.CVScanAgain)
	if err := h.Sweep(t.Context()); err == nil {
		t.Error("nobody says that the scanner is down")
	}
	h.scanner.set(false)
	asked := h.scanner.asked
	h.must(h.Sweep(t.Context()))
	if h.scanner.asked != asked {
		t.Error("it is asked again at once")
	}
	h.clock.Pass(2 * fair.CVScanAgain)
	h.must(h.Sweep(t.Context()))
	mine := must(h.MyCVs(t.Context(), h.candidate))
	states := map[fair.ID]fair.CVState{}
	for _, c := range mine {
		states[c.ID] = c.State
	}
	if states[good.ID] != fair.CVReady || states[bad.ID] != fair.CVInfected || h.kept() != 1 {
		t.Errorf("they are %v with %d files", states, h.kept())
	}
	if got := h.content(h.ApplicationCV(t.Context(), h.first, d.Application.ID)); !strings.Contains(got, "ok") {
		t.Error("the stand does not read what is clean")
	}
}

func TestACVThatChangedOnDiskIsNotServed(t *testing.T) {
	h := newCVs(t)
	c := h.sent("k", aPDF(600, "ok"))
	part, err := h.store.CVs.Get(t.Context(), c.ID)
	h.must(err)
	_, err = h.Files.Put(t.Context(), part.Parts[0].File, strings.NewReader(aPDF(600, "EICAR")), 1000)
	h.must(err)
	f, err := h.MyCV(t.Context(), h.candidate, c.ID)
	h.must(err)
	if got, err := io.ReadAll(f.Content); err == nil || len(got) > 0 {
		t.Errorf("%d bytes of what nobody scanned", len(got))
	}
}

// Its guards are the unique index on candidate and place, and rev: without them
// there are more than five, or parts are counted twice.
func TestManyUploadsAtOnceKeepTheirLimits(t *testing.T) {
	h := newCVs(t)
	var group sync.WaitGroup
	for i := range 12 {
		group.Go(func() {
			_, err := h.send(h.candidate, fmt.Sprint("key", i), aPDF(600+i, "ok"), 200)
			if err != nil && fair.KindOf(err) != fair.Conflict {
				t.Error(err)
			}
		})
	}
	group.Wait()
	mine := must(h.MyCVs(t.Context(), h.candidate))
	if len(mine) != fair.MaxCVs {
		t.Errorf("there are %d", len(mine))
	}
	h.must(h.DeleteCV(t.Context(), h.candidate, mine[0].ID))
	text := aPDF(3000, "ok")
	c, err := h.BeginCV(t.Context(), h.candidate, service.CVBegin{Name: "cv", Size: int64(len(text)), Key: "last"})
	h.must(err)
	for range 6 {
		group.Go(func() {
			for at := 0; at < len(text); at += 500 {
				_, err := h.ReceiveCV(t.Context(), h.candidate, c.ID, int64(at), []byte(text[at:min(at+500, len(text))]))
				if err != nil && fair.KindOf(err) != fair.Conflict {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	if c, err = h.FinishCV(t.Context(), h.candidate, c.ID); err != nil || c.State != fair.CVReady {
		t.Errorf("%s, %v", c.State, err)
	}
	if got := h.content(h.MyCV(t.Context(), h.candidate, c.ID)); got != text {
		t.Error("it came back changed")
	}
}

func TestWhoMayReadACVAndThatItIsWrittenDown(t *testing.T) {
	h := newCVs(t)
	c := h.sent("k", aPDF(600, "Camille"))
	d, err := h.ApplyToOffer(t.Context(), h.candidate, h.offer().ID, service.ApplyRequest{Text: "Bonjour", CV: c.ID})
	h.must(err)
	id := d.Application.ID
	stranger := h.demo(fair.Candidate, 2)
	for _, who := range []fair.Actor{{}, stranger, h.other, h.boss, h.demo(fair.Adviser, 1)} {
		if _, err := h.ApplicationCV(t.Context(), who, id); fair.KindOf(err) != fair.NotFound && fair.KindOf(err) != fair.Unauthenticated {
			t.Errorf("%v of %s: %v", who.Roles, who.Name, err)
		}
		if _, err := h.MyCV(t.Context(), who, c.ID); fair.KindOf(err) != fair.NotFound && fair.KindOf(err) != fair.Unauthenticated {
			t.Errorf("as an own CV, %v: %v", who.Roles, err)
		}
	}
	_, err = h.ApplyToStand(t.Context(), stranger, h.stand, service.ApplyRequest{Text: "x", CV: c.ID})
	refused(t, err, fair.NotFound, "cv.unknown")
	before := len(must(h.Stores.Audits.About(t.Context(), h.candidate.Account, 100)))
	f, err := h.ApplicationCV(t.Context(), h.second, id)
	if got := h.content(f, err); !strings.Contains(got, "Camille") || f.Name != "CV "+h.candidate.Name+".pdf" {
		t.Errorf("the stand reads %q called %q", got, f.Name)
	}
	log := must(h.Stores.Audits.About(t.Context(), h.candidate.Account, 100))
	if e := log[0]; len(log) != before+1 || e.Action != "cv.read" || e.Account != h.second.Account || e.Object != id || e.Why != fair.NounApplication {
		t.Errorf("written down is %+v", log[0])
	}
	list := must(h.StandApplications(t.Context(), h.first, h.stand, 1, 20))
	if list.Items[0].CV == nil || list.Items[0].CV.Format != fair.PDF {
		t.Errorf("the stand sees %+v", list.Items[0].CV)
	}
	_, err = h.EditApplication(t.Context(), h.candidate, id, service.ApplicationEdit{State: fair.ApplicationWithdrawn})
	h.must(err)
	_, err = h.ApplicationCV(t.Context(), h.first, id)
	refused(t, err, fair.NotFound, "cv.unknown")
}

func TestAStandReadsTheCurrentCVOfThoseInItsLineUnlessTheyHideIt(t *testing.T) {
	h := newCVs(t)
	h.sent("k", aPDF(600, "first"))
	_, err := h.SetDuty(t.Context(), h.first, h.stand, fair.OnDuty, 0)
	h.must(err)
	place, _, err := h.JoinLine(t.Context(), h.candidate, h.stand, service.JoinRequest{Channel: fair.Video})
	h.must(err)
	id := place.Ticket.ID
	if got := h.content(h.TicketCV(t.Context(), h.first, id)); !strings.Contains(got, "first") {
		t.Errorf("the stand reads %q", got)
	}
	h.clock.Pass(time.Minute)
	h.sent("l", aPDF(600, "second"))
	if got := h.content(h.TicketCV(t.Context(), h.first, id)); !strings.Contains(got, "second") {
		t.Errorf("the stand reads %q", got)
	}
	for _, who := range []fair.Actor{h.candidate, h.other, h.boss, {}} {
		if _, err := h.TicketCV(t.Context(), who, id); err == nil {
			t.Errorf("%v reads it", who.Roles)
		}
	}
	desk := must(h.LineDesk(t.Context(), h.first, h.stand))
	if desk.Tickets[0].CV == nil {
		t.Error("the desk does not see that there is a CV")
	}
	if desk = must(h.LineDesk(t.Context(), h.boss, h.stand)); desk.Tickets[0].CV != nil {
		t.Error("an organiser sees a CV")
	}
	hide := true
	_, err = h.EditProfile(t.Context(), h.candidate, service.ProfileEdit{SearchEdit: service.SearchEdit{HideCV: &hide}})
	h.must(err)
	_, err = h.TicketCV(t.Context(), h.first, id)
	refused(t, err, fair.NotFound, "cv.unknown")
	hide = false
	_, err = h.EditProfile(t.Context(), h.candidate, service.ProfileEdit{SearchEdit: service.SearchEdit{HideCV: &hide}})
	h.must(err)
	h.settle(func(r *fair.Rules) { r.Anonymous = true })
	_, err = h.TicketCV(t.Context(), h.first, id)
	refused(t, err, fair.NotFound, "cv.unknown")
	h.settle(func(r *fair.Rules) { r.Anonymous = false })
	_, err = h.AnswerTicket(t.Context(), h.candidate, id, fair.AnswerLeave)
	h.must(err)
	_, err = h.TicketCV(t.Context(), h.first, id)
	refused(t, err, fair.NotFound, "cv.unknown")
}

func TestTheRecruiterOfAnInterviewReadsTheCVUntilTheAnswer(t *testing.T) {
	h := newCVs(t)
	h.sent("k", aPDF(600, "Camille"))
	slot := h.slots(h.first, 1)[0]
	booked, err := h.book(h.candidate, slot.ID, "b")
	h.must(err)
	id := booked.Interview.ID
	if got := h.content(h.InterviewCV(t.Context(), h.first, id)); !strings.Contains(got, "Camille") {
		t.Errorf("the recruiter reads %q", got)
	}
	for _, who := range []fair.Actor{h.candidate, h.second, h.other, h.boss, {}} {
		if _, err := h.InterviewCV(t.Context(), who, id); err == nil {
			t.Errorf("%v of %s reads it", who.Roles, who.Name)
		}
	}
	h.settle(func(r *fair.Rules) { r.Anonymous = true })
	_, err = h.InterviewCV(t.Context(), h.first, id)
	refused(t, err, fair.NotFound, "cv.unknown")
	d, err := h.Interview(t.Context(), h.first, id)
	h.must(err)
	if !d.Anonymous || d.Candidate.Name != "" || d.Candidate.About != "" || d.CV != nil {
		t.Errorf("before an anonymous meeting the recruiter reads %+v", d.Candidate)
	}
	shares := must(h.Shares(t.Context(), h.candidate))
	if len(shares) != 1 || shares[0].Named || shares[0].CV != nil || shares[0].Why != fair.NounInterview {
		t.Errorf("the candidate is told %+v", shares)
	}
	h.settle(func(r *fair.Rules) { r.Anonymous = false })
	_, err = h.CancelInterview(t.Context(), h.candidate, id)
	h.must(err)
	_, err = h.InterviewCV(t.Context(), h.first, id)
	refused(t, err, fair.NotFound, "cv.unknown")
}

func TestTheFilesGoWithTheCVWhateverHappens(t *testing.T) {
	h := newCVs(t)
	c := h.sent("k", aPDF(600, "ok"))
	h.stop = "cv.deleted"
	if err := h.DeleteCV(t.Context(), h.candidate, c.ID); err == nil {
		t.Fatal("it did not stop")
	}
	h.stop = ""
	if _, err := h.MyCV(t.Context(), h.candidate, c.ID); fair.KindOf(err) != fair.NotFound {
		t.Errorf("a CV being deleted: %v", err)
	}
	h.pass(fair.CVLate + time.Second)
	if _, err := h.store.CVs.Get(t.Context(), c.ID); fair.KindOf(err) != fair.NotFound || h.kept() != 0 {
		t.Errorf("%v, %d files", err, h.kept())
	}
	// One that nobody touched for two years goes too, unless its owner came back.
	old := h.sent("old", aPDF(600, "ok"))
	h.clock.Pass(2*365*24*time.Hour + time.Hour)
	back := h.demo(fair.Candidate, 1)
	h.must(h.Sweep(t.Context()))
	if _, err := h.MyCV(t.Context(), back, old.ID); err != nil {
		t.Errorf("its owner is back: %v", err)
	}
}

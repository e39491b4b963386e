package service

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"salon/fair"
)

// cvStore keeps what is known of CVs; unique indexes give each a place of its own
// among its owner's, and begin an upload once.
type cvStore interface {
	Get(ctx context.Context, id fair.ID) (fair.CV, error)
	Insert(ctx context.Context, c fair.CV) error
	ByKey(ctx context.Context, candidate fair.ID, key string) (fair.CV, error)
	Of(ctx context.Context, candidates ...fair.ID) ([]fair.CV, error)
	Save(ctx context.Context, c fair.CV) (fair.CV, error)
	Due(ctx context.Context, now time.Time, limit int) ([]fair.CV, error)
	Remove(ctx context.Context, id fair.ID) error
}

// scanTime is how long somebody who has sent a CV waits for the scanner; after
// that the sweeper does, for at most sweepScanTime.
const (
	scanTime      = 4 * time.Second
	sweepScanTime = 30 * time.Second
	fileTime      = 5 * time.Second // to read one part
)

// CVBegin announces a CV: what it is called, how many bytes will come, and a key
// that makes a second try the same one.
type CVBegin struct {
	Name string
	Size int64
	Key  string
}

// BeginCV makes room for a CV that will come in parts. The same key answers the
// upload there is. Errors: Forbidden; TooLarge "cv.large"; Invalid "cv.empty",
// "key.invalid"; Conflict "cv.many".
func (s *Service) BeginCV(ctx context.Context, a fair.Actor, b CVBegin) (fair.CV, error) {
	switch err := mayHaveCV(a); {
	case err != nil:
		return fair.CV{}, err
	case b.Size > fair.CVSize:
		return fair.CV{}, fair.E(fair.TooLarge, "cv.large")
	case b.Size <= 0:
		return fair.CV{}, fair.Refuse("size", "cv.empty")
	case !keyPattern.MatchString(b.Key):
		return fair.CV{}, fair.Refuse("Idempotency-Key", "key.invalid")
	}
	begun, err := s.Stores.CVs.ByKey(ctx, a.Account, b.Key)
	if !notFound(err) {
		return begun, err
	}
	now := s.now()
	due := now.Add(fair.CVReceiveTime)
	c := fair.CV{
		ID: fair.NewID(), Candidate: a.Account, Kept: true, Key: b.Key, Name: fair.CVName(b.Name), State: fair.CVReceiving,
		Size: b.Size, Parts: []fair.CVPart{}, At: now, DueAt: &due, Meta: meta(now, now.Add(keepAccount)),
	}
	for range fair.MaxCVs + 1 { // others may take the free places meanwhile
		mine, err := s.Stores.CVs.Of(ctx, a.Account)
		if err != nil {
			return fair.CV{}, fmt.Errorf("list CVs: %w", err)
		}
		free := fair.FreePlaces(mine)
		if len(free) == 0 {
			break
		}
		c.Place = free[0]
		if err = s.Stores.CVs.Insert(ctx, c); err == nil {
			return c, nil
		}
		if fair.KindOf(err) != fair.Conflict {
			return fair.CV{}, fmt.Errorf("begin a CV: %w", err)
		}
		if begun, err := s.Stores.CVs.ByKey(ctx, a.Account, b.Key); !notFound(err) {
			return begun, err
		}
	}
	return fair.CV{}, fair.E(fair.Conflict, "cv.many")
}

func mayHaveCV(a fair.Actor) error {
	if err := signedIn(a); err != nil {
		return err
	}
	if !a.IsCandidate() {
		return fair.E(fair.Forbidden, "not.candidate")
	}
	return nil
}

// ownCV finds one of the actor's own. Errors: NotFound for everybody else's.
func (s *Service) ownCV(ctx context.Context, a fair.Actor, id fair.ID) (fair.CV, error) {
	if err := signedIn(a); err != nil {
		return fair.CV{}, err
	}
	c, err := s.Stores.CVs.Get(ctx, id)
	if err == nil && (c.Candidate != a.Account || !c.Kept) {
		return fair.CV{}, fair.E(fair.NotFound, "cv.unknown")
	}
	return c, err
}

// ReceiveCV takes the part that begins at offset. One that was received already
// changes nothing. Errors: NotFound; Conflict "cv.whole" when all is there,
// "cv.offset" when another part comes first; Invalid "cv.size" for more than
// announced; TooLarge "cv.part".
func (s *Service) ReceiveCV(ctx context.Context, a fair.Actor, id fair.ID, offset int64, content []byte) (fair.CV, error) {
	c, err := s.ownCV(ctx, a, id)
	if err != nil {
		return fair.CV{}, err
	}
	hash := sha256.Sum256(content)
	switch received := c.Received(); {
	case c.State != fair.CVReceiving:
		return fair.CV{}, fair.E(fair.Conflict, "cv.whole")
	case len(content) > fair.CVPartSize:
		return fair.CV{}, fair.E(fair.TooLarge, "cv.part")
	case offset+int64(len(content)) > c.Size || len(content) == 0:
		return fair.CV{}, fair.Refuse("file", "cv.size")
	case offset < received && has(c, offset, hash[:]):
		return c, nil
	case offset != received:
		return fair.CV{}, fair.E(fair.Conflict, "cv.offset")
	}
	file := c.NextFile()
	if _, err := s.Files.Put(ctx, file, bytes.NewReader(content), fair.CVPartSize); err != nil {
		return fair.CV{}, fmt.Errorf("keep a part of CV %s: %w", id, err)
	}
	if err := s.step("cv.part"); err != nil {
		return fair.CV{}, err
	}
	due := s.now().Add(fair.CVReceiveTime)
	next := c
	next.Parts = append(slices.Clone(c.Parts), fair.CVPart{File: file, Size: int64(len(content)), Hash: hash[:]})
	next.DueAt = &due
	saved, err := s.Stores.CVs.Save(ctx, next)
	if fair.KindOf(err) == fair.Conflict { // by a twin of this request, or it was deleted
		if again, err := s.ownCV(ctx, a, id); err != nil || has(again, offset, hash[:]) {
			return again, err
		}
		return fair.CV{}, fair.E(fair.Conflict, "cv.offset")
	}
	return saved, err
}

// has reports whether the part at offset was received with that hash.
func has(c fair.CV, offset int64, hash []byte) bool {
	for _, p := range c.Parts {
		if offset == 0 {
			return bytes.Equal(p.Hash, hash)
		}
		offset -= p.Size
	}
	return false
}

// FinishCV says that all parts were sent. The content is looked into, then
// scanned; until the scanner has answered nobody else reads it. What is refused
// is deleted. Errors: NotFound; Conflict "cv.incomplete"; Invalid as InspectCV,
// "cv.infected".
func (s *Service) FinishCV(ctx context.Context, a fair.Actor, id fair.ID) (fair.CV, error) {
	c, err := s.ownCV(ctx, a, id)
	if err != nil || c.State != fair.CVReceiving {
		return c, err
	}
	if c.Received() != c.Size {
		return fair.CV{}, fair.E(fair.Conflict, "cv.incomplete")
	}
	if c.Format, err = fair.InspectCV(&partsAt{ctx: ctx, s: s, c: c, kept: -1}, c.Size); err != nil {
		if fair.KindOf(err) != fair.Invalid {
			return fair.CV{}, fmt.Errorf("look into CV %s: %w", id, err)
		}
		return fair.CV{}, errors.Join(err, s.discardCV(ctx, c))
	}
	now := s.now()
	c.State, c.ChosenAt, c.DueAt = fair.CVChecking, &now, new(now.Add(fair.CVScanAgain))
	if s.Scanner == nil {
		c.State, c.DueAt = fair.CVReady, c.RetainUntil
	}
	if c, err = s.Stores.CVs.Save(ctx, c); err != nil || c.State == fair.CVReady {
		return c, err
	}
	if err := s.step("cv.checking"); err != nil {
		return c, err
	}
	scanning, cancel := context.WithTimeout(ctx, scanTime)
	defer cancel()
	scanned, err := s.scanCV(scanning, c)
	if err != nil {
		s.Log.WarnContext(ctx, "the scanner does not answer: a CV waits in quarantine", "cv", id, "err", err)
		return c, nil
	}
	if scanned.State == fair.CVInfected {
		return fair.CV{}, fair.Refuse("file", "cv.infected")
	}
	return scanned, nil
}

// scanCV asks the scanner and writes down what it says.
func (s *Service) scanCV(ctx context.Context, c fair.CV) (fair.CV, error) {
	found, err := s.Scanner.Scan(ctx, s.cvContent(ctx, c))
	if err != nil {
		return c, fmt.Errorf("scan CV %s: %w", c.ID, err)
	}
	ctx = context.WithoutCancel(ctx) // the answer is there: it is kept
	now := s.now()
	if found != "" {
		s.Log.WarnContext(ctx, "malware in a CV", "cv", c.ID, "found", found)
		files := c.Files()
		c.State, c.ChosenAt, c.DueAt, c.Parts = fair.CVInfected, nil, new(now.Add(fair.CVFoundShown)), []fair.CVPart{}
		saved, err := s.Stores.CVs.Save(ctx, c)
		if err != nil {
			return c, err
		}
		return saved, s.dropFiles(ctx, files)
	}
	c.State, c.DueAt = fair.CVReady, c.RetainUntil
	return s.Stores.CVs.Save(ctx, c)
}

// MyCVs lists the actor's own CVs, the latest first.
func (s *Service) MyCVs(ctx context.Context, a fair.Actor) ([]fair.CV, error) {
	if err := signedIn(a); err != nil {
		return nil, err
	}
	return s.Stores.CVs.Of(ctx, a.Account)
}

// ChooseCV makes one the current one. Errors: NotFound; Conflict "cv.notready".
func (s *Service) ChooseCV(ctx context.Context, a fair.Actor, id fair.ID) (chosen fair.CV, err error) {
	err = retryStale(ctx, func() error {
		c, err := s.ownCV(ctx, a, id)
		if err != nil {
			return err
		}
		if !c.Whole() {
			return fair.E(fair.Forbidden, "cv.notready")
		}
		c.ChosenAt = new(s.now())
		chosen, err = s.Stores.CVs.Save(ctx, c)
		return err
	})
	return chosen, err
}

// DeleteCV takes one away from everybody. Its files go at once, and again a
// little later for a part that was still on its way.
func (s *Service) DeleteCV(ctx context.Context, a fair.Actor, id fair.ID) error {
	return retryStale(ctx, func() error {
		c, err := s.ownCV(ctx, a, id)
		if err != nil {
			return err
		}
		return s.discardCV(ctx, c)
	})
}

// discardCV hides a CV and removes its files; the sweeper forgets it, and removes
// what this one could not.
func (s *Service) discardCV(ctx context.Context, c fair.CV) error {
	c.State, c.Kept, c.ChosenAt, c.DueAt = fair.CVDeleted, false, nil, new(s.now().Add(fair.CVLate))
	c, err := s.Stores.CVs.Save(ctx, c)
	if err != nil {
		return fmt.Errorf("delete CV %s: %w", c.ID, err)
	}
	if err := s.step("cv.deleted"); err != nil {
		return err
	}
	if err := s.dropFiles(ctx, c.Files()); err != nil {
		s.Log.WarnContext(ctx, "files of a deleted CV are removed later", "cv", c.ID, "err", err)
	}
	return nil
}

func (s *Service) dropFiles(ctx context.Context, files []fair.ID) error {
	return each(files, func(f fair.ID) error { return s.Files.Delete(ctx, f) })
}

// sweepCVs tidies uploads nobody completed, asks the scanner about those in
// quarantine, and removes what was deleted or is kept no longer.
func (s *Service) sweepCVs(ctx context.Context) error {
	due, err := s.Stores.CVs.Due(ctx, s.now(), sweepBatch)
	if err != nil {
		return fmt.Errorf("list CVs that are due: %w", err)
	}
	var failed []error
	for _, c := range due {
		if err := s.sweepCV(ctx, c); err != nil && fair.KindOf(err) != fair.Conflict {
			failed = append(failed, err)
		}
	}
	return errors.Join(failed...)
}

func (s *Service) sweepCV(ctx context.Context, c fair.CV) error {
	switch c.State {
	case fair.CVDeleted:
		if err := s.dropFiles(ctx, c.Files()); err != nil {
			return fmt.Errorf("remove the files of CV %s: %w", c.ID, err)
		}
		return s.Stores.CVs.Remove(ctx, c.ID)
	case fair.CVChecking:
		return s.sweepQuarantine(ctx, c)
	case fair.CVReady:
		owner, err := s.Stores.Accounts.Get(ctx, c.Candidate)
		if err != nil && !notFound(err) {
			return fmt.Errorf("read the owner of CV %s: %w", c.ID, err)
		}
		if until := owner.RetainUntil; until != nil && until.After(s.now()) { // it goes with the account
			c.RetainUntil, c.DueAt = until, until
			_, err = s.Stores.CVs.Save(ctx, c)
			return err
		}
	}
	return s.discardCV(ctx, c)
}

// sweepQuarantine takes the CV for itself, by moving its time, and has it scanned.
func (s *Service) sweepQuarantine(ctx context.Context, c fair.CV) error {
	if s.Scanner == nil { // it was there, and is set no more: what it has not seen stays away
		return s.discardCV(ctx, c)
	}
	c.DueAt = new(c.ScanAgain(s.now()))
	c.Tries++
	c, err := s.Stores.CVs.Save(ctx, c)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, sweepScanTime)
	defer cancel()
	_, err = s.scanCV(ctx, c)
	return err
}

// cvPart reads one part, and refuses one that is not what was received.
func (s *Service) cvPart(ctx context.Context, c fair.CV, n int) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, fileTime)
	defer cancel()
	r, err := s.Files.Open(ctx, c.Parts[n].File)
	if err != nil {
		return nil, fmt.Errorf("open part %d of CV %s: %w", n, c.ID, err)
	}
	defer r.Close()
	content, err := io.ReadAll(io.LimitReader(r, fair.CVPartSize+1))
	if err != nil {
		return nil, fmt.Errorf("read part %d of CV %s: %w", n, c.ID, err)
	}
	if hash := sha256.Sum256(content); !bytes.Equal(hash[:], c.Parts[n].Hash) {
		return nil, fmt.Errorf("part %d of CV %s is not what was received", n, c.ID)
	}
	return content, nil
}

// cvContent reads a CV from its beginning, one part in memory at a time. It may
// be read when the request that asked for it is over: each part has a time of its
// own.
func (s *Service) cvContent(ctx context.Context, c fair.CV) io.Reader {
	ctx = context.WithoutCancel(ctx)
	return &cvReader{next: func(n int) ([]byte, error) {
		if n >= len(c.Parts) {
			return nil, io.EOF
		}
		return s.cvPart(ctx, c, n)
	}}
}

// cvReader reads parts one after the other. It is owned by who reads.
type cvReader struct {
	next func(n int) ([]byte, error)
	n    int
	rest []byte
}

// Read implements io.Reader.
func (r *cvReader) Read(p []byte) (int, error) {
	for len(r.rest) == 0 {
		part, err := r.next(r.n)
		if err != nil {
			return 0, err
		}
		r.n++
		r.rest = part
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// partsAt reads a CV anywhere; the part read last stays in memory. It lives as
// long as one call, whose context it holds for that reason alone.
type partsAt struct {
	ctx     context.Context
	s       *Service
	c       fair.CV
	kept    int // which part content is of; -1: none
	content []byte
}

// ReadAt implements io.ReaderAt.
func (r *partsAt) ReadAt(p []byte, offset int64) (n int, err error) {
	begins := int64(0)
	for i, part := range r.c.Parts {
		if len(p) == 0 {
			return n, nil
		}
		if at := offset - begins; at < part.Size {
			if r.kept != i {
				if r.content, err = r.s.cvPart(r.ctx, r.c, i); err != nil {
					r.kept = -1
					return n, err
				}
				r.kept = i
			}
			taken := copy(p, r.content[at:])
			p, n, offset = p[taken:], n+taken, offset+int64(taken)
		}
		begins += part.Size
	}
	if len(p) == 0 {
		return n, nil
	}
	return n, io.EOF
}

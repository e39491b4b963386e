package service

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"salon/fair"
	"salon/fair/sheet"
)

// sourceSheet begins the source of offers from a file; the stand follows, within
// which the reference column names one offer.
const sourceSheet = "sheet."

// importStore keeps what became of files; Advance counts each line once.
type importStore interface {
	Get(ctx context.Context, id fair.ID) (fair.Import, error)
	Insert(ctx context.Context, i fair.Import) error
	Advance(ctx context.Context, id fair.ID, from int, t fair.Taken, finished *time.Time, due time.Time) (i fair.Import, advanced bool, err error)
	Of(ctx context.Context, fairID, stand fair.ID, limit int) ([]fair.Import, error)
	Due(ctx context.Context, now time.Time, limit int) ([]fair.Import, error)
	Remove(ctx context.Context, id fair.ID) error
}

// The pace of an import, and how long what became of it can be read.
const (
	importStep   = 50               // lines taken at a time
	importIdle   = 15 * time.Second // nobody has asked for the next lines: the sweeper takes them
	importKept   = 7 * 24 * time.Hour
	importSweeps = 4        // steps of one import in one sweep
	importBytes  = 64 << 20 // of the lines as they are kept
)

// ImportFile is a file of offers: of a stand, or of a whole fair where Stand is "".
type ImportFile struct {
	Fair    string // id or slug; not needed with a stand
	Stand   fair.ID
	Name    string
	Content []byte
}

// BeginImport reads a file and makes its import; ContinueImport takes its lines. A
// stand's desk may bring in its own offers, an organiser those of the whole fair.
// Errors: those of sheet.Read; Invalid "import.columns", "import.none".
func (s *Service) BeginImport(ctx context.Context, a fair.Actor, in ImportFile) (fair.Import, error) {
	f, err := s.importPlace(ctx, a, in.Fair, in.Stand)
	if err != nil {
		return fair.Import{}, err
	}
	lines, err := sheet.Read(in.Content)
	if err != nil {
		return fair.Import{}, err
	}
	_, ignored, err := heads(lines[0], in.Stand != "")
	if err != nil {
		return fair.Import{}, err
	}
	count := len(offerLines(lines))
	if count == 0 {
		return fair.Import{}, fair.Refuse("file", "import.none")
	}
	kept, err := json.Marshal(lines)
	if err != nil {
		return fair.Import{}, fmt.Errorf("keep the lines of a file: %w", err)
	}
	now := s.now()
	i := fair.Import{
		ID: fair.NewID(), Fair: f.ID, Stand: in.Stand, By: a.Account, Name: importName(in.Name), File: fair.NewID(),
		Lines: count, Bad: []fair.BadLine{}, Ignored: ignored, At: now, DueAt: now.Add(importIdle), Meta: meta(now, now.Add(importKept)),
	}
	if err := s.Stores.Imports.Insert(ctx, i); err != nil {
		return fair.Import{}, fmt.Errorf("begin an import: %w", err)
	}
	if err := s.step("import.begun"); err != nil {
		return fair.Import{}, err
	}
	if _, err := s.Files.Put(ctx, i.File, bytes.NewReader(kept), importBytes); err != nil {
		return fair.Import{}, fmt.Errorf("keep the file of import %s: %w", i.ID, err)
	}
	return i, nil
}

// importName is what a file is called, for people.
func importName(name string) string {
	name = fair.CleanLine(name[strings.LastIndexAny(name, `/\`)+1:])
	return string([]rune(name)[:min(len([]rune(name)), 120)])
}

// importPlace checks who may bring offers in where.
func (s *Service) importPlace(ctx context.Context, a fair.Actor, fairRef string, stand fair.ID) (fair.Fair, error) {
	if stand != "" {
		st, err := s.StandDesk(ctx, a, stand)
		if err != nil {
			return fair.Fair{}, err
		}
		return s.Stores.Fairs.Get(ctx, st.Fair)
	}
	f, err := s.Fair(ctx, a, fairRef)
	if err != nil {
		return f, err
	}
	return f, mayOrganise(a, f.ID)
}

// Import reads one. Errors: NotFound, Forbidden.
func (s *Service) Import(ctx context.Context, a fair.Actor, id fair.ID) (fair.Import, error) {
	i, err := s.Stores.Imports.Get(ctx, id)
	if err != nil {
		return i, err
	}
	_, err = s.importPlace(ctx, a, string(i.Fair), i.Stand)
	return i, err
}

// shownImports is how many of the latest imports are listed.
const shownImports = 10

// Imports lists the latest of a stand, or of a whole fair where stand is "".
func (s *Service) Imports(ctx context.Context, a fair.Actor, fairRef string, stand fair.ID) ([]fair.Import, error) {
	f, err := s.importPlace(ctx, a, fairRef, stand)
	if err != nil {
		return nil, err
	}
	return s.Stores.Imports.Of(ctx, f.ID, stand, shownImports)
}

// ContinueImport takes the next lines of an import, and answers how far it is.
func (s *Service) ContinueImport(ctx context.Context, a fair.Actor, id fair.ID) (fair.Import, error) {
	i, err := s.Import(ctx, a, id)
	if err != nil || i.FinishedAt != nil {
		return i, err
	}
	return s.advanceImport(ctx, i)
}

// advanceImport takes the next lines. Two at once take the same lines to the same
// end, and one of them counts.
func (s *Service) advanceImport(ctx context.Context, i fair.Import) (fair.Import, error) {
	f, err := s.Stores.Fairs.Get(ctx, i.Fair)
	if err != nil {
		return i, err
	}
	lines, err := s.keptLines(ctx, i)
	if err != nil {
		return i, err
	}
	columns, _, err := heads(lines[0], i.Stand != "")
	if err != nil {
		return i, err
	}
	taken, err := s.takeLines(ctx, f, i, columns, offerLines(lines))
	if err != nil {
		return i, fmt.Errorf("take the lines of import %s: %w", i.ID, err)
	}
	if err := s.step("import.taken"); err != nil {
		return i, err
	}
	now := s.now()
	var finished *time.Time
	due := now.Add(importIdle)
	if i.Done+taken.Lines >= i.Lines {
		finished, due = &now, now.Add(importKept)
	}
	after, advanced, err := s.Stores.Imports.Advance(ctx, i.ID, i.Done, taken, finished, due)
	if err != nil || advanced {
		return after, err
	}
	return s.Stores.Imports.Get(ctx, i.ID)
}

// keptLines reads the lines of an import again.
func (s *Service) keptLines(ctx context.Context, i fair.Import) (lines []sheet.Line, err error) {
	file, err := s.Files.Open(ctx, i.File)
	if err != nil {
		return nil, fmt.Errorf("open the file of import %s: %w", i.ID, err)
	}
	defer file.Close()
	if err := json.NewDecoder(io.LimitReader(file, importBytes)).Decode(&lines); err != nil {
		return nil, fmt.Errorf("read the file of import %s: %w", i.ID, err)
	}
	return lines, nil
}

// offerLines are the lines of a file that are offers.
func offerLines(lines []sheet.Line) []sheet.Line {
	var all []sheet.Line
	for _, line := range lines[1:] {
		if !comment(line) {
			all = append(all, line)
		}
	}
	return all
}

// takeLines takes the next lines of an import: read in their order, so that
// new stands are numbered in it, then several at a time.
func (s *Service) takeLines(ctx context.Context, f fair.Fair, i fair.Import, columns []*SheetColumn, lines []sheet.Line) (fair.Taken, error) {
	upto := min(i.Done+importStep, len(lines))
	seen := map[string]bool{}
	batch := make([]*offerLine, 0, importStep)
	for n, line := range lines[:upto] {
		l := readLine(columns, line, i.Stand != "")
		key := fair.Fold(l.Company) + " " + l.Ref
		if i.Stand != "" {
			key = l.Ref
		}
		if l.Ref != "" && seen[key] {
			l.refuse(fieldRef, "import.twice")
		}
		seen[key] = true
		if n >= i.Done {
			batch = append(batch, &l)
		}
	}
	offers, err := s.prepareLines(ctx, f, i, batch)
	if err != nil {
		return fair.Taken{}, err
	}
	results, waits, debts := make([]string, len(batch)), make([]bool, len(batch)), make([][]fair.Debt, len(batch))
	group, within := errgroup.WithContext(ctx)
	group.SetLimit(importedTogether)
	for n, l := range batch {
		if len(l.problems) > 0 {
			continue
		}
		group.Go(func() error {
			return retryStale(within, func() (err error) {
				results[n], waits[n], debts[n], err = s.putOffer(within, i.By, f, offers[n].employer, offers[n].Offer)
				return err
			})
		})
	}
	if err := group.Wait(); err != nil {
		return fair.Taken{}, err
	}
	taken := fair.Taken{Lines: len(batch)}
	var owed []fair.Debt
	for n, l := range batch {
		count(&taken, results[n], waits[n])
		if len(l.problems) > 0 {
			taken.Bad = append(taken.Bad, l.bad())
		}
		owed = append(owed, debts[n]...)
	}
	if err := s.deliverOffers(ctx, owed); err != nil {
		s.Log.WarnContext(ctx, "imported offers are not indexed yet", "fair", f.ID, "err", err)
		s.wake()
	}
	return taken, nil
}

// lineOffer is the offer of a good line, and whose it is.
type lineOffer struct {
	fair.Offer
	employer
}

// prepareLines makes the offers of lines and notes on each what is wrong with it.
func (s *Service) prepareLines(ctx context.Context, f fair.Fair, i fair.Import, batch []*offerLine) ([]lineOffer, error) {
	offers := make([]lineOffer, len(batch))
	rooms := map[fair.ID]*room{}
	var own fair.Stand
	var err error
	if i.Stand != "" {
		if own, err = s.Stores.Stands.Get(ctx, i.Stand); err != nil {
			return nil, err
		}
	}
	for n, l := range batch {
		text := s.textOf(l)
		if own.ID != "" && l.Company != "" && fair.Fold(l.Company) != fair.Fold(own.Name) {
			l.refuse(fieldCompany, "import.notyours")
		}
		if len(l.problems) > 0 {
			continue
		}
		e := employer{company: fair.Company{ID: own.Company, Name: own.Name}, stand: own.ID}
		if own.ID == "" {
			r := record{}
			r.Entreprise.Nom = l.Company
			if e, err = s.employerOf(ctx, f, r); err != nil {
				return nil, fmt.Errorf("make the employer of line %d: %w", l.Number, err)
			}
		}
		if rooms[e.stand] == nil {
			if rooms[e.stand], err = s.roomOf(ctx, e.stand); err != nil {
				return nil, err
			}
		}
		offers[n] = lineOffer{s.offerOf(f, e.stand, l, text), e}
		if !rooms[e.stand].take(offers[n].ID) {
			l.refuse(fieldRef, "offer.many")
		}
	}
	return offers, nil
}

// room is which offers a stand has, and how many more it may have.
type room struct {
	has  map[fair.ID]bool
	left int
}

func (s *Service) roomOf(ctx context.Context, stand fair.ID) (*room, error) {
	held, err := s.Stores.Offers.OfStand(ctx, stand)
	if err != nil {
		return nil, fmt.Errorf("list the offers of stand %s: %w", stand, err)
	}
	r := &room{map[fair.ID]bool{}, maxDeskOffers - len(held)}
	for _, o := range held {
		r.has[o.ID] = true
	}
	return r, nil
}

// roomForOne refuses when a stand may have no further offer.
func (s *Service) roomForOne(ctx context.Context, stand fair.ID) error {
	r, err := s.roomOf(ctx, stand)
	if err == nil && r.left < 1 {
		return fair.E(fair.Conflict, "offer.many")
	}
	return err
}

func (r *room) take(id fair.ID) bool {
	if !r.has[id] {
		r.has[id] = true
		r.left--
	}
	return r.left >= 0
}

// offerOf is the offer of a good line. Its id follows from the stand and the
// reference, so that a file that comes again finds it.
func (s *Service) offerOf(f fair.Fair, stand fair.ID, l *offerLine, t fair.OfferText) fair.Offer {
	raw, err := json.Marshal(l.OfferDraft)
	if err != nil {
		panic("service: the draft of an offer is no JSON: " + err.Error()) // it holds texts and numbers
	}
	sum := sha256.Sum256(raw)
	o := fair.Offer{
		ID:     fair.DeriveID("offer", string(f.ID), sourceSheet, string(stand), l.Ref),
		Source: sourceSheet + string(stand), SourceID: l.Ref, PublishedAt: s.now(), Raw: raw, RawHash: sum[:],
	}
	o.Write(t)
	return o
}

// RefusedLines is a file that holds the bad lines of an import alone, as they
// came, and after them what is wrong: put right, it is brought in by itself. say
// words a problem.
func (s *Service) RefusedLines(ctx context.Context, a fair.Actor, id fair.ID, format sheet.Format, say func(column, code string) string) ([]byte, error) {
	i, err := s.Import(ctx, a, id)
	if err != nil {
		return nil, err
	}
	lines, err := s.keptLines(ctx, i)
	if err != nil {
		return nil, err
	}
	why := map[int]string{}
	for _, bad := range i.Bad {
		var reasons []string
		for _, p := range bad.Problems {
			reasons = append(reasons, say(ColumnOf(p.Field), p.Code))
		}
		why[bad.Line] = strings.Join(reasons, " ")
	}
	head := lines[0].Cells
	table := sheet.Table{Name: "Offres", Lines: [][]string{withReason(head, head, columnReason)}}
	for _, line := range lines[1:] {
		if reason, bad := why[line.Number]; bad {
			table.Lines = append(table.Lines, withReason(head, line.Cells, reason))
		}
	}
	return sheet.Write(format, table)
}

// withReason is a line with a cell more, in place of the reason it had before.
func withReason(head, cells []string, reason string) []string {
	line := make([]string, 0, len(head)+1)
	for i, name := range head {
		switch {
		case fair.Fold(name) == fair.Fold(columnReason):
		case i < len(cells):
			line = append(line, cells[i])
		default:
			line = append(line, "")
		}
	}
	return append(line, reason)
}

// sweepImports goes on with the imports nobody asks about any more, and removes
// what was kept long enough.
func (s *Service) sweepImports(ctx context.Context) error {
	due, err := s.Stores.Imports.Due(ctx, s.now(), sweepBatch)
	if err != nil {
		return fmt.Errorf("list imports that are due: %w", err)
	}
	return each(due, func(i fair.Import) error { return s.sweepImport(ctx, i) })
}

func (s *Service) sweepImport(ctx context.Context, i fair.Import) (err error) {
	for range importSweeps {
		if i.FinishedAt != nil {
			break
		}
		if i, err = s.advanceImport(ctx, i); err != nil {
			break
		}
	}
	over := i.FinishedAt != nil && !i.DueAt.After(s.now())
	if over || notFound(err) { // kept long enough, or its file or its fair never came
		if err := s.Files.Delete(ctx, i.File); err != nil {
			return fmt.Errorf("remove the file of import %s: %w", i.ID, err)
		}
		return s.Stores.Imports.Remove(ctx, i.ID)
	}
	return err
}

func count(t *fair.Taken, result string, waits bool) {
	switch result {
	case ResultCreated:
		t.Created++
	case ResultUpdated:
		t.Updated++
	case ResultUnchanged:
		t.Unchanged++
	}
	if waits {
		t.Waiting++
	}
}

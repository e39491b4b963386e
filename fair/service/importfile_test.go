package service_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"salon/fair"
	"salon/fair/service"
	"salon/fair/sheet"
)

// importHouse is a house with a real file store that can be stopped at a step.
type importHouse struct {
	*house
	folder, stop string
}

func newImports(t *testing.T) *importHouse {
	t.Helper()
	h := &importHouse{folder: t.TempDir()}
	files := openFiles(t, h.folder)
	h.house = newHouse(t, func(c *service.Config) {
		c.Files = files
		c.Step = stopWhen(&h.stop)
	})
	return h
}

// files counts what is kept on disk.
func (h *importHouse) files() int {
	h.t.Helper()
	return h.filesIn(h.folder)
}

const offerHead = "Référence;Intitulé;Description;Contrat;Commune;Code ROME;Salaire minimum;Salaire maximum;Période du salaire;Expérience;Nombre de postes;Couleur"

// offerLine is a good line of a stand's file.
func offerLine(ref string) string {
	return ref + ";Aide-soignant / Aide-soignante;Vous accompagnez les résidents de la maison.;CDI;Montpellier;J1501;1 800,50 €;2000;mois;Débutant accepté;2;bleu"
}

// sixHundred is a file of 600 offers of which lines 3, 101 and 601 are bad.
func sixHundred() string {
	lines := []string{offerHead}
	for n := range 600 {
		line := offerLine(fmt.Sprintf("O-%03d", n))
		switch n {
		case 1:
			line = strings.Replace(line, ";CDI;", ";Contrat moral;", 1)
		case 99:
			line = strings.Replace(strings.Replace(line, "Montpellier", "Paris", 1), "2000", "beaucoup", 1)
		case 599:
			line = strings.Replace(line, "Aide-soignant / Aide-soignante", "", 1)
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\r\n")
}

// through takes an import to its end, and tells how often it was asked.
func (h *importHouse) through(a fair.Actor, i fair.Import) (fair.Import, int) {
	h.t.Helper()
	for asked := 1; ; asked++ {
		next, err := h.ContinueImport(h.t.Context(), a, i.ID)
		h.must(err)
		if next.FinishedAt != nil {
			return next, asked
		}
		if next.Done <= i.Done || asked > 200 {
			h.t.Fatalf("it does not go on: %+v", next)
		}
		i = next
	}
}

func (h *importHouse) bring(a fair.Actor, stand fair.ID, content string) fair.Import {
	h.t.Helper()
	i, err := h.BeginImport(h.t.Context(), a, service.ImportFile{Fair: h.fair.Slug, Stand: stand, Name: `C:\offres\été.csv`, Content: []byte(content)})
	h.must(err)
	i, _ = h.through(a, i)
	return i
}

func say(column, code string) string { return column + ": " + code + "." }

func TestOfSixHundredLinesThreeAreNamedAndTheOthersAreIn(t *testing.T) {
	h := newImports(t)
	recruiter := h.demo(fair.Recruiter, 1)
	stand := recruiter.Roles[0].Stand
	i, err := h.BeginImport(t.Context(), recruiter, service.ImportFile{Stand: stand, Name: `C:\offres\été.csv`, Content: []byte(sixHundred())})
	h.must(err)
	if i.Lines != 600 || i.Name != "été.csv" || !slices.Equal(i.Ignored, []string{"Couleur"}) {
		t.Errorf("it begins as %+v", i)
	}
	i, asked := h.through(recruiter, i)
	if i.Created != 597 || len(i.Bad) != 3 || asked != 12 {
		t.Fatalf("%d in, %+v refused, asked %d times", i.Created, i.Bad, asked)
	}
	for n, want := range []struct {
		line      int
		ref, said string
	}{{3, "O-001", "contract contract.unknown"}, {101, "O-099", "pay_to import.number, commune commune.unknown"}, {601, "O-599", "title import.missing"}} {
		var said []string
		for _, p := range i.Bad[n].Problems {
			said = append(said, p.Field+" "+p.Code)
		}
		if i.Bad[n].Line != want.line || i.Bad[n].Ref != want.ref || strings.Join(said, ", ") != want.said {
			t.Errorf("line %d: %+v, want %s", i.Bad[n].Line, i.Bad[n], want.said)
		}
	}
	o, err := h.Offer(t.Context(), fair.Actor{}, h.fair.Slug, fair.DeriveID("offer", string(h.fair.ID), "sheet."+string(stand), string(stand), "O-000"))
	if err == nil {
		t.Error("the id holds the stand once")
	}
	o, err = h.Offer(t.Context(), fair.Actor{}, h.fair.Slug, fair.DeriveID("offer", string(h.fair.ID), "sheet.", string(stand), "O-000"))
	h.must(err)
	if o.Pay.Label != "Mensuel de 1800.50 Euros à 2000.00 Euros" || o.Positions != 2 || !o.Needs.Beginner || o.Stand != stand || o.SourceID != "O-000" {
		t.Errorf("it reads %+v", o)
	}
	if h.world.indexed[o.ID].ID == "" || len(o.History) != 1 || o.History[0].By != recruiter.Account {
		t.Errorf("indexed %v, history %+v", h.world.indexed[o.ID].ID, o.History)
	}
	if again := h.bring(recruiter, stand, sixHundred()); again.Unchanged != 597 || again.Created+again.Updated != 0 || len(again.Bad) != 3 {
		t.Errorf("again it did %+v", again)
	}
	for _, format := range []sheet.Format{sheet.CSV, sheet.XLSX} {
		content, err := h.RefusedLines(t.Context(), recruiter, i.ID, format, say)
		h.must(err)
		lines, err := sheet.Read(content)
		h.must(err)
		if len(lines) != 4 || lines[0].Cells[12] != "Motif du refus" || lines[2].Cells[12] != "Salaire maximum: import.number. Commune: commune.unknown." {
			t.Fatalf("the %s to correct is %+v", format, lines)
		}
	}
	content, err := h.RefusedLines(t.Context(), recruiter, i.ID, sheet.CSV, say)
	h.must(err)
	put := strings.NewReplacer("Contrat moral", "CDD", "Paris", "34172", "beaucoup", "2500", "O-599;;", "O-599;Auxiliaire de vie;").Replace(string(content))
	if mended := h.bring(recruiter, stand, put); mended.Created != 3 || len(mended.Bad) != 0 || len(mended.Ignored) != 1 {
		t.Errorf("put right, it did %+v", mended)
	}
}

func TestAnOrganiserBringsInTheOffersOfManyCompanies(t *testing.T) {
	h := newImports(t)
	head := strings.Replace(offerHead, "Référence", "Référence;Entreprise", 1)
	with := func(ref, company string) string {
		return strings.Replace(offerLine(ref), ref+";", ref+";"+company+";", 1)
	}
	flagged := strings.Replace(with("3", "Maison 0"), "les résidents", "les résidents : nous cherchons un jeune diplômé, pour", 1)
	i := h.bring(h.boss, "", strings.Join([]string{head, "# un exemple", with("1", "Maison 0"), with("1", "Tout Neuf"), with("1", "MAISON 0"), flagged, with("4", " "), with("", "Maison 1")}, "\n"))
	if i.Lines != 6 || i.Created != 3 || i.Waiting != 1 || len(i.Bad) != 3 || i.Bad[0].Problems[0].Code != "import.twice" {
		t.Fatalf("it did %+v", i)
	}
	st, err := h.Stand(t.Context(), fair.Actor{}, h.fair.Slug, "tout-neuf")
	h.must(err)
	if st.Number != 4 || st.Offers != 1 {
		t.Errorf("the new company's stand is %+v", st)
	}
	waiting, err := h.WaitingOffers(t.Context(), h.boss, h.fair.Slug)
	h.must(err)
	if len(waiting) != 1 || waiting[0].SourceID != "3" {
		t.Errorf("waiting are %+v", waiting)
	}
	// The stand that has offer 1 already finds it in its own file.
	recruiter := h.demo(fair.Recruiter, 1)
	if own := h.bring(recruiter, recruiter.Roles[0].Stand, strings.Join([]string{head, with("1", "Maison 0"), with("2", "Tout Neuf")}, "\n")); own.Unchanged != 1 || len(own.Bad) != 1 || own.Bad[0].Problems[0].Code != "import.notyours" {
		t.Errorf("a stand's file did %+v", own)
	}
}

func TestWhoMayBringOffersInWhere(t *testing.T) {
	h := newImports(t)
	one, two := h.demo(fair.Recruiter, 1), h.demo(fair.Recruiter, 2)
	file := []byte(offerHead + "\n" + offerLine("1"))
	stand := one.Roles[0].Stand
	i, err := h.BeginImport(t.Context(), one, service.ImportFile{Stand: stand, Content: file})
	h.must(err)
	for name, c := range map[string]struct {
		who  fair.Actor
		kind fair.Kind
	}{"a visitor": {fair.Actor{}, fair.Unauthenticated}, "a candidate": {h.demo(fair.Candidate, 1), fair.Forbidden}, "a recruiter of another stand": {two, fair.Forbidden}} {
		_, begun := h.BeginImport(t.Context(), c.who, service.ImportFile{Stand: stand, Content: file})
		_, whole := h.BeginImport(t.Context(), c.who, service.ImportFile{Fair: h.fair.Slug, Content: file})
		_, read := h.Import(t.Context(), c.who, i.ID)
		_, went := h.ContinueImport(t.Context(), c.who, i.ID)
		_, listed := h.Imports(t.Context(), c.who, "", stand)
		_, bad := h.RefusedLines(t.Context(), c.who, i.ID, sheet.CSV, say)
		for what, err := range map[string]error{"begins": begun, "begins one of the fair": whole, "reads": read, "goes on with": went, "lists": listed, "downloads": bad} {
			if fair.KindOf(err) != c.kind {
				t.Errorf("%s %s it: %v", name, what, err)
			}
		}
	}
	if _, err := h.BeginImport(t.Context(), one, service.ImportFile{Fair: h.fair.Slug, Content: file}); fair.KindOf(err) != fair.Forbidden {
		t.Errorf("a recruiter brings in a whole fair's: %v", err)
	}
}

func TestAFileThatHoldsNoOffersSaysWhy(t *testing.T) {
	h := newImports(t)
	for content, code := range map[string]string{
		"":                        "sheet.empty",
		"a;b\n1;2":                "import.columns",
		offerHead:                 "import.columns",
		offerHead + ";Entreprise": "import.none",
		offerHead + ";Entreprise\n# un exemple;;;": "import.none",
		strings.Repeat("x", 6<<20):                 "sheet.large",
		"Référence;Intitulé\n1;Boulangère":         "import.columns",
	} {
		_, err := h.BeginImport(t.Context(), h.boss, service.ImportFile{Fair: h.fair.Slug, Content: []byte(content)})
		if e, ok := errors.AsType[*fair.Error](err); !ok || e.Code != code {
			t.Errorf("%.30q: %v, want %s", content, err, code)
		}
	}
}

func TestAnImportIsCompletedWhateverStopsIt(t *testing.T) {
	h := newImports(t)
	recruiter := h.demo(fair.Recruiter, 1)
	stand := recruiter.Roles[0].Stand
	file := []byte(strings.Join(strings.Split(sixHundred(), "\r\n")[:111], "\n")) // two of the bad ones
	i, err := h.BeginImport(t.Context(), recruiter, service.ImportFile{Stand: stand, Content: file})
	h.must(err)
	h.stop = "import.taken" // fifty are in, and nobody has noted it
	if _, err := h.ContinueImport(t.Context(), recruiter, i.ID); err == nil {
		t.Fatal("it did not stop")
	}
	h.stop = ""
	h.clock.Pass(20 * time.Second)
	h.must(h.Sweep(t.Context()))
	i, err = h.Import(t.Context(), recruiter, i.ID)
	h.must(err)
	if i.FinishedAt == nil || i.Created+i.Unchanged != 108 || i.Unchanged != 49 || len(i.Bad) != 2 {
		t.Errorf("the sweeper made of it %+v", i)
	}
	h.stop = "import.begun"
	if _, err := h.BeginImport(t.Context(), recruiter, service.ImportFile{Stand: stand, Content: file}); err == nil {
		t.Fatal("it did not stop")
	}
	h.stop = ""
	h.clock.Pass(8 * 24 * time.Hour)
	h.must(h.Sweep(t.Context()))
	all, err := h.Imports(t.Context(), recruiter, "", stand)
	h.must(err)
	if len(all) != 0 || h.files() != 0 {
		t.Errorf("%d imports and %d files are kept for ever", len(all), h.files())
	}
}

// Its guard is the number of lines done in Advance's filter: without it lines are
// counted as often as they were taken.
func TestManyWhoGoOnWithOneImportCountEachLineOnce(t *testing.T) {
	h := newImports(t)
	recruiter := h.demo(fair.Recruiter, 1)
	lines := []string{offerHead}
	for n := range 120 {
		lines = append(lines, offerLine(fmt.Sprint("R-", n)))
	}
	i, err := h.BeginImport(t.Context(), recruiter, service.ImportFile{Stand: recruiter.Roles[0].Stand, Content: []byte(strings.Join(lines, "\n"))})
	h.must(err)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 3 {
				if _, err := h.ContinueImport(t.Context(), recruiter, i.ID); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	i, _ = h.through(recruiter, i)
	if i.Done != 120 || i.Created+i.Unchanged != 120 {
		t.Errorf("counted %+v", i)
	}
	offers, err := h.StandOffers(t.Context(), recruiter, i.Stand)
	h.must(err)
	if len(offers) != 121 {
		t.Errorf("%d offers, want 121", len(offers))
	}
}

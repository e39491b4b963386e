package web

import (
	"context"
	"mime"
	"net/http"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"salon/fair"
	"salon/fair/service"
	"salon/fair/sheet"
	"salon/frontend"
)

// imports is what this package asks of service about files of offers.
type imports interface {
	BeginImport(ctx context.Context, a fair.Actor, in service.ImportFile) (fair.Import, error)
	ContinueImport(ctx context.Context, a fair.Actor, id fair.ID) (fair.Import, error)
	Import(ctx context.Context, a fair.Actor, id fair.ID) (fair.Import, error)
	Imports(ctx context.Context, a fair.Actor, fairRef string, stand fair.ID) ([]fair.Import, error)
	RefusedLines(ctx context.Context, a fair.Actor, id fair.ID, format sheet.Format, say func(column, code string) string) ([]byte, error)
}

// importRoutes are for who brings offers in from a table.
func (s *Server) importRoutes() {
	register(s, "POST /fairs/{fair}/imports", "beginImport", "Takes a CSV or XLSX file of offers of the whole fair; its lines wait to be taken", s.beginImport)
	register(s, "GET /fairs/{fair}/imports", "listImports", "The latest files of a whole fair", s.listImports)
	register(s, "POST /stands/{stand}/imports", "beginStandImport", "Takes a CSV or XLSX file of one stand's offers", s.beginStandImport)
	register(s, "GET /stands/{stand}/imports", "listStandImports", "The latest files of a stand", s.listStandImports)
	register(s, "GET /imports/{import}", "getImport", "How far an import is", s.getImport)
	register(s, "POST /imports/{import}/continue", "continueImport", "Takes the next lines; when nobody asks, they are taken all the same, later", s.continueImport)
	s.plain("/api/v1/imports/:import/refused/:format", s.refusedLines)
	s.plain("/api/v1/templates/:template", s.offerTemplate)
}

// OfferFileView is a file of offers and what became of its lines.
type OfferFileView struct {
	ID        fair.ID       `json:"id"`
	Name      string        `json:"name"`
	Lines     int           `json:"lines"`
	Done      int           `json:"done" doc:"How many lines were taken or refused"`
	Finished  bool          `json:"finished"`
	Created   int           `json:"created"`
	Updated   int           `json:"updated"`
	Unchanged int           `json:"unchanged"`
	Refused   int           `json:"refused"`
	Waiting   int           `json:"waiting" doc:"Of those that are in, how many an organiser is asked about before they are published"`
	Ignored   []string      `json:"ignored" doc:"Columns that were passed over"`
	Problems  []BadLineView `json:"problems" doc:"The first hundred lines that were refused"`
	At        time.Time     `json:"at"`
}

// BadLineView is a line that was refused, and why.
type BadLineView struct {
	Line     int               `json:"line" doc:"As an editor or a spreadsheet numbers it"`
	Ref      string            `json:"ref"`
	Problems []LineProblemView `json:"problems"`
}

// LineProblemView is one thing wrong with a line.
type LineProblemView struct {
	Column  string `json:"column" doc:"As the template calls it"`
	Code    string `json:"code"`
	Message string `json:"message" doc:"In the caller's language"`
}

// shownBadLines is how many refused lines a view names; all are in the file of them.
const shownBadLines = 100

func viewImport(texts *frontend.Locale, i fair.Import) OfferFileView {
	return OfferFileView{
		ID: i.ID, Name: i.Name, Lines: i.Lines, Done: i.Done, Finished: i.FinishedAt != nil,
		Created: i.Created, Updated: i.Updated, Unchanged: i.Unchanged, Refused: len(i.Bad), Waiting: i.Waiting,
		Ignored: append([]string{}, i.Ignored...), At: i.At.UTC(),
		Problems: mapped(i.Bad[:min(len(i.Bad), shownBadLines)], func(b fair.BadLine) BadLineView {
			return BadLineView{b.Line, b.Ref, mapped(b.Problems, func(p fair.LineProblem) LineProblemView {
				return LineProblemView{service.ColumnOf(p.Field), p.Code, texts.T("error." + p.Code)}
			})}
		}),
	}
}

func (s *Server) oneImport(k *call, i fair.Import, err error) (*answer[OfferFileView], error) {
	return reply(viewImport(s.Frontend.Locale(string(k.lang)), i), err)
}

func (s *Server) manyImports(k *call, found []fair.Import, err error) (*answer[List[OfferFileView]], error) {
	texts := s.Frontend.Locale(string(k.lang))
	return reply(all(mapped(found, func(i fair.Import) OfferFileView { return viewImport(texts, i) })), err)
}

// FileInput is a file that is sent as it is.
type FileInput struct {
	Name    string `query:"name" maxLength:"300" doc:"What the file is called, for people"`
	RawBody []byte `contentType:"application/octet-stream"`
}

func (s *Server) takeFile(ctx context.Context, k *call, in service.ImportFile) (*created[OfferFileView], error) {
	if err := s.limits.imports.take(k.Account, s.Clock()); err != nil {
		return nil, err
	}
	i, err := s.Service.BeginImport(ctx, k.Actor, in)
	if err != nil {
		return nil, err
	}
	return &created[OfferFileView]{viewImport(s.Frontend.Locale(string(k.lang)), i)}, nil
}

type beginImportInput struct {
	FairPath
	FileInput
}

func (s *Server) beginImport(ctx context.Context, k *call, in *beginImportInput) (*created[OfferFileView], error) {
	return s.takeFile(ctx, k, service.ImportFile{Fair: in.Fair, Name: in.Name, Content: in.RawBody})
}

type beginStandImportInput struct {
	StandPath
	FileInput
}

func (s *Server) beginStandImport(ctx context.Context, k *call, in *beginStandImportInput) (*created[OfferFileView], error) {
	return s.takeFile(ctx, k, service.ImportFile{Stand: in.Stand, Name: in.Name, Content: in.RawBody})
}

func (s *Server) listImports(ctx context.Context, k *call, in *FairPath) (*answer[List[OfferFileView]], error) {
	found, err := s.Service.Imports(ctx, k.Actor, in.Fair, "")
	return s.manyImports(k, found, err)
}

func (s *Server) listStandImports(ctx context.Context, k *call, in *StandPath) (*answer[List[OfferFileView]], error) {
	found, err := s.Service.Imports(ctx, k.Actor, "", in.Stand)
	return s.manyImports(k, found, err)
}

// ImportPath names an import.
type ImportPath struct {
	Import fair.ID `path:"import"`
}

func (s *Server) getImport(ctx context.Context, k *call, in *ImportPath) (*answer[OfferFileView], error) {
	i, err := s.Service.Import(ctx, k.Actor, in.Import)
	return s.oneImport(k, i, err)
}

func (s *Server) continueImport(ctx context.Context, k *call, in *ImportPath) (*answer[OfferFileView], error) {
	i, err := s.Service.ContinueImport(ctx, k.Actor, in.Import)
	return s.oneImport(k, i, err)
}

// formatOf reads the end of a file's name. Errors: NotFound.
func formatOf(name string) (base string, format sheet.Format, err error) {
	base, ending, _ := strings.Cut(name, ".")
	if ending != string(sheet.CSV) && ending != string(sheet.XLSX) {
		return "", "", fair.E(fair.NotFound, "notfound")
	}
	return base, sheet.Format(ending), nil
}

// refusedLines serves the lines of an import that were refused, to be put right.
func (s *Server) refusedLines(k *call) error {
	_, format, err := formatOf("refused." + k.fiber.Params("format"))
	if err != nil {
		return err
	}
	id := fair.ID(k.fiber.Params("import"))
	if !id.Valid() {
		return fair.E(fair.NotFound, "import.unknown")
	}
	texts := s.Frontend.Locale(string(k.lang))
	content, err := s.Service.RefusedLines(k.fiber.UserContext(), k.Actor, id, format, func(column, code string) string {
		return texts.T("import.why", "column", column, "why", texts.T("error."+code))
	})
	if err != nil {
		return err
	}
	k.fiber.Set(fiber.HeaderCacheControl, "no-store")
	return sendFile(k, "offres-a-corriger", format, content)
}

// offerTemplate serves an empty file of offers: offers for the whole fair, stand
// for one stand. The columns are French, as what is written into them is.
func (s *Server) offerTemplate(k *call) error {
	base, format, err := formatOf(k.fiber.Params("template"))
	if err != nil || base != "offers" && base != "stand" {
		return fair.E(fair.NotFound, "notfound")
	}
	content, err := sheet.Write(format, s.templateOf(service.SheetColumns(base == "stand"))...)
	if err != nil {
		return err
	}
	return sendFile(k, "modele-offres", format, content)
}

// templateOf makes the table to fill in, with a line that is passed over, and a
// page of help in both languages.
func (s *Server) templateOf(columns []service.SheetColumn) []sheet.Table {
	french, english := s.Frontend.Locale("fr"), s.Frontend.Locale("en")
	offers := sheet.Table{Name: "Offres", Lines: [][]string{nil, nil}, Choices: map[int][]string{}}
	help := sheet.Table{Name: "Aide - Help", Lines: [][]string{{"Colonne - Column", "Obligatoire - Needed", "Aide", "Help", "Choix - Choices"}}}
	for i, c := range columns {
		example := french.T("sheet.example." + c.Field)
		if i == 0 {
			example = "# " + example
		}
		offers.Lines[0], offers.Lines[1] = append(offers.Lines[0], c.Name), append(offers.Lines[1], example)
		if len(c.Choices) > 0 {
			offers.Choices[i] = c.Choices
		}
		needed := ""
		if c.Needed {
			needed = "oui - yes"
		}
		help.Lines = append(help.Lines, []string{c.Name, needed, french.T("sheet.help." + c.Field), english.T("sheet.help." + c.Field), strings.Join(c.Choices, ", ")})
	}
	return []sheet.Table{offers, help}
}

// sendFile answers with a file for the disk.
func sendFile(k *call, base string, format sheet.Format, content []byte) error {
	k.fiber.Set(fiber.HeaderContentType, format.Type())
	k.fiber.Set(fiber.HeaderContentDisposition, mime.FormatMediaType("attachment", map[string]string{"filename": base + "." + string(format)}))
	k.fiber.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	return k.fiber.Status(http.StatusOK).Send(content)
}

package place

import (
	"archive/zip"
	"bytes"
	"cmp"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// longestFile bounds each file of a release once unfolded, in bytes: the whole
// nomenclature has a few.
const longestFile = 64 << 20

// codePattern is the shape of a ROME code.
var codePattern = regexp.MustCompile(`^[A-Z]\d{4}$`)

// release collects what the files of one say.
type release struct {
	labels map[string]string
	titles map[string][]string
}

// ReadRelease reads a release of ROME 4.0 as it is published: the CSV files of
// codes ("code_rome", "libelle_rome") and of appellations ("code_rome",
// "libelle_appellation_court"), the ZIP they come in, or the answer of the API
// "ROME 4.0 - Métiers", a JSON list of occupations with their appellations. Files
// may be given together; what else a ZIP holds is passed over.
func ReadRelease(files ...[]byte) ([]Occupation, error) {
	r := release{map[string]string{}, map[string][]string{}}
	for _, content := range files {
		if err := r.read(content); err != nil {
			return nil, err
		}
	}
	for code := range r.titles {
		if shipped, known := OccupationByCode(code); known && r.labels[code] == "" {
			r.labels[code] = shipped.Label
		}
		if r.labels[code] == "" {
			return nil, fmt.Errorf("no file names occupation %s: give the one with code_rome and libelle_rome too", code)
		}
	}
	if len(r.labels) == 0 {
		return nil, errors.New("no occupation is in these files: want the CSV files of ROME, their ZIP, or a JSON list of the API")
	}
	var all []Occupation
	for code, label := range r.labels {
		all = append(all, Occupation{Code: code, Label: label, Titles: distinct(append([]string{label}, r.titles[code]...))})
	}
	slices.SortFunc(all, func(a, b Occupation) int { return cmp.Compare(a.Code, b.Code) })
	return all, nil
}

func distinct(titles []string) (kept []string) {
	for _, title := range titles {
		if title = strings.Join(strings.Fields(title), " "); title != "" && !slices.Contains(kept, title) {
			kept = append(kept, title)
		}
	}
	return kept
}

func (r *release) read(content []byte) error {
	switch trimmed := bytes.TrimLeft(content, " \r\n\t\xef\xbb\xbf"); {
	case bytes.HasPrefix(content, []byte("PK\x03\x04")):
		return r.readZIP(content)
	case bytes.HasPrefix(trimmed, []byte("[")):
		return r.readJSON(trimmed)
	}
	known, err := r.readCSV(content)
	if err == nil && !known {
		err = errors.New("a file is no part of ROME: its first line names neither code_rome and libelle_rome nor code_rome and libelle_appellation_court")
	}
	return err
}

func (r *release) readZIP(content []byte) error {
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return fmt.Errorf("open the archive: %w", err)
	}
	for _, part := range archive.File {
		if !strings.EqualFold(path.Ext(part.Name), ".csv") {
			continue
		}
		file, err := part.Open()
		if err != nil {
			return fmt.Errorf("open %s: %w", part.Name, err)
		}
		inside, err := io.ReadAll(io.LimitReader(file, longestFile+1))
		if err = errors.Join(err, file.Close()); err != nil {
			return fmt.Errorf("read %s: %w", part.Name, err)
		}
		if len(inside) > longestFile {
			return fmt.Errorf("%s unfolds to more than %d bytes", part.Name, longestFile)
		}
		if _, err := r.readCSV(inside); err != nil {
			return fmt.Errorf("read %s: %w", part.Name, err)
		}
	}
	return nil
}

// readCSV reads a file of codes or of appellations, and tells whether it is one.
func (r *release) readCSV(content []byte) (known bool, err error) {
	text := strings.TrimPrefix(string(content), "\ufeff")
	if !utf8.ValidString(text) {
		if text, err = charmap.Windows1252.NewDecoder().String(text); err != nil {
			return false, err
		}
	}
	first, _, _ := strings.Cut(text, "\n")
	reader := csv.NewReader(strings.NewReader(text))
	reader.LazyQuotes, reader.FieldsPerRecord, reader.ReuseRecord = true, -1, true
	if strings.Count(first, ";") > strings.Count(first, ",") {
		reader.Comma = ';'
	}
	head, err := reader.Read()
	if err != nil {
		return false, nil // an empty file is none
	}
	at := func(name string) int { return slices.Index(head, name) }
	code, label, short, long, status := at("code_rome"), at("libelle_rome"), at("libelle_appellation_court"), at("libelle_appellation_long"), at("statut")
	title := short
	if title < 0 {
		title = long
	}
	if code < 0 || label < 0 && title < 0 {
		return false, nil
	}
	for {
		row, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return true, nil
		}
		if err != nil {
			return true, err
		}
		cell := func(i int) string {
			if i < 0 || i >= len(row) {
				return ""
			}
			return strings.Clone(strings.TrimSpace(row[i]))
		}
		if !codePattern.MatchString(cell(code)) || cell(status) == "0" {
			continue // no occupation any more
		}
		if title >= 0 {
			r.titles[cell(code)] = append(r.titles[cell(code)], cell(title))
		} else {
			r.labels[cell(code)] = cell(label)
		}
	}
}

// readJSON reads occupations as the API answers them.
func (r *release) readJSON(content []byte) error {
	var all []struct {
		Code, Libelle string
		Appellations  []struct{ Libelle, LibelleCourt string }
	}
	if err := json.Unmarshal(content, &all); err != nil {
		return fmt.Errorf("read the JSON: %w", err)
	}
	for _, o := range all {
		if !codePattern.MatchString(o.Code) || o.Libelle == "" {
			continue
		}
		r.labels[o.Code] = o.Libelle
		for _, a := range o.Appellations {
			r.titles[o.Code] = append(r.titles[o.Code], cmp.Or(a.LibelleCourt, a.Libelle))
		}
	}
	return nil
}

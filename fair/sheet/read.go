package sheet

import (
	"bytes"
	"encoding/binary"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"salon/fair"
)

// The bounds of a file that is read.
const (
	MaxBytes   = 5 << 20
	MaxLines   = 5000 // beside the first one
	maxColumns = 60   // what stands further to the right is not read
	maxText    = 16 << 20
)

// Line is one line of a table that is not blank.
type Line struct {
	Number int // in the file, from 1, as a spreadsheet or an editor shows it
	Cells  []string
}

// How XLSX files and encrypted or old Excel files begin.
var (
	zipMagic = []byte("PK\x03\x04")
	oleMagic = []byte("\xd0\xcf\x11\xe0")
)

// Read reads the lines of a table, the one with the names of its columns first.
// Errors: TooLarge "sheet.large", "sheet.lines", "sheet.bomb"; Invalid
// "sheet.empty", "sheet.format", "sheet.locked".
func Read(content []byte) (lines []Line, err error) {
	switch {
	case len(content) > MaxBytes:
		return nil, fair.E(fair.TooLarge, "sheet.large")
	case bytes.HasPrefix(content, oleMagic):
		return nil, fair.Refuse("file", "sheet.locked")
	case bytes.HasPrefix(content, zipMagic):
		lines, err = readXLSX(content)
	default:
		lines, err = readCSV(content)
	}
	if err == nil && len(lines) == 0 {
		err = fair.Refuse("file", "sheet.empty")
	}
	return lines, err
}

// taker collects the lines of a table as they are read.
type taker struct {
	lines []Line
	text  int // bytes of all cells
}

// take keeps a line unless it is blank. Errors: TooLarge "sheet.lines".
func (t *taker) take(number int, cells []string) error {
	cells = cells[:min(len(cells), maxColumns)]
	kept, blank := make([]string, len(cells)), true
	for i, cell := range cells {
		kept[i] = unguarded(cell)
		t.text += len(cell)
		blank = blank && strings.TrimSpace(cell) == ""
	}
	if blank {
		return nil
	}
	if t.text > maxText {
		return fair.E(fair.TooLarge, "sheet.large")
	}
	if len(t.lines) > MaxLines {
		return fair.E(fair.TooLarge, "sheet.lines")
	}
	t.lines = append(t.lines, Line{number, kept})
	return nil
}

func readCSV(content []byte) ([]Line, error) {
	text, err := decoded(content)
	if err != nil {
		return nil, err
	}
	comma, skipped := separator(text)
	reader := csv.NewReader(strings.NewReader(text[skipped:]))
	reader.Comma, reader.LazyQuotes, reader.FieldsPerRecord = comma, true, -1
	var t taker
	before := strings.Count(text[:skipped], "\n")
	for {
		cells, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return t.lines, nil
		}
		if err != nil {
			return nil, fair.Refuse("file", "sheet.format").Because(err)
		}
		number, _ := reader.FieldPos(0)
		if err := t.take(before+number, cells); err != nil {
			return nil, err
		}
	}
}

// decoded is the text of a file in whatever a spreadsheet may have written.
func decoded(content []byte) (string, error) {
	var text string
	switch {
	case bytes.HasPrefix(content, []byte("\xef\xbb\xbf")):
		text = strings.ToValidUTF8(string(content[3:]), "\ufffd")
	case bytes.HasPrefix(content, []byte("\xff\xfe")):
		text = wide(content[2:], binary.LittleEndian)
	case bytes.HasPrefix(content, []byte("\xfe\xff")):
		text = wide(content[2:], binary.BigEndian)
	case utf8.Valid(content):
		text = string(content)
	default:
		western, err := charmap.Windows1252.NewDecoder().Bytes(content)
		if err != nil {
			return "", fair.Refuse("file", "sheet.format").Because(err)
		}
		text = string(western)
	}
	if strings.ContainsRune(text, 0) {
		return "", fair.Refuse("file", "sheet.format")
	}
	if !strings.Contains(text, "\n") {
		text = strings.ReplaceAll(text, "\r", "\n") // as old Macintosh programs end lines
	}
	return text, nil
}

func wide(content []byte, order binary.ByteOrder) string {
	units := make([]uint16, len(content)/2)
	for i := range units {
		units[i] = order.Uint16(content[2*i:])
	}
	return string(utf16.Decode(units))
}

// separators are what may stand between cells, the likeliest in France first.
var separators = []rune{';', ',', '\t', '|'}

// separator is what stands between the cells: what the file says ("sep=;", which
// Excel writes and reads), else what parts its first line the most. skipped is how
// many bytes say so.
func separator(text string) (comma rune, skipped int) {
	first, _, _ := strings.Cut(text, "\n")
	if said, ok := strings.CutPrefix(strings.TrimSpace(first), "sep="); ok && len(said) == 1 && strings.ContainsAny(said, ";,\t|") {
		return rune(said[0]), min(len(first)+1, len(text))
	}
	comma, most := separators[0], 0
	for _, s := range separators {
		reader := csv.NewReader(strings.NewReader(text))
		reader.Comma, reader.LazyQuotes, reader.FieldsPerRecord = s, true, -1
		if cells, err := reader.Read(); err == nil && len(cells) > most {
			comma, most = s, len(cells)
		}
	}
	return comma, 0
}

// formula tells whether a spreadsheet would work a cell out instead of showing
// it (https://owasp.org/www-community/attacks/CSV_Injection).
func formula(cell string) bool {
	return cell != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(cell)[0])
}

// guarded is a cell as it is written into a CSV; unguarded, as it was meant.
func guarded(cell string) string {
	if formula(cell) {
		return "'" + cell
	}
	return cell
}

func unguarded(cell string) string {
	if rest, ok := strings.CutPrefix(cell, "'"); ok && formula(rest) {
		return rest
	}
	return cell
}

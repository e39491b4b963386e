package sheet

import (
	"archive/zip"
	"bytes"
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"

	"salon/fair"
)

// The bounds of an XLSX file, which is a ZIP of XML.
const (
	maxUnfolded = 48 << 20 // bytes of all parts; a real file of 5,000 lines has 10 MB
	maxParts    = 500
	maxRows     = 100_000 // blank ones and all
	maxWide     = 1000    // cells of one row
)

// reading bounds how many XLSX files are unfolded at the same time.
var reading = make(chan struct{}, 2)

// readXLSX reads the first sheet of a workbook, a row at a time.
func readXLSX(content []byte) (lines []Line, err error) {
	if err := checkParts(content); err != nil {
		return nil, err
	}
	reading <- struct{}{}
	defer func() { <-reading }()
	broken := func(cause error) error { return fair.Refuse("file", "sheet.format").Because(cause) }
	defer func() { // the file is a stranger's and the reader not ours
		if p := recover(); p != nil {
			lines, err = nil, broken(fmt.Errorf("the reader of XLSX gave up: %v", p))
		}
	}()
	book, err := excelize.OpenReader(bytes.NewReader(content), excelize.Options{
		RawCellValue: true, UnzipSizeLimit: maxUnfolded, UnzipXMLSizeLimit: maxUnfolded,
	})
	if err != nil {
		return nil, broken(err)
	}
	defer book.Close()
	names := book.GetSheetList()
	if len(names) == 0 {
		return nil, broken(nil)
	}
	rows, err := book.Rows(names[0])
	if err != nil {
		return nil, broken(err)
	}
	defer rows.Close()
	var t taker
	for number := 1; rows.Next(); number++ {
		cells, err := rows.Columns()
		if err != nil {
			return nil, broken(err)
		}
		if number > maxRows || len(cells) > maxWide {
			return nil, fair.E(fair.TooLarge, "sheet.bomb")
		}
		if err := t.take(number, cells); err != nil {
			return nil, err
		}
	}
	if err := rows.Error(); err != nil {
		return nil, broken(err)
	}
	return t.lines, nil
}

// checkParts refuses an archive that says it unfolds to more than a table may.
// One that lies is stopped by the limits of its reader.
func checkParts(content []byte) error {
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return fair.Refuse("file", "sheet.format").Because(err)
	}
	var unfolded uint64
	for _, part := range archive.File {
		if unfolded += part.UncompressedSize64; unfolded > maxUnfolded || len(archive.File) > maxParts {
			return fair.E(fair.TooLarge, "sheet.bomb")
		}
		if strings.EqualFold(part.Name, "EncryptedPackage") {
			return fair.Refuse("file", "sheet.locked")
		}
	}
	return nil
}

package sheet

import (
	"bytes"
	"encoding/csv"
	"fmt"

	"github.com/xuri/excelize/v2"
)

// Format is a kind of file.
type Format string

// The formats.
const (
	CSV  Format = "csv"
	XLSX Format = "xlsx"
)

// Type is the media type of a format.
func (f Format) Type() string {
	if f == XLSX {
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	}
	return "text/csv; charset=utf-8"
}

// Table is one sheet: its first line names the columns.
type Table struct {
	Name    string // at most 31 characters
	Lines   [][]string
	Choices map[int][]string // of a column, from 0, what a spreadsheet shall offer
}

// Write makes a file of tables. A CSV holds the first one only: semicolons and a
// byte order mark, which is what French spreadsheets open without a question.
func Write(format Format, tables ...Table) ([]byte, error) {
	if format == XLSX {
		return writeXLSX(tables)
	}
	var out bytes.Buffer
	out.WriteString("\ufeff")
	w := csv.NewWriter(&out)
	w.Comma, w.UseCRLF = ';', true
	for _, cells := range tables[0].Lines {
		safe := make([]string, len(cells))
		for i, cell := range cells {
			safe[i] = guarded(cell)
		}
		if err := w.Write(safe); err != nil {
			return nil, fmt.Errorf("write a CSV: %w", err)
		}
	}
	w.Flush()
	return out.Bytes(), w.Error()
}

func writeXLSX(tables []Table) (content []byte, err error) {
	book := excelize.NewFile()
	defer book.Close()
	for i, table := range tables {
		if i == 0 {
			err = book.SetSheetName(book.GetSheetName(0), table.Name)
		} else {
			_, err = book.NewSheet(table.Name)
		}
		if err == nil {
			err = fill(book, table)
		}
		if err != nil {
			return nil, fmt.Errorf("write sheet %q: %w", table.Name, err)
		}
	}
	out, err := book.WriteToBuffer()
	if err != nil {
		return nil, fmt.Errorf("write a workbook: %w", err)
	}
	return out.Bytes(), nil
}

// fill writes a table onto its sheet: the first line bold and always in sight.
func fill(book *excelize.File, table Table) error {
	for i, cells := range table.Lines {
		for j, cell := range cells {
			at, err := excelize.CoordinatesToCellName(j+1, i+1)
			if err != nil {
				return err
			}
			if err := book.SetCellStr(table.Name, at, cell); err != nil {
				return err
			}
		}
	}
	bold, err := book.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return err
	}
	if err := book.SetRowStyle(table.Name, 1, 1, bold); err != nil {
		return err
	}
	if err := book.SetColWidth(table.Name, "A", "Z", 24); err != nil {
		return err
	}
	if err := book.SetPanes(table.Name, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	for column, choices := range table.Choices {
		name, err := excelize.ColumnNumberToName(column + 1)
		if err != nil {
			return err
		}
		offered := excelize.NewDataValidation(true)
		offered.Sqref = fmt.Sprintf("%s2:%s%d", name, name, MaxLines+1)
		if err := offered.SetDropList(choices); err != nil {
			return err
		}
		if err := book.AddDataValidation(table.Name, offered); err != nil {
			return err
		}
	}
	return nil
}

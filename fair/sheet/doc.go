// Package sheet reads the tables people upload and writes those they download:
// CSV as spreadsheets write it in France and elsewhere, and XLSX.
//
// What a file is, is told by its content, never by its name. A CSV may be UTF-8
// with or without a byte order mark, UTF-16 with one, or Windows-1252; its
// separator is found by looking at the first line. Of an XLSX, the first sheet is
// read, with values as they are stored: no number formats, no formulas worked out,
// no macros. Files that are too large, hold too many lines, or unfold to more than
// their size lets expect are refused before they are read whole.
//
// Cells are text. Written to CSV, a cell that a spreadsheet would take for a
// formula gets an apostrophe in front, and reading takes it away again; in XLSX
// every cell is typed as text.
//
// The package holds no state beside a count of the XLSX files being read at the
// same time, and knows nothing of what the tables are about.
package sheet

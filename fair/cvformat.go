package fair

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strconv"
	"strings"
)

// The limits of what is looked into. Nothing of a CV is unpacked but three small
// entries, each up to entryBytes.
const (
	zipEntries = 2000
	zipBytes   = 100 << 20 // as the entries declare, together
	entryBytes = 512 << 10
	window     = 32 << 10 // of a PDF, read at once
	longName   = 64       // bytes of a PDF name that is compared
)

var (
	errCVFormat  = Refuse("file", "cv.format")
	errCVDamaged = Refuse("file", "cv.damaged")
	errCVActive  = Refuse("file", "cv.active")
	errCVLocked  = Refuse("file", "cv.locked")
)

// InspectCV tells the format of a CV by its content and refuses what is no plain
// document: another type under the name of one, a file that is two types at once,
// an archive that would burst, macros and scripts. It reads little of it at a
// time and renders nothing. Errors: Invalid "cv.format", "cv.damaged",
// "cv.active", "cv.locked"; what reading answers.
func InspectCV(r io.ReaderAt, size int64) (CVFormat, error) {
	head := make([]byte, min(size, 1024))
	if _, err := r.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return "", err
	}
	switch {
	case bytes.HasPrefix(head, []byte("%PDF-1.")), bytes.HasPrefix(head, []byte("%PDF-2.")):
		return PDF, inspectPDF(r, size, head)
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return inspectZip(r, size)
	}
	return "", errCVFormat
}

// inspectPDF reads the file once. ISO 32000-1, 7.5.2 and 7.5.5: it begins with
// its version and ends with %%EOF.
func inspectPDF(r io.ReaderAt, size int64, head []byte) error {
	low := bytes.ToLower(head)
	for _, page := range []string{"<html", "<script", "<svg", "<!doctype", "<?php"} {
		if bytes.Contains(low, []byte(page)) {
			return errCVFormat
		}
	}
	tail := make([]byte, min(size, 2048))
	if _, err := r.ReadAt(tail, size-int64(len(tail))); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	end := bytes.LastIndex(tail, []byte("%%EOF"))
	if end < 0 {
		return errCVDamaged
	}
	if len(bytes.Trim(tail[end+len("%%EOF"):], "\x00\t\n\f\r ")) > 0 {
		return errCVFormat // something else follows: the end of an archive, a page
	}
	buffer := make([]byte, window+longName)
	for at := int64(0); at < size; at += window {
		n, err := r.ReadAt(buffer[:min(int64(len(buffer)), size-at)], at)
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if actsPDF(buffer[:n]) {
			return errCVActive
		}
	}
	return nil
}

// actsPDF reports whether a stretch of a PDF names a script or a program to be
// started (ISO 32000-1, 12.6.4.5 and 12.6.4.16). What is compressed is left to the
// scanner.
func actsPDF(b []byte) bool {
	for {
		slash := bytes.IndexByte(b, '/')
		if slash < 0 {
			return false
		}
		b = b[slash+1:]
		switch pdfName(b) {
		case "JavaScript", "JS", "Launch", "RichMedia":
			return true
		}
	}
}

// pdfName is the name at the beginning of b, its #xx written out (7.3.5).
func pdfName(b []byte) string {
	var name []byte
	for i := 0; i < len(b) && i < longName; i++ {
		if b[i] <= ' ' || b[i] > '~' || strings.IndexByte("()<>[]{}/%", b[i]) >= 0 {
			break
		}
		if b[i] == '#' && i+2 < len(b) {
			if code, err := strconv.ParseUint(string(b[i+1:i+3]), 16, 8); err == nil {
				name = append(name, byte(code))
				i += 2
				continue
			}
		}
		name = append(name, b[i])
	}
	return string(name)
}

// endOfZip is the size of the record an archive ends with, when no comment
// follows (APPNOTE.TXT of PKWARE, 4.3.16).
const endOfZip = 22

func inspectZip(r io.ReaderAt, size int64) (CVFormat, error) {
	var end [endOfZip]byte
	if size < endOfZip {
		return "", errCVDamaged
	}
	if _, err := r.ReadAt(end[:], size-endOfZip); err != nil && !errors.Is(err, io.EOF) {
		return "", err
	}
	if string(end[:4]) != "PK\x05\x06" || binary.LittleEndian.Uint16(end[20:]) != 0 {
		return "", errCVDamaged // cut off, or something else follows
	}
	archive, err := zip.NewReader(r, size)
	if err != nil {
		return "", errCVDamaged
	}
	if err := plainEntries(archive.File); err != nil {
		return "", err
	}
	if first := archive.File[0]; first.Name == "mimetype" {
		return ODT, inspectODT(first)
	}
	return DOCX, inspectDOCX(archive.File)
}

// plainEntries refuses an archive that would burst, that is locked, or whose
// names lead out of it.
func plainEntries(entries []*zip.File) error {
	if len(entries) == 0 || len(entries) > zipEntries {
		return errCVDamaged
	}
	var bytes uint64
	seen := map[string]bool{}
	for _, f := range entries {
		name := strings.ToLower(f.Name)
		bytes += f.UncompressedSize64
		switch {
		case f.UncompressedSize64 > zipBytes || bytes > zipBytes:
			return errCVDamaged
		case name == "" || seen[name] || strings.ContainsAny(name, "\\\x00:") || path.IsAbs(name) || strings.Contains("/"+name+"/", "/../"):
			return errCVDamaged
		case f.Flags&1 != 0:
			return errCVLocked
		case active(name):
			return errCVActive
		}
		seen[name] = true
	}
	return nil
}

// active reports whether an entry of an office document holds a macro, a control
// or a program.
func active(name string) bool {
	base := path.Base(name)
	switch {
	case strings.HasPrefix(base, "vbaproject"), strings.HasPrefix(base, "vbadata"), strings.HasPrefix(base, "oleobject"):
		return true
	case strings.Contains("/"+name, "/activex/"), strings.HasPrefix(name, "basic/"), strings.HasPrefix(name, "scripts/"):
		return true
	}
	switch path.Ext(base) {
	case ".exe", ".dll", ".js", ".vbs", ".bat", ".cmd", ".ps1", ".jar", ".hta", ".scr", ".com", ".msi", ".lnk", ".html", ".htm", ".svgz", ".zip", ".docm", ".dotm":
		return true
	}
	return false
}

// inspectODT checks the entry that names the type (OpenDocument 1.3, part 2, 3.3):
// it is the first, and stored as it is.
func inspectODT(first *zip.File) error {
	kind, err := entry(first)
	switch {
	case err != nil:
		return err
	case first.Method != zip.Store || string(kind) != ODT.Type():
		return errCVFormat
	}
	return nil
}

// inspectDOCX checks the list of content types (ECMA-376, part 2, 7.2.3) and the
// relations of the parts of the document (part 2, 6.5): one that loads a template
// or an object from elsewhere is a way in.
func inspectDOCX(entries []*zip.File) error {
	const main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
	word := false
	for _, f := range entries {
		name := strings.ToLower(f.Name)
		types := name == "[content_types].xml"
		if !types && path.Ext(name) != ".rels" {
			continue
		}
		err := elements(f, func(attributes map[string]string) error {
			kind := attributes["contenttype"]
			switch {
			case types && (strings.Contains(kind, "macroenabled") || strings.Contains(kind, "vbaproject")), !types && loads(attributes):
				return errCVActive
			case types && kind == main:
				word = true
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	if !word {
		return errCVFormat
	}
	return nil
}

// loads reports whether a relation has a program load something from elsewhere, or
// names what runs: macros, objects, controls.
func loads(relation map[string]string) bool {
	kind := relation["type"]
	switch kind[strings.LastIndexByte(kind, '/')+1:] {
	case "vbaproject", "oleobject", "control":
		return true
	case "attachedtemplate", "frame", "subdocument":
		return relation["targetmode"] == "external"
	}
	return false
}

// elements calls do with the attributes of each element of a small XML entry, in
// lower case and as a program reads them, whatever the quotes and references. What is
// not XML in UTF-8 is damaged.
func elements(f *zip.File, do func(attributes map[string]string) error) error {
	text, err := entry(f)
	if err != nil {
		return err
	}
	for d := xml.NewDecoder(bytes.NewReader(text)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return errCVDamaged
		}
		begun, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		attributes := map[string]string{}
		for _, a := range begun.Attr {
			if a.Name.Space == "" { // another's means nothing here
				attributes[strings.ToLower(a.Name.Local)] = strings.ToLower(strings.TrimSpace(a.Value))
			}
		}
		if err := do(attributes); err != nil {
			return err
		}
	}
}

// entry is the content of a small entry.
func entry(f *zip.File) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, errCVDamaged
	}
	defer r.Close()
	content, err := io.ReadAll(io.LimitReader(r, entryBytes+1))
	if err != nil || len(content) > entryBytes {
		return nil, errCVDamaged
	}
	return content, nil
}

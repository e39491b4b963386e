package fair

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// CV is one version of somebody's CV. It arrives in parts, so that a lost
// network costs one part; each part is a file of its own, and what was received
// is told from what somebody wrote later by its hash.
type CV struct {
	ID        ID         `bson:"_id"`
	Candidate ID         `bson:"candidate"`
	Kept      bool       `bson:"kept,omitempty"` // until it is deleted; what the unique indexes cover
	Place     int        `bson:"place"`          // from 1 to MaxCVs, unique for a candidate: nobody has more
	Key       string     `bson:"key"`            // of the upload, unique for a candidate: begun twice is begun once
	Name      string     `bson:"name"`           // as its owner calls it; shown to its owner alone
	Format    CVFormat   `bson:"format,omitempty"`
	State     CVState    `bson:"state"`
	Size      int64      `bson:"size"` // in bytes, as announced
	Parts     []CVPart   `bson:"parts"`
	Tries     int        `bson:"tries,omitempty"` // of having it scanned
	At        time.Time  `bson:"at"`
	ChosenAt  *time.Time `bson:"chosenAt,omitempty"` // the current one is the ready one chosen last
	DueAt     *time.Time `bson:"dueAt,omitempty"`    // when the sweeper has to look at it
	Meta      `bson:",inline"`
}

// CVPart is one piece of the content.
type CVPart struct {
	File ID     `bson:"file"`
	Size int64  `bson:"size"`
	Hash []byte `bson:"hash"` // SHA-256
}

// CVState is where a CV stands.
type CVState string

// The states of a CV. Only a ready one is read by anybody but its owner.
const (
	CVReceiving CVState = "receiving"
	CVChecking  CVState = "checking" // whole, and the scanner has not answered yet: quarantine
	CVReady     CVState = "ready"
	CVInfected  CVState = "infected" // the scanner found something; its files are gone
	CVDeleted   CVState = "deleted"  // its files are being removed
)

// The limits of CVs. A part crosses the slowest line we serve (100 kbit/s) within
// the time a request may take.
const (
	MaxCVs        = 5
	CVSize        = 5 << 20     // bytes
	CVPartSize    = 256 << 10   // bytes, at most
	CVNameLength  = 120         // characters
	CVReceiveTime = time.Hour   // for the next part to arrive
	CVScanAgain   = time.Minute // after the scanner did not answer; longer each time
	CVScanLatest  = 15 * time.Minute
	CVFoundShown  = 7 * 24 * time.Hour  // how long its owner is told that something was found
	CVLate        = time.Minute         // how long a part may still be on its way to a deleted CV
	CVAfter       = 30 * 24 * time.Hour // how long a stand reads on after an interview: it owes an answer
)

// Received is how many bytes are there.
func (c CV) Received() int64 {
	var n int64
	for _, p := range c.Parts {
		n += p.Size
	}
	return n
}

// NextFile is where the next part goes. It follows from the document, so that
// whoever clears up knows it even when its writer died.
func (c CV) NextFile() ID { return DeriveID("part of a CV", string(c.ID), strconv.Itoa(len(c.Parts))) }

// Files are all files that may be there.
func (c CV) Files() []ID {
	files := []ID{c.NextFile()}
	for _, p := range c.Parts {
		files = append(files, p.File)
	}
	return files
}

// Whole reports whether the content is in: all states from checking on have it.
func (c CV) Whole() bool { return c.State == CVChecking || c.State == CVReady }

// ScanAgain is when the scanner is asked once more.
func (c CV) ScanAgain(now time.Time) time.Time {
	return now.Add(min(CVScanAgain<<min(c.Tries, 8), CVScanLatest))
}

// CurrentCV is the one of these that stands read: the ready one chosen last.
func CurrentCV(list []CV) (CV, bool) {
	var current CV
	for _, c := range list {
		if c.State == CVReady && c.ChosenAt != nil && (current.ChosenAt == nil || c.ChosenAt.After(*current.ChosenAt)) {
			current = c
		}
	}
	return current, current.ChosenAt != nil
}

// FreePlaces are the places that none of these takes.
func FreePlaces(list []CV) []int {
	var free []int
	for place := 1; place <= MaxCVs; place++ {
		if !slices.ContainsFunc(list, func(c CV) bool { return c.Kept && c.Place == place }) {
			free = append(free, place)
		}
	}
	return free
}

// CVName is a file's name as its owner may read it again: its last segment
// without what a screen or a header could misread.
func CVName(name string) string {
	name = CleanLine(name)
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`"<>:|?*;`, r) {
			return -1
		}
		return r
	}, name)
	if name = strings.Trim(name, ". "); name == "" {
		return "CV"
	}
	if runes := []rune(name); len(runes) > CVNameLength {
		name = string(runes[:CVNameLength])
	}
	return name
}

// CVFormat is what a CV is, by its content.
type CVFormat string

// The formats taken.
const (
	PDF  CVFormat = "pdf"
	DOCX CVFormat = "docx"
	ODT  CVFormat = "odt"
)

// Type is the media type of a format.
func (f CVFormat) Type() string {
	switch f {
	case PDF:
		return "application/pdf"
	case DOCX:
		return "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	case ODT:
		return "application/vnd.oasis.opendocument.text"
	}
	return "application/octet-stream"
}

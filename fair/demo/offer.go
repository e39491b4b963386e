package demo

import (
	"fmt"
	"io/fs"
	"regexp"
	"time"
)

// writtenOn is the day the offers' files are dated from: the newest were
// published the day before.
var writtenOn = time.Date(2021, time.January, 15, 0, 0, 0, 0, time.UTC)

// offerDate finds the two dates of an offer.
var offerDate = regexp.MustCompile(`"(dateCreation|dateActualisation)":"([^"]+)"`)

// OfferFile is one file of offers: an answer of Offres d'emploi v2, an object
// whose "resultats" are at most 150 offers.
type OfferFile struct {
	Name string // its sector, "care.json"
	JSON []byte
}

// OfferFiles are the files of offers as they were written, in January 2021.
func OfferFiles() fs.FS {
	files, err := fs.Sub(content, "offers")
	if err != nil {
		panic("demo: " + err.Error())
	}
	return files
}

// Offers gives the files re-dated by whole days, so that the newest offers were
// published on the day before now. The same day gives the same bytes, which is
// how an import run twice finds nothing to change.
func Offers(now time.Time) ([]OfferFile, error) {
	days := int(now.UTC().Truncate(24*time.Hour).Sub(writtenOn) / (24 * time.Hour))
	entries, err := fs.ReadDir(OfferFiles(), ".")
	if err != nil {
		return nil, fmt.Errorf("list the offers: %w", err)
	}
	var files []OfferFile
	for _, entry := range entries {
		data, err := fs.ReadFile(OfferFiles(), entry.Name())
		if err != nil {
			return nil, fmt.Errorf("read the offers of %s: %w", entry.Name(), err)
		}
		files = append(files, OfferFile{Name: entry.Name(), JSON: offerDate.ReplaceAllFunc(data, func(found []byte) []byte {
			return redate(found, days)
		})})
	}
	return files, nil
}

// dateLayout is how Offres d'emploi v2 writes a time: UTC with milliseconds.
const dateLayout = "2006-01-02T15:04:05.000Z"

// redate moves one `"name":"date"` by so many days; what is not a date stays.
func redate(found []byte, days int) []byte {
	parts := offerDate.FindSubmatch(found)
	at, err := time.Parse(dateLayout, string(parts[2]))
	if err != nil {
		return found
	}
	return fmt.Appendf(nil, `"%s":"%s"`, parts[1], at.AddDate(0, 0, days).Format(dateLayout))
}

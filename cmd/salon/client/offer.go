package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
)

// The size of one batch of an import: the API takes at most 150 records and
// 4 MiB a request.
const (
	batchRecords = 100
	batchBytes   = 3 << 20
)

// Imported is what became of one record. Index counts from 0 over the whole
// file.
type Imported struct {
	Index    int             `json:"index"`
	SourceID string          `json:"source_id"`
	Result   string          `json:"result"` // created, updated, unchanged or refused
	Waits    bool            `json:"waits"`  // for an organiser, who is asked about its wording
	Problems []RecordProblem `json:"problems"`
}

// RecordProblem is one thing wrong with a record.
type RecordProblem struct {
	Field   string `json:"field"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// Tally counts what became of the records of an import.
type Tally struct {
	Created   int `json:"created"`
	Updated   int `json:"updated"`
	Unchanged int `json:"unchanged"`
	Refused   int `json:"refused"`
	Waiting   int `json:"waiting"` // of those that are in, for an organiser
}

func (t *Tally) add(result string) {
	switch result {
	case "created":
		t.Created++
	case "updated":
		t.Updated++
	case "unchanged":
		t.Unchanged++
	default:
		t.Refused++
	}
}

// ImportOffers reads an answer of Offres d'emploi v2, {"resultats": [...]}, or
// the list alone, and sends its records in batches; the file is never held whole.
// each, which may be nil, is told of every record. A refused record stops
// nothing; a batch that fails does, and what was sent before stays.
func (c *Client) ImportOffers(ctx context.Context, fair string, file io.Reader, each func(Imported)) (Tally, error) {
	var tally Tally
	var batch []json.RawMessage
	sent, size := 0, 0
	flush := func() error {
		if len(batch) == 0 {
			return nil
		}
		results, err := c.importBatch(ctx, fair, batch)
		if err != nil {
			return fmt.Errorf("import records %d to %d: %w", sent+1, sent+len(batch), err)
		}
		for _, r := range results {
			r.Index += sent
			tally.add(r.Result)
			if r.Waits {
				tally.Waiting++
			}
			if each != nil {
				each(r)
			}
		}
		sent += len(batch)
		batch, size = nil, 0
		return nil
	}
	err := eachRecord(file, func(record json.RawMessage) error {
		if len(batch) == batchRecords || size+len(record) > batchBytes {
			if err := flush(); err != nil {
				return err
			}
		}
		batch, size = append(batch, record), size+len(record)
		return nil
	})
	if err == nil {
		err = flush()
	}
	return tally, err
}

func (c *Client) importBatch(ctx context.Context, fair string, records []json.RawMessage) ([]Imported, error) {
	var out struct {
		Results []Imported `json:"results"`
	}
	path := "/fairs/" + url.PathEscape(fair) + "/offers/import"
	err := c.Call(ctx, http.MethodPost, path, nil, map[string]any{"resultats": records}, &out)
	return out.Results, err
}

// eachRecord walks through the records of a file.
func eachRecord(file io.Reader, do func(json.RawMessage) error) error {
	decoder := json.NewDecoder(file)
	if err := enterList(decoder); err != nil {
		return fmt.Errorf("read the file: %w", err)
	}
	for n := 1; decoder.More(); n++ {
		var record json.RawMessage
		if err := decoder.Decode(&record); err != nil {
			return fmt.Errorf("read record %d of the file: %w", n, err)
		}
		if err := do(record); err != nil {
			return err
		}
	}
	if _, err := decoder.Token(); err != nil {
		return fmt.Errorf("read the file: it ends before its list does: %w", err)
	}
	return nil
}

var errNoList = errors.New(`it holds no list of offers: want {"resultats": [...]} or [...]`)

// enterList moves decoder to the first record.
func enterList(decoder *json.Decoder) error {
	first, err := decoder.Token()
	if err != nil || first == json.Delim('[') {
		return err
	}
	if first != json.Delim('{') {
		return errNoList
	}
	for decoder.More() {
		key, err := decoder.Token()
		if err != nil {
			return err
		}
		if key == "resultats" {
			if open, err := decoder.Token(); err != nil || open != json.Delim('[') {
				return errors.Join(errNoList, err)
			}
			return nil
		}
		var other json.RawMessage
		if err := decoder.Decode(&other); err != nil {
			return err
		}
	}
	return errNoList
}

// EachOffer walks through the open offers of a fair, as the API shows them to
// anybody, a page at a time.
func (c *Client) EachOffer(ctx context.Context, fair string, do func(json.RawMessage) error) error {
	for page := 1; ; page++ {
		var out struct {
			Items []struct {
				ID string `json:"id"`
			} `json:"items"`
		}
		list := "/fairs/" + url.PathEscape(fair) + "/offers"
		if err := c.Call(ctx, http.MethodGet, list+"?limit=100&page="+strconv.Itoa(page), nil, nil, &out); err != nil {
			return err
		}
		if len(out.Items) == 0 {
			return nil
		}
		for _, item := range out.Items {
			var detail json.RawMessage
			if err := c.Call(ctx, http.MethodGet, list+"/"+item.ID, nil, nil, &detail); err != nil {
				var p *Problem
				if errors.As(err, &p) && p.Status == http.StatusGone {
					continue // closed since the page was read
				}
				return err
			}
			if err := do(detail); err != nil {
				return err
			}
		}
	}
}

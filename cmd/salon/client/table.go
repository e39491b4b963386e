package client

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
)

// longestTable is more than the API takes of a table, in bytes: it says so itself.
const longestTable = 6 << 20

// BadLine is a line of a table that was refused.
type BadLine struct {
	Line     int    `json:"line"` // as an editor numbers it
	Ref      string `json:"ref"`
	Problems []struct {
		Column  string `json:"column"`
		Message string `json:"message"`
	} `json:"problems"`
}

// table is how far the import of a table is.
type table struct {
	ID       string `json:"id"`
	Finished bool   `json:"finished"`
	Tally
	Problems []BadLine `json:"problems"`
}

// ImportTable sends a CSV or XLSX table of offers and has its lines taken. bad is
// told of the lines that were refused, a hundred at most. When it fails midway, the
// server takes the rest by itself.
func (c *Client) ImportTable(ctx context.Context, fair, name string, file io.Reader, bad func(BadLine)) (Tally, error) {
	content, err := io.ReadAll(io.LimitReader(file, longestTable))
	if err != nil {
		return Tally{}, fmt.Errorf("read the file: %w", err)
	}
	var t table
	path := "/fairs/" + url.PathEscape(fair) + "/imports?" + url.Values{"name": {name}}.Encode()
	if err := c.send(ctx, http.MethodPost, path, nil, "application/octet-stream", content, &t); err != nil {
		return Tally{}, err
	}
	for !t.Finished {
		next := table{}
		if err := c.Call(ctx, http.MethodPost, "/imports/"+url.PathEscape(t.ID)+"/continue", nil, nil, &next); err != nil {
			return t.Tally, err
		}
		t = next
	}
	for _, line := range t.Problems {
		bad(line)
	}
	return t.Tally, nil
}

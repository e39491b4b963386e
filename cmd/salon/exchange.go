package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"salon/cmd/salon/client"
)

// server says which server a command talks to.
type server struct {
	URL  string `default:"http://127.0.0.1:8080" env:"SALON_URL" placeholder:"URL" help:"The server."`
	Lang string `default:"fr" enum:"fr,en" help:"The language of messages."`
}

// member says as whom, too.
type member struct {
	server
	Token string `env:"SALON_TOKEN" placeholder:"TOKEN" help:"The bearer token of an account that may; salon sign-in gives one."`
	Demo  bool   `help:"Sign in as the first organiser of a demo instead."`
}

func (m member) client(ctx context.Context) (*client.Client, error) {
	c, err := client.New(m.URL, m.Token, m.Lang)
	if err != nil || !m.Demo {
		return c, err
	}
	token, err := c.DemoToken(ctx, "organiser", 1)
	if err != nil {
		return nil, fmt.Errorf("sign in to the demo: %w", err)
	}
	return c.As(token), nil
}

// importOffers is `salon import offers`.
type importOffers struct {
	member
	File string `arg:"" help:"A CSV or XLSX table, or an answer of Offres d'emploi v2, JSON; - for the standard input."`
	Fair string `required:"" placeholder:"SLUG" help:"The fair, by its slug or id."`
}

// Run sends every record, tells what became of those that were not taken, and
// fails if there were any.
func (i *importOffers) Run(ctx context.Context) error {
	if i.Token == "" && !i.Demo {
		return errors.New("an import needs the token of one of the fair's organisers, in SALON_TOKEN (or --demo)")
	}
	file, err := open(i.File)
	if err != nil {
		return err
	}
	defer file.Close()
	c, err := i.client(ctx)
	if err != nil {
		return err
	}
	content := bufio.NewReader(file)
	var tally client.Tally
	if isJSON(content) {
		tally, err = c.ImportOffers(ctx, i.Fair, content, func(r client.Imported) { tellRefused(os.Stderr, r) })
	} else {
		tally, err = c.ImportTable(ctx, i.Fair, filepath.Base(i.File), content, func(l client.BadLine) { tellBadLine(os.Stderr, l) })
	}
	fmt.Printf("created %d, updated %d, unchanged %d, refused %d\n", tally.Created, tally.Updated, tally.Unchanged, tally.Refused)
	if tally.Waiting > 0 {
		fmt.Printf("%d wait for an organiser to look at their wording\n", tally.Waiting)
	}
	if err == nil && tally.Refused > 0 {
		err = fmt.Errorf("%d records were refused; the others are in", tally.Refused)
	}
	return err
}

// isJSON tells by the first character that is none of white space, after a byte
// order mark; a table begins with the name of a column or is an archive.
func isJSON(content *bufio.Reader) bool {
	begin, _ := content.Peek(512) // what is missing is told when it is read
	begin = bytes.TrimLeft(bytes.TrimPrefix(begin, []byte("\ufeff")), " \t\r\n")
	return len(begin) == 0 || begin[0] == '{' || begin[0] == '['
}

func tellBadLine(to io.Writer, l client.BadLine) {
	for _, p := range l.Problems {
		fmt.Fprintf(to, "line %d (%s): %s: %s\n", l.Line, l.Ref, p.Column, p.Message)
	}
}

func tellRefused(to io.Writer, r client.Imported) {
	if r.Result != "refused" {
		return
	}
	name := r.SourceID
	if name == "" {
		name = "without an id"
	}
	for _, p := range r.Problems {
		fmt.Fprintf(to, "record %d (%s): %s: %s\n", r.Index+1, name, p.Field, p.Message)
	}
}

func open(name string) (io.ReadCloser, error) {
	if name == "-" {
		return io.NopCloser(os.Stdin), nil
	}
	return os.Open(name)
}

// exportOffers is `salon export offers`.
type exportOffers struct {
	member
	Fair string `required:"" placeholder:"SLUG" help:"The fair, by its slug or id."`
}

// Run writes the offers to the standard output.
func (e *exportOffers) Run(ctx context.Context) error {
	c, err := e.client(ctx)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(os.Stdout)
	err = c.EachOffer(ctx, e.Fair, func(offer json.RawMessage) error {
		_, err := fmt.Fprintf(out, "%s\n", offer)
		return err
	})
	return errors.Join(err, out.Flush())
}

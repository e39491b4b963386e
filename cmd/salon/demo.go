package main

import (
	"bytes"
	"context"
	"fmt"

	"salon/cmd/salon/client"
	"salon/fair/demo"
)

// loadDemo fills the demo fair. Its offers come in as anybody's do: through the
// API of this very server, which is listening by now.
func (h *house) loadDemo(ctx context.Context) error {
	stored, err := demo.Load(ctx, h.service, h.clock())
	if err != nil {
		return err
	}
	files, err := demo.Offers(demo.Day(stored))
	if err != nil {
		return err
	}
	nobody, err := client.New("http://"+h.config.Addr, "", "fr")
	if err != nil {
		return err
	}
	token, err := nobody.DemoToken(ctx, "organiser", 1)
	if err != nil {
		return fmt.Errorf("sign in to the demo: %w", err)
	}
	organiser := nobody.As(token)
	for _, file := range files {
		tally, err := organiser.ImportOffers(ctx, stored.Slug, bytes.NewReader(file.JSON), nil)
		if err != nil {
			return fmt.Errorf("import the offers of %s: %w", file.Name, err)
		}
		if tally.Refused > 0 {
			return fmt.Errorf("import the offers of %s: %d were refused", file.Name, tally.Refused)
		}
	}
	return nil
}

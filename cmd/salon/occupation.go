package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"salon/fair"
	"salon/fair/mongostore"
	"salon/fair/place"
	"salon/fair/service"
)

// importOccupations is `salon import occupations`.
type importOccupations struct {
	office
	Files []string `arg:"" name:"file" help:"A release of ROME: its ZIP, its CSV files of codes and appellations, or a JSON list of the API ROME 4.0."`
}

// Run keeps the release for every server on these documents. Again, it changes
// nothing.
func (i *importOccupations) Run(ctx context.Context) error {
	if err := i.check(); err != nil {
		return fmt.Errorf("%w:\n%w", errAsked, err)
	}
	var files [][]byte
	for _, name := range i.Files {
		content, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		files = append(files, content)
	}
	all, err := place.ReadRelease(files...)
	if err != nil {
		return fmt.Errorf("read the release: %w", err)
	}
	titles := 0
	kept := make([]fair.Occupation, len(all))
	for n, o := range all {
		kept[n] = fair.Occupation(o)
		titles += len(o.Titles)
	}
	return i.open(ctx, func(ctx context.Context, store *mongostore.Store, _ *service.Service) error {
		if err := store.Nomenclatures.Put(ctx, kept); err != nil {
			return fmt.Errorf("keep the release: %w", err)
		}
		fmt.Printf("%d occupations with %d titles are kept; servers follow within a minute\n", len(all), titles)
		return nil
	})
}

// followTime is how often a server looks for another release.
const followTime = 30 * time.Second

// openOccupations puts the release that was brought in, if any, over what is shipped.
func (h *house) openOccupations(ctx context.Context) error {
	kept, err := h.store.Nomenclatures.Get(ctx, fair.TheNomenclature)
	if fair.KindOf(err) == fair.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	all := make([]place.Occupation, len(kept.Occupations))
	for n, o := range kept.Occupations {
		all[n] = place.Occupation(o)
	}
	place.UseOccupations(all)
	h.release = kept.Rev
	return nil
}

// followOccupations takes over a release that was brought in meanwhile, by whatever
// process, until ctx ends. Open offers are read again, for the titles they are
// found by.
func (h *house) followOccupations(ctx context.Context) error {
	ticker := time.NewTicker(followTime)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
		if err := h.takeRelease(ctx); err != nil && !errors.Is(err, context.Canceled) {
			h.log.Warn("a release of occupations is taken over later", "err", err)
		}
	}
}

func (h *house) takeRelease(ctx context.Context) error {
	rev, err := h.store.Nomenclatures.Rev(ctx)
	if err != nil || rev == h.release {
		return err
	}
	if err := h.openOccupations(ctx); err != nil {
		return err
	}
	return h.eachOpenOffer(ctx, func(o fair.Offer) error { return h.index.Put(ctx, o) })
}

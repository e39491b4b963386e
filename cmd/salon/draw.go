package main

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"

	"salon/fair"
)

// verifyDraw is `salon draw verify`: it works a draw out again from the file
// that the page of the draw offers. It asks no server.
type verifyDraw struct {
	File string `arg:"" type:"existingfile" help:"What the page of a draw offers to download."`
	Hash string `help:"The fingerprint that was published when the draw opened; that of the file when it is not given."`
}

// drawFile is the file, as far as the calculation needs it: DrawSheetView of
// the API.
type drawFile struct {
	Format string `json:"format"`
	Hash   string `json:"hash"`
	Seed   string `json:"seed"`
	Slots  []struct {
		ID, Stand fair.ID
		StartsAt  time.Time `json:"starts_at"`
		EndsAt    time.Time `json:"ends_at"`
		Half      string
		Channels  []fair.Channel
	} `json:"slots"`
	Entries []struct {
		Number string
		Wishes []struct {
			Stand   fair.ID
			Channel fair.Channel
		}
		Can   []string
		Not   []fair.ID
		Seats int
	} `json:"entries"`
	Given []struct {
		Number string
		Slot   fair.ID
		Wish   int
	} `json:"given"`
}

// Run verifies the file and says so.
func (v *verifyDraw) Run() error {
	file, err := os.Open(v.File)
	if err != nil {
		return err
	}
	defer file.Close()
	return v.verify(file, os.Stdout)
}

func (v *verifyDraw) verify(from io.Reader, to io.Writer) error {
	var f drawFile
	if err := json.NewDecoder(from).Decode(&f); err != nil {
		return fmt.Errorf("%w: %s is not the file of a draw: %w", errAsked, v.File, err)
	}
	if f.Format != "salon-draw-1" {
		return fmt.Errorf("%w: %s has the format %q, this program knows salon-draw-1", errAsked, v.File, f.Format)
	}
	seed, err := hex.DecodeString(f.Seed)
	if err != nil {
		return fmt.Errorf("%w: the seed is not hexadecimal: %w", errAsked, err)
	}
	hash := f.Hash
	if v.Hash != "" {
		hash = v.Hash
	}
	sheet, given := f.sheet()
	if err := fair.VerifyDraw(hash, seed, sheet, given); err != nil {
		return err
	}
	_, err = fmt.Fprintf(to, "The draw holds: %d places for %d people, %d slots, seed %s.\n", len(given), len(sheet.Entries), len(sheet.Slots), hash)
	return err
}

// sheet is the file in the words of the draw.
func (f drawFile) sheet() (sheet fair.Sheet, given []fair.Given) {
	for _, s := range f.Slots {
		sheet.Slots = append(sheet.Slots, fair.SheetSlot{
			ID: s.ID, Stand: s.Stand, Start: s.StartsAt, End: s.EndsAt, Half: s.Half, Channels: s.Channels,
		})
	}
	for _, e := range f.Entries {
		entry := fair.SheetEntry{Number: e.Number, Can: e.Can, Not: e.Not, Seats: e.Seats}
		for _, w := range e.Wishes {
			entry.Wishes = append(entry.Wishes, fair.Wish{Stand: w.Stand, Channel: w.Channel})
		}
		sheet.Entries = append(sheet.Entries, entry)
	}
	for _, g := range f.Given {
		given = append(given, fair.Given{Number: g.Number, Slot: g.Slot, Wish: g.Wish})
	}
	return sheet, given
}

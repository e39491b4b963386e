package picture_test

import (
	"bytes"
	"image/png"
	"strings"
	"testing"

	"salon/fair/picture"
)

func TestAPictureHasItsSizeWhateverItSays(t *testing.T) {
	for name, c := range map[string]picture.Card{
		"an offer":     {Over: "Offre d’emploi", Title: "Aide-soignante ou aide-soignant de nuit, secteur protégé, à temps partiel", Under: "Maison Bel Âge · Montpellier", Foot: "Rencontres 2021", When: "du 18 au 31 janvier 2021"},
		"nothing":      {},
		"one long":     {Title: strings.Repeat("x", 2000), Under: strings.Repeat("é ", 900)},
		"other signs":  {Title: "漢字 \u202e \x00 🎉 <b>", Foot: "\r\n"},
		"a long fair":  {Foot: strings.Repeat("Rencontres pour l’emploi ", 9), When: "du 28 décembre 2026 au 10 janvier 2027"},
		"long days":    {Foot: "Rencontres", When: strings.Repeat("du 28 décembre ", 40)},
		"broken bytes": {Title: "\xff\xfe"},
	} {
		raw, err := picture.PNG(c)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		drawn, err := png.Decode(bytes.NewReader(raw))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if b := drawn.Bounds(); b.Dx() != picture.Width || b.Dy() != picture.Height || len(raw) > 60<<10 {
			t.Errorf("%s: %v, %d bytes", name, b, len(raw))
		}
		// Whatever is written stays inside the margin.
		for y := 110; y < picture.Height; y++ {
			if r, g, b, _ := drawn.At(picture.Width-40, y).RGBA(); r>>8 != 0xff || g>>8 != 0xfd || b>>8 != 0xf9 {
				t.Fatalf("%s: something stands at the right edge, line %d", name, y)
			}
		}
	}
}

// Whatever the fair is called, its days stand at the foot: two pictures of a fair with
// a long name differ where their days do.
func TestTheDaysOfAFairAreNeverCut(t *testing.T) {
	foot := func(when string) (dark int) {
		raw, err := picture.PNG(picture.Card{Foot: strings.Repeat("Rencontres pour l’emploi ", 9), When: when})
		if err != nil {
			t.Fatal(err)
		}
		drawn, err := png.Decode(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		for y := picture.Height - 110; y < picture.Height-40; y++ {
			for x := picture.Width - 96 - 90; x < picture.Width-96; x++ { // the year
				if r, _, _, _ := drawn.At(x, y).RGBA(); r>>8 < 0x80 {
					dark++
				}
			}
		}
		return dark
	}
	with, other := foot("du 28 décembre 2026 au 10 janvier 2027"), foot("du 28 décembre 2026 au 10 janvier 1111")
	if with == 0 || with == other {
		t.Errorf("the year at the end is not drawn: %d and %d dark points", with, other)
	}
}

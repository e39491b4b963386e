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
		"an offer":     {Over: "Offre d’emploi", Title: "Aide-soignante ou aide-soignant de nuit, secteur protégé, à temps partiel", Under: "Maison Bel Âge · Montpellier", Foot: "Rencontres 2021 · 18 – 31 janvier"},
		"nothing":      {},
		"one long":     {Title: strings.Repeat("x", 2000), Under: strings.Repeat("é ", 900)},
		"other signs":  {Title: "漢字 \u202e \x00 🎉 <b>", Foot: "\r\n"},
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

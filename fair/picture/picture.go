package picture

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"slices"
	"strings"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

// Size of every picture, in pixels, as the Open Graph's readers want it.
const (
	Width  = 1200
	Height = 630
)

// Card is what a picture says.
type Card struct {
	Over  string // small, above: what it is
	Title string // up to three lines
	Under string // below: whose it is, where
	Foot  string // at the foot: the fair, cut where both have no room...
	When  string // ...and its days, which are never cut for it
}

// The colours of the site: paper, ink, teal, sun.
var (
	paper = color.RGBA{0xff, 0xfd, 0xf9, 0xff}
	ink   = color.RGBA{0x1d, 0x1b, 0x2e, 0xff}
	muted = color.RGBA{0x55, 0x51, 0x6b, 0xff}
	teal  = color.RGBA{0x0b, 0x5c, 0x56, 0xff}
	sun   = color.RGBA{0xf2, 0xb1, 0x34, 0xff}
)

// fonts are read once.
var fonts = sync.OnceValues(func() (both [2]*opentype.Font, err error) {
	for n, raw := range [][]byte{goregular.TTF, gobold.TTF} {
		if both[n], err = opentype.Parse(raw); err != nil {
			return both, fmt.Errorf("read a font: %w", err)
		}
	}
	return both, nil
})

// Sizes of the letters and places of the lines, in pixels.
const (
	margin    = 96
	titleSize = 68
	titleStep = 84
	textSize  = 34
	most      = 3 // lines of a title
	longest   = 300
	between   = " · "
)

// PNG draws a card.
func PNG(c Card) ([]byte, error) {
	both, err := fonts()
	if err != nil {
		return nil, err
	}
	regular, err := opentype.NewFace(both[0], &opentype.FaceOptions{Size: textSize, DPI: 72, Hinting: font.HintingFull})
	if err != nil {
		return nil, fmt.Errorf("size a font: %w", err)
	}
	defer regular.Close()
	bold, err := opentype.NewFace(both[1], &opentype.FaceOptions{Size: titleSize, DPI: 72, Hinting: font.HintingFull})
	if err != nil {
		return nil, fmt.Errorf("size a font: %w", err)
	}
	defer bold.Close()

	sheet := image.NewPaletted(image.Rect(0, 0, Width, Height), palette()) // all paper
	fill := func(r image.Rectangle, c color.Color) {
		draw.Draw(sheet, r, image.NewUniform(c), image.Point{}, draw.Src)
	}
	fill(image.Rect(0, 0, 24, Height), teal)
	fill(image.Rect(margin, 88, margin+96, 98), sun)
	write := func(face font.Face, c color.Color, y int, text string) {
		d := font.Drawer{Dst: sheet, Src: image.NewUniform(c), Face: face, Dot: fixed.P(margin, y)}
		d.DrawString(text)
	}
	room := fixed.I(Width - 2*margin)
	one := func(text string) string { return strings.Join(wrap(regular, text, 1, room), "") }
	write(regular, teal, 150, one(c.Over))
	y := 236
	for _, line := range wrap(bold, c.Title, most, room) {
		write(bold, ink, y, line)
		y += titleStep
	}
	write(regular, muted, y-10, one(c.Under))
	foot := one(c.When)
	if left := room - font.MeasureString(regular, between+foot); foot == "" || left > 0 {
		foot = strings.Join(slices.DeleteFunc([]string{strings.Join(wrap(regular, c.Foot, 1, left), ""), foot}, func(s string) bool { return s == "" }), between)
	}
	write(regular, teal, Height-64, foot)

	var out bytes.Buffer
	if err := png.Encode(&out, sheet); err != nil {
		return nil, fmt.Errorf("pack a picture: %w", err)
	}
	return out.Bytes(), nil
}

// palette is paper and, for each colour, the steps of its edges on paper.
func palette() color.Palette {
	p := color.Palette{paper}
	for _, c := range []color.RGBA{ink, muted, teal, sun} {
		for step := 1; step <= 24; step++ {
			mix := func(from, to uint8) uint8 { return uint8((int(from)*(24-step) + int(to)*step) / 24) }
			p = append(p, color.RGBA{mix(paper.R, c.R), mix(paper.G, c.G), mix(paper.B, c.B), 0xff})
		}
	}
	return p
}

// wrap parts a text into lines that fit into the room; what does not fit into the last ends in an
// ellipsis.
func wrap(face font.Face, text string, lines int, room fixed.Int26_6) []string {
	if letters := []rune(text); len(letters) > longest {
		text = string(letters[:longest])
	}
	fits := func(s string) bool { return font.MeasureString(face, s) <= room }
	var out []string
	line := ""
	for _, word := range strings.Fields(text) {
		if longer := strings.TrimSpace(line + " " + word); fits(longer) {
			line = longer
			continue
		}
		if line != "" && len(out) < lines-1 {
			out, line = append(out, line), word
			continue
		}
		line = strings.TrimSpace(line + " " + word)
		break
	}
	if line == "" {
		return out
	}
	letters := []rune(line)
	for cut := len(letters); cut > 0 && !fits(line); cut-- {
		line = string(letters[:cut-1]) + "…"
	}
	return append(out, line)
}

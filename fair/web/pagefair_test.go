package web

import (
	"slices"
	"testing"

	"salon/frontend"
)

func TestSectorsAreOrderedAsTheirLettersSound(t *testing.T) {
	var names []string
	for _, sector := range sectors([]frontend.StandItem{{Sector: "Transport"}, {Sector: "Énergie"}, {Sector: "Commerce"}}) {
		names = append(names, sector.Name)
	}
	if want := []string{"Commerce", "Énergie", "Transport"}; !slices.Equal(names, want) {
		t.Errorf("sectors in the order %q, want %q", names, want)
	}
}

package mongostore

import (
	"reflect"
	"slices"
	"testing"

	"salon/fair"
)

// notErased are the stores that an erasure of a person leaves alone, and why.
var notErased = map[string]string{
	"accounts": "blanked by the use case, last", "persons": "blanked by the use case", "cvs": "their files go first",
	"erasures": "the proof", "quotas": "under a keyed hash, for a day",
	"fairs": "nobody's", "companies": "nobody's", "offers": "a stand's", "papers": "an organiser's, as published",
	"draws": "lottery numbers", "slots": "cancelled by the use case; ids only", "slotrules": "ended by the use case; ids only",
	"nomenclatures": "the titles of trades, nobody's", "effects": "owed by other documents",
}

// Whoever adds a store says what an erasure takes of it, or why it takes nothing.
func TestEveryStoreSaysWhatAnErasureTakesOfIt(t *testing.T) {
	covered := map[string]bool{}
	for _, p := range personal {
		covered[p.from] = true
	}
	stores := reflect.TypeFor[Store]()
	seen := 0
	for i := range stores.NumField() {
		f := stores.Field(i)
		if !f.IsExported() {
			continue
		}
		seen++
		name := []byte(f.Name)
		for j := range name {
			name[j] |= 0x20 // lower case
		}
		if _, left := notErased[string(name)]; covered[string(name)] == left {
			t.Errorf("%s: in the table of erasures %v, excused %v: it must be one of both", f.Name, covered[string(name)], left)
		}
	}
	if seen < 30 {
		t.Errorf("only %d stores were found", seen)
	}
	for _, w := range []fair.Erased{{Account: "a"}, {Fair: "f"}} {
		kinds := (*Erasures)(nil).Kinds(w)
		for i, kind := range kinds {
			if slices.Contains(kinds[:i], kind) {
				t.Errorf("the kind %q is counted twice", kind)
			}
		}
	}
}

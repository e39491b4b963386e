package main

import (
	"encoding/json"
	"testing"

	"salon/fair"
	"salon/fair/mongostore"
)

// The organiser reads how much of each kind the time of a fair has erased.
func TestEveryKindThatIsErasedHasAName(t *testing.T) {
	kinds := []string{"accounts", "cvs"} // which the use case counts
	for _, w := range []fair.Erased{{Account: "a"}, {Fair: "f"}} {
		kinds = append(kinds, (*mongostore.Erasures)(nil).Kinds(w)...)
	}
	for _, lang := range []string{"fr", "en"} {
		texts := map[string]string{}
		if err := json.Unmarshal(read(t, "frontend/src/locales/"+lang+".json"), &texts); err != nil {
			t.Fatal(err)
		}
		for _, kind := range kinds {
			if texts["erased."+kind] == "" {
				t.Errorf("%s.json: what is erased as %q has no name", lang, kind)
			}
		}
	}
}

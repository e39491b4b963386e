package demo

import (
	"embed"
	"encoding/json"
	"fmt"

	"salon/fair"
)

//go:embed companies.json programme.json offers/*.json
var content embed.FS

// text is a text in both languages as the files of this package spell it.
type text struct {
	FR string `json:"fr"`
	EN string `json:"en"`
}

func (t text) both() fair.Text { return fair.Text(t) }

// read decodes one embedded file. A fault in it is ours, so it panics on first
// use, which the tests of this package are.
func read[T any](name string) T {
	var value T
	data, err := content.ReadFile(name)
	if err == nil {
		err = json.Unmarshal(data, &value)
	}
	if err != nil {
		panic(fmt.Sprintf("demo: read %s: %v", name, err))
	}
	return value
}

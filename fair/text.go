package fair

// Lang is a language of the product: "fr" or "en".
type Lang string

// The languages of the product; French is the first.
const (
	French  Lang = "fr"
	English Lang = "en"
)

// Text is a short text in both languages. English may be empty.
type Text struct {
	FR string `bson:"fr"`
	EN string `bson:"en,omitempty"`
}

// In returns the text in lang, or in French where it was not translated.
func (t Text) In(lang Lang) string {
	if lang == English && t.EN != "" {
		return t.EN
	}
	return t.FR
}

package fair

// Nomenclature is a release of ROME that was brought in, whole, in one document:
// it is replaced at once or not at all.
type Nomenclature struct {
	ID          ID           `bson:"_id"`
	Occupations []Occupation `bson:"occupations"`
	Meta        `bson:",inline"`
}

// Occupation is one entry of it. Titles are other names of the same work, each in
// both genders where the language has two.
type Occupation struct {
	Code   string   `bson:"code"` // "D1102"
	Label  string   `bson:"label"`
	Titles []string `bson:"titles"`
}

// TheNomenclature is the id of the one there is.
const TheNomenclature ID = "rome"

package fair

import "time"

// OfferText is what a desk writes of an offer: all that people read of it.
type OfferText struct {
	Title       string `bson:"title"`
	Description string `bson:"description"`
	Work        Work   `bson:"work"`
	Place       Place  `bson:"place"`
	Pay         Pay    `bson:"pay"`
	Needs       Needs  `bson:"needs"`
	Positions   int    `bson:"positions"`
}

// Written is what the offer says.
func (o Offer) Written() OfferText {
	return OfferText{o.Title, o.Description, o.Work, o.Place, o.Pay, o.Needs, o.Positions}
}

// Write puts a text in place of what the offer says.
func (o *Offer) Write(t OfferText) {
	o.Title, o.Description, o.Work, o.Place, o.Pay, o.Needs, o.Positions = t.Title, t.Description, t.Work, t.Place, t.Pay, t.Needs, t.Positions
}

// Waits reports whether an organiser is asked to look at the offer.
func (o Offer) Waits() bool { return o.State == OfferWaiting || o.Proposed != nil }

// Refusal is an organiser's no to a publication.
type Refusal struct {
	Reason string    `bson:"reason"`
	By     ID        `bson:"by"`
	At     time.Time `bson:"at"`
}

// OfferChange is one line of an offer's history, which is kept as long as the
// offer.
type OfferChange struct {
	At     time.Time     `bson:"at"`
	By     ID            `bson:"by,omitempty"` // nobody where a program or the time did it
	Action string        `bson:"action"`       // written, edited, proposed, approved, refused, closed, reopened
	Fields []FieldChange `bson:"fields,omitempty"`
	Reason string        `bson:"reason,omitempty"`
}

// FieldChange is what a field said before and what it says now.
type FieldChange struct {
	Field string `bson:"field"`
	From  string `bson:"from"`
	To    string `bson:"to"`
}

// Fields are what a text says, field by field, in the order of the form.
func (t OfferText) Fields() []FieldChange {
	hours := t.Work.HoursLabel
	if h := t.Work.Hours(); h != "" {
		hours = h + " " + hours
	}
	accessible := ""
	if t.Work.Accessible {
		accessible = "yes"
	}
	return []FieldChange{
		{"title", "", t.Title}, {"description", "", t.Description}, {"contract", "", t.Work.Contract + " " + t.Work.ContractLabel},
		{"occupation", "", t.Work.ROME + " " + t.Work.Occupation}, {"place", "", t.Place.Label}, {"pay", "", t.Pay.Label},
		{"hours", "", hours}, {"experience", "", t.Needs.Level() + " " + t.Needs.Experience}, {"accessible", "", accessible},
	}
}

// Changes lists the fields in which two texts differ.
func (t OfferText) Changes(to OfferText) []FieldChange {
	var changes []FieldChange
	before, after := t.Fields(), to.Fields()
	for i := range before {
		if before[i].To != after[i].To {
			changes = append(changes, FieldChange{before[i].Field, before[i].To, after[i].To})
		}
	}
	return changes
}

// Wordings are the passages of a text that the law forbids or that mislead, by
// field.
func (t OfferText) Wordings() map[string][]Wording {
	found := map[string][]Wording{}
	for field, text := range map[string]string{
		"title": t.Title, "description": t.Description, "pay": t.Pay.Label, "hours": t.Work.HoursLabel, "experience": t.Needs.Experience,
	} {
		if all := CheckWording(text); len(all) > 0 {
			found[field] = all
		}
	}
	if !ReadsFrench(t.Description) {
		found["description"] = append(found["description"], Wording{Rule: WordingLanguage})
	}
	return found
}

// CheckPublish refuses a text that lacks what the law asks of an offer: what it is
// (L5331-3), contract, place. Its date and its employer are always there: the house
// sets the one and the stand says the other (L5332-1, L5332-2).
func (t OfferText) CheckPublish() error {
	switch {
	case t.Title == "":
		return Refuse("title", "text.missing")
	case t.Description == "":
		return Refuse("description", "text.missing")
	case t.Work.Contract == "":
		return Refuse("contract", "offer.contract")
	case t.Place.Label == "":
		return Refuse("commune", "offer.place")
	}
	return nil
}

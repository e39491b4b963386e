package fair_test

import (
	"errors"
	"testing"
	"time"

	"salon/fair"
)

func TestRulesThatNobodySettledAreTheDefaults(t *testing.T) {
	rules := fair.Fair{}.Rules()
	if err := rules.Check(); err != nil {
		t.Fatal(err)
	}
	if rules.Line.MaxTickets != 5 || rules.Line.Answer != time.Minute || rules.Book.Release != fair.ReleaseNow || rules.Book.CapStand != 1 || rules.Encryption != fair.EncryptionPossible {
		t.Errorf("%+v", rules)
	}
}

func TestADurationSettledToNoneStaysNone(t *testing.T) {
	rules := fair.Rules{}.WithDefaults()
	rules.Line.Guard, rules.Line.MaxDelay = 0, 0
	stored := rules.Settle()
	again := stored.WithDefaults()
	if again.Line.Guard != 0 || again.Line.MaxDelay != 0 || again.Line.Grace != rules.Line.Grace {
		t.Errorf("%+v", again.Line)
	}
	if err := again.Check(); err != nil {
		t.Error(err)
	}
}

func TestRulesNobodyCouldKeepAreRefused(t *testing.T) {
	at := time.Date(2027, 3, 1, 8, 0, 0, 0, time.UTC)
	criterion := func(id, label string) fair.Criterion {
		return fair.Criterion{ID: id, Label: fair.Text{FR: label}}
	}
	for name, c := range map[string]struct {
		rules fair.Rules
		field string
	}{
		"an answer within a second":      {fair.Rules{Line: fair.LineRules{Answer: time.Second}}, "answer_seconds"},
		"a hundred tickets":              {fair.Rules{Line: fair.LineRules{MaxTickets: 100}}, "max_tickets"},
		"a negative guard":               {fair.Rules{Line: fair.LineRules{Guard: -time.Minute}}, "guard_minutes"},
		"waves without a time":           {fair.Rules{Book: fair.BookRules{Release: fair.ReleaseWaves}}, "waves"},
		"waves that go back":             {fair.Rules{Book: fair.BookRules{Release: fair.ReleaseWaves, Waves: []time.Time{at, at.Add(-time.Hour)}}}, "waves"},
		"a release nobody knows":         {fair.Rules{Book: fair.BookRules{Release: "auction"}}, "release"},
		"an encryption nobody knows":     {fair.Rules{Encryption: "sometimes"}, "encryption"},
		"a criterion without a name":     {fair.Rules{Scorecard: []fair.Criterion{criterion("a", "")}}, "scorecard"},
		"two criteria of one id":         {fair.Rules{Scorecard: []fair.Criterion{criterion("a", "x"), criterion("a", "y")}}, "scorecard"},
		"a seat offered for half a year": {fair.Rules{Book: fair.BookRules{OfferTime: 4000 * time.Hour}}, "offer_minutes"},
	} {
		t.Run(name, func(t *testing.T) {
			refusal, ok := errors.AsType[*fair.Error](c.rules.WithDefaults().Check())
			if !ok || refusal.Kind != fair.Invalid || refusal.Field != c.field && refusal.Field != c.field+".fr" {
				t.Errorf("%v", refusal)
			}
		})
	}
}

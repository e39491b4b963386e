package fair_test

import (
	"errors"
	"testing"
	"time"

	"salon/fair"
)

func TestAPaperKeepsItsVersions(t *testing.T) {
	now := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	p := fair.Paper{Kind: fair.PaperAccessibility}
	first, err := p.Publish(fair.ConformPartly, map[string]fair.Text{"audit": {FR: "62 %"}, "contact": {}}, now)
	if err != nil || first.Version != 1 || len(first.Fields) != 1 || len(first.Past) != 0 {
		t.Fatalf("the first edition is %+v, %v", first, err)
	}
	same, err := first.Publish(fair.ConformPartly, map[string]fair.Text{"audit": {FR: " 62 % "}}, now.Add(time.Hour))
	if err != nil || same.Version != 1 || !same.PublishedAt.Equal(now) {
		t.Errorf("the same again is version %d of %s, %v", same.Version, same.PublishedAt, err)
	}
	second, err := first.Publish(fair.ConformFully, map[string]fair.Text{"audit": {FR: "100 %"}}, now.Add(time.Hour))
	if err != nil || second.Version != 2 || len(second.Past) != 1 || second.Past[0].Fields["audit"].FR != "62 %" || second.Past[0].State != fair.ConformPartly {
		t.Errorf("the second edition is %+v, %v", second, err)
	}
	for range 2 * fair.MaxEditions {
		if second, err = second.Publish(fair.ConformNot, map[string]fair.Text{"audit": {FR: second.PublishedAt.String()}}, second.PublishedAt.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	if len(second.Past) != fair.MaxEditions || second.Past[fair.MaxEditions-1].Version != second.Version-1 {
		t.Errorf("%d editions are kept, the last of them %d before %d", len(second.Past), second.Past[fair.MaxEditions-1].Version, second.Version)
	}
	for code, try := range map[string]func() (fair.Paper, error){
		"paper.kind":  func() (fair.Paper, error) { return fair.Paper{}.Publish("", nil, now) },
		"paper.state": func() (fair.Paper, error) { return p.Publish("splendid", nil, now) },
		"paper.field": func() (fair.Paper, error) {
			return p.Publish(fair.ConformNot, map[string]fair.Text{"$ne": {FR: "x"}}, now)
		},
	} {
		if _, err := try(); !errors.Is(err, fair.E(fair.Invalid, code)) {
			t.Errorf("%s: %v", code, err)
		}
	}
}

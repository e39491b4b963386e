package spec_test

import (
	"bytes"
	"slices"
	"testing"

	"gopkg.in/yaml.v3"

	"salon/cmd/apispec/spec"
	"salon/signaling/message"
)

// described is the part of the description that tells about messages.
type described struct {
	Components struct {
		Schemas map[string]struct {
			Required   []string
			Properties map[string]struct {
				Type any
				Enum []any
			}
			OneOf []struct {
				Ref string `yaml:"$ref"`
			} `yaml:"oneOf"`
			Discriminator struct {
				PropertyName string `yaml:"propertyName"`
				Mapping      map[string]string
			}
		}
	}
}

func TestEveryMessageIsDescribedInItsDirection(t *testing.T) {
	text, err := spec.Write()
	if err != nil {
		t.Fatal(err)
	}
	var d described
	if err := yaml.Unmarshal(text, &d); err != nil {
		t.Fatal(err)
	}
	for name, kinds := range map[string][]message.Type{"ClientMessage": message.Client(), "ServerMessage": message.Server()} {
		union := d.Components.Schemas[name]
		if union.Discriminator.PropertyName != "type" || len(union.OneOf) != len(kinds) {
			t.Errorf("%s has %d kinds told apart by %q, want %d", name, len(union.OneOf), union.Discriminator.PropertyName, len(kinds))
		}
		for _, kind := range kinds {
			ref := union.Discriminator.Mapping[kind.Name]
			schema := d.Components.Schemas[ref[len("#/components/schemas/"):]]
			if got := schema.Properties["type"].Enum; !slices.Equal(got, []any{kind.Name}) {
				t.Errorf("%s: type is %v", kind.Name, got)
			}
			if !slices.Contains(schema.Required, "type") || !slices.Contains(schema.Required, "v") {
				t.Errorf("%s: required are %v", kind.Name, schema.Required)
			}
		}
	}
}

func TestTheDescriptionIsTheSameEachTime(t *testing.T) {
	first, err := spec.Write()
	if err != nil {
		t.Fatal(err)
	}
	again, err := spec.Write()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first, again) {
		t.Error("two descriptions differ")
	}
}

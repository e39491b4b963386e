package web_test

import (
	"context"

	"salon/fair"
)

func (d *double) AskAddress(context.Context, fair.Actor, string) error { return d.ask("AskAddress") }
func (d *double) ReadAddress(_ context.Context, _ fair.Actor, _ string, state fair.AddressState) (fair.AddressChange, error) {
	return fair.AddressChange{From: "camille@fiction.example", To: "new@fiction.example", State: state}, d.ask("ReadAddress")
}
func (d *double) ConfirmAddress(context.Context, fair.Actor, string) error {
	return d.ask("ConfirmAddress")
}
func (d *double) UndoAddress(context.Context, string) error { return d.ask("UndoAddress") }

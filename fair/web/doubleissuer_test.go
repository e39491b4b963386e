package web_test

import (
	"context"

	"salon/fair"
	"salon/fair/service"
)

func (d *double) IssuersOpen() []fair.Issuer {
	return []fair.Issuer{{Key: "town", Name: "La ville", Roles: []fair.RoleKind{fair.Candidate}}}
}
func (d *double) AskIssuer(context.Context, fair.Actor, string, string, fair.Lang, bool) (string, string, error) {
	return "secret-of-an-exchange", "https://town.example/authorize?state=s&nonce=n", d.ask("AskIssuer")
}
func (d *double) AnswerIssuer(_ context.Context, _ fair.Actor, secret, _, state, code string) (service.Arrival, error) {
	at := service.Arrival{Next: "/fairs/rencontres", Lang: fair.French}
	if err := d.ask("AnswerIssuer"); err != nil {
		return at, err
	}
	switch {
	case secret == "" || state == "":
		return service.Arrival{}, fair.E(fair.Gone, "ceremony.over")
	case code == "":
		return at, fair.E(fair.Forbidden, "issuer.refused")
	case code == "unproved":
		at.Pending = "secret-that-waits"
	case code == "linked":
		at.Linked = true
	default:
		in := d.signedIn()
		at.In = &in
	}
	return at, nil
}
func (d *double) PendingIssuer(_ context.Context, _ fair.Actor, secret string) (fair.Issuer, bool) {
	return d.IssuersOpen()[0], secret == "secret-that-waits"
}
func (d *double) ClaimIssuer(context.Context, fair.Actor, string) error { return d.ask("ClaimIssuer") }
func (d *double) DropIssuer(context.Context, fair.Actor, fair.ID) error { return d.ask("DropIssuer") }
func (d *double) LeaveIssuer(_ context.Context, a fair.Actor) string {
	if a.Name == "Lou Fiction" {
		return "https://town.example/end?id_token_hint=t"
	}
	return ""
}

package web_test

import (
	"context"
	"strings"

	"salon/fair"
	"salon/fair/service"
)

func (d *double) key() service.KeyDetail {
	return service.KeyDetail{Key: fair.Key{ID: id("key"), Fair: fairID, Name: "Logiciel de paie", Scopes: []fair.Scope{fair.ScopeRead}, By: recrID, At: noon, ExpiresAt: noon.AddDate(0, 0, 90)}, Maker: "Odile Fiction"}
}
func (d *double) Keys(context.Context, fair.Actor, string) ([]service.KeyDetail, error) {
	return []service.KeyDetail{d.key()}, d.ask("Keys")
}
func (d *double) MakeKey(context.Context, fair.Actor, string, service.KeyWish) (string, service.KeyDetail, error) {
	return service.KeyPrefix + "shown-once", d.key(), d.ask("MakeKey")
}
func (d *double) EndKey(context.Context, fair.Actor, fair.ID) error { return d.ask("EndKey") }

// KeyActor knows keys by what they may do: "salon-key-fair-read", "salon-key-stand-offers".
func (d *double) KeyActor(_ context.Context, secret string) (fair.Actor, fair.Key, error) {
	what, scope, found := strings.Cut(strings.TrimPrefix(secret, service.KeyPrefix), "-")
	if !found {
		return fair.Actor{}, fair.Key{}, fair.E(fair.Unauthenticated, "key.over")
	}
	k := fair.Key{ID: id("key"), Fair: fairID, Scopes: []fair.Scope{fair.Scope(scope)}}
	if what == "stand" {
		k.Stand = standID
	}
	return fair.Actor{Account: id("organiser"), Name: "Logiciel", Roles: k.Roles()}, k, nil
}

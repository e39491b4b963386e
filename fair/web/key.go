package web

import (
	"context"
	"strings"
	"time"

	"salon/fair"
	"salon/fair/service"
)

// keys is what this package asks of service about programs.
type keys interface {
	Keys(ctx context.Context, a fair.Actor, ref string) ([]service.KeyDetail, error)
	MakeKey(ctx context.Context, a fair.Actor, ref string, w service.KeyWish) (secret string, d service.KeyDetail, err error)
	EndKey(ctx context.Context, a fair.Actor, id fair.ID) error
	KeyActor(ctx context.Context, secret string) (fair.Actor, fair.Key, error)
}

// keyTable is every route that a key opens, beside what anybody may read: the
// scope it needs. A route that is not here is closed to programs. None reads or
// touches what is a candidate's.
var keyTable = map[string]fair.Scope{
	"GET /api/v1/fairs/:fair/rules":                 fair.ScopeRead,
	"GET /api/v1/fairs/:fair/live":                  fair.ScopeRead,
	"GET /api/v1/fairs/:fair/offers/waiting":        fair.ScopeRead,
	"GET /api/v1/stands/:stand/edit":                fair.ScopeRead,
	"GET /api/v1/stands/:stand/offers":              fair.ScopeRead,
	"GET /api/v1/offers/:offer/desk":                fair.ScopeRead,
	"GET /api/v1/stands/:stand/slot-rules":          fair.ScopeRead,
	"GET /api/v1/stands/:stand/standbys":            fair.ScopeRead,
	"POST /api/v1/fairs/:fair/offers/import":        fair.ScopeOffers,
	"POST /api/v1/stands/:stand/offers":             fair.ScopeOffers,
	"POST /api/v1/stands/:stand/offers/check":       fair.ScopeOffers,
	"PUT /api/v1/offers/:offer":                     fair.ScopeOffers,
	"PATCH /api/v1/offers/:offer":                   fair.ScopeOffers,
	"POST /api/v1/offers/:offer/duplicate":          fair.ScopeOffers,
	"POST /api/v1/fairs/:fair/imports":              fair.ScopeOffers,
	"GET /api/v1/fairs/:fair/imports":               fair.ScopeOffers,
	"POST /api/v1/stands/:stand/imports":            fair.ScopeOffers,
	"GET /api/v1/stands/:stand/imports":             fair.ScopeOffers,
	"GET /api/v1/imports/:import":                   fair.ScopeOffers,
	"POST /api/v1/imports/:import/continue":         fair.ScopeOffers,
	"GET /api/v1/imports/:import/refused/:format":   fair.ScopeOffers,
	"POST /api/v1/stands/:stand/slots":              fair.ScopeSlots,
	"DELETE /api/v1/slots/:slot":                    fair.ScopeSlots,
	"POST /api/v1/stands/:stand/slot-rules":         fair.ScopeSlots,
	"PUT /api/v1/slot-rules/:rule":                  fair.ScopeSlots,
	"DELETE /api/v1/slot-rules/:rule":               fair.ScopeSlots,
	"POST /api/v1/stands/:stand/slot-rules/preview": fair.ScopeSlots,
}

// KeyTable is keyTable in words, for the tests over all routes.
func KeyTable() map[string]string {
	words := make(map[string]string, len(keyTable))
	for route, scope := range keyTable {
		words[route] = string(scope)
	}
	return words
}

// admitKey decides whether a program may go on to a handler: at most keyTable, and
// not more often than a program may.
func (s *Server) admitKey(ctx context.Context, k *call, who access, route, secret string) error {
	actor, key, err := s.Service.KeyActor(ctx, secret)
	if err != nil {
		return err
	}
	if err := s.limits.keys.take(key.ID, s.Clock()); err != nil {
		return err
	}
	method, place, _ := strings.Cut(route, " ")
	scope, listed := keyTable[method+" "+prefix+strings.NewReplacer("{", ":", "}", "").Replace(place)]
	switch {
	case listed && key.May(scope):
		k.Actor = actor
		return who.admits(actor)
	case who == anyone && k.fiber.Method() == "GET": // as a visitor
		return nil
	}
	return fair.E(fair.Forbidden, "key.scope")
}

// KeyView is a key as its screen shows it; its secret is in the answer that made
// it and nowhere else.
type KeyView struct {
	ID        fair.ID      `json:"id"`
	Name      string       `json:"name"`
	Stand     *StandRef    `json:"stand" doc:"null for the whole fair"`
	Scopes    []fair.Scope `json:"scopes" enum:"read,offers,slots"`
	Maker     string       `json:"maker" doc:"Who made it; empty once the account is gone"`
	MadeAt    time.Time    `json:"made_at"`
	UsedAt    *time.Time   `json:"used_at" doc:"To the minute; null before the first use"`
	ExpiresAt time.Time    `json:"expires_at"`
}

func viewKey(d service.KeyDetail) KeyView {
	k := d.Key
	return KeyView{k.ID, k.Name, standRef(d.Stand), append([]fair.Scope{}, k.Scopes...), d.Maker, k.At, k.UsedAt, k.ExpiresAt}
}

// NewKeyView is a key with its secret, shown once.
type NewKeyView struct {
	Key    KeyView `json:"key"`
	Secret string  `json:"secret" doc:"For Authorization: Bearer; shown this once"`
}

func (s *Server) listKeys(ctx context.Context, k *call, in *fairInput) (*answer[List[KeyView]], error) {
	found, err := s.Service.Keys(ctx, k.Actor, in.Fair)
	return reply(all(mapped(found, viewKey)), err)
}

type makeKeyInput struct {
	Fair string `path:"fair"`
	Body struct {
		Name   string   `json:"name" minLength:"1" maxLength:"60"`
		Stand  string   `json:"stand,omitempty" maxLength:"26" doc:"Empty for the whole fair"`
		Scopes []string `json:"scopes" minItems:"1" maxItems:"3" enum:"read,offers,slots"`
		Days   int      `json:"days" minimum:"1" maximum:"366" doc:"How long it is good"`
	}
}

func (s *Server) makeKey(ctx context.Context, k *call, in *makeKeyInput) (*created[NewKeyView], error) {
	b := in.Body
	secret, d, err := s.Service.MakeKey(ctx, k.Actor, in.Fair, service.KeyWish{
		Name: b.Name, Stand: fair.ID(b.Stand), Days: b.Days,
		Scopes: mapped(b.Scopes, func(s string) fair.Scope { return fair.Scope(s) }),
	})
	if err != nil {
		return nil, err
	}
	return &created[NewKeyView]{NewKeyView{viewKey(d), secret}}, nil
}

type keyInput struct {
	Key fair.ID `path:"key"`
}

func (s *Server) endKey(ctx context.Context, k *call, in *keyInput) (*nothing, error) {
	return &nothing{}, s.Service.EndKey(ctx, k.Actor, in.Key)
}

// keyRoutes are about what programs show in place of a cookie.
func (s *Server) keyRoutes() {
	register(s, "GET /fairs/{fair}/keys", "listKeys", "The keys programs have for a fair", s.listKeys)
	register(s, "POST /fairs/{fair}/keys", "makeKey", "Makes a key for a program; its secret is shown once", s.makeKey)
	register(s, "DELETE /keys/{key}", "endKey", "Ends a key at once", s.endKey)
}

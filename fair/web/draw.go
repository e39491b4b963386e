package web

import (
	"context"
	"encoding/hex"
	"time"

	"salon/fair"
	"salon/fair/service"
)

// draws is what this package asks of service about draws and wishes.
type draws interface {
	Draws(ctx context.Context, a fair.Actor, fairRef string) ([]service.DrawDetail, error)
	Draw(ctx context.Context, a fair.Actor, draw fair.ID) (service.DrawDetail, error)
	RunningDraw(ctx context.Context, a fair.Actor, fairID fair.ID) (d fair.Draw, running bool, err error)
	DrawSheet(ctx context.Context, a fair.Actor, draw fair.ID) (fair.Draw, error)
	OpenDraw(ctx context.Context, a fair.Actor, fairRef string, closes time.Time) (service.DrawDetail, error)
	ExtendDraw(ctx context.Context, a fair.Actor, draw fair.ID, closes time.Time) (service.DrawDetail, error)
	CancelDraw(ctx context.Context, a fair.Actor, draw fair.ID) (service.DrawDetail, error)
	Wishes(ctx context.Context, a fair.Actor, fairRef string) (service.MyWishes, error)
	SetWishes(ctx context.Context, a fair.Actor, draw fair.ID, e service.WishEdit) (service.MyWishes, error)
	DropWishes(ctx context.Context, a fair.Actor, draw fair.ID) (service.MyWishes, error)
}

// DrawView is a draw as anybody may see it.
type DrawView struct {
	ID       fair.ID         `json:"id"`
	State    fair.DrawState  `json:"state" enum:"open,drawn,done,cancelled"`
	OpenedAt time.Time       `json:"opened_at"`
	ClosesAt time.Time       `json:"closes_at"`
	DrawnAt  *time.Time      `json:"drawn_at,omitempty"`
	Hash     string          `json:"hash" doc:"SHA-256 of the seed, in hex, published when the draw opens"`
	Seed     string          `json:"seed,omitempty" doc:"In hex, once it is drawn"`
	Wished   int             `json:"wished" doc:"People who wish"`
	Slots    int             `json:"slots"`
	Given    int             `json:"given" doc:"Places given, once it is drawn"`
	Stands   []DrawStandView `json:"stands" doc:"Those that have slots in it, while it is open"`
}

// DrawStandView is a stand with how many slots it has in a draw.
type DrawStandView struct {
	StandRef
	Slots int      `json:"slots"`
	Halfs []string `json:"halfs" doc:"Half-days these fall on, 2027-03-28/am"`
}

func viewDraw(d service.DrawDetail) DrawView {
	v := DrawView{
		ID: d.Draw.ID, State: d.Draw.State, OpenedAt: d.Draw.OpenedAt.UTC(), ClosesAt: d.Draw.ClosesAt.UTC(), DrawnAt: d.Draw.DrawnAt,
		Hash: d.Draw.Hash, Seed: hex.EncodeToString(d.Draw.Seed), Wished: d.Wished, Slots: d.Slots, Given: d.Draw.Places,
		Stands: mapped(d.Stands, func(st service.DrawStand) DrawStandView {
			return DrawStandView{refStand(st.Stand), st.Slots, append([]string{}, st.Halfs...)}
		}),
	}
	return v
}

func (s *Server) listDraws(ctx context.Context, k *call, in *FairPath) (*answer[List[DrawView]], error) {
	found, err := s.Service.Draws(ctx, k.Actor, in.Fair)
	if err != nil {
		return nil, err
	}
	return reply(all(mapped(found, viewDraw)), nil)
}

// DrawPath names a draw.
type DrawPath struct {
	Draw fair.ID `path:"draw"`
}

func (s *Server) getDraw(ctx context.Context, k *call, in *DrawPath) (*answer[DrawView], error) {
	d, err := s.Service.Draw(ctx, k.Actor, in.Draw)
	if err != nil {
		return nil, err
	}
	return reply(viewDraw(d), nil)
}

type openDrawInput struct {
	FairPath
	Body struct {
		ClosesAt time.Time `json:"closes_at"`
	}
}

func (s *Server) openDraw(ctx context.Context, k *call, in *openDrawInput) (*created[DrawView], error) {
	d, err := s.Service.OpenDraw(ctx, k.Actor, in.Fair, in.Body.ClosesAt)
	if err != nil {
		return nil, err
	}
	return &created[DrawView]{viewDraw(d)}, nil
}

type extendDrawInput struct {
	DrawPath
	Body struct {
		ClosesAt time.Time `json:"closes_at" doc:"Later than the one of now"`
	}
}

func (s *Server) extendDraw(ctx context.Context, k *call, in *extendDrawInput) (*answer[DrawView], error) {
	d, err := s.Service.ExtendDraw(ctx, k.Actor, in.Draw, in.Body.ClosesAt)
	if err != nil {
		return nil, err
	}
	return reply(viewDraw(d), nil)
}

func (s *Server) cancelDraw(ctx context.Context, k *call, in *DrawPath) (*answer[DrawView], error) {
	d, err := s.Service.CancelDraw(ctx, k.Actor, in.Draw)
	if err != nil {
		return nil, err
	}
	return reply(viewDraw(d), nil)
}

// DrawSheetView is everything that is needed to work a draw out again: `salon
// draw verify` reads it. Nobody is named in it.
type DrawSheetView struct {
	Format  string           `json:"format" enum:"salon-draw-1"`
	Draw    fair.ID          `json:"draw"`
	Fair    fair.ID          `json:"fair"`
	DrawnAt time.Time        `json:"drawn_at"`
	Hash    string           `json:"hash"`
	Seed    string           `json:"seed"`
	Slots   []SheetSlotView  `json:"slots"`
	Entries []SheetEntryView `json:"entries"`
	Given   []GivenView      `json:"given"`
}

// SheetSlotView is a slot that was to be given.
type SheetSlotView struct {
	ID       fair.ID        `json:"id"`
	Stand    fair.ID        `json:"stand"`
	StartsAt time.Time      `json:"starts_at"`
	EndsAt   time.Time      `json:"ends_at"`
	Half     string         `json:"half"`
	Channels []fair.Channel `json:"channels"`
}

// SheetEntryView is one person under a lottery number.
type SheetEntryView struct {
	Number string     `json:"number"`
	Wishes []WishView `json:"wishes"`
	Can    []string   `json:"can"`
	Not    []fair.ID  `json:"not" doc:"Slots that were ruled out for this number"`
	Seats  int        `json:"seats"`
}

// WishView is a stand wished for, and how.
type WishView struct {
	Stand   fair.ID      `json:"stand" maxLength:"26"`
	Channel fair.Channel `json:"channel" enum:"video,phone"`
}

// GivenView is one place given.
type GivenView struct {
	Number string  `json:"number"`
	Slot   fair.ID `json:"slot"`
	Wish   int     `json:"wish" doc:"Which wish it grants, from 1"`
}

func viewSheet(d fair.Draw) DrawSheetView {
	return DrawSheetView{
		Format: "salon-draw-1", Draw: d.ID, Fair: d.Fair, DrawnAt: d.DrawnAt.UTC(), Hash: d.Hash, Seed: hex.EncodeToString(d.Seed),
		Slots: mapped(d.Sheet.Slots, func(s fair.SheetSlot) SheetSlotView {
			return SheetSlotView{s.ID, s.Stand, s.Start.UTC(), s.End.UTC(), s.Half, s.Channels}
		}),
		Entries: mapped(d.Sheet.Entries, func(e fair.SheetEntry) SheetEntryView {
			return SheetEntryView{e.Number, mapped(e.Wishes, viewWish), append([]string{}, e.Can...), append([]fair.ID{}, e.Not...), e.Seats}
		}),
		Given: mapped(d.Given, func(g fair.Given) GivenView { return GivenView(g) }),
	}
}

func viewWish(w fair.Wish) WishView { return WishView(w) }

func (s *Server) getDrawSheet(ctx context.Context, k *call, in *DrawPath) (*answer[DrawSheetView], error) {
	d, err := s.Service.DrawSheet(ctx, k.Actor, in.Draw)
	if err != nil {
		return nil, err
	}
	return reply(viewSheet(d), nil)
}

// MyWishesView is what somebody wishes for in the latest draw of a fair; draw is
// missing where there is none.
type MyWishesView struct {
	Draw   *DrawView    `json:"draw,omitempty"`
	Number string       `json:"number,omitempty" doc:"The lottery number; none before the first wish"`
	Wishes []MyWishView `json:"wishes"`
	Can    []string     `json:"can" doc:"Half-days, 2027-03-28/am; none: any"`
	Told   bool         `json:"told" doc:"It is known what became of them"`
	Rev    int64        `json:"rev"`
	Topic  string       `json:"topic" doc:"Where the draws of the fair are told of; it needs no grant"`
}

// MyWishView is one wish and what became of it.
type MyWishView struct {
	Stand     StandRef       `json:"stand"`
	Channel   fair.Channel   `json:"channel" enum:"video,phone"`
	State     fair.WishState `json:"state,omitempty" enum:"given,full,lost,cancelled"`
	Interview fair.ID        `json:"interview,omitempty"`
	StartsAt  *time.Time     `json:"starts_at,omitempty"`
}

func viewMyWishes(mine service.MyWishes) MyWishesView {
	v := MyWishesView{
		Number: mine.List.Number, Wishes: []MyWishView{}, Can: append([]string{}, mine.List.Can...), Told: mine.List.Told, Rev: mine.List.Rev,
		Topic: "draws." + string(mine.Fair),
	}
	if mine.Draw != nil {
		d := viewDraw(*mine.Draw)
		v.Draw = &d
	}
	for i, w := range mine.List.Wishes {
		wish := MyWishView{Stand: refStand(mine.Stands[w.Stand]), Channel: w.Channel}
		if i < len(mine.List.Results) {
			r := mine.List.Results[i]
			wish.State, wish.Interview = r.State, r.Interview
			if r.State == fair.WishGiven {
				start := r.Start.UTC()
				wish.StartsAt = &start
			}
		}
		v.Wishes = append(v.Wishes, wish)
	}
	return v
}

type myWishesInput struct {
	Fair string `query:"fair" maxLength:"60" doc:"Id or slug of a fair; none: one's own"`
}

func (s *Server) myWishes(ctx context.Context, k *call, in *myWishesInput) (*answer[MyWishesView], error) {
	if in.Fair == "" {
		home, err := s.homeFair(ctx, k)
		if err != nil {
			return nil, err
		}
		in.Fair = home.Slug
	}
	mine, err := s.Service.Wishes(ctx, k.Actor, in.Fair)
	if err != nil {
		return nil, err
	}
	return reply(viewMyWishes(mine), nil)
}

type setWishesInput struct {
	DrawPath
	Body struct {
		Wishes []WishView `json:"wishes" minItems:"1" maxItems:"8" doc:"The dearest first"`
		Can    []string   `json:"can,omitempty" maxItems:"120" doc:"Half-days, 2027-03-28/am; none: any"`
		Rev    int64      `json:"rev,omitempty" doc:"The rev the edit was made on; none for the first wishes"`
	}
}

func (s *Server) setWishes(ctx context.Context, k *call, in *setWishesInput) (*answer[MyWishesView], error) {
	mine, err := s.Service.SetWishes(ctx, k.Actor, in.Draw, service.WishEdit{
		Wishes: mapped(in.Body.Wishes, func(w WishView) fair.Wish { return fair.Wish(w) }), Can: in.Body.Can, Rev: in.Body.Rev,
	})
	if err != nil {
		return nil, err
	}
	return reply(viewMyWishes(mine), nil)
}

func (s *Server) dropWishes(ctx context.Context, k *call, in *DrawPath) (*answer[MyWishesView], error) {
	mine, err := s.Service.DropWishes(ctx, k.Actor, in.Draw)
	if err != nil {
		return nil, err
	}
	return reply(viewMyWishes(mine), nil)
}

package web

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"salon/fair"
	"salon/fair/service"
	"salon/frontend"
)

// standbys is what this package asks of service about waiting lists.
type standbys interface {
	JoinStandby(ctx context.Context, a fair.Actor, stand fair.ID, r service.StandbyRequest) (d service.StandbyDetail, made bool, err error)
	MyStandbys(ctx context.Context, a fair.Actor) ([]service.StandbyDetail, error)
	SeatLeft(ctx context.Context, a fair.Actor, f fair.Fair, stand fair.ID) error
	StandbyCounts(ctx context.Context, a fair.Actor, stand fair.ID) (waiting, offered int, err error)
	AnswerStandby(ctx context.Context, a fair.Actor, id fair.ID, answer service.StandbyAnswer, channel fair.Channel) (service.StandbyDetail, error)
}

// StandbyView is a place on a waiting list as its owner sees it.
type StandbyView struct {
	ID        fair.ID           `json:"id"`
	Fair      FairRef           `json:"fair"`
	Stand     StandRef          `json:"stand"`
	SlotAt    *time.Time        `json:"slot_at,omitempty" doc:"When the one slot waited for begins; absent: any of the stand"`
	Channel   fair.Channel      `json:"channel" enum:"video,phone,either"`
	State     fair.StandbyState `json:"state" enum:"waiting,offered,booked,left,lapsed"`
	Ahead     int               `json:"ahead" doc:"How many stand before"`
	Offer     *SeatOfferView    `json:"offer,omitempty"`
	Interview fair.ID           `json:"interview,omitempty"`
	JoinedAt  time.Time         `json:"joined_at"`
	Rev       int64             `json:"rev"`
}

// SeatOfferView is a seat that is kept for somebody.
type SeatOfferView struct {
	Slot     fair.ID        `json:"slot"`
	StartsAt time.Time      `json:"starts_at"`
	EndsAt   time.Time      `json:"ends_at"`
	Channels []fair.Channel `json:"channels"`
	Until    time.Time      `json:"until"`
}

func viewStandby(k *call, d service.StandbyDetail) StandbyView {
	b := d.Standby
	v := StandbyView{
		ID: b.ID, Fair: FairRef{d.Fair.Slug, d.Fair.Name.In(k.lang), d.Fair.TimeZone}, Stand: refStand(d.Stand), Channel: b.Channel,
		State: b.State, Ahead: d.Ahead, Interview: b.Interview, JoinedAt: b.JoinedAt.UTC(), Rev: b.Rev,
	}
	if d.Slot != nil {
		at := d.Slot.Start.UTC()
		v.SlotAt = &at
	}
	if o := b.Offer; o != nil && b.State == fair.StandbyOffered {
		v.Offer = &SeatOfferView{o.Slot, o.Start.UTC(), o.End.UTC(), append([]fair.Channel{}, o.Channels...), o.Until.UTC()}
	}
	return v
}

type joinStandbyInput struct {
	StandPath
	Body struct {
		Slot    string `json:"slot,omitempty" maxLength:"26" doc:"Left out: any slot of the stand"`
		Channel string `json:"channel" enum:"video,phone,either" doc:"Which the seat must have; either: any"`
	}
}

func (s *Server) joinStandby(ctx context.Context, k *call, in *joinStandbyInput) (*created[StandbyView], error) {
	r := service.StandbyRequest{Slot: fair.ID(in.Body.Slot), Channel: fair.Channel(in.Body.Channel)}
	d, _, err := s.Service.JoinStandby(ctx, k.Actor, in.Stand, r)
	if err != nil {
		return nil, err
	}
	return &created[StandbyView]{viewStandby(k, d)}, nil
}

func (s *Server) myStandbys(ctx context.Context, k *call, _ *struct{}) (*answer[List[StandbyView]], error) {
	list, err := s.Service.MyStandbys(ctx, k.Actor)
	if err != nil {
		return nil, err
	}
	return reply(all(mapped(list, func(d service.StandbyDetail) StandbyView { return viewStandby(k, d) })), nil)
}

// StandbyDeskView is how many wait for a seat of a stand.
type StandbyDeskView struct {
	Waiting int `json:"waiting"`
	Offered int `json:"offered" doc:"Who are offered a seat and have not answered yet"`
}

func (s *Server) countStandbys(ctx context.Context, k *call, in *StandPath) (*answer[StandbyDeskView], error) {
	waiting, offered, err := s.Service.StandbyCounts(ctx, k.Actor, in.Stand)
	return reply(StandbyDeskView{waiting, offered}, err)
}

type answerStandbyInput struct {
	Standby fair.ID `path:"standby"`
	Body    struct {
		Answer  string `json:"answer" enum:"accept,decline,leave"`
		Channel string `json:"channel,omitempty" enum:"video,phone" doc:"With accept; left out: as wished, or the one the seat has"`
	}
}

func (s *Server) answerStandby(ctx context.Context, k *call, in *answerStandbyInput) (*answer[StandbyView], error) {
	d, err := s.Service.AnswerStandby(ctx, k.Actor, in.Standby, service.StandbyAnswer(in.Body.Answer), fair.Channel(in.Body.Channel))
	if err != nil {
		return nil, err
	}
	return reply(viewStandby(k, d), nil)
}

// standbyView is what a candidate waits for at a stand, and what there is to wait
// for.
func (s *Server) standbyView(ctx context.Context, k *call, f fair.Fair, stand fair.ID, chosen frontend.BookingChoice) (frontend.StandbyView, error) {
	v := frontend.StandbyView{Kept: chosen}
	mine, err := s.Service.MyStandbys(ctx, k.Actor)
	if err != nil {
		return v, err
	}
	waits := map[fair.ID]bool{}
	for _, d := range mine {
		switch b := d.Standby; {
		case b.Stand != stand || !b.Open:
		case b.Slot == "":
			v.Any = true
		case d.Slot != nil:
			waits[b.Slot] = true
			v.For = append(v.For, d.Slot.Start.In(f.Location()))
		}
	}
	taken, err := s.Service.Slots(ctx, k.Actor, f.Slug, fair.SlotQuery{Stand: stand, Taken: true, From: s.Clock(), Page: 1, Limit: slotsShown})
	v.Days = slotDays(f, slices.DeleteFunc(taken.Items, func(slot fair.Slot) bool { return waits[slot.ID] }))
	return v, err
}

// standbyForm joins a waiting list without a script, and leads back to the page
// one came from, which then says so, or what stood in the way.
func (s *Server) standbyForm(ctx context.Context, k *call) error {
	back := local(k, k.fiber.FormValue("back"))
	stand := fair.ID(k.fiber.FormValue("stand"))
	if !stand.Valid() {
		return fair.Refuse("stand", "stand.unknown")
	}
	err := s.waitFrom(ctx, k, stand)
	e, refused := errors.AsType[*fair.Error](err)
	if refused && e.Kind == fair.Invalid && e.Field == "phone" {
		return s.askPhone(ctx, k, err, func(c *kept) *frontend.BookingChoice { return &c.seat })
	}
	if refused && (e.Kind == fair.Conflict || e.Kind == fair.Invalid) {
		return k.fiber.Redirect(withProblem(back, e.Code), http.StatusSeeOther)
	}
	if err != nil {
		return err
	}
	return k.fiber.Redirect(back, http.StatusSeeOther)
}

// waitFrom joins the list that a form asks for; a number given with it is kept
// first.
func (s *Server) waitFrom(ctx context.Context, k *call, stand fair.ID) error {
	channel := fair.Channel(k.fiber.FormValue("channel"))
	if err := s.keepPhone(ctx, k, channel != fair.Video); err != nil {
		return err
	}
	_, _, err := s.Service.JoinStandby(ctx, k.Actor, stand, service.StandbyRequest{Slot: fair.ID(k.fiber.FormValue("slot")), Channel: channel})
	return err
}

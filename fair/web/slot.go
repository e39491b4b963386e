package web

import (
	"context"
	"time"

	"salon/fair"
	"salon/fair/service"
)

// slots is what this package asks of service about bookable times.
type slots interface {
	Slots(ctx context.Context, a fair.Actor, fairRef string, q fair.SlotQuery) (service.Page[fair.Slot], error)
	NextSlots(ctx context.Context, a fair.Actor, fairID fair.ID) (map[fair.ID]time.Time, error)
	OpenSlots(ctx context.Context, a fair.Actor, stand fair.ID, p fair.SlotPlan) (made []fair.Slot, skipped int, err error)
	WithdrawSlot(ctx context.Context, a fair.Actor, slot fair.ID) error
	Roomy(ctx context.Context, a fair.Actor, free []fair.Slot) ([]fair.Slot, error)
	Book(ctx context.Context, a fair.Actor, slot fair.ID, r service.BookRequest) (service.Booked, error)
}

// SlotView is a slot as anybody may see it: when, how, and whether it is free.
type SlotView struct {
	ID       fair.ID        `json:"id"`
	Stand    fair.ID        `json:"stand"`
	StartsAt time.Time      `json:"starts_at"`
	EndsAt   time.Time      `json:"ends_at"`
	Channels []fair.Channel `json:"channels"`
	Free     bool           `json:"free"`
	// How a slot that is not released yet will be.
	ReleasesAt *time.Time `json:"releases_at,omitempty" doc:"It can be booked from then on"`
	ByDraw     bool       `json:"by_draw,omitempty" doc:"It will be given by a draw"`
}

func viewSlot(slot fair.Slot, now time.Time) SlotView {
	v := SlotView{
		ID: slot.ID, Stand: slot.Stand, StartsAt: slot.Start.UTC(), EndsAt: slot.End.UTC(),
		Channels: append([]fair.Channel{}, slot.Channels...), Free: slot.Claimable(now),
	}
	if slot.Released(now) || slot.Booking != nil {
		return v
	}
	if v.ByDraw = slot.Kept; !slot.Kept {
		at := slot.ReleaseAt.UTC()
		v.ReleasesAt = &at
	}
	return v
}

type listSlotsInput struct {
	FairPath
	Paging
	Span
	Free  bool   `query:"free" doc:"Only those that can be taken now"`
	Stand string `query:"stand" maxLength:"60" doc:"Id of a stand"`
}

func (s *Server) listSlots(ctx context.Context, k *call, in *listSlotsInput) (*answer[List[SlotView]], error) {
	page, err := s.Service.Slots(ctx, k.Actor, in.Fair, fair.SlotQuery{
		Stand: fair.ID(in.Stand), Free: in.Free, From: in.From, To: in.To, Page: in.Page, Limit: in.Limit,
	})
	if err != nil {
		return nil, err
	}
	now := s.Clock()
	return reply(pageOf(page, func(slot fair.Slot) SlotView { return viewSlot(slot, now) }), nil)
}

// SlotDeskView is a slot for the desk of its stand.
type SlotDeskView struct {
	SlotView
	State     fair.SlotState   `json:"state" enum:"free,held,booked,withdrawn"`
	Weekly    bool             `json:"weekly,omitempty" doc:"A weekly availability has made it"`
	Recruiter fair.ID          `json:"recruiter"`
	Booking   *DeskBookingView `json:"booking,omitempty"`
}

// DeskBookingView is who comes. The name is told to the recruiter who will meet
// that person, not to the colleagues of the stand.
type DeskBookingView struct {
	Interview     fair.ID      `json:"interview"`
	CandidateName string       `json:"candidate_name,omitempty"`
	Channel       fair.Channel `json:"channel" enum:"video,phone"`
}

func viewSlotDesk(slot fair.Slot, now time.Time, names map[fair.ID]string) SlotDeskView {
	v := SlotDeskView{SlotView: viewSlot(slot, now), State: slot.State, Recruiter: slot.Recruiter, Weekly: slot.Rule != ""}
	if b := slot.Booking; b != nil {
		v.Booking = &DeskBookingView{b.Interview, names[b.Interview], b.Channel}
	}
	return v
}

type listStandSlotsInput struct {
	StandPath
	Span
}

// deskPages is how many pages of slots a desk shows at once: a week of a busy
// stand.
const deskPages = 6

func (s *Server) listStandSlots(ctx context.Context, k *call, in *listStandSlotsInput) (*answer[List[SlotDeskView]], error) {
	st, err := s.Service.StandDesk(ctx, k.Actor, in.Stand)
	if err != nil {
		return nil, err
	}
	page, err := s.deskSlots(ctx, k, fair.SlotQuery{Stand: st.ID, From: in.From, To: in.To, Limit: maxLimit}, st.Fair)
	if err != nil {
		return nil, err
	}
	mine, err := s.Service.MyInterviews(ctx, k.Actor, in.From, in.To)
	if err != nil {
		return nil, err
	}
	names := make(map[fair.ID]string, len(mine))
	for _, d := range mine {
		if d.Interview.Recruiter == k.Account {
			names[d.Interview.ID] = s.nameOf(k, d)
		}
	}
	now := s.Clock()
	return reply(pageOf(page, func(slot fair.Slot) SlotDeskView { return viewSlotDesk(slot, now, names) }), nil)
}

// deskSlots reads as many pages of slots as a desk shows.
func (s *Server) deskSlots(ctx context.Context, k *call, q fair.SlotQuery, fairID fair.ID) (all service.Page[fair.Slot], err error) {
	for q.Page = 1; q.Page <= deskPages; q.Page++ {
		page, err := s.Service.Slots(ctx, k.Actor, string(fairID), q)
		if err != nil {
			return all, err
		}
		all.Items, all.Total = append(all.Items, page.Items...), page.Total
		if len(page.Items) < q.Limit {
			break
		}
	}
	return all, nil
}

type openSlotsInput struct {
	StandPath
	Body struct {
		StartsAt      time.Time `json:"starts_at"`
		Minutes       int       `json:"minutes" minimum:"10" maximum:"90"`
		BufferMinutes int       `json:"buffer_minutes" minimum:"0" maximum:"30"`
		Count         int       `json:"count" minimum:"1" maximum:"40"`
		Channels      []string  `json:"channels" minItems:"1" maxItems:"2" enum:"video,phone"`
		Recruiter     string    `json:"recruiter,omitempty" maxLength:"26" doc:"Empty: oneself"`
	}
}

// OpenedView is a run of slots just opened.
type OpenedView struct {
	Items   []SlotDeskView `json:"items"`
	Skipped int            `json:"skipped" doc:"Left out because the recruiter is not free then"`
}

func (s *Server) openSlots(ctx context.Context, k *call, in *openSlotsInput) (*created[OpenedView], error) {
	b := in.Body
	made, skipped, err := s.Service.OpenSlots(ctx, k.Actor, in.Stand, fair.SlotPlan{
		Recruiter: fair.ID(b.Recruiter), Start: b.StartsAt.UTC(), Count: b.Count,
		Duration: time.Duration(b.Minutes) * time.Minute,
		Buffer:   time.Duration(b.BufferMinutes) * time.Minute,
		Channels: mapped(b.Channels, func(c string) fair.Channel { return fair.Channel(c) }),
	})
	if err != nil {
		return nil, err
	}
	now := s.Clock()
	views := mapped(made, func(slot fair.Slot) SlotDeskView { return viewSlotDesk(slot, now, nil) })
	return &created[OpenedView]{OpenedView{views, skipped}}, nil
}

// SlotPath names a slot.
type SlotPath struct {
	Slot fair.ID `path:"slot"`
}

func (s *Server) withdrawSlot(ctx context.Context, k *call, in *SlotPath) (*nothing, error) {
	return &nothing{}, s.Service.WithdrawSlot(ctx, k.Actor, in.Slot)
}

type bookSlotInput struct {
	SlotPath
	Key  string `header:"Idempotency-Key" doc:"1 to 64 visible ASCII characters; the same key gets the same answer again"`
	Body struct {
		Channel string `json:"channel" enum:"video,phone"`
		Offer   string `json:"offer,omitempty" maxLength:"26" doc:"The offer it is about"`
		Short   bool   `json:"short,omitempty" doc:"Also where there is no room for the extra time one needs"`
	}
}

// BookedView is a seat that is kept.
type BookedView struct {
	Booking   BookingRef   `json:"booking"`
	Interview InterviewRef `json:"interview"`
}

// BookingRef names a booking.
type BookingRef struct {
	ID fair.ID `json:"id"`
}

// InterviewRef is an interview as a booking names it.
type InterviewRef struct {
	ID       fair.ID      `json:"id"`
	StartsAt time.Time    `json:"starts_at"`
	EndsAt   time.Time    `json:"ends_at"`
	Channel  fair.Channel `json:"channel" enum:"video,phone"`
}

func refInterview(i fair.Interview) InterviewRef {
	return InterviewRef{i.ID, i.StartsAt.UTC(), i.EndsAt.UTC(), i.Channel}
}

func (s *Server) bookSlot(ctx context.Context, k *call, in *bookSlotInput) (*created[BookedView], error) {
	kept, err := s.Service.Book(ctx, k.Actor, in.Slot, service.BookRequest{
		Channel: fair.Channel(in.Body.Channel), Key: in.Key, Offer: fair.ID(in.Body.Offer), Short: in.Body.Short,
	})
	if err != nil {
		return nil, err
	}
	v := BookedView{Interview: refInterview(kept.Interview)}
	if kept.Slot.Booking != nil {
		v.Booking.ID = kept.Slot.Booking.ID
	}
	return &created[BookedView]{v}, nil
}

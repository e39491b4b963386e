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

func (s *Server) standPage(ctx context.Context, k *call) error {
	return s.showStand(ctx, k, k.fiber.Params("stand"), kept{})
}

// showStand renders a stand, with what was refused if there is something.
func (s *Server) showStand(ctx context.Context, k *call, stand string, chosen kept) error {
	f, err := s.openFair(ctx, k)
	if err != nil {
		return err
	}
	st, err := s.Service.Stand(ctx, k.Actor, f.Slug, stand)
	if err != nil {
		return err
	}
	company, err := s.Service.Company(ctx, k.Actor, st)
	if err != nil {
		return err
	}
	found, err := s.Service.Offers(ctx, k.Actor, f.Slug, fair.OfferQuery{Stand: st.ID, Page: 1, Limit: maxLimit})
	if err != nil {
		return err
	}
	talks, err := s.Service.Webconferences(ctx, k.Actor, f.Slug)
	if err != nil {
		return err
	}
	texts := s.Frontend.Locale(string(k.lang))
	view := &frontend.StandPage{
		Page: s.frame(k, st.Name, "fairs", f.Slug, "stands", st.Slug),
		ID:   st.Slug, Name: st.Name, Sector: st.Sector.In(k.lang), Place: communeName(st.Commune),
		Size: sizeWords(texts, company), Website: website(company),
		About:      append(paragraphs(st.About.In(k.lang)), paragraphs(st.Looking.In(k.lang))...),
		People:     mapped(st.People, func(h fair.Host) frontend.PersonItem { return frontend.PersonItem{Name: h.Name, Role: h.Title} }),
		Offers:     mapped(found.Items, func(o fair.Offer) frontend.OfferItem { return offerItem(texts, f, o, nil) }),
		OfferTotal: found.Total, Hours: st.Hours.In(k.lang),
	}
	view.Head.Picture = s.pictureOf(k, f.Slug, "stands", st.Slug)
	view.Head.Description = st.Name + " · " + st.Sector.In(k.lang) + " · " + communeName(st.Commune)
	for _, l := range st.Links {
		if l.URL != view.Website {
			view.Links = append(view.Links, frontend.LinkItem(l))
		}
	}
	for _, w := range talks {
		if w.Stand == st.ID && w.State != fair.WebconferenceEnded {
			view.Talks = append(view.Talks, s.talkItem(k, f, w, []fair.Stand{st}))
		}
	}
	if view.Line, err = s.lineView(ctx, k, f, st, "", chosen.line); err != nil {
		return err
	}
	if view.Booking, err = s.booking(ctx, k, f, st, "", chosen); err != nil {
		return err
	}
	if view.Words, err = s.wordsView(ctx, k, st, "", chosen.words); err != nil {
		return err
	}
	s.findStage(k, &view.Page, talks)
	return s.show(k, chosen.Status(), view)
}

// slotsShown is how many free slots a booking form offers.
const slotsShown = 60

// booking is the form of a stand's free slots. Somebody who has an appointment
// there already is told so, and whoever can have no more is told why instead.
func (s *Server) booking(ctx context.Context, k *call, f fair.Fair, st fair.Stand, offer fair.ID, chosen kept) (frontend.BookingView, error) {
	b := frontend.BookingView{StandID: string(st.ID), OfferID: string(offer), Kept: chosen.slot}
	if k.IsCandidate() {
		if err := s.ownBooking(ctx, k, f, st.ID, &b); err != nil || b.Full != "" {
			return b, err
		}
	}
	free, err := s.Service.Slots(ctx, k.Actor, f.Slug, fair.SlotQuery{Stand: st.ID, Free: true, From: s.Clock(), Page: 1, Limit: slotsShown})
	if err != nil {
		return b, err
	}
	if k.IsCandidate() {
		if b.Short, free.Items, err = s.roomy(ctx, k, free.Items); err != nil {
			return b, err
		}
	}
	b.Days = slotDays(f, free.Items)
	if b.Release, err = s.standRelease(ctx, k, f, st.ID); err != nil {
		return b, err
	}
	if k.IsCandidate() {
		b.Standby, err = s.standbyView(ctx, k, f, st.ID, chosen.seat)
	}
	return b, err
}

// roomy leaves of free slots those with room for the extra time somebody needs, if
// there are any, and the one that was refused for it.
func (s *Server) roomy(ctx context.Context, k *call, free []fair.Slot) (short string, left []fair.Slot, err error) {
	refused := fair.ID(k.fiber.Query(shortQuery))
	if !refused.Valid() {
		return "", free, nil
	}
	roomy, err := s.Service.Roomy(ctx, k.Actor, free)
	if err != nil || len(roomy) == 0 {
		return string(refused), free, err
	}
	return string(refused), slices.DeleteFunc(free, func(slot fair.Slot) bool {
		return slot.ID != refused && !slices.ContainsFunc(roomy, func(r fair.Slot) bool { return r.ID == slot.ID })
	}), nil
}

// ownBooking says what a candidate has at a stand already, and whether that is all
// one may have.
func (s *Server) ownBooking(ctx context.Context, k *call, f fair.Fair, stand fair.ID, b *frontend.BookingView) error {
	b.Key = string(fair.NewID())
	mine, err := s.Service.MyInterviews(ctx, k.Actor, s.Clock(), time.Time{})
	if err != nil {
		return err
	}
	for _, d := range mine {
		i := d.Interview
		if b.Taken.IsZero() && i.Stand == stand && i.Candidate == k.Account && (i.State == fair.InterviewBooked || i.State == fair.InterviewLive) {
			b.Taken = i.StartsAt.In(f.Location())
		}
	}
	err = s.Service.SeatLeft(ctx, k.Actor, f, stand)
	refusal, full := errors.AsType[*fair.Error](err)
	switch {
	case full && refusal.Code == "booking.capstand":
		b.Full, b.Cap = "capstand", f.Rules().Book.CapStand
	case full && refusal.Code == "booking.capfair":
		b.Full, b.Cap = "capfair", f.Rules().Book.CapFair
	case err != nil:
		return err
	}
	account, err := s.Service.Me(ctx, k.Actor)
	b.AskPhone, b.AskNeeds = account.Profile.Phone == "", !account.Profile.Needs.Any()
	return err
}

// slotDays are slots by the days of a fair's zone.
func slotDays(f fair.Fair, list []fair.Slot) (days []frontend.SlotDay) {
	for _, slot := range list {
		start := slot.Start.In(f.Location())
		if n := len(days); n == 0 || !sameDay(days[n-1].Day, start, f.Location()) {
			days = append(days, frontend.SlotDay{Day: start})
		}
		day := &days[len(days)-1]
		day.Slots = append(day.Slots, frontend.SlotItem{
			ID: string(slot.ID), Start: start, End: slot.End.In(f.Location()),
			Video: slot.Offers(fair.Video), Phone: slot.Offers(fair.Phone),
		})
	}
	return days
}

// bookForm books without a script. Whatever happens, one is led back to the page
// one came from, which then shows the appointment or what stood in its way.
func (s *Server) bookForm(ctx context.Context, k *call) error {
	back := local(k, k.fiber.FormValue("back"))
	slot := fair.ID(k.fiber.FormValue("slot"))
	if !slot.Valid() {
		return fair.Refuse("slot", "slot.missing")
	}
	err := s.bookFrom(ctx, k, slot)
	e, refused := errors.AsType[*fair.Error](err)
	if refused && e.Kind == fair.Invalid && e.Field == "phone" {
		return s.askPhone(ctx, k, err, func(c *kept) *frontend.BookingChoice { return &c.slot })
	}
	if refused && (e.Kind == fair.Conflict || e.Kind == fair.Invalid) {
		if back = withProblem(back, e.Code); e.Code == extraRefused || e.Code == "booking.noextra" {
			back = withQuery(back, shortQuery, string(slot))
		}
		return k.fiber.Redirect(back, http.StatusSeeOther)
	}
	if err != nil {
		return err
	}
	return k.fiber.Redirect(back, http.StatusSeeOther)
}

// bookFrom books what a form says. A number given with it is kept first: who
// books by phone is asked for one there and then.
func (s *Server) bookFrom(ctx context.Context, k *call, slot fair.ID) error {
	channel := fair.Channel(k.fiber.FormValue("channel"))
	if err := s.keepPhone(ctx, k, channel == fair.Phone); err != nil {
		return err
	}
	if err := s.keepNeeds(ctx, k); err != nil {
		return err
	}
	_, err := s.Service.Book(ctx, k.Actor, slot, service.BookRequest{
		Channel: channel, Key: k.fiber.FormValue("key"), Offer: fair.ID(k.fiber.FormValue("offer")),
		Short: k.fiber.FormValue("short") == string(slot),
	})
	return err
}

// keepNeeds keeps what somebody ticked in a form that they need for interviews;
// forms ask those alone who have said nothing yet.
func (s *Server) keepNeeds(ctx context.Context, k *call) error {
	ticked := func(name string) bool { return k.fiber.FormValue("need-"+name) != "" }
	needs := fair.InterviewNeeds{Captions: ticked("captions"), Interpreter: ticked("interpreter"), ExtraTime: ticked("extra-time")}
	if !needs.Any() {
		return nil
	}
	_, err := s.Service.EditProfile(ctx, k.Actor, service.ProfileEdit{SearchEdit: service.SearchEdit{Needs: &needs}})
	return err
}

// keepPhone keeps the number given in a form, where it is wanted.
func (s *Server) keepPhone(ctx context.Context, k *call, wanted bool) error {
	phone := k.fiber.FormValue("phone")
	if phone == "" || !wanted {
		return nil
	}
	_, err := s.Service.EditProfile(ctx, k.Actor, service.ProfileEdit{Phone: &phone})
	return err
}

// askPhone shows the form again with all that was chosen, and says what is wrong
// with the number; of says which form it was. It is not a redirect: a number stays
// out of addresses, which logs and histories keep.
func (s *Server) askPhone(ctx context.Context, k *call, refusal error, of func(*kept) *frontend.BookingChoice) error {
	chosen := kept{status: http.StatusUnprocessableEntity}
	choice := of(&chosen)
	*choice = frontend.BookingChoice{
		Slot: k.fiber.FormValue("slot"), Channel: k.fiber.FormValue("channel"),
		Phone: k.fiber.FormValue("phone"), Problem: s.fail(ctx, refusal).Detail,
	}
	if choice.Phone == "" {
		choice.Problem = s.Frontend.Locale(string(k.lang)).T("phone.needed")
	}
	if offer := fair.ID(k.fiber.FormValue("offer")); offer.Valid() {
		return s.showOffer(ctx, k, offer, chosen)
	}
	return s.showStand(ctx, k, k.fiber.FormValue("stand"), chosen)
}

// withProblem adds the code of a refusal to a local address.
func withProblem(to, code string) string { return withQuery(to, noticeQuery, code) }

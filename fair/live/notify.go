package live

import (
	"context"
	"errors"
	"time"

	"salon/fair"
	"salon/signaling/message"
)

// InterviewChanged implements service.Notifier: both parties see it, in the
// room and on their own page; guests see it without the outcome.
func (l *Live) InterviewChanged(ctx context.Context, i fair.Interview) error {
	view := message.InterviewView{
		State: string(i.State), Channel: string(i.Channel),
		StartsAt: i.StartsAt, EndsAt: i.EndsAt, StartedAt: i.StartedAt, EndedAt: i.EndedAt,
		PlannedEnd: i.PlannedEnd(), SoundOnly: i.SoundOnly,
	}
	m := message.Topic{Entity: "interview", ID: string(i.ID), Rev: i.Rev, View: message.View{Interview: &view}}
	guests := l.show(ctx, m, topic("visit", i.ID))
	if i.Outcome != nil {
		view.Outcome = string(i.Outcome.Kind)
	}
	return errors.Join(guests, l.show(ctx, m, topic("interview", i.ID), topic("account", i.Candidate), topic("account", i.Recruiter)))
}

// SlotsChanged implements service.Notifier: everybody at the fair sees them.
func (l *Live) SlotsChanged(ctx context.Context, fairID fair.ID, slots []fair.Slot) error {
	var failed error
	for _, s := range slots {
		view := message.SlotView{Stand: string(s.Stand), Free: s.State == fair.SlotFree && !s.Kept && s.ReleaseAt == nil, StartsAt: s.Start, EndsAt: s.End}
		m := message.Topic{Entity: "slot", ID: string(s.ID), Rev: s.Rev, View: message.View{Slot: &view}}
		failed = errors.Join(failed, l.show(ctx, m, topic("fair", fairID)))
	}
	return failed
}

// WebconferenceChanged implements service.Notifier: everybody at the fair sees
// it.
func (l *Live) WebconferenceChanged(ctx context.Context, w fair.Webconference) error {
	view := message.WebconferenceView{State: string(w.State), StartsAt: w.StartsAt, EndsAt: w.EndsAt}
	m := message.Topic{Entity: "webconference", ID: string(w.ID), Rev: w.Rev, View: message.View{Webconference: &view}}
	return l.show(ctx, m, topic("webconference", w.ID), topic("fair", w.Fair))
}

// LineChanged implements service.Notifier: those in the line see it, and its
// stand; the organisers see its figures. Ranges are in seconds, both -1 where
// nobody can tell.
func (l *Live) LineChanged(ctx context.Context, line fair.LineShow) error {
	view := message.LineView{
		State: string(line.State), Message: line.Message.FR, Waiting: line.Waiting, Recruiters: line.Recruiters,
		Order: make([]string, len(line.Order)), Ranges: make([][]int, len(line.Ranges)),
	}
	if !line.Until.IsZero() {
		view.Until = &line.Until
	}
	for i, id := range line.Order {
		view.Order[i] = string(id)
	}
	for i, r := range line.Ranges {
		view.Ranges[i] = []int{-1, -1}
		if r.Known {
			view.Ranges[i] = []int{int(r.Low / time.Second), int(r.High / time.Second)}
		}
	}
	m := message.Topic{Entity: "line", ID: string(line.Stand), Rev: line.At.UnixMilli(), View: message.View{Line: &view}}
	figures := message.FairLineView{State: view.State, Waiting: view.Waiting, Recruiters: view.Recruiters}
	all := message.Topic{Entity: "fairline", ID: m.ID, Rev: m.Rev, View: message.View{FairLine: &figures}}
	return errors.Join(l.show(ctx, m, topic("line", line.Stand)), l.show(ctx, all, topic("fairlive", line.Fair)))
}

// TicketChanged implements service.Notifier: its owner alone sees it.
func (l *Live) TicketChanged(ctx context.Context, t fair.Ticket) error {
	view := message.TicketView{Stand: string(t.Stand), State: string(t.State)}
	if c := t.Call; c != nil && (t.State == fair.TicketCalled || t.State == fair.TicketMeeting) {
		view.Interview = string(c.Interview)
		if t.State == fair.TicketCalled {
			view.AnswerUntil = &c.Until
		}
	}
	m := message.Topic{Entity: "ticket", ID: string(t.ID), Rev: t.Rev, View: message.View{Ticket: &view}}
	return l.show(ctx, m, topic("account", t.Candidate))
}

// ThreadChanged implements service.Notifier: its stand sees it, its candidate,
// and the organisers who follow the requests of their fair.
func (l *Live) ThreadChanged(ctx context.Context, t fair.Thread) error {
	view := message.ThreadView{Stand: string(t.Stand), Last: t.At, Owes: string(t.Owes), AskedAt: t.AskedAt, Level: int(t.Level)}
	m := message.Topic{Entity: "thread", ID: string(t.ID), Rev: t.Rev, View: message.View{Thread: &view}}
	topics := []string{topic("stand", t.Stand), topic("requests", t.Fair)}
	if t.Candidate != "" {
		topics = append(topics, topic("account", t.Candidate))
	}
	return l.show(ctx, m, topics...)
}

// ApplicationChanged implements service.Notifier: its stand sees it, and its
// candidate.
func (l *Live) ApplicationChanged(ctx context.Context, a fair.Application) error {
	view := message.ApplicationView{Stand: string(a.Stand), State: string(a.State)}
	m := message.Topic{Entity: "application", ID: string(a.ID), Rev: a.Rev, View: message.View{Application: &view}}
	return l.show(ctx, m, topic("stand", a.Stand), topic("account", a.Candidate))
}

// DrawChanged implements service.Notifier: everybody at the fair sees it, and those
// who follow its draws alone.
func (l *Live) DrawChanged(ctx context.Context, d fair.Draw) error {
	view := message.DrawView{State: string(d.State), ClosesAt: d.ClosesAt}
	m := message.Topic{Entity: "draw", ID: string(d.ID), Rev: d.Rev, View: message.View{Draw: &view}}
	return l.show(ctx, m, topic("fair", d.Fair), topic("draws", d.Fair))
}

// WishesTold implements service.Notifier: only who wished is told.
func (l *Live) WishesTold(ctx context.Context, list fair.WishList) error {
	view := message.WishesView{Draw: string(list.Draw)}
	for _, r := range list.Results {
		if r.State == fair.WishGiven {
			view.Given++
		}
	}
	m := message.Topic{Entity: "wishes", ID: string(list.ID), Rev: list.Rev, View: message.View{Wishes: &view}}
	return l.show(ctx, m, topic("account", list.Candidate))
}

// StandbyChanged implements service.Notifier: the person who waits sees it, and
// their adviser.
func (l *Live) StandbyChanged(ctx context.Context, b fair.Standby, adviser fair.ID) error {
	view := message.StandbyView{Stand: string(b.Stand), State: string(b.State)}
	if b.State == fair.StandbyOffered {
		until := b.Seat().Until
		view.Until = &until
	}
	m := message.Topic{Entity: "standby", ID: string(b.ID), Rev: b.Rev, View: message.View{Standby: &view}}
	topics := []string{topic("account", b.Candidate)}
	if adviser != "" {
		topics = append(topics, topic("account", adviser))
	}
	return l.show(ctx, m, topics...)
}

// MemberChanged implements service.Notifier.
func (l *Live) MemberChanged(ctx context.Context, room string, account fair.ID, generation int64, role fair.RoomRole) error {
	return l.hub.MemberChanged(ctx, room, string(account), generation, string(role))
}

// RoomClosed implements service.Notifier.
func (l *Live) RoomClosed(ctx context.Context, room string) error { return l.hub.CloseRoom(ctx, room) }

// LoggedOut implements service.Notifier.
func (l *Live) LoggedOut(ctx context.Context, login fair.ID) error {
	return l.hub.LoggedOut(ctx, string(login))
}

// show publishes one view on several topics; what fails on one does not keep it
// from the others.
func (l *Live) show(ctx context.Context, m message.Topic, topics ...string) error {
	var failed error
	for _, m.Topic = range topics {
		failed = errors.Join(failed, l.hub.Publish(ctx, m))
	}
	return failed
}

func topic(kind string, id fair.ID) string { return kind + "." + string(id) }

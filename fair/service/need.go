package service

import (
	"context"
	"io"
	"time"

	"salon/fair"
)

// Notifier tells the screens concerned. live implements it. A failed
// notification is never fatal: screens re-read on their own.
type Notifier interface {
	InterviewChanged(ctx context.Context, i fair.Interview) error
	SlotsChanged(ctx context.Context, fairID fair.ID, slots []fair.Slot) error
	WebconferenceChanged(ctx context.Context, w fair.Webconference) error
	// LineChanged shows a line to those who wait in it and to its stand.
	LineChanged(ctx context.Context, l fair.LineShow) error
	// TicketChanged shows a ticket to its owner.
	TicketChanged(ctx context.Context, t fair.Ticket) error
	// DrawChanged is seen by everybody at the fair, WishesTold by their owner.
	DrawChanged(ctx context.Context, d fair.Draw) error
	WishesTold(ctx context.Context, l fair.WishList) error
	// StandbyChanged is seen by who waits, and by the adviser at their side, if any.
	StandbyChanged(ctx context.Context, b fair.Standby, adviser fair.ID) error
	// MemberChanged follows a raised generation: role RoleNone means out.
	MemberChanged(ctx context.Context, room string, account fair.ID, generation int64, role fair.RoomRole) error
	RoomClosed(ctx context.Context, room string) error
	LoggedOut(ctx context.Context, login fair.ID) error
	// ThreadChanged and ApplicationChanged show where they stand, never what was
	// written: both sides read that on their own.
	ThreadChanged(ctx context.Context, t fair.Thread) error
	ApplicationChanged(ctx context.Context, a fair.Application) error
}

// Presence knows who has a live connection now, on whatever node. An error means
// that nobody can tell; then everybody counts as there.
type Presence interface {
	Online(ctx context.Context, accounts []fair.ID) (map[fair.ID]bool, error)
}

// RoomLocator says where to connect for a room.
type RoomLocator interface {
	WSURL(ctx context.Context, room string) (string, error)
	Viewers(ctx context.Context, room string) (int, error) // people present, over all nodes
}

// ICEServers lists what a browser may use to find a way through.
type ICEServers interface {
	ICEServers(ctx context.Context, account fair.ID) ([]fair.ICEServer, error)
}

// Mailer hands a message over, to SMTP or to the demo's outbox.
type Mailer interface {
	Send(ctx context.Context, m fair.Mail) error
}

// Composer writes the messages people get.
type Composer interface {
	Code(to fair.Account, code string, until time.Time) (fair.Mail, error)
	Interview(to fair.Account, in InterviewMail) (fair.Mail, error)
	Telling(to fair.Account, t Telling) (Told, error)
	Draw(to fair.Account, in DrawMail) (fair.Mail, error)
	Answers(to fair.Account, in AnswersMail) (fair.Mail, error)
	Invitation(to fair.Account, in InvitationMail) (fair.Mail, error)
	Address(to fair.Account, in AddressMail) (fair.Mail, error)
	Watch(to fair.Account, in WatchMail) (fair.Mail, error)
	Companion(to fair.Account, candidate string) (fair.Mail, error)
	Seat(to fair.Account, in SeatMail) (fair.Mail, error)
	Report(to fair.Account, in ReportMail) (fair.Mail, error)
	// Feed is a calendar of all these interviews, for one of their parties.
	Feed(to fair.Account, all []InterviewMail) ([]byte, error)
}

// SeatMail is what a message about a seat of the waiting list is made of.
type SeatMail struct {
	Kind    fair.EffectKind // mail.seat, mail.seatgone
	Standby fair.Standby
	Fair    fair.Fair
	Stand   fair.Stand
}

// InterviewMail is what a message about an interview is made of.
type InterviewMail struct {
	Kind      fair.EffectKind
	Interview fair.Interview
	Fair      fair.Fair
	Stand     fair.Stand
	Offer     *fair.Offer
	With      string // the other person's name, or the company's; "" before an anonymous meeting
	Recruiter bool   // the message goes to the recruiter
}

// DrawMail is what a message about somebody's wishes in a draw is made of.
type DrawMail struct {
	Kind   fair.EffectKind // mail.draw, mail.closing
	Fair   fair.Fair
	Draw   fair.Draw
	Number string
	Wishes []WishOutcome
}

// WishOutcome is what became of one wish.
type WishOutcome struct {
	Stand fair.Stand
	fair.WishResult
}

// AnswersMail is what a reminder of answers is made of.
type AnswersMail struct {
	Kind  fair.EffectKind // mail.answer to the recruiter, mail.late to an organiser
	Fair  fair.Fair
	Stand fair.Stand
	Count int       // answers meant
	Due   time.Time // the day of the first of them
}

// Files keeps what people upload, each file under an id that its document
// already names: whatever happens, no file is without somebody to remove it.
type Files interface {
	Put(ctx context.Context, id fair.ID, r io.Reader, limit int64) (size int64, err error)
	Open(ctx context.Context, id fair.ID) (io.ReadCloser, error)
	Delete(ctx context.Context, id fair.ID) error
}

// Index finds offers. It answers ids in order; the service re-reads them from
// the store, so that a closed offer never shows.
type Index interface {
	Put(ctx context.Context, offers ...fair.Offer) error
	Remove(ctx context.Context, ids ...fair.ID) error
	Search(ctx context.Context, fairID fair.ID, q fair.OfferQuery) (ids []fair.ID, total int, err error)
	Similar(ctx context.Context, o fair.Offer, limit int) ([]fair.ID, error)
	Facets(ctx context.Context, fairID fair.ID, q fair.OfferQuery) (fair.OfferFacets, error)
	Suggest(ctx context.Context, fairID fair.ID, text string, limit int) ([]fair.Suggestion, error)
}

// Places knows communes and occupations.
type Places interface {
	Commune(insee string) (name string, lat, lon float64, ok bool)
	Occupation(rome string) (label string, ok bool)
	// CommuneNamed finds the one commune that a name or a postcode means.
	CommuneNamed(text string) (insee string, ok bool)
}

// Scanner looks for malware in what people upload.
type Scanner interface {
	// Scan answers the name of what it found, "" when r is clean. An error means
	// that nobody can tell now.
	Scan(ctx context.Context, r io.Reader) (found string, err error)
}

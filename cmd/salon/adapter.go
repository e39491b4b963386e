package main

import (
	"context"
	"errors"
	"time"

	"salon/fair"
	"salon/fair/mail"
	"salon/fair/place"
	"salon/fair/push"
	"salon/fair/service"
	"salon/media"
	"salon/signaling/ws"
)

// The wings meet here: each type below answers what one part asks in the words
// of another.

// relays lists the relay, where there is one. Without it browsers still reach
// the media port itself.
type relays struct {
	relay *media.TURN // nil when off
	clock func() time.Time
}

// ICEServers implements service.ICEServers.
func (r relays) ICEServers(_ context.Context, account fair.ID) ([]fair.ICEServer, error) {
	if r.relay == nil {
		return nil, nil
	}
	urls, name, credential := r.relay.Credentials(string(account), r.clock())
	return []fair.ICEServer{{URLs: urls, Username: name, Credential: credential}}, nil
}

// places knows the communes and occupations we ship.
type places struct{}

// Commune implements service.Places.
func (places) Commune(insee string) (name string, lat, lon float64, ok bool) {
	c, ok := place.CommuneByINSEE(insee)
	return c.Name, c.Lat, c.Lon, ok
}

// CommuneNamed implements service.Places.
func (places) CommuneNamed(text string) (insee string, ok bool) {
	c, ok := place.CommuneNamed(text)
	return c.INSEE, ok
}

// Occupation implements service.Places.
func (places) Occupation(rome string) (label string, ok bool) {
	o, ok := place.OccupationByCode(rome)
	return o.Label, ok
}

// composer writes the service's messages.
type composer struct{ *mail.Composer }

// Interview implements service.Composer.
func (c composer) Interview(to fair.Account, in service.InterviewMail) (fair.Mail, error) {
	return c.Composer.Interview(to, mail.Interview(in))
}

// Report implements service.Composer.
func (c composer) Report(to fair.Account, in service.ReportMail) (fair.Mail, error) {
	return c.Composer.Report(to, mail.Report(in))
}

// Telling implements service.Composer.
func (c composer) Telling(to fair.Account, t service.Telling) (service.Told, error) {
	told, err := c.Composer.Telling(to, mail.Telling(t))
	return service.Told(told), err
}

// Draw implements service.Composer.
func (c composer) Draw(to fair.Account, in service.DrawMail) (fair.Mail, error) {
	wishes := make([]mail.Wish, len(in.Wishes))
	for i, w := range in.Wishes {
		wishes[i] = mail.Wish{Stand: w.Stand, Result: w.WishResult}
	}
	return c.Composer.Draw(to, mail.Draw{Kind: in.Kind, Fair: in.Fair, Draw: in.Draw, Number: in.Number, Wishes: wishes})
}

// Answers implements service.Composer.
func (c composer) Answers(to fair.Account, in service.AnswersMail) (fair.Mail, error) {
	return c.Composer.Answers(to, mail.Answers(in))
}

// Watch implements service.Composer.
func (c composer) Watch(to fair.Account, in service.WatchMail) (fair.Mail, error) {
	return c.Composer.Watch(to, mail.Watch(in))
}

// Invitation implements service.Composer.
func (c composer) Invitation(to fair.Account, in service.InvitationMail) (fair.Mail, error) {
	return c.Composer.Invitation(to, mail.Invitation(in))
}

// Address implements service.Composer.
func (c composer) Address(to fair.Account, in service.AddressMail) (fair.Mail, error) {
	return c.Composer.Address(to, mail.Address(in))
}

// pusher reaches browsers.
type pusher struct{ *push.Sender }

// Push implements service.Pusher.
func (p pusher) Push(ctx context.Context, d fair.Device, n service.Push) error {
	return p.Sender.Push(ctx, d, push.Notification(n))
}

// Seat implements service.Composer.
func (c composer) Seat(to fair.Account, in service.SeatMail) (fair.Mail, error) {
	return c.Composer.Seat(to, mail.Seat(in))
}

// Feed implements service.Composer.
func (c composer) Feed(to fair.Account, all []service.InterviewMail) ([]byte, error) {
	entries := make([]mail.Interview, len(all))
	for i, in := range all {
		entries[i] = mail.Interview(in)
	}
	return c.Composer.Feed(to, entries)
}

// doorkeeper knows who opens a socket or a stream.
type doorkeeper struct{ *service.Service }

// Cookie implements ws.Authenticator.
func (d doorkeeper) Cookie(ctx context.Context, value string) (ws.Identity, error) {
	return d.identity(ctx, value)
}

// Bearer implements ws.Authenticator.
func (d doorkeeper) Bearer(ctx context.Context, token string) (ws.Identity, error) {
	return d.identity(ctx, token)
}

func (d doorkeeper) identity(ctx context.Context, token string) (ws.Identity, error) {
	actor, err := d.Authenticate(ctx, token)
	var until time.Time
	if err == nil {
		var login fair.LoginSession
		login, err = d.Login(ctx, actor)
		until = login.ExpiresAt
	}
	if err != nil {
		return ws.Identity{}, atTheDoor(err)
	}
	return ws.Identity{Account: string(actor.Account), Login: string(actor.Login), Name: actor.Name, ExpiresAt: until}, nil
}

// Encoder implements ws.Authenticator.
func (d doorkeeper) Encoder(ctx context.Context, bearer, stream string) (room string, publish, view bool, err error) {
	room, publish, view, err = d.Service.Encoder(ctx, bearer, stream)
	return room, publish, view, atTheDoor(err)
}

// atTheDoor says a refusal of the service in the words of the routes.
func atTheDoor(err error) error {
	if err == nil {
		return nil
	}
	switch fair.KindOf(err) {
	case fair.Unauthenticated:
		return errors.Join(ws.ErrUnauthenticated, err)
	case fair.Forbidden:
		return errors.Join(ws.ErrForbidden, err)
	case fair.NotFound:
		return errors.Join(ws.ErrNotFound, err)
	case fair.Gone:
		return errors.Join(ws.ErrGone, err)
	}
	return err
}

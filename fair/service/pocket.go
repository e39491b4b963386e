package service

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"salon/fair"
)

// pocketStore keeps how people can be reached while the page is closed.
type pocketStore interface {
	Get(ctx context.Context, id fair.ID) (fair.Pocket, error)
	Save(ctx context.Context, p fair.Pocket) (after fair.Pocket, saved bool, err error)
	Drop(ctx context.Context, account, device fair.ID) error
	Withdraw(ctx context.Context, device, except fair.ID) error
}

// Pusher hands a notification to a browser's push service. Errors: Gone when
// the device takes none any more; Invalid when the service will never take
// this one; anything else may pass.
type Pusher interface {
	Key() string // the public key browsers subscribe with, base64url
	Push(ctx context.Context, d fair.Device, p Push) error
}

// Push is one notification.
type Push struct {
	Topic  fair.ID       // a later one of the same topic takes its place
	Body   []byte        // JSON, read by the service worker
	Keep   time.Duration // how long the push service may try
	Urgent bool          // also on a device that saves its battery
}

// Texter sends a text message to a number (E.164). The same id twice is one
// message.
type Texter interface {
	Text(ctx context.Context, id fair.ID, to, text string) error
}

// Telling is what somebody is told whose page may be closed. What is pushed or
// texted shows on a locked screen and passes other people's servers: it names
// the stand and nothing of a person, neither who asks nor what was written.
type Telling struct {
	Kind    fair.EffectKind
	Side    fair.Side // of the reader, where words are told of
	Topic   fair.ID   // what it is about; later news of it takes its place
	Stand   fair.Stand
	Fair    fair.Fair
	Since   *time.Time // an answer is missing since then
	Minutes int        // until the turn, about
	When    time.Time  // of an appointment
	Until   time.Time  // it is of no use afterwards; zero: for a day
}

// Told is a telling in words: a title, a line, the page to open, and the same
// as a text message and as a mail.
type Told struct {
	Title, Text, Path, SMS string
	Mail                   fair.Mail
}

// How a kind of news may reach somebody. Push comes first, wherever the person
// has said yes to it.
var (
	texted = []fair.EffectKind{fair.EffectPushTurn, fair.EffectPushNear, fair.EffectPushMissed}
	mailed = []fair.EffectKind{
		fair.EffectPushNear, fair.EffectPushMissed, fair.EffectPushMessage, fair.EffectPushUnanswered,
		fair.EffectPushNobody, fair.EffectPushApplication, fair.EffectPushMeet, fair.EffectPushFirst, fair.EffectPushSoon, fair.EffectPushPhone,
	}
)

// insisting are mailed whatever somebody objects to: a person waits for an answer.
var insisting = []fair.EffectKind{fair.EffectPushUnanswered, fair.EffectPushNobody}

// pushPatience is how long an unreachable push service is tried before the next
// way is taken; a turn cannot wait and takes the next way at once.
const pushPatience = 2 * time.Minute

// reach tells one person, by the first way that works: push to every device
// that takes it; a text message, if they agreed to it; a mail. A turn, which
// cannot wait, takes push and text message both, and no mail. Each way is taken
// once for one effect, however often the effect is delivered.
func (s *Service) reach(ctx context.Context, e fair.Effect, t Telling) error {
	now := s.now()
	if t.Until.IsZero() {
		t.Until = e.At.Add(24 * time.Hour)
	}
	if !now.Before(t.Until) {
		return nil
	}
	account, err := s.Stores.Accounts.Get(ctx, e.Account)
	if err != nil {
		return err
	}
	pocket, err := s.Stores.Pockets.Get(ctx, e.Account)
	if err != nil && !notFound(err) {
		return fmt.Errorf("read how to reach %s: %w", e.Account, err)
	}
	told, err := s.Composer.Telling(account, t)
	if err != nil {
		return fmt.Errorf("write %s: %w", e.Kind, err)
	}
	urgent := t.Kind == fair.EffectPushTurn
	reached, failed := s.pushed(ctx, e, t, pocket, told)
	if failed != nil && !urgent && now.Sub(e.At) < pushPatience {
		return failed // tried again soon
	}
	if (urgent || !reached) && s.Texter != nil && pocket.SMS != nil && account.Profile.Phone != "" && slices.Contains(texted, t.Kind) {
		text := fair.Mail{ID: fair.DeriveID("sms", string(e.ID)), Via: fair.BySMS, Account: account.ID, Text: told.SMS, At: e.At}
		err := s.once(ctx, text, func() error { return s.Texter.Text(ctx, text.ID, account.Profile.Phone, told.SMS) })
		switch {
		case err == nil || errors.Is(err, errElsewhere):
			return errors.Join(err, failed)
		case fair.KindOf(err) != fair.Invalid && (urgent || now.Sub(e.At) < pushPatience):
			return errors.Join(err, failed) // tried again soon
		}
		s.Log.WarnContext(ctx, "a text message was not taken", "effect", e.ID, "err", err)
	}
	if reached || !slices.Contains(mailed, t.Kind) || account.Objects(fair.ObjectMails) && !slices.Contains(insisting, t.Kind) {
		return failed
	}
	return s.post(ctx, told.Mail, e, account.Email, account.ID, now.Add(keepMail))
}

// pushed sends to every device of a pocket, once. A device that is gone is
// forgotten. reached says that one took it; failed, that none did and another
// try may help.
func (s *Service) pushed(ctx context.Context, e fair.Effect, t Telling, pocket fair.Pocket, told Told) (reached bool, failed error) {
	if s.Pusher == nil || len(pocket.Devices) == 0 {
		return false, nil
	}
	body, err := json.Marshal(struct {
		Title string `json:"title"`
		Text  string `json:"text"`
		Path  string `json:"path"`
		Tag   string `json:"tag"`
		Turn  bool   `json:"turn"`
	}{told.Title, told.Text, told.Path, string(t.Topic) + "." + string(t.Kind), t.Kind == fair.EffectPushTurn})
	if err != nil {
		return false, fmt.Errorf("write a notification: %w", err)
	}
	push := Push{Topic: t.Topic, Body: body, Keep: t.Until.Sub(s.now()), Urgent: t.Kind == fair.EffectPushTurn || t.Kind == fair.EffectPushNear}
	record := fair.Mail{ID: fair.DeriveID("push", string(e.ID)), Via: fair.ByPush, Account: e.Account, Subject: told.Title, Text: told.Text, At: e.At}
	nobody := errors.New("no device took it")
	err = s.once(ctx, record, func() error {
		var mayPass error
		for _, d := range pocket.Devices {
			err := s.Pusher.Push(ctx, d, push)
			switch fair.KindOf(err) {
			case fair.Gone:
				err = s.Stores.Pockets.Drop(ctx, pocket.ID, d.ID)
			case fair.Invalid:
				s.Log.WarnContext(ctx, "a push service refuses a device", "effect", e.ID, "device", d.ID, "err", err)
				err = nil
			default:
				reached = reached || err == nil
			}
			mayPass = errors.Join(mayPass, err)
		}
		switch {
		case reached:
			return nil
		case mayPass != nil:
			return mayPass
		}
		return nobody
	})
	switch {
	case errors.Is(err, nobody):
		return false, nil
	case err != nil:
		return false, err
	}
	return true, nil
}

// once does what an outbox entry stands for, unless that was done: of several
// dispatchers one does it, and one that dies leaves it to others.
func (s *Service) once(ctx context.Context, m fair.Mail, do func() error) error {
	now := s.now()
	m.Meta = meta(now, now.Add(keepMail))
	if err := s.Stores.Mails.Record(ctx, m); err != nil {
		return fmt.Errorf("record %s %s: %w", m.Via, m.ID, err)
	}
	if err := s.step("send"); err != nil {
		return err
	}
	_, claimed, err := s.Stores.Mails.Claim(ctx, m.ID, now, now.Add(mailClaim))
	if err != nil {
		return fmt.Errorf("claim %s %s: %w", m.Via, m.ID, err)
	}
	if !claimed {
		return s.sentByOther(ctx, m.ID)
	}
	if err := do(); err != nil {
		return errors.Join(err, s.Stores.Mails.Unclaim(ctx, m.ID))
	}
	return s.Stores.Mails.Sent(ctx, m.ID, s.now())
}

// Pocket is how the actor can be reached.
type Pocket struct {
	Key     string // browsers subscribe with it; empty: push is off
	Devices []fair.Device
	SMS     bool // agreed to
	Texts   bool // text messages can be sent at all
	Phone   bool // a number was given
}

// MyPocket tells the actor how they can be reached.
func (s *Service) MyPocket(ctx context.Context, a fair.Actor) (Pocket, error) {
	account, err := s.Me(ctx, a)
	if err != nil {
		return Pocket{}, err
	}
	pocket, err := s.Stores.Pockets.Get(ctx, a.Account)
	if err != nil && !notFound(err) {
		return Pocket{}, err
	}
	p := Pocket{Devices: pocket.Devices, SMS: pocket.SMS != nil, Texts: s.Texter != nil, Phone: account.Profile.Phone != ""}
	if s.Pusher != nil {
		p.Key = s.Pusher.Key()
	}
	return p, nil
}

// AddDevice has the actor told on one more device; the oldest gives way when
// there are too many. A browser tells one person: whoever had it before is told
// there no longer. Errors: Invalid; Conflict "push.off".
func (s *Service) AddDevice(ctx context.Context, a fair.Actor, d fair.Device) (fair.ID, error) {
	if err := signedIn(a); err != nil {
		return "", err
	}
	if s.Pusher == nil {
		return "", fair.E(fair.Conflict, "push.off")
	}
	if err := d.Check(); err != nil {
		return "", err
	}
	d.ID, d.At = fair.DeviceID(d.Endpoint), s.now()
	if err := s.Stores.Pockets.Withdraw(ctx, d.ID, a.Account); err != nil {
		return "", err
	}
	return d.ID, s.changePocket(ctx, a.Account, func(p *fair.Pocket) {
		p.Devices = slices.DeleteFunc(p.Devices, func(have fair.Device) bool { return have.ID == d.ID })
		p.Devices = append(p.Devices, d)
		if over := len(p.Devices) - fair.MaxDevices; over > 0 {
			p.Devices = p.Devices[over:]
		}
	})
}

// DropDevice ends the telling on a device, or on all when none is named.
func (s *Service) DropDevice(ctx context.Context, a fair.Actor, device fair.ID) error {
	if err := signedIn(a); err != nil {
		return err
	}
	return s.changePocket(ctx, a.Account, func(p *fair.Pocket) {
		p.Devices = slices.DeleteFunc(p.Devices, func(have fair.Device) bool { return device == "" || have.ID == device })
	})
}

// AgreeToSMS says whether the actor wants text messages on the number of the
// profile. Errors: Invalid "phone.missing"; Conflict "sms.off".
func (s *Service) AgreeToSMS(ctx context.Context, a fair.Actor, agreed bool) error {
	account, err := s.Me(ctx, a)
	if err != nil {
		return err
	}
	switch {
	case agreed && s.Texter == nil:
		return fair.E(fair.Conflict, "sms.off")
	case agreed && account.Profile.Phone == "":
		return fair.Refuse("phone", "phone.missing")
	}
	now := s.now()
	// The yes is written down before it counts, the no after.
	if agreed {
		if err := s.consent(ctx, a.Account, fair.ConsentSMS, true); err != nil {
			return err
		}
	}
	err = s.changePocket(ctx, a.Account, func(p *fair.Pocket) {
		if p.SMS = nil; agreed {
			p.SMS = &now
		}
	})
	if err != nil || agreed {
		return err
	}
	return s.consent(ctx, a.Account, fair.ConsentSMS, false)
}

// consent writes down that somebody has said yes or no to something.
func (s *Service) consent(ctx context.Context, who fair.ID, kind fair.ConsentKind, given bool) error {
	return retryStale(ctx, func() error {
		account, err := s.Stores.Accounts.Get(ctx, who)
		if err != nil {
			return err
		}
		if !given && len(account.Consents) == 0 { // nothing was ever agreed to
			return nil
		}
		_, err = s.Stores.Accounts.Save(ctx, account.Consent(kind, given, s.now()))
		return err
	})
}

// changePocket changes the pocket of an account, which is made when there is
// none, and keeps it as long as an account.
func (s *Service) changePocket(ctx context.Context, account fair.ID, change func(*fair.Pocket)) error {
	for range threadRounds {
		p, err := s.Stores.Pockets.Get(ctx, account)
		if notFound(err) {
			p, err = fair.Pocket{ID: account, Devices: []fair.Device{}}, nil
		}
		if err != nil {
			return fmt.Errorf("read how to reach %s: %w", account, err)
		}
		change(&p)
		until := s.now().Add(keepAccount)
		p.RetainUntil = &until
		_, saved, err := s.Stores.Pockets.Save(ctx, p)
		if err != nil {
			return fmt.Errorf("keep how to reach %s: %w", account, err)
		}
		if saved {
			return nil
		}
	}
	return fair.E(fair.Conflict, "edit.stale")
}

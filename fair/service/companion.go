package service

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"salon/fair"
)

// AdviserMay is what a consent allows, as codes that screens have words for: it
// is the list of operations web takes from an adviser, said to people.
var AdviserMay = []string{"read", "book", "move", "cancel", "standby", "line", "answer", "join"}

// adviserActs are the actions of the audit log that an adviser did for
// somebody.
const adviserActs = "adviser."

// CompanionDetail is a consent as one of its two sees it.
type CompanionDetail struct {
	Companion fair.Companion
	Candidate string       // the candidate's name, for the adviser
	Did       []AdviserAct // what the adviser did, the latest first; for the candidate
}

// AdviserAct is one thing an adviser did for a candidate.
type AdviserAct struct {
	Action string // "booking", "answer"...: the operation
	At     time.Time
}

// actsShown is how many acts of an adviser a candidate sees.
const actsShown = 100

// NameAdviser asks somebody, by mail address, to act beside the actor. Whether
// the address belongs to an adviser is not told: who holds it sees the question
// when they sign in. Errors: Unauthenticated; Forbidden for all but candidates;
// Invalid "email.invalid", "companion.self"; Conflict "companion.open".
func (s *Service) NameAdviser(ctx context.Context, a fair.Actor, email string) (fair.Companion, error) {
	if err := signedIn(a); err != nil {
		return fair.Companion{}, err
	}
	if !a.IsCandidate() {
		return fair.Companion{}, fair.E(fair.Forbidden, "not.candidate")
	}
	email, err := parseEmail(email)
	if err != nil {
		return fair.Companion{}, err
	}
	account, err := s.Stores.Accounts.Get(ctx, a.Account)
	if err != nil {
		return fair.Companion{}, fmt.Errorf("read account %s: %w", a.Account, err)
	}
	if account.Email == email {
		return fair.Companion{}, fair.Refuse("email", "companion.self")
	}
	if open, err := s.openConsent(ctx, a.Account, email); !notFound(err) {
		return open, err // asked again: the same
	}
	if err := s.mayAsk(ctx, a.Account, a.Account, email); err != nil {
		return fair.Companion{}, err
	}
	now := s.now()
	c := fair.Companion{
		ID: fair.NewID(), Candidate: a.Account, Email: email, State: fair.CompanionAsked, Open: true, AskedAt: now,
		Meta: meta(now, now.Add(fair.CompanionTime+keepPerson),
			owe(fair.EffectMailCompanion, "", now), oweAudit("companion.asked", a.Account, a.Account, now)),
	}
	err = s.Stores.Companions.Insert(ctx, c)
	if fair.KindOf(err) == fair.Conflict {
		open, gone := s.openConsent(ctx, a.Account, email)
		if notFound(gone) {
			return fair.Companion{}, fair.E(fair.Conflict, "companion.open")
		}
		return open, gone // asked at the same moment
	}
	if err != nil {
		return fair.Companion{}, fmt.Errorf("ask an adviser: %w", err)
	}
	s.wake()
	return withoutEffects(c), nil
}

// openConsent finds the consent that somebody has open. Errors: NotFound when there is
// none; Conflict "companion.open" when it is another adviser's.
func (s *Service) openConsent(ctx context.Context, candidate fair.ID, email string) (fair.Companion, error) {
	c, err := s.Stores.Companions.OpenOf(ctx, candidate)
	switch {
	case notFound(err):
		return fair.Companion{}, err
	case err != nil:
		return fair.Companion{}, fmt.Errorf("read the open consent of %s: %w", candidate, err)
	case c.Email != email:
		return fair.Companion{}, fair.E(fair.Conflict, "companion.open")
	}
	return withoutEffects(c), nil
}

func withoutEffects(c fair.Companion) fair.Companion {
	c.Effects = nil
	return c
}

// MyCompanions lists the actor's consents as a candidate, the latest first,
// each with what the adviser did since.
func (s *Service) MyCompanions(ctx context.Context, a fair.Actor) ([]CompanionDetail, error) {
	if err := signedIn(a); err != nil {
		return nil, err
	}
	list, err := s.Stores.Companions.OfCandidate(ctx, a.Account, 20)
	if err != nil {
		return nil, fmt.Errorf("list the consents of %s: %w", a.Account, err)
	}
	entries, err := s.Stores.Audits.About(ctx, a.Account, 5*actsShown)
	if err != nil {
		return nil, fmt.Errorf("read what was done for %s: %w", a.Account, err)
	}
	details := make([]CompanionDetail, len(list))
	for n, c := range list {
		details[n] = CompanionDetail{Companion: withoutEffects(c)}
		for _, e := range entries {
			action, acted := strings.CutPrefix(e.Action, adviserActs)
			if acted && e.Object == c.ID && len(details[n].Did) < actsShown {
				details[n].Did = append(details[n].Did, AdviserAct{action, e.At})
			}
		}
	}
	return details, nil
}

// Accompanied lists those the actor advises or is asked to advise. Errors:
// Forbidden "not.adviser".
func (s *Service) Accompanied(ctx context.Context, a fair.Actor) ([]CompanionDetail, error) {
	account, err := s.adviser(ctx, a)
	if err != nil {
		return nil, err
	}
	list, err := s.Stores.Companions.OfAdviser(ctx, a.Account, account.Email, 200)
	if err != nil {
		return nil, fmt.Errorf("list whom %s advises: %w", a.Account, err)
	}
	now := s.now()
	list = slices.DeleteFunc(list, func(c fair.Companion) bool { return c.State == fair.CompanionActive && !c.Active(now) })
	around := newSurroundings(s)
	details := make([]CompanionDetail, len(list))
	for n, c := range list {
		candidate, err := once(ctx, around.accounts, c.Candidate, s.Stores.Accounts.Get)
		if err != nil {
			return nil, fmt.Errorf("read candidate %s: %w", c.Candidate, err)
		}
		details[n] = CompanionDetail{Companion: withoutEffects(c), Candidate: candidate.Name}
	}
	return details, nil
}

// adviser is the actor's account, if it is an adviser's.
func (s *Service) adviser(ctx context.Context, a fair.Actor) (fair.Account, error) {
	if err := signedIn(a); err != nil {
		return fair.Account{}, err
	}
	if !a.Advises() {
		return fair.Account{}, fair.E(fair.Forbidden, "not.adviser")
	}
	account, err := s.Stores.Accounts.Get(ctx, a.Account)
	if err != nil {
		return account, fmt.Errorf("read account %s: %w", a.Account, err)
	}
	return account, nil
}

// AcceptCompanion has the adviser who was asked agree. Errors: Forbidden
// "not.adviser"; NotFound "companion.unknown" for everybody else; Gone
// "companion.ended".
func (s *Service) AcceptCompanion(ctx context.Context, a fair.Actor, id fair.ID) (fair.Companion, error) {
	account, err := s.adviser(ctx, a)
	if err != nil {
		return fair.Companion{}, err
	}
	c, err := s.Stores.Companions.Get(ctx, id)
	if err == nil && c.Email != account.Email && c.Adviser != a.Account {
		err = fair.E(fair.NotFound, "companion.unknown")
	}
	if err != nil {
		return fair.Companion{}, err
	}
	now := s.now()
	accepted, ok, err := s.Stores.Companions.Accept(ctx, id, a.Account, a.Name, now,
		oweAudit("companion.accepted", a.Account, c.Candidate, now))
	if err != nil {
		return fair.Companion{}, fmt.Errorf("accept consent %s: %w", id, err)
	}
	if !ok {
		if c, err = s.Stores.Companions.Get(ctx, id); err != nil {
			return fair.Companion{}, err
		}
		if c.Adviser != a.Account || !c.Active(now) {
			return fair.Companion{}, fair.E(fair.Gone, "companion.ended")
		}
		return withoutEffects(c), nil
	}
	s.wake()
	return withoutEffects(accepted), nil
}

// EndCompanion ends a consent, for either of the two, also before it was
// accepted; again, it changes nothing. An adviser who is in a room is put out.
// Errors: NotFound "companion.unknown".
func (s *Service) EndCompanion(ctx context.Context, a fair.Actor, id fair.ID) error {
	if err := signedIn(a); err != nil {
		return err
	}
	c, err := s.Stores.Companions.Get(ctx, id)
	if err != nil {
		return err
	}
	if !c.Concerns(a.Account) {
		account, err := s.Stores.Accounts.Get(ctx, a.Account)
		if err != nil {
			return fmt.Errorf("read account %s: %w", a.Account, err)
		}
		if c.State != fair.CompanionAsked || account.Email != c.Email {
			return fair.E(fair.NotFound, "companion.unknown")
		}
	}
	now := s.now()
	_, _, err = s.Stores.Companions.End(ctx, id, a.Account, now,
		owe(fair.EffectMember, c.Adviser, now), oweAudit("companion.ended", a.Account, c.Candidate, now))
	if err != nil {
		return fmt.Errorf("end consent %s: %w", id, err)
	}
	s.wake()
	return nil
}

// ActFor answers the candidate an adviser acts for, by the candidate's consent.
// What changes something is written into the audit log first, with both ids;
// when it cannot be written, it is not done. An empty action only reads.
// Errors: Unauthenticated; Forbidden "companion.none", also for those who do
// not exist.
func (s *Service) ActFor(ctx context.Context, a fair.Actor, candidate fair.ID, action string) (fair.Actor, error) {
	if err := signedIn(a); err != nil {
		return fair.Actor{}, err
	}
	none := fair.E(fair.Forbidden, "companion.none")
	if !a.Advises() || !candidate.Valid() {
		return fair.Actor{}, none
	}
	c, err := s.activeCompanion(ctx, candidate)
	if notFound(err) || err == nil && c.Adviser != a.Account {
		return fair.Actor{}, none
	}
	if err != nil {
		return fair.Actor{}, err
	}
	account, err := s.Stores.Accounts.Get(ctx, candidate)
	if notFound(err) {
		return fair.Actor{}, none
	}
	if err != nil {
		return fair.Actor{}, fmt.Errorf("read candidate %s: %w", candidate, err)
	}
	if action != "" {
		now := s.now()
		err := s.Stores.Audits.Record(ctx, fair.AuditEntry{
			ID: fair.NewID(), At: now, Account: a.Account, Action: adviserActs + action, Object: c.ID, About: candidate,
			Meta: meta(now, now.Add(keepAudit)),
		})
		if err != nil {
			return fair.Actor{}, fmt.Errorf("write down what an adviser does: %w", err)
		}
	}
	roles := slices.DeleteFunc(slices.Clone(account.Roles), func(r fair.Role) bool { return r.Kind != fair.Candidate })
	return fair.Actor{
		Account: candidate, Login: a.Login, Name: account.Name, Locale: a.Locale, Roles: roles, By: a.Account, ByName: a.Name,
	}, nil
}

// activeCompanion is the consent a candidate has given and that holds now.
// Errors: NotFound.
func (s *Service) activeCompanion(ctx context.Context, candidate fair.ID) (fair.Companion, error) {
	c, err := s.Stores.Companions.OpenOf(ctx, candidate)
	if err == nil && !c.Active(s.now()) {
		return c, fair.E(fair.NotFound, "companion.unknown")
	}
	if err != nil && !notFound(err) {
		return c, fmt.Errorf("read the consent of %s: %w", candidate, err)
	}
	return c, err
}

// deliverCompanion does what a consent owes.
func (s *Service) deliverCompanion(ctx context.Context, id fair.ID, e fair.Effect) error {
	c, err := s.Stores.Companions.Get(ctx, id)
	if err != nil {
		return err
	}
	switch e.Kind {
	case fair.EffectAudit:
		return s.record(ctx, e, id, "")
	case fair.EffectMember:
		return s.putOut(ctx, c)
	case fair.EffectMailCompanion:
		return s.mailCompanion(ctx, c, e)
	}
	return nil
}

// mailCompanion asks the adviser, unless the question was taken back.
func (s *Service) mailCompanion(ctx context.Context, c fair.Companion, e fair.Effect) error {
	if c.State != fair.CompanionAsked {
		return nil
	}
	candidate, err := s.Stores.Accounts.Get(ctx, c.Candidate)
	if err != nil {
		return err
	}
	to, err := s.byAddress(ctx, c.Email, candidate.Locale)
	if err != nil {
		return err
	}
	m, err := s.Composer.Companion(to, candidate.Name)
	if err != nil {
		return fmt.Errorf("write to an adviser: %w", err)
	}
	m.About = []fair.ID{c.Candidate}
	return s.post(ctx, m, e, c.Email, to.ID, s.now().Add(keepMail))
}

// byAddress is the account of an address, or one that only serves to write to
// it.
func (s *Service) byAddress(ctx context.Context, email string, lang fair.Lang) (fair.Account, error) {
	account, err := s.Stores.Accounts.ByEmail(ctx, email)
	if notFound(err) {
		return fair.Account{Email: email, Locale: lang}, nil
	}
	if err != nil {
		return account, fmt.Errorf("look an address up: %w", err)
	}
	return account, nil
}

// putOut takes an adviser whose consent has ended out of the candidate's rooms.
func (s *Service) putOut(ctx context.Context, c fair.Companion) error {
	if c.Adviser == "" {
		return nil
	}
	now := s.now()
	list, err := s.Stores.Interviews.Of(ctx, c.Candidate, fair.Candidate, now.Add(-4*time.Hour), now.Add(24*time.Hour), 50)
	if err != nil {
		return fmt.Errorf("list the rooms of %s: %w", c.Candidate, err)
	}
	for _, i := range list {
		if i.Over() {
			continue
		}
		if err := s.putOutOf(ctx, i.ID, c.Adviser); err != nil {
			return err
		}
	}
	return nil
}

// Advise makes an account an adviser. It asks no rights: the command line of
// who runs the machine does.
func (s *Service) Advise(ctx context.Context, account fair.ID) (fair.Account, error) {
	return s.Stores.Accounts.Grant(ctx, account, fair.Role{Kind: fair.Adviser})
}

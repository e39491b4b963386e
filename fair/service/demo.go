package service

import (
	"context"
	"fmt"

	"salon/fair"
)

// The demo's people.
const (
	DemoFair   = "rencontres-2021" // the slug of the demo fair
	demoStands = 60                // recruiter n serves stand ((n-1) mod 60)+1
	demoPeople = 10_000            // n goes from 1 to this
	demoHosts  = 4                 // so many recruiters are shown on a stand
)

// DemoEmail is the address of a demo person, in a domain that cannot exist
// (RFC 2606, section 2): the programme names its demo speakers by it.
func DemoEmail(role fair.RoleKind, n int) string {
	return fmt.Sprintf("%s-%d@demo.salon.invalid", role, n)
}

// DemoSession signs in as one of the demo people, made on first use. Errors:
// NotFound unless Config.Demo; Invalid for another role or n outside 1..10000;
// Unavailable while the demo fair is not loaded.
func (s *Service) DemoSession(ctx context.Context, role fair.RoleKind, n int) (SignedIn, error) {
	account, err := s.DemoPerson(ctx, role, n)
	if err != nil {
		return SignedIn{}, err
	}
	return s.login(ctx, account, opening{proof: fair.ProofDemo, lifetime: demoLifetime})
}

// DemoPerson is the account of one of the demo people, made on first use. The
// errors are those of DemoSession.
func (s *Service) DemoPerson(ctx context.Context, role fair.RoleKind, n int) (fair.Account, error) {
	if !s.Demo {
		return fair.Account{}, fair.E(fair.NotFound, "demo.off")
	}
	if n < 1 || n > demoPeople {
		return fair.Account{}, fair.Refuse("n", "demo.number")
	}
	account, err := s.Stores.Accounts.Get(ctx, demoID(role, n))
	if notFound(err) {
		account, err = s.createDemo(ctx, role, n)
	}
	return account, err
}

func demoID(role fair.RoleKind, n int) fair.ID {
	return fair.DeriveID("demo", string(role), fmt.Sprint(n))
}

// createDemo makes one demo person.
func (s *Service) createDemo(ctx context.Context, role fair.RoleKind, n int) (fair.Account, error) {
	account := fair.Account{Name: fmt.Sprintf("%s %d", role, n), Locale: fair.French}
	if s.DemoAccount != nil {
		account = s.DemoAccount(role, n)
	}
	account.ID, account.Email, account.Demo = demoID(role, n), DemoEmail(role, n), fmt.Sprintf("%s/%d", role, n)
	granted, stand, err := s.demoRole(ctx, role, n)
	if err != nil {
		return fair.Account{}, err
	}
	account.Roles = []fair.Role{granted}
	if account.Profile.Phone == "" && role == fair.Candidate {
		account.Profile.Phone = fmt.Sprintf("+3363998%04d", n%10_000) // Arcep's numbers of fiction
	}
	if err := s.createAccount(ctx, account); err != nil && fair.KindOf(err) != fair.Conflict {
		return fair.Account{}, err
	}
	if stand != "" {
		host := fair.Host{Account: account.ID, Name: account.Name, Title: account.Profile.Headline}
		if err := s.Stores.Stands.AddHost(ctx, stand, host, demoHosts); err != nil {
			return fair.Account{}, err
		}
	}
	return s.Stores.Accounts.Get(ctx, account.ID)
}

// demoRole is the role of demo person n, and the stand of a recruiter.
func (s *Service) demoRole(ctx context.Context, role fair.RoleKind, n int) (fair.Role, fair.ID, error) {
	if role == fair.Candidate || role == fair.Adviser {
		return fair.Role{Kind: role}, "", nil
	}
	if role != fair.Recruiter && role != fair.Organiser && role != fair.Speaker {
		return fair.Role{}, "", fair.Refuse("role", "demo.role")
	}
	f, err := s.Stores.Fairs.BySlug(ctx, DemoFair)
	if notFound(err) {
		return fair.Role{}, "", fair.E(fair.Unavailable, "demo.empty").Because(err)
	}
	if err != nil || role != fair.Recruiter {
		return fair.Role{Kind: role, Fair: f.ID}, "", err
	}
	stand, err := s.Stores.Stands.ByNumber(ctx, f.ID, (n-1)%demoStands+1)
	if notFound(err) {
		return fair.Role{}, "", fair.E(fair.Unavailable, "demo.empty").Because(err)
	}
	return fair.Role{Kind: role, Fair: f.ID, Stand: stand.ID}, stand.ID, err
}

// MailSent is the demo's outbox, newest first: only with Config.Demo, only
// messages to the actor.
func (s *Service) MailSent(ctx context.Context, a fair.Actor, limit int) ([]fair.Mail, error) {
	if err := signedIn(a); err != nil {
		return nil, err
	}
	if !s.Demo {
		return nil, fair.E(fair.NotFound, "demo.off")
	}
	account, err := s.Stores.Accounts.Get(ctx, a.Account)
	if err != nil {
		return nil, err
	}
	return s.MailTo(ctx, account.Email, limit)
}

// MailTo is the demo's outbox of one address, newest first, for somebody who
// waits for a code and is nobody yet: only with Config.Demo, which is refused
// off loopback. Errors: NotFound, Invalid.
func (s *Service) MailTo(ctx context.Context, email string, limit int) ([]fair.Mail, error) {
	if !s.Demo {
		return nil, fair.E(fair.NotFound, "demo.off")
	}
	email, err := parseEmail(email)
	if err != nil {
		return nil, err
	}
	_, limit = paging(1, limit)
	return s.Stores.Mails.To(ctx, email, limit)
}

package service

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"time"

	"salon/fair"
)

type invitationStore interface {
	Get(ctx context.Context, id fair.ID) (fair.Invitation, error)
	Insert(ctx context.Context, i fair.Invitation) error
	OpenFor(ctx context.Context, email string, r fair.Role) (fair.Invitation, error)
	OfFair(ctx context.Context, fairID fair.ID, limit int) ([]fair.Invitation, error)
	Resend(ctx context.Context, id fair.ID, seed []byte, now, until time.Time, effects ...fair.Effect) (fair.Invitation, bool, error)
	Take(ctx context.Context, i fair.Invitation, account fair.ID, now time.Time, effects ...fair.Effect) (fair.Invitation, bool, error)
	Withdraw(ctx context.Context, id fair.ID) (fair.Invitation, bool, error)
}

// invitationsShown is how many open invitations an organiser sees.
const invitationsShown = 500

// InvitationMail is what somebody is written who is asked to take a role.
type InvitationMail struct {
	Fair  fair.Fair
	Stand fair.Stand // of a recruiter
	Role  fair.RoleKind
	Token string // for the address of the page
	Until time.Time
}

// InvitationDetail is an invitation with what it is to.
type InvitationDetail struct {
	Invitation fair.Invitation
	Fair       fair.Fair
	Stand      fair.Stand
}

// Invite asks somebody by mail to take a role in a fair: recruiter of a stand,
// organiser, adviser, speaker. Asked again while the first waits, it is sent
// again. Errors: Forbidden; Invalid; Conflict "invitation.held" when the address
// holds the role; TooMany "invitation.many".
func (s *Service) Invite(ctx context.Context, a fair.Actor, ref, email string, kind fair.RoleKind, stand fair.ID) (InvitationDetail, error) {
	f, err := s.organised(ctx, a, ref)
	if err != nil {
		return InvitationDetail{}, err
	}
	if email, err = parseEmail(email); err != nil {
		return InvitationDetail{}, err
	}
	role := fair.Role{Kind: kind, Fair: f.ID}
	switch {
	case !fair.Invitable(kind):
		return InvitationDetail{}, fair.Refuse("kind", "invitation.role")
	case kind == fair.Recruiter:
		st, err := s.Stores.Stands.Get(ctx, stand)
		if notFound(err) || err == nil && st.Fair != f.ID {
			return InvitationDetail{}, fair.Refuse("stand", "stand.unknown")
		}
		if err != nil {
			return InvitationDetail{}, err
		}
		role.Stand = stand
	}
	account, err := s.byAddress(ctx, email, a.Locale)
	if err != nil {
		return InvitationDetail{}, err
	}
	if slices.Contains(account.Roles, role) {
		return InvitationDetail{}, fair.E(fair.Conflict, "invitation.held")
	}
	if err := s.mayMail(ctx, a, email); err != nil {
		return InvitationDetail{}, err
	}
	seed := make([]byte, 16)
	if _, err := rand.Read(seed); err != nil {
		return InvitationDetail{}, fmt.Errorf("make an invitation: %w", err)
	}
	now := s.now()
	i := fair.Invitation{
		ID: fair.NewID(), Fair: f.ID, Email: email, Role: role, By: a.Account, Locale: account.Locale, Seed: seed,
		State: fair.InvitationOpen, Open: true, At: now, SentAt: now, ExpiresAt: now.Add(fair.InvitationTime),
		Meta: meta(now, now.Add(2*fair.InvitationTime), owe(fair.EffectMailInvited, "", now)),
	}
	err = s.Stores.Invitations.Insert(ctx, i)
	if fair.KindOf(err) == fair.Conflict { // it waits already
		open, err := s.Stores.Invitations.OpenFor(ctx, email, role)
		if err != nil {
			return InvitationDetail{}, fmt.Errorf("find an open invitation: %w", err)
		}
		return s.sendAgain(ctx, open)
	}
	if err != nil {
		return InvitationDetail{}, fmt.Errorf("invite somebody to fair %s: %w", f.ID, err)
	}
	s.wake()
	return s.invitationDetail(ctx, i)
}

// mayMail counts an invitation against the limits of who gets it and who sends it.
// Errors: TooMany "invitation.many".
func (s *Service) mayMail(ctx context.Context, a fair.Actor, email string) error {
	return s.spend(ctx, "invitation.many",
		use{"invitations to", email, fair.InvitationsTo},
		use{"invitations by", string(a.Account), fair.InvitationsBy},
	)
}

// mayAsk counts a mail to somebody whom the actor names, about a candidate or an
// interview, against its limits. Errors: TooMany "asked.many".
func (s *Service) mayAsk(ctx context.Context, by, about fair.ID, email string) error {
	return s.spend(ctx, "asked.many",
		use{"asked about", string(about) + " " + email, fair.AskedAbout},
		use{"asked to", email, fair.AskedTo},
		use{"asked by", string(by), fair.AskedBy},
	)
}

// organised finds a fair for its organisers.
func (s *Service) organised(ctx context.Context, a fair.Actor, ref string) (fair.Fair, error) {
	f, err := s.Fair(ctx, a, ref)
	if err != nil {
		return f, err
	}
	return f, mayOrganise(a, f.ID)
}

// OpenInvitations lists those of a fair that wait, the latest first.
func (s *Service) OpenInvitations(ctx context.Context, a fair.Actor, ref string) ([]InvitationDetail, error) {
	f, err := s.organised(ctx, a, ref)
	if err != nil {
		return nil, err
	}
	list, err := s.Stores.Invitations.OfFair(ctx, f.ID, invitationsShown)
	if err != nil {
		return nil, fmt.Errorf("list the invitations of fair %s: %w", f.ID, err)
	}
	details := make([]InvitationDetail, len(list))
	for n, i := range list {
		if details[n], err = s.invitationDetail(ctx, i); err != nil {
			return nil, err
		}
	}
	return details, nil
}

// ResendInvitation sends an open one again, with a new link; the one before opens
// nothing any more. Errors: NotFound; Forbidden; TooMany.
func (s *Service) ResendInvitation(ctx context.Context, a fair.Actor, id fair.ID) (InvitationDetail, error) {
	i, err := s.invitation(ctx, a, id)
	if err != nil {
		return InvitationDetail{}, err
	}
	if err := s.mayMail(ctx, a, i.Email); err != nil {
		return InvitationDetail{}, err
	}
	return s.sendAgain(ctx, i)
}

func (s *Service) sendAgain(ctx context.Context, i fair.Invitation) (InvitationDetail, error) {
	seed := make([]byte, 16)
	if _, err := rand.Read(seed); err != nil {
		return InvitationDetail{}, fmt.Errorf("make an invitation: %w", err)
	}
	now := s.now()
	sent, open, err := s.Stores.Invitations.Resend(ctx, i.ID, seed, now, now.Add(fair.InvitationTime), owe(fair.EffectMailInvited, "", now))
	if err != nil {
		return InvitationDetail{}, fmt.Errorf("send invitation %s again: %w", i.ID, err)
	}
	if !open {
		return InvitationDetail{}, fair.E(fair.Gone, "invitation.over")
	}
	s.wake()
	return s.invitationDetail(ctx, sent)
}

// WithdrawInvitation takes an open one back; again, it changes nothing.
func (s *Service) WithdrawInvitation(ctx context.Context, a fair.Actor, id fair.ID) error {
	if _, err := s.invitation(ctx, a, id); err != nil {
		return err
	}
	if _, _, err := s.Stores.Invitations.Withdraw(ctx, id); err != nil {
		return fmt.Errorf("withdraw invitation %s: %w", id, err)
	}
	return nil
}

// invitation finds one for the organisers of its fair.
func (s *Service) invitation(ctx context.Context, a fair.Actor, id fair.ID) (fair.Invitation, error) {
	if err := signedIn(a); err != nil {
		return fair.Invitation{}, err
	}
	i, err := s.Stores.Invitations.Get(ctx, id)
	if err != nil {
		return i, err
	}
	return i, mayOrganise(a, i.Fair)
}

func (s *Service) invitationDetail(ctx context.Context, i fair.Invitation) (d InvitationDetail, err error) {
	i.Effects, i.Seed = nil, nil
	d.Invitation = i
	if d.Fair, err = s.Stores.Fairs.Get(ctx, i.Fair); err != nil {
		return d, fmt.Errorf("read the fair of invitation %s: %w", i.ID, err)
	}
	if i.Role.Stand != "" {
		d.Stand, err = s.Stores.Stands.Get(ctx, i.Role.Stand)
	}
	return d, err
}

// invitationToken is the secret of an invitation's link; it follows from the
// house's secret, so that the documents alone open nothing.
func (s *Service) invitationToken(i fair.Invitation) string {
	return string(i.ID) + "." + base64.RawURLEncoding.EncodeToString(s.keyed("invitation", []byte(i.ID), i.Seed))
}

// invited finds the invitation of a link. Errors: NotFound "invitation.unknown";
// Gone "invitation.over" once it was used, withdrawn or too old.
func (s *Service) invited(ctx context.Context, token string) (fair.Invitation, error) {
	unknown := fair.E(fair.NotFound, "invitation.unknown")
	id, _, found := strings.Cut(token, ".")
	if !found || !fair.ID(id).Valid() {
		return fair.Invitation{}, unknown
	}
	i, err := s.Stores.Invitations.Get(ctx, fair.ID(id))
	if notFound(err) || err == nil && !hmac.Equal([]byte(token), []byte(s.invitationToken(i))) {
		return fair.Invitation{}, unknown
	}
	if err == nil && !i.Waits(s.now()) {
		return fair.Invitation{}, fair.E(fair.Gone, "invitation.over")
	}
	return i, err
}

// ReadInvitation tells who follows a link what it is to. It changes nothing: mail
// scanners follow links too. Errors: NotFound; Gone.
func (s *Service) ReadInvitation(ctx context.Context, token string) (InvitationDetail, error) {
	i, err := s.invited(ctx, token)
	if err != nil {
		return InvitationDetail{}, err
	}
	return s.invitationDetail(ctx, i)
}

// AcceptInvitation gives the role to the account of the address, made when there
// is none, and signs in: the link came by mail, as a code would. Errors: NotFound;
// Gone for all but the first.
func (s *Service) AcceptInvitation(ctx context.Context, token string, lang fair.Lang) (SignedIn, error) {
	i, err := s.invited(ctx, token)
	if err != nil {
		return SignedIn{}, err
	}
	account, err := s.accountFor(ctx, i.Email, "", lang)
	if err != nil {
		return SignedIn{}, err
	}
	now := s.now()
	taken, won, err := s.Stores.Invitations.Take(ctx, i, account.ID, now,
		owe(fair.EffectGrant, account.ID, now), oweAudit("role.granted", i.By, account.ID, now))
	if err != nil {
		return SignedIn{}, fmt.Errorf("take invitation %s: %w", i.ID, err)
	}
	if !won {
		return SignedIn{}, fair.E(fair.Gone, "invitation.over")
	}
	s.wake()
	if err := s.step("grant"); err != nil {
		return SignedIn{}, err
	}
	if account, err = s.grant(ctx, taken); err != nil {
		return SignedIn{}, err
	}
	return s.login(ctx, account, opening{proof: fair.ProofInvited})
}

// grant gives what a taken invitation is to. Again, it changes nothing.
func (s *Service) grant(ctx context.Context, i fair.Invitation) (fair.Account, error) {
	if i.Role.Kind == fair.Recruiter {
		return s.Recruit(ctx, i.Role.Stand, i.Account)
	}
	return s.Stores.Accounts.Grant(ctx, i.Account, i.Role)
}

// deliverInvitation does what one effect of an invitation says.
func (s *Service) deliverInvitation(ctx context.Context, id fair.ID, e fair.Effect) error {
	i, err := s.Stores.Invitations.Get(ctx, id)
	if err != nil {
		return err
	}
	switch e.Kind {
	case fair.EffectGrant:
		_, err := s.grant(ctx, i)
		return err
	case fair.EffectAudit:
		return s.record(ctx, e, id, i.Fair)
	}
	if !i.Waits(s.now()) || latest(i.Effects) != e.ID {
		return nil
	}
	d, err := s.invitationDetail(ctx, i)
	if err != nil {
		return err
	}
	to, err := s.byAddress(ctx, i.Email, i.Locale)
	if err != nil {
		return err
	}
	m, err := s.Composer.Invitation(to, InvitationMail{Fair: d.Fair, Stand: d.Stand, Role: i.Role.Kind, Token: s.invitationToken(i), Until: i.ExpiresAt})
	if err != nil {
		return fmt.Errorf("write invitation %s: %w", id, err)
	}
	return s.post(ctx, m, e, i.Email, to.ID, s.now().Add(fair.InvitationTime))
}

// Member is somebody with roles in a fair, as its organisers see them.
type Member struct {
	Account  fair.Account
	Roles    []fair.Role // in this fair
	Stands   map[fair.ID]fair.Stand
	Equipped bool // has the second factor the roles ask for, or needs none
}

// People lists those with a role in a fair whose name or address holds the words.
func (s *Service) People(ctx context.Context, a fair.Actor, ref, words string, page, limit int) (Page[Member], error) {
	f, err := s.organised(ctx, a, ref)
	if err != nil {
		return Page[Member]{}, err
	}
	page, limit = paging(page, limit)
	list, total, err := s.Stores.Accounts.OfFair(ctx, f.ID, fair.CleanLine(words), page, limit)
	if err != nil {
		return Page[Member]{}, fmt.Errorf("list the people of fair %s: %w", f.ID, err)
	}
	members, around := make([]Member, len(list)), newSurroundings(s)
	for n, account := range list {
		m := Member{Account: account, Stands: around.stands, Equipped: true}
		for _, r := range account.Roles {
			if r.Fair != f.ID {
				continue
			}
			m.Roles = append(m.Roles, r)
			if _, err := once(ctx, around.stands, r.Stand, s.Stores.Stands.Get); err != nil {
				return Page[Member]{}, fmt.Errorf("read the stand of somebody: %w", err)
			}
		}
		if s.mustProve(account) {
			c, err := s.Stores.Credentials.Of(ctx, account.ID)
			if err != nil {
				return Page[Member]{}, fmt.Errorf("read a credential: %w", err)
			}
			m.Equipped = c.Equipped()
		}
		members[n] = m
	}
	return Page[Member]{Items: members, Total: total}, nil
}

// RemoveRole takes a role in a fair from somebody and signs them out everywhere,
// which closes the rooms they are in; a role that is not held changes nothing. Errors:
// Forbidden; Conflict "role.own" for one's own: a fair is never left without an
// organiser by somebody who leaves.
func (s *Service) RemoveRole(ctx context.Context, a fair.Actor, ref string, account fair.ID, kind fair.RoleKind, stand fair.ID) error {
	f, err := s.organised(ctx, a, ref)
	if err != nil {
		return err
	}
	if !fair.Invitable(kind) || kind == fair.Recruiter && stand == "" {
		return fair.Refuse("kind", "invitation.role")
	}
	if account == a.Account {
		return fair.E(fair.Conflict, "role.own")
	}
	held, err := s.Stores.Accounts.Get(ctx, account)
	if err != nil {
		return err
	}
	role := fair.Role{Kind: kind, Fair: f.ID, Stand: stand}
	if !slices.Contains(held.Roles, role) {
		return nil
	}
	// Signed out before and after: whoever dies in between leaves a role that can
	// be taken again, or a login that holds no right any more.
	if err := s.endLogins(ctx, account, ""); err != nil {
		return err
	}
	if _, err := s.Stores.Accounts.Revoke(ctx, account, role); err != nil {
		return fmt.Errorf("take a role from %s: %w", account, err)
	}
	if err := s.step("revoked"); err != nil {
		return err
	}
	if kind == fair.Recruiter { // of this fair: the role said so
		if err := s.Stores.Stands.RemoveHost(ctx, stand, account); err != nil {
			return fmt.Errorf("take %s off stand %s: %w", account, stand, err)
		}
	}
	now := s.now()
	err = s.Stores.Audits.Record(ctx, fair.AuditEntry{
		ID: fair.NewID(), At: now, Account: a.Account, Action: "role.removed", Object: account, About: account, Fair: f.ID,
		Meta: meta(now, now.Add(keepAudit)),
	})
	if err != nil {
		return fmt.Errorf("write down that a role was taken: %w", err)
	}
	return s.endLogins(ctx, account, "")
}

// loginsOf is how many logins of an account are listed and ended at once.
const loginsOf = 200

// endLogins signs an account out everywhere, but for one login where it is named.
func (s *Service) endLogins(ctx context.Context, account, except fair.ID) error {
	for {
		list, err := s.Stores.Logins.Of(ctx, account, s.now(), loginsOf)
		if err != nil {
			return fmt.Errorf("list the logins of %s: %w", account, err)
		}
		for _, l := range list {
			if l.ID == except {
				continue
			}
			if err := s.endLogin(ctx, account, l.ID); err != nil {
				return err
			}
		}
		if len(list) < loginsOf {
			return nil
		}
	}
}

package web

import (
	"context"
	"net/http"
	"time"

	"salon/fair"
	"salon/fair/service"
	"salon/frontend"
)

// people is what this package asks of service about who takes part in a fair.
type people interface {
	People(ctx context.Context, a fair.Actor, ref, words string, page, limit int) (service.Page[service.Member], error)
	RemoveRole(ctx context.Context, a fair.Actor, ref string, account fair.ID, kind fair.RoleKind, stand fair.ID) error
	OpenInvitations(ctx context.Context, a fair.Actor, ref string) ([]service.InvitationDetail, error)
	Invite(ctx context.Context, a fair.Actor, ref, email string, kind fair.RoleKind, stand fair.ID) (service.InvitationDetail, error)
	ResendInvitation(ctx context.Context, a fair.Actor, id fair.ID) (service.InvitationDetail, error)
	WithdrawInvitation(ctx context.Context, a fair.Actor, id fair.ID) error
	ReadInvitation(ctx context.Context, token string) (service.InvitationDetail, error)
	AcceptInvitation(ctx context.Context, token string, lang fair.Lang) (service.SignedIn, error)
}

// MemberView is somebody with roles in a fair, for its organisers.
type MemberView struct {
	Account fair.ID          `json:"account"`
	Name    string           `json:"name"`
	Email   string           `json:"email"`
	Roles   []MemberRoleView `json:"roles"`
	CameAt  *time.Time       `json:"came_at" doc:"The last sign-in; null before the first"`
	Secured bool             `json:"secured" doc:"Has the second factor that the roles ask for"`
	Self    bool             `json:"self"`
}

// MemberRoleView is a role somebody holds in a fair.
type MemberRoleView struct {
	Kind  fair.RoleKind `json:"kind" enum:"recruiter,organiser,speaker,adviser"`
	Stand *StandRef     `json:"stand" doc:"Of a recruiter"`
}

// InvitationView is an invitation that waits, for the organisers. The secret of
// its link is in the mail alone.
type InvitationView struct {
	ID        fair.ID       `json:"id"`
	Email     string        `json:"email"`
	Kind      fair.RoleKind `json:"kind" enum:"recruiter,organiser,speaker,adviser"`
	Stand     *StandRef     `json:"stand"`
	SentAt    time.Time     `json:"sent_at"`
	ExpiresAt time.Time     `json:"expires_at"`
}

func viewInvitation(d service.InvitationDetail) InvitationView {
	i := d.Invitation
	return InvitationView{i.ID, i.Email, i.Role.Kind, standRef(d.Stand), i.SentAt, i.ExpiresAt}
}

func standRef(st fair.Stand) *StandRef {
	if st.ID == "" {
		return nil
	}
	ref := refStand(st)
	return &ref
}

type peopleInput struct {
	Fair string `path:"fair"`
	Q    string `query:"q" maxLength:"100" doc:"Words of a name or an address"`
	Paging
}

func (s *Server) listPeople(ctx context.Context, k *call, in *peopleInput) (*answer[List[MemberView]], error) {
	found, err := s.Service.People(ctx, k.Actor, in.Fair, in.Q, in.Page, in.Limit)
	return reply(pageOf(found, func(m service.Member) MemberView {
		v := MemberView{Account: m.Account.ID, Name: m.Account.Name, Email: m.Account.Email, Secured: m.Equipped, Self: m.Account.ID == k.Account, Roles: []MemberRoleView{}}
		if !m.Account.CameAt.IsZero() {
			v.CameAt = &m.Account.CameAt
		}
		for _, r := range m.Roles {
			v.Roles = append(v.Roles, MemberRoleView{r.Kind, standRef(m.Stands[r.Stand])})
		}
		return v
	}), err)
}

type removeRoleInput struct {
	Fair    string  `path:"fair"`
	Account fair.ID `path:"account"`
	Kind    string  `path:"role" enum:"recruiter,organiser,speaker,adviser"`
	Stand   string  `query:"stand" maxLength:"26" doc:"Of a recruiter"`
}

func (s *Server) removeRole(ctx context.Context, k *call, in *removeRoleInput) (*nothing, error) {
	err := s.Service.RemoveRole(ctx, k.Actor, in.Fair, in.Account, fair.RoleKind(in.Kind), fair.ID(in.Stand))
	return &nothing{}, err
}

type fairInput struct {
	Fair string `path:"fair"`
}

func (s *Server) listInvitations(ctx context.Context, k *call, in *fairInput) (*answer[List[InvitationView]], error) {
	found, err := s.Service.OpenInvitations(ctx, k.Actor, in.Fair)
	return reply(all(mapped(found, viewInvitation)), err)
}

type invitePersonInput struct {
	Fair string `path:"fair"`
	Body struct {
		Email string `json:"email" minLength:"3" maxLength:"254"`
		Kind  string `json:"kind" enum:"recruiter,organiser,speaker,adviser"`
		Stand string `json:"stand,omitempty" maxLength:"26" doc:"Of a recruiter"`
	}
}

func (s *Server) invite(ctx context.Context, k *call, in *invitePersonInput) (*created[InvitationView], error) {
	b := in.Body
	d, err := s.Service.Invite(ctx, k.Actor, in.Fair, b.Email, fair.RoleKind(b.Kind), fair.ID(b.Stand))
	if err != nil {
		return nil, err
	}
	return &created[InvitationView]{viewInvitation(d)}, nil
}

type invitationInput struct {
	Invitation fair.ID `path:"invitation"`
}

func (s *Server) resendInvitation(ctx context.Context, k *call, in *invitationInput) (*answer[InvitationView], error) {
	d, err := s.Service.ResendInvitation(ctx, k.Actor, in.Invitation)
	return reply(viewInvitation(d), err)
}

func (s *Server) withdrawInvitation(ctx context.Context, k *call, in *invitationInput) (*nothing, error) {
	return &nothing{}, s.Service.WithdrawInvitation(ctx, k.Actor, in.Invitation)
}

// invitationPage says what an invitation is to. A press accepts it: programs that
// look at mail follow links.
func (s *Server) invitationPage(ctx context.Context, k *call) error {
	d, err := s.Service.ReadInvitation(ctx, k.fiber.Params("token"))
	if err != nil {
		return err
	}
	texts := s.Frontend.Locale(string(k.lang))
	view := &frontend.InvitationPage{
		Page: s.frame(k, texts.T("invitation.title"), "invitations", k.fiber.Params("token")),
		Mail: d.Invitation.Email, FairName: d.Fair.Name.In(k.lang), Stand: d.Stand.Name, Role: string(d.Invitation.Role.Kind), Other: k.SignedIn(),
	}
	view.Head.NoIndex = true
	return s.showPrivate(k, http.StatusOK, view)
}

// invitationForm takes the role and signs in.
func (s *Server) invitationForm(ctx context.Context, k *call) error {
	if err := s.limits.codesUsed.take(s.address(k.fiber), s.Clock()); err != nil {
		return err
	}
	done, err := s.Service.AcceptInvitation(ctx, k.fiber.Params("token"), k.lang)
	if err != nil {
		return err
	}
	if err := s.enter(ctx, k, done); err != nil {
		return err
	}
	return k.fiber.Redirect(afterProof(k, done, spaceOf(k, done.Account.Roles)), http.StatusSeeOther)
}

// spaceOf is the screen of the role that has most to do.
func spaceOf(k *call, roles []fair.Role) string {
	to := k.path()
	for _, r := range roles {
		switch {
		case r.Kind == fair.Organiser:
			return k.path("organise")
		case r.Kind == fair.Recruiter:
			to = k.path("desk")
		case r.Kind == fair.Adviser && to == k.path():
			to = k.path("advise")
		}
	}
	return to
}

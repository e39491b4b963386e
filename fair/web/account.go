package web

import (
	"context"
	"time"

	"salon/fair"
	"salon/fair/service"
)

// accounts is what this package asks of service about who is here.
type accounts interface {
	RequestCode(ctx context.Context, email string, lang fair.Lang) error
	SignIn(ctx context.Context, email, code string, lang fair.Lang) (service.SignedIn, error)
	Authenticate(ctx context.Context, token string) (fair.Actor, error)
	SignOut(ctx context.Context, a fair.Actor) error
	DemoSession(ctx context.Context, role fair.RoleKind, n int) (service.SignedIn, error)
	Me(ctx context.Context, a fair.Actor) (fair.Account, error)
	EditProfile(ctx context.Context, a fair.Actor, e service.ProfileEdit) (fair.Account, error)
	MailSent(ctx context.Context, a fair.Actor, limit int) ([]fair.Mail, error)
	MailTo(ctx context.Context, email string, limit int) ([]fair.Mail, error)
}

type requestCodeInput struct {
	Body struct {
		Email string `json:"email" minLength:"3" maxLength:"254"`
		Lang  string `json:"lang,omitempty" enum:"fr,en"`
	}
}

func (s *Server) requestCode(ctx context.Context, k *call, in *requestCodeInput) (*accepted, error) {
	return &accepted{}, s.sendCode(ctx, k, in.Body.Email, in.Body.Lang)
}

// sendCode is shared by the operation and the form.
func (s *Server) sendCode(ctx context.Context, k *call, email, lang string) error {
	if err := s.limits.codes.take(s.address(k.fiber), s.Clock()); err != nil {
		return err
	}
	return s.Service.RequestCode(ctx, email, k.orLang(lang))
}

type signInInput struct {
	Body struct {
		Email string `json:"email" minLength:"3" maxLength:"254"`
		Code  string `json:"code" minLength:"1" maxLength:"20"`
		Lang  string `json:"lang,omitempty" enum:"fr,en"`
	}
}

func (s *Server) signIn(ctx context.Context, k *call, in *signInInput) (*answer[SignedInView], error) {
	done, err := s.useCode(ctx, k, in.Body.Email, in.Body.Code, in.Body.Lang)
	return reply(viewSignedIn(done), err)
}

// useCode is shared by the operation and the form. The new session takes the
// browser's cookie; the one it held before lapses by itself.
func (s *Server) useCode(ctx context.Context, k *call, email, code, lang string) (service.SignedIn, error) {
	if err := s.limits.codesUsed.take(s.address(k.fiber), s.Clock()); err != nil {
		return service.SignedIn{}, err
	}
	done, err := s.Service.SignIn(ctx, email, code, k.orLang(lang))
	if err != nil {
		return service.SignedIn{}, err
	}
	return done, s.enter(ctx, k, done)
}

// orLang is the language named, else that of the request.
func (k *call) orLang(lang string) fair.Lang {
	if lang == "" {
		return k.lang
	}
	return fair.Lang(lang)
}

func (s *Server) signOut(ctx context.Context, k *call, _ *struct{}) (*nothing, error) {
	if err := s.Service.SignOut(ctx, k.Actor); err != nil {
		return nil, err
	}
	dropSession(k.fiber)
	return &nothing{}, nil
}

// MeView is one's own account. The phone number is shown here and nowhere else
// but to the recruiter of a running phone interview.
type MeView struct {
	ID        fair.ID       `json:"id"`
	Name      string        `json:"name"`
	Email     string        `json:"email"`
	Locale    fair.Lang     `json:"locale" enum:"fr,en"`
	Roles     []RoleView    `json:"roles"`
	Profile   ProfileView   `json:"profile"`
	Stands    []MyStandView `json:"stands"`
	Organises []MyFairView  `json:"organises"`
}

// RoleView is a right one holds.
type RoleView struct {
	Kind  fair.RoleKind `json:"kind" enum:"candidate,recruiter,organiser,speaker"`
	Fair  fair.ID       `json:"fair,omitempty"`
	Stand fair.ID       `json:"stand,omitempty"`
}

// ProfileView is what one told about oneself.
type ProfileView struct {
	Headline     string   `json:"headline"`
	About        string   `json:"about"`
	Occupations  []string `json:"occupations" doc:"ROME codes"`
	Commune      string   `json:"commune" doc:"INSEE code"`
	Availability string   `json:"availability"`
	Phone        string   `json:"phone" doc:"E.164; empty when not given"`

	OccupationLabels []string           `json:"occupation_labels"`
	CommuneName      string             `json:"commune_name"`
	Radius           int                `json:"radius" doc:"Kilometres around the commune; 0 when not said"`
	Skills           []string           `json:"skills"`
	Contracts        []string           `json:"contracts"`
	Languages        []string           `json:"languages"`
	Needs            InterviewNeedsView `json:"needs"`
	ShowCV           bool               `json:"show_cv"`
}

// MyStandView is a stand one recruits for.
type MyStandView struct {
	ID   fair.ID `json:"id"`
	Fair fair.ID `json:"fair"`
	Name string  `json:"name"`
	Slug string  `json:"slug"`
}

// MyFairView is a fair one organises.
type MyFairView struct {
	ID   fair.ID `json:"id"`
	Slug string  `json:"slug"`
	Name string  `json:"name"`
}

func (s *Server) me(ctx context.Context, k *call, _ *struct{}) (*answer[MeView], error) {
	account, err := s.Service.Me(ctx, k.Actor)
	if err != nil {
		return nil, err
	}
	return reply(s.viewMe(ctx, k, account))
}

func (s *Server) viewMe(ctx context.Context, k *call, account fair.Account) (MeView, error) {
	stands, err := s.Service.MyStands(ctx, k.Actor)
	if err != nil {
		return MeView{}, err
	}
	fairs, err := s.Service.Fairs(ctx, k.Actor)
	if err != nil {
		return MeView{}, err
	}
	v := MeView{
		ID: account.ID, Name: account.Name, Email: account.Email, Locale: account.Locale,
		Roles:     mapped(account.Roles, func(r fair.Role) RoleView { return RoleView(r) }),
		Profile:   viewProfile(account.Profile),
		Stands:    mapped(stands, func(st fair.Stand) MyStandView { return MyStandView{st.ID, st.Fair, st.Name, st.Slug} }),
		Organises: []MyFairView{},
	}
	for _, f := range fairs {
		if k.Organises(f.ID) {
			v.Organises = append(v.Organises, MyFairView{f.ID, f.Slug, f.Name.In(k.lang)})
		}
	}
	return v, nil
}

type editMeInput struct {
	Body struct {
		Name         *string   `json:"name,omitempty" maxLength:"80"`
		Headline     *string   `json:"headline,omitempty" maxLength:"120"`
		About        *string   `json:"about,omitempty" maxLength:"1500"`
		Occupations  *[]string `json:"occupations,omitempty" maxItems:"5"`
		Commune      *string   `json:"commune,omitempty" maxLength:"5"`
		Availability *string   `json:"availability,omitempty" maxLength:"120"`
		Phone        *string   `json:"phone,omitempty" maxLength:"30"`
		Locale       *string   `json:"locale,omitempty" enum:"fr,en"`
		SearchRequest
	}
}

func (s *Server) editMe(ctx context.Context, k *call, in *editMeInput) (*answer[MeView], error) {
	b := in.Body
	account, err := s.Service.EditProfile(ctx, k.Actor, service.ProfileEdit{
		Name: b.Name, Headline: b.Headline, About: b.About, Commune: b.Commune,
		Availability: b.Availability, Phone: b.Phone, Occupations: b.Occupations,
		Locale: (*fair.Lang)(b.Locale), SearchEdit: b.edit(),
	})
	if err != nil {
		return nil, err
	}
	return reply(s.viewMe(ctx, k, account))
}

// Span selects by time.
type Span struct {
	From time.Time `query:"from" doc:"Not before"`
	To   time.Time `query:"to" doc:"Not after"`
}

func (s *Server) myInterviews(ctx context.Context, k *call, in *Span) (*answer[List[InterviewView]], error) {
	found, err := s.Service.MyInterviews(ctx, k.Actor, in.From, in.To)
	if err != nil {
		return nil, err
	}
	views := make([]InterviewView, len(found))
	for i, d := range found {
		if views[i], err = s.viewInterview(k, d); err != nil {
			return nil, err
		}
	}
	return reply(all(views), nil)
}

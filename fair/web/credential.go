package web

import (
	"context"

	"salon/fair"
	"salon/fair/proof"
	"salon/fair/service"
)

// credentials is what this package asks of service about what proves who
// somebody is.
type credentials interface {
	Halfway(ctx context.Context, token string) (fair.Actor, error)
	Browse(ctx context.Context, login fair.ID, browser string) error
	PasswordSignIn(ctx context.Context, email, password string) (service.SignedIn, error)
	ProveCode(ctx context.Context, a fair.Actor, code string) (service.SignedIn, error)
	AskPasskey(ctx context.Context, a fair.Actor) (ceremony string, q proof.Question, err error)
	PasskeySignIn(ctx context.Context, a fair.Actor, ceremony string, answer proof.Answer) (service.SignedIn, error)
	MyEquipment(ctx context.Context, a fair.Actor) (service.Equipment, error)
	SetPassword(ctx context.Context, a fair.Actor, password string) (service.SignedIn, error)
	TryTOTP(ctx context.Context, a fair.Actor) (proof.CodeKey, error)
	ConfirmTOTP(ctx context.Context, a fair.Actor, code string) ([]string, service.SignedIn, error)
	DropTOTP(ctx context.Context, a fair.Actor) error
	RenewRecovery(ctx context.Context, a fair.Actor) ([]string, error)
	NewPasskey(ctx context.Context, a fair.Actor) (ceremony string, q proof.Question, err error)
	AddPasskey(ctx context.Context, a fair.Actor, ceremony string, answer proof.Answer, name string) (service.SignedIn, error)
	DropPasskey(ctx context.Context, a fair.Actor, key fair.ID) error
}

// self is who acts, signed in wholly or still on the way.
func (k *call) self() fair.Actor {
	if k.half.Account != "" {
		return k.half
	}
	return k.Actor
}

type passwordInput struct {
	Body struct {
		Email    string `json:"email" minLength:"3" maxLength:"254"`
		Password string `json:"password" minLength:"1" maxLength:"512"`
	}
}

func (s *Server) passwordSignIn(ctx context.Context, k *call, in *passwordInput) (*answer[SignedInView], error) {
	done, err := s.usePassword(ctx, k, in.Body.Email, in.Body.Password)
	return reply(viewSignedIn(done), err)
}

// usePassword is shared by the operation and the form.
func (s *Server) usePassword(ctx context.Context, k *call, email, password string) (service.SignedIn, error) {
	if err := s.limits.passwords.take(s.address(k.fiber), s.Clock()); err != nil {
		return service.SignedIn{}, err
	}
	done, err := s.Service.PasswordSignIn(ctx, email, password)
	if err != nil {
		return done, err
	}
	return done, s.enter(ctx, k, done)
}

type factorInput struct {
	Body struct {
		Code string `json:"code" minLength:"1" maxLength:"40" doc:"A one-time code, or a recovery code"`
	}
}

func (s *Server) factorSignIn(ctx context.Context, k *call, in *factorInput) (*answer[SignedInView], error) {
	done, err := s.useFactor(ctx, k, in.Body.Code)
	return reply(viewSignedIn(done), err)
}

// useFactor is shared by the operation and the form.
func (s *Server) useFactor(ctx context.Context, k *call, code string) (service.SignedIn, error) {
	if err := s.limits.codesUsed.take(s.address(k.fiber), s.Clock()); err != nil {
		return service.SignedIn{}, err
	}
	done, err := s.Service.ProveCode(ctx, k.half, code)
	if err != nil {
		return done, err
	}
	return done, s.enter(ctx, k, done)
}

// enter puts a fresh session into the browser and notes which browser it is.
func (s *Server) enter(ctx context.Context, k *call, done service.SignedIn) error {
	keepSession(k.fiber, done)
	return s.Service.Browse(ctx, done.Login.ID, BrowserOf(k.fiber.Get("User-Agent")))
}

// QuestionView is what a browser is to ask its authenticators; every text of
// bytes is base64url.
type QuestionView struct {
	Ceremony  string   `json:"ceremony" doc:"Names the question in the answer"`
	Challenge string   `json:"challenge"`
	Site      string   `json:"site" doc:"The relying party's id"`
	User      string   `json:"user" doc:"Of a new passkey: the user handle"`
	Email     string   `json:"email"`
	Name      string   `json:"name"`
	Keys      []string `json:"keys" doc:"Of a new passkey: those there already; else those that may answer"`
	Verify    string   `json:"verify"`
}

func viewQuestion(ceremony string, q proof.Question) QuestionView {
	return QuestionView{ceremony, q.Challenge, q.Site, q.User, q.Email, q.Name, append([]string{}, q.Keys...), q.Verify}
}

func (s *Server) askPasskey(ctx context.Context, k *call, _ *struct{}) (*answer[QuestionView], error) {
	if err := s.limits.passwords.take(s.address(k.fiber), s.Clock()); err != nil {
		return nil, err
	}
	ceremony, q, err := s.Service.AskPasskey(ctx, k.half)
	return reply(viewQuestion(ceremony, q), err)
}

type passkeyInput struct {
	Body struct {
		Ceremony      string `json:"ceremony" minLength:"1" maxLength:"100"`
		ID            string `json:"id" minLength:"1" maxLength:"2000"`
		ClientData    string `json:"client_data" minLength:"1" maxLength:"8000"`
		Authenticator string `json:"authenticator" minLength:"1" maxLength:"8000"`
		Signature     string `json:"signature" minLength:"1" maxLength:"8000"`
		User          string `json:"user" maxLength:"200"`
	}
}

func (s *Server) passkeySignIn(ctx context.Context, k *call, in *passkeyInput) (*answer[SignedInView], error) {
	if err := s.limits.codesUsed.take(s.address(k.fiber), s.Clock()); err != nil {
		return nil, err
	}
	b := in.Body
	done, err := s.Service.PasskeySignIn(ctx, k.half, b.Ceremony, proof.Answer{
		ID: b.ID, ClientData: b.ClientData, Authenticator: b.Authenticator, Signature: b.Signature, User: b.User,
	})
	if err == nil {
		err = s.enter(ctx, k, done)
	}
	return reply(viewSignedIn(done), err)
}

func (s *Server) newPasskey(ctx context.Context, k *call, _ *struct{}) (*answer[QuestionView], error) {
	ceremony, q, err := s.Service.NewPasskey(ctx, k.self())
	return reply(viewQuestion(ceremony, q), err)
}

type newPasskeyInput struct {
	Body struct {
		Ceremony    string `json:"ceremony" minLength:"1" maxLength:"100"`
		ID          string `json:"id" minLength:"1" maxLength:"2000"`
		ClientData  string `json:"client_data" minLength:"1" maxLength:"8000"`
		Attestation string `json:"attestation" minLength:"1" maxLength:"32000"`
		Name        string `json:"name,omitempty" maxLength:"60" doc:"As its owner calls it; else the browser's"`
	}
}

func (s *Server) addPasskey(ctx context.Context, k *call, in *newPasskeyInput) (*answer[SignedInView], error) {
	b := in.Body
	if b.Name == "" {
		b.Name = BrowserOf(k.fiber.Get("User-Agent"))
	}
	done, err := s.Service.AddPasskey(ctx, k.self(), b.Ceremony, proof.Answer{ID: b.ID, ClientData: b.ClientData, Attestation: b.Attestation}, b.Name)
	if err == nil {
		keepSession(k.fiber, done)
	}
	return reply(viewSignedIn(done), err)
}

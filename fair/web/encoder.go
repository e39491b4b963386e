package web

import (
	"context"
	"time"

	"salon/fair"
)

// EncoderTokenView is a right given to a program. The token itself and the
// addresses are told once, when it is issued.
type EncoderTokenView struct {
	ID        fair.ID   `json:"id"`
	Role      string    `json:"role" enum:"publisher,viewer"`
	At        time.Time `json:"at"`
	ExpiresAt time.Time `json:"expires_at"`
	Revoked   bool      `json:"revoked"`
	Token     string    `json:"token,omitempty"`
	WHIPURL   string    `json:"whip_url,omitempty" doc:"Where a publisher sends (RFC 9725)"`
	WHEPURL   string    `json:"whep_url,omitempty" doc:"Where either watches"`
}

func viewEncoderToken(t fair.EncoderToken) EncoderTokenView {
	return EncoderTokenView{ID: t.ID, Role: t.Role, At: t.At.UTC(), ExpiresAt: t.ExpiresAt.UTC(), Revoked: t.Revoked}
}

func (s *Server) listEncoderTokens(ctx context.Context, k *call, in *TalkPath) (*answer[List[EncoderTokenView]], error) {
	w, err := s.Service.Webconference(ctx, k.Actor, string(in.Talk))
	if err != nil {
		return nil, err
	}
	if s.Service.StageRole(k.Actor, w) == fair.RoleNone {
		return nil, fair.E(fair.Forbidden, "forbidden")
	}
	return reply(all(mapped(w.Encoders, viewEncoderToken)), nil)
}

type issueEncoderTokenInput struct {
	TalkPath
	Body struct {
		Role string `json:"role" enum:"publisher,viewer"`
	}
}

func (s *Server) issueEncoderToken(ctx context.Context, k *call, in *issueEncoderTokenInput) (*created[EncoderTokenView], error) {
	secret, t, err := s.Service.IssueEncoderToken(ctx, k.Actor, in.Talk, in.Body.Role)
	if err != nil {
		return nil, err
	}
	v := viewEncoderToken(t)
	v.Token, v.WHEPURL = secret, s.origin+"/whep/"+string(in.Talk)
	if t.Role == "publisher" {
		v.WHIPURL = s.origin + "/whip/" + string(in.Talk)
	}
	return &created[EncoderTokenView]{v}, nil
}

type revokeEncoderTokenInput struct {
	TalkPath
	Token fair.ID `path:"token"`
}

func (s *Server) revokeEncoderToken(ctx context.Context, k *call, in *revokeEncoderTokenInput) (*nothing, error) {
	return &nothing{}, s.Service.RevokeEncoderToken(ctx, k.Actor, in.Talk, in.Token)
}

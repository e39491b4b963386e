package ws

import (
	"errors"

	"salon/signaling"
	"salon/signaling/token"
)

// Tokens lets a Hub read and sign with a token.Signer.
func Tokens(s *token.Signer) signaling.Tokens { return tokens{s} }

type tokens struct{ signer *token.Signer }

// Open implements signaling.Tokens.
func (t tokens) Open(text string) (signaling.Entry, error) {
	e, err := t.signer.ParseEntry(text)
	if err != nil {
		return signaling.Entry{}, translate(err)
	}
	return signaling.Entry{
		Room: e.Room, Kind: e.Kind, Account: e.Account, Login: e.Login, Peer: e.Peer, Name: e.Name,
		Role: e.Role, Generation: e.Generation, Resume: e.Use == token.ForResume,
	}, nil
}

// Resume implements signaling.Tokens.
func (t tokens) Resume(e signaling.Entry) (string, error) {
	return t.signer.Entry(token.Entry{
		Room: e.Room, Kind: e.Kind, Account: e.Account, Login: e.Login, Peer: e.Peer, Name: e.Name,
		Role: e.Role, Generation: e.Generation, Use: token.ForResume,
	})
}

// Topic implements signaling.Tokens.
func (t tokens) Topic(text string) (topic, account string, err error) {
	g, err := t.signer.ParseGrant(text)
	if err != nil {
		return "", "", translate(err)
	}
	return g.Topic, g.Account, nil
}

func translate(err error) error {
	if errors.Is(err, token.ErrExpired) {
		return signaling.ErrTokenExpired
	}
	return signaling.ErrTokenInvalid
}

package service

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"slices"
	"strings"

	"salon/fair"
)

// IssueEncoderToken gives a program the right to send ("publisher", which may
// watch too) or to watch ("viewer"). Organisers and speakers; the token is
// returned once and kept as a hash. It lasts until 15 minutes after the talk,
// or a day when the talk is always open, and no longer than its issuer is on
// stage. Errors: Invalid, Forbidden, Gone,
// Conflict "encoder.many".
func (s *Service) IssueEncoderToken(ctx context.Context, a fair.Actor, webconference fair.ID, role string) (token string, t fair.EncoderToken, err error) {
	if role != fair.EncoderPublisher && role != fair.EncoderViewer {
		return "", t, fair.Refuse("role", "encoder.role")
	}
	if token, err = newToken(); err != nil {
		return "", t, err
	}
	err = retryStale(ctx, func() error {
		w, err := s.staged(ctx, a, webconference)
		if err != nil {
			return err
		}
		now := s.now()
		t = fair.EncoderToken{ID: fair.NewID(), Role: role, Hash: encoderHash(token), By: a.Account, At: now, ExpiresAt: w.EndsAt.Add(fair.EncoderGrace)}
		if w.Always {
			t.ExpiresAt = now.Add(fair.EncoderAlways)
		}
		if w.State == fair.WebconferenceEnded || !t.Valid(now) {
			return fair.E(fair.Gone, "webconference.ended")
		}
		valid := slices.DeleteFunc(slices.Clone(w.Encoders), func(t fair.EncoderToken) bool { return !t.Valid(now) })
		if len(valid) >= fair.MaxEncoders {
			return fair.E(fair.TooMany, "encoder.many")
		}
		w.Encoders = append(valid, t)
		_, err = s.Stores.Webconferences.Save(ctx, w, oweAudit("encoder.issued", a.Account, "", now))
		return err
	})
	if err != nil {
		return "", fair.EncoderToken{}, fmt.Errorf("issue an encoder token: %w", err)
	}
	s.wake()
	return token, t, nil
}

// RevokeEncoderToken ends it; ending it again changes nothing. Organisers and
// speakers. Errors: NotFound.
func (s *Service) RevokeEncoderToken(ctx context.Context, a fair.Actor, webconference, token fair.ID) error {
	return retryStale(ctx, func() error {
		w, err := s.staged(ctx, a, webconference)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(w.Encoders, func(t fair.EncoderToken) bool { return t.ID == token })
		if i < 0 {
			return fair.E(fair.NotFound, "encoder.unknown")
		}
		if w.Encoders[i].Revoked {
			return nil
		}
		w.Encoders[i].Revoked = true
		_, err = s.Stores.Webconferences.Save(ctx, w, oweAudit("encoder.revoked", a.Account, "", s.now()))
		return err
	})
}

// benchPrefix begins the names of the streams a demo lends to measuring.
const benchPrefix = "bench"

// Encoder says what a bearer may do on the encoders' routes: room and rights
// for a stream name, which is the webconference's id. In a demo any demo
// person may use streams beginning with "bench", each a room of its own.
// Errors: Unauthenticated, Forbidden, NotFound, Gone.
func (s *Service) Encoder(ctx context.Context, bearer, stream string) (room string, publish, view bool, err error) {
	if s.Demo && strings.HasPrefix(stream, benchPrefix) {
		if len(stream) > 60 {
			return "", false, false, fair.E(fair.NotFound, "webconference.unknown")
		}
		account, _, err := s.authenticate(ctx, bearer)
		if err != nil {
			return "", false, false, err
		}
		if account.Demo == "" {
			return "", false, false, fair.E(fair.Forbidden, "not.stage")
		}
		return fair.RoomID(fair.WebconferenceRoom, fair.DeriveID("bench", stream)), true, true, nil
	}
	id := fair.ID(stream)
	if !id.Valid() {
		return "", false, false, fair.E(fair.NotFound, "webconference.unknown")
	}
	w, err := s.Stores.Webconferences.Get(ctx, id)
	if err != nil {
		return "", false, false, err
	}
	hash := encoderHash(bearer)
	for _, t := range w.Encoders {
		if subtle.ConstantTimeCompare(t.Hash, hash) != 1 {
			continue
		}
		staged, err := s.stillStaged(ctx, w, t.By)
		if err != nil {
			return "", false, false, err
		}
		if !staged || !t.Valid(s.now()) || w.State == fair.WebconferenceEnded {
			return "", false, false, fair.E(fair.Gone, "encoder.expired")
		}
		return fair.RoomID(fair.WebconferenceRoom, id), t.Role == fair.EncoderPublisher, true, nil
	}
	return "", false, false, fair.E(fair.Unauthenticated, "encoder.token")
}

// stillStaged reports whether whoever issued a token may be on stage now: a
// program has no right that its person has lost.
func (s *Service) stillStaged(ctx context.Context, w fair.Webconference, account fair.ID) (bool, error) {
	who, err := s.Stores.Accounts.Get(ctx, account)
	if notFound(err) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read who issued an encoder token: %w", err)
	}
	return s.StageRole(fair.Actor{Account: who.ID, Roles: who.Roles}, w) != fair.RoleNone, nil
}

// encoderHash is what is kept of an encoder's token.
func encoderHash(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

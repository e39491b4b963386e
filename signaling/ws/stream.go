package ws

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/utils"

	"salon/signaling"
)

const (
	maxOffer    = 64 << 10 // bytes
	sdpType     = "application/sdp"
	openTimeout = 10 * time.Second // gathering our addresses included
	checkPeriod = 30 * time.Second // how long a right that was taken back still works
)

// session is a stream with what allowed it.
type session struct {
	right
	stream *signaling.Stream
}

// right is what is asked again while a stream lasts.
type right struct {
	bearer, name string
	publish      bool
}

// options tells what the endpoints take (RFC 9725, 4.2).
func (s *Server) options(c *fiber.Ctx) error {
	c.Set("Accept-Post", sdpType)
	c.Set(fiber.HeaderAllow, "OPTIONS, POST")
	return c.SendStatus(fiber.StatusNoContent)
}

// open lets an encoder or a player in: its offer is answered with 201, and
// Location names what DELETE ends.
func (s *Server) open(publish bool) fiber.Handler {
	prefix := "/whep/"
	if publish {
		prefix = "/whip/"
	}
	return func(c *fiber.Ctx) error {
		mediaType, _, _ := strings.Cut(c.Get(fiber.HeaderContentType), ";")
		offer := string(c.Body())
		switch {
		case !strings.EqualFold(strings.TrimSpace(mediaType), sdpType):
			c.Set("Accept-Post", sdpType)
			return problem(c, fiber.StatusUnsupportedMediaType, "sdp.type")
		case len(offer) > maxOffer:
			return problem(c, fiber.StatusRequestEntityTooLarge, "sdp.large")
		}
		ctx, cancel := context.WithTimeout(c.UserContext(), openTimeout)
		defer cancel()
		want := right{bearer(c), utils.CopyString(c.Params("stream")), publish}
		room, err := s.check(ctx, want)
		if err != nil {
			return s.refuse(c, err)
		}
		stream, err := s.Hub.OpenStream(ctx, room, publish, offer)
		if err != nil {
			return s.refuse(c, err)
		}
		s.mu.Lock()
		s.sessions[stream.ID] = session{want, stream}
		s.mu.Unlock()
		c.Set(fiber.HeaderLocation, prefix+want.name+"/"+stream.ID)
		c.Set(fiber.HeaderContentType, sdpType)
		return c.Status(fiber.StatusCreated).SendString(stream.Answer)
	}
}

// check asks what a bearer may do now.
func (s *Server) check(ctx context.Context, want right) (room string, err error) {
	if want.bearer == "" {
		return "", ErrUnauthenticated
	}
	room, publish, view, err := s.Authenticator.Encoder(ctx, want.bearer, want.name)
	switch {
	case err != nil:
		return "", err
	case want.publish && !publish, !want.publish && !view:
		return "", ErrForbidden
	}
	return room, nil
}

// patch would take further addresses or restart ICE. We offer neither: all our
// addresses are in the answer (RFC 9725, 4.3: 405 says so).
func (s *Server) patch(c *fiber.Ctx) error {
	c.Set(fiber.HeaderAllow, "DELETE")
	return problem(c, fiber.StatusMethodNotAllowed, "whip.trickle")
}

// delete ends a stream. Whoever may open it may end it.
func (s *Server) delete(c *fiber.Ctx) error {
	id := utils.CopyString(c.Params("id"))
	s.mu.Lock()
	known, ok := s.sessions[id]
	s.mu.Unlock()
	if !ok || known.name != c.Params("stream") {
		return s.refuse(c, ErrNotFound)
	}
	ctx, cancel := context.WithTimeout(c.UserContext(), authTimeout)
	defer cancel()
	if _, err := s.check(ctx, right{bearer(c), known.name, known.publish}); err != nil {
		return s.refuse(c, err)
	}
	s.end(id)
	return c.SendStatus(fiber.StatusOK)
}

func (s *Server) end(id string) {
	s.mu.Lock()
	delete(s.sessions, id)
	s.mu.Unlock()
	s.Hub.CloseStream(id)
}

// Run ends streams whose right was taken back, until ctx ends.
func (s *Server) Run(ctx context.Context) error {
	tick := time.NewTicker(checkPeriod)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			s.Recheck(ctx)
		case <-ctx.Done():
			return nil
		}
	}
}

// Recheck asks once for each right in use whether it still holds, and ends the
// streams of those that do not. On doubt a stream goes on.
func (s *Server) Recheck(ctx context.Context) {
	using := map[right][]string{}
	s.mu.Lock()
	for id, known := range s.sessions {
		select {
		case <-known.stream.Done():
			delete(s.sessions, id)
		default:
			using[known.right] = append(using[known.right], id)
		}
	}
	s.mu.Unlock()
	for r, ids := range using {
		ctx, cancel := context.WithTimeout(ctx, authTimeout)
		_, err := s.check(ctx, r)
		cancel()
		if err == nil || !final(err) {
			continue
		}
		s.log.Info("streams ended, right taken back", "count", len(ids), "err", err)
		for _, id := range ids {
			s.end(id)
		}
	}
}

// final reports whether err says no, rather than that nobody could tell.
func final(err error) bool {
	return errors.Is(err, ErrUnauthenticated) || errors.Is(err, ErrForbidden) ||
		errors.Is(err, ErrNotFound) || errors.Is(err, ErrGone)
}

// refuse maps a refusal to its answer.
func (s *Server) refuse(c *fiber.Ctx, err error) error {
	switch {
	case errors.Is(err, ErrUnauthenticated):
		c.Set(fiber.HeaderWWWAuthenticate, "Bearer")
		return problem(c, fiber.StatusUnauthorized, "signin.needed")
	case errors.Is(err, ErrForbidden):
		return problem(c, fiber.StatusForbidden, "forbidden")
	case errors.Is(err, ErrNotFound):
		return problem(c, fiber.StatusNotFound, "stream.unknown")
	case errors.Is(err, signaling.ErrNoPublisher):
		c.Set(fiber.HeaderRetryAfter, "2")
		return problem(c, fiber.StatusNotFound, "stream.silent")
	case errors.Is(err, signaling.ErrFull):
		c.Set(fiber.HeaderRetryAfter, "30")
		return problem(c, fiber.StatusServiceUnavailable, "room.full")
	case errors.Is(err, ErrGone):
		return problem(c, fiber.StatusGone, "webconference.ended")
	case errors.Is(err, signaling.ErrBadOffer):
		return problem(c, fiber.StatusBadRequest, "sdp.invalid")
	}
	s.log.Warn("stream not opened", "err", err)
	return unavailable(c)
}

// bearer is the token of the Authorization header (RFC 6750), "" without one.
func bearer(c *fiber.Ctx) string {
	scheme, token, _ := strings.Cut(c.Get(fiber.HeaderAuthorization), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return utils.CopyString(strings.TrimSpace(token))
}

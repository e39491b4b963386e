package web

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"net/http"

	"github.com/gofiber/fiber/v2"

	"salon/fair"
)

// feeds is what this package asks of service about calendar feeds.
type feeds interface {
	CalendarFeed(ctx context.Context, a fair.Actor) (string, error)
	RenewCalendarFeed(ctx context.Context, a fair.Actor) (string, error)
	DropCalendarFeed(ctx context.Context, a fair.Actor) error
	ReadCalendarFeed(ctx context.Context, token string) ([]byte, error)
}

// FeedView is the address of one's own calendar feed. Who knows it reads all
// one's appointments.
type FeedView struct {
	URL string `json:"url" doc:"Empty: there is none"`
}

func (s *Server) viewFeed(token string, err error) (*answer[FeedView], error) {
	if err != nil || token == "" {
		return reply(FeedView{}, err)
	}
	return reply(FeedView{s.URL + "/calendars/" + token}, nil)
}

func (s *Server) getFeed(ctx context.Context, k *call, _ *struct{}) (*answer[FeedView], error) {
	return s.viewFeed(s.Service.CalendarFeed(ctx, k.Actor))
}

func (s *Server) renewFeed(ctx context.Context, k *call, _ *struct{}) (*answer[FeedView], error) {
	return s.viewFeed(s.Service.RenewCalendarFeed(ctx, k.Actor))
}

func (s *Server) dropFeed(ctx context.Context, k *call, _ *struct{}) (*nothing, error) {
	return &nothing{}, s.Service.DropCalendarFeed(ctx, k.Actor)
}

// calendarFeed serves a feed to a calendar program, which has no cookie: the
// secret in the address is the right. Programs ask often, so what has not changed
// is answered 304.
func (s *Server) calendarFeed(k *call) error {
	feed, err := s.Service.ReadCalendarFeed(k.fiber.UserContext(), k.fiber.Params("token"))
	if err != nil {
		return err
	}
	sum := sha256.Sum256(feed)
	tag := `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
	k.fiber.Set(fiber.HeaderETag, tag)
	k.fiber.Set(fiber.HeaderCacheControl, "private, no-cache")
	k.fiber.Set("X-Robots-Tag", "noindex")
	if k.fiber.Get(fiber.HeaderIfNoneMatch) == tag {
		return k.fiber.SendStatus(http.StatusNotModified)
	}
	k.fiber.Set(fiber.HeaderContentType, "text/calendar; charset=utf-8")
	return k.fiber.Send(feed)
}

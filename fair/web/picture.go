package web

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"
	"golang.org/x/sync/semaphore"

	"salon/fair"
	"salon/fair/picture"
)

// What is drawn at once, and kept: some tens of kilobytes each.
const (
	drawnAtOnce  = 1
	picturesKept = 400
)

// pictures keeps what was drawn, by what it says. When it is full, any of them make
// room: each can be drawn again.
type pictures struct {
	pens *semaphore.Weighted
	mu   sync.Mutex
	kept map[picture.Card][]byte // guarded by mu
}

func newPictures() *pictures {
	return &pictures{pens: semaphore.NewWeighted(drawnAtOnce), kept: map[picture.Card][]byte{}}
}

func (p *pictures) known(c picture.Card) []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.kept[c]
}

// of draws a card, or answers what was drawn for the same words before.
func (p *pictures) of(ctx context.Context, c picture.Card) ([]byte, error) {
	if drawn := p.known(c); drawn != nil {
		return drawn, nil
	}
	if err := p.pens.Acquire(ctx, 1); err != nil {
		return nil, fair.E(fair.Unavailable, "picture.busy").Because(err)
	}
	defer p.pens.Release(1)
	if drawn := p.known(c); drawn != nil { // while this one waited
		return drawn, nil
	}
	drawn, err := picture.PNG(c)
	if err != nil {
		return nil, fmt.Errorf("draw a picture: %w", err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for some := range p.kept {
		if len(p.kept) < picturesKept {
			break
		}
		delete(p.kept, some)
	}
	p.kept[c] = drawn
	return drawn, nil
}

// card is what the picture of a fair's page says.
func (s *Server) card(k *call, f fair.Fair, over, title, under string) picture.Card {
	texts := s.Frontend.Locale(string(k.lang))
	return picture.Card{
		Over: over, Title: title, Under: under,
		Foot: f.Name.In(k.lang), When: texts.Span(f.StartsAt.In(f.Location()), f.EndsAt.Add(-time.Second).In(f.Location())),
	}
}

// pictureOf is the address of the picture of a page.
func (s *Server) pictureOf(k *call, place ...string) string {
	return s.origin + k.path(append([]string{"pictures"}, place...)...)
}

func (s *Server) fairPicture(ctx context.Context, k *call) error {
	f, err := s.openFair(ctx, k)
	if err != nil {
		return err
	}
	return s.sendPicture(ctx, k, s.card(k, f, "Salon", f.Name.In(k.lang), f.Tagline.In(k.lang)))
}

func (s *Server) standPicture(ctx context.Context, k *call) error {
	f, err := s.openFair(ctx, k)
	if err != nil {
		return err
	}
	st, err := s.Service.Stand(ctx, k.Actor, f.Slug, k.fiber.Params("stand"))
	if err != nil {
		return err
	}
	texts := s.Frontend.Locale(string(k.lang))
	return s.sendPicture(ctx, k, s.card(k, f, texts.T("picture.stand"), st.Name, st.Sector.In(k.lang)+" · "+communeName(st.Commune)))
}

func (s *Server) offerPicture(ctx context.Context, k *call) error {
	f, err := s.openFair(ctx, k)
	if err != nil {
		return err
	}
	o, err := s.Service.Offer(ctx, k.Actor, f.Slug, fair.ID(k.fiber.Params("offer")))
	if err != nil {
		return err
	}
	texts := s.Frontend.Locale(string(k.lang))
	return s.sendPicture(ctx, k, s.card(k, f, texts.T("picture.offer"), o.Title, o.CompanyName+" · "+placeWords(o.Place)))
}

func (s *Server) sendPicture(ctx context.Context, k *call, c picture.Card) error {
	drawn, err := s.pictures.of(ctx, c)
	if err != nil {
		return err
	}
	k.fiber.Set(fiber.HeaderContentType, "image/png")
	k.fiber.Set(fiber.HeaderCacheControl, "public, max-age=3600")
	k.fiber.Set("Cross-Origin-Resource-Policy", "cross-origin") // for those who show it
	k.fiber.Set(fiber.HeaderETag, tagOf(drawn))
	if k.fiber.Get(fiber.HeaderIfNoneMatch) == tagOf(drawn) {
		return k.fiber.SendStatus(http.StatusNotModified)
	}
	return k.fiber.Send(drawn)
}

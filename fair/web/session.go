package web

import (
	"context"
	"net/http"
	"strings"

	"github.com/gofiber/fiber/v2"

	"salon/fair"
	"salon/fair/service"
)

// sessionCookie carries the token of a login session. The prefix makes browsers
// refuse it unless it is Secure, for this host alone and for every path
// (RFC 6265bis, 4.1.3.2); both engines accept it on http://127.0.0.1 as well.
const sessionCookie = "__Host-salon"

// keepSession puts a fresh session into the browser. Each sign-in has a token
// of its own, so that a session fixed beforehand is worth nothing.
func keepSession(c *fiber.Ctx, in service.SignedIn) {
	c.Cookie(&fiber.Cookie{
		Name: sessionCookie, Value: in.Token, Path: "/", Expires: in.Login.ExpiresAt,
		Secure: true, HTTPOnly: true, SameSite: fiber.CookieSameSiteLaxMode,
	})
}

// dropSession takes the cookie out of the browser.
func dropSession(c *fiber.Ctx) {
	c.Cookie(&fiber.Cookie{
		Name: sessionCookie, Path: "/", MaxAge: -1,
		Secure: true, HTTPOnly: true, SameSite: fiber.CookieSameSiteLaxMode,
	})
}

// bearer is the token of an Authorization header (RFC 6750, 2.1), "" without one.
func bearer(c *fiber.Ctx) string {
	scheme, token, found := strings.Cut(c.Get(fiber.HeaderAuthorization), " ")
	if !found || !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}

// admit decides whether a request may go on to its handler: its origin, who
// acts, and whether the table lets that kind of actor knock here at all.
func (s *Server) admit(ctx context.Context, k *call, who access, route string) error {
	if (who == demo || who == demoSelf) && !s.Demo {
		return fair.E(fair.NotFound, "notfound")
	}
	token, fromCookie := bearer(k.fiber), false
	if token == "" {
		token = k.fiber.Cookies(sessionCookie)
		fromCookie = token != ""
	}
	if err := s.checkOrigin(k.fiber, fromCookie); err != nil {
		return err
	}
	if !fromCookie && strings.HasPrefix(token, service.KeyPrefix) {
		return s.admitKey(ctx, k, who, route, token)
	}
	if token != "" {
		actor, err := s.Service.Authenticate(ctx, token)
		switch {
		case err == nil:
			k.Actor = actor
		case fair.KindOf(err) == fair.Forbidden:
			return s.admitHalf(ctx, k, who, token, err)
		case fromCookie && fair.KindOf(err) == fair.Unauthenticated:
			dropSession(k.fiber) // lapsed: a visitor, who may look at what is public
		default:
			return err
		}
	}
	if err := s.onBehalf(ctx, k, route); err != nil {
		return err
	}
	return who.admits(k.Actor)
}

// admitHalf decides for somebody whose login lacks something: they are a visitor,
// but for the routes that provide it.
func (s *Server) admitHalf(ctx context.Context, k *call, who access, token string, lacking error) error {
	half, err := s.Service.Halfway(ctx, token)
	if err != nil {
		return err
	}
	k.half = half
	switch {
	case who == equipping && half.Step == fair.StepSetup, who == anyone, who == demo:
		return nil
	}
	return lacking
}

// checkOrigin refuses requests that change something and come from a page that
// is not ours: with our cookie, or from any browser that names its origin. Only
// the exact origin counts, also when Sec-Fetch-Site says same-origin, because a
// proxy may have changed what the browser believed. A program without a cookie
// names no origin and needs none; nor does a mail program that ends the mails of a
// search by the secret in its address.
func (s *Server) checkOrigin(c *fiber.Ctx, fromCookie bool) error {
	switch c.Method() {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		return nil
	}
	origin := c.Get(fiber.HeaderOrigin)
	if origin == s.origin || origin == "" && !fromCookie && (isAPI(c.Path()) || strings.HasPrefix(strings.TrimPrefix(c.Path(), "/en"), "/searches/")) {
		return nil
	}
	return fair.E(fair.Forbidden, "origin.foreign").With("site", s.origin)
}

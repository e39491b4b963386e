package web

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"salon/fair"
)

// use puts around every route, also those of other wings: the call, the
// security headers, the log line, and the net under a panic.
func (s *Server) use(app *fiber.App) {
	headers := s.securityHeaders()
	app.Use(func(c *fiber.Ctx) error {
		cancel, k := begin(c)
		defer cancel()
		for _, h := range headers {
			c.Set(h[0], h[1])
		}
		start := s.Clock()
		var err error
		if readable(c) {
			err = s.caught(c)
		} else {
			err = s.problem(k, http.StatusBadRequest, "request.broken", nil)
		}
		if err != nil {
			err = s.answerError(c, err)
		}
		s.Log.LogAttrs(c.UserContext(), slog.LevelInfo, "request",
			slog.String("request", k.request),
			slog.String("method", c.Method()),
			slog.String("route", c.Route().Path),
			slog.Int("status", c.Response().StatusCode()),
			slog.Duration("took", s.Clock().Sub(start)))
		if s.Answered != nil {
			s.Answered(c.Response().StatusCode())
		}
		return err
	})
}

// readable reports whether the query and the form of a request are texts: UTF-8
// without NUL, which no browser sends otherwise and no store keeps otherwise.
func readable(c *fiber.Ctx) bool {
	kind := strings.ToLower(c.Get(fiber.HeaderContentType))
	if strings.HasPrefix(kind, fiber.MIMEMultipartForm) && !isAPI(c.Path()) {
		return false // no form of ours is one
	}
	if strings.HasPrefix(kind, fiber.MIMEApplicationForm) && !texts(c.Context().PostArgs()) {
		return false
	}
	return texts(c.Context().QueryArgs())
}

func texts(args *fasthttp.Args) bool {
	for name, value := range args.All() {
		if !utf8.Valid(name) || !utf8.Valid(value) || bytes.IndexByte(value, 0) >= 0 {
			return false
		}
	}
	return true
}

// caught runs the rest of the chain; a panic becomes an error whose text stays
// with us.
func (s *Server) caught(c *fiber.Ctx) (err error) {
	defer func() {
		if r := recover(); r != nil {
			s.Log.ErrorContext(c.UserContext(), "handler panicked",
				"route", c.Route().Path, "panic", fmt.Sprint(r), "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	return c.Next()
}

// answerError is the last word on an error: problem+json for programs, a page
// for people. It also serves what Fiber refuses before any middleware ran, such
// as a body that is too large.
func (s *Server) answerError(c *fiber.Ctx, err error) error {
	if c.UserContext().Value(callKey{}) == nil {
		cancel, _ := begin(c)
		defer cancel()
		for _, h := range s.securityHeaders() {
			c.Set(h[0], h[1])
		}
	}
	if f, ok := errors.AsType[*fiber.Error](err); ok {
		err = s.fiberRefusal(callOf(c.UserContext()), f)
	}
	p := s.fail(c.UserContext(), err)
	for name, values := range p.GetHeaders() {
		c.Set(name, values[0])
	}
	c.Status(p.Status)
	if !isAPI(c.Path()) {
		return s.errorPage(c, p)
	}
	if err := c.JSON(p); err != nil {
		return fmt.Errorf("encode a problem: %w", err)
	}
	c.Set(fiber.HeaderContentType, p.ContentType(""))
	c.Set(fiber.HeaderCacheControl, "no-store")
	return nil
}

// fiberRefusal is what the server itself refuses, before any route: the status
// stays, the words are ours.
func (s *Server) fiberRefusal(k *call, f *fiber.Error) error {
	switch {
	case f.Code == http.StatusRequestEntityTooLarge:
		return fair.E(fair.TooLarge, "body.large")
	case f.Code == http.StatusRequestHeaderFieldsTooLarge:
		return s.problem(k, f.Code, "headers.large", nil)
	case f.Code == http.StatusNotFound || f.Code == http.StatusMethodNotAllowed:
		return fair.E(fair.NotFound, "notfound")
	case f.Code < http.StatusInternalServerError:
		return s.problem(k, f.Code, "request.broken", nil)
	}
	return f
}

// nowhere answers what no route answered.
func (s *Server) nowhere(*fiber.Ctx) error { return fair.E(fair.NotFound, "notfound") }

// securityHeaders are the same on every answer. The one inline style sheet is
// allowed by its hash; nothing else inline runs. Cameras and screens are for our
// own pages only.
func (s *Server) securityHeaders() [][2]string {
	style := "'self'"
	if hash := s.Frontend.StyleHash(); hash != "" {
		style += " '" + hash + "'"
	}
	socket := "ws://" + s.host
	if s.secure {
		socket = "wss://" + s.host
	}
	csp := strings.Join([]string{
		"default-src 'self'",
		"script-src 'self'",
		"style-src " + style,
		"img-src 'self' data: blob:",
		"media-src 'self' blob:",
		"connect-src 'self' " + socket,
		"object-src 'none'",
		"frame-ancestors 'none'",
		"base-uri 'none'",
		"form-action 'self'",
	}, "; ")
	headers := [][2]string{
		{"Content-Security-Policy", csp},
		{"X-Content-Type-Options", "nosniff"},
		{"Referrer-Policy", "same-origin"},
		{"Permissions-Policy", "camera=(self), microphone=(self), display-capture=(self), geolocation=(), payment=(), usb=()"},
		{"Cross-Origin-Opener-Policy", "same-origin"},
		{"Cross-Origin-Resource-Policy", "same-origin"},
	}
	if s.secure {
		headers = append(headers, [2]string{"Strict-Transport-Security", "max-age=31536000"})
	}
	return headers
}

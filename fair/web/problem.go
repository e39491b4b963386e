package web

import (
	"context"
	"errors"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"salon/fair"
	"salon/fair/service"
)

// problem is a refusal as a client sees it (RFC 9457). Detail is one sentence
// in the caller's language that says what happened and what to do next; Code is
// for programs and never changes.
type problem struct {
	Type      string         `json:"type" doc:"Always about:blank; code tells the problems apart"`
	Title     string         `json:"title"`
	Status    int            `json:"status"`
	Detail    string         `json:"detail" doc:"What happened and what to do next, in the caller's language"`
	Code      string         `json:"code"`
	Field     string         `json:"field,omitempty" doc:"The field refused"`
	RequestID string         `json:"request_id"`
	Errors    []FieldProblem `json:"errors,omitempty"`
	Next      []SlotView     `json:"next,omitempty" doc:"With slot.taken: the next free slots of the stand; with booking.extra: those with room for the extra time"`

	retryAfter time.Duration
}

// FieldProblem names one field refused before any use case ran.
type FieldProblem struct {
	Field string `json:"field"`
	Code  string `json:"code"`
}

// Error, GetStatus, GetHeaders and ContentType are what huma asks of an error.
func (p *problem) Error() string             { return p.Code }
func (p *problem) GetStatus() int            { return p.Status }
func (p *problem) ContentType(string) string { return "application/problem+json" }

func (p *problem) GetHeaders() http.Header {
	h := http.Header{}
	if p.retryAfter > 0 {
		h.Set(fiber.HeaderRetryAfter, strconv.Itoa(seconds(p.retryAfter)))
	}
	return h
}

// seconds rounds up: a client that waits that long has waited enough.
func seconds(d time.Duration) int { return int(math.Ceil(d.Seconds())) }

// statuses is what each kind of refusal is in HTTP.
var statuses = map[fair.Kind]int{
	fair.Internal:        http.StatusInternalServerError,
	fair.Invalid:         http.StatusUnprocessableEntity,
	fair.Unauthenticated: http.StatusUnauthorized,
	fair.Forbidden:       http.StatusForbidden,
	fair.NotFound:        http.StatusNotFound,
	fair.Gone:            http.StatusGone,
	fair.Conflict:        http.StatusConflict,
	fair.TooLarge:        http.StatusRequestEntityTooLarge,
	fair.TooMany:         http.StatusTooManyRequests,
	fair.Unavailable:     http.StatusServiceUnavailable,
}

// retryUnavailable is what a client is told when we do not know better.
const retryUnavailable = 3 * time.Second

// extraRefused says that a slot leaves no room for the extra time somebody needs.
const extraRefused = "booking.extra"

// fail turns any error into the answer a client may see. It is the only place
// where that happens: what is not a *fair.Error is logged and told as our fault.
func (s *Server) fail(ctx context.Context, err error) *problem {
	k := callOf(ctx)
	if p, ok := errors.AsType[*problem](err); ok {
		return p
	}
	e, classified := errors.AsType[*fair.Error](err)
	if !classified {
		e = fair.E(fair.Internal, "internal")
		if errors.Is(err, context.DeadlineExceeded) {
			e = fair.E(fair.Unavailable, "slow")
		}
	}
	if status := statuses[e.Kind]; status >= http.StatusInternalServerError {
		s.Log.ErrorContext(ctx, "request failed", "request", k.request, "status", status, "code", e.Code, "err", err)
	}
	if e.Kind == fair.Internal {
		e = fair.E(fair.Internal, "internal")
	}
	p := s.problem(k, statuses[e.Kind], e.Code, e.Args)
	p.Field, p.retryAfter = e.Field, e.RetryAfter
	if e.Kind == fair.Unavailable && p.retryAfter == 0 {
		p.retryAfter = retryUnavailable
	}
	if taken, ok := errors.AsType[*service.SlotTaken](err); ok {
		p.Next = mapped(taken.Next, func(slot fair.Slot) SlotView { return viewSlot(slot, s.Clock()) })
		if texts := s.Frontend.Locale(string(k.lang)); e.Code == extraRefused && taken.Zone != nil {
			times := mapped(taken.Next, func(slot fair.Slot) string { return texts.When(slot.Start.In(taken.Zone)) })
			p.Detail += " " + texts.T("booking.roomy", "times", strings.Join(times, ", "))
		}
	}
	return p
}

// problem makes a refusal in the caller's language. The text of the code is
// used; a code without one gets the words that belong to the status.
func (s *Server) problem(k *call, status int, code string, args map[string]string) *problem {
	texts := s.Frontend.Locale(string(k.lang))
	detail := ""
	if key := "error." + code; texts.Has(key) {
		pairs := make([]any, 0, 2*len(args))
		for name, value := range args {
			pairs = append(pairs, name, value)
		}
		detail = texts.T(key, pairs...)
	} else {
		words := "error." + strconv.Itoa(status)
		detail = texts.T(words+".what") + ". " + texts.T(words+".next")
	}
	return &problem{
		Type: "about:blank", Title: http.StatusText(status), Status: status,
		Detail: detail, Code: code, RequestID: k.request,
	}
}

// refusal turns what huma itself refused (a body that is not JSON, a field that
// does not fit) into our own problem; it never repeats what was sent.
func (s *Server) refusal(ctx huma.Context, m *huma.ErrorModel) *problem {
	k := callOf(ctx.Context())
	code := map[int]string{
		http.StatusBadRequest:            "json.broken",
		http.StatusUnsupportedMediaType:  "json.wanted",
		http.StatusRequestEntityTooLarge: "body.large",
		http.StatusUnprocessableEntity:   "field.invalid",
		http.StatusRequestTimeout:        "slow",
	}[m.Status]
	if code == "" {
		return s.fail(ctx.Context(), m)
	}
	p := s.problem(k, m.Status, code, nil)
	if m.Status != http.StatusUnprocessableEntity {
		return p
	}
	for _, detail := range m.Errors {
		p.Errors = append(p.Errors, FieldProblem{Field: fieldName(detail), Code: fieldCode(detail.Message)})
	}
	if len(p.Errors) == 1 {
		p.Field = p.Errors[0].Field
	}
	return p
}

// fieldName is the field in the API's spelling: huma says "body.links[0].url".
func fieldName(d *huma.ErrorDetail) string {
	_, name, found := strings.Cut(d.Location, ".")
	if missing, ok := strings.CutPrefix(d.Message, "expected required property "); ok {
		missing, _, _ = strings.Cut(missing, " ")
		if found {
			return name + "." + missing
		}
		return missing
	}
	if !found {
		return d.Location
	}
	return name
}

// fieldCode sorts huma's sentences into the few codes a form can act upon.
func fieldCode(message string) string {
	for _, known := range []struct{ begins, code string }{
		{"unexpected property", "field.unknown"},
		{"expected required property", "field.missing"},
		{"required ", "field.missing"},
		{"expected length", "field.length"},
		{"expected array length", "field.length"},
		{"expected number", "field.range"},
		{"expected value to be one of", "field.choice"},
	} {
		if strings.HasPrefix(message, known.begins) {
			return known.code
		}
	}
	return "field.invalid"
}

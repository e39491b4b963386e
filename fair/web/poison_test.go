package web_test

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"salon/fair"
	"salon/fair/web"
)

// poison stands for whatever a driver, a template or a bug may say.
const poison = "dial tcp 10.0.0.7: password of mongodb is hunter2"

func TestEveryRouteHasASample(t *testing.T) {
	for route := range web.Table() {
		if _, found := samples[route]; !found && web.Table()[route] != "decided by the route's own wing" {
			t.Errorf("%s has no sample: it would escape the tests over all routes", route)
		}
	}
	for route := range samples {
		if _, found := web.Table()[route]; !found {
			t.Errorf("the sample of %s is for a route that does not exist", route)
		}
	}
}

func TestAnErrorNobodyClassifiedIsNeverTold(t *testing.T) {
	blows := map[string]func(string) error{
		"a plain error":            func(string) error { return errors.New(poison) },
		"an internal error":        func(string) error { return fair.E(fair.Internal, "oops").Because(errors.New(poison)) },
		"a store that is down":     func(string) error { return fair.E(fair.Unavailable, "store.down").Because(errors.New(poison)) },
		"a refusal with its cause": func(string) error { return fair.E(fair.Conflict, "slot.taken").Because(errors.New(poison)) },
		"a panic":                  func(string) error { panic(poison) },
	}
	wants := map[string]int{
		"a plain error": 500, "an internal error": 500, "a panic": 500, "a store that is down": 503, "a refusal with its cause": 409,
	}
	for what, blow := range blows {
		t.Run(what, func(t *testing.T) {
			var log bytes.Buffer
			d := newDouble()
			d.before = blow
			app := serve(t, d, func(c *web.Config) { c.Log = slog.New(slog.NewTextHandler(&log, nil)) }).App()
			for route, s := range samples {
				if !s.asks {
					continue
				}
				log.Reset()
				method, pattern, _ := strings.Cut(route, " ")
				res, body := ask(t, app, method, fill(pattern), s.body,
					"Cookie", "__Host-salon=all", "Origin", site, "Content-Type", s.header(), "Idempotency-Key", "k")
				refusedForm := res.StatusCode == 303 && wants[what] == 409 && s.form
				if res.StatusCode != wants[what] && !refusedForm {
					t.Errorf("%s: status %d, want %d: %s", route, res.StatusCode, wants[what], body)
				}
				if told := allOf(res.Header) + body; strings.Contains(told, "hunter2") || strings.Contains(told, "goroutine ") {
					t.Errorf("%s tells %q", route, told)
				}
				if wants[what] >= 500 && !strings.Contains(log.String(), "hunter2") {
					t.Errorf("%s: the log does not say what went wrong", route)
				}
				if wants[what] == 503 && res.Header.Get("Retry-After") == "" {
					t.Errorf("%s: 503 without Retry-After", route)
				}
				way := map[bool]string{true: ">Réessayer</a>", false: "Revenez en arrière"}[method == "GET"]
				if wants[what] >= 500 && strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") && !strings.Contains(body, way) {
					t.Errorf("%s: the page does not say %q", route, way)
				}
			}
		})
	}
}

// allOf is every header of an answer.
func allOf(h map[string][]string) string {
	var b strings.Builder
	for name, values := range h {
		b.WriteString(name + ": " + strings.Join(values, ", ") + "\n")
	}
	return b.String()
}

func TestTheLogHoldsNoFactAboutAPerson(t *testing.T) {
	var log bytes.Buffer
	app := serve(t, newDouble(), func(c *web.Config) {
		c.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}).App()
	for route, s := range samples {
		method, pattern, _ := strings.Cut(route, " ")
		ask(t, app, method, fill(pattern), s.body, "Cookie", "__Host-salon=all", "Origin", site, "Content-Type", s.header(), "Idempotency-Key", "k")
	}
	lines := strings.Count(log.String(), "msg=request ")
	if lines != len(samples) {
		t.Errorf("%d lines for %d requests", lines, len(samples))
	}
	for _, fact := range []string{"camille", "Camille", "fiction", "Fiction", "+33", "0199", "rappeler", "=all", string(candID), string(meetID), "123456"} {
		if strings.Contains(log.String(), fact) {
			t.Errorf("the log holds %q", fact)
		}
	}
}

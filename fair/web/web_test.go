package web_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"salon/fair/web"
	"salon/frontend"
	"salon/signaling/token"
	"salon/signaling/ws"
)

const site = "http://127.0.0.1:8080"

// noon is the time of every test that does not say otherwise.
var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// readSite parses the pages once for all tests; they are only read.
var readSite = sync.OnceValues(frontend.NewSite)

// serve makes a server over some use cases; change may alter its settings.
func serve(t *testing.T, svc web.Service, change ...func(*web.Config)) *web.Server {
	t.Helper()
	pages, err := readSite()
	if err != nil {
		t.Fatal(err)
	}
	tokens, err := token.New(bytes.Repeat([]byte("k"), 32), func() time.Time { return noon })
	if err != nil {
		t.Fatal(err)
	}
	c := web.Config{
		Service: svc, Frontend: pages, Tokens: tokens, URL: site, Demo: true,
		Log:   slog.New(slog.NewTextHandler(io.Discard, nil)),
		Clock: func() time.Time { return noon },
		Ready: func(context.Context) []web.Fault { return nil },
	}
	for _, f := range change {
		f(&c)
	}
	s, err := web.New(c)
	if err != nil {
		t.Fatal(err)
	}
	s.Seal()
	return s
}

// ask sends one request and reads the whole answer.
func ask(t *testing.T, app *fiber.App, method, path, body string, headers ...string) (*http.Response, string) {
	t.Helper()
	req := httptest.NewRequest(method, path, strings.NewReader(body))
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		if headers[i] == "Host" {
			req.Host = headers[i+1]
		}
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := app.Test(req, 20_000)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(raw)
}

// listen serves an application on a real connection, for what a test without one
// cannot see, and answers its address.
func listen(t *testing.T, app *fiber.App) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- app.Listener(ln) }()
	t.Cleanup(func() {
		if err := app.Shutdown(); err != nil {
			t.Error(err)
		}
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return "http://" + ln.Addr().String()
}

func TestTheTableAndTheRoutesAreTheSame(t *testing.T) {
	app := serve(t, nil).App()
	sockets, err := ws.New(ws.Config{Origins: []string{site}})
	if err != nil {
		t.Fatal(err)
	}
	sockets.Mount(t.Context(), app)
	missing, stale := web.Audit(app)
	if len(missing) > 0 {
		t.Errorf("served without a row in the authorization table: %q", missing)
	}
	if len(stale) > 0 {
		t.Errorf("in the authorization table, but nothing serves it: %q", stale)
	}
}

func TestTheDescriptionOfTheAPIIsServed(t *testing.T) {
	res, body := ask(t, serve(t, nil).App(), "GET", "/api/openapi.json", "")
	var spec struct {
		OpenAPI    string
		Paths      map[string]any
		Components struct{ Schemas map[string]any }
	}
	if err := json.Unmarshal([]byte(body), &spec); err != nil || res.StatusCode != 200 {
		t.Fatalf("status %d, %v", res.StatusCode, err)
	}
	if spec.OpenAPI != "3.1.0" || len(spec.Paths) < 30 {
		t.Errorf("version %q with %d paths", spec.OpenAPI, len(spec.Paths))
	}
	for _, name := range []string{"OfferDetail", "InterviewView", "Problem", "SlotDeskView"} {
		if spec.Components.Schemas[name] == nil {
			t.Errorf("the schema %s is missing", name)
		}
	}
}

func TestReadinessNamesThePartThatFails(t *testing.T) {
	var faults []web.Fault
	app := serve(t, newDouble(), func(c *web.Config) { c.Ready = func(context.Context) []web.Fault { return faults } }).App()
	if res, body := ask(t, app, "GET", "/readyz", ""); res.StatusCode != 200 || !strings.Contains(body, "ready") {
		t.Errorf("all is well: %d %s", res.StatusCode, body)
	}
	faults = []web.Fault{{Part: "documents", Text: "no answer within 2 s"}}
	if res, body := ask(t, app, "GET", "/readyz", ""); res.StatusCode != 503 || !strings.Contains(body, `"part":"documents"`) {
		t.Errorf("the store is down: %d %s", res.StatusCode, body)
	}
	if res, _ := ask(t, app, "GET", "/healthz", ""); res.StatusCode != 200 {
		t.Errorf("the process itself answers: %d", res.StatusCode)
	}
}

func TestAnAddressThatTriesTooOftenIsToldWhenToComeBack(t *testing.T) {
	for path, body := range map[string]string{
		"/api/v1/sign-in/code": `{"email":"a@b.example"}`,
		"/api/v1/sign-in":      `{"email":"a@b.example","code":"1"}`,
	} {
		app := serve(t, newDouble()).App()
		for n := range 61 {
			res, answer := ask(t, app, "POST", path, body, "X-Forwarded-For", strconv.Itoa(n)+".1.1.1")
			if refused := res.StatusCode == 429; refused != (n == 60) {
				t.Fatalf("try %d at %s: %d %s", n+1, path, res.StatusCode, answer)
			} else if refused && (res.Header.Get("Retry-After") == "" || !strings.Contains(answer, `"code":"toomany"`)) {
				t.Errorf("%s: Retry-After %q, %s", path, res.Header.Get("Retry-After"), answer)
			}
		}
	}
}

func TestOnlyAnOriginMayBeThePublicAddress(t *testing.T) {
	for _, address := range []string{"", "salon.example", "ftp://salon.example", "https://salon.example/", "https://salon.example/x", "https://salon.example?a=b", "://"} {
		if _, err := web.New(web.Config{URL: address}); err == nil {
			t.Errorf("%q was taken for a public address", address)
		}
	}
}

package web_test

import (
	"bufio"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
)

// asker asks one server with every role and everything a good request needs.
func asker(t *testing.T) func(method, path, body string, more ...string) (*http.Response, string) {
	t.Helper()
	app := serve(t, newDouble()).App()
	return func(method, path, body string, more ...string) (*http.Response, string) {
		t.Helper()
		return ask(t, app, method, path, body, append([]string{"Authorization", "Bearer all", "Idempotency-Key", "k"}, more...)...)
	}
}

// mutants are copies of a body in which one text has been replaced at a time.
func mutants(v any, evil any) []any {
	var all []any
	switch v := v.(type) {
	case string:
		all = append(all, evil)
	case map[string]any:
		for key, inner := range v {
			for _, m := range mutants(inner, evil) {
				copied := map[string]any{}
				for k, other := range v {
					copied[k] = other
				}
				copied[key] = m
				all = append(all, copied)
			}
		}
	case []any:
		for i, inner := range v {
			for _, m := range mutants(inner, evil) {
				copied := append([]any{}, v...)
				copied[i] = m
				all = append(all, copied)
			}
		}
	}
	return all
}

func TestAnOperatorIsRefusedInEveryTextOfEveryBody(t *testing.T) {
	asAll := asker(t)
	tried := 0
	for route, s := range samples {
		if !strings.HasPrefix(s.body, "{") || strings.HasSuffix(route, "/import") {
			continue // the records of an import are kept as they are, and judged one by one
		}
		var good any
		if err := json.Unmarshal([]byte(s.body), &good); err != nil {
			t.Fatalf("the sample of %s: %v", route, err)
		}
		method, pattern, _ := strings.Cut(route, " ")
		for _, evil := range []any{map[string]any{"$ne": nil}, map[string]any{"$gt": ""}, []any{"a"}, 7, true} {
			for _, m := range mutants(good, evil) {
				raw, err := json.Marshal(m)
				if err != nil {
					t.Fatal(err)
				}
				res, body := asAll(method, fill(pattern), string(raw))
				if tried++; res.StatusCode != 422 {
					t.Errorf("%s %s: status %d: %s", route, raw, res.StatusCode, body)
				}
				if strings.Contains(body, "$") {
					t.Errorf("%s repeats what was sent: %s", route, body)
				}
			}
		}
	}
	if tried < 100 {
		t.Errorf("only %d bodies were tried", tried)
	}
}

func TestEveryBodyIsReadStrictly(t *testing.T) {
	asAll := asker(t)
	for route, s := range samples {
		if !strings.HasPrefix(s.body, "{") {
			continue
		}
		method, pattern, _ := strings.Cut(route, " ")
		for what, c := range map[string]struct {
			body string
			want int
		}{
			"broken":        {s.body[:len(s.body)-1], 400},
			"two values":    {s.body + "{}", 400},
			"not UTF-8":     {"\xff\xfe", 400},
			"an array":      {"[" + s.body + "]", 422},
			"unknown field": {strings.Replace(s.body, "{", `{"$where":"1",`, 1), 422},
			"very deep":     {strings.Repeat("[", 20_000), 400},
		} {
			res, body := asAll(method, fill(pattern), c.body)
			if res.StatusCode != c.want {
				t.Errorf("%s, %s: status %d, want %d: %s", route, what, res.StatusCode, c.want, body)
			}
			if ct := res.Header.Get("Content-Type"); ct != "application/problem+json" {
				t.Errorf("%s, %s: content type %q", route, what, ct)
			}
		}
	}
}

func TestARefusalNamesTheFieldAndSpeaksTheCallersLanguage(t *testing.T) {
	asAll := asker(t)
	for lang, words := range map[string]string{"fr-FR,fr;q=0.9,en;q=0.5": "Une information", "en-GB": "Some information", "de, en;q=0.3": "Some information", "": "Une information"} {
		res, body := asAll("POST", "/api/v1/demo/session", `{"role":"king","n":1}`, "Accept-Language", lang)
		var p struct {
			Status                     int
			Title, Detail, Code, Field string
			RequestID                  string `json:"request_id"`
			Errors                     []struct{ Field, Code string }
		}
		if err := json.Unmarshal([]byte(body), &p); err != nil {
			t.Fatal(err)
		}
		if res.StatusCode != 422 || p.Status != 422 || p.Field != "role" || p.Code != "field.invalid" || len(p.RequestID) != 26 ||
			len(p.Errors) != 1 || p.Errors[0].Code != "field.choice" || !strings.HasPrefix(p.Detail, words) {
			t.Errorf("in %q: %s", lang, body)
		}
	}
}

func TestWhatIsTooLargeIsRefused(t *testing.T) {
	asAll := asker(t)
	at := listen(t, serve(t, newDouble()).App())
	for _, path := range []string{"/api/v1/fairs/rencontres/offers/import", "/sign-in"} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, at+path, strings.NewReader(strings.Repeat(" ", 5<<20)))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer all")
		req.Header.Set("Origin", site)
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		if res.StatusCode != 413 {
			t.Errorf("5 MB to %s: status %d", path, res.StatusCode)
		}
	}
	res, body := asAll("PATCH", "/api/v1/me", `{"about":"`+strings.Repeat("a", 70<<10)+`"}`)
	if res.StatusCode != 413 {
		t.Errorf("70 KB on an ordinary operation: status %d, %s", res.StatusCode, body)
	}
	res, body = asAll("POST", "/api/v1/fairs/rencontres/offers/import", `{"resultats":[`+strings.Repeat(`{},`, 150)+`{}]}`)
	if res.StatusCode != 422 {
		t.Errorf("151 records: status %d, %s", res.StatusCode, body)
	}
}

func TestAStrangePathLeadsNowhere(t *testing.T) {
	asAll := asker(t)
	for _, path := range []string{
		"/api/v1/interviews/..%2f..%2fetc", "/api/v1/interviews/%252e%252e", "/api/v1/interviews/{\"$ne\":1}", "/api/v1/interviews/" + strings.Repeat("a", 27),
		"/api/v1/interviews/" + strings.ToUpper(string(meetID)), "/api/v1/nothing", "/api", "/api/v2/fairs",
		"/assets/..%2fpages.go", "/assets/%252e%252e%252fpages.go", "/assets/.vite", "/fairs/%2e%2e/offers", "/fairs/rencontres/offers/1%00",
		"/interviews/a", "/webconferences/a/stage", "/en/en/", "/.git/config", "/%ff",
	} {
		res, body := asAll("GET", path, "")
		if res.StatusCode != 404 {
			t.Errorf("GET %s: status %d: %.200s", path, res.StatusCode, body)
		}
		if isProblem := res.Header.Get("Content-Type") == "application/problem+json"; isProblem != strings.HasPrefix(path, "/api") {
			t.Errorf("GET %s: content type %q", path, res.Header.Get("Content-Type"))
		}
	}
}

func TestJunkInHeadersIsHarmless(t *testing.T) {
	app := serve(t, newDouble()).App()
	for name, value := range map[string]string{
		"Accept-Language": strings.Repeat("fr;q=", 400), "Accept": "application/x-unknown", "Accept-Encoding": "gzip;q=0, br",
		"If-None-Match": `W/"`, "X-Forwarded-For": "1.1.1.1, ::ffff:999, <script>", "Range": "bytes=-1-1", "X-Forwarded-Host": "evil.example",
		"Cookie": "__Host-salon=; __Host-salon", "X-Http-Method-Override": "DELETE",
	} {
		for _, path := range []string{"/api/v1/fairs", "/fairs/rencontres", "/healthz"} {
			res, body := ask(t, app, "GET", path, "", name, value)
			if res.StatusCode != 200 || strings.Contains(body, "evil.example") {
				t.Errorf("%s with %s: status %d", path, name, res.StatusCode)
			}
		}
	}
}

func TestABodyOfAnotherTypeIsRefused(t *testing.T) {
	asAll := asker(t)
	for _, kind := range []string{"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/xml"} {
		res, body := asAll("PATCH", "/api/v1/me", `{"name":"x"}`, "Content-Type", kind)
		if res.StatusCode != 415 || !strings.Contains(body, "json.wanted") {
			t.Errorf("%s: status %d, %s", kind, res.StatusCode, body)
		}
	}
}

func TestWhatIsNotHTTPIsRefusedInOurWords(t *testing.T) {
	at := strings.TrimPrefix(listen(t, serve(t, newDouble()).App()), "http://")
	for what, c := range map[string]struct {
		request string
		status  int
	}{
		"a line that is no request": {"nonsense\r\n\r\n", 400},
		"headers without end":       {"GET /api/v1/fairs HTTP/1.1\r\nHost: a\r\nX-A: " + strings.Repeat("a", 20<<10) + "\r\n\r\n", 431},
		"a length that is a lie":    {"POST /api/v1/sign-in HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n", 400},
	} {
		t.Run(what, func(t *testing.T) {
			conn, err := net.Dial("tcp", at)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			if _, err := conn.Write([]byte(c.request)); err != nil {
				t.Fatal(err)
			}
			res, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			raw, err := io.ReadAll(res.Body)
			if err != nil {
				t.Fatal(err)
			}
			if res.StatusCode != c.status || strings.Contains(string(raw), "fasthttp") || res.Header.Get("X-Content-Type-Options") != "nosniff" {
				t.Errorf("status %d, want %d: %.300s", res.StatusCode, c.status, raw)
			}
		})
	}
}

//go:build long

package main

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"salon/fair/service"
	"salon/signaling/redisbus/redistest"
)

// canary is somebody whose every trace holds a word that stands nowhere else.
type canary struct {
	words     []string
	token     string
	interview string
}

// plant has a candidate of the demo leave traces wherever one may, by the API
// alone, and the stand write about them.
func (r *running) plant(t *testing.T, n int, bird, stand, recruiter string) *canary {
	t.Helper()
	word := func(what string) string { return bird + what }
	token, err := r.DemoToken(t.Context(), "candidate", n)
	if err != nil {
		t.Fatal(err)
	}
	c := &canary{token: token, words: []string{bird, fmt.Sprintf("candidate-%d@", n), fmt.Sprintf("+3319900%d", n)}}
	r.call(t, token, http.MethodPatch, "/me", map[string]any{"name": word("nom"), "headline": word("titre"), "about": word("texte"),
		"phone": fmt.Sprintf("019900%d", n), "availability": word("dispo"), "skills": []string{word("talent")},
		"needs": map[string]bool{"captions": true, "interpreter": false, "extra_time": true}}, nil)
	var made struct{ ID string }
	file := "%PDF-1.4\n" + word("fichier") + "\n%%EOF\n"
	r.once(t, token, "/me/cvs", map[string]any{"name": word("cv") + ".pdf", "size": len(file)}, &made)
	cv := made.ID
	r.raw(t, token, http.MethodPut, "/api/v1/me/cvs/"+cv+"/parts/0", "application/octet-stream", file, http.StatusOK)
	r.call(t, token, http.MethodPost, "/me/cvs/"+cv+"/finish", nil, nil)
	r.call(t, token, http.MethodPost, "/stands/"+stand+"/applications", map[string]string{"text": word("motif"), "cv": cv}, nil)
	r.call(t, token, http.MethodPost, "/stands/"+stand+"/questions", map[string]string{"text": word("question")}, &made)
	r.call(t, recruiter, http.MethodPost, "/threads/"+made.ID+"/messages", map[string]string{"text": "Bonjour " + word("nom")}, nil)
	r.call(t, token, http.MethodPost, "/me/companions", map[string]string{"email": strings.ToLower(bird) + "@example.org"}, nil)
	r.raw(t, token, http.MethodPost, "/fairs/rencontres-2021/searches", "application/x-www-form-urlencoded", "q="+word("cherche"), http.StatusSeeOther)
	start := time.Now().Add(48 * time.Hour).Truncate(time.Hour).Add(time.Duration(n%20) * time.Hour)
	var opened struct{ Items []struct{ ID string } }
	r.call(t, recruiter, http.MethodPost, "/stands/"+stand+"/slots", map[string]any{"starts_at": start.UTC().Format(time.RFC3339),
		"minutes": 20, "buffer_minutes": 0, "count": 1, "channels": []string{"video"}}, &opened)
	var booked struct{ Interview struct{ ID string } }
	r.once(t, token, "/slots/"+opened.Items[0].ID+"/booking", map[string]string{"channel": "video"}, &booked)
	c.interview = booked.Interview.ID
	r.call(t, recruiter, http.MethodPut, "/interviews/"+c.interview+"/notes", map[string]string{"notes": word("note")}, nil)
	r.call(t, token, http.MethodPost, "/interviews/"+c.interview+"/guests", map[string]string{"email": strings.ToLower(bird) + ".g@example.org", "name": word("guest")}, nil)
	return c
}

// once posts what has a key, so that it is done once.
func (r *running) once(t *testing.T, token, path string, in, out any) {
	t.Helper()
	if err := r.As(token).Call(t.Context(), http.MethodPost, path, http.Header{"Idempotency-Key": {"k"}}, in, out); err != nil {
		t.Fatal(err)
	}
}

// raw sends a body as it is, as a page of ours does.
func (r *running) raw(t *testing.T, token, method, path, kind, body string, want int) []byte {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, "http://"+r.addr+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", kind)
	request.Header.Set("Origin", "http://"+r.addr)
	if token != "" {
		request.Header.Set("Cookie", "__Host-salon="+token)
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if response.StatusCode != want {
		t.Fatalf("%s %s: status %d, want %d: %.500s", method, path, response.StatusCode, want, content)
	}
	return content
}

// heard are the words of a canary that stand in a text.
func (c *canary) heard(text []byte) (words []string) {
	low := bytes.ToLower(text)
	for _, word := range c.words {
		if bytes.Contains(low, bytes.ToLower([]byte(word))) {
			words = append(words, word)
		}
	}
	return words
}

// inRedis says which keys hold a word of the canary, and for how long.
func (c *canary) inRedis(t *testing.T, client *redis.Client) (keys map[string]time.Duration) {
	t.Helper()
	ctx := t.Context()
	keys = map[string]time.Duration{}
	all := client.Scan(ctx, 0, "*", 1000).Iterator()
	for all.Next(ctx) {
		name := all.Val()
		kind, err := client.Type(ctx, name).Result()
		if err != nil {
			t.Fatal(err)
		}
		var content any
		switch kind {
		case "string":
			content, err = client.Get(ctx, name).Result()
		case "hash":
			content, err = client.HGetAll(ctx, name).Result()
		case "list":
			content, err = client.LRange(ctx, name, 0, -1).Result()
		case "set":
			content, err = client.SMembers(ctx, name).Result()
		case "zset":
			content, err = client.ZRange(ctx, name, 0, -1).Result()
		case "stream":
			content, err = client.XRange(ctx, name, "-", "+").Result()
		case "none": // it has just lapsed
		default:
			t.Fatalf("%s is a %s, which this test does not read", name, kind)
		}
		if err != nil && err != redis.Nil {
			t.Fatal(err)
		}
		if len(c.heard([]byte(name+fmt.Sprint(content)))) == 0 {
			continue
		}
		if keys[name], err = client.PTTL(ctx, name).Result(); err != nil {
			t.Fatal(err)
		}
	}
	if err := all.Err(); err != nil {
		t.Fatal(err)
	}
	return keys
}

// traces says where a word of the canary stands: in the documents, in the files
// of the data folder, that of the documents byte by byte among them, in the logs.
func (c *canary) traces(t *testing.T, h *house, data string, logs ...string) (where []string) {
	t.Helper()
	for _, word := range c.words {
		held, err := h.store.Holding(t.Context(), word)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range held {
			where = append(where, word+" in "+name)
		}
	}
	note := func(path string) {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range c.heard(content) {
			where = append(where, word+" in "+filepath.Base(path))
		}
	}
	err := filepath.WalkDir(data, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			note(path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, log := range logs {
		note(log)
	}
	return where
}

// told says which answers to the stand and the organisers hold a word of the canary.
func (c *canary) told(t *testing.T, r *running, stand, recruiter, organiser string) (where []string) {
	t.Helper()
	for path, token := range map[string]string{
		"/stands/" + stand + "/threads": recruiter, "/stands/" + stand + "/applications": recruiter, "/stands/" + stand + "/slots": recruiter,
		"/stands/" + stand + "/line": recruiter, "/stands/" + stand + "/answers": recruiter, "/interviews/" + c.interview: recruiter, "/me/interviews": recruiter,
		"/me/mails": recruiter, "/fairs/rencontres-2021/live": organiser, "/fairs/rencontres-2021/people": organiser, "/fairs/rencontres-2021/requests": organiser,
		"/fairs/rencontres-2021/offers?q=" + c.words[0]: "",
	} {
		var answer any
		r.call(t, token, http.MethodGet, path, nil, &answer)
		if words := c.heard([]byte(fmt.Sprint(answer))); len(words) > 0 {
			where = append(where, fmt.Sprint(words, " in ", path))
		}
	}
	return where
}

// exported is what an export holds.
func exported(t *testing.T, archive []byte) (content []byte) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		part, err := io.ReadAll(r)
		r.Close()
		if err != nil {
			t.Fatal(err)
		}
		content = append(content, part...)
	}
	return content
}

// A real server with a real Redis: one canary asks to be erased and the server is
// killed with -9 as soon as the door is closed; another is left to the time of the
// fair. Afterwards neither stands in documents, files, Redis, answers or logs.
func TestNoWordOfACanaryIsLeftInARealHouse(t *testing.T) {
	bus := redistest.Start(t)
	data := filepath.Join(t.TempDir(), "data")
	settings := []string{"--demo", "--data", data, "--redis", "redis://" + bus}
	first := startWith(t, settings...)
	var stands struct{ Items []struct{ ID string } }
	first.call(t, "", http.MethodGet, "/fairs/rencontres-2021/stands?limit=1", nil, &stands)
	stand := stands.Items[0].ID
	tokens := map[string]string{}
	for _, role := range []string{"recruiter", "organiser"} {
		token, err := first.DemoToken(t.Context(), role, 1)
		if err != nil {
			t.Fatal(err)
		}
		tokens[role] = token
	}
	gone := first.plant(t, 4211, "Zebulonchardonneret", stand, tokens["recruiter"])
	stays := first.plant(t, 4212, "Quetzalrossignol", stand, tokens["recruiter"])
	if told := gone.told(t, first, stand, tokens["recruiter"], tokens["organiser"]); len(told) < 4 {
		t.Errorf("before, only %v tell of the canary, so nothing is proved by silence", told)
	}
	client := redis.NewClient(&redis.Options{Addr: bus})
	defer client.Close()
	if keys, err := client.DBSize(t.Context()).Result(); err != nil || keys < 3 {
		t.Errorf("Redis holds %d keys, so nothing is proved by silence: %v", keys, err)
	}
	archive := exported(t, first.raw(t, gone.token, http.MethodPost, "/account/data", "application/x-www-form-urlencoded", "do=export", http.StatusOK))
	if len(gone.heard(archive)) < 3 || len(stays.heard(archive)) > 0 {
		t.Errorf("the export holds %v of its owner and %v of another", gone.heard(archive), stays.heard(archive))
	}

	both := func() map[string]time.Duration {
		held := gone.inRedis(t, client)
		maps.Copy(held, stays.inRedis(t, client))
		return held
	}
	before := both()
	go first.ask(gone.token, url.Values{"do": {"erase"}, "sure": {"yes"}})
	for first.As(gone.token).Call(t.Context(), http.MethodGet, "/me", nil, nil, nil) == nil {
	}
	_ = first.process.Process.Kill() // as soon as the login is refused
	_ = first.process.Wait()

	second := startWith(t, settings...)
	deadline := time.Now().Add(30 * time.Second)
	for told := []string{"?"}; len(told) > 0; {
		if told = gone.told(t, second, stand, tokens["recruiter"], tokens["organiser"]); time.Now().After(deadline) {
			t.Fatalf("after kill -9 the erasure is not completed: %v", told)
		}
	}
	maps.Copy(before, both())
	for name, left := range before { // views hold states and ids; a name lapses with its history
		if left <= 0 || left > 2*time.Minute {
			t.Errorf("Redis keeps the canary in %s for %s", name, left)
		}
	}
	if err := second.process.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	_ = second.process.Wait()

	h, err := build(t.Context(), parsed(t, append(settings, "--addr", freeAddress(t), "--media-udp", "127.0.0.1:0", "--media-tcp", off, "--turn", off, "--metrics", off)...), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer h.close()
	later := func(d time.Duration) {
		t.Helper()
		h.service.Clock = func() time.Time { return time.Now().Add(d) }
		for range 3 {
			if err := h.service.Sweep(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := service.NewDispatcher(h.service).Dispatch(t.Context()); err != nil {
				t.Fatal(err)
			}
			d += 2 * time.Minute
		}
	}
	later(2 * time.Minute)
	if left := gone.traces(t, h, data, first.log, second.log); len(left) > 0 {
		t.Errorf("of who was erased there is still: %s", strings.Join(left, ", "))
	}
	if len(stays.traces(t, h, data)) < 10 {
		t.Error("who asked for nothing is gone too")
	}
	later(2 * 366 * 24 * time.Hour)
	if left := stays.traces(t, h, data, first.log, second.log); len(left) > 0 {
		t.Errorf("after the time of the fair there is still: %s", strings.Join(left, ", "))
	}
}

// ask posts a form without waiting for anything: the server may die meanwhile.
func (r *running) ask(token string, form url.Values) {
	request, err := http.NewRequest(http.MethodPost, "http://"+r.addr+"/account/data", strings.NewReader(form.Encode()))
	if err != nil {
		return
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Origin", "http://"+r.addr)
	request.Header.Set("Cookie", "__Host-salon="+token)
	if response, err := http.DefaultTransport.RoundTrip(request); err == nil {
		response.Body.Close()
	}
}

package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// booker is a server with slots; broken, it looks and then writes, with room for
// others between.
type booker struct {
	broken bool
	mu     sync.Mutex
	taken  map[string]string // slot to token, guarded by mu
	gate   sync.WaitGroup    // broken: lets nobody write before all have looked
}

func (b *booker) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	who := r.Header.Get("Authorization")
	switch {
	case strings.HasSuffix(r.URL.Path, "/demo/session"):
		var in struct{ N int }
		json.NewDecoder(r.Body).Decode(&in)
		fmt.Fprintf(w, `{"token":"t%d"}`, in.N)
	case strings.HasSuffix(r.URL.Path, "/slots"):
		fmt.Fprint(w, `{"items":[{"id":"a","channels":["phone"]}]}`)
	case !b.book(r.URL.Path, who):
		w.WriteHeader(http.StatusConflict)
		fmt.Fprint(w, `{"code":"slot.taken"}`)
	default:
		fmt.Fprintf(w, `{"interview":{"id":"of %s"}}`, who)
	}
}

func (b *booker) book(slot, who string) bool {
	b.mu.Lock()
	owner := b.taken[slot]
	if b.broken && owner == "" {
		b.mu.Unlock()
		b.gate.Done()
		b.gate.Wait()
		b.mu.Lock()
	}
	defer b.mu.Unlock()
	if owner == "" || b.broken {
		b.taken[slot] = who
		return true
	}
	return owner == who
}

func TestARaceTellsARightServerFromAWrongOne(t *testing.T) {
	const people = 5
	for _, broken := range []bool{false, true} {
		t.Run(fmt.Sprint("broken ", broken), func(t *testing.T) {
			b := &booker{broken: broken, taken: map[string]string{}}
			b.gate.Add(people)
			s := httptest.NewServer(b)
			defer s.Close()
			err := (&race{target: target{URL: s.URL, Fair: "f"}, Candidates: people, Slots: 1, Retries: 5, First: 1}).Run(t.Context())
			if broken != (err != nil && strings.Contains(err.Error(), "1 slots overbooked")) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestQuantiles(t *testing.T) {
	var all []time.Duration
	for i := range 100 {
		all = append(all, time.Duration(100-i)*time.Millisecond)
	}
	for q, want := range map[float64]time.Duration{0: 1, 0.5: 51, 0.99: 100, 1: 100} {
		if got := quantile(all, q); got != want*time.Millisecond {
			t.Errorf("quantile %v is %v, want %v", q, got, want*time.Millisecond)
		}
	}
	if quantile(nil, 0.5) != 0 {
		t.Error("nothing has a median")
	}
}

func TestTitlesAreTypedInBothGenders(t *testing.T) {
	for title, want := range map[string][2]string{
		"Boulanger / Boulangère":                    {"Boulanger", "Boulangère"},
		"Agent / Agente de sécurité":                {"Agent de sécurité", "Agente de sécurité"},
		"Employé polyvalent / Employée polyvalente": {"Employé polyvalent", "Employée polyvalente"},
	} {
		if got := genders(title); got != want {
			t.Errorf("%s: got %q", title, got)
		}
	}
	name := filepath.Join(t.TempDir(), "titles.csv")
	if err := os.WriteFile(name, []byte("code,label\n1,Caviste\n2,Maçon / Maçonne\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := (&search{Titles: name, Column: "label", Count: 10}).titles()
	if err != nil || len(got) != 1 || got[0] != "Maçon / Maçonne" {
		t.Errorf("got %q, %v", got, err)
	}
	if _, err := (&search{Titles: name, Column: "title"}).titles(); err == nil {
		t.Error("a column that is not there was read")
	}
}

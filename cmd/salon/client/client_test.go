package client_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"salon/cmd/salon/client"
)

// serve answers every request with do and gives a client of it.
func serve(t *testing.T, do http.HandlerFunc) *client.Client {
	t.Helper()
	server := httptest.NewServer(do)
	t.Cleanup(server.Close)
	c, err := client.New(server.URL, "secret", "fr")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// importer is a server that refuses records named "bad" and notes its batches.
type importer struct{ batches []int }

func (s *importer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	var in struct {
		Records []struct{ ID string } `json:"resultats"`
	}
	if err := json.Unmarshal(body, &in); err != nil || len(in.Records) > 150 || len(body) > 4<<20 ||
		r.Header.Get("Authorization") != "Bearer secret" || r.URL.Path != "/api/v1/fairs/rencontres/offers/import" {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	s.batches = append(s.batches, len(in.Records))
	var results []map[string]any
	for i, record := range in.Records {
		result := map[string]any{"index": i, "source_id": record.ID, "result": "created", "problems": []any{}}
		if record.ID == "bad" {
			result["result"] = "refused"
			result["problems"] = []any{map[string]any{"field": "intitule", "code": "field.missing", "message": "Il manque l’intitulé."}}
		}
		results = append(results, result)
	}
	json.NewEncoder(w).Encode(map[string]any{"results": results})
}

// file is an answer of n records, of which those numbered in bad are bad.
func file(n, pad int, bad ...int) string {
	records := make([]string, n)
	for i := range records {
		records[i] = fmt.Sprintf(`{"id":"r%d","description":%q}`, i, strings.Repeat("x", pad))
	}
	for _, i := range bad {
		records[i] = `{"id":"bad"}`
	}
	return "[" + strings.Join(records, ",") + "]"
}

func TestAnImportSendsEveryRecordOnceAndNamesTheBadOnes(t *testing.T) {
	for _, tc := range []struct {
		name, file       string
		batches          []int
		created, refused int
	}{
		{"an answer with other fields around", `{"filtresPossibles":[{"a":[]}],"resultats":` + file(3, 0) + `,"after":1}`, []int{3}, 3, 0},
		{"a bare list", file(3, 0), []int{3}, 3, 0},
		{"an empty answer", `{"resultats":[]}`, nil, 0, 0},
		{"more than one batch", file(230, 0, 5, 229), []int{100, 100, 30}, 228, 2},
		{"records too long for a full batch", file(5, 1<<20), []int{2, 2, 1}, 5, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			server := &importer{}
			var bad []int
			tally, err := serve(t, server.ServeHTTP).ImportOffers(t.Context(), "rencontres", strings.NewReader(tc.file), func(i client.Imported) {
				if i.Result == "refused" {
					bad = append(bad, i.Index)
				}
			})
			if err != nil {
				t.Fatal(err)
			}
			if tally.Created != tc.created || tally.Refused != tc.refused || len(bad) != tc.refused {
				t.Errorf("got %+v and bad records %v", tally, bad)
			}
			if fmt.Sprint(server.batches) != fmt.Sprint(tc.batches) {
				t.Errorf("batches of %v, want %v", server.batches, tc.batches)
			}
			if tc.refused == 2 && fmt.Sprint(bad) != "[5 229]" {
				t.Errorf("the bad records are said to be %v", bad)
			}
		})
	}
}

func TestAFileThatIsNoListOfOffersIsSaidToBe(t *testing.T) {
	for name, file := range map[string]string{
		"empty": "", "not JSON": "hello", "a number": "3", "no list in it": `{"a":1}`, "the list is none": `{"resultats":3}`, "cut short": `[{"id":"a"},{"id"`, "never closed": `[{"id":"a"}`,
	} {
		t.Run(name, func(t *testing.T) {
			_, err := serve(t, (&importer{}).ServeHTTP).ImportOffers(t.Context(), "rencontres", strings.NewReader(file), nil)
			if err == nil || !strings.Contains(err.Error(), "the file") {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestARefusalIsToldInTheServersWords(t *testing.T) {
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprint(w, `{"status":404,"code":"fair.unknown","detail":"Ce salon n’existe pas."}`)
	})
	_, err := c.ImportOffers(t.Context(), "x", strings.NewReader(file(1, 0)), nil)
	var p *client.Problem
	if !errors.As(err, &p) || p.Code != "fair.unknown" || !strings.Contains(err.Error(), "Ce salon n’existe pas.") {
		t.Errorf("got %v", err)
	}
}

func TestAnAnswerOfAnotherServerIsAProblemToo(t *testing.T) {
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "<html>", http.StatusBadGateway) })
	var p *client.Problem
	if err := c.Call(t.Context(), "GET", "/fairs", nil, nil, nil); !errors.As(err, &p) || p.Status != http.StatusBadGateway {
		t.Errorf("got %v", err)
	}
}

func TestABusyServerIsAskedAgain(t *testing.T) {
	asked := 0
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if asked++; asked < 2 || string(body) != `{"a":1}` {
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		fmt.Fprint(w, `{"ok":true}`)
	})
	var out struct{ OK bool }
	if err := c.Call(t.Context(), "POST", "/x", nil, map[string]int{"a": 1}, &out); err != nil || !out.OK || asked != 2 {
		t.Errorf("asked %d times, %v", asked, err)
	}
}

func TestEveryOpenOfferIsExported(t *testing.T) {
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Query().Get("page") == "1":
			fmt.Fprint(w, `{"items":[{"id":"a"},{"id":"closed"},{"id":"b"}],"total":3}`)
		case r.URL.Query().Get("page") == "2":
			fmt.Fprint(w, `{"items":[],"total":3}`)
		case strings.HasSuffix(r.URL.Path, "/closed"):
			w.WriteHeader(http.StatusGone)
			fmt.Fprint(w, `{"code":"offer.closed"}`)
		default:
			fmt.Fprintf(w, `{"id":%q}`, r.URL.Path[len(r.URL.Path)-1:])
		}
	})
	var got []string
	err := c.EachOffer(t.Context(), "f", func(offer json.RawMessage) error {
		got = append(got, string(offer))
		return nil
	})
	if err != nil || fmt.Sprint(got) != `[{"id":"a"} {"id":"b"}]` {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestATableIsSentWholeAndTakenToItsEnd(t *testing.T) {
	done := 0
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch body, _ := io.ReadAll(r.Body); {
		case r.URL.Path == "/api/v1/fairs/rencontres/imports" && string(body) == "a;b" && r.URL.Query().Get("name") == "offres.csv" && r.Header.Get("Content-Type") == "application/octet-stream":
			fmt.Fprint(w, `{"id":"i","finished":false}`)
		case r.URL.Path == "/api/v1/imports/i/continue":
			done++
			fmt.Fprintf(w, `{"id":"i","finished":%v,"created":%d,"refused":1,"waiting":2,"problems":[{"line":3,"ref":"x","problems":[{"column":"Contrat","message":"Il manque."}]}]}`, done == 3, done)
		default:
			w.WriteHeader(http.StatusBadRequest)
		}
	})
	var bad []client.BadLine
	tally, err := c.ImportTable(t.Context(), "rencontres", "offres.csv", strings.NewReader("a;b"), func(l client.BadLine) { bad = append(bad, l) })
	if err != nil || tally != (client.Tally{Created: 3, Refused: 1, Waiting: 2}) || len(bad) != 1 || bad[0].Line != 3 {
		t.Errorf("got %+v, %+v, %v", tally, bad, err)
	}
}

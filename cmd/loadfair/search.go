package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"salon/cmd/salon/client"
)

// search is `loadfair search`: it types titles of a CSV file such as the
// appellations of ROME, the masculine and the feminine of each, and compares
// what the two find.
type search struct {
	target
	Titles  string `required:"" placeholder:"FILE" help:"A CSV file."`
	Column  string `default:"libelle_appellation_court" help:"The column of titles, of the form Masculine / Feminine."`
	Count   int    `default:"1000" help:"How many titles, drawn with the same luck each time."`
	Clients int    `default:"4" help:"How many searches at once."`
}

// Run searches and tells times and shares.
func (s *search) Run(ctx context.Context) error {
	titles, err := s.titles()
	if err != nil {
		return err
	}
	c, err := client.New(s.URL, "", "fr")
	if err != nil {
		return err
	}
	var mu sync.Mutex
	var took []time.Duration
	found, alike := 0, 0
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(s.Clients)
	for _, title := range titles {
		g.Go(func() error {
			var answers [2][]string
			for i, typed := range genders(title) {
				began := time.Now()
				answer, err := s.find(ctx, c, typed)
				if err != nil {
					return fmt.Errorf("search %q: %w", typed, err)
				}
				answers[i] = answer
				mu.Lock()
				took = append(took, time.Since(began))
				mu.Unlock()
			}
			mu.Lock()
			defer mu.Unlock()
			if len(answers[0]) > 0 {
				found++
			}
			if slices.Equal(answers[0], answers[1]) {
				alike++
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	fmt.Printf("%d titles, %d searches: p50 %s, p99 %s\n", len(titles), len(took), quantile(took, 0.5), quantile(took, 0.99))
	fmt.Printf("%.1f %% find offers, %.1f %% find the same in both genders\n",
		100*float64(found)/float64(len(titles)), 100*float64(alike)/float64(len(titles)))
	return nil
}

func (s *search) find(ctx context.Context, c *client.Client, typed string) ([]string, error) {
	var out struct {
		Items []struct {
			ID string `json:"id"`
		} `json:"items"`
	}
	path := "/fairs/" + url.PathEscape(s.Fair) + "/offers?q=" + url.QueryEscape(typed)
	if err := c.Call(ctx, http.MethodGet, path, nil, nil, &out); err != nil {
		return nil, err
	}
	var ids []string
	for _, item := range out.Items {
		ids = append(ids, item.ID)
	}
	return ids, nil
}

// titles draws titles with two genders from the file.
func (s *search) titles() ([]string, error) {
	file, err := os.Open(s.Titles)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	rows := csv.NewReader(file)
	head, err := rows.Read()
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", s.Titles, err)
	}
	column := slices.Index(head, s.Column)
	if column < 0 {
		return nil, fmt.Errorf("%s has no column %s, only %s", s.Titles, s.Column, strings.Join(head, ", "))
	}
	var titles []string
	for {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", s.Titles, err)
		}
		if strings.Contains(row[column], " / ") {
			titles = append(titles, row[column])
		}
	}
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(titles), func(i, j int) { titles[i], titles[j] = titles[j], titles[i] })
	return titles[:min(s.Count, len(titles))], nil
}

// genders splits "Boulanger / Boulangère de nuit" into "Boulanger de nuit" and
// "Boulangère de nuit".
func genders(title string) [2]string {
	masculine, feminine, _ := strings.Cut(title, " / ")
	words := strings.Fields(feminine)
	if own := len(strings.Fields(masculine)); own < len(words) {
		masculine += " " + strings.Join(words[own:], " ")
	}
	return [2]string{masculine, feminine}
}

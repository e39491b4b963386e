package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"salon/media/mediatest"
)

// watch looks at one stage from several programs at once, over WHEP, and
// prints what each received as JSON.
type watch struct {
	URL     string        `required:"" help:"The WHEP address: http://127.0.0.1:8080/whep/ID."`
	Token   string        `required:"" help:"The right to watch, from the stage's list of encoders."`
	Viewers int           `default:"1" help:"How many watch."`
	For     time.Duration `default:"5s" help:"How long each watches once connected."`
}

// seen is what one viewer received, in packets.
type seen struct {
	Audio     int `json:"audio"`
	Video     int `json:"video"`
	Keyframes int `json:"keyframes"`
	Missing   int `json:"missing"`
}

// joinTime bounds the way from the first request to the first packet.
const joinTime = 20 * time.Second

// Run is the command.
func (w *watch) Run(ctx context.Context) error {
	all := make([]seen, w.Viewers)
	viewers, ctx := errgroup.WithContext(ctx)
	for i := range all {
		viewers.Go(func() (err error) {
			all[i], err = w.view(ctx)
			return err
		})
	}
	if err := viewers.Wait(); err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(all)
}

func (w *watch) view(ctx context.Context) (seen, error) {
	client := mediatest.New(mediatest.Options{Name: "watch"})
	defer client.Close()
	offer, err := client.View(ctx)
	if err != nil {
		return seen{}, fmt.Errorf("make an offer: %w", err)
	}
	answer, err := w.post(ctx, offer)
	if err != nil {
		return seen{}, err
	}
	if err := client.AcceptView(answer); err != nil {
		return seen{}, fmt.Errorf("take the answer: %w", err)
	}
	joining, cancel := context.WithTimeout(ctx, joinTime)
	defer cancel()
	if err := client.Wait(joining, func(tracks []mediatest.Received) bool { return len(tracks) > 0 }); err != nil {
		return seen{}, fmt.Errorf("wait for the first packet: %w", err)
	}
	select {
	case <-time.After(w.For):
	case <-ctx.Done():
		return seen{}, ctx.Err()
	}
	var got seen
	for _, track := range client.Received() {
		switch track.Kind {
		case "audio":
			got.Audio += track.Packets
		case "video":
			got.Video += track.Packets
		}
		got.Keyframes += track.Keyframes
		got.Missing += track.Missing
	}
	return got, nil
}

// post sends an offer and gives the answer (WHEP: SDP in, 201 and SDP out).
func (w *watch) post(ctx context.Context, offer string) (string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, w.URL, strings.NewReader(offer))
	if err != nil {
		return "", fmt.Errorf("ask to watch: %w", err)
	}
	request.Header.Set("Content-Type", "application/sdp")
	request.Header.Set("Authorization", "Bearer "+w.Token)
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", fmt.Errorf("ask to watch: %w", err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, 1<<20))
	if err != nil {
		return "", fmt.Errorf("ask to watch: %w", err)
	}
	if answer.StatusCode != http.StatusCreated {
		return "", fmt.Errorf("ask to watch: %s: %.300s", answer.Status, body)
	}
	return string(body), nil
}

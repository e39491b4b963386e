package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"github.com/fasthttp/websocket"

	"salon/media/mediatest"
	"salon/signaling/message"
)

// participant is somebody in a room: a websocket and a media client. The
// reading goroutine answers the server; sending is guarded by mu.
type participant struct {
	media  *mediatest.Client
	socket *websocket.Conn
	cancel context.CancelFunc
	ended  chan struct{}

	mu sync.Mutex
}

// enter opens the socket, says hello and enters the room.
func enter(ctx context.Context, address, bearer, token string, opt mediatest.Options) (*participant, error) {
	socket, _, err := websocket.DefaultDialer.DialContext(ctx, address, nil)
	if err != nil {
		return nil, fmt.Errorf("open a websocket: %w", err)
	}
	living, cancel := context.WithCancel(context.WithoutCancel(ctx))
	p := &participant{media: mediatest.New(opt), socket: socket, cancel: cancel, ended: make(chan struct{})}
	err = errors.Join(p.send("hello", message.Hello{Token: bearer}), p.await("welcome"))
	if err == nil {
		err = errors.Join(p.send("enter", message.Enter{Token: token}), p.await("entered"))
	}
	go func() {
		defer close(p.ended)
		p.read(living)
	}()
	if err != nil {
		p.close()
		return nil, fmt.Errorf("enter the room: %w", err)
	}
	return p, nil
}

// send writes a message with its type and version beside its fields.
func (p *participant) send(kind string, m any) error {
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	fields := map[string]any{}
	if err := json.Unmarshal(text, &fields); err != nil {
		return err
	}
	fields["type"], fields["v"] = kind, 1
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.socket.WriteJSON(fields)
}

// await reads until a message of that type.
func (p *participant) await(kind string) error {
	for {
		var f struct{ Type, Code string }
		if err := p.socket.ReadJSON(&f); err != nil {
			return err
		}
		switch f.Type {
		case kind:
			return nil
		case "error":
			return fmt.Errorf("the server refuses: %s", f.Code)
		}
	}
}

// read follows the negotiation until the socket closes.
func (p *participant) read(ctx context.Context) {
	for {
		_, text, err := p.socket.ReadMessage()
		if err != nil || p.take(ctx, text) != nil {
			return
		}
	}
}

func (p *participant) take(ctx context.Context, text []byte) error {
	var head struct{ Type string }
	if err := json.Unmarshal(text, &head); err != nil {
		return err
	}
	switch head.Type {
	case "description":
		var d message.Description
		if err := json.Unmarshal(text, &d); err != nil {
			return err
		}
		if d.Link == "up" {
			return p.media.Accept(d.SDP)
		}
		answer, err := p.media.Answer(ctx, d.SDP)
		if err != nil {
			return err
		}
		return p.send("description", message.Description{Link: "down", Kind: "answer", SDP: answer})
	case "ice_candidate":
		var c message.ICECandidate
		if err := json.Unmarshal(text, &c); err != nil {
			return err
		}
		return p.media.AddCandidate(c.Link, c.Candidate, c.SDPMid, c.SDPMLineIndex)
	}
	return nil
}

// publish offers microphone and camera and waits until they are connected.
func (p *participant) publish(ctx context.Context) error {
	offer, err := p.media.Offer(ctx)
	if err != nil {
		return fmt.Errorf("make an offer: %w", err)
	}
	err = p.send("description", message.Description{Link: "up", Kind: "offer", SDP: offer, Sources: []string{"microphone", "camera"}})
	if err != nil {
		return fmt.Errorf("send an offer: %w", err)
	}
	joining, cancel := context.WithTimeout(ctx, joinTime)
	defer cancel()
	if err := p.media.Wait(joining, func([]mediatest.Received) bool { return p.media.State("up") == "connected" }); err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	return nil
}

// sent is how many packets of sound and of pictures it has published.
func (p *participant) sent() (sound, pictures int64) {
	return p.media.Sent("microphone").Packets, p.media.Sent("camera").Packets
}

// close ends it; nil is nobody.
func (p *participant) close() {
	if p == nil {
		return
	}
	p.cancel()
	_ = p.socket.Close()
	<-p.ended
	_ = p.media.Close()
}

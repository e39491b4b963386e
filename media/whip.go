package media

import (
	"context"
	"fmt"

	"github.com/pion/webrtc/v4"
)

// Publish lets an HTTP encoder in (WHIP, RFC 9725): its offer is answered with
// all our addresses inside. The peer lasts until Close or until its connection
// ends; it replaces an earlier encoder of the same id. ErrBadDescription,
// ErrPeerExists when a participant has that id, ErrClosed, or the context's error.
func (r *Room) Publish(ctx context.Context, id, offer string) (answer string, p *Peer, err error) {
	p = newPeer(r, PeerOptions{ID: id, Publish: true})
	p.http = true
	r.mu.Lock()
	former := r.peers[id]
	r.mu.Unlock()
	if former != nil && former.http && !former.viewer {
		former.Close()
	}
	if err := r.admit(p); err != nil {
		return "", nil, err
	}
	answer, err = p.exchange(ctx, p.up, func() error {
		_, err := p.takeOffer(offer, nil)
		return err
	})
	if err != nil {
		p.Close()
		return "", nil, fmt.Errorf("publish: %w", err)
	}
	return answer, p, nil
}

// View lets an HTTP viewer in (WHEP): it gets one audio and one video stream,
// the active speaker's. ErrNoPublisher before anybody publishes; otherwise as Publish.
func (r *Room) View(ctx context.Context, id, offer string) (answer string, p *Peer, err error) {
	if r.published() == 0 {
		return "", nil, ErrNoPublisher
	}
	st, err := r.openStage()
	if err != nil {
		return "", nil, err
	}
	p = newPeer(r, PeerOptions{ID: id})
	p.http, p.viewer = true, true
	if err := r.admit(p); err != nil {
		return "", nil, err
	}
	answer, err = p.exchange(ctx, p.down, func() error { return p.takeView(st, offer) })
	if err != nil {
		p.Close()
		return "", nil, fmt.Errorf("view: %w", err)
	}
	return answer, p, nil
}

// takeView applies a viewer's offer on its down link and answers it.
func (p *Peer) takeView(st *stage, offer string) error {
	if _, _, err := inspect(offer, maxOffer); err != nil {
		return err
	}
	l := p.down
	if err := p.connect(l, offer); err != nil {
		return fmt.Errorf("open down link: %w", err)
	}
	for _, s := range []*subscriber{
		{feed: &st.audio.feed, id: "audio", stream: "stage", format: opus, kind: webrtc.RTPCodecTypeAudio, wire: l.wire},
		{feed: &st.video.feed, id: "video", stream: "stage", kind: webrtc.RTPCodecTypeVideo, wire: l.wire},
	} {
		t, err := l.pc.AddTransceiverFromTrack(s, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionSendonly})
		if err != nil {
			return err
		}
		s.sender = t.Sender()
		l.shown = append(l.shown, s)
	}
	if err := l.applyRemote(p.room.engine, webrtc.SDPTypeOffer, offer); err != nil {
		return err
	}
	_, err := l.answer()
	return err
}

// exchange has run negotiate a link and waits until our addresses are known.
func (p *Peer) exchange(ctx context.Context, l *link, negotiate func() error) (string, error) {
	var gathered <-chan struct{}
	var pc *webrtc.PeerConnection
	err := p.call(func() error {
		if err := negotiate(); err != nil {
			return err
		}
		pc, gathered = l.pc, webrtc.GatheringCompletePromise(l.pc)
		return nil
	})
	if err != nil {
		return "", err
	}
	select {
	case <-gathered:
		return pc.LocalDescription().SDP, nil
	case <-ctx.Done():
		return "", ctx.Err()
	case <-p.quit:
		return "", ErrClosed
	}
}

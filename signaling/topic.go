package signaling

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"

	"salon/signaling/message"
)

const (
	fanMailbox = 4096 // commands of the fan; who brings one waits while it is full
	maxPending = HistoryCount
)

// Publish shows a view to everybody who follows its topic, on every node. The
// position of m is set here.
func (h *Hub) Publish(ctx context.Context, m message.Topic) error {
	body, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("encode view for %s: %w", m.Topic, err)
	}
	if _, err := h.Bus.Publish(ctx, m.Topic, body); err != nil {
		return fmt.Errorf("publish on %s: %w", m.Topic, err)
	}
	return nil
}

// Publication implements Receiver.
func (h *Hub) Publication(p Publication) { h.fan.post(deliver{p}) }

// follower is one socket's following of one topic. It is owned by the fan.
type follower struct {
	socket  *Socket
	topic   string
	ready   bool // what was missed has been sent, until seen
	seen    Position
	pending []Publication // until then
	lost    bool          // more came than pending holds
}

// fan owns who follows what. It never waits for anybody.
type fan struct {
	log       *slog.Logger
	mailbox   chan fanCommand
	done      chan struct{}
	followers map[string]map[*follower]struct{} // owned by run
	last      map[string]Position               // owned by run: of followed topics
}

// fanCommand is what a fan may be asked to do.
type fanCommand interface{ apply(f *fan) }

func newFan(log *slog.Logger) *fan {
	return &fan{
		log: log, mailbox: make(chan fanCommand, fanMailbox), done: make(chan struct{}),
		followers: map[string]map[*follower]struct{}{}, last: map[string]Position{},
	}
}

func (f *fan) post(c fanCommand) {
	select {
	case f.mailbox <- c:
	case <-f.done:
	}
}

func (f *fan) run(ctx context.Context) {
	defer close(f.done)
	for {
		select {
		case c := <-f.mailbox:
			c.apply(f)
		case <-ctx.Done():
			return
		}
	}
}

// follow begins to collect for a follower.
type follow struct{ *follower }

func (c follow) apply(f *fan) {
	if f.followers[c.topic] == nil {
		f.followers[c.topic] = map[*follower]struct{}{}
	}
	f.followers[c.topic][c.follower] = struct{}{}
}

// unfollow ends it.
type unfollow struct{ *follower }

func (c unfollow) apply(f *fan) {
	delete(f.followers[c.topic], c.follower)
	if len(f.followers[c.topic]) == 0 {
		delete(f.followers, c.topic)
		delete(f.last, c.topic)
	}
}

// recovered answers subscribe: what was missed, then what came meanwhile.
type recovered struct {
	*follower
	missed []Publication
	now    Position
	lost   bool
}

func (c recovered) apply(f *fan) {
	c.socket.Send(message.Subscribed{Topic: c.topic, Epoch: c.now.Epoch, Offset: c.now.Offset, Lost: c.lost || c.follower.lost})
	for _, p := range c.missed {
		f.send(c.follower, p)
	}
	c.ready, c.seen = true, c.now
	for _, p := range c.pending {
		if !c.has(p) {
			f.send(c.follower, p)
		}
	}
	c.pending = nil
}

// has reports whether a publication, which the bus may deliver late, was among what
// was missed.
func (o *follower) has(p Publication) bool {
	return o.ready && p.Epoch == o.seen.Epoch && p.Offset <= o.seen.Offset
}

func (f *fan) send(to *follower, p Publication) {
	if frame, ok := f.encode(p); ok {
		to.socket.send(frame)
	}
}

// deliver is a publication of any node.
type deliver struct{ Publication }

func (c deliver) apply(f *fan) {
	followers := f.followers[c.Topic]
	if len(followers) == 0 {
		return
	}
	frame, ok := f.encode(c.Publication)
	if !ok {
		return
	}
	last, known := f.last[c.Topic]
	f.last[c.Topic] = c.Position
	gap := known && (last.Epoch != c.Epoch || last.Offset+1 != c.Offset)
	for to := range followers {
		switch {
		case to.has(c.Publication):
		case to.ready && gap:
			to.socket.Send(message.Subscribed{Topic: c.Topic, Epoch: c.Epoch, Offset: c.Offset, Lost: true})
			to.socket.send(frame)
		case to.ready:
			to.socket.send(frame)
		case len(to.pending) < maxPending:
			to.pending = append(to.pending, c.Publication)
		default:
			to.lost = true
		}
	}
}

// encode makes the frame of a publication.
func (f *fan) encode(p Publication) ([]byte, bool) {
	var m message.Topic
	if err := json.Unmarshal(p.Body, &m); err != nil {
		f.log.Error("publication not decoded", "topic", p.Topic, "err", err)
		return nil, false
	}
	m.Topic, m.Epoch, m.Offset = p.Topic, p.Epoch, p.Offset
	frame, err := message.Encode(m)
	if err != nil {
		f.log.Error("publication not encoded", "topic", p.Topic, "err", err)
		return nil, false
	}
	return frame, true
}

// subscribe follows a topic from where the client left off.
func (s *Socket) subscribe(ctx context.Context, m message.Subscribe) {
	former := s.topics[m.Topic]
	switch {
	case !s.mayFollow(m):
		s.Refuse(m, message.CodeTopicForbidden)
		return
	case former == nil && len(s.topics) >= maxTopics:
		s.Refuse(m, message.CodeTopicMany)
		return
	case former != nil:
		s.hub.fan.post(unfollow{former})
	}
	f := &follower{socket: s, topic: m.Topic}
	s.topics[m.Topic] = f
	s.hub.fan.post(follow{f})
	ctx, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	missed, now, lost, err := s.hub.Bus.Since(ctx, m.Topic, Position{m.Epoch, m.Offset})
	if err != nil {
		s.hub.log.Warn("topic not read", "topic", m.Topic, "err", err)
		s.drop(f)
		s.Refuse(m, message.CodeTopicUnavailable)
		return
	}
	s.hub.fan.post(recovered{f, missed, now, lost})
}

func (s *Socket) unsubscribe(m message.Unsubscribe) {
	if f := s.topics[m.Topic]; f != nil {
		s.drop(f)
	}
}

func (s *Socket) drop(f *follower) {
	delete(s.topics, f.topic)
	s.hub.fan.post(unfollow{f})
}

// mayFollow: one's own account follows from who one is; what stands on the
// public pages is public; an interview is for those in its room and for who
// has a grant.
func (s *Socket) mayFollow(m message.Subscribe) bool {
	kind, id, ok := strings.Cut(m.Topic, ".")
	if !ok || id == "" {
		return false
	}
	switch kind {
	case "account":
		return id == s.identity.Account
	case "fair", "webconference", "draws":
		return true
	}
	if p := s.peer.Load(); p != nil && p.room.id == m.Topic {
		return true
	}
	topic, account, err := s.hub.Tokens.Topic(m.Grant)
	return err == nil && topic == m.Topic && (account == "" || account == s.identity.Account)
}

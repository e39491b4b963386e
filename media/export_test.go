package media

// The limits, for tests that go beyond them.
const (
	MaxRooms, MaxPeers, MaxPublishing = maxRooms, maxPeers, maxPublishing
)

// Break has something done for the peer go wrong from the next time on, as a fault of ours
// would: "a command", "what it sends" or "what it gets".
func (p *Peer) Break(what string) {
	switch what {
	case "a command":
		p.post(func() { panic("injected") })
	case "what it sends":
		_ = p.call(func() error {
			in := p.up.wire.intake
			in.mu.Lock()
			defer in.mu.Unlock()
			for _, s := range in.streams {
				s.encoding = &encoding{}
			}
			return nil
		})
	case "what it gets":
		_ = p.call(func() error {
			for _, s := range p.down.subscribers {
				o := &outlet{}
				for k := range o.types {
					o.types[k] = 1
				}
				s.out.Store(o)
			}
			return nil
		})
	}
}

// Overload has the engine leave out so many of 256 pictures, until its socket is read calmly.
func (e *Engine) Overload(shed int32) { e.conn.load.shed.Store(shed) }

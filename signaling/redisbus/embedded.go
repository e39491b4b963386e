package redisbus

import (
	"fmt"
	"sync"
	"time"

	"github.com/alicebob/miniredis/v2"
)

// clockPeriod is how often the embedded server learns that time passes.
const clockPeriod = 100 * time.Millisecond

// server is a Redis in the same process.
type server struct {
	redis    *miniredis.Miniredis
	addr     string
	password string
	quit     chan struct{}
	done     sync.WaitGroup
}

func startServer() (*server, error) {
	s := &server{redis: miniredis.NewMiniRedis(), password: random(), quit: make(chan struct{})}
	s.redis.RequireAuth(s.password)
	if err := s.redis.StartAddr("127.0.0.1:0"); err != nil {
		return nil, fmt.Errorf("start embedded redis: %w", err)
	}
	s.addr = s.redis.Addr()
	s.done.Go(s.clock)
	return s, nil
}

// clock lets keys end. It passes on the time that really went by: a ticker
// that comes late on a busy machine would otherwise make every key live longer.
func (s *server) clock() {
	tick := time.NewTicker(clockPeriod)
	defer tick.Stop()
	last := time.Now()
	for {
		select {
		case now := <-tick.C:
			s.redis.FastForward(now.Sub(last))
			last = now
		case <-s.quit:
			return
		}
	}
}

func (s *server) stop() {
	close(s.quit)
	s.done.Wait()
	s.redis.Close()
}

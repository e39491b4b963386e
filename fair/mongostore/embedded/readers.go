package embedded

import "sync"

// readers knows which reads are going on, so that a scrub can tell those that may
// see an older snapshot from those that began since. The zero value is ready.
type readers struct {
	mu  sync.Mutex
	now *cohort
}

// cohort is the reads that began between two calls of before.
type cohort struct {
	reading int
	closed  bool          // nobody joins it any more
	gone    chan struct{} // closed when it is and nobody of it reads
}

func (r *readers) enter() *cohort {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.now == nil {
		r.now = &cohort{gone: make(chan struct{})}
	}
	r.now.reading++
	return r.now
}

func (r *readers) leave(c *cohort) {
	r.mu.Lock()
	defer r.mu.Unlock()
	c.reading--
	c.settle()
}

// before answers a channel that is closed once the reads that are going on have
// ended, but for those that an earlier channel stands for.
func (r *readers) before() <-chan struct{} {
	r.mu.Lock()
	defer r.mu.Unlock()
	old := r.now
	r.now = nil
	if old == nil {
		old = &cohort{gone: make(chan struct{})}
	}
	old.closed = true
	old.settle()
	return old.gone
}

// settle is called with the lock held.
func (c *cohort) settle() {
	if c.closed && c.reading == 0 {
		close(c.gone)
	}
}

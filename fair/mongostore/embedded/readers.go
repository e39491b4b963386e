package embedded

import "sync"

// readers knows which reads are going on, so that a scrub can tell those that may
// see an older snapshot from those that began since.
type readers struct {
	mu  sync.Mutex
	now *cohort // who begins joins it
}

// cohort is the reads that began between two calls of before.
type cohort struct {
	reading int
	gone    chan struct{} // closed when nobody of it reads and nobody joins it any more
}

func newCohort() *cohort { return &cohort{gone: make(chan struct{})} }

func (r *readers) enter() *cohort {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.now.reading++
	return r.now
}

func (r *readers) leave(c *cohort) {
	r.mu.Lock()
	defer r.mu.Unlock()
	c.reading--
	r.settle(c)
}

// before answers a channel that is closed once the reads that are going on have
// ended, but for those that an earlier channel stands for.
func (r *readers) before() <-chan struct{} {
	r.mu.Lock()
	defer r.mu.Unlock()
	old := r.now
	r.now = newCohort()
	r.settle(old)
	return old.gone
}

// settle is called with the lock held.
func (r *readers) settle(c *cohort) {
	if c != r.now && c.reading == 0 {
		close(c.gone)
	}
}

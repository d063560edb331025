package bot

import "sync"

// hands run jobs, each in a goroutine of its own. A few that are done stay for
// the next: their stacks have grown to what a job needs.
type hands struct {
	all  sync.WaitGroup
	next chan func()
	idle chan struct{} // who stays
}

func newHands() *hands {
	return &hands{next: make(chan func()), idle: make(chan struct{}, workers)}
}

// run begins a job and does not wait for it.
func (h *hands) run(job func()) {
	select {
	case h.next <- job:
	default:
		h.all.Go(func() { h.work(job) })
	}
}

func (h *hands) work(job func()) {
	for job != nil {
		job()
		select {
		case h.idle <- struct{}{}:
		default:
			return
		}
		job = <-h.next
		<-h.idle
	}
}

// wait waits for all jobs. There must be none after it.
func (h *hands) wait() {
	close(h.next)
	h.all.Wait()
}

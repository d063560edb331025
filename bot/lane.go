package bot

import (
	"context"
	"sync"
)

// lanes keeps what has the same key, such as the updates of one chat, in the
// order in which it joined.
type lanes struct {
	mu    sync.Mutex
	tails map[int64]chan struct{} // closed when the last of a lane has left
}

func newLanes() *lanes { return &lanes{tails: map[int64]chan struct{}{}} }

// place is a place in a lane.
type place struct {
	lanes  *lanes
	key    int64
	before <-chan struct{} // nil: nobody is before it
	mine   chan struct{}
}

// join takes the last place of a lane. Whoever joins leaves, or gives up.
func (l *lanes) join(key int64) *place {
	l.mu.Lock()
	defer l.mu.Unlock()
	p := &place{l, key, l.tails[key], make(chan struct{})}
	l.tails[key] = p.mine
	return p
}

// turn waits until everybody before it has left. When ctx ends first, the
// place is given up and must not be left.
func (p *place) turn(ctx context.Context) error {
	if p.before == nil {
		return nil
	}
	select {
	case <-p.before:
		return nil
	case <-ctx.Done():
		go func() { // ends with those before it, who all leave
			<-p.before
			p.leave()
		}()
		return ctx.Err()
	}
}

// leave lets the next one in.
func (p *place) leave() {
	p.lanes.mu.Lock()
	if p.lanes.tails[p.key] == p.mine {
		delete(p.lanes.tails, p.key)
	}
	p.lanes.mu.Unlock()
	close(p.mine)
}

// slots bound how many handlers work at a time.
type slots chan struct{}

type slotKey struct{}

// enter waits for a slot. The context that it returns lets [rest] find it.
func (s slots) enter(ctx context.Context) (context.Context, error) {
	select {
	case s <- struct{}{}:
		return context.WithValue(ctx, slotKey{}, s), nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (s slots) leave() { <-s }

// rest gives the slot of a handler away while it does nothing but wait, and
// takes one again afterwards, so that a chat held up by a limit or by a retry
// holds up no other. A handler rests in one goroutine at a time.
func rest(ctx context.Context, wait func() error) error {
	s, ok := ctx.Value(slotKey{}).(slots)
	if !ok {
		return wait()
	}
	<-s
	defer func() { s <- struct{}{} }() // after a stop or a panic too: the slot is left by its owner
	return wait()
}

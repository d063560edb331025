package telegramtest

import (
	"context"
	"sync"
	"time"
)

// bell tells any number of waiters that something changed. Its owner's lock guards it.
type bell struct {
	ch chan struct{}
}

// wait returns a channel that the next ring closes.
func (b *bell) wait() <-chan struct{} {
	if b.ch == nil {
		b.ch = make(chan struct{})
	}
	return b.ch
}

// ring wakes everyone who waits; without waiters it costs nothing.
func (b *bell) ring() {
	if b.ch != nil {
		close(b.ch)
		b.ch = nil
	}
}

// clock is the fake's time: the wall clock plus what was added to it, or standing still.
type clock struct {
	mu     sync.Mutex
	frozen bool
	at     time.Time     // the time while frozen
	ahead  time.Duration // of the wall clock while not
	moved  bell
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.read()
}

func (c *clock) read() time.Time {
	if c.frozen {
		return c.at
	}
	return time.Now().Add(c.ahead)
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
	c.ahead += d
	c.moved.ring()
}

// sleep waits until the fake's clock shows due. It returns the context's error when that ends first.
func (c *clock) sleep(ctx context.Context, due time.Time) error {
	for {
		c.mu.Lock()
		left := due.Sub(c.read())
		moved, frozen := c.moved.wait(), c.frozen
		c.mu.Unlock()
		if left <= 0 {
			return nil
		}
		var ticks <-chan time.Time
		if !frozen {
			ticks = time.After(left)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-moved:
		case <-ticks:
		}
	}
}

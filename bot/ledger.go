package bot

import "sync"

// ledger knows which fetched updates are in hand and which are done. Telegram
// confirms all before an offset and gives everything after it again, so those
// done behind one in hand are remembered until it is done too.
type ledger struct {
	mu    sync.Mutex
	done  map[int64]bool // false: in hand
	open  int            // in hand
	next  int64          // after the highest id; 0: there was none
	quiet chan struct{}  // closed while nothing is in hand
}

func newLedger() *ledger {
	l := &ledger{done: map[int64]bool{}, quiet: make(chan struct{})}
	close(l.quiet)
	return l
}

// take enters an update; false when it is known already.
func (l *ledger) take(id int64) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, known := l.done[id]; known {
		return false
	}
	if l.open == 0 {
		l.quiet = make(chan struct{})
	}
	l.open++
	l.done[id] = false
	l.next = max(l.next, id+1)
	return true
}

// finish notes that an update needs nothing more.
func (l *ledger) finish(id int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.done[id] = true
	if l.open--; l.open == 0 {
		close(l.quiet)
	}
}

// offset is the id before which all is done: of the first in hand, or after
// the last. 0: there was none.
func (l *ledger) offset() int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	first := l.next
	for id, done := range l.done {
		if !done {
			first = min(first, id)
		}
	}
	for id := range l.done {
		if id < first {
			delete(l.done, id)
		}
	}
	return first
}

// forget begins anew when nothing is in hand. After a quiet week Telegram may
// go on with lower ids, which an old offset would confirm.
func (l *ledger) forget() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.open == 0 {
		clear(l.done)
		l.next = 0
	}
}

// idle is closed when nothing is in hand.
func (l *ledger) idle() <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.quiet
}

package bot

import "sync"

// ledger knows which fetched updates are in hand and which are done. Telegram
// confirms all before an offset and gives everything after it again, so those
// done behind one in hand are remembered until it is done too.
type ledger struct {
	mu   sync.Mutex
	done map[int64]bool // false: in hand
	open int            // in hand
	next int64          // after the highest id; 0: there was none
	few  int            // so few in hand are awaited; below 0: nobody waits
	calm chan struct{}  // closed when there are so few
}

func newLedger() *ledger { return &ledger{done: map[int64]bool{}, few: -1} }

// take enters an update; false when it is known already.
func (l *ledger) take(id int64) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, known := l.done[id]; known {
		return false
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
	l.open--
	l.settle()
}

// settle lets go who waits, if few enough are in hand.
func (l *ledger) settle() {
	if l.open <= l.few {
		l.few = -1
		close(l.calm)
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

// atMost is closed as soon as no more than n are in hand. One may wait at a
// time: a further call ends the wait before it unheard.
func (l *ledger) atMost(n int) <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.few, l.calm = n, make(chan struct{})
	defer l.settle()
	return l.calm
}

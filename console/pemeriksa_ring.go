package console

import (
	"sync"
	"time"

	"tanyanetral/report"
)

const (
	// keyIdle is how long an open key stays open without use; the office asked
	// for ten minutes.
	keyIdle = 10 * time.Minute
	// maxWrong wrong passphrases of one person in a row make a pause. A drawn
	// passphrase cannot be guessed; the pause keeps the machine free and makes
	// the audit log tell.
	maxWrong   = 10
	wrongPause = 15 * time.Minute
	// keyThing is where the open key lies among the things of a session.
	keyThing = "kunci-pemeriksa"
	// maxKinds bounds the categories that one open key remembers.
	maxKinds = 1000
)

// held is an investigator's open key. It lies among the things of its session,
// so that it is gone with the session, at signing out and at a restart. Go's
// memory cannot be wiped with certainty: locking lets go of the key and of all
// that was opened with it, and what was is overwritten in time.
type held struct {
	key   *report.Key
	used  time.Time
	kinds map[string]string // category by id of the reports that were opened
}

// holdKey keeps an open key for the session of a visit.
func (m *memory) holdKey(v *visit, k *report.Key) {
	m.keep(v, keyThing, &held{key: k, used: m.now(), kinds: map[string]string{}})
}

// openKey returns the session's open key and counts that as use; nil: locked.
func (m *memory) openKey(v *visit) *report.Key {
	m.mu.Lock()
	defer m.mu.Unlock()
	h := m.heldBy(v)
	if h == nil {
		return nil
	}
	h.used = m.now()
	return h.key
}

// closesAt is when the session's key locks by itself; zero: it is locked.
func (m *memory) closesAt(v *visit) time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	if h := m.heldBy(v); h != nil {
		return h.used.Add(keyIdle)
	}
	return time.Time{}
}

// heldBy finds the key of a session, and locks it when its time is over. The
// caller holds the lock.
func (m *memory) heldBy(v *visit) *held {
	s := m.all[string(v.session.Hash)]
	if s == nil {
		return nil
	}
	h, _ := s.things[keyThing].(*held)
	if h == nil {
		return nil
	}
	now := m.now()
	if !now.Before(s.expires) || now.Sub(h.used) >= keyIdle {
		s.lock()
		return nil
	}
	return h
}

// lock lets go of the key of a session, and tells whether there was one.
func (s *shelf) lock() bool {
	h, _ := s.things[keyThing].(*held)
	if h == nil {
		return false
	}
	h.key, h.kinds = nil, nil
	delete(s.things, keyThing)
	return true
}

// lockKey locks the key of a session at once.
func (m *memory) lockKey(v *visit) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.all[string(v.session.Hash)]
	return s != nil && s.lock()
}

// lockIdle locks every key that was not used for keyIdle or whose session is
// over, and returns how many stay open.
func (m *memory) lockIdle() (open int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sweep()
	now := m.now()
	for _, s := range m.all {
		h, _ := s.things[keyThing].(*held)
		switch {
		case h == nil:
		case now.Sub(h.used) >= keyIdle:
			s.lock()
		default:
			open++
		}
	}
	return open
}

// learnKind remembers the category of a report that the session's key opened.
func (m *memory) learnKind(v *visit, id, kind string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if h := m.heldBy(v); h != nil && len(h.kinds) < maxKinds {
		h.kinds[id] = kind
	}
}

// kindsOf are the categories that the session's key has opened so far.
func (m *memory) kindsOf(v *visit) map[string]string {
	m.mu.Lock()
	defer m.mu.Unlock()
	all := map[string]string{}
	if h := m.heldBy(v); h != nil {
		for id, kind := range h.kinds {
			all[id] = kind
		}
	}
	return all
}

// LockIdleKeys locks the investigators' keys that nobody used for ten minutes
// and those of sessions that are over; it returns how many stay open. Every
// use of a key checks this too: calling it every minute only makes an idle
// key leave the memory without another request. It waits for nothing.
func (s *Server) LockIdleKeys() (open int) { return s.memory.lockIdle() }

// tries counts wrong passphrases in a row by user. It is lost at a restart.
type tries struct {
	mu  sync.Mutex
	now func() time.Time
	all map[string]wrongTries
}

type wrongTries struct {
	n    int
	last time.Time
}

func newTries(now func() time.Time) *tries { return &tries{now: now, all: map[string]wrongTries{}} }

// paused tells whether a user has to wait.
func (t *tries) paused(user string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	w := t.all[user]
	if t.now().Sub(w.last) >= wrongPause {
		delete(t.all, user)
		return false
	}
	return w.n >= maxWrong
}

// wrong counts one more, and tells how many there were.
func (t *tries) wrong(user string) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	w := wrongTries{t.all[user].n + 1, t.now()}
	t.all[user] = w
	return w.n
}

// right forgets them.
func (t *tries) right(user string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.all, user)
}

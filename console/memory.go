package console

import (
	"crypto/sha256"
	"sync"
	"time"
)

// memory keeps small things of signed-in browsers between two requests: the
// message after a form, a link that is shown once. It is lost at a restart,
// and nothing is promised of it. What a session left is gone with the session.
type memory struct {
	mu  sync.Mutex
	now func() time.Time
	all map[string]*shelf // by hash of the cookie
}

// shelf is what is kept of one session.
type shelf struct {
	user    string
	expires time.Time
	things  map[string]any
}

// maxThings bounds what one session keeps; the oldest kind of thing is simply
// overwritten by name, so that more names than these are a mistake of ours.
const maxThings = 64

func newMemory(now func() time.Time) *memory {
	return &memory{now: now, all: map[string]*shelf{}}
}

// keep puts a thing away until the session ends.
func (m *memory) keep(v *visit, name string, thing any) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sweep()
	id := string(v.session.Hash)
	s := m.all[id]
	if s == nil {
		s = &shelf{user: v.user.ID, expires: v.session.Expires, things: map[string]any{}}
		m.all[id] = s
	}
	if len(s.things) < maxThings || s.things[name] != nil {
		s.things[name] = thing
	}
}

// kept returns a thing, or nil.
func (m *memory) kept(v *visit, name string) any {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.all[string(v.session.Hash)]
	if s == nil || !m.now().Before(s.expires) {
		return nil
	}
	return s.things[name]
}

// take returns a thing and forgets it.
func (m *memory) take(v *visit, name string) any {
	thing := m.kept(v, name)
	m.mu.Lock()
	defer m.mu.Unlock()
	if s := m.all[string(v.session.Hash)]; s != nil {
		delete(s.things, name)
	}
	return thing
}

// forget drops everything of the session of a cookie.
func (m *memory) forget(cookie string) {
	sum := sha256.Sum256([]byte(cookie))
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.all, string(sum[:]))
}

// forgetUser drops everything of all sessions of a user.
func (m *memory) forgetUser(user string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for id, s := range m.all {
		if s.user == user {
			delete(m.all, id)
		}
	}
}

// sweep drops what has expired; the caller holds the lock.
func (m *memory) sweep() {
	now := m.now()
	for id, s := range m.all {
		if !now.Before(s.expires) {
			delete(m.all, id)
		}
	}
}

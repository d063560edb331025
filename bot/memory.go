package bot

import (
	"slices"
	"sync"
	"time"
)

// What is remembered of chats, in memory alone: of groups only how much
// somebody writes.
const (
	fragmentLife = 3 * time.Second // a text, after its answer; a later message is a question of its own
	answerLife   = 5 * time.Minute // which message answers which, for those who edit their question
	floodSpan    = 10 * time.Second
	floodMost    = 20     // messages in that span; of more the rest goes without an answer
	floodCalm    = 10     // so few of them end the silence
	memoryMost   = 20_000 // chats or messages of each sort, about 3 MB; the oldest are forgotten first
)

// memory is what the bot remembers of chats for seconds and minutes.
type memory struct {
	mu      sync.Mutex
	now     func() time.Time
	later   func(time.Duration, func())
	armed   bool // a sweep is due
	first   *expiring[int64, fragment]
	answers *expiring[message, int]
	floods  *expiring[writer, *flood]
}

// fragment is a question that was just answered and may go on.
type fragment struct {
	text    string
	message int
	answer  int
	date    int64 // when it was written, in Unix seconds
}

// writer is who writes where: in a group nobody is silenced for another.
type writer struct{ chat, user int64 }

// message names a message of a chat.
type message struct {
	chat int64
	id   int
}

func newMemory() *memory {
	return &memory{
		now:     time.Now,
		later:   func(d time.Duration, f func()) { time.AfterFunc(d, f) },
		first:   newExpiring[int64, fragment](fragmentLife, memoryMost),
		answers: newExpiring[message, int](answerLife, memoryMost),
		floods:  newExpiring[writer, *flood](floodSpan, memoryMost),
	}
}

// answered remembers that a message has its answer; one in plain words may go
// on in the next message.
func (m *memory) answered(u Update, answer int, open bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.now()
	m.answers.put(now, message{u.Chat, u.MessageID}, answer)
	m.first.drop(u.Chat)
	if !open {
		return
	}
	m.first.put(now, u.Chat, fragment{u.Text, u.MessageID, answer, u.Date})
	if !m.armed {
		m.armed = true
		m.later(fragmentLife, m.sweep)
	}
}

// sweep forgets texts on time, even when nobody writes any more.
func (m *memory) sweep() {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.now()
	m.first.prune(now)
	if m.armed = len(m.first.order) > 0; m.armed {
		m.later(m.first.order[0].at.Add(fragmentLife).Sub(now), m.sweep)
	}
}

// before is the question that a message may continue: answered less than
// three seconds ago, and written as shortly before, since after an outage many
// messages come at once.
func (m *memory) before(u Update) (fragment, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	f, ok := m.first.get(m.now(), u.Chat)
	near := u.Date-f.date <= int64(fragmentLife/time.Second)
	return f, ok && near && f.message != u.MessageID
}

// answerTo is the bot's answer to a message.
func (m *memory) answerTo(u Update) (int, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.answers.get(m.now(), message{u.Chat, u.MessageID})
}

// forget drops all of a chat but the count of its messages, by which somebody
// could begin another flood.
func (m *memory) forget(chat int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.first.forget(func(c int64) bool { return c == chat })
	m.answers.forget(func(a message) bool { return a.chat == chat })
}

// verdict is what a message gets when many come.
type verdict int

const (
	pass verdict = iota
	warn         // the one notice
	mute
)

// flood counts the messages of a chat.
type flood struct {
	times []int64 // Unix seconds of the newest, at most floodMost+1
	muted bool
	last  int64 // update; it may be tried again
	said  verdict
}

// admit counts a message and tells whether it is to be answered.
func (m *memory) admit(u Update) verdict {
	m.mu.Lock()
	defer m.mu.Unlock()
	now, at := m.now(), u.Date
	if u.Edited || at == 0 {
		at = now.Unix() // the date is that of the message, not of the edit
	}
	who := writer{u.Chat, u.User}
	f, ok := m.floods.get(now, who)
	if !ok {
		f = &flood{}
	}
	m.floods.put(now, who, f)
	if f.last != u.ID {
		f.last, f.said = u.ID, f.count(at)
	}
	return f.said
}

func (f *flood) count(at int64) verdict {
	old := at - int64(floodSpan/time.Second)
	f.times = append(slices.DeleteFunc(f.times, func(t int64) bool { return t <= old }), at)
	f.times = f.times[max(0, len(f.times)-floodMost-1):]
	switch {
	case !f.muted && len(f.times) > floodMost:
		f.muted = true
		return warn
	case f.muted && len(f.times) > floodCalm:
		return mute
	}
	f.muted = false
	return pass
}

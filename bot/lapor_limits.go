package bot

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"sync"
	"time"
)

// Numbers of the limits on reporting.
const (
	wrongFree  = 2                // wrong codes that cost nothing: people mistype
	wrongLeast = 5 * time.Second  // the first wait, tripled for every further one
	wrongMost  = 15 * time.Minute // the longest
	tallyMost  = 20_000           // chats that are counted, about 3 MB; then the count begins anew
)

// reportLimits counts, in memory alone, what a chat did today. The chat is
// known by a keyed hash whose key is thrown away every day, and the counts
// with it.
type reportLimits struct {
	mu    sync.Mutex
	zone  *time.Location
	now   func() time.Time
	day   string
	key   [32]byte
	chats map[[16]byte]*tally
}

// tally is what is counted of a chat.
type tally struct {
	sent  int
	wrong int
	free  time.Time // no code is looked at before
}

func newReportLimits(zone *time.Location, now func() time.Time) *reportLimits {
	return &reportLimits{zone: zone, now: now}
}

// of finds or makes the tally of a chat; the caller holds mu.
func (l *reportLimits) of(chat int64) *tally {
	if day := l.now().In(l.zone).Format(time.DateOnly); day != l.day || len(l.chats) >= tallyMost {
		l.day, l.chats = day, map[[16]byte]*tally{}
		_, _ = rand.Read(l.key[:]) // never fails, as documented: it ends the program instead
	}
	mac := hmac.New(sha256.New, l.key[:])
	_ = binary.Write(mac, binary.BigEndian, chat) // never fails on a hash
	name := [16]byte(mac.Sum(nil))
	t := l.chats[name]
	if t == nil {
		t = &tally{}
		l.chats[name] = t
	}
	return t
}

// sentToday is how many reports a chat has sent today.
func (l *reportLimits) sentToday(chat int64) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.of(chat).sent
}

func (l *reportLimits) countSent(chat int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.of(chat).sent++
}

// codeWait is how long a chat must wait before its next code is looked at.
func (l *reportLimits) codeWait(chat int64) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return max(0, l.of(chat).free.Sub(l.now()))
}

// wrongCode counts a code that opens nothing and returns the wait that follows.
func (l *reportLimits) wrongCode(chat int64) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	t := l.of(chat)
	t.wrong++
	if t.wrong <= wrongFree {
		return 0
	}
	wait := wrongLeast
	for n := t.wrong - wrongFree; n > 1 && wait < wrongMost; n-- {
		wait *= 3
	}
	wait = min(wait, wrongMost)
	t.free = l.now().Add(wait)
	return wait
}

// rightCode forgets the wrong ones.
func (l *reportLimits) rightCode(chat int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	t := l.of(chat)
	t.wrong, t.free = 0, time.Time{}
}

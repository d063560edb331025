package telegramtest

import (
	"math"
	"net"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// Fault is one way in which a call goes wrong. The zero value does nothing; make one with the functions
// below.
type Fault struct {
	Code        int           // answer with this status instead of doing the work
	Description string        // of that answer
	RetryAfter  int           // seconds, in the answer's parameters
	MigrateTo   int64         // chat id, in the answer's parameters
	HTML        bool          // answer with a web page, as a gateway does
	Reset       bool          // cut the connection before doing anything
	Lose        bool          // do the work, then cut the connection
	Delay       time.Duration // do the work, then answer this much later by the wall clock
}

// TooMany refuses with 429 and tells the bot to wait so many seconds.
func TooMany(retryAfter int) Fault {
	out := tooMany(retryAfter)
	return Fault{Code: out.code, Description: out.text, RetryAfter: retryAfter}
}

// BadGateway answers with a 502 page instead of JSON.
func BadGateway() Fault { return Fault{Code: http.StatusBadGateway, HTML: true} }

// Reset cuts the connection before anything is done.
func Reset() Fault { return Fault{Reset: true} }

// LoseAnswer does the work and cuts the connection.
func LoseAnswer() Fault { return Fault{Lose: true} }

// Slow does the work and answers later.
func Slow(d time.Duration) Fault { return Fault{Delay: d} }

// Unauthorized refuses the token for one call.
func Unauthorized() Fault { return Refuse(http.StatusUnauthorized, "Unauthorized") }

// Migrated refuses because the group became the supergroup with this id.
func Migrated(to int64) Fault {
	f := Refuse(http.StatusBadRequest, "Bad Request: group chat was upgraded to a supergroup chat")
	f.MigrateTo = to
	return f
}

// Refuse answers with any error.
func Refuse(code int, description string) Fault {
	return Fault{Code: code, Description: description}
}

// before tells whether the fault comes instead of the work.
func (f Fault) before() bool { return f.Reset || f.Code != 0 }

func (f Fault) reply() reply {
	return reply{code: f.Code, text: f.Description, wait: f.RetryAfter, migrate: f.MigrateTo, html: f.HTML}
}

func tooMany(wait int) reply {
	r := refuse(http.StatusTooManyRequests, "Too Many Requests: retry after "+strconv.Itoa(wait))
	r.wait = wait
	return r
}

// planned is a fault that waits for its calls.
type planned struct {
	fault Fault
	left  int // calls; below 0: every call
}

// gate decides what happens to a call before its work: the token, the planned faults, the sending limits.
type gate struct {
	revoked bool
	faults  map[string][]*planned // by method; "": any
	every   int                   // one answer in so many is lost; 0: none
	answers int
	limited bool
	all     bucket
	chats   map[int64]*bucket
}

func newGate() gate {
	return gate{faults: map[string][]*planned{}, chats: map[int64]*bucket{}}
}

// take is the fault for this call, if one is due.
func (g *gate) take(method string) (Fault, bool) {
	for _, key := range []string{method, ""} {
		list := g.faults[key]
		if len(list) == 0 {
			continue
		}
		p := list[0]
		if p.left > 0 {
			p.left--
		}
		if p.left == 0 {
			g.faults[key] = slices.Clone(list[1:])
		}
		return p.fault, true
	}
	return Fault{}, false
}

// loses counts an answer and tells whether it is the one in so many that gets lost.
func (g *gate) loses() bool {
	g.answers++
	return g.every > 0 && g.answers%g.every == 0
}

// Sending limits as Telegram advises them: one message a second to a chat with a short burst, 20 a minute to
// a group, 30 a second in all. What exactly Telegram does it does not tell.
const (
	chatRate   = 1.0
	chatBurst  = 3.0
	groupRate  = 20.0 / 60
	groupBurst = 20.0
	allRate    = 30.0
	allBurst   = 30.0
)

// bucket holds the sends that are still allowed at a time.
type bucket struct {
	tokens float64
	at     time.Time
}

// fill adds what the time since the last look brought; a new bucket is full.
func (b *bucket) fill(now time.Time, rate, burst float64) {
	if b.at.IsZero() {
		b.tokens = burst
	} else {
		b.tokens = min(burst, b.tokens+rate*now.Sub(b.at).Seconds())
	}
	b.at = now
}

// pace takes one send to a chat out of its buckets, or returns the seconds to wait.
func (g *gate) pace(chat int64, now time.Time) int {
	if !g.limited {
		return 0
	}
	rate, burst := chatRate, chatBurst
	if chat < 0 {
		rate, burst = groupRate, groupBurst
	}
	b := g.chats[chat]
	if b == nil {
		b = &bucket{}
		g.chats[chat] = b
	}
	b.fill(now, rate, burst)
	g.all.fill(now, allRate, allBurst)
	wait := max((1-b.tokens)/rate, (1-g.all.tokens)/allRate)
	if wait > 1e-6 { // less is rounding
		return int(math.Ceil(wait))
	}
	b.tokens--
	g.all.tokens--
	return 0
}

// Inject plans a fault for the next times calls of a method, or of any method when it is empty; times below 0
// means until [Server.Heal]. Faults of one method come one after the other.
func (s *Server) Inject(method string, times int, f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if times != 0 {
		s.gate.faults[method] = append(s.gate.faults[method], &planned{fault: f, left: times})
	}
}

// LoseEvery makes every nth answer get lost after its work is done, whatever the method; 0 ends it.
func (s *Server) LoseEvery(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gate.every, s.gate.answers = n, 0
}

// Heal forgets all planned faults and accepts the token again.
func (s *Server) Heal() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.gate.faults)
	s.gate.every, s.gate.revoked = 0, false
}

// Revoke makes the fake refuse the token from now on, a waiting poll included.
func (s *Server) Revoke() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gate.revoked = true
	s.queue.wake.ring()
}

// Limit switches the sending limits on or off. They count by the fake's clock.
func (s *Server) Limit(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gate.limited = on
}

// cut ends a connection without an answer, so that the client sees a reset.
func cut(w http.ResponseWriter) {
	hijacker, ok := w.(http.Hijacker)
	if !ok {
		return
	}
	conn, _, err := hijacker.Hijack()
	if err != nil {
		return
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}

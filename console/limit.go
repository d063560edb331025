package console

import (
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// How often a browser may call. A page is one request and one style sheet; a
// curator who works fast makes one or two a second. Links are 128 bits, so
// that their limit only keeps the log quiet.
const (
	addressRate, addressBurst = 20, 60
	sessionRate, sessionBurst = 10, 40
	linkRate, linkBurst       = rate.Limit(10.0 / 60), 10
	maxBuckets                = 10_000 // about 1 MB; the idle ones go first
	idleBucket                = 10 * time.Minute
)

// limits are the rate limits of the console.
type limits struct {
	address, session, link *limiter
}

func newLimits(now func() time.Time) limits {
	return limits{
		address: newLimiter(now, addressRate, addressBurst),
		session: newLimiter(now, sessionRate, sessionBurst),
		link:    newLimiter(now, linkRate, linkBurst),
	}
}

// limiter holds one bucket a caller.
type limiter struct {
	mu    sync.Mutex
	now   func() time.Time
	rate  rate.Limit
	burst int
	all   map[string]*bucket
}

type bucket struct {
	*rate.Limiter
	used time.Time
}

func newLimiter(now func() time.Time, r rate.Limit, burst int) *limiter {
	return &limiter{now: now, rate: r, burst: burst, all: map[string]*bucket{}}
}

// allow takes one token of a caller's bucket.
func (l *limiter) allow(who string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	b := l.all[who]
	if b == nil {
		l.makeRoom(now)
		b = &bucket{Limiter: rate.NewLimiter(l.rate, l.burst)}
		l.all[who] = b
	}
	b.used = now
	return b.AllowN(now, 1)
}

// makeRoom drops buckets that are full again, or, when all are in use, any
// one of them.
func (l *limiter) makeRoom(now time.Time) {
	if len(l.all) < maxBuckets {
		return
	}
	for who, b := range l.all {
		if now.Sub(b.used) > idleBucket {
			delete(l.all, who)
		}
	}
	for who := range l.all {
		if len(l.all) < maxBuckets {
			return
		}
		delete(l.all, who)
	}
}

// address is the browser's, as far as it can be known.
func (s *Server) address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	ip := net.ParseIP(host)
	if !s.opts.BehindProxy || ip == nil || !(ip.IsLoopback() || ip.IsPrivate()) {
		return host
	}
	// A proxy may add a line of its own behind one that the browser sent.
	all := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	last := strings.TrimSpace(all[len(all)-1])
	if net.ParseIP(last) == nil {
		return host
	}
	return last
}

// Package telegramtest is a strict, stateful fake of the Telegram Bot API for tests, reached over HTTP on
// loopback.
//
// It does three things that a recorded answer cannot. It checks every request against the Bot API's own rules
// (table.txt) and remembers each broken one as a [Violation]; a test that made its server with [New] fails at
// its end when there is one, even if the bot swallowed the error. It keeps state as Telegram does: updates
// stay until they are confirmed, messages can be edited and deleted within their limits, taps grow too old,
// people block the bot. And it breaks on request: refused, cut, lost, late and flooded calls
// ([Server.Inject]).
//
// A test plays the people: [Server.Text], [Server.Tap], [Server.Media] and their kin make updates,
// [Server.Messages] and [Server.Calls] show what the bot did, and [Server.Await] waits for it without
// polling.
//
// Not modelled: privacy mode (the bot sees all of a group), channels, and media by URL.
package telegramtest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"
)

// Server is the fake. All its methods may be called at any time from any goroutine.
type Server struct {
	config  config
	web     web
	clock   clock
	proved  proved
	mu      sync.Mutex // guards everything below
	changed bell
	queue   queue
	people  people
	asks    asks
	files   files
	profile profile
	gate    gate
	journal journal
}

// config is what the options set. It does not change after the start.
type config struct {
	token    string
	bot      User
	proxy    string // host:port that stands behind any webhook address
	tb       testing.TB
	table    *table
	handlers map[string]handler
}

// web is the HTTP side and the life of every goroutine.
type web struct {
	server *http.Server
	addr   string
	ctx    context.Context // ends with Close; long polls, delays and deliveries hang on it
	cancel context.CancelFunc
	tasks  sync.WaitGroup // requests and deliveries under way
	closed bool           // guarded by Server.mu
}

// Option changes a new server.
type Option func(*Server)

// WithToken sets the token that the bot must show.
func WithToken(token string) Option {
	return func(s *Server) { s.config.token = token }
}

// Frozen makes the fake's clock stand still at t; only [Server.Advance] moves it.
func Frozen(t time.Time) Option {
	return func(s *Server) { s.clock.frozen, s.clock.at = true, t }
}

// WithLimits switches the sending limits on from the start; see [Server.Limit].
func WithLimits() Option {
	return func(s *Server) { s.gate.limited = true }
}

// BehindProxy plays the operator's reverse proxy: updates for a webhook on any host are posted to the same
// path on addr, a host:port on loopback, over plain HTTP.
func BehindProxy(addr string) Option {
	return func(s *Server) { s.config.proxy = addr }
}

// New starts a server for a test or benchmark and ends it with it. At the end it reports every violation as
// an error.
func New(tb testing.TB, opts ...Option) *Server {
	tb.Helper()
	s, err := NewServer(append(opts, func(s *Server) { s.config.tb = tb })...)
	if err != nil {
		tb.Fatalf("starting the fake Bot API: %v", err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Errorf("closing the fake Bot API: %v", err)
		}
		for _, v := range s.Violations() {
			tb.Errorf("Bot API rule broken: %v", v)
		}
	})
	return s
}

// NewServer starts a server on a free loopback port. The caller closes it and looks at its violations.
func NewServer(opts ...Option) (*Server, error) {
	t, err := readTable(tableText)
	if err != nil {
		return nil, fmt.Errorf("reading the table of methods: %w", err)
	}
	bot := User{ID: 7000001, FirstName: "Tanya Netral", UserName: "tanyanetral_bot"}
	s := &Server{
		config:  config{token: "7000001:fake-token", bot: bot, table: t, handlers: handlers()},
		people:  people{users: map[int64]*person{}, chats: map[int64]*room{}},
		asks:    newAsks(),
		files:   files{byID: map[string]*File{}, byPath: map[string]*File{}},
		profile: newProfile(),
		gate:    newGate(),
		journal: journal{calls: map[string][]Call{}, counts: map[string]int{}},
	}
	for _, opt := range opts {
		opt(s)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listening on loopback: %w", err)
	}
	s.serve(listener)
	return s, nil
}

func (s *Server) serve(l net.Listener) {
	ctx, cancel := context.WithCancel(context.Background())
	s.web.ctx, s.web.cancel, s.web.addr = ctx, cancel, l.Addr().String()
	s.web.server = &http.Server{
		Handler:           http.HandlerFunc(s.serveHTTP),
		BaseContext:       func(net.Listener) context.Context { return ctx },
		ReadHeaderTimeout: 10 * time.Second,
	}
	s.web.tasks.Go(func() {
		if err := s.web.server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.journal.violate("", "", "the fake stopped serving: "+err.Error())
		}
	})
}

// begin registers a request or a delivery under way; false when the server is closing. The caller holds s.mu
// and owes one s.web.tasks.Done.
func (s *Server) begin() bool {
	if s.web.closed {
		return false
	}
	s.web.tasks.Add(1)
	return true
}

// Close ends all connections and waits for everything the server started. Closing twice is allowed.
func (s *Server) Close() error {
	s.mu.Lock()
	s.web.closed = true
	s.mu.Unlock()
	s.web.cancel()
	err := s.web.server.Close()
	s.web.tasks.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stopHook()
	if err != nil {
		return fmt.Errorf("closing the listener: %w", err)
	}
	return nil
}

// URL is the base address, without a slash at its end: /bot<token>/<method> follows it.
func (s *Server) URL() string {
	return "http://" + s.web.addr
}

// Token is the token that the bot must show.
func (s *Server) Token() string {
	return s.config.token
}

// Bot is the bot's own user.
func (s *Server) Bot() User {
	return s.config.bot
}

// Now is the time by the fake's clock.
func (s *Server) Now() time.Time {
	return s.clock.now()
}

// Advance moves the fake's clock forward: messages and taps age, limits fill up, retries of the webhook come
// due.
func (s *Server) Advance(d time.Duration) {
	s.clock.advance(d)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.queue.wake.ring()
	s.changed.ring()
}

// Await waits until done holds. It looks again after every change of the fake's state, never in between, and
// returns an error when ctx ends first. done may call any method of the server.
func (s *Server) Await(ctx context.Context, done func(*Server) bool) error {
	for {
		s.mu.Lock()
		changed := s.changed.wait()
		s.mu.Unlock()
		if done(s) {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("waiting on the fake Bot API: %w", ctx.Err())
		case <-s.web.ctx.Done():
			return errors.New("waiting on the fake Bot API: it is closed")
		case <-changed:
		}
	}
}

// AwaitIdle waits until the bot has confirmed every update: by a later offset, or by 200 to the webhook.
func (s *Server) AwaitIdle(ctx context.Context) error {
	return s.Await(ctx, func(s *Server) bool { return s.Pending() == 0 })
}

// misuse ends a test that asks the driver for something impossible.
func (s *Server) misuse(format string, args ...any) {
	if s.config.tb == nil {
		panic(fmt.Sprintf("telegramtest: "+format, args...))
	}
	s.config.tb.Helper()
	s.config.tb.Fatalf("telegramtest: "+format, args...)
}

package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

// Waits of the web servers.
const (
	stopWait  = 10 * time.Second // for the requests in hand after SIGTERM
	closeWait = 2 * time.Second  // for those that were broken off to be answered
	probeWait = 5 * time.Second  // for what a question after the health asks
)

// probeKeep is for how long an answer of Telegram to a question after the
// health stands: probes come every 10 to 30 s, and whoever else reaches the
// address must not drive calls.
const probeKeep = 15 * time.Second

// newServer bounds everything that a slow or hostile client could draw out.
func newServer(log *slog.Logger, h http.Handler) *http.Server {
	return &http.Server{
		Handler: h, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
		// Longer than the longest handling, so that its result is told.
		ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second, WriteTimeout: 2 * time.Minute,
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 16 << 10,
	}
}

// listen opens a listening address; setting is the name of what to correct.
func listen(setting, address string) (net.Listener, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, setupError{fmt.Errorf(
			"listen on %s: %w; is another program there? choose another address",
			setting, err)}
	}
	return port{l}, nil
}

// port may be closed once more by whoever opened it, after the server that
// listened on it has ended.
type port struct{ net.Listener }

// Close gives the address free.
func (p port) Close() error {
	if err := p.Listener.Close(); !errors.Is(err, net.ErrClosed) {
		return err
	}
	return nil
}

// serveOn serves h on a listener until ctx ends.
func serveOn(ctx context.Context, log *slog.Logger, l net.Listener, h http.Handler) error {
	server := newServer(log, h)
	broken := make(chan error, 1)
	go func() { broken <- server.Serve(l) }()
	select {
	case <-ctx.Done():
	case err := <-broken:
		return fmt.Errorf("serve: %w", err)
	}
	shutDown(ctx, log, server, func() {})
	return nil
}

// shutDown lets the requests in hand end, and breaks off those that take too
// long; abandon tells the handlers so.
func shutDown(ctx context.Context, log *slog.Logger, server *http.Server, abandon func()) {
	fresh := context.WithoutCancel(ctx)
	graceful, cancel := context.WithTimeout(fresh, stopWait)
	defer cancel()
	if server.Shutdown(graceful) == nil {
		return
	}
	abandon()
	last, cancel := context.WithTimeout(fresh, closeWait)
	defer cancel()
	if err := server.Shutdown(last); err != nil {
		log.Warn("connections were broken off", "error", errors.Join(err, server.Close()))
	}
}

// health answers /healthz (the process and its database work) and /readyz
// (Telegram answers too). Neither says more than a word.
func health(alive, ready func(context.Context) error) http.Handler {
	mux := http.NewServeMux()
	for path, probe := range map[string]func(context.Context) error{"GET /healthz": alive,
		"GET /readyz": ready} {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			ctx, cancel := context.WithTimeout(r.Context(), probeWait)
			defer cancel()
			w.Header().Set("Cache-Control", "no-store")
			if probe(ctx) != nil {
				http.Error(w, "not well", http.StatusServiceUnavailable)
				return
			}
			_, _ = fmt.Fprintln(w, "ok") // a client that went away needs no answer
		})
	}
	return mux
}

// recent remembers for a while what a probe found.
type recent struct {
	probe func(context.Context) error
	now   func() time.Time

	mu  sync.Mutex // held while the probe runs: the others wait for what it finds
	at  time.Time  // zero: it never ran
	err error
}

// ask returns what the probe found, at most probeKeep ago.
func (r *recent) ask(ctx context.Context) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.at.IsZero() || r.now().Sub(r.at) >= probeKeep {
		// Who asked and went away must neither spoil what the others are told nor cause one call more.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), probeWait)
		defer cancel()
		r.err = r.probe(ctx)
		r.at = r.now()
	}
	return r.err
}

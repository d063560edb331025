package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// Waits of the web servers.
const (
	stopWait  = 10 * time.Second // for the requests in hand after SIGTERM
	closeWait = 2 * time.Second  // for those that were broken off to be answered
)

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
			ctx, cancel := context.WithTimeout(r.Context(), 5*time.Second)
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

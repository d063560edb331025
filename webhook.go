package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"tanyanetral/bot"
)

// Waits of the web server.
const (
	stopWait  = 10 * time.Second // for the deliveries in hand after SIGTERM
	closeWait = 2 * time.Second  // for those that were broken off to be answered
)

// webhook receives updates on the listening address until ctx ends, finishes
// those in hand, and leaves the webhook set: Telegram keeps what comes
// meanwhile.
func (c *serveCmd) webhook(ctx context.Context, log *slog.Logger, client *bot.Client, h bot.Handler) error {
	address, path, err := bot.WebhookAddress(c.WebhookURL)
	if err != nil {
		return setupError{fmt.Errorf("TANYANETRAL_WEBHOOK_URL is %w", err)}
	}
	listener, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return setupError{fmt.Errorf("listen on TANYANETRAL_LISTEN: %w", err)}
	}
	hook := bot.NewWebhook(log, path, h)
	mux := http.NewServeMux()
	mux.Handle("/", hook)
	server := &http.Server{
		Handler: mux, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
		// Longer than the longest handling, so that its result is told.
		ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second, WriteTimeout: 2 * time.Minute,
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 16 << 10,
	}
	broken := make(chan error, 1)
	go func() { broken <- server.Serve(listener) }()
	err = client.Register(ctx, address, hook.Secret())
	if err == nil {
		log.Info("updates come by webhook", "listen", listener.Addr().String())
		select {
		case <-ctx.Done():
		case err = <-broken:
			err = fmt.Errorf("serve the webhook: %w", err)
		}
	}
	shutDown(ctx, log, server, hook)
	switch {
	case errors.Is(err, bot.ErrWebhookRefused):
		return setupError{err}
	case errors.Is(err, bot.ErrTokenRefused) || ctx.Err() == nil:
		return err
	}
	return nil
}

// shutDown lets the deliveries in hand end, and breaks off those that take
// too long: they come again.
func shutDown(ctx context.Context, log *slog.Logger, server *http.Server, hook *bot.Webhook) {
	fresh := context.WithoutCancel(ctx)
	graceful, cancel := context.WithTimeout(fresh, stopWait)
	defer cancel()
	if server.Shutdown(graceful) == nil {
		return
	}
	hook.Abandon()
	last, cancel := context.WithTimeout(fresh, closeWait)
	defer cancel()
	if err := server.Shutdown(last); err != nil {
		log.Warn("connections were broken off", "error", errors.Join(err, server.Close()))
	}
}

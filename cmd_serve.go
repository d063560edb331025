package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"tanyanetral/bot"
	"tanyanetral/knowledge"
	"tanyanetral/storage"
)

// serveCmd runs the bot until it is told to stop. The token is read from the
// environment alone: a flag would show in the list of processes.
type serveCmd struct {
	WebhookURL string `name:"webhook-url" env:"TANYANETRAL_WEBHOOK_URL" help:"Public address; empty: polling."`
	Listen     string `help:"Where the web server listens." env:"TANYANETRAL_LISTEN" default:"127.0.0.1:8080"`
	FastSends  bool   `hidden:"" help:"Lift the send limits, for load tests against a fake."`
}

func (c *serveCmd) run(ctx context.Context, s *settings, std stdio) (err error) {
	log := newLog(std.err, slog.LevelInfo)
	token := os.Getenv("TELEGRAM_TOKEN")
	if token == "" {
		return setupError{errors.New("no token: ask @BotFather on Telegram for one and set TELEGRAM_TOKEN; " +
			"to try the bot without an account run: tanyanetral chat")}
	}
	client, err := bot.NewClient(log, token, s.APIURL, c.options()...)
	if err != nil {
		return setupError{fmt.Errorf("set up Telegram: %w", err)}
	}
	a, err := newApp(s, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.close()) }()
	db, err := a.openStorage(ctx)
	if err != nil {
		return err
	}
	if err := a.talk(db); err != nil {
		return err
	}
	// Before the first update, so that none is in hand whose id is forgotten.
	if _, err := db.PruneProcessed(ctx, keepUpdates); err != nil {
		return fmt.Errorf("forget old updates: %w", err)
	}
	var errands sync.WaitGroup
	aside, dismiss := context.WithCancel(ctx)
	defer func() {
		dismiss()
		errands.Wait()
	}()
	errands.Go(func() { housekeep(aside, log, db, a.now) })
	b := bot.NewBot(log, client, a.dialog)
	err = b.Introduce(ctx)
	if err == nil {
		errands.Go(func() { b.Present(aside) })
		a.settle()
		log.Info("serving", "version", version, "topics", len(a.matcher.Base().Topics))
		err = c.receive(ctx, log, client, b.Handle)
	}
	if errors.Is(err, bot.ErrTokenRefused) {
		return setupError{errors.New("the token is refused by Telegram: " +
			"copy it again from @BotFather into TELEGRAM_TOKEN")}
	}
	return err
}

// receive hands updates over until ctx ends.
func (c *serveCmd) receive(ctx context.Context, log *slog.Logger, client *bot.Client, h bot.Handler) error {
	if c.WebhookURL != "" {
		return c.webhook(ctx, log, client, h)
	}
	return bot.NewPoller(log, client, bot.PollTimes{}).Run(ctx, h)
}

func (c *serveCmd) options() []bot.ClientOption {
	if c.FastSends {
		return []bot.ClientOption{bot.WithLimits(bot.Unlimited())}
	}
	return nil
}

// At every start the ids of old updates are forgotten. Every day questions that
// are too old are erased and the file is rewritten, so that no order of arrival
// stays in it.
const (
	tidyEvery   = 24 * time.Hour
	keepUpdates = 100_000 // Telegram repeats none that is older than 24 hours
	keepGaps    = 180     // days, as /privasi promises
)

// housekeep tidies the database at once and then daily, until ctx ends.
func housekeep(ctx context.Context, log *slog.Logger, db *storage.DB, now func() time.Time) {
	tick := time.NewTicker(tidyEvery)
	defer tick.Stop()
	for {
		_, err := db.ForgetGaps(ctx, knowledge.DayOf(now().AddDate(0, 0, -keepGaps)))
		if err := errors.Join(err, db.Tidy(ctx)); err != nil && ctx.Err() == nil {
			log.Warn("the database was not tidied", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

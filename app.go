package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"runtime/debug"
	"time"

	"tanyanetral/bahasa"
	"tanyanetral/bot"
	"tanyanetral/faq"
	"tanyanetral/knowledge"
	"tanyanetral/storage"
)

// app is the program put together; commands open the parts that they need.
type app struct {
	log     *slog.Logger
	set     *settings
	zone    *time.Location
	now     func() time.Time
	matcher *faq.Matcher
	dialog  *bot.Dialog
	closers []io.Closer
}

// newApp loads data and matcher. Nothing is written to disk.
func newApp(s *settings, log *slog.Logger) (*app, error) {
	a := &app{log: log, set: s}
	var err error
	if a.zone, err = s.zone(); err != nil {
		return nil, err
	}
	if a.now, err = s.clock(a.zone); err != nil {
		return nil, err
	}
	type loaded struct {
		weights *faq.Weights
		err     error
	}
	ch := make(chan loaded, 1)
	go func() {
		w, err := faq.Embedded()
		if err != nil {
			err = fmt.Errorf("load the matcher: %w", err)
		}
		ch <- loaded{w, err}
	}()
	base, lang, err := loadData()
	l := <-ch
	if err := errors.Join(err, l.err); err != nil {
		return nil, err
	}
	if a.matcher, err = faq.Open(log, base, lang, l.weights); err != nil {
		return nil, err
	}
	a.closers = append(a.closers, a.matcher)
	return a, nil
}

// loadData reads knowledge and language side by side; both are validated.
func loadData() (*knowledge.Base, *bahasa.Language, error) {
	type loaded struct {
		base *knowledge.Base
		err  error
	}
	ch := make(chan loaded, 1)
	go func() {
		b, err := knowledge.Load(knowledge.Embedded())
		ch <- loaded{b, err}
	}()
	lang, err := bahasa.Load(bahasa.Embedded())
	l := <-ch
	if err := errors.Join(l.err, err); err != nil {
		return nil, nil, fmt.Errorf("load the data: %w", err)
	}
	return l.base, lang, nil
}

// openStorage opens the database of the state folder. What is wrong with it
// is for the operator to mend.
func (a *app) openStorage(ctx context.Context) (*storage.DB, error) {
	db, err := storage.Open(ctx, a.log, a.set.State, storage.WithNow(a.now))
	if err != nil {
		return nil, setupError{err}
	}
	a.closers = append(a.closers, db)
	return db, nil
}

// residentGC is how much garbage a serving program lets pile up, in percent of
// what it needs: half of Go's default, since most of the heap is the matcher's
// tables, which never change.
const residentGC = 50

// settle gives the memory that only loading needed back to the system and
// keeps the rest small; a program that runs for weeks would hold it otherwise.
func (a *app) settle() {
	debug.SetGCPercent(residentGC)
	debug.FreeOSMemory()
}

// gapLog is where unanswered questions go.
type gapLog interface {
	AddGap(ctx context.Context, update int64, g knowledge.Gap) (bool, error)
}

// talk builds the conversation. A nil log keeps nothing.
func (a *app) talk(gaps gapLog) error {
	cal, err := a.set.calendar()
	if err != nil {
		return err
	}
	a.dialog = bot.NewDialog(a.log, a.matcher, gaps,
		bot.Settings{Contact: a.set.Contact, Calendar: cal, Zone: a.zone}, a.now)
	return nil
}

// withApp opens the app with a conversation that keeps nothing, uses it, and
// closes it again.
func withApp(s *settings, std stdio, use func(*app) error) (err error) {
	a, err := newApp(s, newLog(std.err, slog.LevelWarn))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.close()) }()
	if err := a.talk(nil); err != nil {
		return err
	}
	return use(a)
}

// close releases everything in the reverse order of opening.
func (a *app) close() error {
	var problems []error
	for i := len(a.closers) - 1; i >= 0; i-- {
		problems = append(problems, a.closers[i].Close())
	}
	return errors.Join(problems...)
}

// newLog writes the program's own events, never a word of what people write.
func newLog(w io.Writer, level slog.Level) *slog.Logger {
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: level}))
}

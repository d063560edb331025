package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"runtime/debug"
	"time"

	"tanyanetral/bahasa"
	"tanyanetral/bot"
	"tanyanetral/curation"
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
	golden  []faq.Labelled
	matcher *faq.Matcher
	judge   *judge
	dialog  *bot.Dialog
	closers []io.Closer
	kept
}

// kept is what the state folder gives; all of it is nil without one, and the
// shipped base then answers alone.
type kept struct {
	db    *storage.DB
	desk  *curation.Desk
	staff *curation.Staff
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
		golden  []faq.Labelled
		err     error
	}
	ch := make(chan loaded, 1)
	go func() {
		w, err := faq.Embedded()
		golden, gerr := faq.Golden()
		if err = errors.Join(err, gerr); err != nil {
			err = fmt.Errorf("load the matcher: %w", err)
		}
		ch <- loaded{w, golden, err}
	}()
	base, lang, err := loadData()
	l := <-ch
	if err := errors.Join(err, l.err); err != nil {
		return nil, err
	}
	a.golden = l.golden
	if a.matcher, err = faq.Open(log, base, lang, l.weights); err != nil {
		return nil, err
	}
	a.closers = append(a.closers, a.matcher)
	a.judge = newJudge(log, a.matcher, a.golden)
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
func (a *app) openStorage(ctx context.Context, opts ...storage.Option) error {
	db, err := storage.Open(ctx, a.log, a.set.State, append(opts, storage.WithNow(a.now))...)
	if err != nil {
		return setupError{err}
	}
	a.db = db
	a.closers = append(a.closers, db)
	return nil
}

// curate lays the office's published changes over the shipped base. The
// database has to be open.
func (a *app) curate(ctx context.Context, onePerson bool) error {
	opts := curation.Options{OnePersonPublishes: onePerson, Zone: a.zone}
	for _, g := range a.golden {
		opts.Golden = append(opts.Golden, curation.Golden{Question: g.Question, Topics: g.Gold})
	}
	a.desk = curation.NewDesk(a.log, a.matcher.Base(), a.db, a.judge, opts, a.now)
	a.staff = curation.NewStaff(a.log, a.db, a.now)
	conflicts, err := a.desk.Start(ctx)
	if err != nil {
		return fmt.Errorf("lay the curated changes over the base: %w", err)
	}
	if len(conflicts) > 0 {
		a.log.Warn("curated changes stand on items that this version ships anew; see the console",
			"changes", len(conflicts))
	}
	return nil
}

// overlay opens the database beside a program that may be serving it, and
// answers with the office's changes. Without a database there are none.
func (a *app) overlay(ctx context.Context) error {
	err := a.openStorage(ctx, storage.Beside())
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return a.curate(ctx, false)
}

// settle gives the memory that only loading needed back to the system; a
// program that runs for weeks would hold it otherwise.
func (a *app) settle() {
	debug.FreeOSMemory()
}

// gapLog is where unanswered questions go.
type gapLog interface {
	AddGap(ctx context.Context, update int64, g knowledge.Gap) (id string, first bool, err error)
}

// talk builds the conversation. A nil log keeps nothing.
func (a *app) talk(gaps gapLog, set bot.Settings) error {
	file, err := a.set.calendar()
	if err != nil {
		return err
	}
	set.Contact, set.Zone = a.set.Contact, a.zone
	set.Calendar = func() *knowledge.Calendar { return a.calendar(file) }
	a.dialog = bot.NewDialog(a.log, a.matcher, gaps, set, a.now)
	return nil
}

// calendar joins the elections of the file with those of the console.
func (a *app) calendar(file *knowledge.Calendar) *knowledge.Calendar {
	if a.desk == nil || a.desk.Calendar() == nil {
		return file
	}
	all := *a.desk.Calendar()
	if file != nil {
		all.Elections = append(all.Elections[:len(all.Elections):len(all.Elections)], file.Elections...)
	}
	return &all
}

// withApp opens the app with a conversation that keeps nothing, uses it, and
// closes it again. It sees the office's changes when a state folder is named.
func withApp(ctx context.Context, s *settings, std stdio, use func(*app) error) error {
	return opened(s, std, func(a *app) error {
		if s.named() {
			if err := a.overlay(ctx); err != nil {
				return err
			}
		}
		if err := a.talk(nil, bot.Settings{}); err != nil {
			return err
		}
		return use(a)
	})
}

// withState is withApp for commands that need the office's database.
func withState(ctx context.Context, s *settings, std stdio, use func(*app) error) error {
	return opened(s, std, func(a *app) error {
		if err := a.overlay(ctx); err != nil {
			return err
		}
		if a.desk == nil {
			return setupError{fmt.Errorf("no database is in %s; name the folder with TANYANETRAL_STATE",
				s.State)}
		}
		return use(a)
	})
}

// opened checks the settings, opens the app, uses it and closes it again.
func opened(s *settings, std stdio, use func(*app) error) (err error) {
	if err := s.check(); err != nil {
		return err
	}
	a, err := newApp(s, newLog(std.err, slog.LevelWarn))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.close()) }()
	return use(a)
}

// named tells whether somebody chose the state folder: commands that only
// answer look at it then alone.
func (s *settings) named() bool {
	return s.State != "" && s.State != "./state" ||
		os.Getenv("TANYANETRAL_STATE") != "" || s.file["TANYANETRAL_STATE"] != ""
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

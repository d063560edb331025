package bot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"
)

// Handler does all that an update asks for. Updates of one chat come one
// after the other, those of different chats at the same time. One whose
// handling fails comes up to three times, and after a crash again. The context
// outlives a stop by the time to drain; the handler returns when it ends.
type Handler func(ctx context.Context, u Update) error

// Counts are the updates since the start.
type Counts struct {
	Handled  int64
	SetAside int64 // given up after three tries
	Unread   int64 // that could not be decoded
}

// Alert tells the operator of an update that was set aside. It names nobody
// and repeats nothing of what was written.
type Alert struct {
	Update int64
	Kind   UpdateKind
	Class  string // of the last error: "telegram sendMessage: 400 Bad Request", or the Go types of its causes
}

// Numbers of the work that need no setting.
const (
	workers = 8 // chats at a time; one alone does over 4,000 updates a second on loopback
	tries   = 3 // of one update
)

// work is what polling and webhook have in common: one try of an update, and
// the account of how it ended.
type work struct {
	log     *slog.Logger
	slots   slots
	lanes   *lanes
	alert   func(Alert)
	handled atomic.Int64
	aside   atomic.Int64
	unread  atomic.Int64
}

func newWork(log *slog.Logger) work {
	return work{log: log, slots: make(slots, workers), lanes: newLanes()}
}

// Counts may be asked at any time.
func (w *work) Counts() Counts {
	return Counts{w.handled.Load(), w.aside.Load(), w.unread.Load()}
}

// OnAlert sets what is called, beside the log, when an update is set aside. It
// is set before the first update.
func (w *work) OnAlert(f func(Alert)) { w.alert = f }

// skip counts and tells that an update could not be read.
func (w *work) skip(u Update) {
	w.unread.Add(1)
	w.log.Warn("an update cannot be read and is skipped", "update", u.ID, "kind", u.Kind)
}

// lane is the key of the updates that stay in order. A private chat has the
// person's id, so taps without a chat stand in line with what the person
// writes.
func (u *Update) lane() int64 { return cmp.Or(u.Chat, u.User) }

// errPanic stands for whatever a handler panicked with, which may be what a
// person wrote.
var errPanic = errors.New("panic while handling an update")

// try handles an update once, for at most limit. A panic is an error.
func (w *work) try(ctx context.Context, u Update, handle Handler, limit time.Duration) (err error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	defer func() {
		if recover() != nil {
			err = errPanic
		}
	}()
	if err = handle(ctx, u); err == nil {
		w.handled.Add(1)
	}
	return err
}

// setAside gives an update up.
func (w *work) setAside(u Update, err error) {
	w.aside.Add(1)
	a := Alert{u.ID, u.Kind, class(err)}
	w.log.Error("an update is set aside", "update", a.Update, "kind", a.Kind, "class", a.Class)
	if w.alert != nil {
		w.alert(a)
	}
}

// class names an error by what it is, without its text, which may repeat what
// somebody wrote.
func class(err error) string {
	var api *APIError
	switch {
	case errors.As(err, &api):
		return api.Error() // method and code
	case errors.Is(err, errPanic):
		return "panic"
	case errors.Is(err, context.DeadlineExceeded):
		return "out of time"
	}
	for {
		switch e := err.(type) {
		case interface{ Unwrap() error }:
			if e.Unwrap() == nil {
				return fmt.Sprintf("%T", err)
			}
			err = e.Unwrap()
		case interface{ Unwrap() []error }:
			if len(e.Unwrap()) == 0 {
				return fmt.Sprintf("%T", err)
			}
			err = e.Unwrap()[0]
		default:
			return fmt.Sprintf("%T", err)
		}
	}
}

// floodWait is how long Telegram asked to wait; 0: it did not.
func floodWait(err error) time.Duration {
	var api *APIError
	if errors.As(err, &api) {
		return api.RetryAfter
	}
	return 0
}

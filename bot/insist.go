package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"
)

// ErrTokenRefused means that Telegram does not know the token, so that trying
// again is of no use.
var ErrTokenRefused = errors.New("the Telegram token is refused")

// insister repeats the calls without which there are no updates. One
// goroutine at a time uses it.
type insister struct {
	log    *slog.Logger
	times  PollTimes
	now    func() time.Time
	pause  func(context.Context, time.Duration) error
	warned map[string]time.Time // when each trouble was last told
}

func newInsister(log *slog.Logger, t PollTimes) insister {
	return insister{log: log, times: t.orDefaults(), now: time.Now, pause: pause,
		warned: map[string]time.Time{}}
}

// insist repeats a call until it works. It gives up when ctx ends, the token
// is refused, or final says so of an error.
func (i *insister) insist(ctx context.Context, call func() error, final func(*APIError) bool) error {
	for failures := 0; ; failures++ {
		err := call()
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err == nil {
			if failures > 0 {
				i.log.Info("Telegram answers again", "failures", failures)
			}
			return nil
		}
		var api *APIError
		if errors.As(err, &api) {
			switch {
			case api.Refused():
				return fmt.Errorf("%w: %w", ErrTokenRefused, err)
			case final != nil && final(api):
				return err
			}
		}
		if err := i.pause(ctx, i.delay(err, failures)); err != nil {
			return err
		}
	}
}

// delay is the wait after a failure, of which the operator learns.
func (i *insister) delay(err error, failures int) time.Duration {
	var api *APIError
	known := errors.As(err, &api)
	if known && api.Conflict() {
		i.warn("another program uses this token, or a webhook is set; only one may receive updates", err)
		return i.doubled(i.times.Conflict, failures)
	}
	i.warn("Telegram gives no updates", err)
	if known && api.RetryAfter > 0 {
		return api.RetryAfter
	}
	return min(max(jitter(i.doubled(i.times.Least, failures)), i.times.Least), i.times.Most)
}

func (i *insister) doubled(d time.Duration, times int) time.Duration {
	for ; times > 0 && d < i.times.Most; times-- {
		d *= 2
	}
	return min(d, i.times.Most)
}

// warn tells a trouble at most once a minute.
func (i *insister) warn(trouble string, err error) {
	if last, ok := i.warned[trouble]; ok && i.now().Sub(last) < i.times.Warn {
		return
	}
	i.warned[trouble] = i.now()
	i.log.Warn(trouble, "error", err)
}

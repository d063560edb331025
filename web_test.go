package main

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"time"

	"tanyanetral/bot/telegramtest"
)

// TestReadyAsksNowAndThen: whoever asks /readyz all the time drives no calls to
// Telegram.
func TestReadyAsksNowAndThen(t *testing.T) {
	fake := telegramtest.New(t)
	p := start(t, fake, t.TempDir(), "serve", "--fast-sends")
	address := p.listens(t)
	before := fake.Counts()["getMe"]
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			resp, err := http.Get("http://" + address + "/readyz")
			if err != nil {
				t.Error(err)
				return
			}
			if err := resp.Body.Close(); err != nil || resp.StatusCode != http.StatusOK {
				t.Errorf("%d, %v", resp.StatusCode, err)
			}
		})
	}
	all.Wait()
	if n := fake.Counts()["getMe"] - before; n != 1 {
		t.Errorf("20 questions made %d calls, want 1", n)
	}
	p.stop(t)
}

// TestRecent: what was found stands for 15 s, bad news too, and one who went
// away does not decide it.
func TestRecent(t *testing.T) {
	var now time.Time
	calls, away := 0, errors.New("away")
	r := &recent{now: func() time.Time { return now }, probe: func(ctx context.Context) error {
		calls++
		if calls == 2 {
			return away
		}
		return ctx.Err()
	}}
	gone, leave := context.WithCancel(t.Context())
	leave()
	for _, step := range []struct {
		after time.Duration
		ctx   context.Context
		calls int
		want  error
	}{
		{time.Hour, gone, 1, nil},
		{0, t.Context(), 1, nil},
		{probeKeep - 1, t.Context(), 1, nil},
		{1, t.Context(), 2, away},
		{probeKeep - 1, t.Context(), 2, away},
		{1, t.Context(), 3, nil},
	} {
		now = now.Add(step.after)
		if err := r.ask(step.ctx); !errors.Is(err, step.want) || calls != step.calls {
			t.Errorf("after %v: %v and %d calls, want %v and %d", step.after, err, calls, step.want, step.calls)
		}
	}
}

package main

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// TestDuty lets a daily duty fail once, in time that stands still: it is done
// again five minutes later, and then a day after that.
func TestDuty(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		begin := time.Now()
		var at []time.Duration
		wait := duties(ctx, slog.New(slog.DiscardHandler), []duty{{"daily", day, func(context.Context) error {
			at = append(at, time.Since(begin))
			if len(at) == 1 {
				return errors.New("no network")
			}
			return nil
		}}})
		time.Sleep(2 * day) // of the bubble's clock
		cancel()
		wait()
		if want := []time.Duration{0, sooner, day + sooner}; !slices.Equal(at, want) {
			t.Errorf("done after %v, want %v", at, want)
		}
	})
}

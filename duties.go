package main

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// duty is something that is done again and again while the program serves.
type duty struct {
	name  string
	every time.Duration
	do    func(ctx context.Context) error
}

// duties runs each duty at once and then at its pace, until ctx ends. The
// returned function waits for all of them.
func duties(ctx context.Context, log *slog.Logger, all []duty) (wait func()) {
	var running sync.WaitGroup
	for _, d := range all {
		running.Go(func() { d.run(ctx, log) })
	}
	return running.Wait
}

// sooner is when a duty that failed is tried again, unless its turn comes
// before: a daily one shall not miss its day for a minute without a network.
const sooner = 5 * time.Minute

func (d duty) run(ctx context.Context, log *slog.Logger) {
	timer := time.NewTimer(d.every)
	defer timer.Stop()
	for {
		next := d.every
		if err := d.do(ctx); err != nil && ctx.Err() == nil {
			log.Warn("a duty failed and is tried again", "duty", d.name, "error", err)
			next = min(next, sooner)
		}
		timer.Reset(next)
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
	}
}

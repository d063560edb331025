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

func (d duty) run(ctx context.Context, log *slog.Logger) {
	tick := time.NewTicker(d.every)
	defer tick.Stop()
	for {
		if err := d.do(ctx); err != nil && ctx.Err() == nil {
			log.Warn("a duty failed and is tried again", "duty", d.name, "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

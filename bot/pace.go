package bot

import (
	"context"
	"maps"
	"math/rand/v2"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// pacer makes every message wait for its turn.
type pacer struct {
	limits Limits
	all    *rate.Limiter
	now    func() time.Time
	mu     sync.Mutex // guards the rest
	chats  map[int64]*turn
	pruned time.Time
}

// turn is the limiter of one chat and when it was last asked.
type turn struct {
	*rate.Limiter
	used time.Time
}

func newPacer(l Limits) *pacer {
	all := rate.NewLimiter(l.Global, max(l.GlobalBurst, 1))
	return &pacer{limits: l, all: all, now: time.Now, chats: map[int64]*turn{}}
}

// wait takes the chat's turn before the global one, so that a chat that must
// wait holds up nobody else.
func (p *pacer) wait(ctx context.Context, chat int64) error {
	if chat == 0 {
		return nil
	}
	if p.limits.PerChat != rate.Inf {
		if err := takeTurn(ctx, p.of(chat)); err != nil {
			return err
		}
	}
	return takeTurn(ctx, p.all)
}

// takeTurn takes a turn. Whoever has to wait for it rests.
func takeTurn(ctx context.Context, l *rate.Limiter) error {
	if l.Allow() {
		return nil
	}
	return rest(ctx, func() error { return l.Wait(ctx) })
}

// of finds or makes a chat's limiter. Once a minute it drops those that were
// quiet for a minute and are full again, which is as good as new.
func (p *pacer) of(chat int64) *rate.Limiter {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	if now.Sub(p.pruned) > time.Minute {
		maps.DeleteFunc(p.chats, func(_ int64, t *turn) bool {
			return now.Sub(t.used) > time.Minute && t.TokensAt(now) >= float64(t.Burst())
		})
		p.pruned = now
	}
	t := p.chats[chat]
	if t == nil {
		t = &turn{Limiter: rate.NewLimiter(p.limits.PerChat, max(p.limits.PerChatBurst, 1))}
		p.chats[chat] = t
	}
	t.used = now
	return t.Limiter
}

// jitter is d, up to half of it more or less, so that bots do not march in step.
func jitter(d time.Duration) time.Duration {
	return d/2 + rand.N(max(d, 1))
}

// pause waits for d or for the end of ctx, whose error it returns.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

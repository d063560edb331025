package bot

import (
	"context"
	"errors"
	"maps"
	"sync"
	"time"

	"tanyanetral/knowledge"
)

// HeldReply is a reply that Telegram did not take: where it belongs and what
// it is about, without a word of it.
type HeldReply struct {
	ID    string
	Chat  int64
	Topic string // empty: it was no answer
}

// held keeps replies that Telegram does not take for a while.
type held interface {
	Hold(ctx context.Context, chat int64, topic string, until time.Time) error
	Held(ctx context.Context) ([]HeldReply, error) // those whose time is not over
	DropHeld(ctx context.Context, id string) error
}

// Numbers of held replies.
const (
	heldLife  = time.Hour        // of a row, from the design's decision on delivery
	heldLook  = 10 * time.Minute // for rows, when none is known
	heldAgain = 30 * time.Second // after a failure that names no time
)

// WithHeld lets a reply that meets a 429 of more than [patience] allows go into
// the database; [Bot.Resend] sends it later.
func WithHeld(h held) Option {
	return func(b *Bot) {
		b.later = &heldBack{rows: h, slots: make(slots, workers), wake: make(chan struct{}, 1),
			from: map[int64]time.Time{}}
	}
}

// heldBack is what the bot knows of held replies.
type heldBack struct {
	rows  held
	slots slots
	wake  chan struct{}
	mu    sync.Mutex
	from  map[int64]time.Time // when Telegram will take something for a chat again
}

// hold keeps a reply that was refused with 429 for longer than a reply waits
// in memory. It is true when the update needs nothing more.
func (b *Bot) hold(ctx context.Context, chat int64, topic string, refusal error) bool {
	wait := floodWait(refusal)
	if b.later == nil || wait == 0 {
		return false
	}
	now := b.dialog.now()
	if err := b.later.rows.Hold(ctx, chat, topic, now.Add(heldLife)); err != nil {
		b.log.Warn("bot: a reply could not be held back for later", "error", err)
		return false
	}
	b.later.put(chat, now.Add(wait))
	select {
	case b.later.wake <- struct{}{}:
	default:
	}
	return true
}

// put notes from when on a chat may be tried; zero: at any time.
func (l *heldBack) put(chat int64, from time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.from[chat] = from
	if from.IsZero() {
		delete(l.from, chat)
	}
}

// due tells whether a chat may be tried at a time.
func (l *heldBack) due(chat int64, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return !l.from[chat].After(now)
}

// next forgets the chats without rows and returns how long the others wait.
func (l *heldBack) next(chats map[int64][]HeldReply, now time.Time) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	maps.DeleteFunc(l.from, func(chat int64, from time.Time) bool {
		return len(chats[chat]) == 0 && !from.After(now)
	})
	wait := heldLook
	for _, from := range l.from {
		wait = min(wait, max(from.Sub(now), 0))
	}
	return max(wait, 100*time.Millisecond) // clocks may differ a little
}

// Resend sends the replies that were held back as soon as Telegram takes them,
// those of an earlier run too, until ctx ends. Without [WithHeld] it returns
// at once. It runs once at a time.
func (b *Bot) Resend(ctx context.Context) {
	if b.later == nil {
		return
	}
	for {
		wait := b.resend(ctx)
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-b.later.wake:
		case <-timer.C:
		}
		timer.Stop()
	}
}

// resend tries every held reply whose time has come, the chats side by side
// and each in order, and returns after what time there is more to do.
func (b *Bot) resend(ctx context.Context) time.Duration {
	rows, err := b.later.rows.Held(ctx)
	if err != nil {
		if ctx.Err() == nil {
			b.log.Warn("bot: held replies cannot be read", "error", err)
		}
		return heldAgain
	}
	chats := map[int64][]HeldReply{}
	for _, r := range rows {
		chats[r.Chat] = append(chats[r.Chat], r)
	}
	var all sync.WaitGroup
	for chat, list := range chats {
		if !b.later.due(chat, b.dialog.now()) {
			continue
		}
		all.Go(func() {
			inner, err := b.later.slots.enter(ctx)
			if err != nil {
				return
			}
			defer b.later.slots.leave()
			b.later.put(chat, b.resendTo(inner, chat, list))
		})
	}
	all.Wait()
	return b.later.next(chats, b.dialog.now())
}

// resendTo sends the held replies of a chat until one is refused; it returns
// when to go on. A row is dropped when its reply is out, or never will be.
func (b *Bot) resendTo(ctx context.Context, chat int64, list []HeldReply) (from time.Time) {
	for _, row := range list {
		err := b.send(ctx, chat, 0, b.late(ctx, row))
		var api *APIError
		switch {
		case ctx.Err() != nil:
			return time.Time{}
		case floodWait(err) > 0:
			return b.dialog.now().Add(floodWait(err))
		case errors.As(err, &api) && api.Code/100 == 4:
			b.log.Warn("bot: a held reply is given up", "error", err)
		case err != nil:
			return b.dialog.now().Add(heldAgain)
		}
		if err := b.later.rows.DropHeld(ctx, row.ID); err != nil {
			b.log.Warn("bot: a held reply may be sent twice", "error", err)
			return b.dialog.now().Add(heldAgain)
		}
	}
	return time.Time{}
}

// late is the reply that a row stands for. The question is not known any more,
// so that the title says what it was about.
func (b *Bot) late(ctx context.Context, row HeldReply) Reply {
	t := b.dialog.ask.Base().Topic(row.Topic)
	if t == nil {
		return Reply{HTML: escape(textHeldAgain)}
	}
	head := []string{italic(textHeld), bold(t.Title)}
	r := Reply{HTML: b.dialog.answer(t, knowledge.Slots{}), Buttons: answerButtons(t, "")}
	if row.Chat < 0 { // a group, where some titles are better not seen
		r = b.dialog.publicTopic(t, knowledge.Slots{}, b.self(ctx).link)
		head = head[:1]
	}
	r.HTML = joined(append(head, r.HTML))
	return r
}

package bot

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strconv"
	"time"
)

// PollTimes are the waits of a Poller. A zero field means its default.
type PollTimes struct {
	Long     time.Duration // of one poll; 50 s, the most that Telegram's server grants
	Handle   time.Duration // for one try of one update; 2 min, more than any sending takes
	Again    time.Duration // before the second try of an update, doubled for the third; 0.5 s
	Hold     time.Duration // for 429 in all, after what the Client waited; 1 min
	Look     time.Duration // for new updates while others are in hand; 0.6 s, see below
	Drain    time.Duration // for the updates in hand after a stop; 10 s
	Confirm  time.Duration // for the last confirmation; 2 s
	Conflict time.Duration // after the first 409, doubled up to Most; 3 s, as the server delays them
	Least    time.Duration // after the first other failure, doubled up to Most; 1 s
	Most     time.Duration // 30 s
	Warn     time.Duration // between two warnings about the same trouble; 1 min
}

// orDefaults fills the zero fields. To a poll with the offset of the one
// before Telegram's server gives a single update when less than 0.5 s lie
// between them: so Look is longer.
func (t PollTimes) orDefaults() PollTimes {
	t.Long = cmp.Or(t.Long, 50*time.Second)
	t.Handle = cmp.Or(t.Handle, 2*time.Minute)
	t.Again = cmp.Or(t.Again, 500*time.Millisecond)
	t.Hold = cmp.Or(t.Hold, time.Minute)
	t.Look = cmp.Or(t.Look, 600*time.Millisecond)
	t.Drain = cmp.Or(t.Drain, 10*time.Second)
	t.Confirm = cmp.Or(t.Confirm, 2*time.Second)
	t.Conflict = cmp.Or(t.Conflict, 3*time.Second)
	t.Least = cmp.Or(t.Least, time.Second)
	t.Most = cmp.Or(t.Most, 30*time.Second)
	t.Warn = cmp.Or(t.Warn, time.Minute)
	return t
}

// pollLimit is the number of updates in a batch, the most that Telegram gives.
// No more are ever in hand, since an unconfirmed one stays at the head.
const pollLimit = 100

// allowedUpdates are the kinds that the bot wants, by polling and by webhook.
const allowedUpdates = `["message","edited_message","callback_query","inline_query","my_chat_member"]`

// caller is the part of a Client that polling needs.
type caller interface {
	Call(ctx context.Context, method string, params map[string]string) (json.RawMessage, error)
}

// Poller fetches updates and acknowledges them after they were handled. One
// that cannot be handled, or takes its time, does not hold up the others.
type Poller struct {
	insister
	work
	client caller
	after  func(time.Duration) <-chan time.Time // time.After
	book   *ledger
	hands  *hands // of one run
}

// NewPoller returns a Poller on a Client.
func NewPoller(log *slog.Logger, client caller, t PollTimes) *Poller {
	return &Poller{
		insister: newInsister(log, t), work: newWork(log), client: client, after: time.After,
		book: newLedger(),
	}
}

// Run takes the updates over from a webhook, if there was one, and handles
// them until ctx ends. Then it finishes those in hand, confirms them and
// returns nil. The only error is [ErrTokenRefused]. It runs once at a time.
func (p *Poller) Run(ctx context.Context, handle Handler) error {
	inner, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	p.hands = newHands()
	defer context.AfterFunc(ctx, func() {
		if p.pause(inner, p.times.Drain) == nil {
			cancel()
		}
	})()
	err := p.insist(ctx, func() error {
		_, err := p.client.Call(ctx, "deleteWebhook", map[string]string{"drop_pending_updates": "false"})
		return err
	}, nil)
	for err == nil {
		err = p.round(ctx, inner, handle)
	}
	if errors.Is(err, ErrTokenRefused) {
		cancel()
		p.hands.wait()
		return err
	}
	p.hands.wait()
	p.confirm(ctx, p.book.offset())
	return nil
}

// round polls once, hands out what is new, and waits until all in hand is
// done or it is time to look again: what is in hand then stays unconfirmed at
// the head of Telegram's queue and comes along with the new updates. Behind a
// full batch that brought something more is likely, and it is fetched while
// the last of the batch are in hand.
func (p *Poller) round(ctx, inner context.Context, handle Handler) error {
	var raws []json.RawMessage
	err := p.insist(ctx, func() (err error) {
		raws, err = p.fetch(ctx, p.book.offset(), pollLimit, p.times.Long)
		return err
	}, nil)
	switch {
	case err != nil:
		return err
	case len(raws) == 0:
		p.book.forget()
	}
	found, fresh := p.handOut(inner, raws, handle)
	if len(raws) > 0 && !found {
		return p.pause(ctx, p.times.Least) // nothing in it has an id: it will come again
	}
	left := 0
	if fresh && len(raws) == pollLimit {
		left = 2 * workers
	}
	select {
	case <-p.book.atMost(left):
	case <-p.after(p.times.Look):
	case <-ctx.Done():
	}
	return ctx.Err()
}

// fetch polls once. With an offset it confirms all updates before it.
func (p *Poller) fetch(
	ctx context.Context, offset int64, limit int, long time.Duration,
) ([]json.RawMessage, error) {
	ctx, cancel := context.WithTimeout(ctx, long+15*time.Second)
	defer cancel()
	params := map[string]string{
		"timeout":         strconv.Itoa(int(long / time.Second)),
		"limit":           strconv.Itoa(limit),
		"allowed_updates": allowedUpdates,
	}
	if offset > 0 {
		params["offset"] = strconv.FormatInt(offset, 10)
	}
	result, err := p.client.Call(ctx, "getUpdates", params)
	if err != nil {
		return nil, err
	}
	var raws []json.RawMessage
	if json.Unmarshal(result, &raws) != nil {
		return nil, errors.New("telegram getUpdates: the answer is no list")
	}
	return raws, nil
}

// confirm acknowledges what was handled, at a stop. The poll for it returns
// the next update, if there is one, which stays in Telegram's queue.
func (p *Poller) confirm(ctx context.Context, offset int64) {
	if offset == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), p.times.Confirm)
	defer cancel()
	if _, err := p.fetch(ctx, offset, 1, 0); err != nil {
		p.insister.log.Warn("the last updates could not be confirmed and will come again", "error", err)
	}
}

// handOut begins every new update of a batch as soon as a slot is free; it
// then waits for its turn in the lane. It tells whether any has an id, and
// whether any was new. It ends early when inner does.
func (p *Poller) handOut(
	inner context.Context, raws []json.RawMessage, handle Handler,
) (found, fresh bool) {
	for _, raw := range raws {
		u, err := decode(raw)
		found = found || u.ID > 0
		if u.ID > 0 && !p.book.take(u.ID) {
			continue
		}
		fresh = fresh || u.ID > 0
		if err != nil {
			p.skip(u)
			if u.ID > 0 {
				p.book.finish(u.ID)
			}
			continue
		}
		ctx, err := p.slots.enter(inner)
		if err != nil {
			return found, fresh
		}
		turn := p.lanes.join(u.lane())
		p.hands.run(func() {
			defer p.slots.leave()
			if turn.before != nil && rest(ctx, func() error { return turn.turn(inner) }) != nil {
				return
			}
			defer turn.leave()
			if p.finish(ctx, u, handle) {
				p.book.finish(u.ID)
			}
		})
	}
	return found, fresh
}

// finish handles an update or, after three tries, sets it aside. Waiting on
// 429 is no try, until it takes too long. It is false when ctx ended first.
func (p *Poller) finish(ctx context.Context, u Update, handle Handler) bool {
	if ctx.Err() != nil {
		return false
	}
	hold := p.times.Hold
	for failures := 0; ; {
		err := p.try(ctx, u, handle, p.times.Handle)
		switch {
		case err == nil:
			return true
		case ctx.Err() != nil:
			return false
		}
		wait := floodWait(err)
		if hold -= wait; wait == 0 || hold < 0 {
			wait = jitter(p.times.Again << failures)
			failures++
		}
		if failures == tries {
			p.setAside(u, err)
			return true
		}
		if rest(ctx, func() error { return p.pause(ctx, wait) }) != nil {
			return false
		}
	}
}

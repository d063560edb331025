package bot

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// ErrTokenRefused means that Telegram does not know the token, so that trying
// again is of no use.
var ErrTokenRefused = errors.New("the Telegram token is refused")

// PollTimes are the waits of a Poller. A zero field means its default.
type PollTimes struct {
	Long     time.Duration // of one poll; 50 s, the most that Telegram's server grants
	Handle   time.Duration // for one try of one update; 2 min, more than any sending takes
	Again    time.Duration // before the second try of an update, doubled for the third; 0.5 s
	Drain    time.Duration // for the updates in hand after a stop; 10 s
	Confirm  time.Duration // for the last confirmation; 2 s
	Conflict time.Duration // after the first 409, doubled up to Most; 3 s, as the server delays them
	Least    time.Duration // after the first other failure, doubled up to Most; 1 s
	Most     time.Duration // 30 s
	Warn     time.Duration // between two warnings about the same trouble; 1 min
}

// Numbers of a Poller that need no setting.
const (
	pollLimit   = 100 // updates in a batch, the most that Telegram gives
	pollWorkers = 8   // chats at a time; one alone does over 4,000 updates a second on loopback
	pollTries   = 3   // of one update
)

// caller is the part of a Client that polling needs.
type caller interface {
	Call(ctx context.Context, method string, params map[string]string) (json.RawMessage, error)
}

// Poller fetches updates and acknowledges them after they were handled. One
// that cannot be handled never holds up the others.
type Poller struct {
	log    *slog.Logger
	client caller
	times  PollTimes
	now    func() time.Time
	pause  func(context.Context, time.Duration) error
	warned map[string]time.Time // when each trouble was last told
	counts struct{ handled, setAside, unread atomic.Int64 }
}

// PollCounts are the updates since the start.
type PollCounts struct {
	Handled  int64
	SetAside int64 // given up after three tries
	Unread   int64 // that could not be decoded
}

// NewPoller returns a Poller on a Client.
func NewPoller(log *slog.Logger, client caller, t PollTimes) *Poller {
	t.Long = cmp.Or(t.Long, 50*time.Second)
	t.Handle = cmp.Or(t.Handle, 2*time.Minute)
	t.Again = cmp.Or(t.Again, 500*time.Millisecond)
	t.Drain = cmp.Or(t.Drain, 10*time.Second)
	t.Confirm = cmp.Or(t.Confirm, 2*time.Second)
	t.Conflict = cmp.Or(t.Conflict, 3*time.Second)
	t.Least = cmp.Or(t.Least, time.Second)
	t.Most = cmp.Or(t.Most, 30*time.Second)
	t.Warn = cmp.Or(t.Warn, time.Minute)
	return &Poller{
		log: log, client: client, times: t, now: time.Now, pause: pause, warned: map[string]time.Time{},
	}
}

// Counts may be asked at any time.
func (p *Poller) Counts() PollCounts {
	return PollCounts{p.counts.handled.Load(), p.counts.setAside.Load(), p.counts.unread.Load()}
}

// Handler does all that an update asks for. Updates of one chat come one
// after the other, those of different chats at the same time. One whose
// handling fails comes up to three times, and after a crash again. The context
// outlives a stop by the time to drain; the handler returns when it ends.
type Handler func(ctx context.Context, u Update) error

// Run takes the updates over from a webhook, if there was one, and handles
// them until ctx ends. Then it finishes those in hand, confirms them and
// returns nil. The only error is [ErrTokenRefused]. It runs once at a time.
func (p *Poller) Run(ctx context.Context, handle Handler) error {
	err := p.insist(ctx, func() error {
		_, err := p.client.Call(ctx, "deleteWebhook", map[string]string{"drop_pending_updates": "false"})
		return err
	})
	var offset int64 // 0: left out
	for err == nil {
		var raws []json.RawMessage
		err = p.insist(ctx, func() (err error) {
			raws, err = p.fetch(ctx, offset, pollLimit, p.times.Long)
			return err
		})
		switch {
		case err != nil:
		case len(raws) == 0:
			// Nothing before the offset is left. After a quiet week Telegram
			// may go on with lower ids, which an old offset would confirm.
			offset = 0
		default:
			next := p.batch(ctx, raws, handle)
			offset = cmp.Or(next, offset)
			if next == 0 {
				err = p.pause(ctx, p.times.Least) // nothing in it has an id: it will come again
			}
		}
	}
	if errors.Is(err, ErrTokenRefused) {
		return err
	}
	p.confirm(ctx, offset)
	return nil
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
		"allowed_updates": `["message","edited_message","callback_query","inline_query","my_chat_member"]`,
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
		p.log.Warn("the last updates could not be confirmed and will come again", "error", err)
	}
}

// insist repeats a call until it works. It gives up when ctx ends or the
// token is refused.
func (p *Poller) insist(ctx context.Context, call func() error) error {
	for failures := 0; ; failures++ {
		err := call()
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err == nil {
			if failures > 0 {
				p.log.Info("Telegram answers again", "failures", failures)
			}
			return nil
		}
		var api *APIError
		if errors.As(err, &api) && api.Refused() {
			return fmt.Errorf("%w: %w", ErrTokenRefused, err)
		}
		if err := p.pause(ctx, p.delay(err, failures)); err != nil {
			return err
		}
	}
}

// delay is the wait after a failure, of which the operator learns.
func (p *Poller) delay(err error, failures int) time.Duration {
	var api *APIError
	known := errors.As(err, &api)
	if known && api.Conflict() {
		p.warn("another program uses this token, or a webhook is set; only one may receive updates", err)
		return p.doubled(p.times.Conflict, failures)
	}
	p.warn("Telegram gives no updates", err)
	if known && api.RetryAfter > 0 {
		return api.RetryAfter
	}
	return min(max(jitter(p.doubled(p.times.Least, failures)), p.times.Least), p.times.Most)
}

func (p *Poller) doubled(d time.Duration, times int) time.Duration {
	for ; times > 0 && d < p.times.Most; times-- {
		d *= 2
	}
	return min(d, p.times.Most)
}

// warn tells a trouble at most once a minute. Only Run's goroutine uses it.
func (p *Poller) warn(trouble string, err error) {
	if last, ok := p.warned[trouble]; ok && p.now().Sub(last) < p.times.Warn {
		return
	}
	p.warned[trouble] = p.now()
	p.log.Warn(trouble, "error", err)
}

// batch handles updates, up to eight chats at a time, and returns the offset
// that confirms them: after the last, or at the first that was not finished
// when the time to drain was over. 0: none had an id.
func (p *Poller) batch(ctx context.Context, raws []json.RawMessage, handle Handler) int64 {
	lanes, next := p.lanes(raws)
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	defer context.AfterFunc(ctx, func() {
		if p.pause(work, p.times.Drain) == nil {
			cancel()
		}
	})()
	todo := make(chan []Update, len(lanes))
	for _, lane := range lanes {
		todo <- lane
	}
	close(todo)
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range min(pollWorkers, len(lanes)) {
		wg.Go(func() {
			for lane := range todo {
				if open := p.inOrder(work, lane, handle); open != 0 {
					mu.Lock()
					next = min(next, open)
					mu.Unlock()
				}
			}
		})
	}
	wg.Wait()
	return next
}

// lanes decodes a batch and splits it by chat. next is after its last id.
func (p *Poller) lanes(raws []json.RawMessage) (lanes [][]Update, next int64) {
	at := map[int64]int{}
	for _, raw := range raws {
		u, err := decode(raw)
		if u.ID > 0 {
			next = max(next, u.ID+1)
		}
		if err != nil {
			p.counts.unread.Add(1)
			p.log.Warn("an update cannot be read and is skipped", "update", u.ID, "kind", u.Kind)
			continue
		}
		// A private chat has the person's id, so taps without a chat stand
		// in line with what the person writes.
		key := cmp.Or(u.Chat, u.User)
		i, ok := at[key]
		if !ok {
			i = len(lanes)
			at[key] = i
			lanes = append(lanes, nil)
		}
		lanes[i] = append(lanes[i], u)
	}
	return lanes, next
}

// inOrder handles the updates of one chat. It returns the id of the first
// that is unfinished because the time was over; 0: none.
func (p *Poller) inOrder(ctx context.Context, lane []Update, handle Handler) int64 {
	for _, u := range lane {
		if ctx.Err() != nil || !p.finish(ctx, u, handle) {
			return u.ID
		}
	}
	return 0
}

// finish handles an update or, after three tries, sets it aside. It is false
// when ctx ended first.
func (p *Poller) finish(ctx context.Context, u Update, handle Handler) bool {
	for try := 0; ; try++ {
		err := p.try(ctx, u, handle)
		switch {
		case err == nil:
			p.counts.handled.Add(1)
			return true
		case ctx.Err() != nil:
			return false
		case try == pollTries-1:
			p.counts.setAside.Add(1)
			p.log.Error("an update is set aside", "update", u.ID, "kind", u.Kind)
			return true
		case p.pause(ctx, jitter(p.times.Again<<try)) != nil:
			return false
		}
	}
}

// try handles an update once. A panic is an error.
func (p *Poller) try(ctx context.Context, u Update, handle Handler) (err error) {
	ctx, cancel := context.WithTimeout(ctx, p.times.Handle)
	defer cancel()
	defer func() {
		if recover() != nil { // the value may hold what a person wrote
			err = errors.New("panic while handling an update")
		}
	}()
	return handle(ctx, u)
}

package bot

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"io"
	"log/slog"
	"math"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// WebhookPath is where the updates arrive when the address of the webhook has
// no path of its own.
const WebhookPath = "/telegram"

// Numbers of a Webhook that need no setting.
const (
	secretHeader = "X-Telegram-Bot-Api-Secret-Token"
	hookBody     = 1 << 20 // bytes of one update; the longest text is far below 100 KB
	hookConns    = 40      // deliveries at a time that Telegram is asked for, its own default
	hookRoom     = 100     // deliveries at a time in all; more are sent away for a second
	hookHandle   = 50 * time.Second
	doneLife     = 10 * time.Minute // how long a repeated delivery is recognised
	doneMost     = 10_000           // such deliveries; an id takes about 100 bytes
)

// Webhook receives updates and answers 200 only after the work is done, so
// that Telegram sends again what a crash or an error left undone. Order is
// kept for each chat, although Telegram delivers a message and a tap of the
// same person side by side.
type Webhook struct {
	work
	handle Handler
	path   string
	secret string
	ctx    context.Context // of all work; ends with Abandon
	cancel context.CancelFunc
	room   chan struct{}
	recent recent
	forged atomic.Int64
	busy   atomic.Int64
}

// recent knows what was done and what failed lately.
type recent struct {
	mu     sync.Mutex
	now    func() time.Time
	done   *expiring[int64, struct{}]
	failed *expiring[int64, int] // tries of an update
}

// NewWebhook returns the handler for path, with a secret of its own that only
// [Client.Register] tells Telegram.
func NewWebhook(log *slog.Logger, path string, handle Handler) *Webhook {
	random := make([]byte, 32)
	_, _ = rand.Read(random) // never fails, as documented: it ends the program instead
	h := &Webhook{
		work: newWork(log), handle: handle, path: path, secret: hex.EncodeToString(random),
		room: make(chan struct{}, hookRoom),
		recent: recent{
			now: time.Now, done: newExpiring[int64, struct{}](doneLife, doneMost),
			failed: newExpiring[int64, int](24*time.Hour, doneMost), // Telegram gives up after a day
		},
	}
	h.slots = make(slots, hookConns)
	h.ctx, h.cancel = context.WithCancel(context.Background())
	return h
}

// Secret is what Telegram must show with every delivery.
func (h *Webhook) Secret() string { return h.secret }

// Abandon ends the work in hand. Those deliveries are answered with 503 and
// come again. It is called after the time for a graceful stop.
func (h *Webhook) Abandon() { h.cancel() }

// ServeHTTP takes one delivery. Whoever does not know the secret learns
// nothing, not even that there is a webhook. What can never be handled is
// answered with 200, since Telegram would send it again for a day.
func (h *Webhook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	shown := []byte(r.Header.Get(secretHeader))
	known := subtle.ConstantTimeCompare(shown, []byte(h.secret)) == 1
	if !known || r.Method != http.MethodPost || r.URL.Path != h.path {
		h.forged.Add(1)
		http.NotFound(w, r)
		return
	}
	select {
	case h.room <- struct{}{}:
		defer func() { <-h.room }()
	default:
		h.busy.Add(1)
		later(w, time.Second)
		return
	}
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, hookBody))
	var long *http.MaxBytesError
	if err != nil && !errors.As(err, &long) {
		later(w, time.Second) // cut on the way
		return
	}
	u, err := decode(raw)
	if err != nil {
		h.skip(u)
	} else if again := h.deal(r.Context(), u); again > 0 {
		later(w, again)
		return
	}
	w.WriteHeader(http.StatusOK)
}

// later sends a delivery away for some time, in whole seconds.
func later(w http.ResponseWriter, d time.Duration) {
	w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(d.Seconds()))))
	w.WriteHeader(http.StatusServiceUnavailable)
}

// deal handles an update in its turn. It returns after what time the update
// shall come again; 0: never. The work goes on when the connection is lost,
// so that the repeated delivery finds it done.
func (h *Webhook) deal(ctx context.Context, u Update) time.Duration {
	place := h.lanes.join(u.lane())
	if place.turn(ctx) != nil {
		return time.Second
	}
	defer place.leave()
	if h.recent.isDone(u.ID) {
		return 0
	}
	inner, err := h.slots.enter(h.ctx)
	if err != nil {
		return time.Second
	}
	defer h.slots.leave()
	err = h.try(inner, u, h.handle, hookHandle)
	switch {
	case err == nil:
		h.recent.finish(u.ID)
		return 0
	case h.ctx.Err() != nil:
		return time.Second
	case floodWait(err) > 0:
		return floodWait(err)
	}
	n := h.recent.fail(u.ID)
	if n < tries {
		return time.Second << (n - 1)
	}
	h.setAside(u, err)
	h.recent.finish(u.ID)
	return 0
}

func (r *recent) isDone(id int64) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	_, ok := r.done.get(r.now(), id)
	return ok
}

func (r *recent) finish(id int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.done.put(r.now(), id, struct{}{})
	r.failed.drop(id)
}

// fail returns how often an update has failed by now.
func (r *recent) fail(id int64) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	n, _ := r.failed.get(r.now(), id)
	r.failed.put(r.now(), id, n+1)
	return n + 1
}

package bot

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"tanyanetral/bot/telegramtest"
)

// gateway is a client whose waits last until they are opened.
func gateway(t *testing.T, fake *telegramtest.Server) (*Client, *atomic.Int32, chan struct{}) {
	client, _ := dial(t, fake)
	waiting, open := &atomic.Int32{}, make(chan struct{})
	client.pause = func(ctx context.Context, d time.Duration) error {
		waiting.Add(1)
		select {
		case <-open:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return client, waiting, open
}

func answering(client *Client) Handler {
	return func(ctx context.Context, u Update) error {
		_, err := client.Send(ctx, u.Chat, Outgoing{HTML: "Tidak.", ReplyTo: u.MessageID})
		return err
	}
}

// TestHeldChatsHoldUpNobody lets more chats than there are workers wait on
// 429 while 50 others write.
func TestHeldChatsHoldUpNobody(t *testing.T) {
	const held, others = workers + 4, 50
	fake := telegramtest.New(t)
	client, waiting, open := gateway(t, fake)
	fake.Inject("sendMessage", held, telegramtest.TooMany(5))
	for i := range int64(held) {
		fake.Text(telegramtest.User{ID: 100 + i, FirstName: "A"}, "ditahan")
	}
	p := NewPoller(silent(), client, PollTimes{})
	stop, _ := run(t, p, answering(client))
	refused := func(s *telegramtest.Server) bool { return s.Counts()["sendMessage"] == held }
	await(t, fake, "the refusals", refused)
	begin := time.Now()
	for i := range int64(others) {
		fake.Text(telegramtest.User{ID: 500 + i, FirstName: "B"}, "lancar")
	}
	answered := func(from, n int64) func(s *telegramtest.Server) bool {
		return func(s *telegramtest.Server) bool {
			for i := range n {
				if s.Sent(from+i) != 1 {
					return false
				}
			}
			return true
		}
	}
	await(t, fake, "the others", answered(500, others))
	took := time.Since(begin)
	t.Logf("50 chats were answered %v after they wrote", took.Round(time.Millisecond))
	if took > 2*time.Second { // 0.6 s to the next look, and a busy machine
		t.Errorf("50 chats waited %v", took)
	}
	if waiting.Load() != held || fake.Pending() != held+others {
		t.Errorf("%d wait; %d updates unconfirmed, want all", waiting.Load(), fake.Pending())
	}
	close(open)
	await(t, fake, "everything", idle)
	if !answered(100, held)(fake) || !answered(500, others)(fake) {
		t.Error("a chat has no answer, or two")
	}
	if err := stop(); err != nil || p.Counts() != (Counts{Handled: held + others}) {
		t.Errorf("error %v, %+v", err, p.Counts())
	}
	calls := fake.Calls("getUpdates")
	for i := 1; i < len(calls); i++ {
		// Within half a second Telegram's server would give one update only,
		// which is all that the last poll asks for. A poll that the stop cuts
		// off may arrive after that one.
		if a, b := calls[i-1], calls[i]; a.Params["offset"] == b.Params["offset"] &&
			a.Params["limit"] != "1" && b.Params["limit"] != "1" && b.At.Sub(a.At) < 500*time.Millisecond {
			t.Errorf("poll %d repeats offset %q after %v", i, b.Params["offset"], b.At.Sub(a.At))
		}
	}
}

// TestHeldTooLong: waiting on 429 is no failed try, until it takes a minute.
func TestHeldTooLong(t *testing.T) {
	fake := telegramtest.New(t)
	client, _ := dial(t, fake)
	n := &naps{}
	p := NewPoller(silent(), client, PollTimes{})
	p.pause = n.pause
	var alerts []Alert
	p.OnAlert(func(a Alert) { alerts = append(alerts, a) })
	fake.Inject("sendMessage", 5, telegramtest.TooMany(30))
	fake.Text(ani(), "satu")
	fake.Text(ani(), "dua")
	stop, _ := run(t, p, answering(client))
	await(t, fake, "both", idle)
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	// Twice 30 s, then three tries that a longer wait ends; "dua" goes out.
	if fake.Sent(ani().ID) != 1 || p.Counts() != (Counts{Handled: 1, SetAside: 1}) {
		t.Errorf("%d sent, %+v", fake.Sent(ani().ID), p.Counts())
	}
	want := Alert{1, KindMessage, "telegram sendMessage: 429 Too Many Requests"}
	if len(alerts) != 1 || alerts[0] != want {
		t.Errorf("alerts %+v, want %+v", alerts, want)
	}
	if took := n.list(); len(took) < 4 || took[0] != 30*time.Second || took[1] != 30*time.Second {
		t.Errorf("waits %v", took)
	}
}

// TestStopWhileHeld: a stop gives up what waits; it comes again.
func TestStopWhileHeld(t *testing.T) {
	fake := telegramtest.New(t)
	client, _, _ := gateway(t, fake)
	fake.Inject("sendMessage", 1, telegramtest.TooMany(5))
	fake.Text(ani(), "ditahan")
	p := NewPoller(silent(), client, PollTimes{Drain: time.Hour})
	p.pause = func(ctx context.Context, d time.Duration) error {
		if d == time.Hour {
			return nil // an hour passes at once
		}
		return pause(ctx, d)
	}
	stop, _ := run(t, p, answering(client))
	await(t, fake, "the refusal", func(s *telegramtest.Server) bool { return s.Counts()["sendMessage"] == 1 })
	fake.Text(telegramtest.User{ID: 12, FirstName: "B"}, "lancar")
	await(t, fake, "the other", func(s *telegramtest.Server) bool { return s.Sent(12) == 1 })
	if err := stop(); err != nil || fake.Pending() != 2 {
		t.Errorf("error %v; %d unconfirmed, want both, since the first was not done", err, fake.Pending())
	}
	run(t, NewPoller(silent(), client, PollTimes{}), answering(client))
	await(t, fake, "the rest", idle)
	if fake.Sent(ani().ID) != 1 {
		t.Errorf("%d sent", fake.Sent(ani().ID))
	}
}

func TestErrorClasses(t *testing.T) {
	secret := errors.New("rahasia")
	for _, c := range []struct {
		err  error
		want string
	}{
		{secret, "*errors.errorString"},
		{errors.Join(secret, secret), "*errors.errorString"},
		{&APIError{"sendMessage", 400, "rahasia", 0}, "telegram sendMessage: 400 Bad Request"},
		{context.DeadlineExceeded, "out of time"},
		{errPanic, "panic"},
	} {
		if got := class(c.err); got != c.want {
			t.Errorf("class %q, want %q", got, c.want)
		}
	}
}

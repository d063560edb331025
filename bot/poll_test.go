package bot

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/time/rate"

	"tanyanetral/bot/telegramtest"
)

// run polls the fake in the background. stop ends it as an operator does and
// returns what Run returned; ended is the same without the stop.
func run(t testing.TB, p *Poller, handle Handler) (stop, ended func() error) {
	ctx, cancel := context.WithCancel(limited(t))
	done := make(chan error, 1)
	go func() { done <- p.Run(ctx, handle) }()
	ended = sync.OnceValue(func() error { return <-done })
	stop = func() error {
		cancel()
		return ended()
	}
	t.Cleanup(func() { _ = stop() })
	return stop, ended
}

// await fails the test when the fake does not get there.
func await(t testing.TB, fake *telegramtest.Server, what string, done func(*telegramtest.Server) bool) {
	t.Helper()
	if err := fake.Await(limited(t), done); err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

func idle(s *telegramtest.Server) bool { return s.Pending() == 0 && s.Polling() }

// record collects what is handled.
type record struct {
	mu   sync.Mutex
	seen []Update
}

func (r *record) handle(_ context.Context, u Update) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seen = append(r.seen, u)
	return nil
}

func (r *record) texts() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []string
	for _, u := range r.seen {
		out = append(out, u.Text+u.Tap.Data+u.Member)
	}
	return out
}

func TestPollKeepsOrderInAChat(t *testing.T) {
	const chats, each = 24, 25
	fake := telegramtest.New(t)
	client, _ := dial(t, fake)
	for i := range each {
		for c := range int64(chats) {
			u := telegramtest.User{ID: 100 + c, FirstName: "A"}
			if i%5 == 4 {
				fake.Tap(u, u.ID, 1, strconv.Itoa(i)) // in line with what the person writes
				continue
			}
			fake.Text(u, strconv.Itoa(i))
		}
	}
	r, together := &record{}, make(chan struct{})
	var first atomic.Int32
	p := NewPoller(silent(), client, PollTimes{})
	stop, _ := run(t, p, func(ctx context.Context, u Update) error {
		if u.Text == "0" && first.Add(1) == workers {
			close(together)
		}
		select {
		case <-together: // eight chats are handled at the same time, or nothing goes on
		case <-ctx.Done():
			return ctx.Err()
		}
		return r.handle(ctx, u)
	})
	await(t, fake, "all handled", idle)
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	next := map[int64]int{}
	for _, u := range r.seen {
		if got := u.Text + u.Tap.Data; !strings.HasSuffix(got, strconv.Itoa(next[u.Chat])) {
			t.Fatalf("chat %d: %q came at place %d", u.Chat, got, next[u.Chat])
		}
		next[u.Chat]++
	}
	if want := (Counts{Handled: chats * each}); len(r.seen) != chats*each || p.Counts() != want {
		t.Errorf("%d handled, counted %+v, want %+v", len(r.seen), p.Counts(), want)
	}
}

func TestPollProcessesThenAcknowledges(t *testing.T) {
	fake := telegramtest.New(t)
	client, _ := dial(t, fake)
	in, stopping := make(chan struct{}), make(chan struct{})
	r := &record{}
	p := NewPoller(silent(), client, PollTimes{Drain: time.Hour, Look: 2 * time.Hour})
	p.pause = func(ctx context.Context, d time.Duration) error {
		if d == time.Hour { // the time to drain begins
			close(stopping)
		}
		return pause(ctx, d)
	}
	stop, _ := run(t, p, func(ctx context.Context, u Update) error {
		in <- struct{}{}
		<-stopping
		return errors.Join(ctx.Err(), r.handle(ctx, u)) // the context is still good
	})
	fake.Text(ani(), "satu")
	<-in
	if n := len(fake.Calls("getUpdates")); n != 1 || fake.Pending() != 1 {
		t.Errorf("%d polls answered and %d updates waiting while the first is in hand", n, fake.Pending())
	}
	// A stop now: the poll ends, the update in hand is finished and confirmed;
	// what came meanwhile stays for the next start.
	fake.Text(ani(), "dua")
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	if got := r.texts(); !slices.Equal(got, []string{"satu"}) || fake.Pending() != 1 {
		t.Errorf("handled %q, %d left", got, fake.Pending())
	}
	calls := fake.Calls("getUpdates")
	last := calls[len(calls)-1].Params
	if last["offset"] != "2" || last["limit"] != "1" || last["timeout"] != "0" {
		t.Errorf("last poll %v", last)
	}
	if _, has := calls[0].Params["offset"]; has {
		t.Error("the first poll has an offset")
	}
	run(t, NewPoller(silent(), client, PollTimes{}), r.handle)
	await(t, fake, "the rest", idle)
	if got := r.texts(); !slices.Equal(got, []string{"satu", "dua"}) {
		t.Errorf("handled %q", got)
	}
}

// TestPollDrainIsBounded stops while two of three chats are busy: what comes
// before the first unfinished update is confirmed, the rest comes again.
func TestPollDrainIsBounded(t *testing.T) {
	fake := telegramtest.New(t)
	client, _ := dial(t, fake)
	for i, text := range []string{"beres", "lambat", "beres", "macet", "lambat", "beres"} {
		fake.Text(telegramtest.User{ID: int64(1 + i%3), FirstName: "A"}, text)
	}
	begun := make(chan string, 6)
	p := NewPoller(silent(), client, PollTimes{Drain: time.Hour, Look: 2 * time.Hour})
	p.pause = func(ctx context.Context, d time.Duration) error {
		if d == time.Hour {
			return nil // an hour passes at once
		}
		return pause(ctx, d)
	}
	stop, _ := run(t, p, func(ctx context.Context, u Update) error {
		begun <- u.Text
		switch u.Text {
		case "lambat":
			<-ctx.Done() // and is done all the same
		case "macet":
			<-ctx.Done()
			return ctx.Err()
		}
		return nil
	})
	for range 5 { // all but the second of the slow chat
		<-begun
	}
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	if fake.Pending() != 3 || p.Counts() != (Counts{Handled: 4}) || len(begun) > 0 {
		t.Errorf("%d left, %+v", fake.Pending(), p.Counts())
	}
}

func TestPollErrors(t *testing.T) {
	const s = time.Second
	for _, c := range []struct {
		name   string
		method string
		fault  telegramtest.Fault
		times  int
		waits  []time.Duration // jittered unless exact
		exact  bool
		warned int
		fatal  bool
	}{
		{"token refused", "getUpdates", telegramtest.Unauthorized(), -1, nil, true, 0, true},
		{"token unknown", "getUpdates", telegramtest.Refuse(404, "Not Found"), -1, nil, true, 0, true},
		{"token refused at the start", "deleteWebhook", telegramtest.Unauthorized(), -1, nil, true, 0, true},
		{"second instance", "getUpdates", telegramtest.Refuse(409, "Conflict: terminated"), 6,
			[]time.Duration{3 * s, 6 * s, 12 * s, 24 * s, 30 * s, 30 * s}, true, 2, false},
		{"flood", "getUpdates", telegramtest.TooMany(7), 2, []time.Duration{7 * s, 7 * s}, true, 1, false},
		{"gateway", "getUpdates", telegramtest.BadGateway(), 6,
			[]time.Duration{s, 2 * s, 4 * s, 8 * s, 16 * s, 30 * s}, false, 1, false},
		{"cut", "getUpdates", telegramtest.Reset(), 2, []time.Duration{s, 2 * s}, false, 1, false},
		{"answer lost", "getUpdates", telegramtest.LoseAnswer(), 1, []time.Duration{s}, false, 1, false},
		{"away at the start", "deleteWebhook", telegramtest.Reset(), 2, []time.Duration{s, 2 * s}, false, 1, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			fake := telegramtest.New(t)
			client, _ := dial(t, fake)
			fake.Text(ani(), "rahasia")
			fake.Inject(c.method, c.times, c.fault)
			var logged bytes.Buffer
			at, n, r := time.Now(), &naps{}, &record{}
			p := NewPoller(slog.New(slog.NewTextHandler(&logged, nil)), client, PollTimes{})
			n.then = func(d time.Duration) { at = at.Add(d) }
			p.now, p.pause = func() time.Time { return at }, n.pause
			stop, ended := run(t, p, r.handle)
			var err error
			if c.fatal {
				err = ended()
			} else {
				await(t, fake, "the update", idle)
				err = stop()
			}
			if errors.Is(err, ErrTokenRefused) != c.fatal || !c.fatal && err != nil ||
				len(r.texts()) == 0 != c.fatal {
				t.Errorf("error %v, handled %q", err, r.texts())
			}
			took := n.list()
			if len(took) > len(c.waits) { // the drain of the stop
				took = took[:len(c.waits)]
			}
			if c.exact && !slices.Equal(took, c.waits) || !around(took, c.waits) {
				t.Errorf("waits %v, want about %v", took, c.waits)
			}
			text := logged.String()
			if got := strings.Count(text, "level=WARN"); got != c.warned {
				t.Errorf("%d warnings, want %d: %s", got, c.warned, text)
			}
			if strings.Contains(text, "fake-token") || strings.Contains(text, "rahasia") || c.fatal &&
				strings.Contains(err.Error(), "fake-token") {
				t.Errorf("log %q, error %v", text, err)
			}
		})
	}
}

func TestPollTakesOverFromAWebhook(t *testing.T) {
	fake := telegramtest.New(t)
	client, _ := dial(t, fake)
	hook := map[string]string{"url": "http://127.0.0.1:1/x", "allowed_updates": `["message"]`}
	if _, err := client.Call(limited(t), "setWebhook", hook); err != nil {
		t.Fatal(err)
	}
	fake.Text(ani(), "tertunda")
	r := &record{}
	run(t, NewPoller(silent(), client, PollTimes{}), r.handle)
	await(t, fake, "what the webhook could not get", idle)
	fake.Edit(ani(), ani().ID, 1, "diubah")
	fake.Tap(ani(), ani().ID, 1, "tap")
	fake.Inline(ani(), "inline")
	fake.Block(ani())
	await(t, fake, "all kinds", idle)
	want := []string{"tertunda", "diubah", "diubahtap", "inline", "kicked"}
	if got := r.texts(); !slices.Equal(got, want) {
		t.Errorf("handled %q, want %q", got, want)
	}
}

// TestPollIsNeverBlocked mixes what nobody can handle with what is fine.
func TestPollIsNeverBlocked(t *testing.T) {
	fake := telegramtest.New(t)
	client, _ := dial(t, fake)
	fake.Text(ani(), "satu")
	fake.Raw(`{"message":{"message_id":"rahasia"}}`)
	fake.Raw(`{"callback_query":7}`)
	fake.Text(ani(), "gagal rahasia")
	fake.Text(ani(), "panik rahasia")
	fake.Text(ani(), "sekali gagal")
	fake.Text(ani(), "dua")
	var logged bytes.Buffer
	n, r := &naps{}, &record{}
	p := NewPoller(slog.New(slog.NewTextHandler(&logged, nil)), client, PollTimes{Again: 4 * time.Second})
	p.pause = n.pause
	tries := map[string]int{}
	stop, _ := run(t, p, func(ctx context.Context, u Update) error {
		tries[u.Text]++ // one chat: no two at a time
		word, _, _ := strings.Cut(u.Text, " ")
		switch {
		case word == "gagal", word == "sekali" && tries[u.Text] == 1:
			return errors.New("failed on " + u.Text)
		case word == "panik":
			panic(u.Text)
		}
		return r.handle(ctx, u)
	})
	await(t, fake, "the end of the queue", idle)
	took := n.list()
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	if got, want := r.texts(), []string{"satu", "sekali gagal", "dua"}; !slices.Equal(got, want) {
		t.Errorf("handled %q, want %q", got, want)
	}
	want := Counts{Handled: 3, SetAside: 2, Unread: 2}
	if tries["gagal rahasia"] != 3 || tries["panik rahasia"] != 3 || p.Counts() != want {
		t.Errorf("tries %v, counted %+v, want %+v", tries, p.Counts(), want)
	}
	four, eight := 4*time.Second, 8*time.Second
	if !around(took, []time.Duration{four, eight, four, eight, four}) {
		t.Errorf("waits %v", took)
	}
	text := logged.String()
	for _, line := range []string{
		`msg="an update cannot be read and is skipped" update=2 kind=message`,
		`msg="an update cannot be read and is skipped" update=3 kind=callback_query`,
		`msg="an update is set aside" update=4 kind=message class=*errors.errorString`,
		`msg="an update is set aside" update=5 kind=message class=panic`,
	} {
		if !strings.Contains(text, line+"\n") {
			t.Errorf("the log lacks %q", line)
		}
	}
	if strings.Contains(text, "rahasia") {
		t.Errorf("the log tells a text: %s", text)
	}
}

func TestPollForgetsTheOffsetWhenQuiet(t *testing.T) {
	fake := telegramtest.New(t, telegramtest.Frozen(time.Unix(1.8e9, 0)))
	client, _ := dial(t, fake)
	polls := func(n int) func(*telegramtest.Server) bool {
		return func(s *telegramtest.Server) bool { return len(s.Calls("getUpdates")) == n && idle(s) }
	}
	stop, _ := run(t, NewPoller(silent(), client, PollTimes{}), new(record).handle)
	fake.Text(ani(), "satu")
	await(t, fake, "the first poll", polls(1))
	fake.Advance(50 * time.Second)
	await(t, fake, "an empty poll", polls(2))
	fake.Text(ani(), "dua")
	await(t, fake, "the poll after it", polls(3))
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	var offsets []string
	for _, c := range fake.Calls("getUpdates") {
		offsets = append(offsets, c.Params["offset"])
	}
	if want := []string{"", "2", ""}; !slices.Equal(offsets[:3], want) {
		t.Errorf("offsets %q, want %q", offsets[:3], want)
	}
}

// TestPollWithoutIDs plays answers that Telegram never gives: they are asked
// for again after a wait, not in a spin, and not confirmed.
func TestPollWithoutIDs(t *testing.T) {
	answers := make(chan string, 9)
	for _, result := range []string{`[{"update_id":4,"poll":{}}]`, `[{"message":{}},7]`, `{"a":1}`} {
		answers <- `{"ok":true,"result":` + result + `}`
	}
	offsets := make(chan string, 9)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/deleteWebhook") {
			_, _ = io.WriteString(w, `{"ok":true,"result":true}`)
			return
		}
		offsets <- r.PostFormValue("offset")
		select {
		case a := <-answers:
			_, _ = io.WriteString(w, a)
		case <-r.Context().Done():
		}
	}))
	defer server.Close()
	client, err := NewClient(silent(), goodToken, server.URL)
	if err != nil {
		t.Fatal(err)
	}
	n := &naps{}
	p := NewPoller(silent(), client, PollTimes{Confirm: time.Second / 20})
	p.pause = n.pause
	stop, _ := run(t, p, new(record).handle)
	for i, want := range []string{"", "5", "5", "5"} {
		if got := <-offsets; got != want {
			t.Errorf("poll %d: offset %q, want %q", i, got, want)
		}
	}
	if took := n.list(); !around(took, []time.Duration{time.Second, time.Second}) {
		t.Errorf("waits %v", took)
	}
	if err := stop(); err != nil { // its confirmation gets no answer within its time
		t.Fatal(err)
	}
	if p.Counts() != (Counts{Handled: 1, Unread: 2}) {
		t.Errorf("counted %+v", p.Counts())
	}
}

func TestOwnLimits(t *testing.T) {
	fake := telegramtest.New(t)
	budi := telegramtest.User{ID: 12, FirstName: "Budi"}
	fake.Start(ani())
	fake.Start(budi)
	hourly := rate.Every(time.Hour)
	limits := Limits{Global: hourly, GlobalBurst: 5, PerChat: hourly, PerChatBurst: 3}
	client, _ := dial(t, fake, WithLimits(limits))
	ctx := limited(t)
	send := func(u telegramtest.User) bool {
		_, err := client.Send(ctx, u.ID, Outgoing{HTML: "x"})
		return err == nil
	}
	var got []bool
	for _, u := range []telegramtest.User{ani(), ani(), ani(), ani(), budi, budi, budi} {
		got = append(got, send(u))
	}
	// The fourth to Ani is over her burst, the third to Budi over the global one.
	if want := []bool{true, true, true, false, true, true, false}; !slices.Equal(got, want) {
		t.Errorf("sent %v, want %v", got, want)
	}
	if err := client.AnswerTap(ctx, string(fake.Tap(ani(), ani().ID, 1, "a")), ""); err != nil {
		t.Errorf("answers to taps count for no limit: %v", err)
	}
}

func TestQuietChatsAreForgotten(t *testing.T) {
	at := time.Now()
	p := newPacer(Limits{Global: rate.Inf, PerChat: 1.0 / 3600, PerChatBurst: 1})
	p.now = func() time.Time { return at }
	ctx := limited(t)
	for chat := range int64(1000) {
		if err := p.wait(ctx, chat+1); err != nil {
			t.Fatal(err)
		}
	}
	for _, step := range []struct {
		after time.Duration
		left  int
	}{{2 * time.Minute, 1001}, {2 * time.Hour, 1}} { // after minutes the limiters are not full yet
		at = at.Add(step.after)
		p.of(5000)
		if len(p.chats) != step.left {
			t.Errorf("after %v: %d limiters, want %d", step.after, len(p.chats), step.left)
		}
	}
}

// BenchmarkEcho is a whole round: update in, handler, reply out, confirmed.
func BenchmarkEcho(b *testing.B) {
	fake, err := telegramtest.NewServer()
	if err != nil {
		b.Fatal(err)
	}
	defer fake.Close()
	client, _ := dial(b, fake)
	for i := range b.N {
		fake.Text(telegramtest.User{ID: int64(1 + i%500), FirstName: "A"}, "Boleh?")
	}
	p := NewPoller(silent(), client, PollTimes{})
	b.ResetTimer()
	stop, _ := run(b, p, func(ctx context.Context, u Update) error {
		_, err := client.Send(ctx, u.Chat, Outgoing{HTML: "Tidak.", ReplyTo: u.MessageID})
		return err
	})
	await(b, fake, "all answered", idle)
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "replies/s")
	if err := stop(); err != nil || p.Counts().Handled != int64(b.N) {
		b.Fatal(fmt.Sprint(err, p.Counts()))
	}
}

package telegramtest

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestFaults(t *testing.T) {
	s := New(t, Frozen(start()))
	s.Start(siti())
	send := func() (answer, error) { return try(within(t), s, "sendMessage", "chat_id", 7, "text", "halo") }
	for _, tt := range []struct {
		name  string
		fault Fault
		code  int // 0: no answer
		sent  int
	}{
		{"too many", TooMany(3), 429, 0},
		{"bad gateway", BadGateway(), 502, 0},
		{"reset", Reset(), 0, 0},
		{"lost answer", LoseAnswer(), 0, 1},
		{"slow", Slow(time.Millisecond), 200, 1},
		{"unauthorized", Unauthorized(), 401, 0},
		{"migrated", Migrated(-9), 400, 0},
		{"any", Refuse(500, "Internal Server Error"), 500, 0},
	} {
		before := s.Sent(7)
		s.Inject("sendMessage", 1, tt.fault)
		call(t, s, "getMe") // another method is not touched
		a, err := send()
		code := a.Code
		if a.OK {
			code = 200
		}
		if code != tt.code || (err != nil) != (tt.code == 0 || tt.fault.HTML) || s.Sent(7)-before != tt.sent {
			t.Errorf("%s: code %d, error %v, %d sent", tt.name, code, err, s.Sent(7)-before)
		}
		if a.Parameters.RetryAfter != tt.fault.RetryAfter || a.Parameters.MigrateTo != tt.fault.MigrateTo {
			t.Errorf("%s: parameters %+v", tt.name, a.Parameters)
		}
		if a, err := send(); err != nil || !a.OK {
			t.Errorf("%s: the next call fails too: %v %v", tt.name, a, err)
		}
	}
	var codes []int
	for _, c := range s.Calls("sendMessage") {
		codes = append(codes, c.Code)
	}
	if got := fmt.Sprint(codes); got != "[429 200 502 200 0 200 200 200 200 200 401 200 400 200 500 200]" {
		t.Errorf("recorded codes %s", got)
	}
}

func TestLostAnswersAndHealing(t *testing.T) {
	s := New(t)
	s.LoseEvery(3)
	lost := 0
	for range 9 {
		if _, err := try(within(t), s, "setMyName", "name", "x"); err != nil {
			lost++
		}
	}
	if lost != 3 || s.Counts()["setMyName"] != 9 {
		t.Errorf("%d of %v lost", lost, s.Counts())
	}
	s.Inject("", -1, BadGateway())
	s.Revoke()
	if a := call(t, s, "getMe"); a.Code != 401 {
		t.Errorf("refused token: %+v", a)
	}
	s.Heal()
	expect(t, "", s, "getMe")
}

func TestSendingLimits(t *testing.T) {
	s := New(t, Frozen(start()), WithLimits())
	s.Start(siti())
	s.Join(Chat{ID: -5})
	for _, step := range []struct {
		wait  time.Duration
		chat  int64
		sends int
		retry int
	}{
		{0, 7, 3, 1}, {time.Second, 7, 1, 1}, {10 * time.Second, 7, 3, 1},
		{0, -5, 20, 3}, {3 * time.Second, -5, 1, 3}, {time.Minute, -5, 20, 3},
	} {
		s.Advance(step.wait)
		for n := 0; n <= step.sends; n++ {
			a := call(t, s, "sendMessage", "chat_id", step.chat, "text", "halo")
			if a.OK != (n < step.sends) || (!a.OK &&
				(a.Code != 429 || a.Parameters.RetryAfter != step.retry)) {
				t.Errorf("%+v: send %d: %+v", step, n+1, a)
			}
		}
	}
	s.Advance(time.Hour)
	for n := range 31 {
		s.Start(User{ID: int64(100 + n)})
		if a := call(t, s, "sendMessage", "chat_id", 100+n, "text", "halo"); a.OK != (n < 30) {
			t.Errorf("send %d in all: %+v", n+1, a)
		}
	}
	s.Limit(false)
	expect(t, "", s, "sendMessage", "chat_id", 7, "text", "halo")
}

// bot is a webhook that writes down what it gets and answers as it is told.
type bot struct {
	mu     sync.Mutex
	got    []string
	answer func(text string, w http.ResponseWriter)
}

func (b *bot) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	text := r.Header.Get("X-Telegram-Bot-Api-Secret-Token") + r.URL.Path + " "
	for _, word := range []string{"tap", "satu", "dua"} {
		if strings.Contains(string(body), word) {
			text += word
			break
		}
	}
	b.mu.Lock()
	b.got = append(b.got, text)
	b.mu.Unlock()
	b.answer(text, w)
}

func (b *bot) list() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return strings.Join(b.got, ", ")
}

func TestWebhookKeepsTheOrderOfEachLane(t *testing.T) {
	tapped := make(chan struct{})
	b := &bot{answer: func(text string, _ http.ResponseWriter) {
		switch {
		case strings.HasSuffix(text, "tap"):
			close(tapped)
		case strings.HasSuffix(text, "satu"):
			select { // a tap of the same person comes while a message is in flight
			case <-tapped:
			case <-time.After(10 * time.Second):
				t.Error("the tap waits for the message")
			}
		}
	}}
	web := httptest.NewServer(b)
	defer web.Close()
	s := New(t, Frozen(start()), BehindProxy(strings.TrimPrefix(web.URL, "http://")))
	s.Text(siti(), "satu")
	s.Text(siti(), "dua")
	expect(t, "", s, "setWebhook", "url", "https://bot.example.id/hook", "secret_token", "s3")
	s.Tap(siti(), 7, 1, "tap")
	if err := s.AwaitIdle(within(t)); err != nil {
		t.Fatalf("%v: %s", err, b.list())
	}
	if got := b.list(); !strings.HasSuffix(got, "s3/hook dua") || strings.Count(got, ",") != 2 {
		t.Errorf("delivered %s", got)
	}
	expect(t, "", s, "setWebhook", "url", "")
	if got := s.Webhook(); got != (Webhook{}) {
		t.Errorf("the webhook is still %+v", got)
	}
}

func TestWebhookRetries(t *testing.T) {
	fails := 3
	b := &bot{answer: func(_ string, w http.ResponseWriter) {
		if fails--; fails >= 0 {
			if fails == 0 {
				w.Header().Set("Retry-After", "30")
			}
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}}
	web := httptest.NewServer(b)
	defer web.Close()
	s := New(t, Frozen(start()))
	ctx := within(t)
	expect(t, "", s, "setWebhook", "url", web.URL+"/hook")
	s.Text(siti(), "satu")
	s.Text(siti(), "dua")
	for n, wait := range []time.Duration{time.Second, 2 * time.Second, 30 * time.Second} {
		failed := func(s *Server) bool { return s.Webhook().Failures == n+1 }
		if err := s.Await(ctx, failed); err != nil {
			t.Fatal(err)
		}
		a := call(t, s, "getWebhookInfo")
		if !strings.Contains(string(a.Result), `"pending_update_count":2`) ||
			!strings.Contains(string(a.Result), "503 Service Unavailable") {
			t.Errorf("info %s", a.Result)
		}
		if got := s.Webhook().Retry.Sub(s.Now()); got != wait {
			t.Errorf("retry %d after %v, want %v", n+1, got, wait)
		}
		s.Advance(wait)
	}
	if err := s.AwaitIdle(ctx); err != nil {
		t.Fatal(err)
	}
	if got := b.list(); got != "/hook satu, /hook satu, /hook satu, /hook satu, /hook dua" {
		t.Errorf("delivered %s", got)
	}
}

func TestWebhookForgetsAndComplains(t *testing.T) {
	b := &bot{answer: func(_ string, w http.ResponseWriter) {
		_, _ = io.WriteString(w, `{"method":"sendMessage"}`)
	}}
	web := httptest.NewServer(b)
	defer web.Close()
	s := New(t)
	s.Text(siti(), "satu")
	expect(t, "", s, "setWebhook", "url", web.URL, "drop_pending_updates", "true")
	s.Text(siti(), "dua")
	if err := s.AwaitIdle(within(t)); err != nil {
		t.Fatal(err)
	}
	if got := b.list(); got != "/ dua" {
		t.Errorf("delivered %s", got)
	}
	if got := s.TakeViolations(); len(got) != 1 || got[0].Method != "webhook" {
		t.Errorf("violations %v", got)
	}
}

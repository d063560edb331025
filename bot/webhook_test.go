package bot

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"tanyanetral/bot/telegramtest"
)

// hooked serves a Webhook on loopback.
func hooked(t testing.TB, log *slog.Logger, handle Handler) (*Webhook, *httptest.Server) {
	h := NewWebhook(log, WebhookPath, handle)
	server := httptest.NewServer(h)
	t.Cleanup(func() {
		h.Abandon()
		server.Close()
	})
	return h, server
}

// post delivers a body as Telegram does and returns status and Retry-After.
func post(t *testing.T, h *Webhook, server *httptest.Server, body string) (int, string) {
	t.Helper()
	return request(t, http.MethodPost, server.URL+h.path, h.Secret(), body)
}

func request(t *testing.T, method, url, secret, body string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(limited(t), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if secret != "" {
		r.Header.Set(secretHeader, secret)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	if err := answer.Body.Close(); err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, answer.Header.Get("Retry-After")
}

func written(id int, text string) string {
	return fmt.Sprintf(`{"update_id":%d,"message":{"message_id":%d,"date":1,"from":%s,"chat":%s,"text":%q}}`,
		id, id, aniWire, aniChat, text)
}

// TestWebhookKeepsOrder: Telegram delivers taps beside messages; one person's
// are handled one at a time, and all before they are confirmed.
func TestWebhookKeepsOrder(t *testing.T) {
	const chats, each = 20, 10
	fake := telegramtest.New(t)
	client, _ := dial(t, fake)
	var mu sync.Mutex
	inside, texts := map[int64]int{}, map[int64][]string{}
	h, server := hooked(t, silent(), func(_ context.Context, u Update) error {
		mu.Lock()
		defer mu.Unlock()
		if inside[u.Chat]++; inside[u.Chat] > 1 {
			t.Errorf("two updates of chat %d at a time", u.Chat)
		}
		mu.Unlock()
		_, err := client.Send(t.Context(), u.Chat, Outgoing{HTML: "x"})
		mu.Lock()
		inside[u.Chat]--
		texts[u.Chat] = append(texts[u.Chat], u.Text)
		return err
	})
	if err := client.Register(limited(t), server.URL+WebhookPath, h.Secret()); err != nil {
		t.Fatal(err)
	}
	for i := range each {
		for c := range int64(chats) {
			u := telegramtest.User{ID: 100 + c, FirstName: "A"}
			if i%3 == 2 {
				fake.Tap(u, u.ID, 9999, "tap")
				continue
			}
			fake.Text(u, fmt.Sprint(i))
		}
	}
	await(t, fake, "all confirmed", func(s *telegramtest.Server) bool { return s.Pending() == 0 })
	for chat, got := range texts {
		all := strings.Join(got, "")
		if len(got) != each || fake.Sent(chat) != each || all != "0134679" {
			t.Errorf("chat %d: %d handled, %d sent, order %s", chat, len(got), fake.Sent(chat), all)
		}
	}
	if h.Counts() != (Counts{Handled: chats * each}) ||
		h.forged.Load()+h.busy.Load() != 0 || len(h.lanes.tails) != 0 {
		t.Errorf("%+v, %d forged, %d lanes left", h.Counts(), h.forged.Load(), len(h.lanes.tails))
	}
}

func TestForgedDeliveries(t *testing.T) {
	var logged bytes.Buffer
	r := &record{}
	h, server := hooked(t, slog.New(slog.NewTextHandler(&logged, nil)), r.handle)
	good := written(1, "rahasia")
	huge := written(2, strings.Repeat("rahasia ", hookBody/8))
	for _, c := range []struct {
		name, method, path, secret, body string
		code                             int
		unread                           int64
	}{
		{"no secret", "POST", h.path, "", good, 404, 0},
		{"wrong secret", "POST", h.path, strings.Repeat("0", 64), good, 404, 0},
		{"half a secret", "POST", h.path, h.Secret()[:32], good, 404, 0},
		{"other path", "POST", "/", h.Secret(), good, 404, 0},
		{"other method", "GET", h.path, h.Secret(), "", 404, 0},
		{"huge and forged", "POST", h.path, "", huge, 404, 0},
		{"huge", "POST", h.path, h.Secret(), huge, 200, 1},
		{"empty", "POST", h.path, h.Secret(), "", 200, 1},
		{"no JSON", "POST", h.path, h.Secret(), "rahasia", 200, 1},
		{"no object", "POST", h.path, h.Secret(), "[" + good + "]", 200, 1},
		{"negative update", "POST", h.path, h.Secret(), strings.Replace(good, `:1,`, `:-1,`, 1), 200, 1},
		{"negative message", "POST", h.path, h.Secret(),
			strings.ReplaceAll(good, `"message_id":1`, `"message_id":-1`), 200, 1},
		{"negative person", "POST", h.path, h.Secret(), strings.ReplaceAll(good, `"id":11`, `"id":-1`), 200, 1},
		{"wrong type", "POST", h.path, h.Secret(), strings.Replace(good, `"rahasia"`, `{"rahasia":7}`, 1), 200, 1},
	} {
		before := h.Counts().Unread
		code, _ := request(t, c.method, server.URL+c.path, c.secret, c.body)
		if code != c.code || h.Counts().Unread-before != c.unread {
			t.Errorf("%s: %d, %d counted as unread", c.name, code, h.Counts().Unread-before)
		}
	}
	if h.forged.Load() != 6 || len(r.texts()) != 0 {
		t.Errorf("%d forged; handled %q", h.forged.Load(), r.texts())
	}
	for kind, list := range poison() {
		for _, raw := range list {
			if code, _ := post(t, h, server, raw); code != 200 {
				t.Errorf("%s %s: %d", kind, raw, code)
			}
		}
	}
	if code, _ := post(t, h, server, good); code != 200 || len(r.texts()) != 1 {
		t.Errorf("a good one afterwards: %d, handled %q", code, r.texts())
	}
	if text := logged.String(); strings.Contains(text, "rahasia") || strings.Contains(text, h.Secret()) {
		t.Errorf("the log tells too much: %s", text)
	}
}

func TestWebhookFailures(t *testing.T) {
	outcomes := map[string][]error{
		"gagal": {errors.New("rahasia"), errors.New("rahasia"), errors.New("rahasia")},
		"pulih": {errors.New("rahasia")},
		"tahan": {
			&APIError{"sendMessage", 429, "", 7 * time.Second},
			&APIError{"sendMessage", 429, "", time.Second},
		},
	}
	tried := map[string]int{}
	h, server := hooked(t, silent(), func(_ context.Context, u Update) error {
		n := tried[u.Text] // one chat: no two at a time
		if tried[u.Text]++; u.Text == "panik" {
			panic("rahasia")
		}
		if n < len(outcomes[u.Text]) {
			return outcomes[u.Text][n]
		}
		return nil
	})
	var alerts []Alert
	h.OnAlert(func(a Alert) { alerts = append(alerts, a) })
	for i, c := range []struct {
		text    string
		answers []string // of one delivery after the other
		tried   int
	}{
		{"gagal", []string{"503 1", "503 2", "200 ", "200 "}, 3},
		{"pulih", []string{"503 1", "200 ", "200 "}, 2}, // the second 200 was lost, say
		{"tahan", []string{"503 7", "503 1", "200 "}, 3},
		{"panik", []string{"503 1", "503 2", "200 "}, 3},
	} {
		for n, want := range c.answers {
			code, after := post(t, h, server, written(1+i, c.text))
			if got := fmt.Sprintf("%d %s", code, after); got != want {
				t.Errorf("%s, delivery %d: %s, want %s", c.text, n, got, want)
			}
		}
		if tried[c.text] != c.tried {
			t.Errorf("%s: handled %d times, want %d", c.text, tried[c.text], c.tried)
		}
	}
	want := []Alert{{1, KindMessage, "*errors.errorString"}, {4, KindMessage, "panic"}}
	if fmt.Sprint(alerts) != fmt.Sprint(want) || h.Counts() != (Counts{Handled: 2, SetAside: 2}) {
		t.Errorf("alerts %v, want %v; %+v", alerts, want, h.Counts())
	}
}

// TestLostDelivery: the connection breaks while the work is done. The work
// goes on, and the repeated delivery does not do it again.
func TestLostDelivery(t *testing.T) {
	begun, goOn := make(chan struct{}), make(chan struct{})
	r := &record{}
	h, server := hooked(t, silent(), func(ctx context.Context, u Update) error {
		close(begun) // a second call would panic, be counted, and fail the test
		<-goOn
		return errors.Join(ctx.Err(), r.handle(ctx, u))
	})
	ctx, cancel := context.WithCancel(limited(t))
	go func() {
		<-begun
		cancel()
	}()
	first, err := http.NewRequestWithContext(ctx, "POST", server.URL+h.path,
		strings.NewReader(written(1, "a")))
	if err != nil {
		t.Fatal(err)
	}
	first.Header.Set(secretHeader, h.Secret())
	if answer, err := http.DefaultClient.Do(first); err == nil {
		_ = answer.Body.Close()
		t.Error("the first delivery was answered")
	}
	close(goOn)
	if code, _ := post(t, h, server, written(1, "a")); code != 200 || len(r.texts()) != 1 {
		t.Errorf("%d, handled %q", code, r.texts())
	}
}

// TestWebhookIsBounded fills the house: who comes then is sent away, and who
// is inside when the time for a stop is over is told to come again.
func TestWebhookIsBounded(t *testing.T) {
	begun := make(chan struct{}, hookRoom)
	h, server := hooked(t, silent(), func(ctx context.Context, _ Update) error {
		begun <- struct{}{}
		<-ctx.Done()
		return ctx.Err()
	})
	inside := make(chan struct{}, hookRoom)
	h.recent.now = func() time.Time { // is asked once for a delivery whose turn it is
		inside <- struct{}{}
		return time.Now()
	}
	answers := make(chan string, hookRoom)
	for i := range hookRoom {
		go func() {
			other := strings.ReplaceAll(written(1+i, "x"), `"id":11`, fmt.Sprintf(`"id":%d`, 1000+i))
			code, after := post(t, h, server, other)
			answers <- fmt.Sprintf("%d %s", code, after)
		}()
	}
	for range hookConns {
		<-begun
	}
	for range hookRoom {
		<-inside
	}
	if code, after := post(t, h, server, written(9999, "x")); code != 503 || after != "1" || h.busy.Load() != 1 {
		t.Errorf("%d, Retry-After %s, %d sent away", code, after, h.busy.Load())
	}
	h.Abandon()
	for range hookRoom {
		if got := <-answers; got != "503 1" {
			t.Errorf("answer %s", got)
		}
	}
	if h.Counts() != (Counts{}) || len(begun) != 0 {
		t.Errorf("%+v, %d begun beyond the slots", h.Counts(), len(begun))
	}
}

func TestRegister(t *testing.T) {
	for _, c := range []struct {
		name   string
		faults []telegramtest.Fault
		is     error
		says   string
		waits  int
	}{
		{"at once", nil, nil, "", 0},
		{"after a while", []telegramtest.Fault{telegramtest.BadGateway(), telegramtest.TooMany(1)}, nil, "", 2},
		{"token refused", []telegramtest.Fault{telegramtest.Unauthorized()}, ErrTokenRefused, "", 0},
		{"no https", []telegramtest.Fault{telegramtest.Refuse(400,
			"Bad Request: bad webhook: An HTTPS URL must be provided for webhook")}, ErrWebhookRefused, "https://", 0},
		{"port", []telegramtest.Fault{telegramtest.Refuse(400,
			"Bad Request: bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")},
			ErrWebhookRefused, "8443", 0},
		{"host", []telegramtest.Fault{telegramtest.Refuse(400,
			"Bad Request: bad webhook: Failed to resolve host: Name or service not known")},
			ErrWebhookRefused, "DNS", 0},
		{"other", []telegramtest.Fault{telegramtest.Refuse(400, "Bad Request: rahasia")},
			ErrWebhookRefused, "valid certificate", 0},
	} {
		fake := telegramtest.New(t, telegramtest.BehindProxy("127.0.0.1:1"))
		client, n := dial(t, fake)
		for _, f := range c.faults {
			fake.Inject("setWebhook", 1, f)
		}
		err := client.Register(limited(t), "https://bot.example.id/telegram", "s3")
		if !errors.Is(err, c.is) || len(n.list()) != c.waits {
			t.Errorf("%s: error %v after waits %v", c.name, err, n.list())
		}
		if err != nil && (!strings.Contains(err.Error(), c.says) ||
			strings.Contains(err.Error(), "rahasia")) {
			t.Errorf("%s: error %q lacks %q or tells too much", c.name, err, c.says)
		}
		if c.is == nil {
			calls := fake.Calls("setWebhook")
			p := calls[len(calls)-1].Params
			if p["secret_token"] != "s3" || p["max_connections"] != "40" ||
				p["allowed_updates"] != allowedUpdates {
				t.Errorf("%s: %v", c.name, p)
			}
		}
	}
}

func TestWebhookAddress(t *testing.T) {
	for in, want := range map[string]string{
		"https://bot.go.id":         "https://bot.go.id/telegram /telegram",
		"https://bot.go.id/":        "https://bot.go.id/telegram /telegram",
		"https://bot.go.id:8443/a1": "https://bot.go.id:8443/a1 /a1",
		"http://127.0.0.1:80/x/":    "http://127.0.0.1:80/x/ /x/",
		"bot.go.id":                 "", "": "", "ftp://bot.go.id": "", "https://u:p@bot.go.id": "",
		"https://bot.go.id/a?b=c": "", "https:bot": "", "https://": "",
	} {
		full, path, err := WebhookAddress(in)
		if got := strings.TrimSpace(full + " " + path); got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, error %v", in, got, err)
		}
	}
	a, b := NewWebhook(silent(), "/", nil), NewWebhook(silent(), "/", nil)
	if len(a.Secret()) != 64 || a.Secret() == b.Secret() {
		t.Errorf("secrets %q and %q", a.Secret(), b.Secret())
	}
}

func TestExpiring(t *testing.T) {
	at := time.Unix(1.8e9, 0)
	e := newExpiring[int, string](time.Minute, 3)
	see := func(want string) {
		t.Helper()
		got := ""
		for k := range 10 {
			if v, ok := e.get(at, k); ok {
				got += v
			}
		}
		if got != want {
			t.Errorf("remembers %q, want %q", got, want)
		}
	}
	e.put(at, 1, "a")
	e.put(at, 2, "b")
	at = at.Add(30 * time.Second)
	e.put(at, 1, "A") // younger again
	see("Ab")
	at = at.Add(30 * time.Second)
	see("A")
	for k := range 4 {
		e.put(at, 4+k, fmt.Sprint(k)) // one too many, and A is the oldest
	}
	see("123")
	e.drop(5)
	see("23")
	at = at.Add(time.Hour)
	see("")
	if len(e.values) != 0 || len(e.order) != 0 {
		t.Errorf("%d values and %d keys are left", len(e.values), len(e.order))
	}
}

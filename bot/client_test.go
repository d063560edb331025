package bot

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tanyanetral/bot/telegramtest"
)

// naps records the waits that were asked for instead of waiting.
type naps struct {
	mu   sync.Mutex
	took []time.Duration
	then func(time.Duration) // during each; may be nil
}

func (n *naps) pause(ctx context.Context, d time.Duration) error {
	n.mu.Lock()
	n.took = append(n.took, d)
	n.mu.Unlock()
	if n.then != nil {
		n.then(d)
	}
	return ctx.Err()
}

func (n *naps) list() []time.Duration {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Clone(n.took)
}

// around tells whether each wait is its base, jittered.
func around(took, bases []time.Duration) bool {
	return slices.EqualFunc(took, bases, func(d, base time.Duration) bool {
		return d >= base/2 && d <= base+base/2
	})
}

func silent() *slog.Logger { return slog.New(slog.DiscardHandler) }

// limited ends with the test and long before the test binary does.
func limited(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// dial returns a client of the fake that never waits for real.
func dial(t testing.TB, fake *telegramtest.Server, opts ...ClientOption) (*Client, *naps) {
	t.Helper()
	opts = append([]ClientOption{WithLimits(Unlimited())}, opts...)
	c, err := NewClient(silent(), fake.Token(), fake.URL(), opts...)
	if err != nil {
		t.Fatal(err)
	}
	n := &naps{}
	c.pause = n.pause
	t.Cleanup(c.http.CloseIdleConnections)
	return c, n
}

func ani() telegramtest.User { return telegramtest.User{ID: 11, FirstName: "Ani", LanguageCode: "id"} }

const goodToken = "123456:AAH-secret_part"

func TestNewClientChecks(t *testing.T) {
	for _, c := range []struct {
		token, base string
		want        string // the endpoint; empty: refused
	}{
		{goodToken, "https://api.telegram.org", "https://api.telegram.org/bot%s/%s"},
		{goodToken, "http://127.0.0.1:9000/", "http://127.0.0.1:9000/bot%s/%s"},
		{goodToken, "http://[::1]:9000", "http://[::1]:9000/bot%s/%s"},
		{goodToken, "http://[fe80::1%25eth0]", "http://[fe80::1%%eth0]/bot%s/%s"},
		{goodToken, "https://proxy.example/tg-api", "https://proxy.example/tg-api/bot%s/%s"},
		{"", "https://api.telegram.org", ""},
		{"123:abc/../x", "https://api.telegram.org", ""},
		{"123:abc%2f", "https://api.telegram.org", ""},
		{"123:abc\n", "https://api.telegram.org", ""},
		{goodToken, "", ""},
		{goodToken, "api.telegram.org", ""},
		{goodToken, "ftp://hush.example", ""},
		{goodToken, "file:///hush", ""},
		{goodToken, "http:hush.example", ""},
		{goodToken, "http://:9000", ""},
		{goodToken, "http://me:hush@host", ""},
		{goodToken, "http://host/hush/../b", ""},
		{goodToken, "http://host//hush", ""},
		{goodToken, "http://host/hush%2f", ""},
		{goodToken, "http://host/hush%25s", ""},
		{goodToken, "http://host?hush=1", ""},
		{goodToken, "http://host?", ""},
		{goodToken, "http://host/#hush", ""},
		{goodToken, "http://host/#", ""},
		{goodToken, "http://ho st/hush", ""},
	} {
		client, err := NewClient(silent(), c.token, c.base)
		switch {
		case c.want == "" && err == nil:
			t.Errorf("base %q with token %q was accepted", c.base, c.token)
		case c.want != "" && err != nil:
			t.Errorf("base %q: %v", c.base, err)
		case c.want != "" && client.endpoint != c.want:
			t.Errorf("base %q: endpoint %q, want %q", c.base, client.endpoint, c.want)
		case err != nil && (strings.Contains(err.Error(), "hush") || strings.Contains(err.Error(), "abc")):
			t.Errorf("the error repeats what it was given: %v", err)
		}
	}
}

func TestSendingPolicy(t *testing.T) {
	const s = time.Second
	backOff := []time.Duration{300 * time.Millisecond, s, 3 * s}
	for _, c := range []struct {
		name   string
		fault  telegramtest.Fault
		times  int
		calls  int
		waits  []time.Duration // jittered unless exact
		exact  bool
		code   int // of the error; 0: success, -1: no answer
		copies int // that arrived
	}{
		{"works", telegramtest.Fault{}, 0, 1, nil, true, 0, 1},
		{"short flood", telegramtest.TooMany(2), 1, 2, []time.Duration{2 * s}, true, 0, 1},
		{"ten seconds of flood", telegramtest.TooMany(5), 2, 3, []time.Duration{5 * s, 5 * s}, true, 0, 1},
		{"long flood", telegramtest.TooMany(30), 1, 1, nil, true, 429, 0},
		{"floods add up", telegramtest.TooMany(4), 3, 3, []time.Duration{4 * s, 4 * s}, true, 429, 0},
		{"gateway down shortly", telegramtest.BadGateway(), 2, 3, backOff[:2], false, 0, 1},
		{"gateway down", telegramtest.BadGateway(), -1, 4, backOff, false, 502, 0},
		{"server error", telegramtest.Refuse(500, "Internal Server Error"), -1, 4, backOff, false, 500, 0},
		{"connection cut", telegramtest.Reset(), 3, 4, backOff, false, 0, 1},
		{"connection cut for good", telegramtest.Reset(), -1, 4, backOff, false, -1, 0},
		{"answer lost", telegramtest.LoseAnswer(), 1, 2, backOff[:1], false, 0, 2},
		{"bad request", telegramtest.Refuse(400, "Bad Request: chat not found"), 1, 1, nil, true, 400, 0},
		{"token", telegramtest.Unauthorized(), 1, 1, nil, true, 401, 0},
		{"blocked", telegramtest.Refuse(403, "Forbidden: bot was blocked by the user"), 1, 1, nil, true, 403, 0},
		{"too large", telegramtest.Refuse(413, "Request Entity Too Large"), 1, 1, nil, true, 413, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			fake := telegramtest.New(t)
			fake.Start(ani())
			fake.Inject("sendMessage", c.times, c.fault)
			client, n := dial(t, fake)
			id, err := client.Send(limited(t), ani().ID, Outgoing{HTML: "Halo"})
			var api *APIError
			code := 0
			if errors.As(err, &api) {
				code = api.Code
			} else if err != nil {
				code = -1
			}
			if code != c.code || (err == nil) != (id > 0) {
				t.Errorf("id %d, error %v; want code %d", id, err, c.code)
			}
			if got := len(fake.Calls("sendMessage")); got != c.calls {
				t.Errorf("%d calls, want %d", got, c.calls)
			}
			if got := fake.Sent(ani().ID); got != c.copies {
				t.Errorf("%d messages arrived, want %d", got, c.copies)
			}
			took := n.list()
			if c.exact && !slices.Equal(took, c.waits) || !around(took, c.waits) {
				t.Errorf("waits %v, want about %v", took, c.waits)
			}
		})
	}
}

func TestSendHeedsItsContext(t *testing.T) {
	fake := telegramtest.New(t)
	fake.Start(ani())
	t.Run("while waiting", func(t *testing.T) {
		client, n := dial(t, fake)
		ctx, cancel := context.WithCancel(limited(t))
		n.then = func(time.Duration) { cancel() }
		fake.Inject("sendMessage", -1, telegramtest.TooMany(1))
		defer fake.Heal()
		if _, err := client.Send(ctx, ani().ID, Outgoing{HTML: "a"}); err == nil || len(n.list()) != 1 {
			t.Errorf("error %v after waits %v", err, n.list())
		}
	})
	t.Run("during a call", func(t *testing.T) {
		client, n := dial(t, fake)
		ctx, cancel := context.WithCancel(limited(t))
		fake.Inject("sendMessage", 1, telegramtest.Slow(time.Hour))
		before := len(fake.Calls("sendMessage"))
		go func() {
			_ = fake.Await(ctx, func(s *telegramtest.Server) bool {
				return len(s.Calls("sendMessage")) > before
			})
			cancel()
		}()
		_, err := client.Send(ctx, ani().ID, Outgoing{HTML: "b"})
		if !errors.Is(err, context.Canceled) || len(n.list()) != 0 {
			t.Errorf("error %v after waits %v", err, n.list())
		}
	})
	t.Run("one try is too slow", func(t *testing.T) {
		once := patience{Again: []time.Duration{time.Second}, Call: time.Second / 20}
		client, n := dial(t, fake, withPatience(once))
		fake.Inject("getMe", 1, telegramtest.Slow(time.Hour))
		if _, err := client.Me(limited(t)); err != nil || len(n.list()) != 1 {
			t.Errorf("error %v after waits %v", err, n.list())
		}
	})
}

func TestAnswerTap(t *testing.T) {
	fake := telegramtest.New(t)
	fake.Start(ani())
	client, _ := dial(t, fake)
	ctx := limited(t)
	with, without := fake.Tap(ani(), ani().ID, 1, "a"), fake.Tap(ani(), ani().ID, 1, "b")
	late := fake.Tap(ani(), ani().ID, 1, "c")
	for _, step := range []struct {
		id    telegramtest.CallbackID
		toast string
		after time.Duration
	}{{with, "Terima kasih", 0}, {with, "Terima kasih", 0}, {without, "", 0}, {late, "x", 3 * time.Minute}} {
		fake.Advance(step.after)
		if err := client.AnswerTap(ctx, string(step.id), step.toast); err != nil {
			t.Errorf("tap %s: %v", step.id, err)
		}
	}
	if a, ok := fake.CallbackAnswer(with); !ok || a.Text != "Terima kasih" {
		t.Errorf("answer %+v, %v", a, ok)
	}
	if a, ok := fake.CallbackAnswer(without); !ok || a.Text != "" {
		t.Errorf("answer %+v, %v", a, ok)
	}
	if _, ok := fake.CallbackAnswer(late); ok {
		t.Error("a tap of three minutes ago was answered")
	}
	if _, has := fake.Calls("answerCallbackQuery")[2].Params["text"]; has {
		t.Error("an empty notice was sent")
	}
	fake.Inject("answerCallbackQuery", 1, telegramtest.Refuse(400, "Bad Request: something else"))
	if client.AnswerTap(ctx, "1", "") == nil {
		t.Error("another refusal is no success")
	}
}

func TestSmallMethods(t *testing.T) {
	fake := telegramtest.New(t)
	fake.Start(ani())
	client, _ := dial(t, fake)
	ctx := limited(t)
	var ids []int
	for range 205 {
		id, err := client.Send(ctx, ani().ID, Outgoing{HTML: "x"})
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	if err := errors.Join(client.Delete(ctx, ani().ID), client.Delete(ctx, ani().ID, ids...)); err != nil {
		t.Error(err)
	}
	if _, left := fake.Newest(ani().ID); left || len(fake.Calls("deleteMessages")) != 3 {
		t.Errorf("messages left: %v; %d calls", left, len(fake.Calls("deleteMessages")))
	}

	menu := []Command{{"bantuan", "Cara memakai"}, {"privasi", "Data apa yang disimpan"}}
	for _, scope := range []Scope{{}, {Type: "all_group_chats"}, {Type: "chat", Chat: ani().ID}} {
		if err := client.SetCommands(ctx, scope, menu); err != nil {
			t.Error(err)
		}
	}
	if err := client.SetCommands(ctx, Scope{Type: "all_group_chats"}, nil); err != nil {
		t.Error(err)
	}
	params := func(method string, i int) string { return fake.Calls(method)[i].Params["scope"] }
	got := []string{params("setMyCommands", 0), params("setMyCommands", 2), params("deleteMyCommands", 0)}
	want := []string{"", `{"type":"chat","chat_id":11}`, `{"type":"all_group_chats"}`}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}

	me, err := client.Me(ctx)
	if err != nil || me != (Self{fake.Bot().ID, fake.Bot().UserName}) {
		t.Errorf("me %+v, %v", me, err)
	}
	if _, err := client.Call(ctx, "../getMe", nil); err == nil {
		t.Error("a path passed for a method")
	}
}

func TestRefusals(t *testing.T) {
	fake := telegramtest.New(t)
	client, _ := dial(t, fake)
	for _, c := range []struct {
		code int
		text string
		want string
	}{
		{401, "Unauthorized", "refused"},
		{404, "Not Found", "refused"},
		{409, "Conflict: terminated by other getUpdates request", "conflict"},
		{403, "Forbidden: bot was blocked by the user", "gone"},
		{403, "Forbidden: user is deactivated", "gone"},
		{403, "Forbidden: bot can't initiate conversation with a user", "gone"},
		{400, "Bad Request: bot can't initiate conversation with a user", "gone"},
		{403, "Forbidden: bot was kicked from the supergroup chat", "gone"},
		{403, "Forbidden: something new", ""},
		{500, "blocked by the user", ""},
		{400, "Bad Request: message is not modified: specified new message content", "same"},
		{400, "Bad Request: query is too old and response timeout expired or query ID is invalid", "old"},
		{400, "Bad Request: chat not found", "unknown"},
		{429, "Too Many Requests: retry after 5", ""},
	} {
		fake.Inject("getMe", 1, telegramtest.Refuse(c.code, c.text))
		_, err := client.Call(limited(t), "getMe", nil)
		var api *APIError
		if !errors.As(err, &api) {
			t.Errorf("%s: error %v", c.text, err)
			continue
		}
		got := ""
		for name, is := range map[string]bool{"refused": api.Refused(), "conflict": api.Conflict(),
			"gone": api.Gone(), "same": api.NotModified(), "old": api.TooOld(), "unknown": api.Unknown()} {
			if is {
				got += name
			}
		}
		if got != c.want || api.Description != c.text || api.Method != "getMe" {
			t.Errorf("%d %s: %q, want %q; %+v", c.code, c.text, got, c.want, api)
		}
		if want := fmt.Sprintf("telegram getMe: %d %s", c.code, http.StatusText(c.code)); err.Error() != want {
			t.Errorf("error %q, want %q", err, want)
		}
	}
}

// TestOddAnswers plays gateways that answer in Telegram's place.
func TestOddAnswers(t *testing.T) {
	for _, c := range []struct {
		status int
		retry  string
		body   string
		want   string
	}{
		{200, "", `{"ok":true,"result":7}`, "7"},
		{200, "", `{"ok":true}`, ""},
		{502, "", "<html>bad</html>", "telegram getMe: 502 Bad Gateway"},
		{413, "", "", "telegram getMe: 413 Request Entity Too Large"},
		{429, "7", "slow down", "telegram getMe: 429 Too Many Requests 7s"},
		{429, "-7", "slow down", "telegram getMe: 429 Too Many Requests"},
		{200, "", "null", "telegram getMe: 200 OK"},
		{200, "", "[1]", "telegram getMe: 200 OK"},
		{500, "", `{"message":"x"}`, "telegram getMe: 500 Internal Server Error"},
		{503, "", `{"ok":false,"error_code":"x"}`, "telegram getMe: 503 Service Unavailable"},
		{400, "", `{"ok":false,"error_code":429,"parameters":{"retry_after":99999999999}}`,
			"telegram getMe: 429 Too Many Requests 24h0m0s"},
		{200, "", `{"ok":true,"result":"` + strings.Repeat("x", maxAnswer) + `"}`,
			"telegram getMe: an answer of more than 16 MB"},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if c.retry != "" {
				w.Header().Set("Retry-After", c.retry)
			}
			w.WriteHeader(c.status)
			_, _ = io.WriteString(w, c.body)
		}))
		client, err := NewClient(silent(), goodToken, server.URL)
		if err != nil {
			t.Fatal(err)
		}
		result, err := client.Call(limited(t), "getMe", nil)
		got := string(result)
		if err != nil {
			got = err.Error()
		}
		var api *APIError
		if errors.As(err, &api) && api.RetryAfter > 0 {
			got += " " + api.RetryAfter.String()
		}
		if got != c.want {
			t.Errorf("%d %.40q: got %.80q, want %q", c.status, c.body, got, c.want)
		}
		server.Close()
	}
}

// TestTokenStaysIn breaks calls in every way in which net/http mentions the
// address, and servers that repeat it.
func TestTokenStaysIn(t *testing.T) {
	escaped := strings.ReplaceAll(goodToken, ":", "%3A")
	handle := func(f http.HandlerFunc) func(*testing.T) string {
		return func(t *testing.T) string {
			server := httptest.NewServer(f)
			t.Cleanup(server.Close)
			return server.URL
		}
	}
	redirect := func(to string) func(*testing.T) string {
		return handle(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", to)
			w.WriteHeader(http.StatusFound)
		})
	}
	raw := func(answer string) func(*testing.T) string {
		return handle(func(w http.ResponseWriter, _ *http.Request) {
			conn, _, err := w.(http.Hijacker).Hijack()
			if err == nil {
				_, _ = io.WriteString(conn, answer)
				_ = conn.Close()
			}
		})
	}
	for name, base := range map[string]func(*testing.T) string{
		"refused": func(t *testing.T) string {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			_ = l.Close()
			return "http://" + l.Addr().String()
		},
		"cut":             raw(""),
		"no TLS":          func(t *testing.T) string { return "https" + strings.TrimPrefix(raw("x")(t), "http") },
		"malformed":       raw("HTTP/1.1 /bot" + goodToken + "/getMe\r\n\r\n"),
		"malformed, %":    raw("/bot" + escaped + "/getMe\r\n\r\n"),
		"broken header":   raw("HTTP/1.1 200 OK\r\n/bot" + goodToken + "\r\n\r\n"),
		"cut in the body": raw("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"" + goodToken),
		"redirect":        redirect("http://127.0.0.1:1/bot" + goodToken + "/getMe"),
		"redirect, %":     redirect("/bot" + escaped + "/getMe"),
		"bad redirect":    redirect("http://%zz/bot" + goodToken),
		"slow": handle(func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			<-r.Context().Done()
		}),
		"repeated": handle(func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = fmt.Fprintf(w, `{"ok":false,"error_code":400,"description":"no %s or %s"}`,
				r.URL.Path, escaped)
		}),
	} {
		t.Run(name, func(t *testing.T) {
			var logged bytes.Buffer
			log := slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug}))
			again := withPatience(patience{Again: []time.Duration{1}, Call: time.Second / 5})
			client, err := NewClient(log, goodToken, base(t), again)
			if err != nil {
				t.Fatal(err)
			}
			_, err = client.Me(limited(t))
			if err == nil {
				t.Fatal("no error")
			}
			if leaks := revealing(err); len(leaks) > 0 || strings.Contains(logged.String(), "secret") {
				t.Errorf("the token shows in %q or in the log %q", leaks, logged.String())
			}
		})
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	asked := make(chan string, 9)
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked <- r.Method
		_, _ = io.WriteString(w, `{"ok":true,"result":{"id":1}}`)
	}))
	defer elsewhere.Close()
	for _, status := range []int{301, 302, 307, 308} {
		here := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.URL+r.URL.Path, status)
		}))
		client, err := NewClient(silent(), goodToken, here.URL)
		if err != nil {
			t.Fatal(err)
		}
		_, err = client.Call(limited(t), "getMe", nil)
		var api *APIError
		if !errors.As(err, &api) || api.Code != status || len(asked) > 0 {
			t.Errorf("%d: error %v, asked elsewhere %d times", status, err, len(asked))
		}
		here.Close()
	}
}

// revealing looks for the token, and the address around it, in everything
// that an error can show.
func revealing(err error) []string {
	var out []string
	for _, format := range []string{"%v", "%+v", "%#v", "%q"} {
		for e := err; e != nil; e = errors.Unwrap(e) {
			if text := fmt.Sprintf(format, e); strings.Contains(text, "secret") ||
				strings.Contains(text, "Post ") {
				out = append(out, text)
			}
		}
	}
	return out
}

// TestFloodIsObeyed sends more than the fake allows, with no limits of our
// own, and gets everything through by waiting as told.
func TestFloodIsObeyed(t *testing.T) {
	fake := telegramtest.New(t, telegramtest.WithLimits(), telegramtest.Frozen(time.Unix(1.8e9, 0)))
	fake.Start(ani())
	client, n := dial(t, fake)
	n.then = fake.Advance
	for i := range 12 {
		if _, err := client.Send(limited(t), ani().ID, Outgoing{HTML: "x"}); err != nil {
			t.Fatalf("message %d: %v", i, err)
		}
	}
	if fake.Sent(ani().ID) != 12 || len(n.list()) != 9 {
		t.Errorf("%d sent after waits %v", fake.Sent(ani().ID), n.list())
	}
}

// withPatience replaces the patience, which is [patient] without it.
func withPatience(p patience) ClientOption { return func(c *Client) { c.patience = p } }

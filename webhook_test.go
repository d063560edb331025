package main

import (
	"net"
	"net/http"
	"strings"
	"testing"

	"tanyanetral/bot/telegramtest"
)

// freeAddress is an address on loopback where nobody listens.
func freeAddress(tb testing.TB) string {
	tb.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	if err := l.Close(); err != nil {
		tb.Fatal(err)
	}
	return l.Addr().String()
}

// asWebhook are the arguments for receiving at an address.
func asWebhook(address string) []string {
	return []string{"serve", "--fast-sends", "--listen", address, "--webhook-url", "http://" + address}
}

func idle(s *telegramtest.Server) bool { return s.Pending() == 0 }

// TestWebhook: updates come by webhook, forged ones find nothing there, and
// what comes while the program is away is kept for the next start, which may
// poll.
func TestWebhook(t *testing.T) {
	fake, dir, address := telegramtest.New(t), t.TempDir(), freeAddress(t)
	user := telegramtest.User{ID: 1000, FirstName: "Pegawai"}
	fake.Text(user, crashQuestion)
	p := start(t, fake, dir, asWebhook(address)...)
	await(t, fake, "the answer", idle)
	fake.TapButton(user, user.ID, "Dasar hukum")
	await(t, fake, "the page", idle)
	forged := `{"update_id":9,"message":{"message_id":1,"chat":{"id":1000,"type":"private"},"text":"x"}}`
	answer, err := http.Post("http://"+address+"/telegram", "application/json", strings.NewReader(forged))
	if err != nil {
		t.Fatal(err)
	}
	if err := answer.Body.Close(); err != nil || answer.StatusCode != http.StatusNotFound {
		t.Errorf("a forged update: %d, %v", answer.StatusCode, err)
	}
	p.stop(t)
	if m, ok := fake.Newest(user.ID); !ok || m.Edits != 1 || fake.Sent(user.ID) != 1 {
		t.Errorf("%d sent, newest %+v", fake.Sent(user.ID), m)
	}
	fake.Text(user, "halo")
	p = start(t, fake, dir, "serve", "--fast-sends")
	await(t, fake, "the answer by polling", idle)
	p.stop(t)
	if fake.Sent(user.ID) != 2 {
		t.Errorf("%d sent", fake.Sent(user.ID))
	}
}

// TestWebhookSetUp: what the operator has to mend is said, with exit code 2.
func TestWebhookSetUp(t *testing.T) {
	taken := takenPort(t)
	https := telegramtest.Refuse(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
	for _, c := range []struct {
		name  string
		fault telegramtest.Fault
		args  []string
		says  string
	}{
		{"address", telegramtest.Fault{}, []string{"--webhook-url", "bot.go.id"}, "TANYANETRAL_WEBHOOK_URL"},
		{"port taken", telegramtest.Fault{},
			[]string{"--webhook-url", "http://" + taken, "--listen", taken},
			"TANYANETRAL_LISTEN"},
		{"refused", https,
			[]string{"--webhook-url", "http://127.0.0.1:1", "--listen", "127.0.0.1:0"},
			"must begin with https://"},
		{"token refused", telegramtest.Unauthorized(),
			[]string{"--webhook-url", "http://127.0.0.1:1", "--listen", "127.0.0.1:0"}, "oken"},
	} {
		fake := telegramtest.New(t)
		fake.Inject("setWebhook", 1, c.fault)
		p := start(t, fake, t.TempDir(), append([]string{"serve"}, c.args...)...)
		if code := p.wait(t); code != 2 || !strings.Contains(p.output.String(), c.says) {
			t.Errorf("%s: exit code %d, want 2 and %q in\n%s", c.name, code, c.says, p.output)
		}
	}
}

package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// emulator is the independent Bot API emulator from npm. It is weak (no long
// poll, no checks), but nobody here wrote it: what works with both fakes does
// not rest on a misreading of ours.
type emulator struct {
	url, token string
	client     http.Client
}

const emulatorFolder = "bot/telegramtest/emulator"

// startEmulator runs it on a free loopback port. It is installed by make test;
// where it is missing the test fails, since skipping would hide that.
func startEmulator(t *testing.T) *emulator {
	t.Helper()
	if _, err := os.Stat(filepath.Join(emulatorFolder, "node_modules")); err != nil {
		t.Fatal("the emulator is not installed; run make test, which sets everything up")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, "node", "start.js")
	cmd.Dir = emulatorFolder
	cmd.Env = append(os.Environ(), fmt.Sprintf("EMULATOR_PORT=%d", port))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatalf("node: %v", err)
	}
	t.Cleanup(func() {
		cancel()
		_ = cmd.Wait() // killed on purpose
	})
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if lines.Text() == "ready" {
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return &emulator{url: fmt.Sprintf("http://127.0.0.1:%d", port), token: "123456:emulator"}
		}
	}
	t.Fatal("the emulator did not start")
	return nil
}

// post calls the emulator's side for persons.
func (e *emulator) post(t *testing.T, path string, body map[string]any) json.RawMessage {
	t.Helper()
	data, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, e.url+path, bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := e.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(resp.Body)
	if err := resp.Body.Close(); err != nil {
		t.Error(err)
	}
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: status %d, %v: %s", path, resp.StatusCode, err, answer)
	}
	return answer
}

func (e *emulator) person(id int, body map[string]any) map[string]any {
	who := map[string]any{"id": id, "first_name": "Pegawai", "type": "private", "is_bot": false}
	m := map[string]any{"botToken": e.token, "from": who, "chat": who, "date": time.Now().Unix()}
	for k, v := range body {
		m[k] = v
	}
	return m
}

// shown is a message of the bot as the emulator kept it.
type shown struct {
	MessageID int `json:"messageId"`
	Message   struct {
		Text        string          `json:"text"`
		ReplyMarkup json.RawMessage `json:"reply_markup"`
	} `json:"message"`
}

// unread waits until the bot has written to the chat.
func (e *emulator) unread(t *testing.T, chat int, p *program) shown {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for time.Now().Before(deadline) {
		var got struct {
			Result []shown `json:"result"`
		}
		raw := e.post(t, "/getUpdates", map[string]any{"token": e.token, "chatId": chat})
		if err := json.Unmarshal(raw, &got); err != nil {
			t.Fatalf("%v in %s", err, raw)
		}
		if len(got.Result) > 0 {
			return got.Result[len(got.Result)-1]
		}
		select {
		case <-t.Context().Done():
			t.Fatal(t.Context().Err())
		case <-time.After(50 * time.Millisecond): // the emulator has no way to wait
		}
	}
	t.Fatalf("the bot does not answer:\n%s", p.output)
	return shown{}
}

// TestSmoke asks a question, reads the answer and its buttons, and presses one.
func TestSmoke(t *testing.T) {
	e := startEmulator(t)
	p := startAt(t, e.token, e.url, t.TempDir(), "serve", "--fast-sends")
	e.post(t, "/sendMessage", e.person(77, map[string]any{"text": crashQuestion}))
	m := e.unread(t, 77, p)
	if !strings.Contains(m.Message.Text, "Tidak boleh") {
		t.Errorf("the answer is %q", m.Message.Text)
	}
	if !strings.Contains(string(m.Message.ReplyMarkup), "Dasar hukum") {
		t.Errorf("no buttons in %s", m.Message.ReplyMarkup)
	}
	p.stop(t)
}

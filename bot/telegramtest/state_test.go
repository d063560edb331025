package telegramtest

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
)

const notModified = "Bad Request: message is not modified: specified new message content and reply markup " +
	"are exactly the same as a current content and reply markup of the message"

func TestQueueRedeliversUntilConfirmed(t *testing.T) {
	s := New(t, Frozen(start()))
	for _, text := range []string{"satu", "dua", "tiga"} {
		s.Text(siti(), text)
	}
	for _, step := range []struct {
		want   string
		params []any
	}{
		{"1 2 3", nil},
		{"1 2 3", nil},
		{"1 2", []any{"limit", 2}},
		{"2 3", []any{"offset", 2}},
		{"2 3", []any{"offset", 1}},
		{"", []any{"offset", 4}},
		{"", nil},
	} {
		if got := ids(t, call(t, s, "getUpdates", step.params...)); got != step.want {
			t.Errorf("getUpdates %v: %q, want %q", step.params, got, step.want)
		}
	}
	if s.Pending() != 0 {
		t.Errorf("%d updates are pending", s.Pending())
	}
	s.Text(siti(), "empat")
	call(t, s, "getUpdates", "offset", 9)
	want := "[getUpdates offset: confirms updates that were never delivered]"
	if got := fmt.Sprint(s.TakeViolations()); got != want {
		t.Errorf("violations %s", got)
	}
}

func TestAllowedUpdatesAreRemembered(t *testing.T) {
	s := New(t)
	call(t, s, "getUpdates", "allowed_updates", `["callback_query"]`)
	call(t, s, "getUpdates")
	if id := s.Text(siti(), "halo"); id != 0 {
		t.Errorf("an unwanted update has the id %d", id)
	}
	s.Tap(siti(), 7, 1, "x")
	if got := ids(t, call(t, s, "getUpdates", "allowed_updates", `[]`)); got != "1" {
		t.Errorf("updates %q", got)
	}
	if id := s.Block(siti()); id != 2 {
		t.Errorf("after the default is back: id %d", id)
	}
}

func TestUpdatesExpire(t *testing.T) {
	s := New(t, Frozen(start()))
	s.Text(siti(), "halo")
	s.Tap(siti(), 7, 1, "x")
	s.Inline(siti(), "like")
	for _, step := range []struct {
		wait time.Duration
		want string
	}{{29 * time.Second, "1 2 3"}, {time.Second, "1 2"}, {2 * time.Minute, "1"}, {24 * time.Hour, ""}} {
		s.Advance(step.wait)
		if got := ids(t, call(t, s, "getUpdates")); got != step.want {
			t.Errorf("after %v: %q, want %q", step.wait, got, step.want)
		}
	}
	if s.Expired() != 3 || s.Pending() != 0 {
		t.Errorf("%d expired, %d pending", s.Expired(), s.Pending())
	}
}

// polled starts a long poll and waits until the server holds it.
func polled(t *testing.T, ctx context.Context, s *Server, pairs ...any) <-chan answer {
	t.Helper()
	out := make(chan answer, 1)
	go func() {
		a, err := try(ctx, s, "getUpdates", append(pairs, "timeout", 60)...)
		if err != nil {
			a.Description = err.Error()
		}
		out <- a
	}()
	if err := s.Await(ctx, (*Server).Polling); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestLongPoll(t *testing.T) {
	s := New(t, Frozen(start()))
	ctx := within(t)
	poll := polled(t, ctx, s)
	s.Text(siti(), "halo")
	if got := ids(t, <-poll); got != "1" {
		t.Errorf("woken with %q", got)
	}
	poll = polled(t, ctx, s, "offset", 2)
	s.Advance(longestPoll - time.Second)
	select {
	case a := <-poll:
		t.Errorf("ended early: %+v", a)
	default:
	}
	s.Advance(time.Second)
	if got := ids(t, <-poll); got != "" {
		t.Errorf("ended with %q", got)
	}
	gone, leave := context.WithCancel(ctx)
	poll = polled(t, gone, s)
	leave()
	<-poll
	ended := func(s *Server) bool { return !s.Polling() && s.Counts()["getUpdates"] == 3 }
	if err := s.Await(ctx, ended); err != nil {
		t.Errorf("a poll outlives its client: %v", err)
	}
	poll = polled(t, ctx, s)
	s.Revoke()
	if a := <-poll; a.Code != 401 {
		t.Errorf("a poll with a refused token: %+v", a)
	}
}

func TestConflicts(t *testing.T) {
	s := New(t, BehindProxy("127.0.0.1:1"))
	ctx := within(t)
	first := polled(t, ctx, s)
	second := make(chan answer, 1)
	go func() {
		a, err := try(ctx, s, "getUpdates", "timeout", 50)
		if err != nil {
			a.Description = err.Error()
		}
		second <- a
	}()
	if a := <-first; a.Code != 409 || !strings.HasPrefix(a.Description, "Conflict: terminated by other") {
		t.Errorf("first poll: %+v", a)
	}
	expect(t, "", s, "setWebhook", "url", "https://bot.example.id/hook")
	if a := <-second; a.Code != 409 {
		t.Errorf("second poll: %+v", a)
	}
	expect(t, "Conflict: can't use getUpdates method while webhook is active; "+
		"use deleteWebhook to delete the webhook first", s, "getUpdates")
	expect(t, "", s, "deleteWebhook")
	expect(t, "", s, "getUpdates")
}

const (
	keyboard = `{"inline_keyboard":[[{"text":"Aturan","url":"https://a.id"},` +
		`{"text":"Ya, kirim","callback_data":"y"}]]}`
	force = `{"force_reply":true}`
)

func TestEdits(t *testing.T) {
	s := New(t, Frozen(start()))
	s.Text(siti(), "halo")
	send := []any{"chat_id", 7, "text", "<b>Boleh</b>", "parse_mode", "HTML", "reply_markup", keyboard}
	expect(t, "", s, "sendMessage", send...)
	again := append([]any{"message_id", 2}, send...)
	expect(t, notModified, s, "editMessageText", again...)
	expect(t, "", s, "editMessageText", "chat_id", 7, "message_id", 2, "text", "Boleh",
		"reply_markup", keyboard)
	expect(t, notModified, s, "editMessageReplyMarkup", "chat_id", 7, "message_id",
		2, "reply_markup", keyboard)
	expect(t, "", s, "editMessageText", "chat_id", 7, "message_id", 2, "text", "Boleh")
	if m, _ := s.Newest(7); m.Markup != "" || m.Edits != 2 || m.Plain != "Boleh" {
		t.Errorf("after an edit without a keyboard: %+v", m)
	}
	expect(t, "Bad Request: message to edit not found", s,
		"editMessageText", "chat_id", 7, "message_id", 1, "text", "x")
	expect(t, "", s, "sendMessage", "chat_id", 7, "text", "Ceritakan", "reply_markup", force)
	expect(t, "Bad Request: message can't be edited", s,
		"editMessageText", "chat_id", 7, "message_id", 3, "text", "x")
	if m, _ := s.Newest(7); !m.ForcesReply() || m.Buttons() != nil {
		t.Errorf("the forced reply: %+v", m)
	}
	if id := s.Edit(siti(), 7, 2, "x"); id != 0 {
		t.Errorf("a person edited the bot's message")
	}
	if id := s.Edit(siti(), 7, 1, "halo lagi"); id == 0 || s.Messages(7)[0].Plain != "halo lagi" {
		t.Errorf("a person's own edit: %d", id)
	}
}

func TestDeletionsAndReplies(t *testing.T) {
	s := New(t, Frozen(start()))
	group := Chat{ID: -5, Title: "Grup"}
	s.Text(siti(), "rahasia")
	s.TextIn(group, siti(), "halo", TextOpts{})
	expect(t, "", s, "sendMessage", "chat_id", 7, "text", "a", "reply_parameters", `{"message_id":1}`)
	expect(t, "", s, "deleteMessage", "chat_id", 7, "message_id", 1)
	expect(t, "Bad Request: message to delete not found", s, "deleteMessage", "chat_id", 7, "message_id", 1)
	expect(t, "Bad Request: message can't be deleted for everyone", s,
		"deleteMessage", "chat_id", -5, "message_id", 1)
	expect(t, "Bad Request: message to be replied not found", s,
		"sendMessage", "chat_id", 7, "text", "b", "reply_parameters", `{"message_id":1}`)
	expect(t, "", s, "sendMessage", "chat_id", 7, "text", "b",
		"reply_parameters", `{"message_id":1,"allow_sending_without_reply":true}`)
	s.Advance(deleteLimit + time.Second)
	expect(t, "Bad Request: message can't be deleted for everyone", s,
		"deleteMessage", "chat_id", 7, "message_id", 2)
	expect(t, "", s, "sendMessage", "chat_id", 7, "text", "c")
	expect(t, "", s, "deleteMessages", "chat_id", 7, "message_ids", "[1,2,4,99]")
	var deleted []bool
	for _, m := range s.Messages(7) {
		deleted = append(deleted, m.Deleted)
	}
	if got := fmt.Sprint(deleted); got != "[true false false true]" {
		t.Errorf("deleted %s", got)
	}
	if s.Sent(7) != 3 || s.Sent(-5) != 0 {
		t.Errorf("sent %d and %d", s.Sent(7), s.Sent(-5))
	}
}

func TestTapsAreAnsweredOnceAndInTime(t *testing.T) {
	const tooOld = "Bad Request: query is too old and response timeout expired or query ID is invalid"
	s := New(t, Frozen(start()))
	s.Start(siti())
	expect(t, "", s, "sendMessage", "chat_id", 7, "text", "Kirim?", "reply_markup", keyboard)
	first := s.TapButton(siti(), 7, "kirim")
	second := s.Tap(siti(), 7, 1, "lama")
	expect(t, "", s, "answerCallbackQuery", "callback_query_id", first, "text", "Terkirim",
		"show_alert", "true")
	expect(t, tooOld, s, "answerCallbackQuery", "callback_query_id", first)
	if a, ok := s.CallbackAnswer(first); !ok || a.Text != "Terkirim" || !a.Alert {
		t.Errorf("answer %+v, %v", a, ok)
	}
	if got := fmt.Sprint(s.Unanswered()); got != fmt.Sprintf("[%s]", second) {
		t.Errorf("unanswered %s", got)
	}
	s.Advance(callbackLife)
	expect(t, tooOld, s, "answerCallbackQuery", "callback_query_id", second)
	inline := s.Inline(siti(), "like")
	expect(t, "", s, "answerInlineQuery", "inline_query_id", inline, "results", "[]", "cache_time", 5)
	expect(t, tooOld, s, "answerInlineQuery", "inline_query_id", inline, "results", "[]")
	if a, ok := s.InlineAnswer(inline); !ok || a.Results != "[]" || a.Cache != 5 {
		t.Errorf("inline answer %+v, %v", a, ok)
	}
}

func TestWhoCanBeReached(t *testing.T) {
	s := New(t)
	group := Chat{ID: -5, Title: "Grup"}
	try := func(want string, chat int64) {
		t.Helper()
		expect(t, want, s, "sendMessage", "chat_id", chat, "text", "halo")
	}
	try("Bad Request: chat not found", 7)
	s.Know(siti())
	try("Forbidden: bot can't initiate conversation with a user", 7)
	s.Start(siti())
	try("", 7)
	s.Block(siti())
	try("Forbidden: bot was blocked by the user", 7)
	if id := s.Start(siti()); id != 2 {
		t.Errorf("unblocking is update %d", id)
	}
	try("", 7)
	s.Deactivate(siti())
	try("Forbidden: user is deactivated", 7)
	try("Bad Request: chat not found", -5)
	s.Join(group)
	try("", -5)
	s.Kick(group)
	try("Forbidden: bot was kicked from the supergroup chat", -5)
}

func TestProfile(t *testing.T) {
	s := New(t)
	s.Start(siti())
	list := `[{"command":"mulai","description":"Mulai"},{"command":"lapor","description":"Lapor"}]`
	expect(t, "", s, "setMyCommands", "commands", list, "language_code", "id")
	expect(t, "", s, "setMyCommands", "commands", list[:42]+"]", "scope", `{"type":"chat","chat_id":7}`)
	if a := call(t, s, "getMyCommands", "language_code", "id"); len(s.Commands("default", "id")) != 2 ||
		!strings.Contains(string(a.Result), "lapor") {
		t.Errorf("commands %v, %s", s.Commands("default", "id"), a.Result)
	}
	if got := fmt.Sprint(s.Commands("chat:7", "")); got != "[{mulai Mulai}]" {
		t.Errorf("commands of the chat %s", got)
	}
	expect(t, "", s, "deleteMyCommands", "scope", `{"type":"chat","chat_id":7}`)
	expect(t, "", s, "setMyName", "name", "Tanya Netral")
	expect(t, "", s, "setMyShortDescription", "short_description", "Netralitas")
	expect(t, "", s, "setChatMenuButton", "menu_button", `{"type":"commands"}`)
	p := s.Profile("")
	want := Profile{Name: "Tanya Netral", Short: "Netralitas"}
	if s.Commands("chat:7", "") != nil || p != want || s.Menu(0) != "commands" {
		t.Errorf("profile %+v, menu %q", p, s.Menu(0))
	}
	twice := strings.ReplaceAll(list, "lapor", "mulai")
	expect(t, "Bad Request: given twice", s, "setMyCommands", "commands", twice)
	s.TakeViolations()
}

func TestUpdatesLookLikeTelegrams(t *testing.T) {
	s := New(t, Frozen(start()))
	group := Chat{ID: -5, Title: "Grup"}
	s.Text(siti(), "/mulai@tanyanetral_bot a")
	expect(t, "", s, "sendMessage", "chat_id", 7, "text", "Ya?")
	s.TextIn(Chat{ID: 7}, siti(), "😀 @tanyanetral_bot, ya", TextOpts{ReplyTo: 2, Forward: &User{ID: 8}})
	s.Media(siti(), "sticker")
	s.Media(siti(), "location")
	s.TextIn(group, siti(), "halo", TextOpts{Thread: 3})
	s.Tap(siti(), 7, 99, "x")
	s.Raw(`{"message":{"text":7}}`)
	var list []json.RawMessage
	if err := json.Unmarshal(call(t, s, "getUpdates").Result, &list); err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{
		`"entities":[{"type":"bot_command","offset":0,"length":22}]`,
		`"entities":[{"type":"mention","offset":3,"length":16}]`,
		`"sticker":{"file_id":"file-sticker-1"`,
		`"location":{"latitude":-6.2`,
		`"chat":{"id":-5,"title":"Grup","type":"supergroup"},"date":1795248000`,
		`"username":"siti","type":"private"},"date":0,"message_id":99}`,
		`{"update_id":7,"message":{"text":7}}`,
	} {
		if !strings.Contains(string(list[i]), want) {
			t.Errorf("update %d: %s\nlacks %s", i+1, list[i], want)
		}
	}
	for _, want := range []string{`"reply_to_message":{`, `"sender_user":{`} {
		if !strings.Contains(string(list[1]), want) {
			t.Errorf("the forwarded reply: %s\nlacks %s", list[1], want)
		}
	}
}

// TestProved sends a right and a wrong keyboard twice each: what is right stays
// right, and what is wrong is never remembered.
func TestProved(t *testing.T) {
	s := New(t, Frozen(start()))
	s.Start(siti())
	right := `{"inline_keyboard":[[{"text":"Ya","callback_data":"y"}]]}`
	wrong := `{"inline_keyboard":[[{"text":"Ya"}]]}`
	for range 2 {
		expect(t, "", s, "sendMessage", "chat_id", 7, "text", "a", "reply_markup", right)
		expect(t, "Bad Request: reply_markup.inline_keyboard: 0 actions where exactly one is allowed",
			s, "sendMessage", "chat_id", 7, "text", "a", "reply_markup", wrong)
	}
	if n := len(s.TakeViolations()); n != 2 {
		t.Errorf("%d violations, want 2", n)
	}
	list := s.Messages(7)
	if len(list) != 2 || list[0].Markup != list[1].Markup || len(list[1].Buttons()) != 1 {
		t.Errorf("sent %+v", list)
	}
}

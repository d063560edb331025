package bot

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tanyanetral/bot/telegramtest"
)

const (
	aniWire   = `{"id":11,"is_bot":false,"first_name":"Ani","username":"ani","language_code":"id"}`
	aniChat   = `{"id":11,"type":"private","first_name":"Ani"}`
	groupChat = `{"id":-100200300400,"type":"supergroup","title":"Kantor"}`
	botWire   = `{"id":7,"is_bot":true,"first_name":"Bot"}`
)

func TestDecode(t *testing.T) {
	private, group := Origin{11, ChatPrivate, 11, "id"}, Origin{-100200300400, ChatSupergroup, 11, "id"}
	head := `"message_id":5,"date":1,"from":` + aniWire + `,"chat":` + aniChat
	inGroup := `"message_id":5,"date":1,"from":` + aniWire + `,"chat":` + groupChat
	said := Content{MessageID: 5, Date: 1, Text: "Boleh like?"}
	say := func(c Content) Update {
		c.MessageID, c.Date = 5, 1
		return Update{Kind: KindMessage, Origin: private, Content: c}
	}
	for _, c := range []struct {
		name, raw string
		want      Update // without the id, which is 9
	}{
		{"text", `"message":{` + head + `,"text":"Boleh like?"}`,
			say(Content{Text: "Boleh like?"})},
		{"edited", `"edited_message":{` + head + `,"edit_date":2,"text":"Boleh like?"}`,
			say(Content{Text: "Boleh like?", Edited: true})},
		{"forwarded", `"message":{` + head + `,"forward_origin":{"type":"hidden_user"},"text":"x"}`,
			say(Content{Text: "x", Forwarded: true})},
		{"via a bot", `"message":{` + head + `,"via_bot":` + botWire + `,"text":"x"}`,
			say(Content{Text: "x", ViaBot: true})},
		{"nulls",
			`"message":{` + head + `,"via_bot":null,"forward_origin":null,"reply_to_message":null,"text":"x"}`,
			say(Content{Text: "x"})},
		{"reply to a bot in a group", `"message":{` + inGroup + `,"text":"Boleh like?",` +
			`"reply_to_message":{"message_id":4,"chat":` + groupChat + `,"from":` + botWire + `,"text":"Ya"}}`,
			Update{Kind: KindMessage, Origin: group, Content: said, ReplyTo: Quote{4, "Ya", 7, true}}},
		{"forged entities",
			`"message":{` + head + `,"text":"/a b","entities":[{"type":"bot_command","offset":-1,"length":99}]}`,
			say(Content{Text: "/a b", Command: "a", Args: "b"})},
		{"photo with a caption", `"message":{` + head + `,"photo":[{"file_id":"x"}],"caption":"/start x"}`,
			say(Content{Text: "/start x", Media: "photo", File: File{ID: "x"}})},
		{"animation", `"message":{` + head + `,"document":{},"animation":{}}`,
			say(Content{Media: "animation"})},
		{"venue", `"message":{` + head + `,"location":{},"venue":{}}`,
			say(Content{Media: "venue"})},
		{"service", `"message":{` + inGroup + `,"new_chat_members":[` + aniWire + `],"photo":null}`,
			Update{Kind: KindMessage, Origin: group,
				Content: Content{MessageID: 5, Date: 1, Media: MediaService}}},
		{"channel", `"message":{"message_id":5,"chat":{"id":-7,"type":"channel"},"text":"x"}`,
			Update{Kind: KindMessage, Origin: Origin{Chat: -7, ChatKind: ChatChannel},
				Content: Content{MessageID: 5, Text: "x"}}},
		{"tap", `"callback_query":{"id":"77","from":` + aniWire + `,"data":"v1:a",` +
			`"message":{"message_id":6,"date":1,"chat":` + aniChat + `,"from":` + botWire +
			`,"text":"Tidak boleh","reply_to_message":{` + head + `,"text":"Boleh?"}}}`,
			Update{Kind: KindTap, Origin: private,
				Content: Content{MessageID: 6, Date: 1, Text: "Tidak boleh"},
				ReplyTo: Quote{5, "Boleh?", 11, false}, Tap: Tap{ID: "77", Data: "v1:a"}}},
		{"tap under an old message", `"callback_query":{"id":"77","from":` + aniWire + `,"data":"v1:a",` +
			`"message":{"message_id":6,"date":0,"chat":` + groupChat + `}}`,
			Update{Kind: KindTap, Origin: group, Content: Content{MessageID: 6},
				Tap: Tap{"77", "v1:a", true}}},
		{"tap under an inline result",
			`"callback_query":{"id":"77","from":` + aniWire + `,"inline_message_id":"q"}`,
			Update{Kind: KindTap, Origin: Origin{User: 11, Language: "id"}, Tap: Tap{ID: "77"}}},
		{"inline", `"inline_query":{"id":"78","from":` + aniWire + `,"query":"kampanye","offset":""}`,
			Update{Kind: KindInline, Origin: Origin{User: 11, Language: "id"},
				Content: Content{Text: "kampanye"}, Tap: Tap{ID: "78"}}},
		{"blocked", `"my_chat_member":{"chat":` + aniChat + `,"from":` + aniWire + `,"date":1,` +
			`"old_chat_member":{"status":"member"},"new_chat_member":{"status":"kicked","user":` + botWire + `}}`,
			Update{Kind: KindMember, Origin: private, Member: "kicked"}},
		{"something new", `"managed_bot":{"a":[1]}`, Update{Kind: KindOther}},
		{"nothing", `"x":null`, Update{Kind: KindOther}},
	} {
		c.want.ID = 9
		got, err := decode(json.RawMessage(`{"update_id":9,` + c.raw + `}`))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
	}
}

// poison are updates that cannot be used, by what is still known of them.
func poison() map[UpdateKind][]string {
	return map[UpdateKind][]string{
		"": {``, `null`, `[]`, `{"update_id":"9"}`, `{"update_id":-9,"message":{}}`, `{"update_id":9.5}`,
			`{"message":{}}`},
		KindMessage: {
			`{"update_id":9,"message":null}`,
			`{"update_id":9,"message":7}`,
			`{"update_id":9,"edited_message":{}}`,
			`{"update_id":9,"message":{"message_id":1,"from":{"id":5},"text":"x"}}`,
			`{"update_id":9,"message":{"chat":{"id":1},"text":"x"}}`,
			`{"update_id":9,"message":{"message_id":99999999999999999999,"chat":{"id":1}}}`,
			`{"update_id":9,"message":{"message_id":1,"chat":{"id":1},"text":{"a":123456789}}}`,
			`{"update_id":9,"message":{"message_id":1,"chat":{"id":"@name"},"from":{"id":5}}}`,
			`{"update_id":9,"message":{"message_id":-1,"chat":{"id":1},"text":"x"}}`,
			`{"update_id":9,"message":{"message_id":1,"chat":{"id":1},"from":{"id":-5},"text":"x"}}`,
			`{"update_id":9,"message":{"message_id":1,"chat":{"id":-1,"type":"private"},"text":"x"}}`,
			`{"update_id":9,"message":{"message_id":1,"chat":{"id":1,"type":"supergroup"},"text":"x"}}`,
			`{"update_id":9,"message":{"message_id":1,"date":-1,"chat":{"id":1},"text":"x"}}`,
		},
		KindTap: {
			`{"update_id":9,"callback_query":{"id":"1"}}`,
			`{"update_id":9,"callback_query":{"id":"1","from":{"id":5},"message":[]}}`,
			`{"update_id":9,"callback_query":{"id":"1","from":{"id":-5}}}`,
			`{"update_id":9,"callback_query":{"id":"1","from":{"id":5},"message":{"message_id":-1,"chat":{"id":5}}}}`,
		},
		KindInline: {`{"update_id":9,"inline_query":{"from":{"id":5}}}`},
		KindMember: {`{"update_id":9,"my_chat_member":{"new_chat_member":{"status":"kicked"},"from":{"id":123}}}`},
	}
}

func TestDecodePoison(t *testing.T) {
	for kind, list := range poison() {
		want := Update{ID: 9, Kind: kind}
		if kind == "" { // not even the id
			want = Update{Kind: KindOther}
		}
		for _, raw := range list {
			got, err := decode(json.RawMessage(raw))
			if !errors.Is(err, errUpdate) || err.Error() != "an update that cannot be read" {
				t.Errorf("%s: error %v", raw, err)
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("%s: %s", raw, d)
			}
		}
	}
}

func TestSplitCommand(t *testing.T) {
	for text, want := range map[string][3]string{
		"/start":                           {"start", "", ""},
		"/Start topik_1":                   {"start", "", "topik_1"},
		"/tanya@TanyaNetral_bot boleh\nya": {"tanya", "tanyanetral_bot", "boleh\nya"},
		"/tanya\n\n boleh?  ":              {"tanya", "", "boleh?"},
		"/tanya\tboleh":                    {"tanya", "", "boleh"},
		"/" + strings.Repeat("a", 32):      {strings.Repeat("a", 32), "", ""},
		"/" + strings.Repeat("a", 33):      {},
		"/":                                {},
		"/ start":                          {},
		"//start":                          {},
		"/etc/passwd":                      {},
		"/halo!":                           {},
		"/start@":                          {},
		"/start@a@b":                       {},
		"/@bot":                            {},
		"/mulaí":                           {},
		" /start":                          {},
		"boleh /start":                     {},
		"":                                 {},
		"/a\xff":                           {},
	} {
		name, to, args := splitCommand(text)
		if got := [3]string{name, to, args}; got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// FuzzDecode holds what the rest of the bot relies on, whatever is sent.
func FuzzDecode(f *testing.F) {
	for _, list := range poison() {
		for _, raw := range list {
			f.Add([]byte(raw))
		}
	}
	message := `"message":{"message_id":6,"date":1,"chat":` + groupChat + `,"text":"/a@b c"}`
	for _, body := range []string{
		message,
		`"edited_message":{"message_id":5,"chat":` + aniChat + `,"caption":"x","voice":{}}`,
		`"callback_query":{"id":"77","from":` + aniWire + `,"data":"v1:a",` + message + `}`,
		`"inline_query":{"id":"78","from":` + aniWire + `,"query":"kampanye"}`,
		`"my_chat_member":{"chat":` + aniChat + `,"new_chat_member":{"status":"left"}}`,
	} {
		f.Add([]byte(`{"update_id":9,` + body + `}`))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		u, err := decode(raw)
		if u.ID < 0 {
			t.Errorf("id %d", u.ID)
		}
		if err != nil {
			if u != (Update{ID: u.ID, Kind: u.Kind}) {
				t.Errorf("content beside an error: %+v", u)
			}
			return
		}
		switch u.Kind {
		case KindMessage:
			if u.Chat == 0 || u.MessageID == 0 || u.Text == "" && u.Media == "" {
				t.Errorf("a message without chat, id or content: %+v", u)
			}
		case KindTap, KindInline:
			if u.User == 0 || u.Tap.ID == "" {
				t.Errorf("nobody to answer: %+v", u)
			}
		case KindMember:
			if u.Chat == 0 {
				t.Errorf("a member of no chat: %+v", u)
			}
		case KindOther:
			if u != (Update{ID: u.ID, Kind: KindOther}) {
				t.Errorf("content in an unknown update: %+v", u)
			}
		default:
			t.Errorf("kind %q", u.Kind)
		}
		if u.Command != "" && !strings.HasPrefix(u.Text, "/") || u.Command == "" && u.Args+u.CommandTo != "" {
			t.Errorf("command %q to %q with %q in %q", u.Command, u.CommandTo, u.Args, u.Text)
		}
	})
}

func TestOutgoing(t *testing.T) {
	html := map[string]string{
		"chat_id": "11", "parse_mode": "HTML", "link_preview_options": `{"is_disabled":true}`,
	}
	yes := [][]Button{{{Label: "Ya", Data: "y"}}}
	mixed := [][]Button{{{Label: "Dasar", Data: "v1:d"}, {Label: "Peta", URL: "https://a.example/"}}, {}}
	for _, c := range []struct {
		name string
		out  Outgoing
		want map[string]string // besides html and the text
	}{
		{"plain", Outgoing{}, nil},
		{"no keys", Outgoing{Buttons: [][]Button{}}, nil},
		{"empty rows", Outgoing{Buttons: [][]Button{nil, {}}}, nil},
		{"keys", Outgoing{Buttons: mixed},
			map[string]string{"reply_markup": `{"inline_keyboard":[[{"text":"Dasar","callback_data":"v1:d"},` +
				`{"text":"Peta","url":"https://a.example/"}]]}`}},
		{"reply", Outgoing{ReplyTo: 99}, map[string]string{
			"reply_parameters": `{"message_id":99,"allow_sending_without_reply":true}`}},
		{"forced", Outgoing{ForceReply: true}, map[string]string{"reply_markup": `{"force_reply":true}`}},
		{"forced with a hint", Outgoing{ForceReply: true, Placeholder: "Tulis di sini"}, map[string]string{
			"reply_markup": `{"force_reply":true,"input_field_placeholder":"Tulis di sini"}`}},
		{"keys beat force", Outgoing{ForceReply: true, Buttons: yes}, map[string]string{
			"reply_markup": `{"inline_keyboard":[[{"text":"Ya","callback_data":"y"}]]}`}},
		{"hint without force", Outgoing{Placeholder: "x"}, nil},
		{"quiet", Outgoing{Silent: true, Protect: true}, map[string]string{
			"disable_notification": "true", "protect_content": "true"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			fake := telegramtest.New(t)
			fake.Start(ani())
			client, _ := dial(t, fake)
			c.out.HTML = "<b>Boleh</b> &amp; aman"
			if _, err := client.Send(limited(t), ani().ID, c.out); err != nil {
				t.Fatal(err)
			}
			want := map[string]string{"text": c.out.HTML}
			for _, m := range []map[string]string{html, c.want} {
				for k, v := range m {
					want[k] = v
				}
			}
			if d := cmp.Diff(want, fake.Calls("sendMessage")[0].Params); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestEdit(t *testing.T) {
	fake := telegramtest.New(t)
	fake.Start(ani())
	client, _ := dial(t, fake)
	ctx := limited(t)
	first := Outgoing{HTML: "Satu", Buttons: [][]Button{{{Label: "A", Data: "a"}}}}
	id, err := client.Send(ctx, ani().ID, first)
	if err != nil {
		t.Fatal(err)
	}
	for i, step := range []struct {
		id   int
		out  Outgoing
		keys int
		code int
	}{
		{id, first, 1, 0}, // not modified: a success
		{id, Outgoing{HTML: "Dua", ReplyTo: 5, ForceReply: true, Silent: true}, 0, 0},
		{id, Outgoing{HTML: "Dua", Buttons: first.Buttons}, 1, 0},
		{id + 7, first, 1, 400},
	} {
		err := client.Edit(ctx, ani().ID, step.id, step.out)
		var api *APIError
		if errors.As(err, &api) != (step.code != 0) ||
			api != nil && (api.Code != step.code || api.NotModified()) {
			t.Errorf("step %d: error %v, want code %d", i, err, step.code)
		}
		m, _ := fake.Newest(ani().ID)
		if len(m.Buttons()) != step.keys || step.code == 0 && m.Plain != step.out.HTML {
			t.Errorf("step %d: text %q with %d rows of keys", i, m.Plain, len(m.Buttons()))
		}
	}
}

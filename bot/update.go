package bot

import (
	"encoding/json"
	"errors"
	"strings"
)

// UpdateKind tells what happened.
type UpdateKind string

// The kinds that a bot here asks for. An update of any other kind is
// KindOther and holds its ID alone.
const (
	KindMessage UpdateKind = "message" // new, or with Edited set
	KindTap     UpdateKind = "callback_query"
	KindInline  UpdateKind = "inline_query"
	KindMember  UpdateKind = "my_chat_member"
	KindOther   UpdateKind = "other"
)

// ChatKind tells who reads along. It is empty where there is no chat.
type ChatKind string

// Telegram's kinds of chats.
const (
	ChatPrivate    ChatKind = "private"
	ChatGroup      ChatKind = "group"
	ChatSupergroup ChatKind = "supergroup"
	ChatChannel    ChatKind = "channel"
)

// Update is one thing that happened, without names and without Telegram's
// own types. What does not apply to its kind is zero.
type Update struct {
	ID   int64
	Kind UpdateKind
	Origin
	Content
	ReplyTo Quote
	Tap     Tap
	Member  string // the bot's new status in the chat: member, kicked, left and so on
}

// Origin is where an update comes from.
type Origin struct {
	Chat     int64 // 0 for inline queries and for taps under inline results
	ChatKind ChatKind
	User     int64  // 0 when a channel or nobody wrote it
	Language string // of the person's app, such as "id"; may be empty
}

// Content is the message that came, for a tap the one under which the button
// is, for an inline query its words as Text.
type Content struct {
	MessageID int
	Date      int64  // when the message was written, in Unix seconds; 0: there is none, or it is gone
	Text      string // or the caption of a medium
	Command   string // "cmd" of "/cmd@bot args", in lower case
	CommandTo string // "bot" of the same, in lower case; empty: to whoever reads it
	Args      string
	Media     string // "photo", "voice" and so on; MediaService; empty for plain text
	File      File   // of that medium
	Edited    bool
	Forwarded bool
	ViaBot    bool // the text is a result of a bot that the person picked
}

// MediaService marks a message in which nobody says anything, such as one
// about who joined a group. It wants no reply.
const MediaService = "service"

// Quote is the message to which a message replied; for a tap, the one to
// which the message with the button replied. ID 0: none, or it is gone.
type Quote struct {
	ID      int
	Text    string
	User    int64
	FromBot bool // some bot wrote it; compare User with the own id
}

// Tap is how to answer a tap or an inline query, and what the button said.
type Tap struct {
	ID   string
	Data string
	Gone bool // the message is too old for Telegram to show; only its ids are known
}

// errUpdate is the one error of decode. It says nothing of the content: the
// errors of encoding/json repeat numbers, which may be chat ids.
var errUpdate = errors.New("an update that cannot be read")

// decode reads one update. Beside an error only the ID and the Kind are set,
// as far as they could be read.
func decode(raw json.RawMessage) (Update, error) {
	u := Update{Kind: KindOther}
	var w wireUpdate
	if json.Unmarshal(raw, &w) != nil || json.Unmarshal(w.ID, &u.ID) != nil || u.ID <= 0 {
		return Update{Kind: KindOther}, errUpdate
	}
	for _, p := range [...]struct {
		body json.RawMessage
		kind UpdateKind
		read func(*Update, json.RawMessage) bool
	}{
		{w.Message, KindMessage, (*Update).message},
		{w.Edited, KindMessage, (*Update).edited},
		{w.Tap, KindTap, (*Update).tap},
		{w.Inline, KindInline, (*Update).inline},
		{w.Member, KindMember, (*Update).member},
	} {
		if p.body == nil {
			continue
		}
		if u.Kind = p.kind; !p.read(&u, p.body) {
			return Update{ID: u.ID, Kind: p.kind}, errUpdate
		}
		return u, nil
	}
	return u, nil
}

// The shapes below are the parts of Telegram's objects that are used.

type wireUpdate struct {
	ID      json.RawMessage `json:"update_id"` // raw, so that what is no number spoils nothing else
	Message json.RawMessage `json:"message"`
	Edited  json.RawMessage `json:"edited_message"`
	Tap     json.RawMessage `json:"callback_query"`
	Inline  json.RawMessage `json:"inline_query"`
	Member  json.RawMessage `json:"my_chat_member"`
}

type wireUser struct {
	ID       int64  `json:"id"`
	IsBot    bool   `json:"is_bot"`
	Language string `json:"language_code"`
}

type wireChat struct {
	ID   int64    `json:"id"`
	Kind ChatKind `json:"type"`
}

// sound tells whether the id fits the kind: people's are positive, those of
// groups and channels negative. What is not so is forged.
func (c wireChat) sound() bool {
	switch c.Kind {
	case ChatPrivate:
		return c.ID > 0
	case ChatGroup, ChatSupergroup, ChatChannel:
		return c.ID < 0
	}
	return c.ID != 0
}

type wireMessage struct {
	ID      int             `json:"message_id"`
	Date    int64           `json:"date"`
	From    wireUser        `json:"from"`
	Chat    wireChat        `json:"chat"`
	Text    string          `json:"text"`
	Caption string          `json:"caption"`
	ReplyTo *wireMessage    `json:"reply_to_message"`
	ViaBot  json.RawMessage `json:"via_bot"`
	Origin  json.RawMessage `json:"forward_origin"`
}

func (m *wireMessage) words() string {
	if m.Text != "" {
		return m.Text
	}
	return m.Caption
}

func (u *Update) edited(body json.RawMessage) bool {
	u.Edited = true
	return u.message(body)
}

func (u *Update) message(body json.RawMessage) bool {
	var m wireMessage
	if json.Unmarshal(body, &m) != nil || m.ID <= 0 || m.Date < 0 || !m.Chat.sound() || m.From.ID < 0 {
		return false
	}
	u.from(m.From)
	u.within(&m)
	u.Date = m.Date
	u.Forwarded, u.ViaBot = present(m.Origin), present(m.ViaBot)
	if m.Text == "" {
		u.Media = media(body)
		u.File = fileOf(body, u.Media)
		return true
	}
	u.Command, u.CommandTo, u.Args = splitCommand(m.Text)
	return true
}

// within takes over a message, but not who wrote it: for a tap that is the
// bot.
func (u *Update) within(m *wireMessage) {
	u.Chat, u.ChatKind = m.Chat.ID, m.Chat.Kind
	u.MessageID, u.Text = m.ID, m.words()
	if r := m.ReplyTo; r != nil {
		u.ReplyTo = Quote{ID: r.ID, Text: r.words(), User: r.From.ID, FromBot: r.From.IsBot}
	}
}

func (u *Update) from(w wireUser) { u.User, u.Language = w.ID, w.Language }

func (u *Update) tap(body json.RawMessage) bool {
	var t struct {
		ID      string       `json:"id"`
		From    wireUser     `json:"from"`
		Message *wireMessage `json:"message"`
		Data    string       `json:"data"`
	}
	if json.Unmarshal(body, &t) != nil || t.ID == "" || t.From.ID <= 0 ||
		t.Message != nil && (t.Message.ID <= 0 || !t.Message.Chat.sound()) {
		return false
	}
	u.from(t.From)
	u.Tap = Tap{ID: t.ID, Data: t.Data}
	if t.Message != nil {
		u.within(t.Message)
		u.Date, u.Tap.Gone = max(t.Message.Date, 0), t.Message.Date == 0
	}
	return true
}

func (u *Update) inline(body json.RawMessage) bool {
	var q struct {
		ID    string   `json:"id"`
		From  wireUser `json:"from"`
		Query string   `json:"query"`
	}
	if json.Unmarshal(body, &q) != nil || q.ID == "" || q.From.ID <= 0 {
		return false
	}
	u.from(q.From)
	u.Tap.ID, u.Text = q.ID, q.Query
	return true
}

func (u *Update) member(body json.RawMessage) bool {
	var m struct {
		Chat wireChat `json:"chat"`
		From wireUser `json:"from"`
		New  struct {
			Status string `json:"status"`
		} `json:"new_chat_member"`
	}
	if json.Unmarshal(body, &m) != nil || !m.Chat.sound() {
		return false
	}
	u.from(m.From)
	u.Chat, u.ChatKind, u.Member = m.Chat.ID, m.Chat.Kind, m.New.Status
	return true
}

func present(raw json.RawMessage) bool { return len(raw) > 0 && string(raw) != "null" }

// media names what a message without text carries. An animation comes with a
// document and a venue with a location, so they are looked for first.
func media(message json.RawMessage) string {
	var parts map[string]json.RawMessage
	if json.Unmarshal(message, &parts) != nil {
		return MediaService
	}
	for _, kind := range []string{
		"animation", "audio", "document", "live_photo", "paid_media", "photo", "sticker", "story", "video",
		"video_note", "voice", "checklist", "contact", "dice", "game", "poll", "venue",
		"location", "rich_message",
	} {
		if present(parts[kind]) {
			return kind
		}
	}
	return MediaService
}

// splitCommand reads "/cmd@bot args". Telegram's entities are not asked: a
// forged one may point outside the text. What only looks like a command, such
// as a path, is none.
func splitCommand(text string) (name, to, args string) {
	word, ok := strings.CutPrefix(text, "/")
	if !ok {
		return "", "", ""
	}
	if i := strings.IndexAny(word, " \t\r\n"); i >= 0 {
		word, args = word[:i], strings.TrimSpace(word[i:])
	}
	name, to, addressed := strings.Cut(word, "@")
	if !made(name, "_") || len(name) > 32 || addressed && !made(to, "_") {
		return "", "", ""
	}
	return strings.ToLower(name), strings.ToLower(to), args
}

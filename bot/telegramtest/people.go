package telegramtest

import (
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// User is a person, or the bot.
type User struct {
	ID                                int64
	FirstName, UserName, LanguageCode string
}

// Chat is a group or a private chat. Private chats have the person's id, groups a negative one.
type Chat struct {
	ID    int64
	Type  string // private, group or supergroup; empty: private or supergroup by the id
	Title string
}

// Body is what a message says.
type Body struct {
	Raw      string // as sent, with its markup
	Plain    string // as read
	Mode     string // parse mode
	Entities []Entity
}

// Message is the present state of one message in a chat.
type Message struct {
	Body

	ID       int
	Chat     Chat
	From     User
	Date     time.Time
	Markup   string // reply_markup as JSON with sorted keys; empty: none
	Edits    int
	Deleted  bool
	ReplyTo  int // message id; 0: no reply
	File     *File
	Reaction string         // the bot's reactions as JSON; empty: none
	Extra    map[string]any // further content as on the wire: document, location, forward_origin and so on
}

// Button is one button of an inline keyboard.
type Button struct {
	Text     string `json:"text"`
	Data     string `json:"callback_data"`
	URL      string `json:"url"`
	Style    string `json:"style"`
	CopyText struct {
		Text string `json:"text"`
	} `json:"copy_text"`
	Switch string `json:"switch_inline_query"`
}

// Buttons are the rows of the message's inline keyboard; nil without one.
func (m Message) Buttons() [][]Button {
	var keyboard struct {
		Rows [][]Button `json:"inline_keyboard"`
	}
	if m.Markup == "" || json.Unmarshal([]byte(m.Markup), &keyboard) != nil {
		return nil
	}
	return keyboard.Rows
}

// ForcesReply tells whether the message asks its reader to answer it.
func (m Message) ForcesReply() bool {
	return strings.Contains(m.Markup, `"force_reply":true`)
}

// inline tells whether the message has an inline keyboard.
func (m *Message) inline() bool {
	return strings.HasPrefix(m.Markup, `{"inline_keyboard"`)
}

// person is what the fake knows of a user.
type person struct {
	User

	started, blocked, deactivated bool
}

// room is a chat with its messages; the message with id n is messages[n-1].
type room struct {
	Chat

	kicked   bool
	messages []*Message
	sent     int // by the bot
}

// people holds everybody and every chat.
type people struct {
	users map[int64]*person
	chats map[int64]*room
}

// know remembers a user with the newest names.
func (p *people) know(u User) *person {
	known := p.users[u.ID]
	if known == nil {
		known = &person{}
		p.users[u.ID] = known
	}
	known.User = u
	return known
}

// private is the chat of the bot with a user.
func (p *people) private(u User) *room {
	return p.room(Chat{ID: u.ID})
}

// room finds a chat or opens it.
func (p *people) room(c Chat) *room {
	r := p.chats[c.ID]
	if r == nil {
		if c.Type == "" {
			c.Type = "supergroup"
			if c.ID > 0 {
				c.Type = "private"
			}
		}
		r = &room{Chat: c}
		p.chats[c.ID] = r
	}
	return r
}

// find returns a message that is still there.
func (r *room) find(id int64) *Message {
	if r == nil || id < 1 || id > int64(len(r.messages)) || r.messages[id-1].Deleted {
		return nil
	}
	return r.messages[id-1]
}

// add gives a message its id and puts it into the chat.
func (r *room) add(m *Message) *Message {
	m.ID = len(r.messages) + 1
	m.Chat = r.Chat
	r.messages = append(r.messages, m)
	return m
}

// reach finds a chat that the bot may write to, or says why it may not.
func (s *Server) reach(id int64) (*room, *reply) {
	if id < 0 {
		r := s.people.chats[id]
		switch {
		case r == nil:
			return nil, refused(400, "Bad Request: chat not found")
		case r.kicked:
			return nil, refused(403, "Forbidden: bot was kicked from the "+r.Type+" chat")
		}
		return r, nil
	}
	p := s.people.users[id]
	switch {
	case p == nil:
		return nil, refused(400, "Bad Request: chat not found")
	case p.deactivated:
		return nil, refused(403, "Forbidden: user is deactivated")
	case p.blocked:
		return nil, refused(403, "Forbidden: bot was blocked by the user")
	case !p.started:
		return nil, refused(403, "Forbidden: bot can't initiate conversation with a user")
	}
	return s.people.private(p.User), nil
}

// Messages are the messages of a chat in their present state, the deleted ones included, oldest first.
func (s *Server) Messages(chatID int64) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.people.chats[chatID]
	if r == nil {
		return nil
	}
	out := make([]Message, len(r.messages))
	for i, m := range r.messages {
		out[i] = *m
	}
	return out
}

// Newest is the bot's newest message in a chat that is not deleted; false when there is none.
func (s *Server) Newest(chatID int64) (Message, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.people.chats[chatID]; r != nil {
		for _, m := range slices.Backward(r.messages) {
			if m.From.ID == s.config.bot.ID && !m.Deleted {
				return *m, true
			}
		}
	}
	return Message{}, false
}

// Sent counts the messages that the bot ever sent to a chat.
func (s *Server) Sent(chatID int64) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.people.chats[chatID]; r != nil {
		return r.sent
	}
	return 0
}

// Chats lists the ids of all chats, in no order.
func (s *Server) Chats() []int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]int64, 0, len(s.people.chats))
	for id := range s.people.chats {
		out = append(out, id)
	}
	return out
}

package telegramtest

import "encoding/json"

// wireUser is a user as Telegram writes it.
type wireUser struct {
	ID       int64  `json:"id"`
	Bot      bool   `json:"is_bot"`
	First    string `json:"first_name"`
	Name     string `json:"username,omitempty"`
	Language string `json:"language_code,omitempty"`
}

// wireChat is a chat as Telegram writes it: people have a name, groups a title.
type wireChat struct {
	ID    int64   `json:"id"`
	First *string `json:"first_name,omitempty"`
	Name  string  `json:"username,omitempty"`
	Title *string `json:"title,omitempty"`
	Type  string  `json:"type"`
}

// wireMessage is a message as Telegram writes it, in the order of its fields.
type wireMessage struct {
	ID              int             `json:"message_id"`
	From            wireUser        `json:"from"`
	Chat            wireChat        `json:"chat"`
	Date            int64           `json:"date"`
	EditDate        int64           `json:"edit_date,omitempty"`
	ReplyTo         any             `json:"reply_to_message,omitempty"`
	Text            string          `json:"text,omitempty"`
	Entities        []Entity        `json:"entities,omitempty"`
	Caption         string          `json:"caption,omitempty"`
	CaptionEntities []Entity        `json:"caption_entities,omitempty"`
	Markup          json.RawMessage `json:"reply_markup,omitempty"`
}

// wireMedia is a message with content that few have.
type wireMedia struct {
	wireMessage

	extra map[string]any
}

// MarshalJSON writes that content behind the rest.
func (w wireMedia) MarshalJSON() ([]byte, error) {
	out, err := json.Marshal(w.wireMessage)
	if err != nil {
		return nil, err
	}
	extra, err := json.Marshal(w.extra)
	if err != nil {
		return nil, err
	}
	out[len(out)-1] = ','
	return append(out, extra[1:]...), nil
}

func (s *Server) wireUser(u User) wireUser {
	return wireUser{u.ID, u.ID == s.config.bot.ID, u.FirstName, u.UserName, u.LanguageCode}
}

func (s *Server) wireChat(c Chat) wireChat {
	w := wireChat{ID: c.ID, Type: c.Type}
	if c.Type != "private" {
		w.Title = &c.Title
	} else if p := s.people.users[c.ID]; p != nil {
		first := p.FirstName
		w.First, w.Name = &first, p.UserName
	}
	return w
}

// wire is a message as Telegram writes it, with the message that it answers. The caller holds s.mu; the
// result shares nothing that changes later.
func (s *Server) wire(m *Message) any {
	if m.ReplyTo > 0 {
		if to := s.people.chats[m.Chat.ID].find(int64(m.ReplyTo)); to != nil {
			return s.wireFlat(m, s.wireFlat(to, nil))
		}
	}
	return s.wireFlat(m, nil)
}

func (s *Server) wireFlat(m *Message, replyTo any) any {
	w := wireMessage{
		ID: m.ID, From: s.wireUser(m.From), Chat: s.wireChat(m.Chat), Date: m.Date.Unix(), ReplyTo: replyTo,
	}
	if m.File != nil {
		w.Caption, w.CaptionEntities = m.Plain, m.Entities
	} else {
		w.Text, w.Entities = m.Plain, m.Entities
	}
	if m.inline() {
		w.Markup = json.RawMessage(m.Markup)
	}
	if m.Edits > 0 {
		w.EditDate = w.Date
	}
	if len(m.Extra) == 0 {
		return w
	}
	return wireMedia{w, m.Extra}
}

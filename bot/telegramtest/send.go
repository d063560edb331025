package telegramtest

import (
	"slices"
	"strings"
	"time"
)

// deleteLimit is how long a message can be deleted.
const deleteLimit = 48 * time.Hour

// Largest uploads that Telegram takes from a bot.
const (
	maxPhoto    = 10 << 20
	maxDocument = 50 << 20
)

func (s *Server) getMe(*request) reply {
	type abilities struct {
		wireUser
		Groups bool `json:"can_join_groups"`
		All    bool `json:"can_read_all_group_messages"`
		Inline bool `json:"supports_inline_queries"`
	}
	return reply{result: abilities{s.wireUser(s.config.bot), true, false, true}}
}

func (s *Server) sendMessage(q *request) reply {
	return s.deliver(q, &Message{Body: body(q, "text")})
}

// body is a text as the check has read it; the zero Body if there is none.
func body(q *request, name string) Body { return q.bodies[q.str(name)] }

// deliver puts a new message of the bot into its chat.
func (s *Server) deliver(q *request, m *Message) reply {
	r, refusal := s.reach(q.num("chat_id"))
	if refusal != nil {
		return *refusal
	}
	if refusal = s.replyTo(q, r, m); refusal != nil {
		return *refusal
	}
	m.From, m.Date, m.Markup = s.config.bot, s.clock.now(), q.markup
	r.add(m)
	r.sent++
	return reply{result: s.wire(m)}
}

// replyTo sets what the message answers, if it is still there.
func (s *Server) replyTo(q *request, r *room, m *Message) *reply {
	parameters, ok := q.values["reply_parameters"].(map[string]any)
	if !ok {
		return nil
	}
	id, _ := parameters["message_id"].(int64)
	from := r
	if chat, ok := parameters["chat_id"].(int64); ok {
		from = s.people.chats[chat]
	}
	if from.find(id) == nil {
		if parameters["allow_sending_without_reply"] == true {
			return nil
		}
		return refused(400, "Bad Request: message to be replied not found")
	}
	m.ReplyTo = int(id)
	return nil
}

func (s *Server) sendPhoto(q *request) reply {
	return s.sendFile(q, "photo", maxPhoto)
}

func (s *Server) sendDocument(q *request) reply {
	return s.sendFile(q, "document", maxDocument)
}

func (s *Server) sendFile(q *request, kind string, limit int) reply {
	f := s.files.byID[q.str(kind)]
	if u, ok := q.values[kind].(*upload); ok {
		if len(u.data) > limit {
			return s.forbid(q, kind, "file is too big")
		}
		if len(u.data) == 0 {
			return s.forbid(q, kind, "file must be non-empty")
		}
		f = s.files.add(kind, File{Name: u.name, MIME: u.mime, Size: int64(len(u.data)), Data: u.data})
	}
	if f == nil {
		return refuse(400, "Bad Request: wrong file identifier/HTTP URL specified")
	}
	return s.deliver(q, &Message{Body: body(q, "caption"), File: f, Extra: f.wire(kind)})
}

// forbid records a broken rule that only the work of a method can see, and refuses.
func (s *Server) forbid(q *request, field, rule string) reply {
	s.journal.violate(q.method, field, rule)
	return refuse(400, "Bad Request: "+rule)
}

func (s *Server) copyMessage(q *request) reply {
	m := s.people.chats[q.num("from_chat_id")].find(q.num("message_id"))
	if m == nil {
		return refuse(400, "Bad Request: message to copy not found")
	}
	twin := &Message{Body: m.Body, File: m.File, Extra: m.Extra}
	if _, ok := q.values["caption"]; ok && m.File != nil {
		twin.Body = body(q, "caption")
	}
	if out := s.deliver(q, twin); out.code != 0 {
		return out
	}
	return reply{result: map[string]any{"message_id": twin.ID}}
}

func (s *Server) sendChatAction(q *request) reply {
	if _, refusal := s.reach(q.num("chat_id")); refusal != nil {
		return *refusal
	}
	return reply{result: true}
}

func (s *Server) setMessageReaction(q *request) reply {
	r, refusal := s.reach(q.num("chat_id"))
	if refusal != nil {
		return *refusal
	}
	m := r.find(q.num("message_id"))
	if m == nil {
		return refuse(400, "Bad Request: message to react not found")
	}
	m.Reaction = q.json("reaction")
	return reply{result: true}
}

// editable finds the message that the bot wants to edit.
func (s *Server) editable(q *request) (*Message, *reply) {
	if q.str("inline_message_id") != "" {
		return nil, refused(400, "Bad Request: MESSAGE_ID_INVALID")
	}
	r, refusal := s.reach(q.num("chat_id"))
	if refusal != nil {
		return nil, refusal
	}
	m := r.find(q.num("message_id"))
	switch {
	case m == nil || m.From.ID != s.config.bot.ID:
		return nil, refused(400, "Bad Request: message to edit not found")
	case m.Markup != "" && !m.inline():
		return nil, refused(400, "Bad Request: message can't be edited")
	}
	return m, nil
}

func (s *Server) editMessageText(q *request) reply {
	m, refusal := s.editable(q)
	if refusal != nil {
		return *refusal
	}
	if m.File != nil {
		return refuse(400, "Bad Request: there is no text in the message to edit")
	}
	return s.edit(m, body(q, "text"), q.markup)
}

func (s *Server) editMessageReplyMarkup(q *request) reply {
	m, refusal := s.editable(q)
	if refusal != nil {
		return *refusal
	}
	return s.edit(m, m.Body, q.markup)
}

// edit replaces text and keyboard; a keyboard that is not given again is gone.
func (s *Server) edit(m *Message, b Body, markup string) reply {
	if markup == `{"inline_keyboard":[]}` {
		markup = ""
	}
	if strings.TrimSpace(b.Plain) == strings.TrimSpace(m.Plain) && slices.Equal(b.Entities, m.Entities) &&
		markup == m.Markup {
		return refuse(400, "Bad Request: message is not modified: specified new message content and reply markup "+
			"are exactly the same as a current content and reply markup of the message")
	}
	m.Body, m.Markup = b, markup
	m.Edits++
	return reply{result: s.wire(m)}
}

func (s *Server) deleteMessage(q *request) reply {
	r, refusal := s.reach(q.num("chat_id"))
	if refusal != nil {
		return *refusal
	}
	m := r.find(q.num("message_id"))
	if m == nil {
		return refuse(400, "Bad Request: message to delete not found")
	}
	if !s.deletable(r, m) {
		return refuse(400, "Bad Request: message can't be deleted for everyone")
	}
	m.Deleted = true
	return reply{result: true}
}

// deleteMessages leaves alone what is gone or may not be deleted.
func (s *Server) deleteMessages(q *request) reply {
	r, refusal := s.reach(q.num("chat_id"))
	if refusal != nil {
		return *refusal
	}
	list, _ := q.values["message_ids"].([]any)
	for _, v := range list {
		id, _ := v.(int64)
		if m := r.find(id); m != nil && s.deletable(r, m) {
			m.Deleted = true
		}
	}
	return reply{result: true}
}

// deletable: the bot's own messages, and others' in private chats, while they are young enough.
func (s *Server) deletable(r *room, m *Message) bool {
	mine := m.From.ID == s.config.bot.ID || r.Type == "private"
	return mine && s.clock.now().Sub(m.Date) <= deleteLimit
}

package telegramtest

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// TextOpts are the rarer properties of a message that a person writes.
type TextOpts struct {
	ReplyTo  int      // message id in the same chat
	Forward  *User    // the message is forwarded and was written by this user
	Entities []Entity // besides the commands and mentions, which are found in the text
	Thread   int      // message_thread_id
}

// Attachment is what a person sends besides text. For location and contact only the chat counts.
type Attachment struct {
	Chat    Chat // zero: the private chat
	Caption string
	Name    string
	MIME    string
	Data    []byte
	Size    int64  // in bytes, when more than Data is to be played
	Group   string // media_group_id of an album
	ReplyTo int    // message id in the same chat
	Forward *User  // the message is forwarded and was sent by this user
}

// Start makes the user known as one who has started the bot. One who had blocked it unblocks it, which is an
// update.
func (s *Server) Start(u User) UpdateID {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.people.know(u)
	blocked := p.blocked
	p.started, p.blocked = true, false
	if blocked {
		return s.pushMember(u, "kicked", "member")
	}
	return 0
}

// Know makes the user known without having started the bot.
func (s *Server) Know(u User) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.people.know(u)
}

// Block makes the user block the bot.
func (s *Server) Block(u User) UpdateID {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.people.know(u).blocked = true
	return s.pushMember(u, "member", "kicked")
}

// Deactivate deletes the user's account.
func (s *Server) Deactivate(u User) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.people.know(u).deactivated = true
}

// Join makes the bot a member of a group; [Server.TextIn] does it by itself.
func (s *Server) Join(c Chat) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.people.room(c).kicked = false
}

// Kick removes the bot from a group.
func (s *Server) Kick(c Chat) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.people.room(c).kicked = true
}

func (s *Server) pushMember(u User, before, after string) UpdateID {
	status := func(status string) map[string]any {
		w := map[string]any{"user": s.wireUser(s.config.bot), "status": status}
		if status == "kicked" {
			w["until_date"] = 0
		}
		return w
	}
	return s.push("my_chat_member", map[string]any{
		"chat": s.wireChat(s.people.private(u).Chat), "from": s.wireUser(u), "date": s.clock.now().Unix(),
		"old_chat_member": status(before), "new_chat_member": status(after),
	}, laneKey{'m', u.ID}, messageLife)
}

// Text makes the user write to the bot in private. Who had not started the bot, or had blocked it, starts it
// so.
func (s *Server) Text(u User, text string) UpdateID {
	return s.TextIn(Chat{ID: u.ID}, u, text, TextOpts{})
}

// Answer makes the user write in private as the app of one does whom the bot's newest message asks for an
// answer: as a reply to it. When it asks for none it is [Server.Text].
func (s *Server) Answer(u User, text string) UpdateID {
	o := TextOpts{}
	if m, ok := s.Newest(u.ID); ok && m.ForcesReply() {
		o.ReplyTo = m.ID
	}
	return s.TextIn(Chat{ID: u.ID}, u, text, o)
}

// TextIn makes the user write in a chat. Commands and mentions in the text become entities.
func (s *Server) TextIn(c Chat, u User, text string, o TextOpts) UpdateID {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.incoming(u)
	m.Raw, m.Plain, m.ReplyTo = text, text, o.ReplyTo
	m.Entities = append(found(text), o.Entities...)
	m.Extra = map[string]any{}
	if o.Forward != nil {
		m.Extra["forward_origin"] = map[string]any{
			"type": "user", "date": m.Date.Unix(), "sender_user": s.wireUser(*o.Forward),
		}
	}
	if o.Thread != 0 {
		m.Extra["message_thread_id"], m.Extra["is_topic_message"] = o.Thread, true
	}
	return s.receive(c, m)
}

// incoming starts a message of a user.
func (s *Server) incoming(u User) *Message {
	return &Message{From: u, Date: s.clock.now()}
}

// receive puts a user's message into its chat and queues the update.
func (s *Server) receive(c Chat, m *Message) UpdateID {
	p := s.people.know(m.From)
	if c.ID == 0 {
		c.ID = m.From.ID
	}
	r := s.people.room(c)
	if r.Type == "private" {
		p.started, p.blocked = true, false
	}
	r.kicked = false
	r.add(m)
	return s.push("message", s.wire(m), laneKey{'m', r.ID}, messageLife)
}

// Edit makes the user change a text of their own; 0 when there is no such message.
func (s *Server) Edit(u User, chatID int64, messageID int, text string) UpdateID {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.people.chats[chatID].find(int64(messageID))
	if m == nil || m.From.ID != u.ID {
		return 0
	}
	m.Raw, m.Plain, m.Entities = text, text, found(text)
	m.Edits++
	return s.push("edited_message", s.wire(m), laneKey{'m', chatID}, messageLife)
}

// Media makes the user send something else than text in private: sticker, photo, voice, audio, document,
// video, animation, location or contact.
func (s *Server) Media(u User, kind string) UpdateID {
	return s.Attach(u, kind, Attachment{})
}

// Attach is [Server.Media] with the details.
func (s *Server) Attach(u User, kind string, a Attachment) UpdateID {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.incoming(u)
	switch kind {
	case "location":
		m.Extra = map[string]any{kind: map[string]any{"latitude": -6.2, "longitude": 106.8}}
	case "contact":
		m.Extra = map[string]any{kind: map[string]any{
			"phone_number": "+620000", "first_name": u.FirstName, "user_id": u.ID,
		}}
	default:
		if a.Data == nil {
			a.Data = []byte("data of a " + kind)
		}
		m.File = s.files.add(kind, File{Name: a.Name, MIME: a.MIME, Size: a.Size, Data: a.Data})
		m.Extra = maps.Clone(m.File.wire(kind))
		m.Raw, m.Plain, m.Entities = a.Caption, a.Caption, found(a.Caption)
	}
	if a.Group != "" {
		m.Extra["media_group_id"] = a.Group
	}
	if m.ReplyTo = a.ReplyTo; a.Forward != nil {
		m.Extra["forward_origin"] = map[string]any{
			"type": "user", "date": m.Date.Unix(), "sender_user": s.wireUser(*a.Forward),
		}
	}
	return s.receive(a.Chat, m)
}

// Tap makes the user press a button with this data under a message, whether or not the message has it: old
// and forged taps look like that. A message that is gone appears as inaccessible.
func (s *Server) Tap(u User, chatID int64, messageID int, data string) CallbackID {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.people.know(u)
	c := Chat{ID: chatID}
	r := s.people.room(c)
	var message any = map[string]any{"message_id": messageID, "date": 0, "chat": s.wireChat(r.Chat)}
	if m := r.find(int64(messageID)); m != nil {
		message = s.wire(m)
	}
	id := CallbackID(s.asks.id())
	s.asks.callbacks[id] = &ask{expires: s.clock.now().Add(callbackLife)}
	s.push("callback_query", map[string]any{
		"id": id, "from": s.wireUser(u), "message": message, "data": data,
		"chat_instance": strconv.FormatInt(chatID, 10),
	}, laneKey{'c', u.ID}, callbackLife)
	return id
}

// Button finds the newest message of a chat that is not deleted and has a button with callback data whose
// text contains the label.
func (s *Server) Button(chatID int64, label string) (messageID int, data string, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.people.chats[chatID]
	if r == nil {
		return 0, "", false
	}
	for _, m := range slices.Backward(r.messages) {
		if m.Deleted || !m.inline() {
			continue
		}
		for _, row := range m.Buttons() {
			for _, b := range row {
				if b.Data != "" && strings.Contains(b.Text, label) {
					return m.ID, b.Data, true
				}
			}
		}
	}
	return 0, "", false
}

// TapButton presses the button that [Server.Button] finds. Without one the test ends at once; a server made
// by [NewServer] panics.
func (s *Server) TapButton(u User, chatID int64, label string) CallbackID {
	messageID, data, ok := s.Button(chatID, label)
	if !ok {
		s.misuse("no button %q in chat %d", label, chatID)
	}
	return s.Tap(u, chatID, messageID, data)
}

// Inline makes the user type after the bot's name in some chat.
func (s *Server) Inline(u User, query string) InlineID {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.people.know(u)
	id := InlineID(s.asks.id())
	s.asks.inlines[id] = &ask{expires: s.clock.now().Add(inlineLife)}
	s.push("inline_query", map[string]any{
		"id": id, "from": s.wireUser(u), "query": query, "offset": "", "chat_type": "sender",
	}, laneKey{'c', u.ID}, inlineLife)
	return id
}

// Raw queues a forged update: one kind and its content, such as {"message":{"text":7}}. The id is the fake's.
// A test that gives anything else ends at once.
func (s *Server) Raw(update string) UpdateID {
	var object map[string]json.RawMessage
	if err := json.Unmarshal([]byte(update), &object); err != nil || len(object) != 1 {
		s.misuse("a forged update is a JSON object with one key: %v", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for kind, body := range object {
		return s.push(kind, body, laneKey{'m', 0}, messageLife)
	}
	return 0
}

// found marks the commands and mentions of a text as Telegram's clients do.
func found(text string) []Entity {
	var out []Entity
	offset := 0
	for word := range strings.SplitAfterSeq(text, " ") {
		for part := range strings.SplitAfterSeq(word, "\n") {
			name := strings.TrimRight(part, " \n.,!?:;")
			kind := ""
			switch {
			case len(name) > 1 && name[0] == '/' && !strings.Contains(name[1:], "/"):
				kind = "bot_command"
			case len(name) > 4 && name[0] == '@':
				kind = "mention"
			}
			if kind != "" {
				out = append(out, Entity{Type: kind, Offset: offset, Length: utf16Len(name)})
			}
			offset += utf16Len(part)
		}
	}
	return out
}

package telegramtest

import (
	"encoding/json"
	"fmt"
)

// Command is one line of the bot's command menu.
type Command struct {
	Command     string `json:"command"`
	Description string `json:"description"`
}

// Profile is how the bot presents itself in one language.
type Profile struct {
	Name, Description, Short string
}

// profile is what the bot set about itself.
type profile struct {
	commands map[string]string  // scope and language -> JSON list
	texts    map[string]Profile // by language
	menus    map[int64]string   // by chat; 0: everywhere
}

func newProfile() profile {
	return profile{commands: map[string]string{}, texts: map[string]Profile{}, menus: map[int64]string{}}
}

// scope names the scope and language of a command list: "default", "all_group_chats", "chat:7", then "/" and
// the language. A scope of a chat that the fake does not know is refused.
func (s *Server) scope(q *request) (string, *reply) {
	scope, ok := q.values["scope"].(map[string]any)
	if !ok {
		return "default/" + q.str("language_code"), nil
	}
	key := fmt.Sprint(scope["type"])
	if chat, ok := scope["chat_id"].(int64); ok {
		if s.people.users[chat] == nil && s.people.chats[chat] == nil {
			return "", refused(400, "Bad Request: chat not found")
		}
		key += fmt.Sprint(":", chat)
	}
	if user, ok := scope["user_id"]; ok {
		key += fmt.Sprint(":", user)
	}
	return key + "/" + q.str("language_code"), nil
}

func (s *Server) setMyCommands(q *request) reply {
	key, refusal := s.scope(q)
	if refusal != nil {
		return *refusal
	}
	list, _ := q.values["commands"].([]any)
	seen := map[any]bool{}
	for _, v := range list {
		command, _ := v.(map[string]any)
		if seen[command["command"]] {
			return s.forbid(q, "commands.command", "given twice")
		}
		seen[command["command"]] = true
	}
	s.profile.commands[key] = q.json("commands")
	return reply{result: true}
}

func (s *Server) deleteMyCommands(q *request) reply {
	key, refusal := s.scope(q)
	if refusal != nil {
		return *refusal
	}
	delete(s.profile.commands, key)
	return reply{result: true}
}

func (s *Server) getMyCommands(q *request) reply {
	key, refusal := s.scope(q)
	if refusal != nil {
		return *refusal
	}
	list := s.profile.commands[key]
	if list == "" {
		list = "[]"
	}
	return reply{result: json.RawMessage(list)}
}

// setText changes one text of the profile.
func (s *Server) setText(q *request, change func(*Profile)) reply {
	p := s.profile.texts[q.str("language_code")]
	change(&p)
	s.profile.texts[q.str("language_code")] = p
	return reply{result: true}
}

func (s *Server) setMyName(q *request) reply {
	return s.setText(q, func(p *Profile) { p.Name = q.str("name") })
}

func (s *Server) setMyDescription(q *request) reply {
	return s.setText(q, func(p *Profile) { p.Description = q.str("description") })
}

func (s *Server) setMyShortDescription(q *request) reply {
	return s.setText(q, func(p *Profile) { p.Short = q.str("short_description") })
}

func (s *Server) setChatMenuButton(q *request) reply {
	chat := q.num("chat_id")
	if chat != 0 {
		if _, refusal := s.reach(chat); refusal != nil {
			return *refusal
		}
	}
	button, _ := q.values["menu_button"].(map[string]any)
	kind, _ := button["type"].(string)
	s.profile.menus[chat] = kind
	return reply{result: true}
}

// Commands is the command menu of a scope ("default", "all_private_chats", "chat:7", "chat_member:-5:7") in a
// language ("" for everyone); nil when none is set.
func (s *Server) Commands(scope, language string) []Command {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Command
	if text := s.profile.commands[scope+"/"+language]; text != "" {
		if err := json.Unmarshal([]byte(text), &out); err != nil {
			return nil
		}
	}
	return out
}

// Profile is the bot's name and descriptions in a language ("" for everyone).
func (s *Server) Profile(language string) Profile {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.profile.texts[language]
}

// Menu is the type of the menu button that was set for a chat (0: for all); empty when none was.
func (s *Server) Menu(chatID int64) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.profile.menus[chatID]
}

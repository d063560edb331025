package bot

import (
	"encoding/json"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"
)

// Outgoing is a message to send, or what an edit makes of one.
type Outgoing struct {
	HTML            string // 1 to 4096 characters as read
	Buttons         [][]Button
	ReplyTo         int    // message id, 0: none; if that message is gone, this one is sent all the same
	ForceReply      bool   // opens the person's reply field; Buttons leave no room for it
	Placeholder     string // in that field, at most 64 characters
	Silent, Protect bool   // without a sound; not to be forwarded or saved
}

// outgoing is a reply under the message with the id to; 0: under none.
func (r Reply) outgoing(to int) Outgoing {
	return Outgoing{HTML: r.HTML, Buttons: r.Buttons, ReplyTo: to,
		ForceReply: r.Ask != "", Placeholder: r.Ask}
}

func (m Outgoing) sending(chat int64) tgbotapi.Params {
	p := m.body(chat)
	if m.ReplyTo != 0 {
		setJSON(p, "reply_parameters", wireReply{m.ReplyTo, true})
	}
	p.AddBool("disable_notification", m.Silent)
	p.AddBool("protect_content", m.Protect)
	if m.ForceReply && p["reply_markup"] == "" {
		force := map[string]any{"force_reply": true}
		if m.Placeholder != "" {
			force["input_field_placeholder"] = m.Placeholder
		}
		setJSON(p, "reply_markup", force)
	}
	return p
}

func (m Outgoing) editing(chat int64, message int) tgbotapi.Params {
	p := m.body(chat)
	p.AddNonZero("message_id", message)
	return p
}

func (m Outgoing) body(chat int64) tgbotapi.Params {
	p := tgbotapi.Params{"parse_mode": "HTML", "link_preview_options": `{"is_disabled":true}`}
	p.AddNonZero64("chat_id", chat)
	p.AddNonEmpty("text", m.HTML)
	rows := make([][]wireButton, 0, len(m.Buttons))
	for _, row := range m.Buttons {
		keys := make([]wireButton, 0, len(row))
		for _, b := range row {
			keys = append(keys, wireButton{b.Label, b.Data, b.URL})
		}
		if len(keys) > 0 {
			rows = append(rows, keys)
		}
	}
	if len(rows) > 0 {
		setJSON(p, "reply_markup", wireKeyboard{rows})
	}
	return p
}

type wireReply struct {
	ID     int  `json:"message_id"`
	Anyway bool `json:"allow_sending_without_reply"`
}

type wireButton struct {
	Text string `json:"text"`
	Data string `json:"callback_data,omitempty"`
	URL  string `json:"url,omitempty"`
}

// setJSON adds a list or an object. It is for values that can always be
// encoded, so that there is no error to return.
func setJSON(p tgbotapi.Params, key string, value any) {
	if text, err := json.Marshal(value); err == nil {
		p[key] = string(text)
	}
}

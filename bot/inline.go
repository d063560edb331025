package bot

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"tanyanetral/knowledge"
)

// Article is one answer that a person may put into any chat.
type Article struct {
	ID          string // the topic
	Title       string
	Description string
	HTML        string
	Buttons     [][]Button
}

// maxArticles is how many answers an inline question gets.
const maxArticles = 5

// inlineCache is how long Telegram may give the same answer to the same
// question, in seconds: its default. The answers depend on the day alone.
const inlineCache = 300

// Inline answers a question that is typed after the bot's name in some chat.
// Every keystroke is one, so that nothing of it is ever logged.
func (d *Dialog) Inline(ctx context.Context, question string, l link) ([]Article, error) {
	if strings.TrimSpace(question) == "" {
		return nil, nil
	}
	ans, err := d.ask.Ask(ctx, question)
	if err != nil {
		return nil, fmt.Errorf("answer an inline question: %w", err)
	}
	if ans.Zone == knowledge.None {
		return nil, nil
	}
	var all []Article
	for _, c := range ans.Candidates[:min(maxArticles, len(ans.Candidates))] {
		t := d.ask.Base().Topic(c.Topic)
		if t == nil {
			continue
		}
		var slots knowledge.Slots
		if ans.Topic == t {
			slots = ans.Slots
		}
		all = append(all, Article{
			ID: t.ID, Title: t.Title, Description: t.Verdict.Label() + ". " + t.Answer,
			HTML: joined([]string{bold(t.Title), d.short(t, slots), source(t)}), Buttons: l.privately(t.ID),
		})
	}
	return all, nil
}

// inline answers an inline query. One that cannot be answered is let go: the
// person types on.
func (b *Bot) inline(ctx context.Context, u Update) error {
	articles, err := b.dialog.Inline(ctx, u.Text, b.self(ctx).link)
	if err != nil {
		b.log.Error("bot: an inline question has no answer", "update", u.ID, "error", err)
	}
	if err := b.wire.AnswerInline(ctx, u.Tap.ID, articles); err != nil {
		b.log.Debug("bot: an inline question was not answered", "update", u.ID, "error", err)
	}
	return nil
}

// wireArticle is an Article as Telegram reads it.
type wireArticle struct {
	Type        string        `json:"type"`
	ID          string        `json:"id"`
	Title       string        `json:"title"`
	Description string        `json:"description,omitempty"`
	Content     wireContent   `json:"input_message_content"`
	Markup      *wireKeyboard `json:"reply_markup,omitempty"`
}

type wireContent struct {
	Text    string          `json:"message_text"`
	Mode    string          `json:"parse_mode"`
	Preview map[string]bool `json:"link_preview_options"`
}

type wireKeyboard struct {
	Rows [][]wireButton `json:"inline_keyboard"`
}

// AnswerInline offers articles for an inline query, to everybody alike, and a
// way into the private chat above them. An answer that comes too late is a
// success.
func (c *Client) AnswerInline(ctx context.Context, id string, articles []Article) error {
	list := []wireArticle{}
	for _, a := range articles {
		w := wireArticle{
			Type: "article", ID: a.ID, Title: a.Title, Description: a.Description,
			Content: wireContent{a.HTML, "HTML", map[string]bool{"is_disabled": true}},
		}
		for _, row := range a.Buttons {
			var keys []wireButton
			for _, k := range row {
				keys = append(keys, wireButton{k.Label, k.Data, k.URL})
			}
			if w.Markup == nil {
				w.Markup = &wireKeyboard{}
			}
			w.Markup.Rows = append(w.Markup.Rows, keys)
		}
		list = append(list, w)
	}
	p := tgbotapi.Params{"inline_query_id": id, "cache_time": strconv.Itoa(inlineCache),
		"is_personal": "false"}
	setJSON(p, "results", list)
	setJSON(p, "button", map[string]string{"text": labelPrivately, "start_parameter": "topik"})
	_, err := c.persist(ctx, "answerInlineQuery", 0, p)
	var api *APIError
	if errors.As(err, &api) && api.TooOld() {
		return nil
	}
	return err
}

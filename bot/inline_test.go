package bot

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"tanyanetral/bot/telegramtest"
	"tanyanetral/knowledge"
)

// TestInline: up to five articles to everybody alike, nothing is ever logged.
func TestInline(t *testing.T) {
	base := loadBase(t)
	var near []knowledge.Candidate
	for _, id := range []string{
		"interaksi-medsos-dukungan", "golput", "jenis-sanksi", "sanksi-moral", "pppk-netral", "x",
	} {
		near = append(near, knowledge.Candidate{Topic: id, Confidence: 0.5})
	}
	o := openOffice(t, script{base: base, answers: map[string]knowledge.Answer{
		"like": {
			Zone: knowledge.Direct, Topic: base.Topic("interaksi-medsos-dukungan"), Candidates: near,
			Slots: knowledge.Slots{Phase: knowledge.MasaTenang},
		},
		"apa": {Zone: knowledge.None, Normal: "apa", Candidates: near},
	}})
	for query, want := range map[string]int{"like": maxArticles, "apa": 0, "": 0, " ": 0} {
		id := o.fake.Inline(ani(), query)
		o.settle()
		a, ok := o.fake.InlineAnswer(id)
		if !ok || a.Cache != 300 || a.Personal || !strings.Contains(a.Button, labelPrivately) {
			t.Fatalf("%q: answered %v: %+v", query, ok, a)
		}
		var got []struct {
			ID, Title, Description string
			Content                struct {
				Text string `json:"message_text"`
			} `json:"input_message_content"`
		}
		if err := json.Unmarshal([]byte(a.Results), &got); err != nil || len(got) != want {
			t.Fatalf("%q: %d articles (%v), want %d", query, len(got), err, want)
		}
		for _, g := range got {
			topic := base.Topic(g.ID)
			if topic == nil || g.Title != topic.Title ||
				g.Description != topic.Verdict.Label()+". "+topic.Answer ||
				!strings.Contains(g.Content.Text, "TanyaNetral, ditinjau") {
				t.Errorf("%q: article %+v", query, g)
			}
		}
		if query == "like" && !strings.Contains(got[0].Content.Text, "masa tenang") {
			t.Errorf("the phase of the question is lost:\n%s", got[0].Content.Text)
		}
	}
	if len(o.notes.gaps) != 0 {
		t.Errorf("an inline question is logged: %+v", o.notes.gaps)
	}
}

// TestInlineTrouble: a matcher that fails, and a query that is too old.
func TestInlineTrouble(t *testing.T) {
	o := openOffice(t, script{err: errors.New("broken")})
	id := o.fake.Inline(ani(), "like")
	o.settle()
	if a, ok := o.fake.InlineAnswer(id); !ok || a.Results != "[]" {
		t.Errorf("answered %v: %+v", ok, a)
	}
	client, _ := dial(t, o.fake)
	if err := client.AnswerInline(t.Context(), string(id), nil); err != nil {
		t.Errorf("a second answer: %v", err)
	}
}

// TestInlineArticlesFit checks the text of every topic's article.
func TestInlineArticlesFit(t *testing.T) {
	base := loadBase(t)
	d := newTestDialog(t, script{base: base}, nil, Settings{Calendar: fixed(testCalendar(t, pemilu2029))})
	for i := range base.Topics {
		topic := &base.Topics[i]
		text := joined([]string{bold(topic.Title), d.short(topic, knowledge.Slots{}), source(topic)})
		if n := length(text); n > maxFirst {
			t.Errorf("%s: %d characters", topic.ID, n)
		}
		if len(topic.ID) > 64 {
			t.Errorf("%s is too long for an article and for a deep link", topic.ID)
		}
	}
}

// TestProfile: the menus of commands name what is there, with descriptions.
func TestProfile(t *testing.T) {
	o := openOffice(t, script{})
	commands := newTestDialog(t, script{}, nil, Settings{}).commands()
	private := o.fake.Commands("all_private_chats", "")
	if len(private) < len(commandsOfWays()) {
		t.Errorf("the menu has %d commands", len(private))
	}
	for _, c := range private {
		if commands[c.Command] == nil || c.Description == "" {
			t.Errorf("the menu names /%s: %q", c.Command, c.Description)
		}
	}
	public := o.fake.Commands("all_group_chats", "")
	if len(public) != 2 || public[0].Command != "tanya" || public[1].Command != "bantuan" {
		t.Errorf("the menu of groups is %+v", public)
	}
	if p := o.fake.Profile(""); p.Description != textDescription || p.Short != textShortDescription {
		t.Errorf("the profile is %+v", p)
	}
}

// TestProveWithoutTelegram: the bot learns its name later.
func TestProveWithoutTelegram(t *testing.T) {
	fake := telegramtest.New(t)
	client, _ := dial(t, fake)
	fake.Inject("getMe", 4, telegramtest.BadGateway()) // as often as the client tries
	me, err := client.Prove(t.Context())
	if err != nil || me != nil {
		t.Fatalf("Prove: %+v, %v", me, err)
	}
	b := NewBot(silent(), client, newTestDialog(t, script{}, nil, Settings{}), WithSelf(me))
	if me := b.self(t.Context()); me.UserName != fake.Bot().UserName {
		t.Errorf("later it is %+v", me)
	}
}

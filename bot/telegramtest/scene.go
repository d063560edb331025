package telegramtest

import (
	"strconv"
	"strings"
)

// mark begins a line of a conversation and says what the rest of it does.
type mark struct {
	text string
	do   func(string)
}

// scenes are the marks for several people, groups, inline questions and what
// no honest app sends:
//
//	%grup, %pribadi   the next lines happen in a group, or in private as at the start
//	%orang N          and are acted by the Nth person; the first one began
//	& text            writes as a reply to the bot's newest message
//	* N text          writes N times without waiting
//	? data            presses a button with this data, which nobody has made
//	@ words           are typed as an inline question
//	: text            its answer holds it; ":" alone: it has no results
//	n N               so many messages has the bot sent here in all
func (p *player) scenes() []mark {
	return []mark{
		{"%", p.moves}, {"&", p.replies}, {"* ", p.repeats}, {"? ", p.forges}, {"@", p.types}, {":", p.finds},
		{"n ", p.counts},
	}
}

// apart keeps the further people of a conversation out of the way of others.
const apart = 1_000_000

func (p *player) moves(what string) {
	name, number, _ := strings.Cut(what, " ")
	n, err := strconv.ParseInt(number, 10, 64)
	switch {
	case name == "grup":
		p.group = true
	case name == "pribadi":
		p.group = false
	case name == "orang" && err == nil && n > 0:
		p.user = p.first
		p.user.ID += (n - 1) * apart
	default:
		p.t.Fatalf("line %d: no scene %q", p.n, what)
	}
}

// where is the chat of the scene.
func (p *player) where() Chat {
	if p.group {
		return Chat{ID: -p.first.ID, Type: "supergroup", Title: "Grup kantor"}
	}
	return Chat{ID: p.user.ID}
}

func (p *player) replies(text string) {
	m, _ := p.fake.Newest(p.where().ID)
	p.fake.TextIn(p.where(), p.user, p.filled(text), TextOpts{ReplyTo: m.ID})
	p.settle()
}

func (p *player) repeats(rest string) {
	number, text, _ := strings.Cut(rest, " ")
	for range p.number(number) {
		p.fake.TextIn(p.where(), p.user, p.filled(text), TextOpts{})
	}
	p.settle()
}

func (p *player) forges(data string) {
	m, _ := p.fake.Newest(p.where().ID)
	p.tap = p.fake.Tap(p.user, p.where().ID, m.ID, p.filled(data))
	p.settle()
}

func (p *player) types(words string) {
	p.typed = p.fake.Inline(p.user, words)
	p.settle()
}

func (p *player) finds(want string) {
	a, _ := p.fake.InlineAnswer(p.typed)
	if want == "" && a.Results != "[]" || !strings.Contains(a.Results, want) {
		p.t.Errorf("line %d: the inline question is answered with\n%s\nwant %q in it", p.n, a.Results, want)
	}
}

func (p *player) counts(number string) {
	if want, got := p.number(number), p.fake.Sent(p.where().ID); got != want {
		p.t.Errorf("line %d: the bot has sent %d messages, want %d", p.n, got, want)
	}
}

func (p *player) number(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		p.t.Fatalf("line %d: %q is no number", p.n, text)
	}
	return n
}

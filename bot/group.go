package bot

import (
	"context"
	"fmt"
	"strings"
	"unicode"

	"tanyanetral/knowledge"
)

// link makes the address that opens the bot in private with a payload; empty
// when the bot's own name is not known yet.
type link func(payload string) string

func (s Self) link(payload string) string {
	if s.UserName == "" {
		return ""
	}
	return "https://t.me/" + s.UserName + "?start=" + payload
}

// privately is the row that leads from a public place into a private chat.
func (l link) privately(payload string) [][]Button {
	url := l(payload)
	if url == "" {
		return nil
	}
	return [][]Button{{{Label: labelPrivately, URL: url}}}
}

// address is how a message in a group turned to the bot.
type address int

// The ways to turn to it; notAddressed gets silence.
const (
	notAddressed address = iota
	withQuestion
	withGreeting // a start or a request for help
	withReport   // what belongs into a private chat, and is not even named here
)

// addressed tells whether a message in a group is meant for the bot, and the
// question in it.
func addressed(u Update, me Self) (address, string) {
	name := strings.ToLower(me.UserName)
	toMe := name != "" && u.CommandTo == name
	switch {
	case u.Edited || u.ViaBot || u.Forwarded || u.Media == MediaService:
		return notAddressed, ""
	case u.Command == "tanya" && (toMe || u.CommandTo == ""):
		return withQuestion, u.Args
	case (u.Command == "start" || u.Command == "bantuan" || u.Command == "help") && toMe:
		return withGreeting, ""
	case isReportCommand(u.Command) && (toMe || u.CommandTo == ""):
		return withReport, ""
	case u.Command != "":
		return notAddressed, ""
	}
	if rest, ok := mentioned(u.Text, name); ok {
		return withQuestion, rest
	}
	if me.ID != 0 && u.ReplyTo.User == me.ID && u.Text != "" {
		return withQuestion, u.Text
	}
	return notAddressed, ""
}

// mentioned cuts "@name" off the beginning or the end of a text.
func mentioned(text, name string) (rest string, ok bool) {
	text = strings.TrimSpace(text)
	at := "@" + name
	if name == "" || len(text) < len(at) {
		return "", false
	}
	if strings.EqualFold(text[:len(at)], at) && !continues(text[len(at):]) {
		return strings.TrimLeft(text[len(at):], " \t\r\n,:;.!?-"), true
	}
	end := strings.TrimRight(text, " \t\r\n,:;.!?")
	if n := len(end) - len(at); n >= 0 && strings.EqualFold(end[n:], at) && (n == 0 || end[n-1] <= ' ') {
		return strings.TrimSpace(end[:n]), true
	}
	return "", false
}

// continues tells whether a name goes on, so that it is another one.
func continues(rest string) bool {
	for _, r := range rest {
		return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r)
	}
	return false
}

// Public answers a question that others read along: shortly, and with a link
// for what is better asked in private.
func (d *Dialog) Public(ctx context.Context, update int64, question string, l link) (Reply, error) {
	if strings.TrimSpace(question) == "" {
		return d.publicHelp(l), nil
	}
	ans, err := d.ask.Ask(ctx, question)
	if err != nil {
		return Reply{HTML: textTrouble}, fmt.Errorf("answer a question in a group: %w", err)
	}
	if isGap(ans, question) {
		if _, err := d.logGap(ctx, update, question, ans.Candidates, knowledge.NotFound); err != nil {
			return Reply{HTML: textTrouble}, err
		}
	}
	d.tally(ans)
	return d.saidInPublic(ans, question, l), nil
}

func (d *Dialog) publicHelp(l link) Reply {
	return Reply{HTML: textPublicHelp, Buttons: l.privately("topik")}
}

func (d *Dialog) saidInPublic(ans knowledge.Answer, question string, l link) Reply {
	switch {
	case ans.Zone == knowledge.Direct:
		return d.publicTopic(ans.Topic, ans.Slots, l)
	case ans.Zone == knowledge.Menu:
		return d.publicMenu(ans, l)
	case ans.Category != nil && !delicate(ans.Category.Reply):
		return Reply{HTML: escape(ans.Category.Reply)}
	case ans.Category != nil:
		return Reply{HTML: escape(textPublicPrivate), Buttons: l.privately("topik")}
	case !isGap(ans, question):
		return d.publicHelp(l)
	}
	return Reply{HTML: escape(textPublicNone), Buttons: l.privately("topik")}
}

// publicTopic is the short answer on a topic. What speaks of reporting is left
// to a private chat: in a group it would point at people.
func (d *Dialog) publicTopic(t *knowledge.Topic, s knowledge.Slots, l link) Reply {
	html := d.short(t, s)
	if delicate(html) || t.Group == reportingGroup {
		html = escape(textPublicPrivate)
	}
	return Reply{HTML: html, Buttons: l.privately(t.ID), Topic: t.ID}
}

// reportingGroup is the group of topics on institutions and reporting.
const reportingGroup = "lapor"

// delicate tells whether a text speaks of reporting somebody.
func delicate(text string) bool { return strings.Contains(strings.ToLower(text), "lapor") }

// publicMenu offers what a question may mean, without topics on reporting.
func (d *Dialog) publicMenu(ans knowledge.Answer, l link) Reply {
	var ids []string
	for _, id := range ans.Menu {
		if t := d.ask.Base().Topic(id); t != nil && t.Group != reportingGroup && !delicate(t.Title) {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return Reply{HTML: escape(textPublicPrivate), Buttons: l.privately("topik")}
	}
	ans.Menu = ids
	return d.menu(ans)
}

// PublicTap answers a button in a group; there are only those of a menu.
func (d *Dialog) PublicTap(
	ctx context.Context, update int64, payload, question string, l link,
) (Reply, error) {
	verb, id, _, ok := splitData(payload)
	t := d.ask.Base().Topic(id)
	switch {
	case ok && verb == verbAnswer && t != nil:
		return d.publicTopic(t, knowledge.Slots{}, l), nil
	case ok && verb == verbNotIt:
		r, err := d.notIt(ctx, update, asked(question))
		if err == nil {
			r = Reply{HTML: escape(textPublicNone), Buttons: l.privately("topik"), Toast: textNoted}
		}
		return r, err
	}
	return Reply{Toast: textStale}, nil
}

// inGroup answers a message in a group, or is silent.
func (b *Bot) inGroup(ctx context.Context, u Update) error {
	me := b.self(ctx)
	how, question := addressed(u, me)
	var reply Reply
	var err error
	switch {
	case how == notAddressed || b.memory.admit(u) != pass:
		return nil // a notice on too many messages would be one more
	case how == withGreeting:
		reply = b.dialog.publicHelp(me.link)
	case how == withReport:
		reply = Reply{HTML: textWritePrivately, Buttons: link(me.link).privately("topik")}
	default:
		reply, err = b.dialog.Public(ctx, u.ID, question, me.link)
	}
	if err != nil {
		b.log.Error("bot: a message in a group was answered with an apology", "update", u.ID, "error", err)
	}
	err = b.send(ctx, u.Chat, u.MessageID, reply)
	if b.hold(ctx, u.Chat, reply.Topic, err) {
		return nil
	}
	return err
}

// tapInGroup answers a button for the one who asked; the others get a notice.
// Who asked is read from the message to which the menu replied, not kept.
func (b *Bot) tapInGroup(ctx context.Context, u Update) (Reply, error) {
	if u.ReplyTo.User == 0 || u.ReplyTo.User != u.User {
		return Reply{Toast: textNotYours}, nil
	}
	me := b.self(ctx)
	question := u.ReplyTo.Text
	if rest, ok := mentioned(question, strings.ToLower(me.UserName)); ok {
		question = rest
	}
	return b.dialog.PublicTap(ctx, u.ID, u.Tap.Data, question, me.link)
}

// self is the bot as Telegram knows it. When it could not be asked at the
// start it is asked again; zero: still unknown.
func (b *Bot) self(ctx context.Context) Self {
	if me := b.known.Load(); me != nil {
		return *me
	}
	me, err := b.wire.Me(ctx)
	if err != nil {
		b.log.Warn("bot: Telegram does not tell the bot's own name", "error", err)
		return Self{}
	}
	b.known.Store(&me)
	return me
}

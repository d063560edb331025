// Package bot holds the conversation with employees: what is said, under
// which buttons, and how it travels through Telegram. It is the only importer
// of telegram-bot-api.
//
// The Dialog is free of Telegram: it turns words and taps into replies, and
// the terminal uses it as it is. Client, Poller and Bot carry it over the
// wire: an update is acknowledged only after its effect is in the database
// and its reply is out.
package bot

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"tanyanetral/knowledge"
)

// Button is one key under a reply: it sends Data back or opens URL.
type Button struct {
	Label string
	Data  string // at most 64 bytes
	URL   string
}

// Reply is what the bot says: Telegram's HTML, the buttons under it, and for
// a tap a short notice. An empty HTML says nothing and only answers the tap.
type Reply struct {
	HTML    string
	Buttons [][]Button
	Toast   string
	Fresh   bool   // after a tap: a message of its own, and the one with the button stays
	Topic   string // on which it answers; empty: it is no answer
	Ask     string // opens the person's reply field with this in it; Buttons leave no room for it
}

// asker answers questions and prepares what is logged of them.
type asker interface {
	Ask(ctx context.Context, question string) (knowledge.Answer, error)
	Gap(question string, near []knowledge.Candidate, reason knowledge.Reason) knowledge.Gap
	Base() *knowledge.Base
}

// gapLog keeps unanswered questions. The update id makes sure that an update
// that comes twice is logged once, and then without an id; 0 stands for no
// update.
type gapLog interface {
	AddGap(ctx context.Context, update int64, g knowledge.Gap) (id string, first bool, err error)
}

// Settings are what the office sets for the conversation. Functions may be
// called from any goroutine and return at once; nil ones are left out.
type Settings struct {
	Contact    string                     // whom to ask, as a phrase: "BKPSDM Kabupaten X (0812...)"
	Calendar   func() *knowledge.Calendar // nil or empty: both phases are shown
	Zone       *time.Location
	Waits      waits                        // who wants to be told; nil: nobody is asked
	Changed    func(topic string) time.Time // when its answer was last changed; zero: not known
	Count      func(event, key string)      // a "zone", "topic", "nohelp" or "command", without anybody's name
	BackupDays int                          // how long copies of the database are kept; 0: not told
}

// Dialog turns messages and taps into replies. It keeps nothing between two
// calls.
type Dialog struct {
	log  *slog.Logger
	ask  asker
	gaps gapLog
	set  Settings
	now  func() time.Time
}

// NewDialog returns a Dialog. A nil gap log means that nothing is kept, as in
// the terminal without a state folder.
func NewDialog(log *slog.Logger, ask asker, gaps gapLog, set Settings, now func() time.Time) *Dialog {
	if set.Contact == "" {
		set.Contact = "BKPSDM atau bagian kepegawaian di instansi Anda"
	}
	if set.Zone == nil {
		set.Zone = time.UTC
	}
	if set.Calendar == nil {
		set.Calendar = func() *knowledge.Calendar { return nil }
	}
	if set.Count == nil {
		set.Count = func(string, string) {}
	}
	return &Dialog{log, ask, gaps, set, now}
}

// today is the day in the office's time zone.
func (d *Dialog) today() knowledge.Day { return knowledge.DayOf(d.now().In(d.set.Zone)) }

// Text answers a message in the person's own words; what nothing fits is
// logged.
func (d *Dialog) Text(ctx context.Context, update int64, text string) (Reply, error) {
	ans, err := d.ask.Ask(ctx, text)
	if err != nil {
		return Reply{HTML: textTrouble}, fmt.Errorf("answer a question: %w", err)
	}
	r := d.Say(ans, text)
	if isGap(ans, text) {
		id, err := d.logGap(ctx, update, text, ans.Candidates, knowledge.NotFound)
		if err != nil {
			return Reply{HTML: textTrouble}, err
		}
		r.Buttons = d.offerTell(id)
	}
	d.tally(ans)
	return r, nil
}

// tally counts how a question was answered.
func (d *Dialog) tally(ans knowledge.Answer) {
	zone := string(ans.Zone)
	if ans.Zone == knowledge.None && ans.Category != nil {
		zone = "luar"
	}
	d.set.Count("zone", zone)
	if ans.Topic != nil {
		d.set.Count("topic", ans.Topic.ID)
	}
}

// isGap reports whether an answer leaves a question open: nothing fits, it is
// no recognised other subject, and there are words to work on.
func isGap(ans knowledge.Answer, text string) bool {
	return ans.Zone == knowledge.None && ans.Category == nil && (ans.Normal != "" || hasLetter(text))
}

// Say puts an answer into words.
func (d *Dialog) Say(ans knowledge.Answer, text string) Reply {
	switch {
	case ans.Zone == knowledge.Direct:
		return d.direct(ans)
	case ans.Zone == knowledge.Menu:
		return d.menu(ans)
	case ans.Category != nil:
		return Reply{HTML: escape(ans.Category.Reply)}
	case !isGap(ans, text):
		return Reply{HTML: escape(textNoWords)}
	case d.gaps == nil:
		return Reply{HTML: fmt.Sprintf(escape(textNoneUnlogged), escape(d.set.Contact))}
	}
	return Reply{HTML: fmt.Sprintf(escape(textNone), escape(d.set.Contact))}
}

func hasLetter(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' })
}

// logGap keeps a scrubbed question for the curators and returns its id; empty:
// it was not kept now, because the update came before or there is no log.
func (d *Dialog) logGap(
	ctx context.Context, update int64, text string, near []knowledge.Candidate, why knowledge.Reason,
) (id string, err error) {
	if d.gaps == nil || strings.TrimSpace(text) == "" {
		return "", nil
	}
	g := d.ask.Gap(text, near, why)
	g.Day = d.today()
	id, first, err := d.gaps.AddGap(ctx, update, g)
	switch {
	case err != nil:
		return "", fmt.Errorf("log an unanswered question: %w", err)
	case !first:
		return "", nil
	}
	return id, nil
}

// direct is the reply to a question whose topic is sure.
func (d *Dialog) direct(ans knowledge.Answer) Reply {
	html := d.answer(ans.Topic, ans.Slots)
	if ans.English {
		html = italic(textEnglish) + "\n\n" + html
	}
	buttons := answerButtons(ans.Topic, ans.Slots.Who)
	if len(ans.Also) > 0 {
		html += "\n\n" + bold(textAlso)
		buttons = append(buttons, d.topicButtons(ans.Also, false)...)
	}
	return Reply{HTML: html, Buttons: buttons, Topic: ans.Topic.ID}
}

// menu offers the topics that a question may mean. The titles stand in the
// text too: on a phone a button shows only its first words.
func (d *Dialog) menu(ans knowledge.Answer) Reply {
	lines := []string{textMenu, ""}
	for i, id := range ans.Menu {
		if t := d.ask.Base().Topic(id); t != nil {
			lines = append(lines, fmt.Sprintf("%d. %s", i+1, escape(t.Title)))
		}
	}
	buttons := append(d.topicButtons(ans.Menu, true),
		[]Button{{Label: labelNotIt, Data: data(verbNotIt, "", "")}})
	return Reply{HTML: strings.Join(lines, "\n"), Buttons: buttons}
}

// maxLabel is how much of a title a button shows, in characters.
const maxLabel = 60

// topicButtons offers topics by title, one a row, numbered if the text is.
func (d *Dialog) topicButtons(ids []string, numbered bool) [][]Button {
	var rows [][]Button
	for i, id := range ids {
		if t := d.ask.Base().Topic(id); t != nil {
			label := t.Title
			if numbered {
				label = fmt.Sprintf("%d. %s", i+1, t.Title)
			}
			rows = append(rows, []Button{keyTo(label, verbAnswer, id, "")})
		}
	}
	return rows
}

// Command answers "/name args". Unknown commands get a hint.
func (d *Dialog) Command(ctx context.Context, update int64, name, args string) (Reply, error) {
	if f, ok := d.commands()[name]; ok {
		d.set.Count("command", name)
		return f(ctx, update, args)
	}
	return Reply{HTML: textUnknownCommand}, nil
}

type command func(ctx context.Context, update int64, args string) (Reply, error)

func (d *Dialog) commands() map[string]command {
	return map[string]command{
		"start":       d.start,
		"bantuan":     d.say(fmt.Sprintf(textHelp, escape(d.set.Contact))),
		"help":        d.say(fmt.Sprintf(textHelp, escape(d.set.Contact))),
		"privasi":     first(d.privacy),
		"privacy":     first(d.privacy),
		"tanya":       d.tanya,
		"topik":       first(d.groups),
		"cek":         first(d.checkStart),
		"kuis":        d.quiz,
		"ikrar":       first(d.pledge),
		"sanksi":      first(d.levels),
		"dasar":       first(d.lawHome),
		"tahapan":     first(d.phases),
		"sosialisasi": first(d.itemsStart),
		"hapus":       first(func() Reply { return d.erased(0) }),
		"kontak":      first(d.contact),
		"lapor":       d.noReports,
		"laporan":     d.noReports,
	}
}

// tanya answers "/tanya question", which is how groups address the bot.
func (d *Dialog) tanya(ctx context.Context, update int64, args string) (Reply, error) {
	if strings.TrimSpace(args) == "" {
		return Reply{HTML: escape(textNoWords)}, nil
	}
	return d.Text(ctx, update, args)
}

func (d *Dialog) say(html string) command {
	return func(context.Context, int64, string) (Reply, error) { return Reply{HTML: html}, nil }
}

// start greets, or opens the topic or the way in that a deep link names.
func (d *Dialog) start(ctx context.Context, update int64, args string) (Reply, error) {
	if t := d.ask.Base().Topic(strings.TrimSpace(args)); t != nil {
		return Reply{HTML: d.answer(t, knowledge.Slots{}), Buttons: answerButtons(t, ""), Topic: t.ID}, nil
	}
	if open, ok := d.deepLink(strings.TrimSpace(args)); ok {
		return open(ctx, update, "")
	}
	return Reply{HTML: textStart}, nil
}

// Media answers what is not text.
func (d *Dialog) Media() Reply { return Reply{HTML: textMedia} }

// ParseCommand splits "/name@bot args" of a terminal.
func ParseCommand(text string) (name, args string, ok bool) {
	name, _, args = splitCommand(strings.TrimSpace(text))
	return name, args, name != ""
}

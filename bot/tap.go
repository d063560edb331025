package bot

import (
	"context"
	"fmt"
	"strings"
	"time"

	"tanyanetral/knowledge"
)

// Verbs of buttons. A button carries "v1:verb:topic:who"; the longest topic
// id and person together stay below Telegram's 64 bytes, which a test checks.
const (
	verbAnswer    = "a"
	verbSanction  = "s"
	verbBasis     = "d"
	verbWhy       = "p"
	verbExample   = "c"
	verbAlready   = "t"
	verbRelated   = "r"
	verbHelped    = "y"
	verbNoHelp    = "n" // asks; Yes logs
	verbNoHelpYes = "ny"
	verbNotIt     = "b"
	verbWrong     = "x"
	verbWrongYes  = "xx"
)

const dataVersion = "v1"

func data(verb, topic string, who knowledge.Who) string {
	return dataVersion + ":" + verb + ":" + topic + ":" + string(who)
}

// Press is a button that was pressed in private.
type Press struct {
	Update   int64 // 0: none, as in the terminal
	Chat     int64 // 0: none
	Data     string
	Question string    // text of the message that the answer replied to; kept nowhere else
	Sent     time.Time // when the message with the button was; zero: not known
}

// Tap answers a button. Data that this program did not write gets a fixed
// sentence.
func (d *Dialog) Tap(ctx context.Context, p Press) (Reply, error) {
	verb, a, b, ok := splitData(p.Data)
	if f, found := d.presses()[verb]; ok && found {
		return f(ctx, p, a)
	}
	if way, found := d.ways()[verb]; ok && found {
		if r, fits := way(step{p.Update, a, b}); fits {
			return r, nil
		}
		return Reply{Toast: textStale}, nil
	}
	t := d.ask.Base().Topic(a)
	view, found := d.views()[verb]
	if !ok || !found || t == nil {
		return Reply{Toast: textStale}, nil
	}
	r, err := view(ctx, tap{p.Update, t, knowledge.Who(b), asked(p.Question)})
	return d.corrected(r, t, p.Sent), err
}

// press is a button that is about no topic; a is what it carries.
type press func(ctx context.Context, p Press, a string) (Reply, error)

func (d *Dialog) presses() map[string]press {
	return map[string]press{
		verbNotIt: func(ctx context.Context, p Press, _ string) (Reply, error) {
			return d.notIt(ctx, p.Update, asked(p.Question))
		},
		verbTell:    d.tell,
		verbTellYes: d.tellYes,
		verbTellNo:  d.tellNo,
	}
}

// splitData takes the data of a button apart; false: it is none of ours.
func splitData(payload string) (verb, a, b string, ok bool) {
	parts := strings.Split(payload, ":")
	if len(parts) != 4 || parts[0] != dataVersion {
		return "", "", "", false
	}
	return parts[1], parts[2], parts[3], true
}

// tap is a button that was understood.
type tap struct {
	update   int64
	topic    *knowledge.Topic
	who      knowledge.Who
	question string
}

type view func(context.Context, tap) (Reply, error)

func (d *Dialog) views() map[string]view {
	return map[string]view{
		verbAnswer: func(_ context.Context, t tap) (Reply, error) {
			html := d.answer(t.topic, knowledge.Slots{Who: t.who})
			return Reply{HTML: html, Buttons: answerButtons(t.topic, t.who)}, nil
		},
		verbSanction:  d.page(d.sanctions),
		verbBasis:     d.page(d.bases),
		verbWhy:       d.page(why),
		verbExample:   d.page(examples),
		verbAlready:   d.page(already),
		verbRelated:   d.related,
		verbHelped:    func(context.Context, tap) (Reply, error) { return Reply{Toast: textThanks}, nil },
		verbNoHelp:    d.consent(labelNoHelp, verbNoHelpYes),
		verbNoHelpYes: d.agreed(knowledge.NoHelp),
		verbWrong:     d.consent(labelWrong, verbWrongYes),
		verbWrongYes:  d.agreed(knowledge.WrongRule),
	}
}

// page shows one part of a topic in place of the answer, with a way back.
func (d *Dialog) page(render func(tap) string) view {
	return func(_ context.Context, t tap) (Reply, error) {
		return Reply{HTML: render(t), Buttons: pageButtons(t.topic, t.who)}, nil
	}
}

func (d *Dialog) related(_ context.Context, t tap) (Reply, error) {
	rows := append(d.topicButtons(t.topic.Related, false),
		[]Button{{Label: labelBack, Data: data(verbAnswer, t.topic.ID, t.who)}})
	return Reply{HTML: bold(t.topic.Title) + "\n\nTopik yang berkaitan:", Buttons: rows}, nil
}

// notIt logs the question to which no topic of the menu was right.
func (d *Dialog) notIt(ctx context.Context, update int64, question string) (Reply, error) {
	ans, err := d.ask.Ask(ctx, question)
	if err != nil {
		return Reply{Toast: textTrouble}, fmt.Errorf("look a question up again: %w", err)
	}
	id, err := d.logGap(ctx, update, question, ans.Candidates, knowledge.NotMeant)
	if err != nil {
		return Reply{Toast: textTrouble}, err
	}
	html := fmt.Sprintf(textNotIt, escape(d.set.Contact))
	return Reply{HTML: html, Buttons: d.offerTell(id), Toast: textNoted}, nil
}

func answerButtons(t *knowledge.Topic, who knowledge.Who) [][]Button {
	return append(pages(t, who), []Button{
		{Label: labelHelped, Data: data(verbHelped, t.ID, who)},
		{Label: labelNoHelp, Data: data(verbNoHelp, t.ID, who)},
	}, []Button{{Label: labelWrong, Data: data(verbWrong, t.ID, who)}})
}

func pageButtons(t *knowledge.Topic, who knowledge.Who) [][]Button {
	return append(pages(t, who), []Button{{Label: labelBack, Data: data(verbAnswer, t.ID, who)}})
}

// pages are the buttons that open a part of the answer.
func pages(t *knowledge.Topic, who knowledge.Who) [][]Button {
	key := func(label, verb string) Button { return Button{Label: label, Data: data(verb, t.ID, who)} }
	rows := [][]Button{
		{key(labelSanctions, verbSanction), key(labelBasis, verbBasis), key(labelExamples, verbExample)},
		{key(labelWhy, verbWhy), key(labelAlready, verbAlready)},
	}
	if len(t.Related) > 0 {
		rows[1] = append(rows[1], key(labelRelated, verbRelated))
	}
	return rows
}

package bot

import (
	"context"

	"tanyanetral/knowledge"
)

// asked is the question in the message to which an answer replied. A command
// is none, except the one that carries a question.
func asked(text string) string {
	switch name, _, args := splitCommand(text); name {
	case "":
		return text
	case "tanya":
		return args
	}
	return ""
}

// consent says what is kept when somebody finds an answer wrong or of no help,
// and asks.
func (d *Dialog) consent(label, yes string) view {
	return func(_ context.Context, t tap) (Reply, error) {
		parts := []string{bold(label) + "\n" + escape(t.topic.Title), escape(textFeedbackAsk)}
		return Reply{HTML: joined(parts), Buttons: [][]Button{
			{{Label: labelFeedbackYes, Data: data(yes, t.topic.ID, t.who)}},
			{{Label: labelBack, Data: data(verbAnswer, t.topic.ID, t.who)}},
		}}, nil
	}
}

// agreed logs the question of an answer, which the person has allowed, and
// shows the answer again. The title of the topic stands for the question when
// the answer was opened from a list.
func (d *Dialog) agreed(why knowledge.Reason) view {
	return func(ctx context.Context, t tap) (Reply, error) {
		text := t.question
		if text == "" {
			text = t.topic.Title
		}
		near := []knowledge.Candidate{{Topic: t.topic.ID, Confidence: 1}}
		if _, err := d.logGap(ctx, t.update, text, near, why); err != nil {
			return Reply{Toast: textTrouble}, err
		}
		d.set.Count("nohelp", t.topic.ID)
		html := d.answer(t.topic, knowledge.Slots{Who: t.who})
		return Reply{HTML: html, Buttons: answerButtons(t.topic, t.who), Toast: textNoted}, nil
	}
}

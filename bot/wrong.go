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

// wrong says what is kept when somebody finds an answer wrong, and asks.
func (d *Dialog) wrong(_ context.Context, t tap) (Reply, error) {
	parts := []string{bold(labelWrong) + "\n" + escape(t.topic.Title), escape(textWrongAsk)}
	return Reply{HTML: joined(parts), Buttons: [][]Button{
		{{Label: labelWrongYes, Data: data(verbWrongYes, t.topic.ID, t.who)}},
		{{Label: labelBack, Data: data(verbAnswer, t.topic.ID, t.who)}},
	}}, nil
}

// wrongYes logs the question of an answer that somebody finds wrong, and
// shows the answer again.
func (d *Dialog) wrongYes(ctx context.Context, t tap) (Reply, error) {
	if err := d.feedback(ctx, t, knowledge.WrongRule); err != nil {
		return Reply{Toast: textTrouble}, err
	}
	html := d.answer(t.topic, knowledge.Slots{Who: t.who})
	return Reply{HTML: html, Buttons: answerButtons(t.topic, t.who), Toast: textNoted}, nil
}

// feedback logs the question of an answer; the title of the topic stands for
// it when the answer was opened from a list.
func (d *Dialog) feedback(ctx context.Context, t tap, why knowledge.Reason) error {
	text := t.question
	if text == "" {
		text = t.topic.Title
	}
	near := []knowledge.Candidate{{Topic: t.topic.ID, Confidence: 1}}
	return d.logGap(ctx, t.update, text, near, why)
}

package bot

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"tanyanetral/report"
)

// marked tells whether a message is one of ours on a report.
func marked(q Quote) bool {
	return q.FromBot && (strings.HasPrefix(q.Text, markReport) || strings.HasPrefix(q.Text, markCode))
}

// ofDraft tells whether a marked message belongs to a draft, and not to a
// report that was sent.
func ofDraft(q Quote) bool {
	return !strings.HasPrefix(q.Text, markCode) && !strings.HasPrefix(q.Text, markCase)
}

// message takes a private message, unless it has nothing to do with a report.
// admit tells whether the person writes faster than anybody reads: then what
// belongs to a report is kept without a word.
func (r *Reporting) message(
	ctx context.Context, u Update, admit func(Update) verdict,
) (taken bool, err error) {
	v := r.enter(ctx, u)
	defer func() { r.leave(v) }()
	if u.Command != "" {
		return r.command(ctx, v)
	}
	switch {
	case v.s == nil:
		return r.stray(ctx, v)
	case v.s.step == stepDone && v.again:
		return true, r.ask(ctx, v, "")
	case v.s.step == stepDone:
		if !marked(u.ReplyTo) {
			return false, nil
		}
		r.use(v)
		_, err := r.say(ctx, v, Outgoing{HTML: aboutReport(textEditLate)})
		return true, err
	}
	r.use(v)
	switch {
	case u.Forwarded:
		return true, r.ask(ctx, v, textForwarded)
	case u.Edited && u.Media == "":
		return true, r.edited(ctx, v)
	case u.Edited:
		return true, nil // a new caption; the file itself is in
	case u.File.ID != "" && u.Media != "sticker":
		return true, r.file(ctx, v, admit(u) == pass)
	case u.Text == "":
		return true, r.ask(ctx, v, textNotTaken)
	}
	return true, r.text(ctx, v, admit(u) == pass)
}

// stray is a message without a draft. One that replies to a question of ours,
// or comes soon after the draft was lost, is told so and goes nowhere.
func (r *Reporting) stray(ctx context.Context, v *visit) (bool, error) {
	var text string
	switch {
	case marked(v.ReplyTo) && v.Edited:
		text = textEditLate
	case marked(v.ReplyTo) && !ofDraft(v.ReplyTo):
		text = textCodeLost
	case marked(v.ReplyTo):
		text = textReportLost
	case !v.Edited && v.ReplyTo.ID == 0 && r.lostLately(v.Chat):
		text = textReportLost + "\n\n" + textLostAsk
	default:
		return false, nil
	}
	_, err := r.say(ctx, v, Outgoing{HTML: aboutReport(text)})
	if err == nil {
		r.foundOut(v.Chat)
	}
	return true, err
}

// command takes the commands of reporting; others pass, draft or not.
func (r *Reporting) command(ctx context.Context, v *visit) (bool, error) {
	if v.Edited {
		return false, nil
	}
	switch v.Command {
	case "start":
		if v.Args != "lapor" {
			return false, nil
		}
		v.Args = ""
		return true, r.start(ctx, v)
	case "lapor":
		return true, r.start(ctx, v)
	case "laporan":
		return true, r.codeGiven(ctx, v)
	case "hapus": // what the conversation says of it holds for drafts too
		if v.s != nil {
			r.discard(ctx, v.s)
			r.end(v)
		}
		return false, nil
	case "batal":
		return true, r.cancel(ctx, v)
	}
	on, ok := r.onward()[v.Command]
	if !ok {
		return false, nil
	}
	if v.s == nil {
		return true, r.pressLost(ctx, v, v.Command)
	}
	r.use(v)
	if v.again {
		return true, r.ask(ctx, v, "")
	}
	return true, on(ctx, v)
}

// onward are the commands that only a conversation on a report has.
func (r *Reporting) onward() map[string]func(context.Context, *visit) error {
	return map[string]func(context.Context, *visit) error{
		"lanjut": r.skip, "lewati": r.skip, "periksa": r.toReview, "kirim": r.dispatch,
	}
}

// start opens /lapor: what is protected and what is not comes first. What
// stands behind the command is part of the story already.
func (r *Reporting) start(ctx context.Context, v *visit) error {
	if v.s.live() {
		r.use(v)
		lead := textReportOpen
		if v.again {
			lead = ""
		}
		return r.ask(ctx, v, lead)
	}
	if r.isPausing() {
		_, err := r.say(ctx, v, Outgoing{HTML: escape(textReportPause)})
		return err
	}
	switch _, err := r.intake.Ready(ctx); {
	case errors.Is(err, report.ErrNoInvestigators):
		_, err := r.say(ctx, v, Outgoing{HTML: escape(fmt.Sprintf(textReportNobody, r.set.Outside))})
		return err
	case err != nil:
		return r.trouble(ctx, v, err)
	}
	if r.limits.sentToday(v.Chat) >= r.set.PerDay {
		_, err := r.say(ctx, v, Outgoing{HTML: escape(fmt.Sprintf(textReportFull, r.set.PerDay))})
		return err
	}
	r.begin(v, stepIntro)
	v.s.letter = newLetter()
	r.use(v)
	if v.Args != "" {
		v.s.letter.put(part{v.MessageID, report.Apa, v.Args}, r.set.Runes)
	}
	return r.ask(ctx, v, "")
}

// Telegram's apps cut a text that is longer than a message, of 4,096
// characters, into parts that follow at once.
const (
	pasteSpan  = 2    // seconds between two parts at most
	pasteRunes = 3000 // characters of a part that goes on; words are not cut
)

// text takes a message in plain words into the draft, or what else is asked.
func (r *Reporting) text(ctx context.Context, v *visit, aloud bool) error {
	switch v.s.step {
	case stepReceipt:
		return r.typedBack(ctx, v)
	case stepCode:
		return r.openCase(ctx, v, v.Text)
	case stepCase, stepSay:
		return r.saying(ctx, v, aloud)
	}
	l := v.s.letter
	if v.again {
		return r.ask(ctx, v, "")
	}
	field, replied := l.asked[v.ReplyTo.ID]
	pasted := !replied && l.last.long && v.Date-l.last.date <= pasteSpan
	switch {
	case replied:
	case pasted:
		field = l.last.part.field
	default:
		field = fieldOf(v.s.step)
	}
	if l.fresh && field == fieldOf(v.s.step) {
		l.clear(field)
		l.fresh = false
	}
	p := part{v.MessageID, field, v.Text}
	kept := l.put(p, r.set.Runes)
	l.last = lastText{p, v.Date, len([]rune(v.Text)) >= pasteRunes}
	if lost, err := r.keep(ctx, v, field); lost || err != nil {
		return err
	}
	if !aloud {
		return nil
	}
	if !replied && !pasted && !marked(v.ReplyTo) {
		if err := r.offerOut(ctx, v); err != nil {
			return err
		}
	}
	return r.heard(ctx, v, field, kept)
}

// heard says how much of a text is in and asks on.
func (r *Reporting) heard(ctx context.Context, v *visit, field report.Field, kept int) error {
	l := v.s.letter
	whole := len([]rune(strings.TrimSpace(v.Text)))
	at := fieldOf(v.s.step)
	lead := textNoted1
	switch {
	case kept == 0 && whole > 0:
		lead = textFull
	case kept < whole:
		lead = fmt.Sprintf(textCut, thousands(kept))
	case v.s.step == stepIntro:
		lead = textPressFirst
	case field != at:
		q, _ := questionAt("", field)
		lead = fmt.Sprintf(textAddedTo, q.title)
	case v.s.step == stepWhat:
		lead = fmt.Sprintf(textWhatSoFar, thousands(l.runes(field)), thousands(r.set.Runes))
	}
	switch v.s.step {
	case stepWhere, stepWhen, stepWho:
		if field == at {
			v.s.step = l.next(v.s.step)
			l.changing = false
		}
	}
	return r.ask(ctx, v, lead)
}

// keep writes a field into the draft, which stays alive by it.
func (r *Reporting) keep(ctx context.Context, v *visit, f report.Field) (lost bool, err error) {
	l := v.s.letter
	if l.draft == nil {
		return false, nil
	}
	switch err := l.draft.Set(f, l.text(f)); {
	case errors.Is(err, report.ErrDraftGone):
		return true, r.lose(ctx, v)
	case err != nil:
		return true, r.trouble(ctx, v, err)
	}
	return false, nil
}

// lose ends a session whose draft is gone, and says so.
func (r *Reporting) lose(ctx context.Context, v *visit) error {
	r.end(v)
	_, err := r.say(ctx, v, Outgoing{HTML: aboutReport(textReportLost)})
	return err
}

// edited replaces what a message of the draft said.
func (r *Reporting) edited(ctx context.Context, v *visit) error {
	if look := v.s.look; look != nil {
		for i := range look.parts {
			if look.parts[i].message == v.MessageID {
				look.parts[i].text = v.Text
				return r.ask(ctx, v, textReplaced)
			}
		}
		return r.ask(ctx, v, "")
	}
	l := v.s.letter
	if l == nil || v.s.sent != nil {
		_, err := r.say(ctx, v, Outgoing{HTML: aboutReport(textEditLate)})
		return err
	}
	for _, p := range l.parts {
		if p.message != v.MessageID {
			continue
		}
		kept := l.put(part{p.message, p.field, v.Text}, r.set.Runes)
		if lost, err := r.keep(ctx, v, p.field); lost || err != nil {
			return err
		}
		lead := textReplaced
		if kept < len([]rune(strings.TrimSpace(v.Text))) {
			lead = fmt.Sprintf(textCut, thousands(kept))
		}
		return r.ask(ctx, v, lead)
	}
	return nil // a command, or what was refused
}

// offerOut says that a message which replied to nothing went into the draft,
// with a way out of it.
func (r *Reporting) offerOut(ctx context.Context, v *visit) error {
	_, err := r.say(ctx, v, Outgoing{
		HTML: aboutReport(textTakenIn), ReplyTo: v.MessageID,
		Buttons: [][]Button{{{Label: labelNoReport, Data: reportData(actOut, fmt.Sprint(v.MessageID))}}},
	})
	return err
}

// takeOut turns a message of the draft into the question that it was.
func (r *Reporting) takeOut(ctx context.Context, v *visit, message int) error {
	l := v.s.letter
	var text string
	found := false
	if l != nil && v.s.sent == nil {
		text, found = l.take(message)
	}
	if !found {
		v.toast = textStale
		return nil
	}
	for _, f := range report.Fields() {
		if lost, err := r.keepText(ctx, v, f); lost || err != nil {
			return err
		}
	}
	reply, err := r.answer(ctx, v.ID, text)
	if err != nil {
		r.faults.note("answer a question", err)
	}
	out := Outgoing{HTML: reply.HTML, Buttons: reply.Buttons, ReplyTo: message}
	if _, err := r.wire.Send(ctx, v.Chat, out); err != nil && !isGone(err) {
		return fmt.Errorf("answer a question: %w", err)
	}
	if l.empty() {
		r.discard(ctx, v.s)
		r.end(v)
		return r.change(ctx, v, v.MessageID, Outgoing{
			HTML: aboutReport(textNotReport + " " + textNothingIn),
		})
	}
	if err := r.change(ctx, v, v.MessageID, Outgoing{HTML: aboutReport(textNotReport)}); err != nil {
		return err
	}
	return r.ask(ctx, v, textStillOpen)
}

// keepText is keep for the fields that are made of messages.
func (r *Reporting) keepText(ctx context.Context, v *visit, f report.Field) (bool, error) {
	if f == report.Kategori {
		return false, nil
	}
	return r.keep(ctx, v, f)
}

package bot

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"tanyanetral/report"
)

// head begins a message of a conversation on a report.
func head(mark, title string) string {
	if title == "" {
		return bold(mark) + "\n\n"
	}
	return bold(mark+" · "+title) + "\n\n"
}

// aboutReport is a message of a conversation on a report that asks nothing.
func aboutReport(text string) string { return head(markReport, "") + escape(text) }

// thousands writes a number with points, as people here do: 8.000.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "." + s[i:]
	}
	return s
}

// Acts of the buttons of reporting. A button carries "l1:act:arg"; an arg is a
// number, a field or the id of a post, so that it stays far below 64 bytes.
const (
	reportDataVersion = "l1"

	actBegin     = "mulai"
	actCancel    = "batal"
	actSkip      = "lewati"
	actCategory  = "kat"
	actPost      = "pos"
	actProceed   = "lanjut"
	actSubmit    = "kirim"
	actChange    = "ubah"
	actReview    = "periksa"
	actDrop      = "buang"
	actKeep      = "simpan"
	actOut       = "bukan"
	actWipe      = "hapus"
	actLeave     = "biar"
	actSay       = "pesan"
	actAddFile   = "berkas"
	actWithdraw  = "tarik"
	actWithdrawn = "ditarik"
	actClose     = "tutup"
)

func reportData(act, arg string) string { return reportDataVersion + ":" + act + ":" + arg }

// isReportData tells whether a button belongs to reporting.
func isReportData(data string) bool { return strings.HasPrefix(data, reportDataVersion+":") }

func reportKey(label, act, arg string) Button {
	return Button{Label: label, Data: reportData(act, arg)}
}

// ask sends what the present step waits for, behind a sentence on what has
// just happened, which may be empty.
func (r *Reporting) ask(ctx context.Context, v *visit, lead string) error {
	if v.s == nil {
		_, err := r.say(ctx, v, Outgoing{HTML: escape(lead)})
		return err
	}
	out := r.prompt(v.s, lead)
	id, err := r.say(ctx, v, out)
	if err == nil && v.s.step == stepReceipt {
		if v.s.sent.shown = v.s.sent.shown || id != 0; v.s.sent.shown {
			_, err = r.accept(ctx, v)
		}
		return err // and who has blocked the bot saw nothing
	}
	if err == nil && id != 0 && out.ForceReply && v.s.letter != nil {
		v.s.letter.asked[id] = fieldOf(v.s.step)
	}
	return err
}

// prompt is the message with which a step asks.
func (r *Reporting) prompt(s *session, lead string) Outgoing {
	switch s.step {
	case stepWhat, stepWhere, stepWhen, stepWho, stepEvidence:
		return r.questionOf(s, lead)
	case stepDone:
		return wipeOffer(lead, "")
	}
	prompts := map[reportStep]func(*session, string) Outgoing{
		stepIntro: r.intro, stepCategory: r.categories, stepPosts: r.posts, stepReview: r.review,
		stepChange: r.changes, stepReceipt: r.receipt, stepCode: r.codePrompt,
		stepCase: r.caseMenu, stepSay: r.sayPrompt,
	}
	return prompts[s.step](s, lead)
}

// led puts the sentence on what happened before what is asked.
func led(lead, text string) string {
	switch lead {
	case "":
		return text
	case textNoted1, textStillOpen, textPressFirst, textReportOpen:
		return strings.TrimSpace(lead) + " " + text
	}
	return lead + "\n\n" + text
}

// questionOf asks for a field with a forced reply.
func (r *Reporting) questionOf(s *session, lead string) Outgoing {
	q, n := questionAt(s.step, "")
	title := fmt.Sprintf("%d/%d %s", n, len(questions()), q.title)
	if s.letter.changing {
		title = q.title
	}
	var text string
	switch s.step {
	case stepWhat:
		text = fmt.Sprintf(textAskWhat, thousands(r.set.Runes))
		if n := s.letter.runes(report.Apa); n > 0 {
			text = textWhatNext
			if lead == "" {
				lead = fmt.Sprintf(textWhatSoFar, thousands(n), thousands(r.set.Runes))
			}
		}
	case stepWhere:
		text = textAskWhere
	case stepWhen:
		text = textAskWhen
	case stepWho:
		text = textAskWhoIn
	case stepEvidence:
		text = fmt.Sprintf(textAskEvidence, r.set.Files)
	}
	if s.letter.fresh {
		text = textRewrite
	}
	return Outgoing{
		HTML: head(markReport, title) + escape(led(lead, text)), ForceReply: true, Placeholder: q.placeholder,
	}
}

func (r *Reporting) intro(_ *session, lead string) Outgoing {
	text := led(lead, fmt.Sprintf(textReportIntro, r.set.Outside))
	if lead != "" {
		text = lead
	}
	return Outgoing{
		HTML:    aboutReport(text),
		Buttons: [][]Button{{reportKey(labelBegin, actBegin, ""), reportKey(labelCancel, actCancel, "")}},
	}
}

func (r *Reporting) categories(s *session, lead string) Outgoing {
	var rows [][]Button
	for i, c := range reportCategories() {
		rows = append(rows, []Button{reportKey(c, actCategory, strconv.Itoa(i))})
	}
	rows = append(rows, []Button{
		reportKey(labelSkip, actSkip, string(stepCategory)), reportKey(labelCancel, actCancel, ""),
	})
	q, n := questionAt(stepCategory, "")
	title := fmt.Sprintf("%d/%d %s", n, len(questions()), q.title)
	if s.letter.changing {
		title = q.title
	}
	return Outgoing{HTML: head(markReport, title) + escape(led(lead, textAskCategory)), Buttons: rows}
}

// posts lets the reporter leave out who may be involved.
func (r *Reporting) posts(s *session, lead string) Outgoing {
	var rows [][]Button
	for _, p := range s.letter.posts {
		label := p.Name
		if s.letter.isOut(p.ID) {
			label = "✖ " + label
		}
		rows = append(rows, []Button{reportKey(label, actPost, p.ID)})
	}
	rows = append(rows, []Button{
		reportKey(labelProceed, actProceed, string(stepPosts)), reportKey(labelCancel, actCancel, ""),
	})
	return Outgoing{HTML: head(markReport, "Penerima") + escape(led(lead, textAskPosts)), Buttons: rows}
}

// cancel throws a draft away, or closes what is open.
func (r *Reporting) cancel(ctx context.Context, v *visit) error {
	s := v.s
	switch {
	case s == nil && v.Kind == KindTap:
		v.toast = textCancelled
		return r.change(ctx, v, v.MessageID, Outgoing{HTML: escape(textNoDraft)})
	case s == nil:
		_, err := r.say(ctx, v, Outgoing{HTML: escape(textNoDraft)})
		return err
	}
	r.use(v)
	text := textCancelled
	switch {
	case s.step == stepReceipt:
		if ok, err := r.accept(ctx, v); !ok {
			return err
		}
		text = ""
	case s.step == stepDone:
		text = ""
	case s.look != nil:
		text = textCaseDone
		if len(s.look.parts) > 0 {
			text = textSayDropped
		}
	case s.letter == nil:
		text = textCaseDone
	default:
		r.discard(ctx, s)
	}
	return r.finish(ctx, v, text, false)
}

// finish leaves nothing open but the offer to delete the messages, which code
// tells may hold the code.
func (r *Reporting) finish(ctx context.Context, v *visit, text string, code bool) error {
	v.s.letter, v.s.sent, v.s.look, v.s.step = nil, nil, nil, stepDone
	more := ""
	if code {
		more = textWipeCode
	}
	_, err := r.say(ctx, v, wipeOffer(text, more))
	return err
}

func wipeOffer(lead, more string) Outgoing {
	return Outgoing{
		HTML:    aboutReport(led(lead, fmt.Sprintf(textWipeAsk, more))),
		Buttons: [][]Button{{reportKey(labelWipe, actWipe, ""), reportKey(labelLeave, actLeave, "")}},
	}
}

// wipe deletes what both sides wrote. What it says afterwards names no report.
func (r *Reporting) wipe(ctx context.Context, v *visit) error {
	if v.s == nil || v.s.step != stepDone {
		v.toast = textWipeLate
		return nil
	}
	text := textWiped
	if err := r.wire.Delete(ctx, v.Chat, v.s.ids...); err != nil {
		r.faults.note("delete messages", err)
		text = textWipeFail
	}
	r.end(v)
	v.s = nil
	_, err := r.say(ctx, v, Outgoing{HTML: escape(text)})
	return err
}

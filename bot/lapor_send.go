package bot

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"

	"tanyanetral/report"
)

// shown is how much of a field the review shows, in characters: all fields
// together fit a message.
const shown = 1200

// review shows the draft before it is sent.
func (r *Reporting) review(s *session, lead string) Outgoing {
	l := s.letter
	var lines []string
	for _, q := range questions() {
		text := l.text(q.field)
		if q.field == report.Kategori {
			text = l.draft.Get(report.Kategori)
		}
		if q.field == report.Bukti {
			text = strings.TrimSpace(l.fileList() + "\n" + text)
		}
		if text == "" {
			text = "–"
		}
		most := shown
		if q.field != report.Apa {
			most = shown / 3
		}
		lines = append(lines, bold(q.title+":")+" "+escape(shortened(text, most)))
	}
	if out := l.draft.LeftOut(); len(out) > 0 {
		lines = append(lines, bold("Tidak dibuka oleh:")+" "+
			escape(shortened(strings.Join(out, ", "), shown/3)))
	}
	if lead != "" {
		lines = append([]string{escape(lead)}, lines...)
	}
	lines = append(lines, italic(textReviewFoot))
	return Outgoing{
		HTML: head(markReport, textReview) + strings.Join(lines, "\n\n"),
		Buttons: [][]Button{{
			reportKey(labelSendReport, actSubmit, ""), reportKey(labelChange, actChange, ""),
			reportKey(labelCancel, actCancel, ""),
		}},
	}
}

// shortened is the beginning of a text, and how long it is in all.
func shortened(text string, most int) string {
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	return string(runes[:most]) + fmt.Sprintf(textReviewShort, thousands(len(runes)))
}

// fileList names the files of a draft.
func (l *sheet) fileList() string {
	var names []string
	for _, f := range l.draft.Files() {
		name := f.Label
		if !f.Clean {
			name += " (apa adanya)"
		}
		names = append(names, name)
	}
	return strings.Join(names, ", ")
}

// submit seals and stores the draft, shows the receipt, and then accepts the
// report. What fails after the storing is tried again with the same receipt.
// A stop before the receipt is out leaves a report that nobody sees and that is
// erased; after it, whoever has the receipt opens the report and accepts it.
func (r *Reporting) submit(ctx context.Context, v *visit) error {
	l := v.s.letter
	if r.limits.sentToday(v.Chat) >= r.set.PerDay {
		return r.ask(ctx, v, fmt.Sprintf(textReportFull, r.set.PerDay))
	}
	var sending report.Sending
	err := rest(ctx, func() (err error) {
		sending, err = r.intake.Submit(ctx, l.draft)
		return err
	})
	switch {
	case errors.Is(err, report.ErrNothingSaid):
		v.s.step = stepWhat
		return r.ask(ctx, v, textWhatNeeded)
	case errors.Is(err, report.ErrDraftGone):
		return r.lose(ctx, v)
	case errors.Is(err, report.ErrNobodyLeft):
		v.s.step = stepPosts
		return r.ask(ctx, v, textNobodyLeft)
	case errors.Is(err, report.ErrNoInvestigators):
		return r.ask(ctx, v, fmt.Sprintf(textReportNobody, r.set.Outside))
	case err != nil:
		return r.trouble(ctx, v, err)
	}
	r.limits.countSent(v.Chat)
	v.s.letter = nil
	v.s.sent = &sent{sending: sending, group: rand.IntN(len(sending.Receipt.Groups())) + 1}
	v.s.step = stepReceipt
	return r.ask(ctx, v, "")
}

// accept makes the report count once its receipt is out. When that fails the
// person is told what to do, and the next step tries again.
func (r *Reporting) accept(ctx context.Context, v *visit) (ok bool, err error) {
	s := v.s.sent
	switch {
	case s.accepted:
		return true, nil
	case !s.shown:
		return false, r.ask(ctx, v, "")
	}
	if err := r.intake.Confirm(ctx, s.sending); err != nil {
		r.faults.note("accept", err)
		text := fmt.Sprintf(textReceiptNotYet, report.WaitDays)
		_, err := r.say(ctx, v, Outgoing{HTML: head(markCode, "") + escape(text), ForceReply: true})
		return false, err
	}
	s.accepted = true
	return true, nil
}

// receipt shows the receipt until the message got through; then it only asks
// for a group of it.
func (r *Reporting) receipt(s *session, lead string) Outgoing {
	text := escape(led(lead, fmt.Sprintf(textReceiptAsk, s.sent.group)))
	if !s.sent.shown {
		text = escape(textReceipt) + "\n\n<code>" + escape(s.sent.sending.Receipt.String()) + "</code>\n\n" +
			escape(textReceiptHow) + "\n\n" + escape(fmt.Sprintf(textReceiptAsk, s.sent.group))
	}
	return Outgoing{
		HTML: head(markCode, "") + text, ForceReply: true,
		Placeholder: fmt.Sprintf("Kelompok ke-%d", s.sent.group),
	}
}

// typedBack compares what the reporter typed with a group of the receipt. The
// whole code is as good.
func (r *Reporting) typedBack(ctx context.Context, v *visit) error {
	s := v.s.sent
	whole, err := report.ParseReceipt(v.Text)
	if s.sending.Receipt.Same(s.group, v.Text) || err == nil && whole == s.sending.Receipt {
		return r.safe(ctx, v, textReceiptRight)
	}
	return r.ask(ctx, v, textReceiptWrong)
}

// safe ends the sending: the code is with its owner.
func (r *Reporting) safe(ctx context.Context, v *visit, how string) error {
	if ok, err := r.accept(ctx, v); !ok {
		return err
	}
	text := how + "\n\n" + fmt.Sprintf(textAfterSend, r.set.AckDays, r.set.KeepMonths)
	return r.finish(ctx, v, text, true)
}

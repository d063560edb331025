package bot

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"unicode/utf8"

	"tanyanetral/report"
)

// codeGiven answers /laporan with a code, or asks for one.
func (r *Reporting) codeGiven(ctx context.Context, v *visit) error {
	if v.s.live() && (v.s.look == nil || !v.again) {
		r.use(v)
		return r.ask(ctx, v, textOpenDraft)
	}
	r.begin(v, stepCode)
	r.use(v)
	if v.Args == "" {
		return r.ask(ctx, v, "")
	}
	return r.openCase(ctx, v, v.Args)
}

func (r *Reporting) codePrompt(_ *session, lead string) Outgoing {
	text := lead
	if lead == "" {
		text = textCodeAsk
	}
	return Outgoing{
		HTML: head(markCode, "") + escape(text), ForceReply: true, Placeholder: "XXXXX-XXXXX-XXXXX-XXXXX",
	}
}

// openCase opens the report of a code. Mistyped codes cost nothing; those that
// open nothing make the next one wait.
func (r *Reporting) openCase(ctx context.Context, v *visit, typed string) error {
	if wait := r.limits.codeWait(v.Chat); wait > 0 {
		return r.ask(ctx, v, fmt.Sprintf(textCodeWait, waitText(int(math.Ceil(wait.Seconds())))))
	}
	receipt, err := report.ParseReceipt(typed)
	var typo *report.TypoError
	switch {
	case errors.As(err, &typo) && typo.Group > 0:
		return r.ask(ctx, v, fmt.Sprintf(textCodeGroup, typo.Group))
	case err != nil:
		return r.ask(ctx, v, textCodeLength)
	}
	var opened *report.Case
	err = rest(ctx, func() (err error) {
		opened, err = r.intake.Open(ctx, string(receipt))
		return err
	})
	switch {
	case errors.Is(err, report.ErrUnknown):
		text := textCodeUnknown
		if wait := r.limits.wrongCode(v.Chat); wait > 0 {
			text += " " + fmt.Sprintf(textCodeWait, waitText(int(math.Ceil(wait.Seconds()))))
		}
		return r.ask(ctx, v, text)
	case err != nil:
		return r.trouble(ctx, v, err)
	}
	r.limits.rightCode(v.Chat)
	thread, err := opened.Thread(ctx)
	if err != nil {
		return r.trouble(ctx, v, err)
	}
	v.s.look, v.s.step = &look{opened: opened}, stepCase
	for _, text := range threadPages(thread) {
		if _, err := r.say(ctx, v, Outgoing{HTML: head(markCase, "") + text}); err != nil {
			return err
		}
	}
	return r.ask(ctx, v, "")
}

// Bounds of a thread as it is shown.
const (
	pageRunes   = 3500 // of a message, below Telegram's 4,096
	threadPage  = 5    // messages at most; the newest
	threadSpare = 64   // room for the line above a text
)

// threadPages writes the thread, oldest first, the newest pages alone. What the
// report says is not repeated: whoever reads along would know it.
func threadPages(thread []report.Entry) []string {
	var pages []string
	var page strings.Builder
	size := 0
	for _, e := range thread {
		if e.Kind == report.Isi {
			continue
		}
		for _, piece := range pieces(e.Text, pageRunes-threadSpare) {
			line := entryHead(e) + escape(piece)
			n := utf8.RuneCountInString(plainText(line))
			if size > 0 && size+n > pageRunes {
				pages = append(pages, page.String())
				page.Reset()
				size = 0
			}
			if size > 0 {
				page.WriteString("\n\n")
			}
			page.WriteString(line)
			size += n + 2
		}
	}
	if size > 0 {
		pages = append(pages, page.String())
	}
	if extra := len(pages) - threadPage; extra > 0 {
		pages = pages[extra:]
		pages[0] = italic(textCaseEarly) + "\n\n" + pages[0]
	}
	return pages
}

// pieces cuts a text that fits no message; an empty one is one piece.
func pieces(text string, most int) []string {
	runes := []rune(text)
	var all []string
	for len(runes) > most {
		all = append(all, string(runes[:most]))
		runes = runes[most:]
	}
	return append(all, string(runes))
}

func entryHead(e report.Entry) string {
	who := "Anda"
	if e.Kind == report.Balasan {
		who = "Pemeriksa"
	}
	text := bold(who) + ", " + longDayText(e.Day)
	if e.Kind == report.Balasan && e.New {
		text += " (baru)"
	}
	if e.Label != "" {
		text += ": " + escape(e.Label)
		if !e.Clean {
			text += " (apa adanya)"
		}
	}
	if e.Text != "" {
		text += "\n"
	}
	return text
}

// caseMenu says where the report stands and what can be done.
func (r *Reporting) caseMenu(s *session, lead string) Outgoing {
	c := s.look.opened
	until := fmt.Sprintf(textCaseOpen, r.set.KeepMonths)
	if day := c.ErasedOn(); day != "" {
		until = longDayText(day)
	}
	text := "Dikirim " + longDayText(c.SentOn()) + ". Status: " + statusText(c.Status()) + "." +
		" " + fmt.Sprintf(textCaseKeep, until)
	rows := [][]Button{
		{reportKey(labelSay, actSay, ""), reportKey(labelAddFile, actAddFile, "")},
		{reportKey(labelWithdraw, actWithdraw, ""), reportKey(labelCloseCase, actClose, "")},
	}
	if c.Status() == report.Ditarik {
		rows = [][]Button{{reportKey(labelCloseCase, actClose, "")}}
	}
	return Outgoing{HTML: head(markCase, "") + escape(led(lead, text)), Buttons: rows}
}

func statusText(s report.Status) string {
	names := map[report.Status]string{
		report.Baru: "baru, belum dibuka", report.Diterima: "diterima pemeriksa",
		report.Diproses:   "sedang diperiksa",
		report.Diteruskan: "diteruskan ke lembaga lain", report.Selesai: "selesai", report.Ditarik: "ditarik",
	}
	if name := names[s]; name != "" {
		return name
	}
	return string(s)
}

func (r *Reporting) sayPrompt(s *session, lead string) Outgoing {
	text := led(lead, textSayAsk)
	if n := s.look.runes(); n > 0 {
		text = led(lead, fmt.Sprintf(textSaySoFar, thousands(n)))
	}
	return Outgoing{HTML: head(markCase, labelSay) + escape(text), ForceReply: true,
		Placeholder: "Pesan Anda"}
}

func (l *look) runes() int { return utf8.RuneCountInString(l.text()) }

// text is the message that is being written.
func (l *look) text() string {
	var all []string
	for _, p := range l.parts {
		all = append(all, p.text)
	}
	return strings.Join(all, "\n")
}

// saying adds a text to the message that is being written.
func (r *Reporting) saying(ctx context.Context, v *visit, aloud bool) error {
	l := v.s.look
	v.s.step = stepSay
	text := strings.TrimSpace(v.Text)
	lead := ""
	if len(l.parts) == 0 || l.parts[len(l.parts)-1].message != v.MessageID {
		runes := []rune(text)
		kept := max(0, min(len(runes), r.set.Runes-l.runes()-1))
		switch {
		case kept == 0:
			lead = textFull
		case kept < len(runes):
			lead = fmt.Sprintf(textCut, thousands(kept))
		}
		if kept > 0 {
			l.parts = append(l.parts, part{message: v.MessageID, text: string(runes[:kept])})
		}
	}
	if !aloud {
		return nil
	}
	return r.ask(ctx, v, lead)
}

func (r *Reporting) sayButton(ctx context.Context, v *visit) error {
	v.s.step = stepSay
	return r.ask(ctx, v, "")
}

func (r *Reporting) fileButton(ctx context.Context, v *visit) error {
	_, err := r.say(ctx, v, Outgoing{
		HTML: head(markCase, labelAddFile) + escape(textFileHere), ForceReply: true,
		Placeholder: "Kirim berkas",
	})
	return err
}

// sendSaid sends the message that was written.
func (r *Reporting) sendSaid(ctx context.Context, v *visit) error {
	l := v.s.look
	switch err := l.opened.Say(ctx, l.text()); {
	case errors.Is(err, report.ErrNothingSaid):
		v.s.step = stepSay
		return r.ask(ctx, v, "")
	case errors.Is(err, report.ErrTooLong):
		return r.ask(ctx, v, textFull)
	case errors.Is(err, report.ErrClosed), errors.Is(err, report.ErrTooMany):
		l.parts, v.s.step = nil, stepCase
		return r.ask(ctx, v, textCaseClosed)
	case errors.Is(err, report.ErrUnknown):
		return r.finish(ctx, v, textCodeUnknown, true)
	case err != nil:
		return r.trouble(ctx, v, err)
	}
	l.parts, v.s.step = nil, stepCase
	return r.ask(ctx, v, textSaySent)
}

func (r *Reporting) withdrawAsk(ctx context.Context, v *visit) error {
	_, err := r.say(ctx, v, Outgoing{
		HTML: head(markCase, "") + escape(textWithdraw),
		Buttons: [][]Button{{
			reportKey(labelDoWithdraw, actWithdrawn, ""), reportKey(labelCloseCase, actClose, ""),
		}},
	})
	return err
}

func (r *Reporting) withdraw(ctx context.Context, v *visit) error {
	c := v.s.look.opened
	if err := c.Withdraw(ctx); err != nil && !errors.Is(err, report.ErrUnknown) {
		return r.trouble(ctx, v, err)
	}
	text := textWithdrawn
	if day := c.ErasedOn(); day != "" {
		text += " " + fmt.Sprintf(textCaseKeep, longDayText(day))
	}
	return r.finish(ctx, v, text, true)
}

func (r *Reporting) closeCase(ctx context.Context, v *visit) error {
	return r.finish(ctx, v, textCaseDone, true)
}

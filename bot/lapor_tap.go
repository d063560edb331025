package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"tanyanetral/report"
)

// tapped answers a button of reporting.
func (r *Reporting) tapped(ctx context.Context, u Update) error {
	v := r.enter(ctx, u)
	defer func() { r.leave(v) }()
	_, rest, _ := strings.Cut(u.Tap.Data, ":")
	act, arg, _ := strings.Cut(rest, ":")
	err := r.press(ctx, v, act, arg)
	// The message is there; that the button still glows harms nobody.
	_ = r.wire.AnswerTap(ctx, u.Tap.ID, v.toast)
	return err
}

// press does what a button says.
func (r *Reporting) press(ctx context.Context, v *visit, act, arg string) error {
	free := map[string]func(context.Context, *visit) error{
		actCancel: r.cancel, actWipe: r.wipe, actLeave: r.leaveBe,
	}
	if do, ok := free[act]; ok {
		return do(ctx, v)
	}
	if v.s == nil || v.s.step == stepDone && act == actBegin {
		return r.pressLost(ctx, v, act)
	}
	r.use(v)
	if v.again {
		return r.ask(ctx, v, "")
	}
	drafts := map[string]func(context.Context, *visit, string) error{
		actBegin: r.beginDraft, actSkip: r.skipButton, actProceed: r.skipButton, actCategory: r.category,
		actPost: r.post, actSubmit: r.submitButton, actChange: r.changeField, actReview: r.backToReview,
		actDrop: r.dropFile, actKeep: r.keepFile, actOut: r.outButton,
	}
	looks := map[string]func(context.Context, *visit) error{
		actSay: r.sayButton, actAddFile: r.fileButton, actWithdraw: r.withdrawAsk,
		actWithdrawn: r.withdraw, actClose: r.closeCase,
	}
	ofFile := v.s.look != nil && (act == actDrop || act == actKeep)
	if do, ok := drafts[act]; ok && (v.s.letter != nil || ofFile) {
		return do(ctx, v, arg)
	}
	if do, ok := looks[act]; ok && v.s.look != nil {
		return do(ctx, v)
	}
	v.toast = textStale
	return nil
}

// pressLost is a button, or a command of the same name, whose draft is gone.
func (r *Reporting) pressLost(ctx context.Context, v *visit, act string) error {
	if act == actBegin { // nothing is lost yet: the first page was read
		return r.start(ctx, v)
	}
	text := textReportLost
	switch act {
	case actSubmit:
		text += "\n\n" + fmt.Sprintf(textReportLostSent, report.WaitDays)
	case actSay, actAddFile, actWithdraw, actWithdrawn, actClose:
		text = textCodeLost
	}
	_, err := r.say(ctx, v, Outgoing{HTML: aboutReport(text)})
	if err == nil {
		r.foundOut(v.Chat)
	}
	return err
}

// leaveBe leaves the messages where they are.
func (r *Reporting) leaveBe(ctx context.Context, v *visit) error {
	if v.s != nil && v.s.step == stepDone {
		r.end(v)
	}
	v.toast = textLeft
	return r.change(ctx, v, v.MessageID, Outgoing{HTML: escape(textLeft)})
}

// beginDraft opens the draft after the first page.
func (r *Reporting) beginDraft(ctx context.Context, v *visit, _ string) error {
	if v.s.step != stepIntro {
		v.toast = textStale
		return nil
	}
	if r.isPausing() {
		v.toast = textReportPause
		return nil
	}
	l := v.s.letter
	posts, err := r.intake.Ready(ctx)
	if err != nil {
		return r.trouble(ctx, v, err)
	}
	d, err := r.intake.Begin()
	switch {
	case errors.Is(err, report.ErrBusy):
		return r.ask(ctx, v, fmt.Sprintf(textReportBusy, r.set.Outside))
	case err != nil:
		return r.trouble(ctx, v, err)
	}
	l.posts, l.draft = posts, d
	for _, f := range report.Fields() {
		if lost, err := r.keepText(ctx, v, f); lost || err != nil {
			return err
		}
	}
	v.s.step = stepCategory
	return r.ask(ctx, v, "")
}

func (r *Reporting) category(ctx context.Context, v *visit, arg string) error {
	n, err := strconv.Atoi(arg)
	all := reportCategories()
	if err != nil || n < 0 || n >= len(all) || v.s.step != stepCategory {
		v.toast = textStale
		return nil
	}
	switch err := v.s.letter.draft.Set(report.Kategori, all[n]); {
	case errors.Is(err, report.ErrDraftGone):
		return r.lose(ctx, v)
	case err != nil:
		return r.trouble(ctx, v, err)
	}
	q, _ := questionAt(stepCategory, "")
	done := Outgoing{HTML: head(markReport, q.title) + escape(all[n])}
	if err := r.change(ctx, v, v.MessageID, done); err != nil {
		return err
	}
	return r.forward(ctx, v)
}

// forward goes to the next step and asks.
func (r *Reporting) forward(ctx context.Context, v *visit) error {
	l := v.s.letter
	v.s.step = l.next(v.s.step)
	l.changing, l.fresh = false, false
	return r.ask(ctx, v, "")
}

// isOut tells whether a post is left out.
func (l *sheet) isOut(post string) bool { return slices.Contains(l.out, post) }

// post leaves a post out, or takes it in again. Somebody always remains.
func (r *Reporting) post(ctx context.Context, v *visit, id string) error {
	l := v.s.letter
	known := slices.ContainsFunc(l.posts, func(p report.Post) bool { return p.ID == id })
	if v.s.step != stepPosts || !known {
		v.toast = textStale
		return nil
	}
	out := slices.Clone(l.out)
	if l.isOut(id) {
		out = slices.DeleteFunc(out, func(o string) bool { return o == id })
	} else {
		out = append(out, id)
	}
	switch err := l.draft.LeaveOut(out...); {
	case errors.Is(err, report.ErrNobodyLeft):
		v.toast = textNobodyLeft
		return nil
	case errors.Is(err, report.ErrDraftGone):
		return r.lose(ctx, v)
	case err != nil:
		return r.trouble(ctx, v, err)
	}
	l.out = out
	return r.change(ctx, v, v.MessageID, r.posts(v.s, ""))
}

// skipButton goes on from the step under whose question it stands.
func (r *Reporting) skipButton(ctx context.Context, v *visit, at string) error {
	if string(v.s.step) != at {
		v.toast = textStale
		return nil
	}
	return r.forward(ctx, v)
}

// skip answers /lanjut and /lewati.
func (r *Reporting) skip(ctx context.Context, v *visit) error {
	switch v.s.step {
	case stepReceipt:
		return r.safe(ctx, v, textReceiptSkipped)
	case stepWhat:
		if v.s.letter.runes(report.Apa) == 0 {
			return r.ask(ctx, v, textWhatNeeded)
		}
		return r.forward(ctx, v)
	case stepCategory, stepPosts, stepWhere, stepWhen, stepWho, stepEvidence, stepChange:
		return r.forward(ctx, v)
	}
	return r.ask(ctx, v, "")
}

// toReview answers /periksa.
func (r *Reporting) toReview(ctx context.Context, v *visit) error {
	l := v.s.letter
	switch {
	case l == nil || l.draft == nil:
		return r.ask(ctx, v, "")
	case l.runes(report.Apa) == 0:
		v.s.step = stepWhat
		return r.ask(ctx, v, textWhatNeeded)
	}
	v.s.step, l.changing, l.fresh = stepReview, false, false
	return r.ask(ctx, v, "")
}

func (r *Reporting) backToReview(ctx context.Context, v *visit, _ string) error {
	return r.toReview(ctx, v)
}

// dispatch answers /kirim: the draft, or the message that is being written.
func (r *Reporting) dispatch(ctx context.Context, v *visit) error {
	switch {
	case v.s.look != nil:
		return r.sendSaid(ctx, v)
	case v.s.step == stepReview:
		return r.submit(ctx, v)
	}
	return r.toReview(ctx, v)
}

func (r *Reporting) submitButton(ctx context.Context, v *visit, _ string) error {
	if v.s.step != stepReview {
		v.toast = textStale
		return nil
	}
	if err := r.change(ctx, v, v.MessageID, Outgoing{HTML: aboutReport(textSending)}); err != nil {
		return err
	}
	return r.submit(ctx, v)
}

func (r *Reporting) outButton(ctx context.Context, v *visit, arg string) error {
	message, err := strconv.Atoi(arg)
	if err != nil {
		v.toast = textStale
		return nil
	}
	return r.takeOut(ctx, v, message)
}

// changes lists what of a draft can be changed.
func (r *Reporting) changes(s *session, lead string) Outgoing {
	var rows [][]Button
	for _, q := range questions() {
		rows = append(rows, []Button{reportKey(q.title, actChange, string(q.step))})
	}
	if len(s.letter.posts) > 1 {
		rows = append(rows, []Button{reportKey("Penerima", actChange, string(stepPosts))})
	}
	rows = append(rows, []Button{reportKey(labelToReview, actReview, "")})
	return Outgoing{HTML: head(markReport, labelChange) + escape(led(lead, textChange)), Buttons: rows}
}

// changeField opens the list of what can be changed, or a field of it.
func (r *Reporting) changeField(ctx context.Context, v *visit, at string) error {
	l := v.s.letter
	if l.draft == nil || v.s.step != stepReview && v.s.step != stepChange {
		v.toast = textStale
		return nil
	}
	switch to := reportStep(at); to {
	case "":
		v.s.step = stepChange
	case stepWhat, stepWhere, stepWhen, stepWho:
		v.s.step, l.changing = to, true
		l.fresh = l.runes(fieldOf(to)) > 0
	case stepCategory, stepPosts, stepEvidence:
		v.s.step, l.changing = to, true
	default:
		v.toast = textStale
		return nil
	}
	return r.ask(ctx, v, "")
}

// waitText writes a wait for people.
func waitText(seconds int) string {
	if seconds < 60 {
		return fmt.Sprintf("%d detik", seconds)
	}
	return fmt.Sprintf("%d menit", (seconds+59)/60)
}

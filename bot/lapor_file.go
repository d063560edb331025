package bot

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"tanyanetral/report"
)

// file takes a file into the draft or the open report, and shows what becomes
// of it.
func (r *Reporting) file(ctx context.Context, v *visit, aloud bool) error {
	s := v.s
	switch {
	case s.attached[v.MessageID]:
		return r.ask(ctx, v, "")
	case s.look != nil && s.look.opened != nil:
	case s.letter == nil:
		return r.ask(ctx, v, textFileNotNow)
	case s.letter.draft == nil:
		return r.ask(ctx, v, textFileBegin)
	case len(s.letter.draft.Files()) >= r.set.Files:
		if !aloud {
			return nil
		}
		return r.ask(ctx, v, fmt.Sprintf(textFileMany, r.set.Files))
	}
	if v.File.Size > maxFile {
		return r.ask(ctx, v, textFileBig)
	}
	s.came++
	note, err := r.say(ctx, v, Outgoing{
		HTML: aboutReport(fmt.Sprintf(textCleaning, s.came, claim(v.Media, v.File.Size))), Silent: true,
	})
	if err != nil {
		return err
	}
	if s.letter != nil && strings.TrimSpace(v.Text) != "" {
		s.letter.put(part{v.MessageID, report.Bukti, v.Text}, r.set.Runes)
		if lost, err := r.keep(ctx, v, report.Bukti); lost || err != nil {
			return err
		}
	}
	cleaned, err := r.attach(ctx, v.s, v.File, false)
	if ctx.Err() != nil {
		return fmt.Errorf("take a file: %w", ctx.Err())
	}
	s.attached[v.MessageID] = true
	if errors.Is(err, report.ErrDraftGone) {
		return r.lose(ctx, v)
	}
	out := r.outcome(v, cleaned, err)
	if errors.Is(err, report.ErrCannotClean) {
		s.waiting = append(s.waiting, v.File)
		n := strconv.Itoa(len(s.waiting) - 1)
		text := fmt.Sprintf(textFileAsk, s.came, claim(v.Media, v.File.Size))
		out = Outgoing{HTML: aboutReport(text), Buttons: [][]Button{{
			reportKey(labelDrop, actDrop, n), reportKey(labelKeepRaw, actKeep, n),
		}}}
	}
	if err := r.change(ctx, v, note, out); err != nil {
		return err
	}
	return r.askBetween(ctx, v)
}

// askBetween repeats a question of the draft that a file has interrupted.
func (r *Reporting) askBetween(ctx context.Context, v *visit) error {
	switch v.s.step {
	case stepEvidence, stepCase, stepSay:
		return nil
	}
	return r.ask(ctx, v, "")
}

// attach downloads, cleans and seals a file. A download that breaks off is
// tried once more.
func (r *Reporting) attach(ctx context.Context, s *session, f File, raw bool) (c report.Cleaned, err error) {
	in := report.Incoming{MIME: f.MIME, Size: f.Size, Open: func() (io.ReadCloser, error) {
		return r.wire.OpenFile(ctx, f.ID)
	}}
	for range 2 {
		err = rest(ctx, func() (err error) {
			if s.look != nil {
				c, err = s.look.opened.AttachTo(ctx, in, raw)
			} else {
				c, err = r.intake.Attach(ctx, s.letter.draft, in, raw)
			}
			return err
		})
		if err == nil || ctx.Err() != nil || refusesFile(err) {
			return c, err
		}
	}
	return c, err
}

// refusals are the reasons for which a file is not taken, each with a sentence.
func refusals() map[error]string {
	return map[error]string{
		ErrFileTooBig:         textFileBig,
		report.ErrTooBig:      textImageBig,
		report.ErrTooMany:     textFileTooMany,
		report.ErrStageFull:   textFileNoRoom,
		report.ErrEmptyFile:   textFileEmpty,
		report.ErrBomb:        textFileBomb,
		report.ErrCannotClean: textFileAsk,
		report.ErrDraftGone:   textReportLost,
		report.ErrClosed:      textCaseClosed,
		report.ErrUnknown:     textCodeUnknown,
	}
}

func refusesFile(err error) bool {
	for known := range refusals() {
		if errors.Is(err, known) {
			return true
		}
	}
	return false
}

// outcome tells what became of a file.
func (r *Reporting) outcome(v *visit, c report.Cleaned, err error) Outgoing {
	text := ""
	switch {
	case err == nil && c.Clean:
		text = fmt.Sprintf(textFileKept, c.Label, sizeText(c.Size))
	case err == nil:
		text = fmt.Sprintf(textFileRaw, c.Label, sizeText(c.Size))
	default:
		for known, sentence := range refusals() {
			if errors.Is(err, known) {
				text = sentence
			}
		}
		if text == "" {
			r.faults.note("take a file", err)
			text = textFileFailed
		}
	}
	if v.s.step == stepEvidence {
		text += textFileNext
	}
	return Outgoing{HTML: aboutReport(text)}
}

// chosen finds the file under whose choice a button stands, once.
func (v *visit) chosen(arg string) (File, bool) {
	n, err := strconv.Atoi(arg)
	if err != nil || n < 0 || n >= len(v.s.waiting) || v.s.waiting[n].ID == "" {
		v.toast = textFileStale
		return File{}, false
	}
	f := v.s.waiting[n]
	v.s.waiting[n] = File{}
	return f, true
}

func (r *Reporting) dropFile(ctx context.Context, v *visit, arg string) error {
	if _, ok := v.chosen(arg); !ok {
		return nil
	}
	text := textFileGone
	if v.s.step == stepEvidence {
		text += textFileNext
	}
	return r.change(ctx, v, v.MessageID, Outgoing{HTML: aboutReport(text)})
}

// keepFile takes a file as it is, which the reporter chose.
func (r *Reporting) keepFile(ctx context.Context, v *visit, arg string) error {
	f, ok := v.chosen(arg)
	if !ok || v.s.look == nil && v.s.letter.draft == nil {
		return nil
	}
	cleaned, err := r.attach(ctx, v.s, f, true)
	if errors.Is(err, report.ErrDraftGone) {
		return r.lose(ctx, v)
	}
	return r.change(ctx, v, v.MessageID, r.outcome(v, cleaned, err))
}

// claim names a file as its sender's app does: "foto, 1,2 MB".
func claim(media string, size int64) string {
	names := map[string]string{
		"photo": "foto", "document": "dokumen", "voice": "rekaman suara", "audio": "audio", "video": "video",
		"video_note": "pesan video", "animation": "animasi",
	}
	name := names[media]
	if name == "" {
		name = "berkas"
	}
	if size == 0 {
		return name
	}
	return name + ", " + sizeText(size)
}

// sizeText writes a number of bytes: "340 KB", "1,2 MB".
func sizeText(n int64) string {
	switch {
	case n < 1<<10:
		return fmt.Sprintf("%d byte", n)
	case n < 1<<20:
		return fmt.Sprintf("%d KB", n>>10)
	}
	return strings.Replace(fmt.Sprintf("%.1f MB", float64(n)/(1<<20)), ".", ",", 1)
}

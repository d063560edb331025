package report

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"
	"unicode/utf8"

	"filippo.io/age"
)

// Office is the investigators' side. Its methods may be called from several
// goroutines. Who may call them is decided by the console; a report's content
// is decided by the [Key] alone.
type Office struct {
	log    *slog.Logger
	vault  vault
	plan   Plan
	limits Limits
	now    func() time.Time
	scrypt gate // 64 MiB each, up to 256 for keys that the age tool wrapped
	anew   gate // held while envelopes are sealed anew, so that no exclusion is undone

	mu   sync.Mutex
	slow slowness
}

// NewOffice makes the investigators' side over a store. The clock's time zone
// decides which day it is.
func NewOffice(log *slog.Logger, v vault, plan Plan, now func() time.Time) *Office {
	return &Office{
		log: log, vault: v, plan: plan.filled(), limits: DefaultLimits(), now: now, scrypt: newGate(1),
		anew: newGate(1),
		slow: slowness{wrong: map[[32]byte]int{}, wait: pause},
	}
}

// Unlock opens an investigator's private key, one at a time. After three wrong
// passphrases for the same key every further try waits longer, up to 8 seconds.
func (o *Office) Unlock(ctx context.Context, wrapped []byte, passphrase string) (*Key, error) {
	o.mu.Lock()
	wait := o.slow.before(wrapped)
	o.mu.Unlock()
	if wait > 0 { // before the gate, so that others need not wait for this one
		if err := o.slow.wait(ctx, wait); err != nil {
			return nil, err
		}
	}
	leave, err := o.scrypt.enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	k, err := ReadKey(wrapped, passphrase)
	o.mu.Lock()
	defer o.mu.Unlock()
	o.slow.after(wrapped, err)
	return k, err
}

// List shows all reports without their content: those with the nearest light
// first, closed ones last.
func (o *Office) List(ctx context.Context) ([]Line, error) {
	all, err := o.vault.Reports(ctx)
	if err != nil {
		return nil, fmt.Errorf("list reports: %w", err)
	}
	asked, err := o.asked(ctx)
	if err != nil {
		return nil, err
	}
	today := o.today()
	out := make([]Line, 0, len(all))
	for _, s := range all {
		if s.Status != Menunggu {
			out = append(out, o.line(s, asked[s.ID], today))
		}
	}
	slices.SortFunc(out, func(a, b Line) int {
		return cmp.Or(
			cmp.Compare(boolInt(a.Closed != ""), boolInt(b.Closed != "")),
			cmp.Compare(b.Lights.worst(), a.Lights.worst()),
			cmp.Compare(a.Day, b.Day), cmp.Compare(a.ID, b.ID))
	})
	return out, nil
}

// Line is one report of the list.
func (o *Office) Line(ctx context.Context, id string) (Line, error) {
	s, err := o.report(ctx, id)
	if err != nil {
		return Line{}, err
	}
	asked, err := o.asked(ctx)
	if err != nil {
		return Line{}, err
	}
	return o.line(s, asked[id], o.today()), nil
}

func (o *Office) line(s Stored, eraseBy, today string) Line {
	return Line{
		ID: s.ID, Day: s.Day, Age: ageOf(s.Day, today), Status: s.Status, Lights: o.plan.lights(s, today),
		Unread: s.Unread, Closed: s.Closed, Erased: o.plan.erasedOn(s), EraseBy: eraseBy,
	}
}

// Read opens a report, and marks what the reporter sent as seen. ErrNotForYou
// means that the key does not open it.
func (o *Office) Read(ctx context.Context, k *Key, id string) (*Opened, error) {
	s, e, own, err := o.open(ctx, k, id)
	if err != nil {
		return nil, err
	}
	parts, err := o.parts(ctx, id)
	if err != nil {
		return nil, err
	}
	asked, err := o.asked(ctx)
	if err != nil {
		return nil, err
	}
	out := &Opened{Line: o.line(s, asked[id], o.today()), LeftOut: e.LeftOut, Fields: map[Field]string{}}
	var seen []string
	for _, p := range parts {
		if p.Kind != Balasan && !p.Seen {
			seen = append(seen, p.ID)
		}
		if p.Kind == Berkas {
			continue // told by the message that brought it
		}
		b, err := openBody(p, own)
		if err != nil {
			return nil, fmt.Errorf("open a part: %w", err)
		}
		out.take(p, b)
	}
	if len(seen) > 0 {
		if err := o.vault.MarkSeen(ctx, seen); err != nil {
			return nil, fmt.Errorf("mark as seen: %w", err)
		}
	}
	return out, nil
}

// take files the content of a part.
func (o *Opened) take(p Part, b body) {
	o.Files = append(o.Files, b.Files...)
	switch p.Kind {
	case Isi:
		o.Fields = b.Fields
	case Catatan:
		o.Notes = append(o.Notes, entries(p, b)...)
	default:
		o.Thread = append(o.Thread, entries(p, b)...)
	}
}

// File opens one file of a report: its neutral name and its bytes.
func (o *Office) File(ctx context.Context, k *Key, id, part string) (name string, data []byte, err error) {
	_, _, own, err := o.open(ctx, k, id)
	if err != nil {
		return "", nil, err
	}
	f, err := o.fileOf(ctx, own, id, part)
	if err != nil {
		return "", nil, err
	}
	sealed, err := o.vault.PartData(ctx, part)
	if err != nil {
		return "", nil, fmt.Errorf("read a file: %w", err)
	}
	if data, err = unseal(sealed, own); err != nil {
		return "", nil, fmt.Errorf("open a file: %w", err)
	}
	return f.Label, data, nil
}

// fileOf finds what the report says of one of its files.
func (o *Office) fileOf(ctx context.Context, own age.Identity, id, part string) (File, error) {
	parts, err := o.parts(ctx, id)
	if err != nil {
		return File{}, err
	}
	for _, p := range parts {
		if p.Kind != Isi && p.Kind != Pesan {
			continue
		}
		b, err := openBody(p, own)
		if err != nil {
			return File{}, fmt.Errorf("open a part: %w", err)
		}
		for _, f := range b.Files {
			if f.Part == part {
				return f, nil
			}
		}
	}
	return File{}, ErrNotFound
}

// Reply answers the reporter. The first reply acknowledges the report.
func (o *Office) Reply(ctx context.Context, k *Key, id, text string) error {
	s, err := o.write(ctx, k, id, Balasan, text)
	if err != nil || s.Acknowledged != "" {
		return err
	}
	if s.Status == Baru {
		s.Status = Diterima
	}
	s.Acknowledged = o.today()
	return o.set(ctx, s)
}

// Note adds a remark that only investigators read, with the writer's post.
func (o *Office) Note(ctx context.Context, k *Key, id, text string) error {
	_, err := o.write(ctx, k, id, Catatan, text)
	return err
}

// write adds a part of an investigator who can open the report.
func (o *Office) write(ctx context.Context, k *Key, id string, kind PartKind, text string) (Stored, error) {
	if text = tidyText(text); text == "" {
		return Stored{}, ErrNothingSaid
	}
	if utf8.RuneCountInString(text) > o.limits.FieldRunes {
		return Stored{}, ErrTooLong
	}
	s, _, _, err := o.open(ctx, k, id)
	if err != nil {
		return Stored{}, err
	}
	parts, err := o.parts(ctx, id)
	if err != nil {
		return Stored{}, err
	}
	b, to := body{Text: text}, []string{s.ReportKey}
	if kind == Catatan {
		if b.By, err = o.postOf(ctx, k); err != nil {
			return Stored{}, err
		}
	} else {
		to = append(to, s.ReporterKey)
	}
	p, err := sealBody(s, kind, b, to...)
	if err != nil {
		return Stored{}, err
	}
	p.Number, p.Day = len(parts)+1, o.today()
	p.Seen = kind == Catatan
	if err := o.vault.AddPart(ctx, p, nil); err != nil {
		return Stored{}, fmt.Errorf("add to the report: %w", err)
	}
	return s, nil
}

// SetStatus moves a report. Any status but Baru acknowledges it; Selesai closes
// it and stops every clock, and Baru to Diteruskan open it again. The marks
// stop the clocks of the first finding and of the feedback.
func (o *Office) SetStatus(ctx context.Context, id string, to Status, marks ...Mark) error {
	s, err := o.report(ctx, id)
	if err != nil {
		return err
	}
	if s.Status == Ditarik {
		return ErrClosed
	}
	today := o.today()
	s.Status, s.Closed = to, ""
	first := func(day *string) {
		if *day == "" {
			*day = today
		}
	}
	switch to {
	case Baru:
	case Diterima, Diproses, Diteruskan:
		first(&s.Acknowledged)
	case Selesai:
		s.Closed = today
		first(&s.Acknowledged)
		first(&s.Finding)
		first(&s.Feedback)
	default:
		return fmt.Errorf("status %q: %w", to, ErrNotFound)
	}
	if slices.Contains(marks, MarkFinding) {
		first(&s.Finding)
	}
	if slices.Contains(marks, MarkFeedback) {
		first(&s.Feedback)
	}
	return o.set(ctx, s)
}

// open reads a report and opens its envelope.
func (o *Office) open(ctx context.Context, k *Key, id string) (Stored, envelope, *age.X25519Identity, error) {
	s, err := o.report(ctx, id)
	if err != nil {
		return Stored{}, envelope{}, nil, err
	}
	if k == nil {
		return Stored{}, envelope{}, nil, ErrNotForYou
	}
	e, own, err := openEnvelope(s.Envelope, k.id)
	if err != nil {
		return Stored{}, envelope{}, nil, err
	}
	return s, e, own, nil
}

// report reads a report that is accepted.
func (o *Office) report(ctx context.Context, id string) (Stored, error) {
	s, err := o.vault.Report(ctx, id)
	switch {
	case errors.Is(err, ErrNotFound) || err == nil && s.Status == Menunggu:
		return Stored{}, ErrNotFound
	case err != nil:
		return Stored{}, fmt.Errorf("read the report: %w", err)
	}
	return s, nil
}

func (o *Office) parts(ctx context.Context, id string) ([]Part, error) {
	parts, err := o.vault.Parts(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("list the parts: %w", err)
	}
	return parts, nil
}

func (o *Office) set(ctx context.Context, s Stored) error {
	if err := o.vault.SetStored(ctx, s); err != nil {
		return fmt.Errorf("change the report: %w", err)
	}
	return nil
}

func (o *Office) today() string { return o.now().Format(time.DateOnly) }

// worst is how urgent the most urgent light is.
func (l Lights) worst() int {
	worst := 0
	for _, x := range []Light{l.Acknowledge, l.Finding, l.Feedback} {
		worst = max(worst, slices.Index([]Light{Sudah, Hijau, Kuning, Merah}, x))
	}
	return worst
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

package report

import (
	"context"
	"errors"
	"fmt"
	"unicode/utf8"

	"filippo.io/age"
)

// Case is a report opened by its reporter.
type Case struct {
	intake *Intake
	stored Stored
	key    *age.X25519Identity
}

// Open opens the report of a receipt. A mistyped receipt is a *TypoError, one
// that opens nothing ErrUnknown; both take as long as argon2id does or less.
func (i *Intake) Open(ctx context.Context, receipt string) (*Case, error) {
	r, err := ParseReceipt(receipt)
	if err != nil {
		return nil, err
	}
	c, err := derive(ctx, i.argon, r)
	if err != nil {
		return nil, err
	}
	s, err := i.vault.ByLookup(ctx, c.lookup)
	if errors.Is(err, ErrNotFound) {
		return nil, ErrUnknown
	}
	if err != nil {
		return nil, fmt.Errorf("look the report up: %w", err)
	}
	if s.ReporterKey != c.key.Recipient().String() {
		return nil, ErrUnknown
	}
	if s.Status == Menunggu { // its reporter has the receipt after all
		if err := i.vault.Confirm(ctx, s.ID); err != nil {
			return nil, fmt.Errorf("accept the report: %w", err)
		}
		s.Status = Baru
	}
	return &Case{intake: i, stored: s, key: c.key}, nil
}

// Status is where the report stands.
func (c *Case) Status() Status { return c.stored.Status }

// SentOn is the day on which the report was sent.
func (c *Case) SentOn() string { return c.stored.Day }

// ErasedOn is the day on which everything of the report will be erased; empty
// while the report is open.
func (c *Case) ErasedOn() string { return c.intake.plan.erasedOn(c.stored) }

// Thread is what both sides wrote, oldest first, and marks the replies as seen.
func (c *Case) Thread(ctx context.Context) ([]Entry, error) {
	v := c.intake.vault
	parts, err := v.Parts(ctx, c.stored.ID)
	if err != nil {
		return nil, fmt.Errorf("list the parts: %w", err)
	}
	var out []Entry
	var seen []string
	for _, p := range parts {
		if p.Kind == Berkas || p.Kind == Catatan {
			continue // files stand with the message that brought them
		}
		b, err := openBody(p, c.key)
		if err != nil {
			return nil, err
		}
		out = append(out, entries(p, b)...)
		if p.Kind == Balasan && !p.Seen {
			seen = append(seen, p.ID)
		}
	}
	if len(seen) == 0 {
		return out, nil
	}
	if err := v.MarkSeen(ctx, seen); err != nil {
		return nil, fmt.Errorf("mark the replies as seen: %w", err)
	}
	return out, nil
}

// Say adds a message of the reporter.
func (c *Case) Say(ctx context.Context, text string) error {
	text = tidyText(text)
	if text == "" {
		return ErrNothingSaid
	}
	if utf8.RuneCountInString(text) > c.intake.limits.FieldRunes {
		return ErrTooLong
	}
	parts, err := c.writable(ctx)
	if err != nil {
		return err
	}
	return c.add(ctx, body{Text: text}, parts, nil)
}

// AttachTo adds a file to the report; errors are as in [Intake.Attach].
func (c *Case) AttachTo(ctx context.Context, in Incoming, keepUncleaned bool) (Cleaned, error) {
	i := c.intake
	parts, err := c.writable(ctx)
	if err != nil {
		return Cleaned{}, err
	}
	n := 0
	for _, p := range parts {
		if p.Kind == Berkas {
			n++
		}
	}
	if n >= 2*i.limits.Files {
		return Cleaned{}, ErrTooMany
	}
	f, p, err := i.sealFile(ctx, in, keepUncleaned, n+1, c.stored.ReportKey)
	if err != nil {
		return Cleaned{}, err
	}
	p.Number = len(parts) + 2
	stage := newID()
	if err := i.vault.StageFile(ctx, stage, p); err != nil {
		return Cleaned{}, fmt.Errorf("stage a file: %w", err)
	}
	if err := c.add(ctx, body{Files: []File{f}}, parts, []string{stage}); err != nil {
		return Cleaned{}, errors.Join(err, i.vault.DropStage(context.WithoutCancel(ctx), stage))
	}
	return Cleaned{Label: f.Label, Clean: f.Clean, Size: f.Size}, nil
}

// Withdraw ends the report: it takes nothing more and is erased after the
// plan's days.
func (c *Case) Withdraw(ctx context.Context) error {
	s, err := c.fresh(ctx)
	if err != nil {
		return err
	}
	if s.Status == Ditarik {
		return nil
	}
	s.Status, s.Closed = Ditarik, c.intake.today()
	if err := c.intake.vault.SetStored(ctx, s); err != nil {
		return fmt.Errorf("withdraw the report: %w", err)
	}
	c.stored = s
	return nil
}

// writable lists the parts of a report that still takes some.
func (c *Case) writable(ctx context.Context) ([]Part, error) {
	s, err := c.fresh(ctx)
	if err != nil {
		return nil, err
	}
	c.stored = s
	if s.Status == Ditarik {
		return nil, ErrClosed
	}
	parts, err := c.intake.vault.Parts(ctx, s.ID)
	if err != nil {
		return nil, fmt.Errorf("list the parts: %w", err)
	}
	if len(parts) >= c.intake.limits.Parts {
		return nil, ErrTooMany
	}
	return parts, nil
}

// fresh reads the report again; one that was erased meanwhile is ErrUnknown.
func (c *Case) fresh(ctx context.Context) (Stored, error) {
	s, err := c.intake.vault.Report(ctx, c.stored.ID)
	if errors.Is(err, ErrNotFound) {
		return Stored{}, ErrUnknown
	}
	if err != nil {
		return Stored{}, fmt.Errorf("read the report: %w", err)
	}
	return s, nil
}

func (c *Case) add(ctx context.Context, b body, parts []Part, stages []string) error {
	p, err := sealBody(c.stored, Pesan, b, c.stored.ReportKey, c.stored.ReporterKey)
	if err != nil {
		return err
	}
	p.Number, p.Day = len(parts)+1, c.intake.today()
	if err := c.intake.vault.AddPart(ctx, p, stages); err != nil {
		return fmt.Errorf("add to the report: %w", err)
	}
	return nil
}

// openBody unseals and reads the body of a part.
func openBody(p Part, key age.Identity) (body, error) {
	plain, err := unseal(p.Sealed, key)
	if err != nil {
		return body{}, err
	}
	return decodeBody(plain)
}

// entries are the lines of the thread that a part makes.
func entries(p Part, b body) []Entry {
	var out []Entry
	text := b.Text
	if p.Kind == Isi {
		text = b.Fields[Apa]
	}
	if text != "" {
		out = append(out, Entry{Kind: p.Kind, Day: p.Day, Text: text, By: b.By, New: !p.Seen})
	}
	for _, f := range b.Files {
		out = append(out, Entry{
			Kind: Berkas, Day: p.Day, Label: f.Label, New: !p.Seen, Clean: f.Clean, Part: f.Part,
		})
	}
	return out
}

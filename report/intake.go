package report

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"
)

// Options are the settings of an Intake; what is not set is as in DefaultLimits
// and DefaultPlan.
type Options struct {
	Limits Limits
	Plan   Plan
}

// Intake is the reporters' side. Its methods may be called from several
// goroutines.
type Intake struct {
	log    *slog.Logger
	vault  vault
	limits Limits
	plan   Plan
	now    func() time.Time
	argon  gate // 64 MiB each
	clean  gate // the largest image takes a few hundred MB
	load   gate // files held in memory at once

	mu     sync.Mutex
	staff  []Investigator   // the active ones, as Ready saw them last
	drafts map[*Draft]int64 // those whose files are not dropped yet, and the bytes that these take
}

// loads is how many files may be read into memory at once: 80 MB at 20 MB each.
const loads = 4

// NewIntake makes the reporters' side over a store. The clock's time zone
// decides which day it is.
func NewIntake(log *slog.Logger, v vault, o Options, now func() time.Time) *Intake {
	return &Intake{
		log: log, vault: v, limits: o.Limits.filled(), plan: o.Plan.filled(), now: now,
		argon: newGate(1), clean: newGate(1), load: newGate(loads), drafts: map[*Draft]int64{},
	}
}

// Start throws away what drafts of an earlier run left in the store.
func (i *Intake) Start(ctx context.Context) error {
	if err := i.vault.DropAllStages(ctx); err != nil {
		return fmt.Errorf("drop the files of lost drafts: %w", err)
	}
	return nil
}

// Ready lists the posts whose holders will read reports, or answers
// ErrNoInvestigators. Drafts that begin afterwards may leave these out.
func (i *Intake) Ready(ctx context.Context) ([]Post, error) {
	all, err := i.vault.Investigators(ctx)
	if err != nil {
		return nil, fmt.Errorf("list investigators: %w", err)
	}
	posts := postsOf(all)
	if len(posts) == 0 {
		return nil, ErrNoInvestigators
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.staff = slices.DeleteFunc(all, func(i Investigator) bool { return !i.Active })
	return posts, nil
}

// Begin opens a draft, or answers ErrBusy. It may leave out the posts that
// Ready listed last.
func (i *Intake) Begin() (*Draft, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if len(i.drafts) >= i.limits.Drafts {
		return nil, ErrBusy
	}
	d := &Draft{
		id: newID(), limits: i.limits, now: i.now, staff: i.staff,
		busy: newGate(1), fields: map[Field]string{}, touched: i.now(),
	}
	i.drafts[d] = 0
	return d, nil
}

// Attach cleans a file, seals it and stages it with the draft. A file that
// cannot surely be cleaned is ErrCannotClean unless keepUncleaned; other
// refusals are ErrTooBig, ErrTooMany, ErrStageFull, ErrEmptyFile, ErrBomb and
// ErrDraftGone, and leave the draft as it was.
func (i *Intake) Attach(ctx context.Context, d *Draft, in Incoming, keepUncleaned bool) (Cleaned, error) {
	leave, err := d.busy.enter(ctx)
	if err != nil {
		return Cleaned{}, err
	}
	defer leave()
	key, n, err := d.ready()
	if err != nil {
		return Cleaned{}, err
	}
	if n >= i.limits.Files {
		return Cleaned{}, ErrTooMany
	}
	f, p, err := i.sealFile(ctx, in, keepUncleaned, n+1, key.Recipient().String())
	if err != nil {
		return Cleaned{}, err
	}
	p.Number = n + 2 // after Isi, which is 1
	if !i.reserve(d, p.Size) {
		return Cleaned{}, ErrStageFull
	}
	if err := i.vault.StageFile(ctx, d.id, p); err != nil {
		i.reserve(d, -p.Size)
		return Cleaned{}, fmt.Errorf("stage a file: %w", err)
	}
	if err := d.add(f); err != nil {
		return Cleaned{}, errors.Join(err, i.drop(context.WithoutCancel(ctx), d))
	}
	return Cleaned{Label: f.Label, Clean: f.Clean, Size: f.Size}, nil
}

// reserve takes room on the disk for a file of a draft, or gives it back.
// False: all drafts together would take more than they may.
func (i *Intake) reserve(d *Draft, bytes int64) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	total := bytes
	for _, staged := range i.drafts {
		total += staged
	}
	if total > i.limits.StageBytes && bytes > 0 {
		return false
	}
	if _, ok := i.drafts[d]; ok {
		i.drafts[d] += bytes
	}
	return true
}

// sealFile reads, cleans and seals one file as the n-th of its report.
func (i *Intake) sealFile(ctx context.Context, in Incoming, keep bool, n int, to string) (File, Part, error) {
	leave, err := i.load.enter(ctx)
	if err != nil {
		return File{}, Part{}, err
	}
	defer leave()
	data, err := readAll(in, i.limits.FileBytes)
	if err != nil {
		return File{}, Part{}, err
	}
	out, kind, err := i.cleanOne(ctx, data)
	isClean := err == nil
	if errors.Is(err, ErrCannotClean) && keep {
		out, err = data, nil
	}
	if err != nil {
		return File{}, Part{}, err
	}
	if int64(len(out)) > 2*i.limits.FileBytes { // re-encoding made it far larger
		return File{}, Part{}, ErrTooBig
	}
	f := File{
		Part: newID(), Label: fmt.Sprintf("berkas-%d%s", n, kind.ext), MIME: kind.mime,
		Size: int64(len(out)), Clean: isClean,
	}
	sealed, err := sealFor(out, to)
	if err != nil {
		return File{}, Part{}, err
	}
	p := Part{ID: f.Part, Kind: Berkas, Day: i.today(), Size: int64(len(sealed)), Sealed: sealed}
	return f, p, nil
}

// cleanOne cleans one file at a time.
func (i *Intake) cleanOne(ctx context.Context, data []byte) ([]byte, fileKind, error) {
	leave, err := i.clean.enter(ctx)
	if err != nil {
		return nil, fileKind{}, err
	}
	defer leave()
	return clean(data)
}

// Submit seals and stores the report and answers its receipt, which is shown
// once. The report is not accepted yet: the receipt opens it, but nobody else
// sees it before [Intake.Confirm]. After an error the draft is still there and
// may be sent again. ErrNothingSaid, ErrNoInvestigators and ErrNobodyLeft name
// what is missing.
func (i *Intake) Submit(ctx context.Context, d *Draft) (Sending, error) {
	leave, err := d.busy.enter(ctx)
	if err != nil {
		return Sending{}, err
	}
	defer leave()
	key, _, err := d.ready()
	if err != nil {
		return Sending{}, err
	}
	b, leftOut, people := d.body()
	if b.Fields[Apa] == "" {
		return Sending{}, ErrNothingSaid
	}
	all, err := i.vault.Investigators(ctx)
	if err != nil {
		return Sending{}, fmt.Errorf("list investigators: %w", err)
	}
	s := Stored{ID: newID(), ReportKey: key.Recipient().String(), Day: i.today(), Status: Menunggu}
	people = append(people, holders(all, leftOut)...)
	people = slices.Compact(slices.Sorted(slices.Values(people)))
	e := envelope{Key: key.String(), LeftOut: leftOut, People: people}
	if s.Envelope, err = sealEnvelope(e, all); err != nil {
		return Sending{}, err
	}
	r := newReceipt()
	c, err := derive(ctx, i.argon, r)
	if err != nil {
		return Sending{}, err
	}
	s.Lookup, s.ReporterKey = c.lookup, c.key.Recipient().String()
	isi, err := sealBody(s, Isi, b, s.ReportKey, s.ReporterKey)
	if err != nil {
		return Sending{}, err
	}
	isi.Number, isi.Day = 1, s.Day
	if err := i.vault.Accept(ctx, s, isi, d.id); err != nil {
		return Sending{}, fmt.Errorf("store the report: %w", err)
	}
	d.end()
	i.forget(d)
	return Sending{Receipt: r, id: s.ID}, nil // and no line in the log: it would tell the time of day
}

// Confirm accepts a report, now that its reporter has the receipt. It may be
// called again. Whoever opens a report with its receipt confirms it too, so
// that a stop between showing the receipt and Confirm loses nothing; what
// nobody confirms within WaitDays is erased.
func (i *Intake) Confirm(ctx context.Context, s Sending) error {
	if err := i.vault.Confirm(ctx, s.id); err != nil {
		return fmt.Errorf("accept the report: %w", err)
	}
	return nil
}

// Discard throws a draft and its staged files away.
func (i *Intake) Discard(ctx context.Context, d *Draft) error {
	leave, err := d.busy.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	if !d.end() {
		return nil
	}
	return i.drop(ctx, d)
}

// drop erases the staged files of a draft that has ended. A draft whose files
// cannot be erased now is known until a sweep erases them.
func (i *Intake) drop(ctx context.Context, d *Draft) error {
	if err := i.vault.DropStage(ctx, d.id); err != nil {
		return fmt.Errorf("drop the files of a draft: %w", err)
	}
	i.forget(d)
	return nil
}

// Sweep throws away the drafts that nobody touched for Limits.DraftLife, with
// their files, and answers their ids; it also erases the files of those that
// ended before when that failed. It is called every minute.
func (i *Intake) Sweep(ctx context.Context) (expired []string, err error) {
	for _, d := range i.open() {
		if !d.Gone() {
			continue
		}
		leave, ok := d.busy.try()
		if !ok {
			continue // something is being done with it; the next sweep sees it
		}
		if d.end() {
			expired = append(expired, d.id)
		}
		err = errors.Join(err, i.drop(ctx, d))
		leave()
	}
	return expired, err
}

func (i *Intake) open() []*Draft {
	i.mu.Lock()
	defer i.mu.Unlock()
	return slices.Collect(maps.Keys(i.drafts))
}

func (i *Intake) forget(d *Draft) {
	i.mu.Lock()
	defer i.mu.Unlock()
	delete(i.drafts, d)
}

func (i *Intake) today() string { return i.now().Format(time.DateOnly) }

// sealBody makes a part of a body, sealed to the named public keys.
func sealBody(s Stored, kind PartKind, b body, to ...string) (Part, error) {
	plain, err := encodeBody(b)
	if err != nil {
		return Part{}, err
	}
	sealed, err := sealFor(plain, to...)
	if err != nil {
		return Part{}, err
	}
	return Part{ID: newID(), Report: s.ID, Kind: kind, Size: int64(len(sealed)), Sealed: sealed}, nil
}

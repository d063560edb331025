package bot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	"tanyanetral/report"
)

// drafting is the part of an intake with which a report is written.
type drafting interface {
	Ready(ctx context.Context) ([]report.Post, error)
	Begin() (*report.Draft, error)
	Attach(ctx context.Context, d *report.Draft, f report.Incoming,
		keepUncleaned bool) (report.Cleaned, error)
	Discard(ctx context.Context, d *report.Draft) error
	Sweep(ctx context.Context) (expired []string, err error)
}

// accepting is the part of an intake with which a report is sent.
type accepting interface {
	Submit(ctx context.Context, d *report.Draft) (report.Sending, error)
	Confirm(ctx context.Context, s report.Sending) error
}

// opening is the part of an intake with which a receipt is turned into its
// report.
type opening interface {
	Open(ctx context.Context, receipt string) (*report.Case, error)
}

// reportIntake takes reports and opens them to their reporters.
type reportIntake interface {
	drafting
	accepting
	opening
}

// reportWire is what reporting needs of the Telegram client.
type reportWire interface {
	Send(ctx context.Context, chat int64, m Outgoing) (messageID int, err error)
	Edit(ctx context.Context, chat int64, message int, m Outgoing) error
	AnswerTap(ctx context.Context, id, toast string) error
	Delete(ctx context.Context, chat int64, ids ...int) error
	OpenFile(ctx context.Context, id string) (io.ReadCloser, error)
}

// ReportSettings are what the office sets for reporting. Zero fields have
// defaults.
type ReportSettings struct {
	Contact    string         // whom to ask, as in [Settings]
	Outside    string         // where to report outside Telegram, as a phrase
	KeepMonths int            // a closed report is erased after so many; 12, as report.DefaultPlan
	AckDays    int            // working days until the first answer, as it is told; 3, as report.DefaultPlan
	Files      int            // of one report; 10, as report.DefaultLimits
	Runes      int            // characters of one field; 8,000, as report.DefaultLimits
	PerDay     int            // reports of one chat on a day; 3
	Life       time.Duration  // of a draft since its last message; 30 min, as report.DefaultLimits
	Zone       *time.Location // where a day begins; UTC
}

func (s ReportSettings) orDefaults() ReportSettings {
	limits, plan := report.DefaultLimits(), report.DefaultPlan()
	s.Contact = cmp.Or(s.Contact, "BKPSDM atau bagian kepegawaian di instansi Anda")
	s.Outside = cmp.Or(s.Outside, textOutsideDefault)
	s.KeepMonths = cmp.Or(s.KeepMonths, plan.KeepMonths)
	s.AckDays = cmp.Or(s.AckDays, plan.AckDays)
	s.Files = cmp.Or(s.Files, limits.Files)
	s.Runes = cmp.Or(s.Runes, limits.FieldRunes)
	s.PerDay = cmp.Or(s.PerDay, 3)
	s.Life = cmp.Or(s.Life, limits.DraftLife)
	s.Zone = cmp.Or(s.Zone, time.UTC)
	return s
}

// lostLife is how long a text without a draft may still be meant for the one
// that expired.
const lostLife = 2 * time.Hour

// Reporting is the conversation in which a report is written, and the one in
// which a reporter looks after it. What it knows of a chat is in memory alone,
// and gone after half an hour of silence, when it is done, or at a stop.
type Reporting struct {
	faults  *faults
	wire    reportWire
	intake  reportIntake
	set     ReportSettings
	now     func() time.Time
	limits  *reportLimits
	answer  func(ctx context.Context, update int64, text string) (Reply, error)
	mu      sync.Mutex // guards the rest
	open    map[int64]*session
	lost    *expiring[int64, struct{}] // chats whose draft expired lately
	pausing bool                       // a stop is planned: nobody begins any more
}

// NewReporting returns the conversation over an intake.
func NewReporting(
	log *slog.Logger, wire reportWire, in reportIntake, set ReportSettings, now func() time.Time,
) *Reporting {
	set = set.orDefaults()
	return &Reporting{
		faults: newFaults(log, set.Zone, now), wire: wire, intake: in, set: set, now: now,
		limits: newReportLimits(set.Zone, now), open: map[int64]*session{},
		lost: newExpiring[int64, struct{}](lostLife, memoryMost),
	}
}

// Run forgets drafts on time until ctx ends. Without it they are forgotten
// when somebody writes again.
func (r *Reporting) Run(ctx context.Context) {
	tick := time.NewTicker(time.Minute)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			r.Sweep(ctx)
		}
	}
}

// Sweep forgets the drafts that nobody has touched for too long and returns
// how many there were. It also writes what failed on days that are over.
func (r *Reporting) Sweep(ctx context.Context) int {
	r.mu.Lock()
	var old []*session
	for chat, s := range r.open {
		if s.busy == 0 && r.expired(s) {
			old = append(old, s)
			r.forget(chat)
		}
	}
	r.mu.Unlock()
	for _, s := range old {
		r.discard(ctx, s)
	}
	if _, err := r.intake.Sweep(ctx); err != nil {
		r.faults.note("forget drafts", err)
	}
	r.faults.tell()
	return len(old)
}

// drop forgets a chat at once: the person has blocked the bot.
func (r *Reporting) drop(ctx context.Context, chat int64) {
	r.mu.Lock()
	s := r.open[chat]
	delete(r.open, chat)
	r.mu.Unlock()
	if s != nil {
		r.discard(ctx, s)
	}
}

func (r *Reporting) expired(s *session) bool { return r.now().Sub(s.touched) >= r.set.Life }

// forget takes a session away; the caller holds mu. What is written next in
// the chat may still be meant for it.
func (r *Reporting) forget(chat int64) {
	if r.open[chat].live() {
		r.lost.put(r.now(), chat, struct{}{})
	}
	delete(r.open, chat)
}

// discard throws away what a session has in the intake.
func (r *Reporting) discard(ctx context.Context, s *session) {
	if s.letter == nil || s.letter.draft == nil {
		return
	}
	if err := r.intake.Discard(ctx, s.letter.draft); err != nil && !errors.Is(err, report.ErrDraftGone) {
		r.faults.note("throw a draft away", err)
	}
}

// Warn tells everybody with an open draft that the program stops, and lets
// nobody begin another. Each is told once; who cannot be reached is left.
func (r *Reporting) Warn(ctx context.Context) {
	r.mu.Lock()
	r.pausing = true
	var chats []int64
	for chat, s := range r.open {
		if s.alive {
			chats = append(chats, chat)
		}
	}
	r.mu.Unlock()
	for _, chat := range chats {
		// Who cannot be told is told when they write again. No line says how
		// many there were: it would tell when somebody was reporting.
		_, _ = r.wire.Send(ctx, chat, Outgoing{HTML: textStopping})
	}
}

// lostLately tells that a draft of a chat expired, so that what is written may
// be meant for it.
func (r *Reporting) lostLately(chat int64) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	_, ok := r.lost.get(r.now(), chat)
	return ok
}

// foundOut forgets that a draft expired: the person knows.
func (r *Reporting) foundOut(chat int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lost.drop(chat)
}

func (r *Reporting) isPausing() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.pausing
}

// visit is one update within a session; without one, session is nil.
type visit struct {
	Update
	s     *session
	again bool // the update was tried before, and what it does may be done
	toast string
}

// enter finds the session of a chat. Whoever enters leaves.
func (r *Reporting) enter(ctx context.Context, u Update) *visit {
	v := &visit{Update: u}
	r.mu.Lock()
	s := r.open[u.Chat]
	if s != nil && (r.expired(s) || s.letter.gone()) {
		r.forget(u.Chat)
		defer r.discard(ctx, s)
		s = nil
	}
	if s != nil {
		s.busy++
		v.s, v.again = s, s.update == u.ID
		s.update = u.ID
	}
	r.mu.Unlock()
	return v
}

func (r *Reporting) leave(v *visit) {
	if v.s == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	v.s.busy--
	v.s.alive = v.s.live()
}

// begin opens a session in place of the one there is.
func (r *Reporting) begin(v *visit, at reportStep) {
	r.leave(v)
	r.mu.Lock()
	defer r.mu.Unlock()
	s := &session{step: at, touched: r.now(), busy: 1, update: v.ID, attached: map[int]bool{}}
	if v.s != nil {
		s.ids = v.s.ids // they are to be deleted with the rest
	}
	v.s = s
	r.open[v.Chat] = s
}

// end closes the session. What is written next is a question again.
func (r *Reporting) end(v *visit) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.open, v.Chat)
}

// use marks that a session is alive, and which of the person's messages
// belongs to it.
func (r *Reporting) use(v *visit) {
	r.mu.Lock()
	defer r.mu.Unlock()
	v.s.touched = r.now()
	if l := v.s.letter; l != nil && l.draft != nil {
		// To the intake a draft lives as long as somebody sets something.
		// Whether it is gone shows where it matters.
		_ = l.draft.Set(report.Kategori, l.draft.Get(report.Kategori))
	}
	if v.Kind == KindMessage {
		v.s.remember(v.MessageID)
	}
}

// say sends a message of the session and remembers it for the deletion. Who
// has blocked the bot hears nothing, and that is no failure.
func (r *Reporting) say(ctx context.Context, v *visit, m Outgoing) (int, error) {
	id, err := r.wire.Send(ctx, v.Chat, m)
	switch {
	case err != nil && isGone(err):
		return 0, nil
	case err != nil:
		return 0, fmt.Errorf("send in a report: %w", err)
	}
	if v.s != nil {
		v.s.remember(id)
	}
	return id, nil
}

// change edits a message; one that can no longer be edited stays as it is.
func (r *Reporting) change(ctx context.Context, v *visit, message int, m Outgoing) error {
	err := r.wire.Edit(ctx, v.Chat, message, m)
	var api *APIError
	if err == nil || isGone(err) || errors.As(err, &api) && api.Code == 400 {
		return nil
	}
	return fmt.Errorf("edit in a report: %w", err)
}

// trouble counts for the operator that a step failed, and tells the person that
// it may be tried again.
func (r *Reporting) trouble(ctx context.Context, v *visit, err error) error {
	r.faults.note("a step", err)
	if ctx.Err() != nil {
		return ctx.Err() //nolint:wrapcheck // the time is up; the update comes again
	}
	return r.ask(ctx, v, textReportTrouble)
}

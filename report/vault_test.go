package report

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"
)

// memory is a store in memory. It keeps copies, as a database would.
type memory struct {
	mu      sync.Mutex
	people  map[string]Investigator
	reports map[string]Stored
	parts   map[string]Part
	stage   map[string][]Part
	asked   map[string]string
	fail    func(method string) error // nil: nothing fails
}

func newMemory() *memory {
	return &memory{
		people: map[string]Investigator{}, reports: map[string]Stored{}, parts: map[string]Part{},
		stage: map[string][]Part{}, asked: map[string]string{},
	}
}

// enter locks and tells whether the method is to fail.
func (m *memory) enter(method string) (func(), error) {
	m.mu.Lock()
	if m.fail != nil {
		if err := m.fail(method); err != nil {
			m.mu.Unlock()
			return nil, err
		}
	}
	return m.mu.Unlock, nil
}

func (m *memory) Investigators(context.Context) ([]Investigator, error) {
	leave, err := m.enter("Investigators")
	if err != nil {
		return nil, err
	}
	defer leave()
	var out []Investigator
	for _, i := range m.people {
		out = append(out, i)
	}
	return out, nil
}

func (m *memory) PutInvestigator(_ context.Context, i Investigator) error {
	leave, err := m.enter("PutInvestigator")
	if err != nil {
		return err
	}
	defer leave()
	m.people[i.ID] = i
	return nil
}

func (m *memory) StageFile(_ context.Context, draft string, p Part) error {
	leave, err := m.enter("StageFile")
	if err != nil {
		return err
	}
	defer leave()
	m.stage[draft] = append(m.stage[draft], p)
	return nil
}

func (m *memory) DropStage(_ context.Context, draft string) error {
	leave, err := m.enter("DropStage")
	if err != nil {
		return err
	}
	defer leave()
	delete(m.stage, draft)
	return nil
}

func (m *memory) DropAllStages(context.Context) error {
	leave, err := m.enter("DropAllStages")
	if err != nil {
		return err
	}
	defer leave()
	clear(m.stage)
	return nil
}

func (m *memory) take(report string, drafts ...string) {
	for _, d := range drafts {
		for _, p := range m.stage[d] {
			p.Report = report
			m.parts[p.ID] = p
		}
		delete(m.stage, d)
	}
}

func (m *memory) Accept(_ context.Context, s Stored, isi Part, draft string) error {
	leave, err := m.enter("Accept")
	if err != nil {
		return err
	}
	defer leave()
	m.reports[s.ID], m.parts[isi.ID] = s, isi
	m.take(s.ID, draft)
	return nil
}

// unread fills Stored.Unread as a store does.
func (m *memory) unread(s Stored) Stored {
	s.Unread = 0
	for _, p := range m.parts {
		if p.Report == s.ID && !p.Seen && (p.Kind == Isi || p.Kind == Pesan || p.Kind == Berkas) {
			s.Unread++
		}
	}
	return s
}

func (m *memory) ByLookup(_ context.Context, lookup []byte) (Stored, error) {
	leave, err := m.enter("ByLookup")
	if err != nil {
		return Stored{}, err
	}
	defer leave()
	for _, s := range m.reports {
		if bytes.Equal(s.Lookup, lookup) {
			return m.unread(s), nil
		}
	}
	return Stored{}, ErrNotFound
}

func (m *memory) Reports(context.Context) ([]Stored, error) {
	leave, err := m.enter("Reports")
	if err != nil {
		return nil, err
	}
	defer leave()
	unread := map[string]int{}
	for _, p := range m.parts {
		if !p.Seen && (p.Kind == Isi || p.Kind == Pesan || p.Kind == Berkas) {
			unread[p.Report]++
		}
	}
	var out []Stored
	for _, s := range m.reports {
		s.Unread = unread[s.ID]
		out = append(out, s)
	}
	return out, nil
}

func (m *memory) Report(_ context.Context, id string) (Stored, error) {
	leave, err := m.enter("Report")
	if err != nil {
		return Stored{}, err
	}
	defer leave()
	s, ok := m.reports[id]
	if !ok {
		return Stored{}, ErrNotFound
	}
	return m.unread(s), nil
}

func (m *memory) Parts(_ context.Context, report string) ([]Part, error) {
	leave, err := m.enter("Parts")
	if err != nil {
		return nil, err
	}
	defer leave()
	var out []Part
	for _, p := range m.parts {
		if p.Report != report {
			continue
		}
		if p.Kind == Berkas {
			p.Sealed = nil
		}
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b Part) int {
		return cmp.Or(cmp.Compare(a.Number, b.Number), cmp.Compare(a.ID, b.ID))
	})
	return out, nil
}

func (m *memory) PartData(_ context.Context, id string) ([]byte, error) {
	leave, err := m.enter("PartData")
	if err != nil {
		return nil, err
	}
	defer leave()
	p, ok := m.parts[id]
	if !ok {
		return nil, ErrNotFound
	}
	return p.Sealed, nil
}

func (m *memory) AddPart(_ context.Context, p Part, drafts []string) error {
	leave, err := m.enter("AddPart")
	if err != nil {
		return err
	}
	defer leave()
	m.parts[p.ID] = p
	m.take(p.Report, drafts...)
	return nil
}

func (m *memory) SetStored(_ context.Context, s Stored) error {
	leave, err := m.enter("SetStored")
	if err != nil {
		return err
	}
	defer leave()
	switch old, ok := m.reports[s.ID]; {
	case !ok:
		return ErrNotFound
	case old.Status == Ditarik && s.Status != Ditarik:
		return ErrClosed
	default:
		s.Envelope = old.Envelope
	}
	m.reports[s.ID] = s
	return nil
}

func (m *memory) SetEnvelope(_ context.Context, id string, envelope []byte) error {
	leave, err := m.enter("SetEnvelope")
	if err != nil {
		return err
	}
	defer leave()
	s, ok := m.reports[id]
	if !ok {
		return ErrNotFound
	}
	s.Envelope = envelope
	m.reports[id] = s
	return nil
}

func (m *memory) Confirm(_ context.Context, id string) error {
	leave, err := m.enter("Confirm")
	if err != nil {
		return err
	}
	defer leave()
	s, ok := m.reports[id]
	if !ok {
		return ErrNotFound
	}
	if s.Status == Menunggu {
		s.Status = Baru
	}
	m.reports[id] = s
	return nil
}

func (m *memory) MarkSeen(_ context.Context, ids []string) error {
	leave, err := m.enter("MarkSeen")
	if err != nil {
		return err
	}
	defer leave()
	for _, id := range ids {
		p := m.parts[id]
		p.Seen = true
		m.parts[id] = p
	}
	return nil
}

func (m *memory) Erase(_ context.Context, report string) error {
	leave, err := m.enter("Erase")
	if err != nil {
		return err
	}
	defer leave()
	if _, ok := m.reports[report]; !ok {
		return ErrNotFound
	}
	delete(m.reports, report)
	delete(m.asked, report)
	for id, p := range m.parts {
		if p.Report == report {
			delete(m.parts, id)
		}
	}
	return nil
}

func (m *memory) AskErase(_ context.Context, report, user string) error {
	leave, err := m.enter("AskErase")
	if err != nil {
		return err
	}
	defer leave()
	m.asked[report] = user
	return nil
}

func (m *memory) Erasures(context.Context) ([]Erasure, error) {
	leave, err := m.enter("Erasures")
	if err != nil {
		return nil, err
	}
	defer leave()
	var out []Erasure
	for r, u := range m.asked {
		out = append(out, Erasure{Report: r, User: u})
	}
	return out, nil
}

// clock is a settable clock.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

// house is both sides over one store, with investigators of two posts.
type house struct {
	store  *memory
	clock  *clock
	intake *Intake
	office *Office
	logs   *bytes.Buffer
	keys   map[string]*Key // by post
}

func newHouse(t testing.TB, posts ...string) *house {
	t.Helper()
	h := &house{
		store: newMemory(), clock: &clock{t: time.Date(2026, 11, 23, 9, 30, 15, 0, time.UTC)}, // a Monday
		logs: &bytes.Buffer{}, keys: map[string]*Key{},
	}
	log := slog.New(slog.NewTextHandler(h.logs, &slog.HandlerOptions{Level: slog.LevelDebug}))
	h.intake = NewIntake(log, h.store, Options{}, h.clock.now)
	h.office = NewOffice(log, h.store, Plan{}, h.clock.now)
	h.office.slow.wait = func(context.Context, time.Duration) error { return nil }
	for _, p := range posts {
		h.hire(t, p)
	}
	return h
}

// hire adds an investigator whose key is at hand, without the slow wrapping.
func (h *house) hire(t testing.TB, post string) *Key {
	t.Helper()
	k := newTestKey(t)
	if _, err := h.office.AddInvestigator(t.Context(), post, "user-"+post, k.Recipient(), nil); err != nil {
		t.Fatal(err)
	}
	h.keys[post] = k
	return k
}

func newTestKey(t testing.TB) *Key {
	t.Helper()
	d := &Draft{now: time.Now, touched: time.Now(), limits: DefaultLimits()}
	id, _, err := d.ready()
	if err != nil {
		t.Fatal(err)
	}
	return &Key{id: id}
}

// begin opens a draft that says what.
func (h *house) begin(t testing.TB, what string, leaveOut ...string) *Draft {
	t.Helper()
	posts, err := h.intake.Ready(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	d, err := h.intake.Begin()
	if err == nil {
		err = d.Set(Apa, what)
	}
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, p := range posts {
		if slices.Contains(leaveOut, p.Name) {
			ids = append(ids, p.ID)
		}
	}
	if len(ids) > 0 {
		if err := d.LeaveOut(ids...); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

// send submits a draft and answers the receipt and the id of the report.
func (h *house) send(t testing.TB, d *Draft) (receipt, id string) {
	t.Helper()
	before := map[string]bool{}
	for r := range h.store.reports {
		before[r] = true
	}
	sending, err := h.intake.Submit(t.Context(), d)
	if err == nil {
		err = h.intake.Confirm(t.Context(), sending)
	}
	if err != nil {
		t.Fatal(err)
	}
	for r := range h.store.reports {
		if !before[r] {
			return sending.Receipt.String(), r
		}
	}
	t.Fatal("no report was stored")
	return "", ""
}

// incoming is a file as the bot would hand it over.
func incoming(data []byte) Incoming {
	return Incoming{
		Name: "Budi Santoso 081234.jpg", MIME: "image/jpeg", Size: int64(len(data)),
		Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil },
	}
}

func wantErr(t testing.TB, what string, got, want error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Errorf("%s: error %v, want %v", what, got, want)
	}
}

package curation

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"golang.org/x/tools/txtar"

	"tanyanetral/knowledge"
)

// memory is a store in memory.
type memory struct {
	mu        sync.Mutex
	gaps      []LoggedGap
	version   int64
	waits     []Wait
	actions   []Action
	revisions []Revision
	audit     []AuditLine
	users     []User
	links     map[string]Link
	sessions  map[string]Session
	fail      map[string]error // by method
	begun     func()           // a publication, before it is written; nil: nothing
}

func newMemory() *memory {
	return &memory{links: map[string]Link{}, sessions: map[string]Session{}, fail: map[string]error{}}
}

// log adds logged questions with ids in their order.
func (m *memory) log(reason knowledge.Reason, day knowledge.Day, texts ...string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, text := range texts {
		m.gaps = append(m.gaps, LoggedGap{ID: fmt.Sprintf("g%05d", len(m.gaps)),
			Gap: knowledge.Gap{Text: text, Day: day, Reason: reason}})
	}
	m.version++
}

func (m *memory) OpenGaps(context.Context) ([]LoggedGap, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(m.gaps), func(g LoggedGap) bool { return g.Closed != "" }), nil
}

// OpenGapsSince takes the texts of known questions from there, as the database.
func (m *memory) OpenGapsSince(ctx context.Context, known map[string]LoggedGap) ([]LoggedGap, error) {
	gaps, err := m.OpenGaps(ctx)
	for i, g := range gaps {
		if k, ok := known[g.ID]; ok {
			gaps[i].Gap = k.Gap
		}
	}
	return gaps, err
}

func (m *memory) SetGaps(_ context.Context, ids []string, s Standing) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.fail["SetGaps"]; err != nil {
		return err
	}
	for i := range m.gaps {
		if slices.Contains(ids, m.gaps[i].ID) {
			m.gaps[i].Standing = s
		}
	}
	m.version++
	return nil
}

func (m *memory) GapsVersion(context.Context) (int64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.version, nil
}

func (m *memory) Waits(context.Context) ([]Wait, error) { return m.waits, nil }

func (m *memory) AddAction(_ context.Context, a Action) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.actions = append(m.actions, a)
	return m.fail["AddAction"]
}

func (m *memory) SetUndone(_ context.Context, id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i := range m.actions {
		if m.actions[i].ID == id {
			m.actions[i].Undone = true
			return nil
		}
	}
	return ErrNotFound
}

func (m *memory) Actions(_ context.Context, limit int) ([]Action, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	all := slices.Clone(m.actions)
	slices.Reverse(all)
	if limit > 0 {
		all = all[:min(limit, len(all))]
	}
	return all, nil
}

func (m *memory) Action(ctx context.Context, id string) (Action, error) {
	all, _ := m.Actions(ctx, 0)
	if i := slices.IndexFunc(all, func(a Action) bool { return a.ID == id }); i >= 0 {
		return all[i], nil
	}
	return Action{}, ErrNotFound
}

func (m *memory) AddRevisions(_ context.Context, all []Revision) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.revisions = append(m.revisions, all...)
	return nil
}

// each changes the named revisions, all or none.
func (m *memory) each(ids []string, from []State, change func(*Revision)) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	var found []*Revision
	for _, id := range ids {
		i := slices.IndexFunc(m.revisions, func(r Revision) bool { return r.ID == id })
		if i < 0 {
			return ErrNotFound
		}
		if !slices.Contains(from, m.revisions[i].State) {
			return ErrChanged
		}
		found = append(found, &m.revisions[i])
	}
	for _, r := range found {
		change(r)
	}
	return nil
}

func (m *memory) SetRevisions(_ context.Context, ids []string, from []State, to State, reviewer, note string,
) error {
	return m.each(ids, from, func(r *Revision) {
		r.State, r.Reviewer, r.Note = to, cmp.Or(reviewer, r.Reviewer), cmp.Or(note, r.Note)
	})
}

func (m *memory) ScheduleRevisions(_ context.Context, ids []string, due time.Time) error {
	return m.each(ids, open(), func(r *Revision) { r.Due = due })
}

func (m *memory) PublishRevisions(_ context.Context, ids []string, at time.Time) error {
	if err := m.fail["PublishRevisions"]; err != nil {
		return err
	}
	if m.begun != nil {
		m.begun()
		m.begun = nil
	}
	m.mu.Lock()
	last := int64(0)
	for _, r := range m.revisions {
		last = max(last, r.Number)
	}
	m.mu.Unlock()
	return m.each(ids, open(), func(r *Revision) {
		last++
		r.Number, r.State, r.Published = last, Terbit, at
	})
}

func (m *memory) Revisions(_ context.Context, f RevisionFilter) ([]Revision, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	all := slices.DeleteFunc(slices.Clone(m.revisions), func(r Revision) bool {
		return f.State != "" && r.State != f.State || f.Kind != "" && r.Item.Kind != f.Kind
	})
	slices.Reverse(all)
	return all, nil
}

func (m *memory) Revision(_ context.Context, id string) (Revision, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if i := slices.IndexFunc(m.revisions, func(r Revision) bool { return r.ID == id }); i >= 0 {
		return m.revisions[i], nil
	}
	return Revision{}, ErrNotFound
}

func (m *memory) Published(context.Context) ([]Revision, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	newest := map[itemKey]Revision{}
	for _, r := range m.revisions {
		if r.Number > newest[keyOf(r.Item)].Number {
			newest[keyOf(r.Item)] = r
		}
	}
	var all []Revision
	for _, r := range newest {
		all = append(all, r)
	}
	return all, nil
}

func (m *memory) AddAudit(_ context.Context, line AuditLine) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.audit = append(m.audit, line)
	return m.fail["AddAudit"]
}

// acts lists what was recorded.
func (m *memory) acts() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var all []string
	for _, l := range m.audit {
		all = append(all, l.Act)
	}
	return all
}

// echo is a matcher that knows the exact wordings of a base, and takes a
// wording with the same first three words for a menu.
type echo struct {
	mu    sync.Mutex
	base  *knowledge.Base
	words map[string]string
	calls int
	fail  error
	asked func() // after every answer; nil: nothing
}

func (e *echo) Publish(_ context.Context, next *knowledge.Base, words map[string]string) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.fail != nil {
		return e.fail
	}
	e.base, e.words = next, words
	e.calls++
	return nil
}

func (e *echo) current() *knowledge.Base {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.base
}

func verdictOf(b *knowledge.Base, q string) Verdict {
	v := Verdict{Question: q, Zone: knowledge.None}
	for _, t := range b.Topics {
		for _, a := range t.Asks {
			if strings.EqualFold(a, q) {
				return Verdict{q, knowledge.Direct, t.ID, []knowledge.Candidate{{Topic: t.ID, Confidence: 1}}}
			}
			if start(a) == start(q) && v.Zone == knowledge.None {
				v.Zone, v.Candidates = knowledge.Menu, []knowledge.Candidate{{Topic: t.ID, Confidence: 0.5}}
			}
		}
	}
	return v
}

func start(s string) string {
	words := strings.Fields(strings.ToLower(s))
	return strings.Join(words[:min(3, len(words))], " ")
}

func (e *echo) Compare(_ context.Context, next *knowledge.Base, _ map[string]string, questions []string,
) (before, after []Verdict, err error) {
	now := e.current()
	for _, q := range questions {
		before, after = append(before, verdictOf(now, q)), append(after, verdictOf(next, q))
	}
	return before, after, nil
}

func (e *echo) Ask(_ context.Context, question string) (knowledge.Answer, error) {
	b := e.current()
	v := verdictOf(b, question)
	if e.asked != nil {
		e.asked()
	}
	return knowledge.Answer{Zone: v.Zone, Topic: b.Topic(v.Topic), Candidates: v.Candidates}, nil
}

func (e *echo) Near(topic, wording string) []knowledge.Candidate {
	v := verdictOf(e.current(), wording)
	return slices.DeleteFunc(v.Candidates, func(c knowledge.Candidate) bool { return c.Topic == topic })
}

func (e *echo) Terms(text string) (terms, unknown []string) {
	for _, w := range strings.Fields(strings.ToLower(text)) {
		w = strings.Trim(w, "?.,!")
		if means := e.words[w]; means != "" {
			w = means
		}
		switch {
		case slices.Contains([]string{"", "apa", "ga", "gak", "boleh", "bolehkah", "saya"}, w):
		case strings.Contains(w, "z"):
			unknown = append(unknown, w)
		default:
			terms = append(terms, w)
		}
	}
	return terms, unknown
}

// office is a desk with what it stands on.
type office struct {
	*Desk
	store *memory
	match *echo
	clock time.Time
}

func testBase(t testing.TB) *knowledge.Base {
	t.Helper()
	a, err := txtar.ParseFile(filepath.Join("testdata", "base.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	files := fstest.MapFS{}
	for _, f := range a.Files {
		files[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	b, err := knowledge.Load(files)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func newOffice(t testing.TB, opts Options) *office {
	t.Helper()
	return openOffice(t, testBase(t), newMemory(), opts)
}

func openOffice(t testing.TB, base *knowledge.Base, store *memory, opts Options) *office {
	t.Helper()
	o := &office{store: store, match: &echo{base: base}, clock: time.Date(2027, 1, 10, 9, 0, 0, 0, time.UTC)}
	now := func() time.Time {
		o.store.mu.Lock()
		defer o.store.mu.Unlock()
		o.clock = o.clock.Add(time.Second)
		return o.clock
	}
	o.Desk = NewDesk(slog.New(slog.DiscardHandler), base, store, o.match, opts, now)
	if _, err := o.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return o
}

// The staff of the tests.
func ani() User   { return User{ID: "ani", Roles: []Role{Kurator}, Active: true} }
func budi() User  { return User{ID: "budi", Roles: []Role{Kurator}, Active: true} }
func chief() User { return User{ID: "chief", Roles: []Role{Admin}, Active: true} }
func eye() User   { return User{ID: "eye", Roles: []Role{Pemeriksa}, Active: true} }

// pass takes drafts through review and makes them public.
func (o *office) pass(t testing.TB, revisions []Revision) Preview {
	t.Helper()
	ids := idsOf(revisions)
	p, err := Preview{}, error(nil)
	for _, step := range []func() error{
		func() error { return o.Submit(t.Context(), ani(), ids, "") },
		func() error { return o.Approve(t.Context(), budi(), ids, "") },
		func() error { p, err = o.Publish(t.Context(), ani(), ids, ""); return err },
	} {
		if err := step(); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

// draft keeps items as ani's drafts.
func (o *office) draft(t testing.TB, items ...knowledge.Item) []Revision {
	t.Helper()
	revisions, err := o.Draft(t.Context(), ani(), items, "", o.Generation())
	if err != nil {
		t.Fatal(err)
	}
	return revisions
}

// edited is a topic of the present base with another answer.
func (o *office) edited(id, answer string) knowledge.Item {
	t := *o.Base().Topic(id)
	t.Answer = answer
	return knowledge.TopicItem(t)
}

// group returns the group of the inbox that shows a text.
func (o *office) group(t testing.TB, text string) Group {
	t.Helper()
	all, _, err := o.Inbox(t.Context(), Filter{})
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range all {
		if slices.Contains(g.Samples, text) {
			return g
		}
	}
	t.Fatalf("no group shows %q", text)
	return Group{}
}

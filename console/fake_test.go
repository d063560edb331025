package console

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"tanyanetral/curation"
	"tanyanetral/knowledge"
)

// clock ticks with every look at it, so that rate limits refill without
// waiting while the day stays the same.
type clock struct{ ticks atomic.Int64 }

func (c *clock) now() time.Time {
	return time.Date(2026, 11, 21, 2, 0, 0, 0,
		time.UTC).Add(time.Duration(c.ticks.Add(1)) * 200 * time.Millisecond)
}

// fakeDesk answers from its fields and writes down what it was asked to do.
type fakeDesk struct {
	mu        sync.Mutex
	calls     []string
	err       error // what every changing method returns
	draftErr  error
	base      *knowledge.Base
	calendar  *knowledge.Calendar
	groups    []curation.Group
	revisions []curation.Revision
	preview   curation.Preview
	drafted   []knowledge.Item
}

func (d *fakeDesk) did(format string, args ...any) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.calls = append(d.calls, fmt.Sprintf(format, args...))
}

func (d *fakeDesk) done() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.calls)
}

func (d *fakeDesk) Inbox(_ context.Context, f curation.Filter) ([]curation.Group, int, error) {
	all := slices.Clone(d.groups)
	all = slices.DeleteFunc(all, func(g curation.Group) bool {
		return f.Reason != "" && g.Reasons[f.Reason] == 0 || f.Since != "" && g.Last < f.Since
	})
	total := len(all)
	all = all[min(f.Offset, total):]
	if f.Limit > 0 {
		all = all[:min(f.Limit, len(all))]
	}
	return all, total, nil
}

func (d *fakeDesk) GroupOf(_ context.Context, id string) (curation.Group, error) {
	for _, g := range d.groups {
		if g.ID == id {
			return g, nil
		}
	}
	return curation.Group{}, curation.ErrNotFound
}

func (d *fakeDesk) Actions(context.Context, int) ([]curation.Action, error) {
	at := time.Date(2026, 11, 20, 3, 0, 0, 0, time.UTC)
	return []curation.Action{
		{ID: "a1", Kind: curation.Assigned, Topic: d.base.Topics[0].ID, User: "u1", At: at, Gaps: []string{"1",
			"2"}},
		{ID: "a2", Kind: curation.Ignored, User: "u2", At: at, Gaps: []string{"3"}, Undone: true},
		{ID: "a4", Kind: curation.Split, User: "u2", At: at, Gaps: []string{"4"}, Rest: []string{"5"}},
		{ID: "a3", Kind: curation.OutOfScope, Category: d.base.Outside[0].ID, User: "u2", At: at},
	}, nil
}

func (d *fakeDesk) Undo(_ context.Context, _ curation.User, action string) error {
	d.did("undo %s", action)
	return d.err
}

func (d *fakeDesk) Words(context.Context) ([]curation.UnknownWord, error) {
	return []curation.UnknownWord{
		{Word: "nyoblos", Count: 41, Samples: []string{d.groups[0].Samples[0]}},
		{Word: "bacaleg", Count: 7, Samples: []string{"boleh ga foto bareng bacaleg"}},
	}, nil
}

func (d *fakeDesk) Assign(_ context.Context, u curation.User, group, topic string, w []string,
) (curation.Action, error) {
	d.did("assign %s %s %d %s", group, topic, len(w), u.ID)
	return curation.Action{Revision: w}, d.err
}

func (d *fakeDesk) NewTopic(_ context.Context, _ curation.User, group string, t knowledge.Topic, w []string,
) (curation.Action, error) {
	d.did("newtopic %s %s %d", group, t.ID, len(w))
	return curation.Action{}, d.err
}

func (d *fakeDesk) Merge(_ context.Context, _ curation.User, group, into string) (curation.Action, error) {
	d.did("merge %s %s", group, into)
	return curation.Action{}, d.err
}

// Wordings are the samples of a group, each with an id that tells its place.
func (d *fakeDesk) Wordings(ctx context.Context, group string) ([]curation.Wording, error) {
	g, err := d.GroupOf(ctx, group)
	var all []curation.Wording
	for i, s := range g.Samples {
		all = append(all, curation.Wording{Gap: fmt.Sprintf("%s%d", group, i), Text: s, Count: 1 + i})
	}
	return all, err
}

func (d *fakeDesk) Split(_ context.Context, _ curation.User, group string, ids []string) (curation.Action,
	error) {
	if len(ids) == 0 {
		return curation.Action{}, &curation.Invalid{Problems: []knowledge.Problem{{Text: "Centang sebagian."}}}
	}
	d.did("split %s %v", group, ids)
	return curation.Action{Gaps: []string{"gb"}}, d.err
}

func (d *fakeDesk) OutOfScope(_ context.Context, _ curation.User, group, category string) (curation.Action,
	error) {
	d.did("outside %s %s", group, category)
	return curation.Action{}, d.err
}

func (d *fakeDesk) Ignore(_ context.Context, _ curation.User, group string) (curation.Action, error) {
	d.did("ignore %s", group)
	return curation.Action{}, d.err
}

func (d *fakeDesk) Base() *knowledge.Base         { return d.base }
func (d *fakeDesk) Calendar() *knowledge.Calendar { return d.calendar }
func (d *fakeDesk) Generation() int64             { return 7 }

func (d *fakeDesk) Draft(_ context.Context, _ curation.User, items []knowledge.Item, _ string, seen int64,
) ([]curation.Revision, error) {
	if err := errors.Join(d.err, d.draftErr); err != nil {
		return nil, err
	}
	d.mu.Lock()
	d.drafted = items
	d.mu.Unlock()
	d.did("draft %s %d seen %d", items[0].Kind, len(items), seen)
	return []curation.Revision{{ID: "fresh", Item: items[0]}}, nil
}

func (d *fakeDesk) Affected(context.Context) ([]curation.LawWork, error) {
	return []curation.LawWork{{Instrument: d.base.Instruments[1],
		Topics: []*knowledge.Topic{&d.base.Topics[0], &d.base.Topics[1]}}}, nil
}

func (d *fakeDesk) Conflicts() []curation.Conflict {
	return []curation.Conflict{{Revision: d.revisions[2], Text: "Data bawaan berubah: periksa lagi."}}
}

// Revision is the store's.
func (d *fakeDesk) Revision(_ context.Context, id string) (curation.Revision, error) {
	for _, r := range d.revisions {
		if r.ID == id {
			return r, nil
		}
	}
	return curation.Revision{}, curation.ErrNotFound
}

func (d *fakeDesk) step(name string, ids []string, note string) error {
	d.did("%s %v %s", name, ids, note)
	return d.err
}

func (d *fakeDesk) Submit(_ context.Context, _ curation.User, ids []string, note string) error {
	return d.step("submit", ids, note)
}

func (d *fakeDesk) Approve(_ context.Context, _ curation.User, ids []string, note string) error {
	return d.step("approve", ids, note)
}

func (d *fakeDesk) Reject(_ context.Context, _ curation.User, ids []string, note string) error {
	return d.step("reject", ids, note)
}

func (d *fakeDesk) Schedule(_ context.Context, _ curation.User, ids []string, due time.Time) error {
	return d.step("schedule", ids, due.Format(time.DateOnly))
}

func (d *fakeDesk) Discard(_ context.Context, _ curation.User, ids []string) error {
	return d.step("discard", ids, "")
}

func (d *fakeDesk) Revisions(_ context.Context, f curation.RevisionFilter) ([]curation.Revision, error) {
	var all []curation.Revision
	for _, r := range d.revisions {
		if (f.State == "" || r.State == f.State) && (f.Kind == "" || r.Item.Kind == f.Kind) &&
			(f.Key == "" || r.Item.Key == f.Key) {
			all = append(all, r)
		}
	}
	return all, nil
}

func (d *fakeDesk) Preview(context.Context, []string) (curation.Preview, error) {
	return d.preview, d.err
}

func (d *fakeDesk) Publish(_ context.Context, _ curation.User, ids []string, override string,
) (curation.Preview, error) {
	if d.preview.Flips > 0 && override == "" {
		return d.preview, curation.ErrGolden
	}
	d.did("publish %v %s", ids, override)
	return d.preview, d.err
}

func (d *fakeDesk) Revert(_ context.Context, _ curation.User, id string) ([]curation.Revision, error) {
	d.did("revert %s", id)
	return d.revisions[:1], d.err
}

func (d *fakeDesk) RevertTo(_ context.Context, _ curation.User, day knowledge.Day) ([]curation.Revision,
	error) {
	d.did("revertto %s", day)
	return d.revisions[:2], d.err
}

// fakeStaff knows users, links and cookies. The link "baik" works once, and
// "undangan" for who is not on the staff.
type fakeStaff struct {
	mu      sync.Mutex
	now     func() time.Time
	users   []curation.User
	links   map[string]string // secret: user
	cookies map[string]string // cookie: user
	calls   []string
}

func (f *fakeStaff) did(format string, args ...any) {
	f.calls = append(f.calls, fmt.Sprintf(format, args...))
}

func (f *fakeStaff) session(cookie string, u curation.User) curation.Session {
	sum := sha256.Sum256([]byte(cookie))
	return curation.Session{Hash: sum[:], User: u.ID, Form: "token-" + u.ID, Expires: f.now().Add(time.Hour)}
}

func (f *fakeStaff) byID(id string) curation.User {
	i := slices.IndexFunc(f.users, func(u curation.User) bool { return u.ID == id })
	return f.users[i]
}

func (f *fakeStaff) Redeem(_ context.Context, secret string, by curation.User) (curation.User, string,
	curation.Session, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if secret == "undangan" && by.ID != "" {
		return curation.User{}, "", curation.Session{}, curation.ErrState
	}
	id, ok := f.links[secret]
	if !ok {
		return curation.User{}, "", curation.Session{}, curation.ErrExpired
	}
	delete(f.links, secret)
	cookie := "cookie-" + secret
	f.cookies[cookie] = id
	return f.byID(id), cookie, f.session(cookie, f.byID(id)), nil
}

func (f *fakeStaff) Session(_ context.Context, cookie string) (curation.User, curation.Session, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	id, ok := f.cookies[cookie]
	if !ok {
		return curation.User{}, curation.Session{}, curation.ErrExpired
	}
	return f.byID(id), f.session(cookie, f.byID(id)), nil
}

func (f *fakeStaff) SignOut(_ context.Context, cookie string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.cookies, cookie)
	return nil
}

func (f *fakeStaff) SignOutEverywhere(_ context.Context, user string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	for c, id := range f.cookies {
		if id == user {
			delete(f.cookies, c)
		}
	}
	f.did("signout %s", user)
	return nil
}

func (f *fakeStaff) Users(context.Context) ([]curation.User, error) { return f.users, nil }

func (f *fakeStaff) Invite(_ context.Context, _ curation.User, name string, roles []curation.Role,
	until knowledge.Day,
) (string, error) {
	f.did("invite %s %v %s", name, roles, until)
	return "rahasia-undangan", nil
}

func (f *fakeStaff) SetRoles(_ context.Context, _ curation.User, user string, roles []curation.Role,
	until knowledge.Day, active bool,
) error {
	f.did("roles %s %v %s %v", user, roles, until, active)
	return nil
}

// fakeAudit keeps lines in memory.
type fakeAudit struct {
	mu    sync.Mutex
	lines []curation.AuditLine
}

func (a *fakeAudit) AddAudit(_ context.Context, line curation.AuditLine) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.lines = append(a.lines, line)
	return nil
}

func (a *fakeAudit) Audit(context.Context, int, int) ([]curation.AuditLine, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.lines), nil
}

func (a *fakeAudit) has(act string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.ContainsFunc(a.lines, func(l curation.AuditLine) bool { return l.Act == act })
}

// fakeSheets tells what the test wants.
type fakeSheets struct {
	report Report
	err    error
	got    string
}

func (f *fakeSheets) Export(_ context.Context, format string, w io.Writer) error {
	_, err := fmt.Fprintf(w, "isi %s", format)
	return err
}

func (f *fakeSheets) Import(_ context.Context, _ curation.User, name string, r io.Reader, dry bool) (Report,
	error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return Report{}, err
	}
	f.got = fmt.Sprintf("%s %d %v", name, len(data), dry)
	return f.report, f.err
}

package storage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tanyanetral/curation"
	"tanyanetral/knowledge"
)

// made is when the revisions of the tests were made: with nanoseconds, since
// nothing may get lost.
func made() time.Time { return time.Date(2026, 5, 1, 9, 8, 7, 123456789, time.UTC) }

// revision is a draft of a topic.
func revision(id, topic string) curation.Revision {
	value := json.RawMessage(`{"judul":"` + id + `"}`)
	return curation.Revision{
		ID:   id,
		Item: knowledge.Item{Kind: knowledge.ItemTopic, Key: topic, Value: value},
		Note: "catatan", Author: "u1", State: curation.Draf, Made: made(),
	}
}

// addRevisions keeps drafts with the ids, all of one topic.
func addRevisions(t testing.TB, db *DB, topic string, ids ...string) {
	t.Helper()
	var list []curation.Revision
	for _, id := range ids {
		list = append(list, revision(id, topic))
	}
	if err := db.AddRevisions(context.Background(), list); err != nil {
		t.Fatal(err)
	}
}

// brief is id, state and number of revisions.
func brief(revisions []curation.Revision) string {
	var list []string
	for _, r := range revisions {
		list = append(list, fmt.Sprintf("%s:%s:%d", r.ID, r.State, r.Number))
	}
	return strings.Join(list, " ")
}

func TestRevisionComesBackWhole(t *testing.T) {
	ctx := context.Background()
	wib := time.FixedZone("WIB", 7*60*60)
	whole := curation.Revision{
		ID: "r1",
		Item: knowledge.Item{Kind: knowledge.ItemAsk, Key: `golput/a "b"`,
			Value: json.RawMessage(`{"x":"é"}`)},
		Before: []byte(`{"x":"e"}`), BasePrint: "ab12", Author: "u1", Reviewer: "u2", Note: "catatan; '--",
		State: curation.Diajukan, Made: made(), Due: made().Add(time.Hour),
	}
	bare := curation.Revision{ID: "r2", State: curation.Draf, Made: made()}
	empty := curation.Revision{ID: "r3", Item: knowledge.Item{Value: json.RawMessage{}}, Before: []byte{},
		State: curation.Draf, Made: made().In(wib)}
	db := open(t, t.TempDir())
	if err := db.AddRevisions(ctx, []curation.Revision{whole, bare, empty}); err != nil {
		t.Fatal(err)
	}
	removed := curation.Revision{ID: "r3", State: curation.Draf, Made: made()}
	for _, want := range []curation.Revision{whole, bare, removed} {
		got, err := db.Revision(ctx, want.ID)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", want.ID, diff)
		}
	}
	if err := db.PublishRevisions(ctx, []string{"r1"}, made().In(wib)); err != nil {
		t.Fatal(err)
	}
	whole.State, whole.Number, whole.Published = curation.Terbit, 1, made()
	if got, err := db.Revision(ctx, "r1"); err != nil || !cmp.Equal(got, whole) {
		t.Errorf("published: got %+v, %v; want %+v", got, err, whole)
	}
	if _, err := db.Revision(ctx, "r4"); !errors.Is(err, curation.ErrNotFound) {
		t.Errorf("unknown: got %v; want not found", err)
	}
}

func TestAddRevisionsAllOrNone(t *testing.T) {
	published := revision("r3", "golput")
	published.State = curation.Terbit
	numbered := revision("r3", "golput")
	numbered.Number = 9
	for name, bad := range map[string]curation.Revision{
		"published": published, "numbered": numbered, "an id twice": revision("r2", "cuti")} {
		db := open(t, t.TempDir())
		addRevisions(t, db, "golput", "r1")
		list := []curation.Revision{revision("r2", "golput"), bad}
		if err := db.AddRevisions(context.Background(), list); err == nil {
			t.Errorf("%s: got no error", name)
		}
		if n := rowsIn(t, db, "revisions"); n != 1 {
			t.Errorf("%s: got %d revisions; want none added", name, n)
		}
	}
}

func TestSetRevisions(t *testing.T) {
	draft, sent := []curation.State{curation.Draf}, []curation.State{curation.Diajukan, curation.Disetujui}
	steps := []struct {
		ids            string
		from           []curation.State
		to             curation.State
		reviewer, note string
		err            error
		want           string // states, reviewers and notes of r1 and r2
	}{
		{"r1 r2", draft, curation.Diajukan, "", "", nil, "diajukan//catatan diajukan//catatan"},
		{"r1 r2", draft, curation.Diajukan, "", "", curation.ErrChanged, "diajukan//catatan diajukan//catatan"},
		{"r1", sent, curation.Disetujui, "u2", "", nil, "disetujui/u2/catatan diajukan//catatan"},
		{"r2 r1", sent[:1], curation.Ditolak, "u2", "tidak", curation.ErrChanged,
			"disetujui/u2/catatan diajukan//catatan"},
		{"r2 r9", sent, curation.Ditolak, "u2", "tidak", curation.ErrNotFound,
			"disetujui/u2/catatan diajukan//catatan"},
		{"r2", sent, curation.Ditolak, "u3", "tidak", nil, "disetujui/u2/catatan ditolak/u3/tidak"},
		{"r1", sent, curation.Dibuang, "", "", nil, "dibuang/u2/catatan ditolak/u3/tidak"},
		{"", draft, curation.Diajukan, "", "", nil, "dibuang/u2/catatan ditolak/u3/tidak"},
	}
	db := open(t, t.TempDir())
	addRevisions(t, db, "golput", "r1", "r2")
	for i, s := range steps {
		err := db.SetRevisions(context.Background(), strings.Fields(s.ids), s.from, s.to, s.reviewer, s.note)
		if !errors.Is(err, s.err) {
			t.Errorf("step %d: got %v; want %v", i, err, s.err)
		}
		got := column(t, db, "SELECT state || '/' || reviewer || '/' || note FROM revisions ORDER BY id")
		if strings.Join(got, " ") != s.want {
			t.Errorf("step %d: got %v; want %s", i, got, s.want)
		}
	}
	addRevisions(t, db, "golput", "r3")
	if err := db.SetRevisions(context.Background(), []string{"r3"}, draft, curation.Terbit, "", ""); err == nil {
		t.Error("published without a number: got no error")
	}
}

func TestPublishRevisions(t *testing.T) {
	ctx := context.Background()
	db := open(t, t.TempDir())
	addRevisions(t, db, "golput", "r1", "r2", "r3")
	addRevisions(t, db, "cuti", "r4")
	if err := db.SetRevisions(ctx, []string{"r4"}, alive(), curation.Ditolak, "u2", ""); err != nil {
		t.Fatal(err)
	}
	steps := []struct {
		ids  string
		err  error
		want string // the published ones, newest first
	}{
		{"r2", nil, "r2:terbit:1"},
		{"r3 r2", curation.ErrChanged, "r2:terbit:1"},
		{"r3 r3", curation.ErrChanged, "r2:terbit:1"},
		{"r3 r4", curation.ErrChanged, "r2:terbit:1"},
		{"r3 r9", curation.ErrNotFound, "r2:terbit:1"},
		{"", nil, "r2:terbit:1"},
		{"r3 r1", nil, "r1:terbit:3 r3:terbit:2 r2:terbit:1"},
	}
	for i, s := range steps {
		if err := db.PublishRevisions(ctx, strings.Fields(s.ids), made()); !errors.Is(err, s.err) {
			t.Errorf("step %d: got %v; want %v", i, err, s.err)
		}
		got, err := db.Revisions(ctx, curation.RevisionFilter{State: curation.Terbit})
		if err != nil || brief(got) != s.want {
			t.Errorf("step %d: got %s, %v; want %s", i, brief(got), err, s.want)
		}
	}
	terbit := []curation.State{curation.Terbit}
	for name, err := range map[string]error{
		"set":      db.SetRevisions(ctx, []string{"r1"}, terbit, curation.Dibuang, "", ""),
		"schedule": db.ScheduleRevisions(ctx, []string{"r1"}, made()),
	} {
		if !errors.Is(err, curation.ErrChanged) {
			t.Errorf("%s a published one: got %v; want changed", name, err)
		}
	}
}

// TestPublishedAreKept attacks published revisions past the methods.
func TestPublishedAreKept(t *testing.T) {
	ctx := context.Background()
	db := open(t, t.TempDir())
	addRevisions(t, db, "golput", "r1", "r2")
	if err := db.PublishRevisions(ctx, []string{"r1"}, made()); err != nil {
		t.Fatal(err)
	}
	before, err := db.Revision(ctx, "r1")
	if err != nil {
		t.Fatal(err)
	}
	for _, attack := range []string{
		"UPDATE revisions SET note = 'lain'", "UPDATE revisions SET number = 0, state = 'draf' WHERE id = 'r1'",
		"DELETE FROM revisions", "UPDATE revisions SET state = 'terbit' WHERE id = 'r2'",
		"UPDATE revisions SET state = 'terbit', number = 1 WHERE id = 'r2'",
		"INSERT OR REPLACE INTO revisions SELECT * FROM revisions WHERE id = 'r1'",
	} {
		if _, err := db.write.Exec(attack); err == nil {
			t.Errorf("%s: got no error", attack)
		}
	}
	if got, err := db.Revision(ctx, "r1"); err != nil || !cmp.Equal(before, got) {
		t.Errorf("got %+v, %v; want %+v", got, err, before)
	}
}

func TestPublishConcurrently(t *testing.T) {
	ctx := context.Background()
	db := open(t, t.TempDir())
	var ids []string
	for i := range 20 {
		ids = append(ids, fmt.Sprint("r", i))
	}
	addRevisions(t, db, "golput", ids...)
	var done atomic.Int32
	var group sync.WaitGroup
	for i := range 40 { // every revision by two
		group.Go(func() {
			switch err := db.PublishRevisions(ctx, []string{ids[i/2]}, made()); {
			case err == nil:
				done.Add(1)
			case !errors.Is(err, curation.ErrChanged):
				t.Error(err)
			}
		})
	}
	group.Wait()
	found, err := db.Revisions(ctx, curation.RevisionFilter{State: curation.Terbit})
	if err != nil || len(found) != 20 || done.Load() != 20 {
		t.Fatalf("got %d published by %d, %v; want 20", len(found), done.Load(), err)
	}
	for i, r := range found {
		if r.Number != int64(20-i) {
			t.Errorf("place %d: number %d; want numbers without a hole", i, r.Number)
		}
	}
}

func TestScheduleRevisions(t *testing.T) {
	ctx := context.Background()
	db := open(t, t.TempDir())
	addRevisions(t, db, "golput", "r1", "r2")
	if err := db.SetRevisions(ctx, []string{"r2"}, alive(), curation.Dibuang, "", ""); err != nil {
		t.Fatal(err)
	}
	due := made().Add(36 * time.Hour)
	for i, s := range []struct {
		ids  string
		due  time.Time
		err  error
		want time.Time // of r1
	}{
		{"r1", due, nil, due}, {"r1 r2", made(), curation.ErrChanged, due},
		{"r1 r9", made(), curation.ErrNotFound, due}, {"r1", time.Time{}, nil, time.Time{}},
	} {
		err := db.ScheduleRevisions(ctx, strings.Fields(s.ids), s.due)
		got, err2 := db.Revision(ctx, "r1")
		if !errors.Is(err, s.err) || err2 != nil || !got.Due.Equal(s.want) {
			t.Errorf("step %d: got %v, %v, due %v; want %v, due %v", i, err, err2, got.Due, s.err, s.want)
		}
	}
}

func TestRevisionsFilter(t *testing.T) {
	ctx := context.Background()
	db := open(t, t.TempDir())
	addRevisions(t, db, "golput", "r1", "r2")
	addRevisions(t, db, "cuti", "r3", "r4")
	word := revision("r5", "cuti")
	word.Item.Kind = knowledge.ItemWord
	if err := db.AddRevisions(ctx, []curation.Revision{word}); err != nil {
		t.Fatal(err)
	}
	if err := db.PublishRevisions(ctx, []string{"r3", "r1"}, made()); err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		filter curation.RevisionFilter
		want   string
	}{
		{curation.RevisionFilter{}, "r5 r4 r3 r2 r1"},
		{curation.RevisionFilter{Limit: 2}, "r5 r4"},
		{curation.RevisionFilter{Limit: 2, Offset: 3}, "r2 r1"},
		{curation.RevisionFilter{Offset: 4}, "r1"},
		{curation.RevisionFilter{State: curation.Draf}, "r5 r4 r2"},
		{curation.RevisionFilter{State: curation.Terbit}, "r1 r3"},
		{curation.RevisionFilter{Kind: knowledge.ItemTopic, Key: "cuti"}, "r4 r3"},
		{curation.RevisionFilter{Key: "cuti", State: curation.Draf}, "r5 r4"},
		{curation.RevisionFilter{Key: "tidak ada"}, ""},
	}
	for _, c := range cases {
		found, err := db.Revisions(ctx, c.filter)
		var ids []string
		for _, r := range found {
			ids = append(ids, r.ID)
		}
		if err != nil || strings.Join(ids, " ") != c.want {
			t.Errorf("%+v: got %v, %v; want %s", c.filter, ids, err, c.want)
		}
	}
}

func TestPublished(t *testing.T) {
	ctx := context.Background()
	db := open(t, t.TempDir())
	addRevisions(t, db, "golput", "g1", "g2", "g3", "g4")
	addRevisions(t, db, "cuti", "c1", "c2")
	removed := revision("c3", "cuti")
	removed.Item.Value = nil
	word := revision("w1", "golput") // the key of a topic, but of another kind
	word.Item.Kind = knowledge.ItemWord
	if err := db.AddRevisions(ctx, []curation.Revision{removed, word}); err != nil {
		t.Fatal(err)
	}
	for i, s := range []struct{ ids, want string }{
		{"", ""},
		{"g2 c1", "g2:terbit:1 c1:terbit:2"},
		{"g1 w1", "c1:terbit:2 g1:terbit:3 w1:terbit:4"},
		{"c3", "g1:terbit:3 w1:terbit:4 c3:terbit:5"},
	} {
		if err := db.PublishRevisions(ctx, strings.Fields(s.ids), made()); err != nil {
			t.Fatal(err)
		}
		found, err := db.Published(ctx)
		if err != nil || brief(found) != s.want {
			t.Errorf("step %d: got %s, %v; want %s", i, brief(found), err, s.want)
		}
		removed := slices.IndexFunc(found, func(r curation.Revision) bool { return r.ID == "c3" })
		if removed >= 0 && found[removed].Item.Value != nil {
			t.Errorf("step %d: the removed item has the value %s", i, found[removed].Item.Value)
		}
	}
}

// BenchmarkPublished reads 2,000 published items, each changed three times, of
// a topic's size under a context that can be cancelled; the aim is less than
// 100 ms.
func BenchmarkPublished(b *testing.B) {
	db := open(b, b.TempDir())
	var list []curation.Revision
	var ids []string
	for i := range 6000 {
		r := revision(fmt.Sprint("r", i), fmt.Sprint("topik-", i%2000))
		r.Item.Value = json.RawMessage(`{"teks":"` + strings.Repeat("isi ", 500) + `"}`)
		list, ids = append(list, r), append(ids, r.ID)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	if err := errors.Join(db.AddRevisions(ctx, list), db.PublishRevisions(ctx, ids, made())); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if found, err := db.Published(ctx); err != nil || len(found) != 2000 || found[0].Number != 4001 {
			b.Fatalf("got %d revisions, %v", len(found), err)
		}
	}
}

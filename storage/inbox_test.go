package storage

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tanyanetral/curation"
	"tanyanetral/knowledge"
)

// rowsIn is the number of rows of a table.
func rowsIn(t testing.TB, db *DB, table string) (n int) {
	t.Helper()
	if err := db.read.QueryRow("SELECT count(*) FROM " + table).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// at is a clock that stands still until its time is changed.
func at(now *time.Time) Option { return WithNow(func() time.Time { return *now }) }

// inboxTexts is what OpenGaps has, in its order: text, group or side, and who
// waits.
func inboxTexts(t testing.TB, db *DB) []string {
	t.Helper()
	gaps, err := db.OpenGaps(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	list := []string{}
	for _, g := range gaps {
		list = append(list, fmt.Sprintf("%s|%s|%d", g.Text, g.Merged+g.Apart, g.Waiting))
	}
	return list
}

func TestOpenGaps(t *testing.T) {
	db := open(t, t.TempDir())
	var want []curation.LoggedGap
	for i, g := range asked() {
		g.Day = knowledge.Day(fmt.Sprintf("2026-05-%02d", 10+i))
		want = append(want, curation.LoggedGap{ID: add(t, db, 0, g), Gap: g})
	}
	got, err := db.OpenGaps(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("open gaps (-want +got):\n%s", diff)
	}
	seen := want[1]
	seen.Text, seen.Waiting = "dikenal", 7
	since, err := db.OpenGapsSince(context.Background(), map[string]curation.LoggedGap{seen.ID: seen})
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(since, func(a, b curation.LoggedGap) int {
		return strings.Compare(string(a.Day), string(b.Day))
	})
	beside := slices.Clone(want)
	beside[1].Text = "dikenal" // it is not read again
	if diff := cmp.Diff(beside, since); diff != "" {
		t.Errorf("open gaps beside a known one (-want +got):\n%s", diff)
	}
	must(t, db.SetGaps(context.Background(), []string{want[0].ID}, curation.Standing{Closed: "tindakan"}))
	b, err := db.Backlog(context.Background())
	if err != nil || b.Open != len(want)-1 || b.Oldest != want[1].Day || b.Waiting != 0 {
		t.Errorf("backlog %+v (%v)", b, err)
	}
}

func TestSetGaps(t *testing.T) {
	ctx := context.Background()
	now := time.Date(2026, 5, 30, 9, 0, 0, 0, time.UTC)
	db := open(t, t.TempDir(), at(&now), WithKey(key('a')))
	ids := map[string]string{}
	for i, text := range []string{"satu", "dua", "tiga"} {
		g := gapOf(text)
		g.Day = knowledge.Day(fmt.Sprintf("2026-05-%02d", 10+i))
		ids[text] = add(t, db, 0, g)
	}
	if err := db.AddWait(ctx, 7001, ids["dua"], ""); err != nil {
		t.Fatal(err)
	}
	gone := "00112233445566778899aabbccddeeff"
	steps := []struct {
		texts string // whose gaps are set; "gone" is one that is not there
		curation.Standing
		days     int // that pass before
		want     []string
		closedOn string // of "dua"
	}{
		{"satu dua", curation.Standing{Merged: "kelompok"}, 0,
			[]string{"satu|kelompok|0", "dua|kelompok|1", "tiga||0"}, ""},
		{"dua", curation.Standing{Closed: "tindakan", Merged: "kelompok"}, 1,
			[]string{"satu|kelompok|0", "tiga||0"}, "2026-05-31"},
		{"dua", curation.Standing{Closed: "lain"}, 5,
			[]string{"satu|kelompok|0", "tiga||0"}, "2026-05-31"},
		{"dua gone", curation.Standing{}, 5, []string{"satu|kelompok|0", "dua||1", "tiga||0"}, ""},
		{"dua tiga", curation.Standing{Apart: "sisi"}, 0,
			[]string{"satu|kelompok|0", "dua|sisi|1", "tiga|sisi|0"}, ""},
		{"satu gone dua tiga", curation.Standing{Closed: "tindakan"}, 0, []string{}, "2026-06-10"},
	}
	for i, s := range steps {
		now = now.AddDate(0, 0, s.days)
		var set []string
		for text := range strings.FieldsSeq(s.texts) {
			set = append(set, strings.Replace(text, "gone", gone, 1))
			if id, ok := ids[text]; ok {
				set[len(set)-1] = id
			}
		}
		if err := db.SetGaps(ctx, set, s.Standing); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(s.want, inboxTexts(t, db)); diff != "" {
			t.Errorf("step %d: open gaps (-want +got):\n%s", i, diff)
		}
		if got := column(t, db, "SELECT closed_on FROM gaps WHERE text = 'dua'"); got[0] != s.closedOn {
			t.Errorf("step %d: closed on %q; want %q", i, got[0], s.closedOn)
		}
	}
	for _, bad := range []string{"", "zz", gone + "00"} {
		err := db.SetGaps(ctx, []string{ids["satu"], bad}, curation.Standing{})
		if !errors.Is(err, curation.ErrNotFound) || len(inboxTexts(t, db)) != 0 {
			t.Errorf("id %q: got %v; want not found and nothing opened", bad, err)
		}
	}
}

func TestGapsVersion(t *testing.T) {
	ctx := context.Background()
	now := time.Date(2026, 5, 30, 9, 0, 0, 0, time.UTC)
	dir := t.TempDir()
	db := open(t, dir, at(&now), WithKey(key('a')))
	id := add(t, db, 1, gapOf("apa"))
	set := func(closed, merged, apart string) error {
		return db.SetGaps(ctx, []string{id}, curation.Standing{Closed: closed, Merged: merged, Apart: apart})
	}
	steps := []struct {
		name    string
		changes bool
		do      func() error
	}{
		{"add", true, func() error { _, _, err := db.AddGap(ctx, 2, gapOf("siapa")); return err }},
		{"add again", false, func() error { _, _, err := db.AddGap(ctx, 2, gapOf("siapa")); return err }},
		{"refused", false, func() error { _, _, _ = db.AddGap(ctx, 3, knowledge.Gap{Day: "besok"}); return nil }},
		{"split", true, func() error { return set("", "", "sisi") }},
		{"merge", true, func() error { return set("", "kelompok", "") }},
		{"close", true, func() error { return set("tindakan", "", "") }},
		{"open", true, func() error { return set("", "", "") }},
		{"wait", true, func() error { return db.AddWait(ctx, 7001, id, "") }},
		{"look", false, func() error { _, err := db.OpenGaps(ctx); return err }},
		{"other tables", false, func() error {
			return errors.Join(db.Hold(ctx, 7001, "golput", hence(db)),
				db.AddAudit(ctx, curation.AuditLine{}))
		}},
		{"forget chat", true, func() error { _, err := db.ForgetChat(ctx, 7001); return err }},
		{"nothing to forget", false, func() error { _, err := db.ForgetGaps(ctx, "2000-01-01"); return err }},
		{"forget", true, func() error { _, err := db.ForgetGaps(ctx, "2027-01-01"); return err }},
	}
	before, err := db.GapsVersion(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range steps {
		if err := s.do(); err != nil {
			t.Fatalf("%s: %v", s.name, err)
		}
		after, err := db.GapsVersion(ctx)
		if err != nil || (after > before) != s.changes || after < before {
			t.Errorf("%s: version went from %d to %d, %v; want a change: %v", s.name, before,
				after, err, s.changes)
		}
		before = after
	}
}

// manyGaps fills the log with n questions of five nearest topics each, as the
// matcher gives them.
func manyGaps(tb testing.TB, db *DB, n int) {
	tb.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	tx, err := db.write.Begin()
	if err != nil {
		tb.Fatal(err)
	}
	for i := range n {
		g := gapOf(fmt.Sprintf("kalau saya %d ikut acara partai %d di kantor %d bagaimana ya pak",
			i, i%37, i%11))
		g.Day = knowledge.Day(fmt.Sprintf("2026-%02d-%02d", 1+i%12, 1+i%28))
		for range 5 {
			near := knowledge.Candidate{Topic: fmt.Sprintf("topik-%d", random.IntN(155)),
				Confidence: random.Float64()}
			g.Near = append(g.Near, near)
		}
		if err := insertGap(context.Background(), tx, newID(), g); err != nil {
			tb.Fatal(err)
		}
	}
	if err := tx.Commit(); err != nil {
		tb.Fatal(err)
	}
}

// BenchmarkOpenGaps reads an inbox of 10,000 questions under a context that
// can be cancelled, as a request's; the aim is less than 300 ms.
func BenchmarkOpenGaps(b *testing.B) {
	db := open(b, b.TempDir())
	manyGaps(b, db, 10_000)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	for b.Loop() {
		if gaps, err := db.OpenGaps(ctx); err != nil || len(gaps) != 10_000 || len(gaps[77].Near) != 5 {
			b.Fatalf("got %d gaps, %v", len(gaps), err)
		}
	}
}

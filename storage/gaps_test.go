package storage

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tanyanetral/curation"
	"tanyanetral/knowledge"
)

// near is two candidates.
func near(first string, p float64, second string, q float64) []knowledge.Candidate {
	return []knowledge.Candidate{{Topic: first, Confidence: p}, {Topic: second, Confidence: q}}
}

// asked are gaps of a few weeks, not in the order of their days.
func asked() []knowledge.Gap {
	return []knowledge.Gap{
		{Text: "donor darah partai?", Normal: "donor darah partai", Day: "2026-05-20", Reason: knowledge.NotFound,
			Near: near("kegiatan-partai", 0.4, "sumbangan", 0.2)},
		{Text: "ikut donor darah partai", Normal: "donor darah partai", Day: "2026-05-02",
			Reason: knowledge.NotFound, Near: []knowledge.Candidate{{Topic: "sumbangan", Confidence: 0.45}}},
		{Text: "titip anak di posko", Normal: "titip anak posko", Day: "2026-05-20", Reason: knowledge.NotMeant},
		{Text: "donor darah partai?", Normal: "donor darah partai", Day: "2026-05-11", Reason: knowledge.NoHelp},
		{Text: "Donor darah partai", Normal: "donor darah partai", Day: "2026-05-11", Reason: knowledge.NoHelp},
		{Text: "bolehkah donor darah partai", Normal: "donor darah partai", Day: "2026-05-12",
			Reason: knowledge.NoHelp},
		{Text: "sewa mobil", Normal: "sewa mobil", Day: "2026-06-01", Reason: knowledge.WrongRule},
	}
}

func TestAddGapOncePerUpdate(t *testing.T) {
	db := open(t, t.TempDir())
	if _, err := marked(db, 12); err != nil {
		t.Fatal(err)
	}
	steps := []struct {
		update int64
		first  bool
		gaps   int // afterwards
	}{{11, true, 1}, {11, false, 1}, {12, false, 1}, {13, true, 2}, {0, true, 3},
		{0, true, 4}, {11, false, 4}}
	for i, s := range steps {
		id, first, err := db.AddGap(context.Background(), s.update, gapOf("apa"))
		if err != nil || first != s.first || (id != "") != s.first {
			t.Errorf("step %d, update %d: got %v, %v; want %v", i, s.update, first, err, s.first)
		}
		if got := count(t, db); got != s.gaps {
			t.Errorf("step %d, update %d: got %d gaps; want %d", i, s.update, got, s.gaps)
		}
	}
}

func TestAddGapConcurrently(t *testing.T) {
	db := open(t, t.TempDir())
	var firsts atomic.Int32
	var group sync.WaitGroup
	for i := range 40 { // each of ten updates comes four times
		group.Go(func() {
			_, first, err := db.AddGap(context.Background(), int64(1+i%10), gapOf("apa"))
			if err != nil {
				t.Error(err)
			}
			if first {
				firsts.Add(1)
			}
			if _, err := db.OpenGaps(context.Background()); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if got := count(t, db); got != 10 || firsts.Load() != 10 {
		t.Errorf("got %d gaps, %d of them reported as first; want 10", got, firsts.Load())
	}
}

func TestAddGapRefuses(t *testing.T) {
	secret := "rahasia"
	long := secret + strings.Repeat("é", knowledge.MaxGap-len(secret)) // of characters, not of bytes
	cases := []struct {
		name string
		gap  knowledge.Gap
		want string // part of the error; empty: none
	}{
		{"as long as may be", gapOf(long), ""},
		{"too long", gapOf(long + "e"), "301 characters, of which 300 may be kept"},
		{"time of day", knowledge.Gap{Text: secret, Day: "2026-02-03T10:11:12Z"}, "without a time"},
		{"no day", knowledge.Gap{Text: secret, Day: "2026-02-30"}, "the day must be written"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			db := open(t, t.TempDir())
			_, first, err := db.AddGap(context.Background(), 5, c.gap)
			if c.want == "" {
				if err != nil || !first {
					t.Errorf("got %v, %v; want it kept", first, err)
				}
				return
			}
			if err == nil || first || !strings.Contains(err.Error(), c.want) ||
				strings.Contains(err.Error(), secret) {
				t.Errorf("got %v, %v; want false and %q without the text", first, err, c.want)
			}
			if c.name == "too long" && !errors.Is(err, errTooLong) {
				t.Errorf("got %v; want errTooLong", err)
			}
			if done, err := processed(db, 5); err != nil || done || count(t, db) != 0 {
				t.Errorf("got processed %v, %v; want nothing kept", done, err)
			}
		})
	}
}

func TestAddGapToday(t *testing.T) {
	jakarta := time.FixedZone("WIB", 7*60*60)
	now := time.Date(2026, 1, 1, 18, 30, 0, 0, time.UTC).In(jakarta) // already the second there
	db := open(t, t.TempDir(), WithNow(func() time.Time { return now }))
	add(t, db, 1, knowledge.Gap{Text: "apa", Normal: "apa"})
	gaps, err := db.OpenGaps(context.Background())
	if err != nil || len(gaps) != 1 || gaps[0].Day != "2026-01-02" {
		t.Errorf("got %+v, %v; want one question of 2026-01-02", gaps, err)
	}
}

func BenchmarkAddGap(b *testing.B) {
	db := open(b, b.TempDir())
	g := asked()[0]
	update := int64(0)
	for b.Loop() {
		update++
		add(b, db, update, g)
	}
}

func TestForgetGaps(t *testing.T) {
	ctx := context.Background()
	now := time.Date(2026, 7, 1, 9, 0, 0, 0, time.UTC)
	db := open(t, t.TempDir(), WithKey(key('a')), WithNow(func() time.Time { return now }))
	near := []knowledge.Candidate{{Topic: "golput", Confidence: 0.2}}
	ids := map[knowledge.Day]string{}
	for _, day := range []knowledge.Day{"2026-01-01", "2026-06-30", "2026-07-01", "2027-05-01"} {
		ids[day] = add(t, db, 0, knowledge.Gap{Text: "x", Normal: "x", Near: near, Day: day})
		if err := db.AddWait(ctx, 7001, ids[day], ""); err != nil {
			t.Fatal(err)
		}
	}
	// Closed before the day; its own day lies ahead, as after a wrong clock.
	if err := db.SetGaps(ctx, []string{ids["2027-05-01"]}, curation.Standing{Closed: "tindakan"}); err != nil {
		t.Fatal(err)
	}
	steps := []struct {
		before    knowledge.Day
		forgotten int64
		left      int // gaps and waits and nearest topics, one of each
	}{{"2026-01-01", 0, 4}, {"2026-06-30", 1, 3}, {"2026-07-01", 1, 2}, {"2026-07-02", 2, 0}}
	for _, s := range steps {
		n, err := db.ForgetGaps(ctx, s.before)
		if err != nil || n != s.forgotten {
			t.Errorf("before %s: forgot %d, error %v; want %d", s.before, n, err, s.forgotten)
		}
		for _, table := range []string{"gaps", "gap_near", "waits"} {
			if got := rowsIn(t, db, table); got != s.left {
				t.Errorf("before %s: %d rows in %s; want %d", s.before, got, table, s.left)
			}
		}
	}
}

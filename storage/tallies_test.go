package storage

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tanyanetral/knowledge"
)

func TestTallies(t *testing.T) {
	ctx := context.Background()
	db := open(t, t.TempDir())
	var group sync.WaitGroup
	for range 10 { // every one of them counts
		group.Go(func() {
			tallies := []Tally{{"zone", "direct", 3}, {"topic", "golput", 1}, {"zone", "direct", 1}}
			if err := db.CountDay(ctx, "2026-05-02", tallies); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	for day, n := range map[knowledge.Day]int{"2026-05-01": 7, "2026-05-03": 0} {
		if err := db.CountDay(ctx, day, []Tally{{"zone", "none", n}}); err != nil {
			t.Fatal(err)
		}
	}
	cases := []struct {
		from, to knowledge.Day
		want     []DayTally
	}{
		{"2026-05-01", "2026-05-02", []DayTally{{"2026-05-01", "zone", "none", 7},
			{"2026-05-02", "topic", "golput", 10}, {"2026-05-02", "zone", "direct", 40}}},
		{"2026-05-03", "2026-12-31", []DayTally{{"2026-05-03", "zone", "none", 0}}},
		{"2026-05-04", "2026-05-01", nil},
	}
	for _, c := range cases {
		got, err := db.Tallies(ctx, c.from, c.to)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("from %s to %s (-want +got):\n%s", c.from, c.to, diff)
		}
	}
}

func TestCountDayRefuses(t *testing.T) {
	secret := strings.Repeat("rahasia", 20)
	cases := []struct {
		name  string
		day   knowledge.Day
		tally Tally
	}{
		{"time of day", "2026-05-02T10:00", Tally{"zone", "none", 1}},
		{"taken back", "2026-05-02", Tally{"zone", "none", -1}},
		{"no event", "2026-05-02", Tally{"", "none", 1}},
		{"a text", "2026-05-02", Tally{"zone", secret, 1}},
	}
	for _, c := range cases {
		db := open(t, t.TempDir())
		err := db.CountDay(context.Background(), c.day, []Tally{{"zone", "menu", 1}, c.tally})
		if err == nil || strings.Contains(err.Error(), "rahasia") || rowsIn(t, db, "tallies") != 0 {
			t.Errorf("%s: got %v and %d rows; want an error without the text, and none", c.name, err,
				rowsIn(t, db, "tallies"))
		}
	}
}

func TestForgetTallies(t *testing.T) {
	ctx := context.Background()
	now := time.Date(2027, 2, 10, 9, 0, 0, 0, time.UTC)
	db := open(t, t.TempDir(), at(&now))
	for _, day := range []knowledge.Day{"2026-01-05", "2026-01-06", "2027-02-10"} { // 401, 400 and 0 days ago
		if err := db.CountDay(ctx, day, []Tally{{"zone", "none", 1}, {"zone", "menu", 1}}); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := db.ForgetTallies(ctx); err != nil || n != 2 {
		t.Errorf("forgot %d, %v; want the 2 counters of one day", n, err)
	}
	if left, err := db.Tallies(ctx, "", "9"); err != nil || len(left) != 4 || left[0].Day != "2026-01-06" {
		t.Errorf("left %v, %v; want those of the last 400 days", left, err)
	}
}

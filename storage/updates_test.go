package storage

import (
	"context"
	"testing"
)

func TestMarkProcessed(t *testing.T) {
	db := open(t, t.TempDir())
	steps := []struct {
		update int64
		known  bool // before the step
	}{{900, false}, {901, false}, {900, true}, {3, false}, {901, true}, {1 << 40, false}}
	for i, s := range steps {
		if done, err := db.Processed(context.Background(), s.update); err != nil || done != s.known {
			t.Errorf("step %d: Processed(%d): got %v, %v; want %v", i, s.update, done, err, s.known)
		}
		if first, err := db.MarkProcessed(context.Background(), s.update); err != nil || first == s.known {
			t.Errorf("step %d: MarkProcessed(%d): got %v, %v; want %v", i, s.update, first, err, !s.known)
		}
	}
}

func TestPruneProcessed(t *testing.T) {
	cases := []struct {
		name      string
		keep      int
		forgotten int64
		left      map[int64]bool
	}{
		{"none kept", 0, 5, map[int64]bool{1: false, 5: false}},
		{"newest kept", 2, 3, map[int64]bool{1: false, 3: false, 4: true, 5: true}},
		{"all kept", 5, 0, map[int64]bool{1: true, 5: true}},
		{"more than there are", 9, 0, map[int64]bool{1: true, 5: true}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			db := open(t, t.TempDir())
			for _, update := range []int64{4, 1, 5, 2, 3} {
				if _, err := db.MarkProcessed(context.Background(), update); err != nil {
					t.Fatal(err)
				}
			}
			got, err := db.PruneProcessed(context.Background(), c.keep)
			if err != nil || got != c.forgotten {
				t.Errorf("got %d forgotten, error %v; want %d", got, err, c.forgotten)
			}
			for update, want := range c.left {
				if done, err := db.Processed(context.Background(), update); err != nil || done != want {
					t.Errorf("update %d: got %v, %v; want %v", update, done, err, want)
				}
			}
		})
	}
	if _, err := open(t, t.TempDir()).PruneProcessed(context.Background(), -1); err == nil {
		t.Error("keep -1: got no error")
	}
}

package storage

import (
	"context"
	"database/sql"
	"testing"
)

func TestMark(t *testing.T) {
	db := open(t, t.TempDir())
	steps := []struct {
		update int64
		known  bool // before the step
	}{{900, false}, {901, false}, {900, true}, {3, false}, {901, true}, {1 << 40, false}}
	for i, s := range steps {
		if done, err := processed(db, s.update); err != nil || done != s.known {
			t.Errorf("step %d: processed(%d): got %v, %v; want %v", i, s.update, done, err, s.known)
		}
		if first, err := marked(db, s.update); err != nil || first == s.known {
			t.Errorf("step %d: marked(%d): got %v, %v; want %v", i, s.update, first, err, !s.known)
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
				if _, err := marked(db, update); err != nil {
					t.Fatal(err)
				}
			}
			got, err := db.PruneProcessed(context.Background(), c.keep)
			if err != nil || got != c.forgotten {
				t.Errorf("got %d forgotten, error %v; want %d", got, err, c.forgotten)
			}
			for update, want := range c.left {
				if done, err := processed(db, update); err != nil || done != want {
					t.Errorf("update %d: got %v, %v; want %v", update, done, err, want)
				}
			}
		})
	}
	if _, err := open(t, t.TempDir()).PruneProcessed(context.Background(), -1); err == nil {
		t.Error("keep -1: got no error")
	}
}

// processed reports whether the effects of an update are committed.
func processed(db *DB, update int64) (done bool, err error) {
	err = db.look(context.Background(), "look up update", func(tx *sql.Tx) error {
		query := "SELECT EXISTS (SELECT 1 FROM processed_updates WHERE update_id = ?)"
		return tx.QueryRow(query, update).Scan(&done)
	})
	return done, err
}

// marked marks an update that has no other effect.
func marked(db *DB, update int64) (first bool, err error) {
	err = db.change(context.Background(), "mark update", func(tx *sql.Tx) error {
		first, err = mark(context.Background(), tx, update)
		return err
	})
	return first && err == nil, err
}

package storage

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// TestCloseAfterBrokenOff: a program that is told to stop while it reads still
// folds the log into the database.
func TestCloseAfterBrokenOff(t *testing.T) {
	dir := t.TempDir()
	for range 50 {
		db := open(t, dir)
		runSQL(t, db.write, "CREATE TABLE IF NOT EXISTS bulk (b BLOB); INSERT INTO bulk VALUES (randomblob(9999))")
		ctx, cancel := context.WithCancel(t.Context())
		var reading, all sync.WaitGroup
		reading.Add(readers)
		for range readers {
			all.Go(func() {
				err := db.look(ctx, "read", func(*sql.Tx) error {
					reading.Done()
					<-ctx.Done()
					return ctx.Err()
				})
				if !errors.Is(err, context.Canceled) {
					t.Errorf("read: %v", err)
				}
			})
		}
		reading.Wait()
		cancel()
		all.Wait()
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(filepath.Join(dir, fileName+"-wal")); !errors.Is(err, fs.ErrNotExist) {
			t.Fatalf("the log is still there: %v", err)
		}
	}
}

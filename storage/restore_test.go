package storage

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/mattn/go-sqlite3"
)

// backupWith makes a backup with a number of gaps and returns its path.
func backupWith(t *testing.T, gaps int) string {
	t.Helper()
	db := open(t, t.TempDir())
	for i := range gaps {
		add(t, db, int64(i+1), gapOf(strings.Repeat("b", 200)))
	}
	to := filepath.Join(t.TempDir(), "b.db")
	if err := errors.Join(db.Backup(context.Background(), to), db.Close()); err != nil {
		t.Fatal(err)
	}
	return to
}

// liveFolder is a state folder as a loss of power leaves it: of its gaps, the
// last two stand only in the write-ahead log.
func liveFolder(t *testing.T, gaps int) string {
	t.Helper()
	db := open(t, t.TempDir())
	for i := range gaps {
		if i == gaps-2 {
			runSQL(t, db.write, "PRAGMA wal_checkpoint(TRUNCATE)")
		}
		add(t, db, int64(i+1), gapOf("lama"))
	}
	dir := t.TempDir()
	copyOpen(t, db.dir, dir)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if len(files(t, dir)[fileName+"-wal"]) == 0 {
		t.Fatal("there is no write-ahead log; the test proves nothing")
	}
	return dir
}

// gapsIn opens a folder and counts its gaps.
func gapsIn(t *testing.T, dir string) int {
	t.Helper()
	db := open(t, dir)
	n := count(t, db)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestRestore(t *testing.T) {
	ctx, backup, dir := context.Background(), backupWith(t, 5), liveFolder(t, 3)
	before := files(t, dir)
	err := Restore(ctx, quiet(), dir, backup, false)
	wantState(t, err, ErrExists, "restore: ", dir, "before-restore")
	after := files(t, dir)
	delete(before, lockName)
	for name, content := range before {
		if !bytes.Equal(after[name], content) {
			t.Errorf("%s was changed by the refusal", name)
		}
	}
	if err := Restore(ctx, quiet(), dir, backup, true); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{lockName, copyLock, fileName, keptName}, fileNames(t, dir)); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	if info, err := os.Stat(filepath.Join(dir, fileName)); err != nil || info.Mode() != 0o600 {
		t.Errorf("got mode %v, error %v; want 600", info.Mode(), err)
	}
	if got := gapsIn(t, dir); got != 5 {
		t.Errorf("got %d gaps; want those of the backup, 5", got)
	}
	// The way back.
	if err := Restore(ctx, quiet(), dir, filepath.Join(dir, keptName), true); err != nil {
		t.Fatal(err)
	}
	if got := gapsIn(t, dir); got != 3 {
		t.Errorf("got %d gaps; want those of before, 3, the log's among them", got)
	}
	fresh := filepath.Join(t.TempDir(), "a", "b")
	if err := Restore(ctx, quiet(), fresh, backup, false); err != nil {
		t.Fatal(err)
	}
	if got := gapsIn(t, fresh); got != 5 {
		t.Errorf("got %d gaps in a new folder; want 5", got)
	}
}

// TestRestoreOverBroken replaces what no longer opens, and keeps it.
func TestRestoreOverBroken(t *testing.T) {
	backup := backupWith(t, 5)
	live := files(t, liveFolder(t, 3))
	garbage := bytes.Repeat([]byte("rusak"), 5000)
	cases := map[string]map[string][]byte{
		"nothing but a log": {fileName + "-wal": live[fileName+"-wal"]},
		"empty, with a log": {fileName: nil, fileName + "-wal": live[fileName+"-wal"]},
		"garbage": {fileName: garbage, fileName + "-wal": live[fileName+"-wal"],
			fileName + "-journal": garbage, fileName + "-shm": garbage},
		"half, with a log": {fileName: append(live[fileName][:4096:4096], garbage...),
			fileName + "-wal": garbage},
	}
	for name, content := range cases {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for file, bytes := range content {
				if err := os.WriteFile(filepath.Join(dir, file), bytes, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if err := Restore(context.Background(), quiet(), dir, backup, true); err != nil {
				t.Fatal(err)
			}
			if got := gapsIn(t, dir); got != 5 {
				t.Errorf("got %d gaps; want 5", got)
			}
			if kept := files(t, dir)[keptName]; name == "garbage" && !bytes.Equal(kept, garbage) {
				t.Error("the broken database was not kept")
			}
			if err := Restore(context.Background(), quiet(), dir, backup, true); err != nil {
				t.Fatal(err)
			}
			want := []string{lockName, copyLock, fileName, keptName} // nothing of the broken one beside the second
			if diff := cmp.Diff(want, fileNames(t, dir)); diff != "" {
				t.Errorf("files after a second restore (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRestoreRefuses(t *testing.T) {
	good, err := os.ReadFile(backupWith(t, 200))
	if err != nil {
		t.Fatal(err)
	}
	dir := liveFolder(t, 3)
	from := filepath.Join(t.TempDir(), "b.db")
	edit := func(statement string) func() {
		return func() {
			db := sql.OpenDB(connector{&sqlite3.SQLiteDriver{}, from})
			runSQL(t, db, statement)
			_ = db.Close()
		}
	}
	cases := []struct {
		name    string
		content []byte
		change  func()
		kind    error
		text    string
	}{
		{"nothing", nil, nil, errNotDatabase, "is not a backup of tanyanetral"},
		{"text", bytes.Repeat([]byte("bukan basis data\n"), 99), nil, errNotDatabase, "is not a backup"},
		{"another program's", good, edit("PRAGMA application_id = 7"), errNotDatabase, "is not a backup"},
		{"without a version", good, edit("PRAGMA user_version = 0"), errNotDatabase, "is not a backup"},
		{"newer", good, edit("PRAGMA user_version = 99"), errNewer, "has version 99"},
		{"cut off", good[:len(good)-4096], nil, errCorrupt, "is damaged"},
		{"page overwritten", append(append(append([]byte{}, good[:9*4096]...), bytes.Repeat([]byte{0xA5}, 4096)...),
			good[10*4096:]...), nil, errCorrupt, "is damaged"},
		{"index without its row", good, edit("PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage = " +
			"(SELECT rootpage FROM sqlite_schema WHERE name = 'gap_near') WHERE name = 'gaps_normal'"),
			errCorrupt, "is damaged"},
		{"sealed", []byte("age-encryption.org/v1\n"), nil, errSealed, "give the private key"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if err := os.WriteFile(from, c.content, 0o600); err != nil {
				t.Fatal(err)
			}
			if c.change != nil {
				c.change()
			}
			wantState(t, Restore(context.Background(), quiet(), dir, from, true), c.kind,
				"restore: "+from, c.text)
		})
	}
	err = Restore(context.Background(), quiet(), dir, from+".none", true)
	if !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), "cannot be read") {
		t.Errorf("no file: got %v", err)
	}
	live := filepath.Join(liveFolder(t, 2), fileName)
	wantState(t, Restore(context.Background(), quiet(), dir, live, true), errInUse, "not a backup")
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	if err := Restore(cancelled, quiet(), dir, backupWith(t, 1), true); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v; want a cancelled context", err)
	}
	want := []string{lockName, copyLock, fileName, fileName + "-wal"}
	if diff := cmp.Diff(want, fileNames(t, dir)); diff != "" {
		t.Errorf("files after the refusals (-want +got):\n%s", diff)
	}
	if got := gapsIn(t, dir); got != 3 {
		t.Errorf("got %d gaps after the refusals; want 3", got)
	}
}

func TestRestoreBesideAnother(t *testing.T) {
	ctx, backup := context.Background(), backupWith(t, 5)
	db := open(t, t.TempDir())
	wantState(t, Restore(ctx, quiet(), db.dir, backup, true), errInUse, "in use by another tanyanetral")
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	lock, err := lockCopies(db.dir, shared)
	if err != nil {
		t.Fatal(err)
	}
	wantState(t, Restore(ctx, quiet(), db.dir, backup, true), errInUse, "a backup or restore of")
	if err := lock.Close(); err != nil {
		t.Fatal(err)
	}
	tool := raw(t, db.dir)
	tool.SetMaxOpenConns(1)
	runSQL(t, tool, "PRAGMA journal_mode = WAL; BEGIN; SELECT count(*) FROM gaps")
	r := restoring{log: quiet(), dir: db.dir, path: filepath.Join(db.dir, fileName), busy: 1}
	wantState(t, explain(db.dir, r.fold(ctx)), errInUse, "another program")
	runSQL(t, tool, "COMMIT")
}

// TestKilledRestore has a program killed while it restores: the folder opens
// with the old content or the new one, and restoring again works.
func TestKilledRestore(t *testing.T) {
	backup := backupWith(t, 150)
	model := liveFolder(t, 3)
	outcomes := make(map[int]int)
	prepare := func() (string, string) {
		dir := t.TempDir()
		copyOpen(t, model, dir)
		return dir, backup
	}
	eachDeath(t, "restore", 8, prepare, func(t *testing.T, dir, file string, done bool) {
		got := gapsIn(t, dir)
		if got != 150 && (got != 3 || done) {
			t.Errorf("got %d gaps after the kill; want the old 3 or the new 150", got)
		}
		outcomes[got]++
		if got == 150 {
			checkWhole(t, filepath.Join(dir, keptName), 3)
		}
		if err := Restore(context.Background(), quiet(), dir, file, true); err != nil {
			t.Error(err)
		}
		if got := gapsIn(t, dir); got != 150 {
			t.Errorf("got %d gaps after restoring again; want 150", got)
		}
		want := []string{lockName, copyLock, fileName, keptName}
		if diff := cmp.Diff(want, fileNames(t, dir)); diff != "" {
			t.Errorf("files after restoring again (-want +got):\n%s", diff)
		}
	})
	if outcomes[3] == 0 || outcomes[150] == 0 {
		t.Errorf("got outcomes %v; want both, or the kills came at no telling moment", outcomes)
	}
}

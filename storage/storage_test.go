package storage

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mattn/go-sqlite3"

	"tanyanetral/knowledge"
)

// holdFolder names the variable that makes the test program play a second
// tanyanetral, which works in the folder until it is killed.
const holdFolder = "STORAGE_TEST_HOLD"

func TestMain(m *testing.M) {
	if play(os.Getenv(playPart)) {
		return
	}
	dir := os.Getenv(holdFolder)
	if dir == "" {
		os.Exit(m.Run())
	}
	db, err := Open(context.Background(), quiet(), dir)
	if err == nil {
		_, _, err = db.AddGap(context.Background(), 41, gapOf("dari program lain"))
	}
	fmt.Println("holding:", err)
	_, _ = io.Copy(io.Discard, os.Stdin)
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// open opens the folder and closes it after the test.
func open(t testing.TB, dir string, opts ...Option) *DB {
	t.Helper()
	db, err := Open(context.Background(), quiet(), dir, opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// raw opens the database file as another program would.
func raw(t testing.TB, dir string) *sql.DB {
	t.Helper()
	db := sql.OpenDB(connector{&sqlite3.SQLiteDriver{}, filepath.Join(dir, fileName)})
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// runSQL executes statements on db.
func runSQL(t testing.TB, db *sql.DB, statements string) {
	t.Helper()
	if _, err := db.ExecContext(context.Background(), statements); err != nil {
		t.Fatal(err)
	}
}

// gapOf is a gap with a text and a normal form that is the same.
func gapOf(text string) knowledge.Gap {
	return knowledge.Gap{Text: text, Normal: text, Day: "2026-02-03", Reason: knowledge.NotFound}
}

// add adds a gap, insists that it was the first time, and returns its id.
func add(t testing.TB, db *DB, update int64, g knowledge.Gap) string {
	t.Helper()
	id, first, err := db.AddGap(context.Background(), update, g)
	if err != nil || !first {
		t.Fatalf("AddGap of update %d: got first %v, error %v; want true, none", update, first, err)
	}
	return id
}

// count is the number of all gaps.
func count(t testing.TB, db *DB) int {
	t.Helper()
	return rowsIn(t, db, "gaps")
}

func TestOpenMakesPrivateFiles(t *testing.T) {
	for _, name := range []string{"state", "a/b/state", "dua kata", "aneh?x=1&y#z%41+é"} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), name)
			db := open(t, dir)
			add(t, db, 1, gapOf("apa"))
			modes := map[string]os.FileMode{".": 0o700, fileName: 0o600, lockName: 0o600,
				fileName + "-wal": 0o600, fileName + "-shm": 0o600}
			for file, want := range modes {
				info, err := os.Stat(filepath.Join(dir, file))
				if err != nil {
					t.Fatal(err)
				}
				if got := info.Mode().Perm(); got != want {
					t.Errorf("mode of %s: got %o; want %o", file, got, want)
				}
			}
		})
	}
}

func TestOpenTakesFilesFromOtherUsers(t *testing.T) {
	dir := t.TempDir()
	if err := open(t, dir).Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, fileName)
	if err := errors.Join(os.Chmod(path, 0o644), os.Chmod(dir, 0o755)); err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	db, err := Open(context.Background(), slog.New(slog.NewTextHandler(&log, nil)), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode of the database: got %v, error %v; want 600", info.Mode(), err)
	}
	if !strings.Contains(log.String(), "open to other users") {
		t.Errorf("log: got %q; want a warning about the folder", log.String())
	}
}

func TestEveryConnectionIsSetUp(t *testing.T) {
	db := open(t, t.TempDir())
	same := map[string]string{"foreign_keys": "1", "secure_delete": "1", "synchronous": "2",
		"trusted_schema": "0", "temp_store": "2", "busy_timeout": "5000", "journal_mode": "wal"}
	pools := []struct {
		name      string
		pool      *sql.DB
		size      int
		queryOnly string
	}{{"read", db.read, readers, "1"}, {"write", db.write, 1, "0"}}
	for _, p := range pools {
		if got := p.pool.Stats().MaxOpenConnections; got != p.size {
			t.Errorf("%s: got %d connections; want %d", p.name, got, p.size)
		}
		for range p.size { // held until the end of the test, so that each is another one
			conn, err := p.pool.Conn(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			// A connection learns only by reading that the file went over to WAL after it was opened.
			if _, err := conn.ExecContext(context.Background(), "SELECT count(*) FROM gaps"); err != nil {
				t.Fatal(err)
			}
			checkPragma(t, p.name, conn, "query_only", p.queryOnly)
			for pragma, want := range same {
				checkPragma(t, p.name, conn, pragma, want)
			}
		}
	}
}

func checkPragma(t *testing.T, pool string, conn *sql.Conn, pragma, want string) {
	t.Helper()
	var got string
	err := conn.QueryRowContext(context.Background(), "PRAGMA "+pragma).Scan(&got)
	if err != nil || got != want {
		t.Errorf("%s pool: %s is %q, error %v; want %q", pool, pragma, got, err, want)
	}
}

func TestCloseKeepsRowsAndGivesFolderFree(t *testing.T) {
	dir := t.TempDir()
	db := open(t, dir)
	add(t, db, 1, gapOf("apa"))
	for range 2 {
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, fileName+"-wal")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the log after Close: got %v; want none", err)
	}
	if got := count(t, open(t, dir)); got != 1 {
		t.Errorf("gaps after reopening: got %d; want 1", got)
	}
}

func TestCancelledContextWritesNothing(t *testing.T) {
	dir := t.TempDir()
	db := open(t, dir)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, first, err := db.AddGap(ctx, 1, gapOf("apa")); first || !errors.Is(err, context.Canceled) {
		t.Errorf("AddGap: got %v, %v; want false and a cancelled context", first, err)
	}
	if got := count(t, db); got != 0 {
		t.Errorf("got %d gaps; want none", got)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(ctx, quiet(), dir); !errors.Is(err, context.Canceled) {
		t.Errorf("Open: got %v; want a cancelled context", err)
	}
	open(t, dir) // the failed Open holds no lock
}

// TestKilledProgram has a second program commit a gap, be killed, and leave
// both the lock and what it promised to the next one.
func TestKilledProgram(t *testing.T) {
	dir := t.TempDir()
	other := exec.Command(os.Args[0])
	other.Env = append(os.Environ(), holdFolder+"="+dir)
	stdin, err1 := other.StdinPipe()
	stdout, err2 := other.StdoutPipe()
	if err := errors.Join(err1, err2, other.Start()); err != nil {
		t.Fatal(err)
	}
	defer stdin.Close()
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if want := "holding: <nil>\n"; line != want {
		t.Errorf("the other program said %q, error %v; want %q", line, err, want)
	}
	_, err = Open(context.Background(), quiet(), dir)
	wantState(t, err, errInUse, dir, "is in use by another tanyanetral")
	if err := other.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = other.Wait() // says that it was killed
	db := open(t, dir)
	if got := count(t, db); got != 1 {
		t.Errorf("gaps after the kill: got %d; want 1", got)
	}
	if done, err := processed(db, 41); err != nil || !done {
		t.Errorf("update after the kill: got %v, %v; want processed", done, err)
	}
}

func TestTidyWaitsForReaders(t *testing.T) {
	db := open(t, t.TempDir(), func(s *settings) { s.busy = time.Millisecond })
	add(t, db, 1, gapOf("apa"))
	err := db.look(context.Background(), "read", func(tx *sql.Tx) error {
		var n int
		if err := tx.QueryRow("SELECT count(*) FROM gaps").Scan(&n); err != nil {
			return err
		}
		err := db.Tidy(context.Background())
		if err == nil || !strings.Contains(err.Error(), "somebody is reading") {
			t.Errorf("Tidy beside a reader: got %v; want the reason", err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Tidy(context.Background()); err != nil {
		t.Error(err)
	}
}

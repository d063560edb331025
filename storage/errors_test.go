package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/mattn/go-sqlite3"
)

// wantState insists that err is of a kind and that its text has the parts
// which the operator needs.
func wantState(t *testing.T, err, kind error, parts ...string) {
	t.Helper()
	if !errors.Is(err, kind) {
		t.Fatalf("got error %v; want %v", err, kind)
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("got error %q; want %q in it", err, part)
		}
	}
}

// filled makes a closed database of many pages and returns its folder.
func filled(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	db := open(t, dir)
	for i := range 200 {
		add(t, db, int64(i+1), gapOf(fmt.Sprintf("pertanyaan %d %s", i, strings.Repeat("x", 250))))
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestOpenRefusesAndKeepsFile(t *testing.T) {
	page := make([]byte, 4096) // SQLite's page size, which the database does not change
	for i := range page {
		page[i] = 0xA5
	}
	damage := func(t *testing.T, dir string, change func(*os.File) error) {
		file, err := os.OpenFile(filepath.Join(dir, fileName), os.O_RDWR, 0)
		if err == nil {
			err = errors.Join(change(file), file.Close())
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	write := func(t *testing.T, dir, content string) {
		if err := os.WriteFile(filepath.Join(dir, fileName), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cases := []struct {
		name string
		make func(t *testing.T, dir string)
		kind error
		text string
	}{
		{"text", func(t *testing.T, dir string) { write(t, dir, strings.Repeat("bukan basis data\n", 99)) },
			errNotDatabase, "not a tanyanetral database"},
		{"few bytes", func(t *testing.T, dir string) { write(t, dir, "halo") }, errNotDatabase, "restore a backup"},
		{"another program's", func(t *testing.T, dir string) {
			write(t, dir, "")
			runSQL(t, raw(t, dir), "CREATE TABLE contacts (name TEXT)")
		}, errNotDatabase, "move it away"},
		{"another program's with a version", func(t *testing.T, dir string) {
			write(t, dir, "")
			runSQL(t, raw(t, dir), "PRAGMA application_id = 7; PRAGMA user_version = 1")
		}, errNotDatabase, "move it away"},
		{"newer", func(t *testing.T, dir string) { runSQL(t, raw(t, dir), "PRAGMA user_version = 7000") },
			errNewer, fmt.Sprintf("has version 7000, but this program knows versions up to %d", newest(t))},
		{"page overwritten", func(t *testing.T, dir string) {
			damage(t, dir, func(f *os.File) error { _, err := f.WriteAt(page, 9*4096); return err })
		}, errCorrupt, "restore the newest backup"},
		{"schema overwritten", func(t *testing.T, dir string) {
			damage(t, dir, func(f *os.File) error { _, err := f.WriteAt(page[:3996], 100); return err })
		}, errCorrupt, "is damaged"},
		{"cut off", func(t *testing.T, dir string) {
			damage(t, dir, func(f *os.File) error { return f.Truncate(8 * 4096) })
		}, errCorrupt, "is damaged"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			dir := filled(t)
			c.make(t, dir)
			before := files(t, dir)[fileName]
			_, err := Open(context.Background(), quiet(), dir)
			wantState(t, err, c.kind, "open storage: ", dir, c.text)
			if string(files(t, dir)[fileName]) != string(before) {
				t.Error("the refused file was changed")
			}
		})
	}
}

func TestSecondOpenInSameProgram(t *testing.T) {
	dir := t.TempDir()
	open(t, dir)
	_, err := Open(context.Background(), quiet(), dir)
	wantState(t, err, errInUse, "state folder "+dir+" is in use by another tanyanetral")
}

func TestLockedByDatabaseTool(t *testing.T) {
	impatient := func(s *settings) { s.busy = time.Millisecond }
	t.Run("write", func(t *testing.T) {
		dir := t.TempDir()
		db := open(t, dir, impatient)
		tool := raw(t, dir)
		runSQL(t, tool, "BEGIN IMMEDIATE")
		_, _, err := db.AddGap(context.Background(), 1, gapOf("apa"))
		wantState(t, err, errInUse, "add gap: begin: ", dir, "another program") // before any work
		runSQL(t, tool, "COMMIT")
		add(t, db, 1, gapOf("apa"))
	})
	t.Run("open", func(t *testing.T) {
		dir := filled(t)
		runSQL(t, raw(t, dir), "PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE; COMMIT")
		_, err := Open(context.Background(), quiet(), dir, impatient)
		wantState(t, err, errInUse, dir, "another program")
	})
}

func TestReadOnly(t *testing.T) {
	cases := []struct {
		name   string
		before func(dir string) error // with the state folder there and in order
	}{
		{"parent folder", func(dir string) error {
			return errors.Join(os.RemoveAll(dir), os.Chmod(filepath.Dir(dir), 0o500))
		}},
		{"empty folder", func(dir string) error {
			return errors.Join(os.RemoveAll(dir), os.Mkdir(dir, 0o500))
		}},
		{"folder", func(dir string) error { return os.Chmod(dir, 0o500) }},
		{"database", func(dir string) error { return os.Chmod(filepath.Join(dir, fileName), 0o400) }},
		{"lock", func(dir string) error { return os.Chmod(filepath.Join(dir, lockName), 0o400) }},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			home := t.TempDir()
			dir := filepath.Join(home, "state")
			if err := errors.Join(os.Chmod(filepath.Dir(home), 0o755), giveAway(home)); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = errors.Join(os.Chmod(home, 0o700), os.Chmod(dir, 0o700)) })
			err := unprivileged(func() error { return openAndClose(dir) })
			if err != nil {
				t.Fatal(err)
			}
			if err := unprivileged(func() error { return c.before(dir) }); err != nil {
				t.Fatal(err)
			}
			err = unprivileged(func() error { return openAndClose(dir) })
			wantState(t, err, errReadOnly, "state folder "+dir, "may not be written")
		})
	}
}

func openAndClose(dir string) error {
	db, err := Open(context.Background(), quiet(), dir)
	if err != nil {
		return err
	}
	return db.Close()
}

// nobody is the user id under which root's tests meet file permissions.
const nobody = 65534

// giveAway makes the folder nobody's, if the test runs as root.
func giveAway(dir string) error {
	if os.Geteuid() != 0 {
		return nil
	}
	return os.Chown(dir, nobody, nobody)
}

// unprivileged runs work as a user for whom file permissions count. For root
// that is a thread of its own, which ends with the goroutine; the context of
// the work must not be one that can be cancelled, or the driver uses threads
// of root.
func unprivileged(work func() error) error {
	if os.Geteuid() != 0 {
		return work()
	}
	done := make(chan error)
	go func() {
		runtime.LockOSThread()
		if err := syscall.Setfsuid(nobody); err != nil {
			done <- err
			return
		}
		done <- work()
	}()
	return <-done
}

func TestFull(t *testing.T) {
	dir := t.TempDir()
	_, err := Open(context.Background(), quiet(), dir, func(s *settings) { s.maxPages = 2 })
	wantState(t, err, errFull, "migration 0001_init.sql", dir, "free some")

	empty := open(t, t.TempDir())
	var pages int
	if err := empty.read.QueryRow("PRAGMA page_count").Scan(&pages); err != nil {
		t.Fatal(err)
	}
	small := open(t, dir, func(s *settings) { s.maxPages = pages + 10 })
	text := strings.Repeat("y", 300)
	kept := int64(0)
	for err = nil; err == nil; kept++ {
		_, _, err = small.AddGap(context.Background(), kept+1, gapOf(text))
	}
	kept-- // the last one found no room
	wantState(t, err, errFull, "add gap: ", dir, "nothing saved so far is lost")
	if got := count(t, small); got != int(kept) || kept < 10 {
		t.Errorf("got %d gaps of %d; want all, and at least 10", got, kept)
	}
	if done, err := processed(small, kept+1); err != nil || done {
		t.Errorf("update without room: got %v, %v; want not processed", done, err)
	}
	if err := small.Close(); err != nil {
		t.Fatal(err)
	}
	add(t, open(t, dir), kept+1, gapOf(text))
}

func TestKindOf(t *testing.T) {
	cases := []struct {
		name string
		err  error
		want error
	}{
		{"disk full", sqlite3.Error{Code: sqlite3.ErrIoErr, SystemErrno: syscall.ENOSPC}, errFull},
		{"quota", &os.PathError{Op: "open", Err: syscall.EDQUOT}, errFull},
		{"read-only mount", &os.PathError{Op: "open", Err: syscall.EROFS}, errReadOnly},
		{"became read-only", sqlite3.Error{Code: sqlite3.ErrReadonly}, errReadOnly},
		{"other input or output", sqlite3.Error{Code: sqlite3.ErrIoErr, SystemErrno: syscall.EIO}, nil},
		{"constraint", sqlite3.Error{Code: sqlite3.ErrConstraint}, nil},
		{"no row", sql.ErrNoRows, nil},
	}
	for _, c := range cases {
		if got := kindOf(fmt.Errorf("wrapped: %w", c.err)); got != c.want {
			t.Errorf("%s: got %v; want %v", c.name, got, c.want)
		}
	}
}

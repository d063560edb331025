package storage

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/google/go-cmp/cmp"
	"github.com/mattn/go-sqlite3"
)

// A key pair for tests only.
const (
	testRecipient = "age1r5y75ryv7kxydc766a4kp9t2f5a5wae4vr32s2kt9rupc98r0eaqlg4z5v"
	testIdentity  = "AGE-SECRET-KEY-1T89KM8KGQ39URTL0C3EKVC2GZADECWGGW0P58WVSRE0MKY4WNDKSUFJEC0"
)

// checkWhole insists that a file is a whole backup with a number of gaps.
func checkWhole(t *testing.T, path string, gaps int) {
	t.Helper()
	if _, err := inspectCopy(context.Background(), path, path, 99); err != nil {
		t.Error(err)
		return
	}
	home := t.TempDir()
	if err := Restore(context.Background(), quiet(), home, path, false); err != nil {
		t.Error(err)
		return
	}
	db := open(t, home)
	if got := count(t, db); got != gaps {
		t.Errorf("%s: got %d gaps; want %d", filepath.Base(path), got, gaps)
	}
	if err := db.Close(); err != nil {
		t.Error(err)
	}
}

// fileNames are the names in a folder.
func fileNames(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestBackup(t *testing.T) {
	for _, name := range []string{"a.db", "dua kata.db", "aneh?x=1&y#z%41+é'.db", "file:x.db"} {
		t.Run(name, func(t *testing.T) {
			db := open(t, t.TempDir())
			add(t, db, 1, gapOf("apa"))
			add(t, db, 2, gapOf("TERHAPUS"))
			runSQL(t, db.write, "DELETE FROM gaps WHERE text = 'TERHAPUS'")
			dir := t.TempDir()
			to := filepath.Join(dir, name)
			if err := db.Backup(context.Background(), to); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]string{name}, fileNames(t, dir)); diff != "" {
				t.Errorf("files (-want +got):\n%s", diff)
			}
			if info, err := os.Stat(to); err != nil || info.Mode() != 0o600 {
				t.Errorf("got mode %v, error %v; want 600", info.Mode(), err)
			}
			if content, err := os.ReadFile(to); err != nil || bytes.Contains(content, []byte("TERHAPUS")) {
				t.Errorf("error %v; the backup has what was deleted", err)
			}
			checkWhole(t, to, 1)
			add(t, db, 3, gapOf("lagi")) // the database is as free as before
			if err := BackupOf(context.Background(), quiet(), db.dir, to+"2", ""); err != nil {
				t.Fatal(err)
			}
			checkWhole(t, to+"2", 2)
		})
	}
}

func TestBackupRefuses(t *testing.T) {
	db := open(t, t.TempDir())
	add(t, db, 1, gapOf("apa"))
	dir := t.TempDir()
	to := filepath.Join(dir, "b.db")
	put := func(name, content string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put("full.db", "x")
	put("empty.db", "")
	if err := os.Symlink("nowhere", filepath.Join(dir, "link.db")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"full.db", "empty.db", "link.db", "."} {
		err := db.Backup(context.Background(), filepath.Join(dir, name))
		wantState(t, err, ErrExists, "backup: ", "is not overwritten")
	}
	err := db.BackupSealed(context.Background(), to, testIdentity)
	if err == nil || strings.Contains(err.Error(), testIdentity[:20]) {
		t.Errorf("private key to seal to: got error %v; want one without the key", err)
	}
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	if err := db.Backup(cancelled, to); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v; want a cancelled context", err)
	}
	err = db.Backup(context.Background(), filepath.Join(dir, "none", "b.db"))
	if !errors.Is(err, os.ErrNotExist) {
		t.Errorf("folder that is not there: got %v", err)
	}
	if err := BackupOf(context.Background(), quiet(), dir, to, ""); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no database there: got %v", err)
	}
	if diff := cmp.Diff([]string{"empty.db", "full.db", "link.db"}, fileNames(t, dir)); diff != "" {
		t.Errorf("files after the refusals (-want +got):\n%s", diff)
	}
}

func TestBackupWithoutRight(t *testing.T) {
	home := t.TempDir()
	to := filepath.Join(home, "cadangan", "b.db")
	if err := errors.Join(os.Chmod(filepath.Dir(home), 0o755), giveAway(home)); err != nil {
		t.Fatal(err)
	}
	err := unprivileged(func() error {
		if err := os.Mkdir(filepath.Dir(to), 0o500); err != nil {
			return err
		}
		db, err := Open(context.Background(), quiet(), filepath.Join(home, "state"))
		if err != nil {
			return err
		}
		return errors.Join(db.Backup(context.Background(), to), db.Close())
	})
	wantState(t, err, errReadOnly, "backup: ", to, "may not be written; give its folder")
	full := explainCopy(to, sqlite3.Error{Code: sqlite3.ErrFull})
	wantState(t, full, errFull, "no space is left for "+to)
}

func TestBackupBesideAnother(t *testing.T) {
	db := open(t, t.TempDir())
	add(t, db, 1, gapOf("apa"))
	to := filepath.Join(t.TempDir(), BackupName(time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)))
	other, err := newCopy(quiet(), to+partSuffix)
	if err != nil {
		t.Fatal(err)
	}
	wantState(t, db.Backup(context.Background(), to), errInUse, "is being written by another")
	if _, err := Rotate(filepath.Dir(to), 1, time.Now()); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(to + partSuffix); err != nil {
		t.Errorf("Rotate took away what another is writing: %v", err)
	}
	err = os.WriteFile(to+partSuffix+"-journal", []byte("x"), 0o600)
	if err := errors.Join(err, other.file.Close()); err != nil { // as if it were killed
		t.Fatal(err)
	}
	if err := db.Backup(context.Background(), to); err != nil {
		t.Fatal(err)
	}
	checkWhole(t, to, 1)
	if diff := cmp.Diff([]string{filepath.Base(to)}, fileNames(t, filepath.Dir(to))); diff != "" {
		t.Errorf("files after the backup (-want +got):\n%s", diff)
	}
}

// TestBackupWhileWriting has writers go on; the backup is the state of one
// moment, in which every gap has its update.
func TestBackupWhileWriting(t *testing.T) {
	db := open(t, filled(t))
	before := count(t, db)
	stop, dir := make(chan struct{}), t.TempDir()
	var writers sync.WaitGroup
	written := make([]int, 3)
	for w := range written {
		writers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				update := int64(1000*(w+1) + written[w])
				if _, _, err := db.AddGap(context.Background(), update, gapOf("sela")); err != nil {
					t.Error(err)
					return
				}
				written[w]++
			}
		})
	}
	for i := range 3 {
		if err := db.Backup(context.Background(), filepath.Join(dir, fmt.Sprint(i))); err != nil {
			t.Error(err)
		}
	}
	close(stop)
	writers.Wait()
	for i := range 3 {
		home := t.TempDir()
		from := filepath.Join(dir, fmt.Sprint(i))
		if err := Restore(context.Background(), quiet(), home, from, false); err != nil {
			t.Fatal(err)
		}
		copied := open(t, home)
		var updates int
		if err := copied.read.QueryRow("SELECT count(*) FROM processed_updates").Scan(&updates); err != nil {
			t.Fatal(err)
		}
		if got := count(t, copied); got != updates || got < before || got > count(t, db) {
			t.Errorf("backup %d: got %d gaps, %d updates; want as many, from %d to %d", i, got, updates,
				before, count(t, db))
		}
		before = count(t, copied)
	}
	if got, want := count(t, db), 200+written[0]+written[1]+written[2]; got != want || got == 200 {
		t.Errorf("got %d gaps after all; want %d, some of them written meanwhile", got, want)
	}
}

func TestBackupSealed(t *testing.T) {
	dir := t.TempDir()
	db := open(t, dir)
	add(t, db, 1, gapOf("PERTANYAAN"))
	to := filepath.Join(t.TempDir(), "b.db.age")
	if err := db.BackupSealed(context.Background(), to, testRecipient); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(to)
	if err != nil || !bytes.HasPrefix(content, []byte(sealedBegin)) ||
		bytes.Contains(content, []byte("PERTANYAAN")) {
		t.Errorf("error %v; the backup is not sealed", err)
	}
	for _, name := range fileNames(t, dir) {
		if strings.HasPrefix(name, plainCopy) {
			t.Errorf("%s stays in the state folder", name)
		}
	}
	other, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	cut := to + ".cut"
	if err := os.WriteFile(cut, content[:len(content)-100], 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, home := context.Background(), t.TempDir()
	wantState(t, Restore(ctx, quiet(), home, to, false), errSealed, to+" is sealed")
	wantState(t, RestoreSealed(ctx, quiet(), home, to, other.String(), false), errSealed, "another key")
	wantState(t, RestoreSealed(ctx, quiet(), home, cut, testIdentity, false), errCorrupt, cut+" is damaged")
	if err := RestoreSealed(ctx, quiet(), home, to, "AGE-SECRET-KEY-1X", false); err == nil ||
		strings.Contains(err.Error(), "KEY-1X") {
		t.Errorf("broken key: got %v; want an error without it", err)
	}
	if diff := cmp.Diff([]string{lockName, copyLock}, fileNames(t, home)); diff != "" {
		t.Errorf("folder after the refusals (-want +got):\n%s", diff)
	}
	if err := RestoreSealed(ctx, quiet(), home, to, testIdentity+"\n", false); err != nil {
		t.Fatal(err)
	}
	if got := count(t, open(t, home)); got != 1 {
		t.Errorf("got %d gaps; want 1", got)
	}
}

// TestKilledBackup has a program killed while it makes a backup: the database
// loses nothing, and a file that has the backup's name is whole.
func TestKilledBackup(t *testing.T) {
	dir, gaps := filled(t), 200
	for part, steps := range map[string]int{"backup": 6, "backup-sealed": 8} {
		prepare := func() (string, string) {
			name := BackupName(time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC))
			if part == "backup-sealed" {
				name += sealedSuffix
			}
			return dir, filepath.Join(t.TempDir(), name)
		}
		eachDeath(t, part, steps, prepare, func(t *testing.T, dir, file string, done bool) {
			db := open(t, dir)
			if got := count(t, db); got != gaps {
				t.Errorf("got %d gaps after the kill; want %d", got, gaps)
			}
			_, err := os.Stat(file)
			if err != nil && done {
				t.Errorf("the backup is done, but %v", err)
			}
			if err != nil { // killed before: what was left behind is in nobody's way
				err = db.Backup(context.Background(), file)
			} else if part == "backup-sealed" {
				err = RestoreSealed(context.Background(), quiet(), t.TempDir(), file, testIdentity, false)
			} else {
				checkWhole(t, file, gaps)
				err = nil
			}
			if err := errors.Join(err, db.Tidy(context.Background()), db.Close()); err != nil {
				t.Error(err)
			}
			if _, err := Rotate(filepath.Dir(file), 1, time.Now()); err != nil {
				t.Error(err)
			}
			if diff := cmp.Diff([]string{filepath.Base(file)}, fileNames(t, filepath.Dir(file))); diff != "" {
				t.Errorf("files after the kill and Rotate (-want +got):\n%s", diff)
			}
			if _, err := os.Stat(filepath.Join(dir, plainCopy)); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("the plain copy after the kill and Tidy: got %v; want none", err)
			}
		})
	}
}

func TestBackupBeforeUpgrade(t *testing.T) {
	dir := version1(t)
	now := time.Date(2026, 2, 3, 23, 4, 5, 0, time.FixedZone("WIB", 7*3600))
	if err := open(t, dir, WithNow(func() time.Time { return now })).Close(); err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(dir, BackupFolder)
	at, name, err := NewestBackup(folder)
	if err != nil || !at.Equal(now) || name != "tanyanetral-20260203-160405.db" {
		t.Fatalf("got backup %q of %v, error %v; want the one of %v", name, at, err, now)
	}
	version, err := inspectCopy(context.Background(), filepath.Join(folder, name), name, 1)
	if err != nil || version != 1 {
		t.Errorf("got version %d, error %v; want 1", version, err)
	}
	open(t, dir) // nothing to upgrade: no further backup
	if got := fileNames(t, folder); len(got) != 1 {
		t.Errorf("got backups %v; want one", got)
	}
	home := t.TempDir()
	if err := Restore(context.Background(), quiet(), home, filepath.Join(folder, name), false); err != nil {
		t.Fatal(err)
	}
	checkRows1(t, open(t, home))

	blocked := version1(t)
	if err := os.WriteFile(filepath.Join(blocked, BackupFolder), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(context.Background(), quiet(), blocked); err == nil {
		t.Error("upgraded without a backup")
	}
	if _, err := inspectCopy(context.Background(), filepath.Join(blocked, fileName), "x", 1); err != nil {
		t.Errorf("the database was upgraded without a backup: %v", err)
	}
}

func TestRotate(t *testing.T) {
	all := []string{"tanyanetral-20260101-000000.db", "tanyanetral-20260102-000000.db.age",
		"tanyanetral-20260102-000001.db", "tanyanetral-20260301-120000.db"}
	others := []string{"catatan.txt", "tanyanetral-20260101-000000.db.bak", "tanyanetral-2026.db",
		"tanyanetral.db", "tanyanetral-20261301-000000.db", "x.db.part"}
	left := []string{"tanyanetral-20260228-000000.db.part", "tanyanetral-20260228-000000.db.part-journal",
		"tanyanetral-20260228-000001.db.age.part"}
	now := time.Date(2026, 3, 1, 13, 0, 0, 0, time.UTC)
	for keep := 1; keep <= 5; keep++ {
		dir := t.TempDir()
		for _, name := range slices.Concat(all, others, left) {
			if err := os.WriteFile(filepath.Join(dir, name), []byte("x"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if _, name, err := NewestBackup(dir); err != nil || name != all[3] {
			t.Errorf("newest: got %q, %v; want %q", name, err, all[3])
		}
		gone := max(0, len(all)-keep)
		if removed, err := Rotate(dir, keep, now); err != nil || removed != gone {
			t.Errorf("keep %d: got %d, %v; want %d removed", keep, removed, err, gone)
		}
		got := fileNames(t, dir)
		want := slices.Sorted(slices.Values(slices.Concat(all[gone:], others)))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("keep %d: files (-want +got):\n%s", keep, diff)
		}
	}
	if _, err := Rotate(t.TempDir(), 0, now); err == nil {
		t.Error("keep 0: got no error; want one")
	}
	at, name, err := NewestBackup(filepath.Join(t.TempDir(), "none"))
	if !at.IsZero() || name != "" || err != nil {
		t.Errorf("no folder: got %v, %q, %v; want nothing", at, name, err)
	}
}

package storage

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// folderOf is a folder with a backup of every day named.
func folderOf(t *testing.T, days ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, day := range days {
		at := get(time.Parse(time.DateOnly, day))(t)
		must(t, os.WriteFile(filepath.Join(dir, BackupName(at)), []byte("x"), 0o600))
	}
	return dir
}

// daysOf are the days of the backups of a folder.
func daysOf(t *testing.T, dir string) []string {
	t.Helper()
	days := []string{}
	for _, name := range get(backups(dir))(t) {
		at, _ := backupTime(name)
		days = append(days, at.Format(time.DateOnly))
	}
	return days
}

// Rotate under a clock that was or is wrong.
func TestRotateWrongClock(t *testing.T) {
	for what, c := range map[string]struct {
		now        string
		made, left []string
	}{
		"right": {now: "2026-11-22", made: []string{"2026-11-20", "2026-11-21", "2026-11-22"},
			left: []string{"2026-11-21", "2026-11-22"}},
		"was ahead once": {now: "2026-11-22", made: []string{"2026-11-21", "2026-11-22", "2036-01-01"},
			left: []string{"2026-11-21", "2026-11-22"}},
		"is behind": {now: "1970-01-01", made: []string{"1970-01-01", "2026-11-21", "2026-11-22"},
			left: []string{"1970-01-01", "2026-11-22"}},
		"within a day": {now: "2026-11-21", made: []string{"2026-11-20", "2026-11-21", "2026-11-22"},
			left: []string{"2026-11-21", "2026-11-22"}},
		"few enough": {now: "2026-11-22", made: []string{"2036-01-01"}, left: []string{"2036-01-01"}},
	} {
		dir := folderOf(t, c.made...)
		removed, err := Rotate(dir, 2, get(time.Parse(time.DateOnly, c.now))(t))
		if err != nil || removed != len(c.made)-len(c.left) {
			t.Errorf("%s: %d removed, %v", what, removed, err)
		}
		if diff := cmp.Diff(c.left, daysOf(t, dir)); diff != "" {
			t.Errorf("%s: left (-want +got):\n%s", what, diff)
		}
	}
}

// Expire looks at the age alone.
func TestExpire(t *testing.T) {
	dir := folderOf(t, "2026-10-01", "2026-11-07", "2026-11-08", "2036-01-01")
	now := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	if removed, err := Expire(dir, 14, now); removed != 2 || err != nil {
		t.Errorf("%d removed, %v", removed, err)
	}
	if diff := cmp.Diff([]string{"2026-11-08", "2036-01-01"}, daysOf(t, dir)); diff != "" {
		t.Errorf("left (-want +got):\n%s", diff)
	}
}

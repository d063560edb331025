package main

import (
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"tanyanetral/knowledge"
	"tanyanetral/report"
	"tanyanetral/storage"
)

// jumper is a clock that is set as a wrong server clock is.
type jumper struct {
	mu sync.Mutex
	at time.Time
}

func (j *jumper) now() time.Time {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.at
}

func (j *jumper) jump(d time.Duration) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.at = j.at.Add(d)
}

// TestFaultClock sets the clock back and forth and does all duties after each
// jump: none fails, nothing that is young is erased, what is old is, and a
// backup of days to come does not stop those of today.
func TestFaultClock(t *testing.T) {
	dir := t.TempDir()
	clock := &jumper{at: time.Date(2028, 11, 1, 2, 0, 0, 0, time.UTC)}
	a, err := newApp(&settings{State: filepath.Join(dir, "state"), KeyFile: filepath.Join(dir, "app.key"),
		Timezone: "Asia/Jakarta"}, newLog(io.Discard, 0))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := a.close(); err != nil {
			t.Error(err)
		}
	}()
	a.now = clock.now
	backups := filepath.Join(dir, "backups")
	o := &office{app: a, cmd: &serveCmd{copySettings: copySettings{Backups: backups, BackupKeep: 5}},
		plan: report.DefaultPlan(), counts: newTally(), figures: newMetrics()}
	if err := o.open(t.Context()); err != nil {
		t.Fatal(err)
	}
	update := int64(0)
	log := func() {
		update++
		g := knowledge.Gap{Text: "apa itu hologram", Normal: "hologram", Day: o.today(),
			Reason: knowledge.NotFound}
		if _, _, err := a.db.AddGap(t.Context(), update, g); err != nil {
			t.Fatal(err)
		}
	}
	steps := []struct {
		name    string
		jump    time.Duration
		gaps    int // after the duties, and a new one before each
		backups int
	}{
		{"the first day", 0, 1, 1},
		{"a minute later", time.Minute, 2, 1},
		{"a minute back", -time.Minute, 3, 1},
		{"a day later", day, 4, 2},
		{"a year ahead", 365 * day, 1, 3},
		{"the year back", time.Hour - 365*day, 2, 4},
		{"still there", 15 * time.Minute, 3, 4},
		{"the day after", day, 4, 5},
		{"to 1970", -59 * 365 * day, 5, 5},
	}
	for _, s := range steps {
		clock.jump(s.jump)
		log()
		for _, d := range o.duties() {
			if d.name == "fit the matcher" || d.name == "metrics" {
				continue // they run until they are stopped
			}
			if err := d.do(t.Context()); err != nil {
				t.Errorf("%s: %s: %v", s.name, d.name, err)
			}
		}
		gaps, err := a.db.OpenGaps(t.Context())
		if err != nil || len(gaps) != s.gaps {
			t.Errorf("%s: %d questions are kept (%v), want %d", s.name, len(gaps), err, s.gaps)
		}
		copies, err := filepath.Glob(filepath.Join(backups, "*.db"))
		if err != nil || len(copies) != s.backups {
			t.Errorf("%s: backups %v (%v), want %d", s.name, copies, err, s.backups)
		}
	}
}

// TestOldCopiesGoWhenNoneIsMade: what is too many or too old goes also while no
// copy can be made, and the copy before an upgrade goes after its days.
func TestOldCopiesGoWhenNoneIsMade(t *testing.T) {
	dir, now := t.TempDir(), time.Date(2028, 11, 20, 2, 0, 0, 0, time.UTC)
	state := filepath.Join(dir, "state")
	backups, upgrades := filepath.Join(dir, "backups"), filepath.Join(state, storage.BackupFolder)
	for folder, ages := range map[string][]int{backups: {9, 8, 7, 6, 5, 4, 3, 2}, upgrades: {400, 6, 4}} {
		if err := os.MkdirAll(folder, 0o700); err != nil {
			t.Fatal(err)
		}
		for _, days := range ages {
			name := filepath.Join(folder, storage.BackupName(now.AddDate(0, 0, -days)))
			if err := os.WriteFile(name, []byte("x"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	a := &app{log: newLog(io.Discard, 0), now: func() time.Time { return now }, zone: time.UTC,
		set: &settings{State: state}}
	if err := a.openStorage(t.Context()); err != nil {
		t.Fatal(err)
	}
	o := &office{app: a, cmd: &serveCmd{copySettings: copySettings{Backups: backups, BackupKeep: 5}}}
	if err := a.close(); err != nil { // so that no copy can be made
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(state, "tanyanetral.db")); err != nil {
		t.Fatal(err)
	}
	if err := o.backUp(t.Context()); err == nil {
		t.Fatal("a copy was made; the test shows nothing")
	}
	for folder, want := range map[string]int{backups: 5, upgrades: 1} {
		left, err := filepath.Glob(filepath.Join(folder, "*.db"))
		if err != nil || len(left) != want {
			t.Errorf("left in %s: %v, %v, want %d", filepath.Base(folder), left, err, want)
		}
	}
}

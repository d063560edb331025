package storage

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The variables that make the test program play a tanyanetral which is killed
// at its work.
const (
	playPart   = "STORAGE_TEST_PART"   // what it does
	playFolder = "STORAGE_TEST_FOLDER" // state folder
	playFile   = "STORAGE_TEST_FILE"   // backup
	playStep   = "STORAGE_TEST_STEP"   // number of the step, told in the log, after which it dies; 0: none
)

// play plays the part, if it is one, until it is done or killed.
func play(part string) bool {
	if part == "" {
		return false
	}
	ctx, dir, file := context.Background(), os.Getenv(playFolder), os.Getenv(playFile)
	step, err := strconv.Atoi(os.Getenv(playStep))
	log := slog.New(&mortal{after: step})
	if part == "restore" && err == nil {
		fmt.Println("begun")
		err = Restore(ctx, log, dir, file, true)
		fmt.Println("done:", err)
		return true
	}
	db, err2 := Open(ctx, log, dir)
	if err = errors.Join(err, err2); err == nil {
		fmt.Println("begun")
		switch part {
		case "backup":
			err = db.Backup(ctx, file)
		case "backup-sealed":
			err = db.BackupSealed(ctx, file, testRecipient)
		case "accept":
			err = acceptUntilKilled(ctx, db)
		}
	}
	fmt.Println("done:", err)
	return true
}

// mortal is a log handler that kills the program after a number of steps.
type mortal struct{ after, seen int }

func (m *mortal) Enabled(context.Context, slog.Level) bool { return true }
func (m *mortal) WithAttrs([]slog.Attr) slog.Handler       { return m }
func (m *mortal) WithGroup(string) slog.Handler            { return m }

func (m *mortal) Handle(_ context.Context, r slog.Record) error {
	if r.Level != slog.LevelDebug {
		return nil
	}
	if m.seen++; m.seen == m.after {
		if err := syscall.Kill(os.Getpid(), syscall.SIGKILL); err != nil {
			return err
		}
		select {}
	}
	return nil
}

// player is a test program that plays a part.
type player struct {
	t    *testing.T
	cmd  *exec.Cmd
	said *bufio.Scanner
}

// start lets a part begin; it dies after the step, if that is not 0.
func start(t *testing.T, part, dir, file string, step int) *player {
	t.Helper()
	p := &player{t: t, cmd: exec.Command(os.Args[0])}
	p.cmd.Env = append(os.Environ(), playPart+"="+part, playFolder+"="+dir, playFile+"="+file,
		playStep+"="+strconv.Itoa(step))
	out, err := p.cmd.StdoutPipe()
	if err := errors.Join(err, p.cmd.Start()); err != nil {
		t.Fatal(err)
	}
	p.said = bufio.NewScanner(out)
	if !p.said.Scan() || p.said.Text() != "begun" {
		t.Fatalf("%s said %q; want that it has begun", part, p.said.Text())
	}
	return p
}

// end waits for the end and reports whether the part was played to it; false:
// it was killed.
func (p *player) end() (done bool) {
	p.t.Helper()
	for p.said.Scan() {
		line := p.said.Text()
		if !strings.HasPrefix(line, "done: ") {
			continue
		}
		if done = line == "done: <nil>"; !done {
			p.t.Errorf("the other program said %q; want no error", line)
		}
		_ = p.cmd.Process.Kill() // built with the race detector, it would take a second to end
	}
	_ = p.cmd.Wait() // says that it was killed, if it was
	return done
}

// killAfter kills the program when the time is up.
func (p *player) killAfter(wait time.Duration) {
	timer := time.AfterFunc(wait, func() { _ = p.cmd.Process.Kill() })
	defer timer.Stop()
	p.end()
}

// eachDeath plays a part again and again: killed after its first step, its
// second, until it comes to its end, and then killed at a dozen other moments.
// check has to put things back in order for the next one.
func eachDeath(t *testing.T, part string, steps int, prepare func() (dir, file string),
	check func(t *testing.T, dir, file string, done bool)) {
	for step := 1; ; step++ {
		dir, file := prepare()
		begun := time.Now()
		done := start(t, part, dir, file, step).end()
		took := time.Since(begun)
		check(t, dir, file, done)
		if t.Failed() {
			t.Fatalf("%s killed after step %d", part, step)
		}
		if !done {
			continue
		}
		if step <= steps {
			t.Errorf("%s told %d steps; want at least %d", part, step-1, steps)
		}
		for i := range time.Duration(12) {
			dir, file := prepare()
			start(t, part, dir, file, 0).killAfter(took * i / 12)
			check(t, dir, file, false)
			if t.Failed() {
				t.Fatalf("%s killed after %v", part, took*i/12)
			}
		}
		return
	}
}

// copyOpen copies a state folder that is in use, write-ahead log and all, as
// it would be found after a loss of power.
func copyOpen(t *testing.T, from, to string) {
	t.Helper()
	for name, content := range files(t, from) {
		if !strings.HasSuffix(name, "-shm") {
			if err := os.WriteFile(filepath.Join(to, name), content, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}

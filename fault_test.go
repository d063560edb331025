package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"tanyanetral/bot/telegramtest"
)

// What the faults below make people read, and what they must not.
const (
	saysApology = "ada gangguan di pihak kami"
	saysNone    = "belum ada jawaban yang cukup pasti"
	// unanswerable is about nothing that the base knows, and is kept for the curators.
	unanswerable = "hologram calon diputar drone di atas sawah bengkok siapa yg matikan"
)

// startUnder runs the program under a command that replaces itself by it, such
// as prlimit.
func startUnder(
	tb testing.TB, fake *telegramtest.Server, state string, under []string, args ...string,
) *program {
	tb.Helper()
	all := slices.Concat(under[1:], []string{binary}, args)
	return startExe(tb, under[0], fake.Token(), fake.URL(), state, all...)
}

// asker lets a new person ask at every call.
type asker struct {
	t    *testing.T
	fake *telegramtest.Server
	next int64
}

// ask lets a new person write and returns who it was.
func (a *asker) ask(text string) telegramtest.User {
	a.next++
	u := telegramtest.User{ID: 70_000 + a.next, FirstName: "Pegawai"}
	a.fake.Text(u, text)
	return u
}

// reads waits until a person has got a reply and returns its text.
func (a *asker) reads(u telegramtest.User) string {
	a.t.Helper()
	await(a.t, a.fake, "a reply", func(s *telegramtest.Server) bool { return s.Sent(u.ID) > 0 })
	m, _ := a.fake.Newest(u.ID)
	return m.Plain
}

// expect asks and fails the test when the reply does not say so.
func (a *asker) expect(text, says string) {
	a.t.Helper()
	if got := a.reads(a.ask(text)); !strings.Contains(got, says) {
		a.t.Errorf("%q is answered with %q, want %q in it", text, got, says)
	}
}

// answered fails the test unless everybody got one reply, or at most so many
// of them two.
func answered(t *testing.T, fake *telegramtest.Server, users []telegramtest.User, twice int) {
	t.Helper()
	if n := repliesTwice(t, fake, users); n > twice {
		t.Errorf("%d replies came twice, want at most %d", n, twice)
	}
}

// gapsBeside counts the logged questions of a program that has nothing to do:
// those of a copy of its files, since SQLite does not open one that lies in
// another process's namespace.
func gapsBeside(t *testing.T, dir string) int {
	t.Helper()
	copied := t.TempDir()
	for _, name := range []string{"tanyanetral.db", "tanyanetral.db-wal"} {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err == nil {
			err = os.WriteFile(filepath.Join(copied, name), data, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return countGaps(t, copied)
}

// full is a program whose disk can be filled and emptied again.
type full struct {
	p           *program
	state       string // as the test sees it
	fill, empty func()
}

// onSmallDisk runs the program with its state on a disk of 4 MB in a mount
// namespace of its own. Where the system forbids that, no file may grow
// instead: the limit of the process for the size of files.
func onSmallDisk(t *testing.T, fake *telegramtest.Server) full {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "state")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	must := func(what string, err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
	}
	if err := exec.Command("unshare", "-Urm", "sh", "-c", "mount -t tmpfs none /mnt").Run(); err != nil {
		t.Logf("no namespace for a small disk (%v): files are limited instead", err)
		p := startUnder(t, fake, dir, []string{"prlimit"}, "serve", "--fast-sends")
		limit := func(size string) func() {
			return func() {
				pid := strconv.Itoa(p.cmd.Process.Pid)
				must("prlimit", exec.Command("prlimit", "--pid", pid, "--fsize="+size).Run())
			}
		}
		return full{p, dir, limit("4096:"), limit("unlimited:")}
	}
	mount := `mount -t tmpfs -o size=4m,mode=700 none "$0" && exec "$@"`
	p := startUnder(t, fake, dir, []string{"unshare", "-Urm", "sh", "-c", mount, dir},
		"serve", "--fast-sends")
	inside := filepath.Join("/proc", strconv.Itoa(p.cmd.Process.Pid), "root", dir)
	ballast := filepath.Join(inside, "ballast")
	return full{p, inside, func() {
		f, err := os.OpenFile(ballast, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
		must("fill the disk", err)
		for err == nil {
			_, err = f.Write(make([]byte, 4096))
		}
		must("fill the disk", f.Close())
	}, func() { must("empty the disk", os.Remove(ballast)) }}
}

// TestFaultDiskFull: while no byte can be written, what is known is answered,
// who asks what would have to be kept reads the apology, nothing that was kept
// is lost, and all is well again as soon as there is room.
func TestFaultDiskFull(t *testing.T) {
	fake := telegramtest.New(t)
	d, a := onSmallDisk(t, fake), asker{t: t, fake: fake}
	a.expect(unanswerable, saysNone)
	d.fill()
	apologies, kept := 0, 1
	for i := range 20 { // the room that the log already has is used up by the first ones
		text := a.reads(a.ask(fmt.Sprintf("%s %s", unanswerable, strings.Repeat("dan lagi ", i))))
		switch {
		case strings.Contains(text, saysApology):
			apologies++
		case strings.Contains(text, saysNone):
			kept++
		default:
			t.Errorf("a full disk: %q", text)
		}
	}
	if apologies == 0 {
		t.Error("nobody read the apology; the disk was not full")
	}
	a.expect(crashQuestion, "Tidak boleh")
	d.empty()
	a.expect(unanswerable, saysNone)
	if got := gapsBeside(t, d.state); got != kept+1 {
		t.Errorf("%d questions are kept, %d people were told so", got, kept+1)
	}
	out := d.p.output.String()
	if !strings.Contains(out, "no space is left") && !strings.Contains(out, "file too large") {
		t.Errorf("the log does not say why:\n%s", out)
	}
	d.p.stop(t)
	t.Logf("%d apologies on the full disk, %d questions kept in all", apologies, kept+1)
}

// TestFaultLocked is the short form: the database is locked for longer than
// the program waits.
func TestFaultLocked(t *testing.T) { locked(t, 7*time.Second) }

// locked lets another process hold SQLite's write lock (byte 120 of the index
// of its log). Meanwhile what is known is answered and the others read the
// apology; afterwards everything is as before.
func locked(t *testing.T, held time.Duration) {
	fake, dir := telegramtest.New(t), t.TempDir()
	p, a := start(t, fake, dir, "serve", "--fast-sends"), asker{t: t, fake: fake}
	a.expect(unanswerable, saysNone)
	f, err := os.OpenFile(filepath.Join(dir, "tanyanetral.db-shm"), os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	lock := syscall.Flock_t{Type: syscall.F_WRLCK, Whence: io.SeekStart, Start: 120, Len: 1}
	if err := syscall.FcntlFlock(f.Fd(), syscall.F_SETLKW, &lock); err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	for time.Since(begin) < held {
		waits := a.ask(unanswerable)
		a.expect(crashQuestion, "Tidak boleh")
		if text := a.reads(waits); !strings.Contains(text, saysApology) {
			t.Errorf("while the database is locked: %q", text)
		}
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	a.expect(unanswerable, saysNone)
	p.stop(t)
	if got := countGaps(t, dir); got != 2 {
		t.Errorf("%d questions are kept, want the one before and the one after", got)
	}
}

// TestFaultDescriptors: 128 open files are enough while 300 people ask, and
// while strangers hold 100 connections to the console open.
func TestFaultDescriptors(t *testing.T) {
	fake, dir := telegramtest.New(t), t.TempDir()
	p := startUnder(t, fake, dir, []string{"prlimit", "--nofile=128"}, "serve", "--fast-sends")
	address := p.listens(t)
	for range 100 {
		c, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = c.Close() }() // the program may have closed it first
	}
	a := asker{t: t, fake: fake}
	var users []telegramtest.User
	for i := range 300 {
		users = append(users, a.ask([]string{crashQuestion, unanswerable}[i%2]))
	}
	await(t, fake, "all answers", idle)
	answered(t, fake, users, 0)
	p.stop(t)
	if got := countGaps(t, dir); got != 150 {
		t.Errorf("%d questions are kept, want 150", got)
	}
}

// mostMemory is what the unit and the container allow, in MB.
const mostMemory = 256

// TestFaultMemory: start and 3,000 people at once stay within what the unit
// allows, and nothing runs on afterwards.
func TestFaultMemory(t *testing.T) {
	t.Setenv("TANYANETRAL_METRICS", "127.0.0.1:0")
	fake := telegramtest.New(t)
	p := start(t, fake, t.TempDir(), "serve", "--fast-sends")
	await(t, fake, "the first poll", (*telegramtest.Server).Polling)
	before := figure(t, p, "go_goroutines")
	idleMB := status(t, p, "VmRSS")
	a := asker{t: t, fake: fake}
	for i := range 3000 {
		a.ask([]string{crashQuestion, unanswerable}[i%2])
	}
	await(t, fake, "all answers", idle)
	peak, after := status(t, p, "VmHWM"), figure(t, p, "go_goroutines")
	t.Logf("%.0f MB idle, at most %.0f MB; %.0f goroutines before, %.0f after", idleMB, peak, before, after)
	if peak > mostMemory {
		t.Errorf("%.0f MB at most, want %d or less", peak, mostMemory)
	}
	// Eight that wait for the next update, and ten connections that stay open,
	// of which each has two.
	if after > before+8+2*10 {
		t.Errorf("%.0f goroutines after the load, %.0f before", after, before)
	}
	p.stop(t)
}

// status reads a figure of the kernel on the program, in MB.
func status(tb testing.TB, p *program, name string) float64 {
	tb.Helper()
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		tb.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(data), name+":")
	var kb float64
	if _, err := fmt.Sscanf(rest, "%f kB", &kb); err != nil || !ok {
		tb.Fatalf("no %s: %v", name, err)
	}
	return math.Round(kb / 1024)
}

// TestFaultTelegramAway is the short form: five refusals in a row, one of each
// kind, then 1,000 updates at once.
func TestFaultTelegramAway(t *testing.T) { away(t, 1, 1000) }

// away has Telegram refuse so many rounds of polls, each in five ways, and
// then hand over all that was written meanwhile.
func away(t *testing.T, rounds, people int) {
	fake, dir := telegramtest.New(t), t.TempDir()
	p, a := start(t, fake, dir, "serve", "--fast-sends"), asker{t: t, fake: fake}
	a.expect(crashQuestion, "Tidak boleh")
	for range rounds {
		for _, f := range []telegramtest.Fault{telegramtest.BadGateway(), telegramtest.Reset(),
			telegramtest.Refuse(500, "Internal Server Error"), telegramtest.LoseAnswer(),
			telegramtest.TooMany(1)} {
			fake.Inject("getUpdates", 1, f)
		}
	}
	refused := fake.Counts()["getUpdates"]
	var users []telegramtest.User
	for i := range people {
		users = append(users, a.ask([]string{crashQuestion, crashQuestion, unanswerable}[i%3]))
	}
	begin := time.Now()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute) // two refusals lie at most 30 s apart
	defer cancel()
	if err := fake.Await(ctx, idle); err != nil {
		t.Fatalf("waiting for all answers: %v", err)
	}
	t.Logf("%d people, answered %v after the first refusal, %d polls", people,
		time.Since(begin).Round(time.Second), fake.Counts()["getUpdates"]-refused)
	answered(t, fake, users, 0)
	p.stop(t)
	if got, want := countGaps(t, dir), people/3; got != want {
		t.Errorf("%d questions are kept, want %d", got, want)
	}
}

// TestFaultSlowNetwork: replies that take two seconds to be confirmed hold up
// only as many people as are answered at a time, and none gets two.
func TestFaultSlowNetwork(t *testing.T) {
	fake := telegramtest.New(t)
	p, a := start(t, fake, t.TempDir(), "serve", "--fast-sends"), asker{t: t, fake: fake}
	a.expect(crashQuestion, "Tidak boleh")
	fake.Inject("sendMessage", 16, telegramtest.Slow(2*time.Second))
	fake.Inject("getUpdates", 2, telegramtest.Slow(time.Second))
	begin := time.Now()
	var users []telegramtest.User
	for range 100 {
		users = append(users, a.ask(crashQuestion))
	}
	await(t, fake, "all answers", idle)
	answered(t, fake, users, 0)
	if took := time.Since(begin); took > 20*time.Second {
		t.Errorf("it took %v; sixteen slow replies are four seconds for eight at a time", took)
	}
	p.stop(t)
}

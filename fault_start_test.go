package main

import (
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tanyanetral/bot/telegramtest"
)

// bench is a place to start the program in: state folder, key file and
// settings, all of which a fault may spoil.
type bench struct {
	home, state, key string
	env              map[string]string
	args             []string
}

// write puts a file there.
func (b *bench) write(t *testing.T, name, text string, mode fs.FileMode) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(name, mode); err != nil { // whatever the umask is
		t.Fatal(err)
	}
}

// nobody is the user that the program runs as where the tests run as root,
// who may read everything.
const nobody = 65534

// unprivileged prepares the program to run without root's rights. The folders
// of tests are closed to others, the way to them is opened.
func unprivileged(t *testing.T, home string) []string {
	t.Helper()
	if os.Getuid() != 0 {
		return []string{"env"}
	}
	for _, dir := range []string{filepath.Dir(home), filepath.Dir(binary)} {
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	give(t, home)
	id := fmt.Sprint(nobody)
	return []string{"setpriv", "--reuid=" + id, "--regid=" + id, "--clear-groups"}
}

// give gives a folder and all in it to the user that the program runs as.
func give(t *testing.T, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(name string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(name, nobody, nobody)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// tree is every file below a folder with its mode and a sum of its content.
// Locks hold nothing and are left out.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(name, ".lock") {
			return err
		}
		data, err := os.ReadFile(name)
		all[name] = fmt.Sprintf("%s %x", d.Type(), sha256.Sum256(data))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// spoiled are the faults that a start can meet.
func spoiled(taken string) []struct {
	name  string
	spoil func(*testing.T, *bench)
	says  string
} {
	chmod := func(name func(*bench) string, mode fs.FileMode) func(*testing.T, *bench) {
		return func(t *testing.T, b *bench) {
			if err := os.Chmod(name(b), mode); err != nil {
				t.Fatal(err)
			}
		}
	}
	key := func(b *bench) string { return b.key }
	state := func(b *bench) string { return b.state }
	settings := func(text string) func(*testing.T, *bench) {
		return func(t *testing.T, b *bench) {
			name := filepath.Join(b.home, "settings")
			b.write(t, name, text, 0o644)
			b.env["TANYANETRAL_CONFIG"] = name
		}
	}
	set := func(name, value string) func(*testing.T, *bench) {
		return func(_ *testing.T, b *bench) { b.env[name] = value }
	}
	damage := func(t *testing.T, b *bench) {
		f, err := os.OpenFile(filepath.Join(b.state, "tanyanetral.db"), os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.WriteAt([]byte(strings.Repeat("\xff", 4096)), 4*4096); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return []struct {
		name  string
		spoil func(*testing.T, *bench)
		says  string
	}{
		{"a folder of somebody else", func(t *testing.T, b *bench) {
			if os.Getuid() != 0 { // nobody's folders cannot be made then; one without any rights is the same
				chmod(state, 0)(t, b)
			} else if err := os.Chown(b.state, 0, 0); err != nil {
				t.Fatal(err)
			}
		}, "may not be written; give it and its files to the user"},
		{"a folder to read only", chmod(state, 0o500), "may not be written"},
		{"a database to read only", chmod(func(b *bench) string {
			return filepath.Join(b.state, "tanyanetral.db")
		}, 0o400), "may not be written"},
		{"a damaged page", damage, "is damaged; keep a copy of the folder and restore the newest backup"},
		{"a key that cannot be read", chmod(key, 0), "correct TANYANETRAL_KEY_FILE or its owner"},
		{"a key that others can read", chmod(key, 0o644), "run: chmod 600"},
		{"a cut key", func(t *testing.T, b *bench) { b.write(t, b.key, "abcdef", 0o600) }, "is not an app key"},
		{"half a settings file", settings("TANYANETRAL_TZ=Asia/Jakarta\nTANYANETRAL_CON"),
			"settings:2: not a setting"},
		{"a wrong number in the file", settings("TANYANETRAL_BACKUP_KEEP=banyak\n"), "--backup-keep"},
		{"an unknown time zone", set("TANYANETRAL_TZ", "Asia/Atlantis"), "use Asia/Jakarta"},
		{"no calendar", set("TANYANETRAL_CALENDAR", "/nirwana/kalender.yaml"), "read the calendar"},
		{"a taken port", set("TANYANETRAL_LISTEN", taken), "TANYANETRAL_LISTEN"},
		{"a taken port of the figures", set("TANYANETRAL_METRICS", taken), "TANYANETRAL_METRICS"},
		{"an address that is none", set("TELEGRAM_API_URL", "telegram"), "set up Telegram"},
		{"a token that is none", set("TELEGRAM_TOKEN", "bukan token"), "set up Telegram"},
		{"a refused token", set("TELEGRAM_TOKEN", "1:salah"), "the token is refused by Telegram"},
	}
}

// takenPort is an address at which another program listens.
func takenPort(t *testing.T) string {
	t.Helper()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := taken.Close(); err != nil {
			t.Error(err)
		}
	})
	return taken.Addr().String()
}

// served leaves what a program of this version kept.
func served(t *testing.T, b *bench, fake *telegramtest.Server) {
	t.Helper()
	p := start(t, fake, b.state, "serve", "--fast-sends")
	a := asker{t: t, fake: fake}
	a.expect(unanswerable, saysNone)
	p.stop(t)
}

// aged leaves a database of version 2, as the frozen migrations make it, and
// its key.
func aged(t *testing.T, b *bench, _ *telegramtest.Server) {
	t.Helper()
	if err := os.Mkdir(b.state, 0o700); err != nil {
		t.Fatal(err)
	}
	b.write(t, b.key, strings.Repeat("5a", 32)+"\n", 0o600)
	name := filepath.Join(b.state, "tanyanetral.db")
	db, err := sql.Open("sqlite3", "file:"+name+"?_journal_mode=WAL")
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []string{"0001_init.sql", "0002_curation.sql"} {
		text, err := os.ReadFile(filepath.Join("storage", "migrations", step))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.ExecContext(t.Context(), string(text)); err != nil {
			t.Fatalf("%s: %v", step, err)
		}
	}
	_, err = db.ExecContext(t.Context(), "PRAGMA user_version = 2")
	if err := errors.Join(err, db.Close(), os.Chmod(name, 0o600)); err != nil {
		t.Fatal(err)
	}
}

// TestFaultBadStart: whatever is wrong at a start is said in one sentence, with
// exit code 2, and what was there before is as it was: a database of an older
// version is not even upgraded.
func TestFaultBadStart(t *testing.T) {
	for _, was := range []struct {
		name string
		make func(*testing.T, *bench, *telegramtest.Server)
	}{{"served", served}, {"old", aged}} {
		for _, tt := range spoiled(takenPort(t)) {
			t.Run(was.name+"/"+tt.name, func(t *testing.T) {
				home := t.TempDir()
				b := &bench{home: home, state: filepath.Join(home, "state"), key: filepath.Join(home, "app.key"),
					env: map[string]string{}}
				fake := telegramtest.New(t)
				was.make(t, b, fake)
				b.startsBadly(t, fake, tt.spoil, tt.says)
			})
		}
	}
}

// startsBadly spoils the bench, starts the program on it and expects that it
// says so and leaves everything as it was.
func (b *bench) startsBadly(
	t *testing.T, fake *telegramtest.Server, spoil func(*testing.T, *bench), says string,
) {
	t.Helper()
	under := unprivileged(t, b.home)
	spoil(t, b)
	before := tree(t, b.home)
	for name, value := range b.env {
		under = append(under, "env", name+"="+value)
	}
	p := startUnder(t, fake, b.state, under, append([]string{"serve"}, b.args...)...)
	code, out := p.wait(t), p.output.String()
	if code != 2 || !strings.Contains(out, says) {
		t.Errorf("exit code %d, want 2 and %q in\n%s", code, says, out)
	}
	if n := strings.Count(out, "tanyanetral: "); n != 1 || strings.Contains(out, "panic") ||
		strings.Contains(out, "goroutine ") {
		t.Errorf("%d sentences, want one, in\n%s", n, out)
	}
	after := tree(t, b.home)
	for name := range maps.Keys(after) { // what SQLite lays beside and takes away again says nothing
		if strings.HasSuffix(name, "-shm") || strings.HasSuffix(name, "-wal") {
			delete(after, name)
		}
	}
	if !maps.Equal(before, after) {
		t.Errorf("files before %v\nafter %v", before, after)
	}
}

// TestFaultFirstStart: a first start that cannot succeed leaves no file behind.
func TestFaultFirstStart(t *testing.T) {
	for name, value := range map[string]string{"TELEGRAM_TOKEN": "1:salah", "TANYANETRAL_LISTEN": takenPort(t)} {
		t.Run(name, func(t *testing.T) {
			home := t.TempDir()
			p := startUnder(t, telegramtest.New(t), filepath.Join(home, "state"),
				[]string{"env", name + "=" + value}, "serve")
			if code := p.wait(t); code != 2 {
				t.Errorf("exit code %d, want 2:\n%s", code, p.output)
			}
			if left := tree(t, home); len(left) != 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

// TestFaultTelegramAwayAtStart: Telegram being away stops no start; an old
// database is upgraded, and the answers come when Telegram is back.
func TestFaultTelegramAwayAtStart(t *testing.T) {
	home := t.TempDir()
	b := &bench{home: home, state: filepath.Join(home, "state"), key: filepath.Join(home, "app.key")}
	fake := telegramtest.New(t)
	aged(t, b, fake)
	fake.Inject("getMe", 4, telegramtest.BadGateway()) // as often as the client tries
	p := start(t, fake, b.state, "serve", "--fast-sends")
	a := asker{t: t, fake: fake}
	a.expect(unanswerable, saysNone)
	p.stop(t)
	if got := countGaps(t, b.state); got != 1 {
		t.Errorf("%d questions are kept, want one", got)
	}
}

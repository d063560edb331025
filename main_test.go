package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"tanyanetral/bot/telegramtest"
	"tanyanetral/report"
	"tanyanetral/storage"
)

// asProgram makes the test binary behave as the program itself, with the race
// detector if the tests have it.
const asProgram = "TANYANETRAL_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
		return
	}
	if address := os.Getenv(asEcho); address != "" {
		fmt.Fprintln(os.Stderr, echoBot(address)) // it does not end by itself
		os.Exit(1)
	}
	os.Exit(runTests(m))
}

// binary is where the tests find the program as an operator builds it. The
// race detector starts eight times slower, so that only the conversations run
// under it; tests that kill and start the program again use this one.
var binary string

func runTests(m *testing.M) int {
	dir, err := os.MkdirTemp("", "tanyanetral")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(dir) }() // a left-over folder fails nobody
	binary = filepath.Join(dir, "tanyanetral")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "building the program: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

// program is the real program in a process of its own.
type program struct {
	cmd    *exec.Cmd
	output *safeBuffer // standard output and errors
	done   chan error
}

// start runs the program with settings for the fake.
func start(tb testing.TB, fake *telegramtest.Server, state string, args ...string) *program {
	tb.Helper()
	if fake == nil {
		return startAt(tb, "", "", state, args...)
	}
	return startAt(tb, fake.Token(), fake.URL(), state, args...)
}

// startRaced runs the test binary as the program, so that the race detector
// sees it.
func startRaced(tb testing.TB, fake *telegramtest.Server, state string, args ...string) *program {
	tb.Helper()
	exe, err := os.Executable()
	if err != nil {
		tb.Fatal(err)
	}
	tb.Setenv(asProgram, "1")
	return startExe(tb, exe, fake.Token(), fake.URL(), state, args...)
}

// startAt runs the program as an operator would.
func startAt(tb testing.TB, token, url, state string, args ...string) *program {
	tb.Helper()
	return startExe(tb, binary, token, url, state, args...)
}

// startExe runs an executable; it is killed at the end of the test if it still
// runs.
func startExe(tb testing.TB, exe, token, url, state string, args ...string) *program {
	tb.Helper()
	p := &program{cmd: exec.Command(exe, args...), output: &safeBuffer{}, done: make(chan error, 1)}
	p.cmd.Env = append(os.Environ(), "TANYANETRAL_STATE="+state, "TELEGRAM_TOKEN="+token,
		"TANYANETRAL_KEY_FILE="+filepath.Join(filepath.Dir(state), "app.key"), "TANYANETRAL_LISTEN=127.0.0.1:0")
	if url != "" {
		p.cmd.Env = append(p.cmd.Env, "TELEGRAM_API_URL="+url)
	}
	p.cmd.Stdout, p.cmd.Stderr = p.output, p.output
	if err := p.cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	go func() { p.done <- p.cmd.Wait() }()
	tb.Cleanup(func() {
		if err := p.cmd.Process.Kill(); err == nil {
			<-p.done
		}
		p.keepsSecrets(tb, token, filepath.Join(filepath.Dir(state), "app.key"))
	})
	return p
}

// keepsSecrets looks for the token and the app key in all that the program has
// printed.
func (p *program) keepsSecrets(tb testing.TB, token, keyFile string) {
	tb.Helper()
	secrets := map[string]string{"token": token}
	if key, err := os.ReadFile(keyFile); err == nil {
		secrets["app key"] = strings.TrimSpace(string(key))
	}
	out := p.output.String()
	for name, secret := range secrets {
		if len(secret) > 6 && strings.Contains(out, secret) { // shorter: a test spoiled the key
			tb.Errorf("the %s stands in what the program printed", name)
		}
	}
}

// wait returns the exit code; it fails the test after a minute.
func (p *program) wait(tb testing.TB) int {
	tb.Helper()
	select {
	case err := <-p.done:
		p.done <- err
		var exit *exec.ExitError
		if err != nil && !errors.As(err, &exit) {
			tb.Fatal(err)
		}
		return p.cmd.ProcessState.ExitCode()
	case <-time.After(time.Minute):
		tb.Fatalf("the program does not end:\n%s", p.output)
	}
	return -1
}

// stop asks the program to end, as systemd would, and expects exit code 0.
func (p *program) stop(tb testing.TB) {
	tb.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		tb.Fatal(err)
	}
	if code := p.wait(tb); code != 0 {
		tb.Errorf("exit code %d after SIGTERM:\n%s", code, p.output)
	}
}

// listens waits until the program serves and returns its address.
func (p *program) listens(tb testing.TB) string {
	tb.Helper()
	for range 600 {
		if _, rest, ok := strings.Cut(p.output.String(), " listen="); ok {
			address, _, _ := strings.Cut(rest, "\n")
			return strings.TrimSpace(address)
		}
		select {
		case err := <-p.done:
			p.done <- err
			tb.Fatalf("the program ended:\n%s", p.output)
		case <-time.After(100 * time.Millisecond):
		}
	}
	tb.Fatalf("the program does not serve:\n%s", p.output)
	return ""
}

// safeBuffer is a buffer that two goroutines may use.
type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// await waits for a state of the fake, at most a minute.
func await(tb testing.TB, fake *telegramtest.Server, what string, f func(*telegramtest.Server) bool) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), time.Minute)
	defer cancel()
	if err := fake.Await(ctx, f); err != nil {
		tb.Fatalf("waiting for %s: %v", what, err)
	}
}

// TestConversations plays every file of testdata/percakapan* against the real
// program, under the race detector. The marks are those of telegramtest's
// Play.
func TestConversations(t *testing.T) {
	tests := []struct {
		folder string
		least  int
		args   []string
	}{
		{"percakapan", 80, nil},
		{"percakapan-tahapan", 6, []string{"--calendar", "testdata/percakapan-tahapan/kalender.yaml", "--at", "2029-02-12"}},
	}
	for _, tt := range tests {
		t.Run(tt.folder, func(t *testing.T) {
			fake := telegramtest.New(t)
			p := startRaced(t, fake, t.TempDir(), append([]string{"serve", "--fast-sends"}, tt.args...)...)
			if n := fake.PlayFiles(t, "testdata/"+tt.folder, 1000); n < tt.least {
				t.Errorf("%d conversations, want %d or more", n, tt.least)
			}
			p.stop(t)
		})
	}
}

// TestReporting plays the conversations of testdata/percakapan-lapor against
// the real program with two investigators, whose keys are kept outside.
func TestReporting(t *testing.T) {
	fake, dir := telegramtest.New(t), t.TempDir()
	enrol(t, dir, "Inspektur Pembantu I", "Inspektur")
	p := startRaced(t, fake, dir, "serve", "--fast-sends")
	if n := fake.PlayFiles(t, "testdata/percakapan-lapor", 5000); n < 15 {
		t.Errorf("%d conversations, want 15 or more", n)
	}
	p.stop(t)
}

// enrol puts investigators into the database of a state folder.
func enrol(t *testing.T, dir string, posts ...string) []string {
	t.Helper()
	log := newLog(io.Discard, 0)
	db, err := storage.Open(t.Context(), log, dir)
	if err != nil {
		t.Fatal(err)
	}
	o := report.NewOffice(log, db, report.DefaultPlan(), time.Now)
	var passphrases []string
	for _, post := range posts {
		recipient, passphrase, wrapped, err := report.NewKey()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := o.AddInvestigator(t.Context(), post, "pemeriksa-"+post, recipient, wrapped); err != nil {
			t.Fatal(err)
		}
		passphrases = append(passphrases, passphrase)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return passphrases
}

// TestRefusedToken: a clear sentence, exit code 2, and the token nowhere.
func TestRefusedToken(t *testing.T) {
	fake := telegramtest.New(t)
	fake.Revoke()
	p := start(t, fake, t.TempDir(), "serve")
	if code := p.wait(t); code != 2 {
		t.Errorf("exit code %d, want 2", code)
	}
	out := p.output.String()
	if !strings.Contains(out, "the token is refused by Telegram") {
		t.Errorf("no clear sentence in\n%s", out)
	}
	if strings.Contains(out, fake.Token()) || strings.Contains(out, "fake-token") {
		t.Errorf("the token stands in the output:\n%s", out)
	}
}

// TestNoToken: the console serves alone, with a hint.
func TestNoToken(t *testing.T) {
	p := start(t, nil, t.TempDir(), "serve")
	address := p.listens(t)
	for path, want := range map[string]int{"/healthz": 200, "/readyz": 200, "/": 401, "/pertanyaan": 401,
		"/static/style.css": 200} {
		resp, err := http.Get("http://" + address + path)
		if err != nil {
			t.Fatal(err)
		}
		if err := resp.Body.Close(); err != nil {
			t.Fatal(err)
		}
		if resp.StatusCode != want {
			t.Errorf("%s answers %d, want %d", path, resp.StatusCode, want)
		}
	}
	p.stop(t)
	if !strings.Contains(p.output.String(), "TELEGRAM_TOKEN") {
		t.Errorf("no hint in\n%s", p.output)
	}
}

// TestBrokenState starts the program on every kind of unusable state folder.
func TestBrokenState(t *testing.T) {
	write := func(name, text string) func(*testing.T, string) {
		return func(t *testing.T, dir string) {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	tests := []struct {
		name  string
		spoil func(*testing.T, string)
		want  string
	}{
		{"not a database", write("tanyanetral.db", strings.Repeat("halo dunia ", 1000)), "not a tanyanetral database"},
		{"newer", newer, "install the newer program"},
		{"state is a file", func(t *testing.T, dir string) {
			if err := errors.Join(os.Remove(dir), os.WriteFile(dir, nil, 0o600)); err != nil {
				t.Fatal(err)
			}
		}, "state"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "state")
			if err := os.Mkdir(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			tt.spoil(t, dir)
			p := start(t, telegramtest.New(t), dir, "serve")
			if code := p.wait(t); code != 2 || !strings.Contains(p.output.String(), tt.want) {
				t.Errorf("exit code %d, want 2 and %q in\n%s", code, tt.want, p.output)
			}
			if strings.Contains(p.output.String(), "panic") {
				t.Errorf("it panics:\n%s", p.output)
			}
		})
	}
}

// newer leaves a database whose version the program cannot know: the version
// number stands in bytes 60 to 63 of an SQLite file.
func newer(t *testing.T, dir string) {
	fake := telegramtest.New(t)
	p := start(t, fake, dir, "serve")
	await(t, fake, "the first poll", (*telegramtest.Server).Polling)
	p.stop(t)
	f, err := os.OpenFile(filepath.Join(dir, "tanyanetral.db"), os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.WriteAt([]byte{0, 0, 3, 231}, 60)
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
}

// TestTwoPrograms: the second one on a state folder is told so.
func TestTwoPrograms(t *testing.T) {
	fake, dir := telegramtest.New(t), t.TempDir()
	start(t, fake, dir, "serve")
	await(t, fake, "the first poll", (*telegramtest.Server).Polling)
	second := start(t, telegramtest.New(t), dir, "serve")
	if code := second.wait(t); code != 2 || !strings.Contains(second.output.String(), "in use") {
		t.Errorf("exit code %d:\n%s", code, second.output)
	}
}

// TestNothingPersonalIsKept holds a conversation full of personal data and
// then looks for it in every byte of the state folder and of the log.
func TestNothingPersonalIsKept(t *testing.T) {
	fake, dir := telegramtest.New(t), t.TempDir()
	p := start(t, fake, dir, "serve", "--fast-sends")
	user := telegramtest.User{ID: 81234567890123, FirstName: "Wirasandika", UserName: "wirasandika77"}
	secrets := []string{
		"198501012010011001", "3201011501850007", "0812-3456-7890", "wira@contoh.go.id", "@wirasandika77",
		"https://t.me/rahasia123", "Suprihatiningsih", "81234567890123", "Wirasandika", "wirasandika77",
	}
	fake.Text(user, "kucing pak Suprihatiningsih nip 198501012010011001 nik 3201011501850007 "+
		"makan apa di balai, hubungi 0812-3456-7890 atau wira@contoh.go.id atau @wirasandika77 lihat https://t.me/rahasia123")
	fake.Text(user, "boleh ga like postingan calon bupati, saya Suprihatiningsih nip 198501012010011001")
	if err := fake.AwaitIdle(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, _, ok := fake.Button(user.ID, labelNoHelp); ok {
		tapNoHelp(fake, user)
	}
	if err := fake.AwaitIdle(t.Context()); err != nil {
		t.Fatal(err)
	}
	p.stop(t)
	content := p.output.String()
	err := filepath.WalkDir(dir, func(name string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		data, err := io.ReadAll(f)
		content += string(data)
		return errors.Join(err, f.Close())
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(content) < 4096 {
		t.Fatalf("only %d bytes were looked at", len(content))
	}
	for _, s := range append(secrets, fake.Token()) {
		if strings.Contains(content, s) {
			t.Errorf("%q stands in the state folder or in the log", s)
		}
	}
}

const labelNoHelp = "Tidak membantu"

// tapNoHelp says that an answer did not help, and yes to the question whether
// it may be logged, in one tap.
func tapNoHelp(fake *telegramtest.Server, u telegramtest.User) telegramtest.CallbackID {
	id, data, _ := fake.Button(u.ID, labelNoHelp)
	return fake.Tap(u, u.ID, id, strings.Replace(data, "v1:n:", "v1:ny:", 1))
}

func TestVersionAndHelp(t *testing.T) {
	for _, args := range [][]string{{"version"}, {"--help"}, {"ask", "--help"}} {
		var out bytes.Buffer
		if err := run(t.Context(), args, stdio{strings.NewReader(""), &out, &out}); err != nil {
			t.Errorf("%v: %v", args, err)
		}
		if !strings.Contains(out.String(), "tanyanetral") {
			t.Errorf("%v prints %q", args, out.String())
		}
	}
	var setup setupError
	for _, args := range [][]string{{"terbang"}, {}, {"eval", "tidak-ada.jsonl"},
		{"ask", "--at", "besok", "x"}} {
		var out bytes.Buffer
		if err := run(t.Context(), args, stdio{strings.NewReader(""), &out, &out}); !errors.As(err, &setup) {
			t.Errorf("%v: got %v, want an error of the set-up", args, err)
		}
	}
}

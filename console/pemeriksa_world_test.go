package console

import (
	"bytes"
	"image"
	"image/png"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"tanyanetral/curation"
	"tanyanetral/report"
)

// Words of the reporter that must stand nowhere but on the pages of an
// unlocked report.
const (
	whatHappened = "Camat Zulkarnain membagikan kaus paslon di aula"
	kindOfReport = "Penggerakan-Staf-Xq7"
)

// bureau is a world with reports: a console, both sides of the reports over a
// store in memory, and two investigators, Wayan (u3) and Made (u5).
type bureau struct {
	*world
	server  *Server
	clock   *clock
	vault   *fakeVault
	intake  *report.Intake
	office  *report.Office
	phrases map[string]string // by user
	receipt string            // of report first, which both may read
	first   string
}

func newBureau(t *testing.T) *bureau {
	t.Helper()
	b := &bureau{world: newWorld(t), clock: &clock{}, vault: newVault(), phrases: map[string]string{}}
	b.staff.users = append(b.staff.users,
		curation.User{ID: "u5", Name: "Sekretaris Made", Roles: []curation.Role{curation.Pemeriksa},
			Active: true})
	b.staff.cookies["kue-made"] = "u5"
	log := slog.New(slog.NewTextHandler(b.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	b.intake = report.NewIntake(log, b.vault, report.Options{}, b.clock.now)
	b.office = report.NewOffice(log, b.vault, report.Plan{}, b.clock.now)
	b.hire("u3", "Inspektur Pembantu I")
	b.hire("u5", "Sekretaris Inspektorat")
	b.deps.Reports = Reports{Office: quick{b.office}, Cancel: b.vault.cancel}
	b.open()
	b.receipt, b.first = b.send("")
	return b
}

// open starts the console again with the parts as they are now.
func (b *bureau) open() {
	b.t.Helper()
	b.serve(Options{Version: "1.2.3", Zone: time.FixedZone("WIB", 7*3600), Now: b.clock.now})
	b.server = b.world.server.Config.Handler.(*Server)
}

// hire adds an investigator with a key that is kept here.
func (b *bureau) hire(user, post string) {
	b.t.Helper()
	recipient, phrase, wrapped, err := report.NewKey()
	if err != nil {
		b.t.Fatal(err)
	}
	if _, err := b.office.AddInvestigator(b.t.Context(), post, user, recipient, wrapped); err != nil {
		b.t.Fatal(err)
	}
	b.phrases[user] = phrase
}

// send submits a report with two files, and may leave a post out.
func (b *bureau) send(leaveOut string) (receipt, id string) {
	b.t.Helper()
	ctx := b.t.Context()
	posts, err := b.intake.Ready(ctx)
	if err != nil {
		b.t.Fatal(err)
	}
	d, err := b.intake.Begin()
	if err != nil {
		b.t.Fatal(err)
	}
	for f, text := range map[report.Field]string{report.Apa: whatHappened, report.Kategori: kindOfReport,
		report.DiMana: "Aula kantor", report.Siapa: "Camat"} {
		if err := d.Set(f, text); err != nil {
			b.t.Fatal(err)
		}
	}
	for _, p := range posts {
		if p.Name == leaveOut {
			if err := d.LeaveOut(p.ID); err != nil {
				b.t.Fatal(err)
			}
		}
	}
	var photo bytes.Buffer
	if err := png.Encode(&photo, image.NewGray(image.Rect(0, 0, 8, 8))); err != nil {
		b.t.Fatal(err)
	}
	for _, data := range []string{photo.String(), "%PDF-1.7\nisi surat tugas"} {
		in := report.Incoming{Size: int64(len(data)),
			Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(data)), nil }}
		if _, err := b.intake.Attach(ctx, d, in, true); err != nil {
			b.t.Fatal(err)
		}
	}
	before := map[string]bool{}
	for id := range b.vault.reports {
		before[id] = true
	}
	sending, err := b.intake.Submit(ctx, d)
	if err == nil {
		err = b.intake.Confirm(ctx, sending)
	}
	if err != nil {
		b.t.Fatal(err)
	}
	receipt = sending.Receipt.String()
	for id := range b.vault.reports {
		if !before[id] {
			return receipt, id
		}
	}
	b.t.Fatal("no report was stored")
	return "", ""
}

// formAs builds a form of a user.
func formAs(user string, pairs ...string) url.Values {
	f := form(pairs...)
	f.Set(formField, "token-"+user)
	return f
}

// cookieOf is the cookie of an investigator.
func cookieOf(user string) string {
	return map[string]string{"u1": "kue-admin", "u2": "kue-kurator", "u3": "kue-pemeriksa",
		"u5": "kue-made"}[user]
}

func (b *bureau) get(user, path string) answer {
	b.t.Helper()
	return b.call(path, cookieOf(user), nil)
}

func (b *bureau) post(user, path string, pairs ...string) answer {
	b.t.Helper()
	return b.call(path, cookieOf(user), formAs(user, pairs...))
}

// unlock opens the key of a user.
func (b *bureau) unlock(user string) {
	b.t.Helper()
	if a := b.post(user, "/laporan/kunci", "frasa", b.phrases[user]); a.StatusCode != http.StatusSeeOther ||
		a.Header.Get("Location") != "/laporan" {
		b.t.Fatalf("unlock: status %d to %s\n%s", a.StatusCode, a.Header.Get("Location"), a.body)
	}
}

// wants checks the status of an answer, what stands on it, and, after "!",
// what does not.
func wants(t *testing.T, what string, a answer, status int, texts ...string) {
	t.Helper()
	_, body, _ := strings.Cut(a.body, "<main")
	if a.StatusCode != status {
		t.Errorf("%s: status %d, want %d\n%s", what, a.StatusCode, status, body)
	}
	for _, text := range texts {
		if word, not := strings.CutPrefix(text, "!"); strings.Contains(a.body, word) == not {
			t.Errorf("%s: %q is there: %v\n%s", what, word, not, body)
		}
	}
}

// secretsStayIn proves that neither log nor audit holds what was written.
func (b *bureau) secretsStayIn(secrets ...string) {
	b.t.Helper()
	kept := b.log.String() + asJSON(b.t, b.audit.lines)
	for _, s := range append(secrets, whatHappened, kindOfReport, b.receipt, b.phrases["u3"],
		b.phrases["u5"]) {
		if strings.Contains(kept, s) {
			b.t.Errorf("%q stands in the log or the audit log", s)
		}
	}
}

package console

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"tanyanetral/curation"
	"tanyanetral/report"
)

var (
	onceField   = regexp.MustCompile(`name="sekali" value="([A-Z0-9]+)"`)
	phraseField = regexp.MustCompile(`id="frasa" value="([a-z-]+)"`)
)

// addForm reads the mark of the form for a new key.
func (b *bureau) addForm() string {
	b.t.Helper()
	found := onceField.FindStringSubmatch(b.get("u1", "/pemeriksa").body)
	if found == nil {
		b.t.Fatal("the form has no mark")
	}
	return found[1]
}

func TestKeyMadeHere(t *testing.T) {
	b := newBureau(t)
	pairs := []string{"sekali", b.addForm(), "jabatan", "Auditor Madya", "pengguna", "u3", "cara", "sini"}
	a := b.post("u1", "/pemeriksa", pairs...)
	found := phraseField.FindStringSubmatch(a.body)
	if a.StatusCode != http.StatusCreated || found == nil {
		t.Fatalf("status %d\n%s", a.StatusCode, a.body)
	}
	phrase := found[1]
	if a := b.post("u1", "/pemeriksa", pairs...); a.StatusCode != http.StatusSeeOther ||
		len(b.vault.people) != 3 {
		t.Errorf("loading the page again: status %d, %d keys", a.StatusCode, len(b.vault.people))
	}
	for _, path := range []string{"/pemeriksa", "/pengguna", "/riwayat/audit"} {
		wants(t, path, b.get("u1", path), 200, "!"+phrase)
	}
	if strings.Contains(fmt.Sprintf("%+v", b.server.memory.all), phrase) {
		t.Error("the passphrase is kept in memory")
	}
	b.secretsStayIn(phrase)
	fresh := b.vault.people[2]
	open := func() answer {
		b.leads("u3", "/laporan/kunci", "kunci", fresh.ID, "frasa", phrase)
		return b.get("u3", "/laporan/satu/"+b.first)
	}
	wants(t, "before resealing", open(), http.StatusConflict, "belum disegel ulang")
	b.unlock("u5")
	wants(t, "who will read", b.get("u5", "/laporan/kunci"), 200, "Auditor Madya")
	b.leads("u5", "/laporan/kunci/segel")
	wants(t, "after resealing", open(), 200, whatHappened)
	if !b.audit.has("report.reseal") || !b.audit.has("report.key.add") {
		t.Error("no audit line")
	}
}

func TestKeyMadeOutside(t *testing.T) {
	b := newBureau(t)
	recipient, phrase, wrapped, err := report.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	add := func(public string, more ...string) answer {
		return b.post("u1", "/pemeriksa", append(more, "sekali", b.addForm(), "jabatan",
			"Auditor", "pengguna",
			"u3",
			"cara", "luar", "publik", public)...)
	}
	for _, bad := range []string{"", "age1salah", string(wrapped)} {
		wants(t, "bad key", add(bad), http.StatusUnprocessableEntity, "bukan kunci")
	}
	wants(t, "good key", add(recipient), http.StatusSeeOther)
	wants(t, "twice", add(recipient), http.StatusSeeOther)
	if len(b.vault.people) != 3 || b.vault.people[2].Wrapped != nil {
		t.Fatalf("%d keys", len(b.vault.people))
	}
	wants(t, "page", b.get("u1", "/pemeriksa"), 200, "di luar server", recipient)
	id := b.vault.people[2].ID
	wants(t, "without the file", b.post("u3", "/laporan/kunci", "kunci", id, "frasa", phrase),
		http.StatusSeeOther)
	if holds(b.server.memory) {
		t.Fatal("a key was opened that is not here")
	}
	wants(t, "form", b.get("u3", "/laporan/kunci"), 200, `type="file"`, "di luar server")
	a := b.bringKey("u3", wrapped, phrase)
	if a.StatusCode != http.StatusSeeOther || !holds(b.server.memory) {
		t.Errorf("with the file: status %d\n%s", a.StatusCode, a.body)
	}
	b.secretsStayIn(phrase)
}

// bringKey opens a key whose file the form brings.
func (b *bureau) bringKey(user string, file []byte, phrase string) answer {
	b.t.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	for k, v := range map[string]string{formField: "token-" + user, "frasa": phrase} {
		if err := m.WriteField(k, v); err != nil {
			b.t.Fatal(err)
		}
	}
	f, err := m.CreateFormFile("berkas", "pemeriksa.key")
	if err != nil {
		b.t.Fatal(err)
	}
	if _, err := f.Write(file); err != nil {
		b.t.Fatal(err)
	}
	if err := m.Close(); err != nil {
		b.t.Fatal(err)
	}
	return b.call("/laporan/kunci", cookieOf(user), url.Values{}, func(r *http.Request) {
		r.Header.Set("Content-Type", m.FormDataContentType())
		r.Body, r.ContentLength = readCloser{&body}, int64(body.Len())
	})
}

func TestRemovedWhileReading(t *testing.T) {
	b := newBureau(t)
	one := "/laporan/satu/" + b.first
	b.unlock("u3")
	wants(t, "reading", b.get("u3", one), 200, whatHappened)
	remove := "/pemeriksa/satu/" + b.vault.people[0].ID + "/keluarkan"
	wants(t, "page", b.get("u1", "/pemeriksa"), 200, "Yang tidak terjadi", "cadangan lama", "Segel ulang")
	b.leads("u1", remove)
	if !b.vault.people[0].Active {
		t.Fatal("removed without the tick")
	}
	b.leads("u1", remove, "yakin", "ya")
	a := b.post("u3", one+"/balas", "teks", "Kalimat saya")
	wants(t, "next request", a, http.StatusConflict, "Kunci Anda sudah dikeluarkan", "Kalimat saya")
	if holds(b.server.memory) {
		t.Error("the key is still held")
	}
	if !b.audit.has("report.removed") || !b.audit.has("report.key.remove") {
		t.Error("no audit line")
	}
	wants(t, "afterwards", b.get("u3", "/laporan/kunci"), 200, "Tidak ada kunci pemeriksa yang aktif")
	wants(t, "no key", b.post("u3", "/laporan/kunci", "frasa", b.phrases["u3"]), http.StatusConflict,
		"Belum ada kunci")
	wants(t, "no archive", b.get("u3", one+"/arsip"), http.StatusConflict, "Belum ada kunci")
	last := "/pemeriksa/satu/" + b.vault.people[0].ID + "/keluarkan" // the one that is left now stands first
	wants(t, "the last key", b.post("u1", last, "yakin", "ya"), http.StatusConflict, "Kunci terakhir")
	wants(t, "warning", b.get("u1", "/pemeriksa"), 200, "Baru ada satu kunci aktif", "dikeluarkan")
}

// TestReportPages checks all pages of investigators as TestPages does the rest.
func TestReportPages(t *testing.T) {
	b := newBureau(t)
	for _, state := range []string{"locked", "open"} {
		if state == "open" {
			b.unlock("u3")
		}
		for _, p := range append(b.reportPaths(), pagePath{"/pemeriksa", "Kunci pemeriksa"}) {
			user := "u3"
			if p.path == "/pemeriksa" {
				user = "u1"
			}
			a := b.get(user, p.path)
			if a.StatusCode == http.StatusSeeOther && state == "locked" {
				continue
			}
			wants(t, state+" "+p.path, a, 200, ">"+p.title, `<main id="isi"`, "!<script", "! style=", "!{{",
				"!<no value>",
				"!%!")
			if strings.Count(a.body, `method="post"`) != strings.Count(a.body,
				`name="_form" value="token-`+user+`"`) {
				t.Errorf("%s: a form has no token", p.path)
			}
		}
	}
}

// TestHostileReport shows a report full of scripts.
func TestHostileReport(t *testing.T) {
	b := newBureau(t)
	d, err := b.intake.Begin()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range report.Fields() {
		if err := d.Set(f, hostile); err != nil {
			t.Fatal(err)
		}
	}
	known := b.first
	sending, err := b.intake.Submit(t.Context(), d)
	if err == nil {
		err = b.intake.Confirm(t.Context(), sending)
	}
	if err != nil {
		t.Fatal(err)
	}
	for id := range b.vault.reports {
		if id != known {
			b.first = id
		}
	}
	for i := range b.vault.people {
		b.vault.people[i].Post = hostile
	}
	b.unlock("u3")
	one := "/laporan/satu/" + b.first
	b.leads("u3", one+"/balas", "teks", hostile)
	b.leads("u3", one+"/catatan", "teks", hostile)
	for _, p := range append(b.reportPaths(),
		pagePath{path: one + "/lembar?untuk=" + url.QueryEscape(hostile)},
		pagePath{path: "/laporan/kunci?laporan=" + url.QueryEscape(hostile)}) {
		a := b.get("u3", p.path)
		if strings.Contains(a.body, "<script") || strings.Contains(a.body, "<img") || a.StatusCode >= 500 {
			t.Errorf("%s: status %d lets a script through", p.path, a.StatusCode)
		}
	}
	if a := b.get("u3", one); strings.Count(a.body, "&lt;script&gt;") < 9 {
		t.Error("the hostile text is not shown: the test lost its teeth")
	}
	if a := b.get("u1", "/pemeriksa"); strings.Contains(a.body, "<script") {
		t.Error("/pemeriksa lets a script through")
	}
}

// cutOff is an office whose archives break, after some bytes or at once.
type cutOff struct {
	quick
	bytes string
}

func (c cutOff) Archive(_ context.Context, _ *report.Key, _ string, w io.Writer) error {
	if c.bytes != "" {
		if _, err := io.WriteString(w, c.bytes); err != nil {
			return err
		}
	}
	return errors.New("disk is broken")
}

// TestHalfAnArchive proves that a browser never takes half an archive for all.
func TestHalfAnArchive(t *testing.T) {
	b := newBureau(t)
	for _, bytes := range []string{"", "half", strings.Repeat("half", 50_000)} {
		b.deps.Reports.Office = cutOff{quick{b.office}, bytes}
		b.open()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet,
			b.world.server.URL+"/laporan/satu/"+b.first+"/arsip", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.AddCookie(&http.Cookie{Name: "konsol", Value: "kue-pemeriksa"})
		resp, err := http.DefaultClient.Do(r)
		if err == nil {
			_, err = io.Copy(io.Discard, resp.Body)
			err = errors.Join(err, resp.Body.Close())
		}
		if broken := bytes != ""; (err != nil) != broken {
			t.Errorf("after %d bytes: error %v", len(bytes), err)
		}
		if bytes == "" && resp.StatusCode != http.StatusInternalServerError {
			t.Errorf("status %d", resp.StatusCode)
		}
	}
}

// TestNoOffice proves that without reports there are no pages of them.
func TestNoOffice(t *testing.T) {
	w := newWorld(t)
	if a := w.call("/laporan", "kue-pemeriksa", nil); a.StatusCode != http.StatusNotFound {
		t.Errorf("status %d", a.StatusCode)
	}
	if !reflect.ValueOf(w.deps.Reports).IsZero() {
		t.Error("the test has an office")
	}
}

// BenchmarkReportList asks for the list of 1,000 reports.
func BenchmarkReportList(bench *testing.B) {
	c, vault := &clock{}, newVault()
	for n := range 1000 {
		id := fmt.Sprintf("laporan%04d", n)
		vault.reports[id] = report.Stored{ID: id, Status: report.Diterima, Day: fmt.Sprintf("2026-%02d-%02d",
			n%11+1, n%28+1)}
	}
	log := slog.New(slog.DiscardHandler)
	staff := &fakeStaff{now: c.now, cookies: map[string]string{"kue-pemeriksa": "u3"}, users: []curation.User{
		{ID: "u3", Name: "Inspektur Wayan", Roles: []curation.Role{curation.Pemeriksa}, Active: true}}}
	s, err := New(log, Deps{Desk: &fakeDesk{}, Staff: staff, Audit: &fakeAudit{},
		Reports: Reports{Office: report.NewOffice(log, vault, report.Plan{}, c.now)}}, Options{Now: c.now})
	if err != nil {
		bench.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodGet, "/laporan", nil)
	r.AddCookie(&http.Cookie{Name: "konsol", Value: "kue-pemeriksa"})
	for bench.Loop() {
		rec := httptest.NewRecorder()
		s.ServeHTTP(rec, r)
		if rec.Code != http.StatusOK || !strings.Contains(rec.Body.String(), "dari 1.000") {
			bench.Fatalf("status %d", rec.Code)
		}
	}
}
